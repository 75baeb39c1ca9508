"""Rows put in order, and the first so many of them taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from converter.synthesis.tables.anchors import in_order
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source
from converter.synthesis.tables.numbers import are_numbers, as_number, number
from converter.synthesis.tables.operator import Operator
from converter.table import Cell

SORTABLE_WIDTH = 12


@dataclass(frozen=True)
class SortKey:
    """A column to sort by, as text or as numbers; blanks come last."""

    column: int
    numeric: bool
    descending: bool

    def sorted(self, rows: list[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
        """The rows in this order, equal ones as they stood."""
        filled_rows = [row for row in rows if row[self.column]]
        blank = [row for row in rows if not row[self.column]]
        return sorted(filled_rows, key=self._value, reverse=self.descending) + blank

    def sql(self, source: Source) -> str:
        """The key of an ORDER BY."""
        cell = source.cell(self.column)
        value = as_number(cell) if self.numeric else f"nullif({cell}, '')"
        return f"{value} {'DESC' if self.descending else 'ASC'} NULLS LAST"

    def _value(self, row: tuple[Cell, ...]) -> Any:
        return (number(row[self.column]) or Decimal(0)) if self.numeric else (row[self.column] or "").encode()


@dataclass(frozen=True)
class Sort(Operator):
    """Sorts by one or two columns; equal rows keep their order."""

    title: ClassVar[str] = "sorted"
    keys: tuple[SortKey, ...]

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Keys after which the rows stand as expected, as far as copied columns tell."""
        rows = len(goal.expected.rows)
        if grid.is_ragged or grid.width > SORTABLE_WIDTH or not 2 <= rows <= len(grid.rows) or in_order(grid, goal):
            return
        singles = list(_keys(grid))
        for key in singles:
            step = cls((key,))
            if step._reaches(grid, goal):
                yield step
        for first in singles:
            for second in singles:
                step = cls((first, second))
                if first.column != second.column and step._reaches(grid, goal):
                    yield step

    @property
    def cost(self) -> float:
        """One key, ascending, is the usual order."""
        return 0.5 + 0.4 * len(self.keys) + 0.1 * sum(key.descending for key in self.keys)

    def apply(self, grid: Grid) -> Grid | None:
        """The rows in order."""
        rows = list(grid.rows)
        for key in reversed(self.keys):
            rows = key.sorted(rows)
        return Grid(tuple(rows), grid.names)

    def select(self, source: Source) -> str:
        """The rows numbered anew."""
        order = ", ".join(key.sql(source) for key in self.keys)
        return f"SELECT {source.columns()}, row_number() OVER (ORDER BY {order}, _row) AS _row FROM {source.relation}"

    def _reaches(self, grid: Grid, goal: Goal) -> bool:
        ordered = self.apply(grid)
        return ordered is not None and ordered.rows != grid.rows and in_order(ordered, goal)


@dataclass(frozen=True)
class Limit(Operator):
    """Takes the first so many rows."""

    title: ClassVar[str] = "first_rows"
    count: int

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """As many as are expected, where these come first."""
        if len(goal.expected.rows) < len(grid.rows) and in_order(grid, goal):
            yield cls(len(goal.expected.rows))

    @property
    def cost(self) -> float:
        """A count that only the example's length gives."""
        return 1.6

    def apply(self, grid: Grid) -> Grid | None:
        """The first rows."""
        return Grid(grid.rows[: self.count], grid.names)

    def select(self, source: Source) -> str:
        """LIMIT in the order of rows."""
        return f"SELECT * FROM {source.relation} ORDER BY _row LIMIT {self.count}"


def sort_keys(grid: Grid) -> Iterator[SortKey]:
    """Every column as a key, numbers as numbers where all are."""
    return _keys(grid)


def _keys(grid: Grid) -> Iterator[SortKey]:
    for column, cells in enumerate(grid.columns):
        if len(set(cells)) < 2:
            continue
        for descending in (False, True):
            if are_numbers(cells):
                yield SortKey(column, True, descending)
            else:
                yield SortKey(column, False, descending)
