"""The grid's cells moved as a whole: transposed, closed up, columns left out, title rows lifted beside their sections."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.learning.layouts.conditions import WIDEST, Condition, Equals, Looks, OnlyFilled, conditions
from converter.learning.layouts.goal import Goal
from converter.learning.layouts.grid import Grid, Source, filled, identifier, unique_names
from converter.learning.layouts.step import Step
from converter.table import Cell, Row, column_names


@dataclass(frozen=True)
class Transpose(Step):
    """Turns rows into columns. Ragged, since the number of rows becomes the width."""

    title: ClassVar[str] = "transposed"

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Where the expected table has no header."""
        if not goal.headed and not grid.is_ragged:
            yield cls()

    @property
    def cost(self) -> float:
        """One clear step."""
        return 1.0

    def apply(self, grid: Grid) -> Grid | None:
        """Columns as rows."""
        return Grid(filled(grid.columns), None)

    def reads_lists(self, source: Source) -> bool:
        """Always."""
        return True

    def select(self, source: Source) -> str:
        """Every cell with its column's place, gathered again by place."""
        return (
            "SELECT list(cell ORDER BY _row) AS cells, place AS _row FROM (SELECT UNNEST(cells) AS cell, "
            f"generate_subscripts(cells, 1) AS place, _row FROM {source.relation}) GROUP BY place"
        )


@dataclass(frozen=True)
class Settle(Step):
    """Gives a ragged table the named columns that the example shows, so that steps on columns can follow."""

    title: ClassVar[str] = "settled"
    width: int
    is_confirmed: bool

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """For ragged grids of a moderate width."""
        if grid.is_ragged and grid.width <= 40:
            yield cls(grid.width, len(grid.rows) > 1)

    @property
    def cost(self) -> float:
        """The width is the example's, not the data's; a single row confirms nothing."""
        return 0.4 if self.is_confirmed else 2.0

    def apply(self, grid: Grid) -> Grid | None:
        """The same rows under names."""
        return Grid(grid.rows, column_names(None, self.width))

    def select(self, source: Source) -> str:
        """The list's elements by place."""
        columns = ", ".join(f"cells[{at + 1}] AS {name}" for at, name in enumerate(column_names(None, self.width)))
        return f"SELECT {columns}, _row FROM {source.relation}"


@dataclass(frozen=True)
class CloseUp(Step):
    """Leaves out each row's empty cells, so that the others move to the left. Ragged."""

    title: ClassVar[str] = "closed_up"

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Where cells are empty before others."""
        if not goal.headed and any(not all(row) for row in grid.trimmed):
            yield cls()

    @property
    def cost(self) -> float:
        """One clear step."""
        return 0.9

    def apply(self, grid: Grid) -> Grid | None:
        """The filled cells of each row."""
        return Grid(filled([cell for cell in row if cell] for row in grid.rows), None)

    def select(self, source: Source) -> str:
        """`list_filter` of the row's cells."""
        return f"SELECT list_filter({source.cells()}, cell -> cell <> '') AS cells, _row FROM {source.relation}"


@dataclass(frozen=True)
class DropColumns(Step):
    """Leaves out columns that the expected table has nothing of."""

    title: ClassVar[str] = "narrowed"
    kept: tuple[int, ...]
    dropped: tuple[int, ...]

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """All columns without a wanted cell, or any single column; under a header the projection leaves them out."""
        if grid.names is None or grid.width < 2 or goal.headed:
            return
        wanted = tuple(at for at, cells in enumerate(grid.columns) if any(map(goal.wants, cells)))
        singles = [tuple(k for k in range(grid.width) if k != at) for at in range(grid.width if grid.width <= 8 else 0)]
        for kept in dict.fromkeys([wanted, *singles]):
            if kept and len(kept) < grid.width:
                yield cls(kept, tuple(at for at in range(grid.width) if at not in kept))

    @property
    def cost(self) -> float:
        """Nearly free: columns are often left out."""
        return 0.7 + 0.05 * len(self.dropped)

    def apply(self, grid: Grid) -> Grid | None:
        """The kept columns; further ones of an open grid stay if its last one does."""
        assert grid.names is not None
        rows = tuple(tuple(row[at] for at in self.kept) for row in grid.rows)
        return Grid(rows, tuple(grid.names[at] for at in self.kept), grid.is_open and self._keeps_last)

    @property
    def _keeps_last(self) -> bool:
        return self.kept[-1] > self.dropped[-1]

    def select(self, source: Source) -> str:
        """The kept columns by name, or all but the others."""
        if source.is_open and self._keeps_last:
            return f"SELECT * EXCLUDE ({', '.join(source.cell(at) for at in self.dropped)}) FROM {source.relation}"
        return f"SELECT {', '.join(source.cell(at) for at in self.kept)}, _row FROM {source.relation}"


@dataclass(frozen=True)
class LiftTitles(Step):
    """Writes cells of each section's title row as columns beside the rows under it: of an order beside its lines."""

    title: ClassVar[str] = "sections"
    columns: tuple[int, ...]
    is_title: Condition

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Title rows: one cell alone in its row, or a cell of another shape than below, at the head of the table; or such
        that are marked by the cell that the first row has, with several cells that are wanted.
        """
        if grid.is_ragged or len(grid.rows) < 2:
            return
        for condition in (*conditions(grid), *_marks(grid)):
            titles = [row for row in grid.rows if condition.holds(row)]
            if not isinstance(condition, OnlyFilled | Looks | Equals) or not condition.holds(grid.rows[0]):
                continue
            if len(titles) * 2 > len(grid.rows):
                continue
            if not isinstance(condition, Equals):
                yield cls((condition.column,), condition)
            wanted = tuple(at for at in range(grid.width) if all(goal.wants(row[at]) for row in titles))
            is_marked = isinstance(condition, Equals) or all(map(all, titles))
            if len(wanted) > 1 and len(titles) > 1 and is_marked:
                yield cls(wanted, condition)

    @property
    def cost(self) -> float:
        """The condition decides."""
        return 1.0 + 0.1 * len(self.columns) + self.is_title.cost

    def apply(self, grid: Grid) -> Grid | None:
        """The rows that are no titles, each with the cells of the last title above it in front."""
        rows: list[Row] = []
        titles: list[Cell] = [None] * len(self.columns)
        for row in grid.rows:
            if self.is_title.holds(row):
                titles = [row[at] or title for at, title in zip(self.columns, titles, strict=True)]
            else:
                rows.append((*titles, *row))
        return Grid(tuple(rows), self._names(grid.names or ())) if rows else None

    def select(self, source: Source) -> str:
        """The last title up to each row; then the title rows go."""
        assert source.names is not None
        condition = self.is_title.sql(source)
        titles = (f"CASE WHEN {condition} THEN nullif({source.cell(at)}, '') END" for at in self.columns)
        lifted = [f"last_value({title} IGNORE NULLS) OVER (ORDER BY _row)" for title in titles]
        columns = [*lifted, *(source.cell(at) for at in range(len(source.names)))]
        names = map(identifier, self._names(source.names))
        listed = ", ".join(one if one == name else f"{one} AS {name}" for one, name in zip(columns, names, strict=True))
        return f"SELECT {listed}, _row FROM {source.relation} QUALIFY NOT ({condition})"

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return unique_names([*["title"] * len(self.columns), *names])


def _marks(grid: Grid) -> Iterator[Equals]:
    """Cells of the first row that come back in their column."""
    for column, cells in enumerate(grid.columns[:WIDEST]):
        if cells[0] and cells.count(cells[0]) > 1:
            yield Equals(column, cells[0])
