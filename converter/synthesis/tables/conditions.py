"""Conditions on a row that depend on structure, not on values: what is empty, what looks like a number, where a row stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Protocol

from converter.synthesis.tables.grid import Grid, Source, literal
from converter.synthesis.tables.numbers import are_numbers, as_number, number
from converter.table import Cell, Row


class Condition(Protocol):
    """A test of a row by itself."""

    @property
    def cost(self) -> float:
        """How unlikely it is that the condition is meant."""

    def holds(self, row: Row) -> bool:
        """Whether the row passes."""

    def sql(self, source: Source) -> str:
        """The same in SQL; never NULL."""


@dataclass(frozen=True)
class Filled:
    """The cell of a column is not empty."""

    column: int
    cost: float = 0.1

    def holds(self, row: Row) -> bool:
        """Whether the cell is filled."""
        return bool(row[self.column])

    def sql(self, source: Source) -> str:
        """`coalesce(c, '') <> ''`."""
        return f"coalesce({source.cell(self.column)}, '') <> ''"


@dataclass(frozen=True)
class Empty:
    """The cell of a column is empty."""

    column: int
    cost: float = 0.2

    def holds(self, row: Row) -> bool:
        """Whether the cell is empty."""
        return not row[self.column]

    def sql(self, source: Source) -> str:
        """`coalesce(c, '') = ''`."""
        return f"coalesce({source.cell(self.column)}, '') = ''"


@dataclass(frozen=True)
class AnyFilled:
    """The row is not blank."""

    cost: float = 0.0

    def holds(self, row: Row) -> bool:
        """Whether any cell is filled."""
        return any(row)

    def sql(self, source: Source) -> str:
        """`len(list_filter(cells, …)) > 0`."""
        return f"len(list_filter({source.cells()}, cell -> cell <> '')) > 0"


@dataclass(frozen=True)
class AllFilled:
    """No cell of the row is empty. For grids with names."""

    width: int
    cost: float = 0.2

    def holds(self, row: Row) -> bool:
        """Whether all cells are filled."""
        return all(row)

    def sql(self, source: Source) -> str:
        """`len(list_filter(cells, …)) = width`."""
        return f"len(list_filter({source.cells()}, cell -> cell <> '')) = {self.width}"


@dataclass(frozen=True)
class OnlyFilled:
    """One column is filled and all others are empty: a title between the records."""

    column: int
    cost: float = 0.1

    def holds(self, row: Row) -> bool:
        """Whether the cell stands alone in its row."""
        return bool(row[self.column]) and sum(map(bool, row)) == 1

    def sql(self, source: Source) -> str:
        """The cell is filled, and nothing else in the row."""
        alone = f"len(list_filter({source.cells()}, cell -> cell <> '')) = 1"
        return f"coalesce({source.cell(self.column)}, '') <> '' AND {alone}"


@dataclass(frozen=True)
class Looks:
    """The cell of a column matches a pattern, or with `negated` does not."""

    column: int
    pattern: str
    negated: bool = False

    @property
    def cost(self) -> float:
        """Longer patterns are less likely meant."""
        return 0.25 + 0.01 * len(self.pattern) + 0.1 * self.negated

    def holds(self, row: Row) -> bool:
        """Whether the pattern is found in the cell."""
        return bool(re.search(self.pattern, row[self.column] or "")) != self.negated

    def sql(self, source: Source) -> str:
        """`regexp_matches(c, pattern)`."""
        negation = "NOT " if self.negated else ""
        return f"{negation}regexp_matches(coalesce({source.cell(self.column)}, ''), {literal(self.pattern)})"


WIDEST = 10
"""The width up to which every column's shape is looked at."""

PATTERNS = (
    r"^[0-9]+$",
    r"^[-+(]?[$€£]? ?[0-9][0-9.,]*[)%]?$",
    r"^[0-9]",
    r"[0-9]",
    r"^[A-Za-z]",
    r"^[A-Z]+$",
    r"^[A-Z]",
    r"^[a-z]",
    r"^[A-Za-z ]+$",
    r":$",
    r":",
    r",",
    r"@",
    r"-",
    r"/",
    r"\(",
    r" ",
)
"""Shapes of cells that people tell kinds of rows apart by: numbers, words, marks."""


