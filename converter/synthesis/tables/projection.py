"""The last step: expected columns from the columns of a grid whose rows already stand one for one.

What is a copy, a coalesce of two columns, a copy under a condition or a constant is settled here, in microseconds; other
cells are left to the column programs of `converter.synthesis.columns`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlglot import exp, parse_one

from converter.synthesis.tables.conditions import Condition, cell_shapes
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, literal
from converter.table import Cell

COPY, COALESCE, CONDITIONAL, REPEATED, CONSTANT = 0.0, 0.4, 0.6, 0.8, 1.0
"""Costs of the simple columns."""


@dataclass(frozen=True)
class Projected:
    """One output column over the grid's columns: candidates, best first. None at all means unexplained."""

    expression: exp.Expression | None
    kind: str
    cost: float
    alternatives: tuple[exp.Expression, ...] = ()


UNEXPLAINED = Projected(None, "unexplained", 0.0)


def project(grid: Grid, goal: Goal) -> tuple[Projected, ...]:
    """A simple column for every expected column, `UNEXPLAINED` where there is none. Rows must stand one for one."""
    columns = [simple_column(grid, target, at, goal) for at, target in enumerate(goal.expected.columns)]
    used: set[str] = set()
    for at, column in enumerate(columns):
        if column.kind == "copy" and column.expression is not None:
            if column.expression.name in used:
                columns[at] = replace(column, cost=REPEATED)
            used.add(column.expression.name)
    return tuple(columns)


def simple_column(grid: Grid, target: Sequence[Cell], at: int, goal: Goal) -> Projected:
    """The expected column `at` as a copy, a coalesce, a conditional copy or a constant."""
    source = Source("", grid.names)
    target = tuple(target)
    copies = _ordered([k for k, cells in enumerate(grid.columns) if cells == target], at, grid, goal)
    if copies and any(target):
        expressions = [exp.column(name, quoted=True) for name in (grid.as_table().columns[k] for k in copies)]
        return Projected(expressions[0], "copy", COPY, tuple(expressions[1:]))
    if len(set(target)) == 1:
        text = target[0] or ""
        if text == "" or len(target) > 1:
            if text and any(text in cells for cells in grid.columns):
                return Projected(exp.Literal.string(text), "known constant", 3 * CONSTANT)
            return Projected(exp.Literal.string(text), "constant", CONSTANT if text else 0.2)
    merged = _coalesced(grid, target)
    if merged is not None:
        first, second = merged
        sql = f"coalesce(nullif({source.cell(first)}, ''), {source.cell(second)})"
        return Projected(parsed(sql), "coalesce", COALESCE)
    if not all(target) and any(target):
        chosen = _conditional(grid, target)
        if chosen is not None:
            column, condition = chosen
            sql = f"CASE WHEN {condition.sql(source)} THEN {source.cell(column)} ELSE {literal('')} END"
            return Projected(parsed(sql), "conditional", CONDITIONAL + condition.cost)
    return UNEXPLAINED


def parsed(sql: str) -> exp.Expression:
    """The expression that a DuckDB text stands for."""
    return cast(exp.Expression, parse_one(sql, read="duckdb"))


def _ordered(copies: list[int], at: int, grid: Grid, goal: Goal) -> list[int]:
    """Equal columns: the one of the expected name first, then the nearest in place."""
    name = goal.names[at].casefold() if at < len(goal.names) else None
    names = grid.names or ()

    def preference(column: int) -> tuple[bool, int]:
        return (column >= len(names) or names[column].casefold() != name, abs(column - at))

    return sorted(copies, key=preference)


def _coalesced(grid: Grid, target: tuple[Cell, ...]) -> tuple[int, int] | None:
    """Two columns of which the second stands in for the first's blanks, each of them somewhere needed."""
    usable = [
        at
        for at, cells in enumerate(grid.columns)
        if any(cells) and not all(cells) and all(not cell or cell == wanted for cell, wanted in zip(cells, target, strict=True))
    ]
    for first in usable:
        for second, cells in enumerate(grid.columns):
            pairs = zip(grid.columns[first], cells, target, strict=True)
            if second != first and all((one or other) == wanted for one, other, wanted in pairs):
                return first, second
    return None


def _conditional(grid: Grid, target: tuple[Cell, ...]) -> tuple[int, Condition] | None:
    """A column whose cells are expected in some rows, and the condition that tells these rows."""
    for column, cells in enumerate(grid.columns):
        if any(wanted and wanted != cell for cell, wanted in zip(cells, target, strict=True)):
            continue
        for other in range(grid.width):
            for condition in cell_shapes(grid.columns[other], other):
                held = map(condition.holds, grid.rows)
                if all((cell if holds else None) == wanted for holds, cell, wanted in zip(held, cells, target, strict=True)):
                    return column, condition
    return None
