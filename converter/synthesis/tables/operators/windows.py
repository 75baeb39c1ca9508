"""Columns that depend on the rows around: running sums, numbers, ranks, the row before, and the whole of a group."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from converter.synthesis.tables.alignment import stand_alike
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, identifier, unique_names
from converter.synthesis.tables.numbers import NumberFormat, Reading, bare_numbers, format_of, reading_of
from converter.synthesis.tables.operator import Operator
from converter.table import Cell, Row

WIDEST = 12
LEAST_ROWS = 3
"""In two rows, any two numbers are a running sum of something."""
MOST_GROUPS = 4
_NUMBER = NumberFormat(0)

Numbers = Sequence[Decimal | None]


@dataclass(frozen=True)
class Window:
    """One column over the rows of a group, in their order: a function of a column's numbers, or texts, up to each row."""

    function: str
    column: int | None = None
    group: int | None = None
    reading: Reading | None = None
    format: NumberFormat | None = None
    size: int = 0
    """How many rows up to each one a moving function takes."""

    @property
    def cost(self) -> float:
        """How unlikely it is that the function is meant."""
        return 0.3 + _COSTS[self.function] + (0.2 if self.group is not None else 0.0)

    def over(self, rows: Sequence[Row]) -> tuple[Cell, ...]:
        """The column's cells for all rows of a table."""
        found: list[Cell] = [None] * len(rows)
        groups: dict[Cell, list[int]] = {}
        for at, row in enumerate(rows):
            groups.setdefault(row[self.group] if self.group is not None else None, []).append(at)
        for places in groups.values():
            for at, cell in zip(places, self._cells([rows[at] for at in places]), strict=True):
                found[at] = cell
        return tuple(found)

    def sql(self, source: Source) -> str:
        """The window function, giving text."""
        cell = source.cell(self.column) if self.column is not None else ""
        number = self.reading.sql(cell) if self.reading is not None else ""
        partition = f"PARTITION BY {source.cell(self.group)}" if self.group is not None else ""
        whole, ordered = f"({partition})", f"({partition + ' ' if partition else ''}ORDER BY _row)"
        by_number = f"({partition + ' ' if partition else ''}ORDER BY {number}"
        if not self.size:
            value = _SQL[self.function].format(cell=cell, number=number, whole=whole, ordered=ordered, by_number=by_number)
        else:
            near = f"{ordered[:-1]} ROWS {self.size - 1} PRECEDING)"
            value = f"{_MOVING_SQL[self.function].format(number=number)} OVER {near}"
            if self.function in _FULL:
                value = f"CASE WHEN count(*) OVER {near} = {self.size} THEN {value} END"
        if self.format is not None:
            return self.format.sql(value)
        return value if self.function in _TEXTS else f"CAST({value} AS VARCHAR)"

    def name(self, names: Sequence[str]) -> str:
        """What the column is called."""
        return self.function if self.column is None else f"{self.function}_{names[self.column]}"

    def _cells(self, rows: Sequence[Row]) -> list[Cell]:
        if self.column is None:
            return _PLACES[self.function](len(rows))
        cells = [row[self.column] for row in rows]
        if self.reading is None:
            return _TEXTS[self.function](cells)
        values = [self.reading.value(cell) for cell in cells]
        numbers = self._moving(values) if self.size else _NUMBERS[self.function](values)
        style = self.format or _NUMBER
        return [None if value is None else style.text(value) for value in numbers]

    def _moving(self, values: Numbers) -> Numbers:
        found: list[Decimal | None] = []
        for end in range(1, len(values) + 1):
            near = [value for value in values[max(0, end - self.size) : end] if value is not None]
            is_told = near and (end >= self.size or self.function not in _FULL)
            found.append(_MOVING[self.function](near) if is_told else None)
        return found


def _running(reduce: Callable[[list[Decimal]], Decimal]) -> Callable[[Numbers], Numbers]:
    def function(values: Numbers) -> Numbers:
        so_far: list[Decimal] = []
        found: list[Decimal | None] = []
        for value in values:
            so_far += [value] if value is not None else []
            found.append(reduce(so_far) if so_far else None)
        return found

    return function


