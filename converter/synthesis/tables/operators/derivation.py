"""A column computed from another before rows are brought together: the month of a date, the first part of a code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Self

from sqlglot import exp

from converter.learning.clock import now
from converter.synthesis.decisions import straight
from converter.synthesis.operators.date_formats import formats_of_all, parsed
from converter.synthesis.sheet import Sheet
from converter.synthesis.tables.alignment import keys
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, identifier, unique_names
from converter.synthesis.tables.operator import Operator
from converter.synthesis.term import Column, Term
from converter.table import Cell

SECONDS = 1.0
WIDEST = 12
_SPANS = ("%Y", "%Y-%m", "%B", "%b", "%B %Y", "%b %Y", "%b-%y", "%m/%Y", "%m", "%A", "%a", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y")
"""How people write the spans of time that they group by."""


@dataclass(frozen=True)
class Derive(Operator):
    """Adds a column that has the values of an expected one, computed from a single column."""

    title: ClassVar[str] = "derived"
    column: int
    name: str
    expression: exp.Expression
    cells: tuple[Cell, ...]
    length: float

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Fewer rows are expected, and a column of them has values that are told by the cells of one here."""
        if not goal.headed or grid.names is None or grid.width > WIDEST or len(grid.rows) <= len(goal.expected.rows):
            return
        if _are_rows_kept(grid, goal):
            return
        known = [{(cell or "").casefold() for cell in cells} for cells in grid.columns]
        for at, target in enumerate(goal.expected.columns):
            wanted = {cell for cell in target if cell}
            if not wanted or any({cell.casefold() for cell in wanted} <= cells for cells in known):
                continue
            for column in range(grid.width):
                key = ("derived", grid.names[column], grid.columns[column], at)
                made = partial(_derived, grid.names[column], grid.columns[column], frozenset(wanted))
                for cells, cost, term in goal.memo(key, made):
                    yield cls(column, goal.names[at], term.sql(), cells, cost)

    @property
    def cost(self) -> float:
        """One step, and the length of the expression."""
        return 0.6 + 0.15 * self.length

    def apply(self, grid: Grid) -> Grid | None:
        """The grid with the column at its end."""
        rows = tuple((*row, cell) for row, cell in zip(grid.rows, self.cells, strict=True))
        return Grid(rows, self._names(grid.names or ()))

    def select(self, source: Source) -> str:
        """The columns and the expression."""
        name = identifier(self._names(source.names or ())[-1])
        return f"SELECT {source.columns()}, {self.expression.sql('duckdb')} AS {name}, _row FROM {source.relation}"

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return unique_names([*names, self.name])


def _are_rows_kept(grid: Grid, goal: Goal) -> bool:
    """Whether most rows are expected again, as a key shows that no two have in common: then none are brought together."""
    return 2 * len(goal.expected.rows) > len(grid.rows) and bool(keys(grid, goal))


def _derived(name: str, cells: tuple[Cell, ...], wanted: frozenset[str]) -> list[tuple[tuple[Cell, ...], float, Term]]:
    """Programs over one column whose texts are the wanted values, with these texts and their costs."""
    found = []
    rows = tuple((cell,) for cell in cells)
    for texts in _readings(cells, wanted):
        sheet = Sheet((Column(0, name),), rows, now() + SECONDS)
        target = tuple(text or "" for text in texts)
        found += [(texts, cost, term) for cost, term in straight(sheet, target, 1)]
    return found


def _readings(cells: Sequence[Cell], wanted: frozenset[str]) -> Iterator[tuple[Cell, ...]]:
    """For each cell the wanted value that it tells: the one that it contains, or the span of time that its date lies in."""
    contained = tuple(_inside(cell, wanted) for cell in cells)
    # A single character stands in many texts by chance.
    if all(contained) and set(contained) >= wanted and (max(map(len, wanted)) > 1 or not any(map(str.isdigit, wanted))):
        yield contained
    texts = [cell for cell in cells if cell]
    for forms in formats_of_all(texts)[:1] if len(texts) == len(cells) else ():
        moments = [parsed(text, forms) for text in texts]
        for span in _SPANS:
            written = tuple(moment.strftime(span) if moment is not None else None for moment in moments)
            if wanted <= set(written):
                yield written
        quarters = tuple(f"Q{(moment.month + 2) // 3}" if moment is not None else None for moment in moments)
        if wanted <= set(quarters):
            yield quarters


def _inside(cell: Cell, wanted: frozenset[str]) -> str | None:
    text = (cell or "").casefold()
    return max((value for value in wanted if value.casefold() in text), key=len, default=None)
