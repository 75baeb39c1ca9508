"""Columns turned into rows: fold, unpivot, melt."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.synthesis.tables.goal import Goal, words_in
from converter.synthesis.tables.grid import Grid, Source, identifier, literal, unique_names
from converter.synthesis.tables.numbers import reading_of
from converter.synthesis.tables.operator import Operator
from converter.synthesis.tables.operators.filling import carried
from converter.table import Cell, Row


@dataclass(frozen=True)
class Fold(Operator):
    """Gives each of some columns a row of its own, beside the columns that are kept (Potter's Wheel's fold)."""

    title: ClassVar[str] = "folded"
    kept: tuple[int, ...]
    folded: tuple[int, ...]
    by_column: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """The last columns, from every column on."""
        for kept, folded in _divisions(grid):
            if goal.headed and len({reading_of(grid.columns[at]) for at in folded if any(grid.columns[at])}) > 1:
                continue  # Under one name stand values of one kind.
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
class FoldUnderHeader(Operator):
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
class Unpivot(Operator):
    """As `Fold`, and writes the folded column's name beside its value."""

    title: ClassVar[str] = "unpivoted"
    kept: tuple[int, ...]
    folded: tuple[int, ...]
    labels: tuple[str, ...]
    by_column: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """The columns whose names, or words of them, the goal has as cells, and those whose cells come together in one."""
        if not goal.headed or grid.names is None:
            return
        for folded in dict.fromkeys(_folded_columns(grid, goal)):
            kept = tuple(at for at in range(grid.width) if at not in folded)
            labels = tuple(grid.names[at] for at in folded)
            yield cls(kept, folded, labels)
            if len(grid.rows) > 1:
                yield cls(kept, folded, labels, by_column=True)

    @property
    def cost(self) -> float:
        """Names that turn up as cells are strong evidence."""
        return 0.9 + 0.4 * self.by_column

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each folded cell, with its column's name."""
        return _folded(self, grid, grid.rows, [(label,) for label in self.labels], ("key", "value"))

    def select(self, source: Source) -> str:
        """UNNEST of the names beside UNNEST of the cells."""
        names = unique_names([*_kept_names(self, source), "key", "value"])
        labels = ", ".join(map(literal, self.labels))
        return (
            f"SELECT {_kept_columns(self, source)}UNNEST([{labels}]) AS {identifier(names[-2])}, "
            f"UNNEST({source.cells(self.folded)}) AS {identifier(names[-1])}, "
            f"{_position(len(self.folded), self.by_column, source.relation)} AS _row FROM {source.relation}"
        )


@dataclass(frozen=True)
class FoldRuns(Operator):
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


@dataclass(frozen=True)
class UnpivotSeveral(Operator):
    """As `Unpivot`, for names that tell two things, a month and a measure: a row for each month, a column for each measure."""

    title: ClassVar[str] = "unpivoted"
    kept: tuple[int, ...]
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    places: tuple[tuple[int, ...], ...]
    """For each measure its columns, in the order of the keys."""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Names that fall into parts of which every combination is there."""
        if not goal.headed or grid.names is None or grid.width < 4:
            return
        for parted in _parted_names(grid.names):
            keys = tuple(dict.fromkeys(key for key, _ in parted.values()))
            measures = tuple(dict.fromkeys(measure for _, measure in parted.values()))
            by_parts = {parts: at for at, parts in parted.items()}
            if min(len(keys), len(measures)) < 2 or len(by_parts) != len(keys) * len(measures):
                continue
            kept = tuple(at for at in range(grid.width) if at not in parted)
            yield cls(kept, keys, measures, tuple(tuple(by_parts[key, one] for key in keys) for one in measures))

    @property
    def cost(self) -> float:
        """Names that fall into parts are strong evidence."""
        return 1.0

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each key, with a cell for each measure."""
        rows = tuple(
            (*(row[at] for at in self.kept), key, *(row[columns[place]] for columns in self.places))
            for row in grid.rows
            for place, key in enumerate(self.keys)
        )
        return Grid(rows, self._names(grid.names or ()))

    def select(self, source: Source) -> str:
        """UNNEST of the keys beside UNNEST of each measure's columns."""
        names = self._names(source.names or ())[len(self.kept) :]
        lists = [f"[{', '.join(map(literal, self.keys))}]", *(source.cells(columns) for columns in self.places)]
        columns = [source.cell(at) for at in self.kept]
        columns += [f"UNNEST({cells}) AS {identifier(name)}" for cells, name in zip(lists, names, strict=True)]
        position = _position(len(self.keys), False, source.relation)
        return f"SELECT {', '.join(columns)}, {position} AS _row FROM {source.relation}"

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return unique_names([*(names[at] for at in self.kept), "key", *self.measures])


_NAME_MARKS = ("_", " ", "-", ".", "/", ":")
_NUMBERED = re.compile(r"(.*?)[ _.-]?([0-9]+)")


def _parted_names(names: tuple[str, ...]) -> Iterator[dict[int, tuple[str, str]]]:
    """Ways to part names into a key and a measure, for the columns that have such a name."""
    for mark in _NAME_MARKS:
        halves = {at: name.split(mark, 1) for at, name in enumerate(names) if mark in name.strip(mark)}
        if len(halves) >= 4:
            yield {at: (first, second) for at, (first, second) in halves.items()}
            yield {at: (second, first) for at, (first, second) in halves.items()}
    numbered = {at: found for at, name in enumerate(names) if (found := _NUMBERED.fullmatch(name)) and found.group(1)}
    if len(numbered) >= 4:
        yield {at: (found.group(2), found.group(1)) for at, found in numbered.items()}


def _folded_columns(grid: Grid, goal: Goal) -> Iterator[tuple[int, ...]]:
    """Columns that may come together in one expected column."""
    names = grid.names or ()
    named = tuple(at for at, name in enumerate(names) if goal.wants(name))
    worded = tuple(at for at, name in enumerate(names) if any(word in goal.words for word in words_in(name)))
    for folded in (named, worded):
        if len(folded) > 1:
            yield folded
    for target in goal.expected.columns:
        wanted = set(target)
        parts = tuple(at for at, cells in enumerate(grid.columns) if any(cells) and set(filter(None, cells)) <= wanted)
        if len(parts) > 1 and not any(set(grid.columns[at]) == wanted for at in parts):
            yield parts


_Folding = Fold | FoldUnderHeader | Unpivot


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
