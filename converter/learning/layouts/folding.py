"""Columns turned into rows: fold, unpivot, melt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.learning.layouts.filling import carried
from converter.learning.layouts.goal import Goal
from converter.learning.layouts.grid import Grid, Source, identifier, unique_names
from converter.learning.layouts.step import Step
from converter.table import Cell, Row


@dataclass(frozen=True)
class Fold(Step):
    """Gives each of some columns a row of its own, beside the columns that are kept (Potter's Wheel's fold)."""

    title: ClassVar[str] = "folded"
    kept: tuple[int, ...]
    folded: tuple[int, ...]
    by_column: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """The last columns, from every column on."""
        for kept, folded in _divisions(grid):
            yield cls(kept, folded)
            if len(grid.rows) > 1:
                yield cls(kept, folded, by_column=True)

    @property
    def cost(self) -> float:
        """Row by row is the usual order."""
        return 1.0 + 0.4 * self.by_column

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each folded cell."""
        return _folded(self, grid, grid.rows, [()] * len(self.folded), ("value",))

    def reads_lists(self, source: Source) -> bool:
        """Where a file may have more columns than the example."""
        return source.is_open

    def select(self, source: Source) -> str:
        """UNNEST of a list of the folded columns."""
        names = unique_names([*_kept_names(self, source), "value"])
        if source.is_open:
            value = f"UNNEST(cells[{len(self.kept) + 1}:]) AS {identifier(names[-1])}"
            return f"SELECT {_listed_columns(self, source)}{value}, {_listed_position(self, source)} FROM {source.relation}"
        return (
            f"SELECT {_kept_columns(self, source)}UNNEST({source.cells(self.folded)}) AS {identifier(names[-1])}, "
            f"{_position(len(self.folded), self.by_column, source.relation)} AS _row FROM {source.relation}"
        )


MOST_HEADERS = 3


@dataclass(frozen=True)
class FoldUnderHeader(Step):
    """As `Fold`, and writes the cells that the first rows have over each folded column beside its value."""

    title: ClassVar[str] = "unpivoted"
    kept: tuple[int, ...]
    folded: tuple[int, ...]
    headers: int = 1
    by_column: bool = False
    is_merged: bool = False
    """Whether a header's cell stands for the blank ones to its right too, as merged cells of a spreadsheet do."""
    is_confirmed: bool = True
    """Whether more rows than one stand under the headers."""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Columns over which the first rows have cells that the goal wants."""
        if grid.is_ragged:
            return
        for headers in range(1, MOST_HEADERS + 1):
            if len(grid.rows) <= headers:
                return
            for kept, folded in _divisions(grid):
                over = [[row[at] for at in folded] for row in grid.rows[:headers]]
                is_merged = any(map(_is_merged, over))
                cells = [list(carried(row)) if is_merged else row for row in over]
                if all(sum(map(goal.shows, row)) * 2 > len(folded) for row in cells):
                    is_confirmed = headers == 1 or len(grid.rows) > headers + 1
                    yield cls(kept, folded, headers, is_merged=is_merged, is_confirmed=is_confirmed)
                    if len(grid.rows) > headers + 1:
                        yield cls(kept, folded, headers, by_column=True, is_merged=is_merged)

    @property
    def cost(self) -> float:
        """A little above `Fold`."""
        return 0.8 + 0.3 * self.headers + 0.4 * self.by_column + 0.1 * self.is_merged + 1.0 * (not self.is_confirmed)

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each folded cell of the rows under the headers."""
        over = [tuple(row[at] for at in self.folded) for row in grid.rows[: self.headers]]
        headings = list(zip(*(carried(row) if self.is_merged else row for row in over), strict=True))
        return _folded(self, grid, grid.rows[self.headers :], headings, (*self._keys, "value"))

    def reads_lists(self, source: Source) -> bool:
        """Always."""
        return True

    def select(self, source: Source) -> str:
        """UNNEST of the headers' cells beside UNNEST of the row's."""
        names = unique_names([*_kept_names(self, source), *self._keys, "value"])
        parts = [*(f"header_{n + 1}" for n in range(self.headers)), "body"]
        lists = ", ".join(
            f"UNNEST({self._cells(part)}) AS {identifier(name)}"
            for part, name in zip(parts, names[len(self.kept) :], strict=True)
        )
        headers = "".join(
            f" CROSS JOIN (SELECT * FROM {source.relation} ORDER BY _row LIMIT 1{f' OFFSET {n}' * (n > 0)}) AS header_{n + 1}"
            for n in range(self.headers)
        )
        return (
            f"SELECT {_listed_columns(self, source, 'body.')}{lists}, {_listed_position(self, source, 'body.')} "
            f"FROM {source.relation} AS body{headers} WHERE body._row > header_{self.headers}._row"
        )

    def _cells(self, part: str) -> str:
        """The part's folded cells; of a merged header a blank one with the last that is filled to its left."""
        cells = f"{part}.cells[{len(self.kept) + 1}:]"
        if not self.is_merged or part == "body":
            return cells
        return f"list_transform({cells}, (cell, place) -> list_filter({cells}[1:place], one -> one <> '')[-1])"

    @property
    def _keys(self) -> tuple[str, ...]:
        return ("key", *(f"key_{n}" for n in range(2, self.headers + 1)))