@dataclass(frozen=True)
class Equals:
    """The cell of a column is a certain text, or with `negated` any other: a total, a repeated header."""

    column: int
    text: str
    negated: bool = False

    @property
    def cost(self) -> float:
        """A remembered text costs more than a shape."""
        return 0.6 + 0.02 * len(self.text)

    def holds(self, row: Row) -> bool:
        """Whether the cell is the text."""
        return ((row[self.column] or "") == self.text) != self.negated

    def sql(self, source: Source) -> str:
        """`c = text`, where a missing cell is another."""
        operator = "IS DISTINCT FROM" if self.negated else "IS NOT DISTINCT FROM"
        return f"{source.cell(self.column)} {operator} {literal(self.text)}"


def conditions(grid: Grid) -> Iterator[Condition]:
    """The conditions that tell some rows of the grid from others, cheap ones first."""
    seen: set[tuple[bool, ...]] = set()
    for condition in _candidates(grid):
        flags = tuple(condition.holds(row) for row in grid.rows)
        if any(flags) and not all(flags) and flags not in seen:
            seen.add(flags)
            yield condition


@dataclass(frozen=True)
class Compares:
    """The number in a column's cell is above or below a threshold."""

    column: int
    operator: str
    threshold: Decimal
    cost: float = 0.7

    def holds(self, row: Row) -> bool:
        """Whether the cell is a number on the right side."""
        value = number(row[self.column])
        return value is not None and (value >= self.threshold if self.operator == ">=" else value <= self.threshold)

    def sql(self, source: Source) -> str:
        """The comparison; false where the cell is no number."""
        value = as_number(source.cell(self.column))
        return f"coalesce({value} {self.operator} {self.threshold}, FALSE)"


def telling(grid: Grid, kept: Sequence[bool]) -> Iterator[Condition]:
    """Conditions that hold for exactly the rows that are kept, with texts and thresholds of the example where needed."""
    for condition in (*_candidates(grid), *_remembering(grid, kept)):
        if [condition.holds(row) for row in grid.rows] == list(kept):
            yield condition


def _remembering(grid: Grid, kept: Sequence[bool]) -> Iterator[Condition]:
    for column, cells in enumerate(grid.columns):
        inside = {cell or "" for cell, keep in zip(cells, kept, strict=True) if keep}
        outside = {cell or "" for cell, keep in zip(cells, kept, strict=True) if not keep}
        if len(inside) == 1:
            yield Equals(column, min(inside))
        if len(outside) == 1:
            yield Equals(column, min(outside), negated=True)
        if are_numbers(cells):
            yield from _thresholds(column, inside, outside)


def _thresholds(column: int, inside: set[str], outside: set[str]) -> Iterator[Condition]:
    within = [value for value in map(number, inside) if value is not None]
    without = [value for value in map(number, outside) if value is not None]
    if within and without and min(within) > max(without):
        yield Compares(column, ">=", _roundest(max(without), min(within)))
    if within and without and max(within) < min(without):
        yield Compares(column, "<=", -_roundest(-min(without), -max(within)))


def _roundest(below: Decimal, least: Decimal) -> Decimal:
    """The number with the fewest digits that is above `below` and at most `least`."""
    for exponent in range(max(0, least.adjusted()), -7, -1):
        unit = Decimal(1).scaleb(exponent)
        rounded = (least / unit).to_integral_value(ROUND_FLOOR) * unit
        if below < rounded <= least:
            return Decimal(f"{rounded:f}")
    return least


def cell_shapes(cells: Sequence[Cell], column: int) -> Iterator[Condition]:
    """Conditions on the cells of one column alone."""
    yield Filled(column)
    yield Empty(column)
    for pattern in PATTERNS:
        yield Looks(column, pattern)
        yield Looks(column, pattern, negated=True)


def _candidates(grid: Grid) -> Iterator[Condition]:
    yield AnyFilled()
    if not grid.is_ragged:
        yield AllFilled(grid.width)
    for column in range(grid.width):
        yield Filled(column)
        yield OnlyFilled(column)
        yield Empty(column)
    for column in range(grid.width if grid.width <= WIDEST else 0):
        for pattern in PATTERNS:
            yield Looks(column, pattern)
            yield Looks(column, pattern, negated=True)