def _sum(values: list[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def _average(values: list[Decimal]) -> Decimal:
    return _sum(values) / len(values)


def _running_sum(values: Numbers) -> Numbers:
    total, found = Decimal(0), []
    for value in values:
        total += value or Decimal(0)
        found.append(total)
    return found


def _whole(reduce: Callable[[list[Decimal]], Decimal]) -> Callable[[Numbers], Numbers]:
    def function(values: Numbers) -> Numbers:
        told = [value for value in values if value is not None]
        return [reduce(told) if told else None] * len(values)

    return function


def _differences(values: Numbers) -> Numbers:
    pairs = zip(values, (None, *values[:-1]), strict=True)
    return [one - other if one is not None and other is not None else None for one, other in pairs]


def _of_whole(
    reduce: Callable[[list[Decimal]], Decimal], combine: Callable[[Decimal, Decimal], Decimal | None]
) -> Callable[[Numbers], Numbers]:
    """Each number combined with what all of them are reduced to."""

    def function(values: Numbers) -> Numbers:
        wholes = _whole(reduce)(values)
        pairs = zip(values, wholes, strict=True)
        return [combine(value, whole) if value is not None and whole is not None else None for value, whole in pairs]

    return function


def _ratio(value: Decimal, whole: Decimal) -> Decimal | None:
    return value / whole if whole else None


def _percent(value: Decimal, whole: Decimal) -> Decimal | None:
    return 100 * value / whole if whole else None


def _running_percent(values: Numbers) -> Numbers:
    total = _sum([value for value in values if value is not None])
    return [_percent(value or Decimal(0), total) for value in _running_sum(values)]


def _percent_changes(values: Numbers) -> Numbers:
    pairs = zip(_differences(values), (None, *values[:-1]), strict=True)
    return [_percent(change, before) if change is not None and before is not None else None for change, before in pairs]


def _ranks(values: Numbers, *, descending: bool, dense: bool) -> Numbers:
    told = [value for value in values if value is not None]
    others = sorted(set(told) if dense else told, reverse=descending)
    # NULLS LAST: blanks share the place after all numbers.
    return [Decimal((others.index(value) if value is not None else len(others)) + 1) for value in values]


_NUMBERS: dict[str, Callable[[Numbers], Numbers]] = {
    "running_sum": _running_sum,
    "difference": _differences,
    "rank": lambda values: _ranks(values, descending=True, dense=False),
    "dense_rank": lambda values: _ranks(values, descending=True, dense=True),
    "rank_up": lambda values: _ranks(values, descending=False, dense=False),
    "dense_rank_up": lambda values: _ranks(values, descending=False, dense=True),
    "total": _whole(_sum),
    "average": _whole(_average),
    "running_average": _running(_average),
    "greatest": _whole(max),
    "least": _whole(min),
    "below_greatest": _of_whole(max, lambda value, whole: whole - value),
    "above_least": _of_whole(min, lambda value, whole: value - whole),
    "from_average": _of_whole(_average, lambda value, whole: value - whole),
    "share": _of_whole(_sum, _ratio),
    "percent": _of_whole(_sum, _percent),
    "percent_of_greatest": _of_whole(max, _percent),
    "running_percent": _running_percent,
    "percent_change": _percent_changes,
    "running_greatest": _running(max),
    "running_least": _running(min),
}
_MOVING: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "moving_average": _average,
    "moving_sum": _sum,
    "full_moving_average": _average,
    "full_moving_sum": _sum,
}
_FULL = ("full_moving_average", "full_moving_sum")
"""Moving functions that say nothing before there are enough rows."""
_SIZES = (2, 3, 4, 5, 6, 7, 12)
_TEXTS: dict[str, Callable[[list[Cell]], list[Cell]]] = {
    "before": lambda cells: [None, *cells[:-1]],
    "after": lambda cells: [*cells[1:], None],
    "changed": lambda cells: [
        cell if cell != before else None for cell, before in zip(cells, (None, *cells[:-1]), strict=True)
    ],
}
_PLACES: dict[str, Callable[[int], list[Cell]]] = {
    "number": lambda size: [str(at) for at in range(1, size + 1)],
    "number_from_0": lambda size: [str(at) for at in range(size)],
    "count": lambda size: [str(size)] * size,
}
_SQL = {
    "running_sum": "coalesce(sum({number}) OVER {ordered}, 0)",
    "difference": "{number} - lag({number}) OVER {ordered}",
    "rank": "rank() OVER {by_number} DESC NULLS LAST)",
    "dense_rank": "dense_rank() OVER {by_number} DESC NULLS LAST)",
    "rank_up": "rank() OVER {by_number} NULLS LAST)",
    "dense_rank_up": "dense_rank() OVER {by_number} NULLS LAST)",
    "total": "sum({number}) OVER {whole}",
    "average": "avg({number}) OVER {whole}",
    "running_average": "avg({number}) OVER {ordered}",
    "greatest": "max({number}) OVER {whole}",
    "least": "min({number}) OVER {whole}",
    "below_greatest": "max({number}) OVER {whole} - {number}",
    "above_least": "{number} - min({number}) OVER {whole}",
    "from_average": "{number} - avg({number}) OVER {whole}",
    "share": "{number} / nullif(sum({number}) OVER {whole}, 0)",
    "percent": "100 * {number} / nullif(sum({number}) OVER {whole}, 0)",
    "percent_of_greatest": "100 * {number} / nullif(max({number}) OVER {whole}, 0)",
    "running_percent": "100 * sum({number}) OVER {ordered} / nullif(sum({number}) OVER {whole}, 0)",
    "percent_change": "100 * ({number} - lag({number}) OVER {ordered}) / nullif(lag({number}) OVER {ordered}, 0)",
    "running_greatest": "max({number}) OVER {ordered}",
    "running_least": "min({number}) OVER {ordered}",
    "before": "lag({cell}) OVER {ordered}",
    "after": "lead({cell}) OVER {ordered}",
    "changed": "CASE WHEN {cell} IS DISTINCT FROM lag({cell}) OVER {ordered} THEN {cell} END",
    "number": "row_number() OVER {ordered}",
    "number_from_0": "row_number() OVER {ordered} - 1",
    "count": "count(*) OVER {whole}",
}
_MOVING_SQL = {
    "moving_average": "avg({number})",
    "moving_sum": "sum({number})",
    "full_moving_average": "avg({number})",
    "full_moving_sum": "sum({number})",
}
_COSTS = {
    "moving_average": 0.4,
    "moving_sum": 0.4,
    "full_moving_average": 0.4,
    "full_moving_sum": 0.4,
    "running_average": 0.4,
    "below_greatest": 0.5,
    "above_least": 0.5,
    "from_average": 0.5,
    "share": 0.5,
    "percent": 0.4,
    "percent_of_greatest": 0.5,
    "running_percent": 0.5,
    "percent_change": 0.5,
    "number": 0.0,
    "running_sum": 0.1,
    "total": 0.1,
    "rank": 0.1,
    "count": 0.2,
    "before": 0.2,
    "difference": 0.2,
    "number_from_0": 0.2,
    "rank_up": 0.2,
    "dense_rank": 0.3,
    "average": 0.2,
    "greatest": 0.3,
    "least": 0.3,
    "after": 0.4,
    "changed": 0.1,
    "dense_rank_up": 0.4,
    "running_greatest": 0.4,
    "running_least": 0.4,
}
_RANKS = ("rank", "rank_up", "dense_rank", "dense_rank_up")
_OF_NUMBERS = tuple(function for function in _NUMBERS if function not in _RANKS)


@dataclass(frozen=True)
class AddWindows(Operator):
    """Adds columns that window functions give."""

    title: ClassVar[str] = "with_windows"
    windows: tuple[Window, ...]
    supposed: int = 0
    """How many of the columns, the last ones, are only there for others to be computed from."""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Functions that give expected columns; and numbers of rows or totals, for columns to be computed from."""
        if grid.is_ragged or grid.width > WIDEST or len(grid.rows) < LEAST_ROWS or not stand_alike(grid, goal):
            return
        known = set(grid.columns)
        told: list[Window] = []
        open_targets = [target for target in goal.expected.columns if target not in known and any(target)]
        unsaid = 0
        for target in open_targets:
            found = _told(grid, target)
            if found is None and goal.headed:
                found = _told(grid, bare_numbers(target) or ())
                unsaid += found is None
            if found is not None:
                told.append(found)
        if told:
            yield cls(tuple(dict.fromkeys(told)))
        is_begun = len(told) + sum(target in known for target in goal.expected.columns) > 0
        if is_begun and unsaid and "number" not in (grid.names or ()):
            for supposed in _supposed(grid):
                others = [one for one in supposed if one not in told]
                if others:
                    yield cls(tuple(dict.fromkeys([*told, *others])), len(others))

    @property
    def cost(self) -> float:
        """One step, and each function that gives a column, or the likeliest that others are computed from."""
        told = self.windows[: len(self.windows) - self.supposed]
        return 0.5 + sum(one.cost for one in told) + (0.5 + self.windows[-1].cost if self.supposed else 0.0)

    def apply(self, grid: Grid) -> Grid | None:
        """The grid with the columns at its end."""
        assert grid.names is not None
        added = [one.over(grid.rows) for one in self.windows]
        rows = tuple((*row, *cells) for row, cells in zip(grid.rows, zip(*added, strict=True), strict=True))
        return Grid(rows, self._names(grid.names))

    def select(self, source: Source) -> str:
        """The columns, and the window functions."""
        assert source.names is not None
        names = self._names(source.names)[len(source.names) :]
        columns = (f"{one.sql(source)} AS {identifier(name)}" for one, name in zip(self.windows, names, strict=True))
        return f"SELECT {source.columns()}, {', '.join(columns)}, _row FROM {source.relation}"

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return unique_names([*names, *(one.name(names) for one in self.windows)])


def _told(grid: Grid, target: Sequence[Cell]) -> Window | None:
    """The likeliest function that gives the target, if there is one."""
    return next((one for one in _windows(grid, target) if one.over(grid.rows) == target), None) if any(target) else None


def _supposed(grid: Grid) -> Iterator[list[Window]]:
    """Functions that columns may be computed from together: the row's number, values of the whole, and of the row before."""
    yield [Window("number")]
    yield [Window("total", at, None, reading, NumberFormat(None)) for at, reading in _numeric(grid)]
    yield [Window("before", at) for at, cells in enumerate(grid.columns) if any(map(str.isdigit, "".join(filter(None, cells))))]


def _numeric(grid: Grid) -> list[tuple[int, Reading]]:
    return [(at, reading) for at, cells in enumerate(grid.columns) if (reading := reading_of(cells)) is not None]


def _groups(grid: Grid) -> list[int | None]:
    """No group, or columns whose values come back."""
    repeating = [at for at, cells in enumerate(grid.columns) if 1 < len(set(cells)) < len(cells) and all(cells)]
    return [None, *repeating[:MOST_GROUPS]]


def _windows(grid: Grid, target: Sequence[Cell]) -> list[Window]:
    """Functions that may give the target, likelier ones first."""
    return sorted(_candidates(grid, target), key=lambda window: window.cost)


def _candidates(grid: Grid, target: Sequence[Cell]) -> Iterator[Window]:
    style = format_of(target)
    for group in _groups(grid):
        for column in range(grid.width):
            yield from (Window(function, column, group) for function in _TEXTS)
        if style is None:
            continue
        yield from (Window(function, group=group) for function in _PLACES)
        for column, reading in _numeric(grid):
            yield from (Window(function, column, group, reading) for function in _RANKS)
            yield from (Window(function, column, group, reading, style) for function in _OF_NUMBERS)
            for size in _SIZES:
                if 2 * size <= len(grid.rows):
                    yield from (Window(function, column, group, reading, style, size) for function in _MOVING)