def _is_merged(cells: Sequence[Cell]) -> bool:
    """Whether the first cell is filled and some of the others are not."""
    return bool(cells[0]) and not all(cells)


@dataclass(frozen=True)
class FoldRuns(Step):
    """Gives each run of `width` neighbouring columns a row of its own: several values to a row, repeated beside each other."""

    title: ClassVar[str] = "folded"
    kept: tuple[int, ...]
    width: int
    runs: int
    by_column: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Runs that divide the columns after those that are kept."""
        if grid.is_ragged:
            return
        for first in range(min(grid.width - 3, 6)):
            for width in range(2, (grid.width - first) // 2 + 1):
                if (grid.width - first) % width == 0 and first + width <= max(len(goal.expected.columns) + 1, 3):
                    yield cls(tuple(range(first)), width, (grid.width - first) // width)
                    if len(grid.rows) > 1:
                        yield cls(tuple(range(first)), width, (grid.width - first) // width, by_column=True)

    @property
    def cost(self) -> float:
        """A little above `Fold`."""
        return 1.2 + 0.4 * self.by_column

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each run."""
        if grid.names is None:
            return None
        first = len(self.kept)
        starts = range(first, grid.width, self.width)
        made = [[row[:first] + row[start : start + self.width] for start in starts] for row in grid.rows]
        return Grid(_in_order(made, self.by_column), self._names(grid.names))

    def reads_lists(self, source: Source) -> bool:
        """Where a file may have more columns than the example."""
        return source.is_open

    def select(self, source: Source) -> str:
        """UNNEST of each place in the runs."""
        assert source.names is not None
        first = len(self.kept)
        if source.is_open:
            places = ", ".join(
                f"UNNEST(list_transform({self.starts}, at -> cells[at + {place}])) AS {identifier(name)}"
                for place, name in enumerate(self._names(source.names)[first:])
            )
            return f"SELECT {_listed_columns(self, source)}{places}, {_listed_position(self, source)} FROM {source.relation}"
        lists = ", ".join(
            f"UNNEST({source.cells(range(first + place, len(source.names), self.width))}) AS {identifier(name)}"
            for place, name in enumerate(self._names(source.names)[first:])
        )
        columns = "".join(f"{source.cell(at)}, " for at in self.kept)
        position = _position(self.runs, self.by_column, source.relation)
        return f"SELECT {columns}{lists}, {position} AS _row FROM {source.relation}"

    @property
    def starts(self) -> str:
        """The SQL of the places in the list of cells at which runs start."""
        return f"range({len(self.kept) + 1}, len(cells) + 1, {self.width})"

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        first = len(self.kept)
        return unique_names([*names[:first], *names[first : first + self.width]])


_Folding = Fold | FoldUnderHeader


def _divisions(grid: Grid) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The ways to keep the first columns and fold the others."""
    if grid.is_ragged:
        return
    for first in range(min(grid.width - 1, 8)):
        yield tuple(range(first)), tuple(range(first, grid.width))


def _folded(step: _Folding, grid: Grid, rows: tuple, labels: list[tuple], added: tuple[str, ...]) -> Grid | None:
    if grid.names is None or len(rows) * len(step.folded) > 20_000:
        return None
    places = list(zip(step.folded, labels, strict=True))
    made = [[(*(row[k] for k in step.kept), *label, row[at]) for at, label in places] for row in rows]
    names = unique_names([*(grid.names[at] for at in step.kept), *added])
    return Grid(_in_order(made, step.by_column), names)


def _in_order(made: list[list[Row]], by_column: bool) -> tuple[Row, ...]:
    """The rows made from each row, one row's after the other's, or the first of all rows, then the second."""
    groups = map(list, zip(*made, strict=True)) if by_column else made
    return tuple(row for group in groups for row in group)


def _kept_names(step: _Folding, source: Source) -> list[str]:
    assert source.names is not None
    return [source.names[at] for at in step.kept]


def _kept_columns(step: _Folding, source: Source) -> str:
    return "".join(f"{source.cell(at)}, " for at in step.kept)


def _position(count: int, by_column: bool, relation: str) -> str:
    """A `_row` for `count` unnested rows of each row: unique, and in the order of rows or of columns."""
    places = ", ".join(map(str, range(count)))
    if by_column:
        return f"_row + UNNEST([{places}]) * (SELECT max(_row) FROM {relation})"
    return f"_row * {count} + UNNEST([{places}])"


def _listed_columns(step: _Folding | FoldRuns, source: Source, part: str = "") -> str:
    return "".join(f"{part}cells[{at + 1}] AS {source.cell(at)}, " for at in step.kept)


def _listed_position(step: _Folding | FoldRuns, source: Source, part: str = "") -> str:
    """As `_position`, for rows whose folded cells are a list of any length."""
    folded = f"{part}cells[{len(step.kept) + 1}:]"
    place = f"generate_subscripts({step.starts if isinstance(step, FoldRuns) else folded}, 1)"
    if step.by_column:
        return f"{part}_row + {place} * (SELECT max(_row) FROM {source.relation}) AS _row"
    return f"{part}_row * len({part}cells) + {place} AS _row"
