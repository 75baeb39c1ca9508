"""Rows that make up a record are given its number, so that they can be brought together."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar, Self

from converter.synthesis.tables.conditions import Empty, Equals
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, identifier, unique_names
from converter.synthesis.tables.operator import Operator


@dataclass(frozen=True)
class NumberRecords(Operator):
    """Adds a record's number to each row: a record starts where a column has the text that it has in the first row."""

    title: ClassVar[str] = "records"
    starts: Equals | Empty

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """A column that has expected names as cells, the first of them more than once."""
        if not goal.headed or grid.is_ragged or "record" in (grid.names or ()):
            return
        for column, cells in enumerate(grid.columns):
            named = {cell for cell in cells if cell and cell.strip().casefold() in goal.headings}
            if len(named) > 1 and cells[0] in named and cells.count(cells[0]) > 1:
                yield cls(Equals(column, cells[0] or ""))
            if len(named) > 1 and cells[0] and not all(cells):
                yield cls(Empty(column))

    @property
    def cost(self) -> float:
        """A step that only prepares another."""
        return 0.6

    def apply(self, grid: Grid) -> Grid | None:
        """The grid with the number at its end."""
        numbers = accumulate(int(self.starts.holds(row)) for row in grid.rows)
        rows = tuple((*row, str(number)) for row, number in zip(grid.rows, numbers, strict=True))
        return Grid(rows, self._names(grid.names or ()))

    def select(self, source: Source) -> str:
        """The starts so far are counted."""
        name = identifier(self._names(source.names or ())[-1])
        count = f"count(*) FILTER (WHERE {self.starts.sql(source)}) OVER (ORDER BY _row)"
        return f"SELECT {source.columns()}, CAST({count} AS VARCHAR) AS {name}, _row FROM {source.relation}"

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return unique_names([*names, "record"])
