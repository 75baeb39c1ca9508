"""Rows kept or dropped: by a condition, by their place at the head of the table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.learning.layouts.conditions import Condition, conditions
from converter.learning.layouts.goal import Goal
from converter.learning.layouts.grid import Grid, Source
from converter.learning.layouts.step import Step


@dataclass(frozen=True)
class KeepRows(Step):
    """Keeps the rows that a condition holds for (Foofah's Delete, Wrangler's delete rows)."""

    title: ClassVar[str] = "kept"
    condition: Condition

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Conditions that drop rows with little that is wanted."""
        needed = [sum(1 for cell in row if goal.wants(cell)) for row in grid.rows]
        most = max(needed, default=0)
        for condition in conditions(grid):
            dropped = [count for row, count in zip(grid.rows, needed, strict=True) if not condition.holds(row)]
            if max(dropped) < max(2, most) or max(dropped) == 0:
                yield cls(condition)

    @property
    def cost(self) -> float:
        """Dropping blank rows is nearly free."""
        return 0.5 + self.condition.cost

    def apply(self, grid: Grid) -> Grid | None:
        """The rows that pass."""
        rows = tuple(row for row in grid.rows if self.condition.holds(row))
        return grid.with_rows(rows) if rows else None

    def select(self, source: Source) -> str:
        """A WHERE clause."""
        return f"SELECT * FROM {source.relation} WHERE {self.condition.sql(source)}"


@dataclass(frozen=True)
class DropHead(Step):
    """Drops the first rows: titles, header rows, notes above the data."""

    title: ClassVar[str] = "body"
    count: int
    under_header: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Up to four rows, as long as rows remain that hold wanted cells."""
        for count in range(1, min(5, len(grid.rows))):
            yield cls(count, goal.headed)

    @property
    def cost(self) -> float:
        """Each row more is a little less likely; junk comes above a header rather than under it."""
        return 0.6 + 0.2 * self.count + 0.4 * self.under_header

    def apply(self, grid: Grid) -> Grid | None:
        """All rows but the first."""
        rows = grid.rows[self.count :]
        return grid.with_rows(rows) if rows else None

    def select(self, source: Source) -> str:
        """Rows by their position."""
        clause = "WHERE" if source.position == "_row" else "QUALIFY"
        return f"SELECT * FROM {source.relation} {clause} {source.position} > {self.count}"
