"""Rows brought together by key: aggregates, and one row of each group."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, islice
from statistics import median
from typing import ClassVar, Self

from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, identifier, literal, unique_names
from converter.synthesis.tables.numbers import NumberFormat, Reading, bare_numbers, format_of, reading_of
from converter.synthesis.tables.operator import Operator
from converter.synthesis.tables.operators.ordering import SortKey, sort_keys
from converter.table import Cell, Row

MOST_KEYS = 3
MOST_COLUMNS = 24
_TELLING_ROWS = 10_000
_SEPARATOR = re.compile(r"\s*[^\w\s]+\s*|\s+")


@dataclass(frozen=True)
class Group:
    """Some rows of a grid. What a column's cells are as numbers is found once for the whole grid."""

    grid: Grid
    places: Sequence[int]

    def __len__(self) -> int:
        return len(self.places)

    def cells(self, column: int) -> list[str]:
        """The column's filled cells."""
        cells = self.grid.columns[column]
        return [cell for at in self.places if (cell := cells[at])]

    def numbers(self, column: int, reading: Reading) -> list[Decimal | None]:
        """The numbers in the column."""
        numbers = self.grid.memo(("numbers", column, reading), lambda: self._read(column, reading))
        return [numbers[at] for at in self.places]

    def _read(self, column: int, reading: Reading) -> list[Decimal | None]:
        known = {cell: reading.value(cell) for cell in _different(self.grid, column)}
        return [known[cell] for cell in self.grid.columns[column]]


Groups = dict[Row, Group]


@dataclass(frozen=True)
class Aggregate:
    """One aggregate over the rows of a group: of a column, or of the product of two; numbers have a format."""

    function: str
    column: int
    reading: Reading | None = None
    format: NumberFormat | None = None
    separator: str = ""
    factor: int | None = None
    factor_reading: Reading | None = None

    @property
    def cost(self) -> float:
        """How unlikely it is that the aggregate is meant."""
        return 0.05 + _COSTS.get(self.function, 0.0) + (0.3 if self.factor is not None else 0.0)

    def over(self, group: Group) -> Cell:
        """The aggregate's text for a group; None where it has no cells."""
        if self.format is not None and self.function in _NUMERIC:
            values = [value for value in self._numbers(group) if value is not None]
            return self.format.text(_NUMERIC[self.function](values)) if values else None
        return _TEXTUAL[self.function](self, group)

    def sql(self, source: Source, condition: str = "") -> str:
        """The aggregate in SQL, giving text; with a condition, of the rows that it holds for."""
        cell = source.cell(self.column)
        number = self.reading.sql(cell) if self.reading is not None else cell
        if self.factor is not None and self.factor_reading is not None:
            number = f"{number} * {self.factor_reading.sql(source.cell(self.factor))}"
        value = _SQL[self.function].format(cell=f"nullif({cell}, '')", number=number, separator=literal(self.separator))
        if condition:
            value = f"{value} FILTER (WHERE {condition})"
        if self.format is not None:
            return self.format.sql(value)
        return value if self.function in _GIVING_TEXT else f"CAST({value} AS VARCHAR)"

    def name(self, names: Sequence[str]) -> str:
        """What the column is called: a word for the function, and the column's name."""
        if self.function == "count":
            return "count"
        other = f"_{names[self.factor]}" if self.factor is not None else ""
        return f"{self.function}_{names[self.column]}{other}"

    def _numbers(self, group: Group) -> Sequence[Decimal | None]:
        assert self.reading is not None
        values = group.numbers(self.column, self.reading)
        if self.factor is None or self.factor_reading is None:
            return values
        others = group.numbers(self.factor, self.factor_reading)
        pairs = zip(values, others, strict=True)
        return [None if one is None or other is None else one * other for one, other in pairs]


_NUMERIC: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "sum": lambda values: sum(values, Decimal(0)),
    "min": min,
    "max": max,
    "avg": lambda values: sum(values, Decimal(0)) / len(values),
    "median": median,
}
_TEXTUAL: dict[str, Callable[[Aggregate, Group], Cell]] = {
    "count": lambda self, group: str(len(group)),
    "filled": lambda self, group: str(len(group.cells(self.column))),
    "distinct": lambda self, group: str(len(set(group.cells(self.column)))),
    "least": lambda self, group: min(group.cells(self.column), key=str.encode, default=None),
    "greatest": lambda self, group: max(group.cells(self.column), key=str.encode, default=None),
    "first": lambda self, group: next(iter(group.cells(self.column)), None),
    "last": lambda self, group: next(reversed(group.cells(self.column)), None),
    "joined": lambda self, group: self.separator.join(group.cells(self.column)) or None,
    "joined_distinct": lambda self, group: self.separator.join(dict.fromkeys(group.cells(self.column))) or None,
    "joined_sorted": lambda self, group: self.separator.join(sorted(group.cells(self.column), key=str.encode)) or None,
    "joined_distinct_sorted": lambda self, group: (
        self.separator.join(sorted(set(group.cells(self.column)), key=str.encode)) or None
    ),
}
_SQL = {
    "count": "count(*)",
    "filled": "count({cell})",
    "distinct": "count(DISTINCT {cell})",
    "sum": "sum({number})",
    "avg": "avg({number})",
    "median": "median({number})",
    "min": "min({number})",
    "max": "max({number})",
    "least": "min({cell})",
    "greatest": "max({cell})",
    "first": "first({cell} ORDER BY _row) FILTER (WHERE {cell} IS NOT NULL)",
    "last": "last({cell} ORDER BY _row) FILTER (WHERE {cell} IS NOT NULL)",
    "joined": "string_agg({cell}, {separator} ORDER BY _row)",
    # list_distinct keeps no order, so the repetitions are filtered out by their places.
    "joined_distinct": "array_to_string(list_filter(list({cell} ORDER BY _row), "
    "(text, at) -> list_position(list({cell} ORDER BY _row), text) = at), {separator})",
    "joined_sorted": "string_agg({cell}, {separator} ORDER BY {cell})",
    "joined_distinct_sorted": "string_agg(DISTINCT {cell}, {separator} ORDER BY {cell})",
}
_GIVING_TEXT = frozenset(_SQL) - {"count", "filled", "distinct"}
_COSTS = {
    "median": 0.2,
    "filled": 0.3,
    "distinct": 0.2,
    "least": 0.4,
    "greatest": 0.4,
    "first": 0.3,
    "last": 0.4,
    "joined_distinct": 0.2,
    "joined_sorted": 0.2,
    "joined_distinct_sorted": 0.3,
}


@dataclass(frozen=True)
class GroupBy(Operator):
    """One row for each key, with aggregates of the other columns."""

    title: ClassVar[str] = "grouped"
    scales: ClassVar[bool] = True
    keys: tuple[int, ...]
    aggregates: tuple[Aggregate, ...]
    supposed: int = 0
    """How many of the aggregates are only there for columns to be computed from."""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Columns of which each expected row has its own values, and aggregates that are expected cells."""
        if grid.is_ragged or grid.width > MOST_COLUMNS or len(goal.expected.rows) >= len(grid.rows):
            return
        for pairs in _key_sets(grid, goal):
            keys = tuple(column for column, _ in pairs)
            groups = _expected_groups(grid, goal, pairs) if not goal.is_late else None
            if groups is None:
                continue
            others = [at for at in range(goal.expected.width) if at not in {at for _, at in pairs}]
            told = {at: _aggregate(grid, goal, groups, at) for at in others}
            aggregates = tuple(dict.fromkeys(found for found in told.values() if found is not None))
            if aggregates or (pairs and not others):
                yield cls(keys, aggregates)
            if None in told.values() and goal.headed:
                supposed = [one for one in _totals(grid, keys) if one not in aggregates]
                yield cls(keys, (*aggregates, *supposed), len(supposed))
            elif len(grid.rows) >= _TELLING_ROWS:
                # Aggregates over so many rows do not fit by chance, and each set of keys takes seconds.
                return

    @property
    def cost(self) -> float:
        """One step, a little for every aggregate."""
        told = self.aggregates[: len(self.aggregates) - self.supposed]
        picks = 0 if self.keys else sum(one.function in _TEXTUAL and one.function != "count" for one in told)
        return 0.9 + 0.1 * len(self.keys) + sum(one.cost for one in told) + 0.3 * bool(self.supposed) + 0.5 * max(0, picks - 1)

    def apply(self, grid: Grid) -> Grid | None:
        """The groups in the order of their first rows."""
        groups = _grouped(grid, self.keys)
        rows = tuple((*key, *(one.over(group) for one in self.aggregates)) for key, group in groups.items())
        return Grid(rows, self._names(grid.names)) if grid.names is not None else None

    def select(self, source: Source) -> str:
        """GROUP BY the keys."""
        names = self._names(source.names or ())[len(self.keys) :]
        columns = [source.cell(at) for at in self.keys]
        by = f" GROUP BY {', '.join(columns)}" if self.keys else ""
        columns += [f"{one.sql(source)} AS {identifier(name)}" for one, name in zip(self.aggregates, names, strict=True)]
        return f"SELECT {', '.join(columns)}, min(_row) AS _row FROM {source.relation}{by}"

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return unique_names([*(names[at] for at in self.keys), *(one.name(names) for one in self.aggregates)])


@dataclass(frozen=True)
class OnePerGroup(Operator):
    """Keeps one row of each group: the first, the last, or the one that a sort key puts first. Removes duplicates."""

    title: ClassVar[str] = "one_each"
    keys: tuple[int, ...]
    last: bool = False
    order: SortKey | None = None
    is_choice: bool = True
    """Whether the rows of a group differ, so that one is chosen."""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Keys that make as many groups as rows are expected."""
        rows = len(goal.expected.rows)
        if grid.is_ragged or grid.width > 24 or rows >= len(grid.rows):
            return
        everything = tuple(range(grid.width))
        whole = [everything] if len(set(grid.rows)) == rows else []
        sets = (tuple(column for column, _ in pairs) for pairs in _key_sets(grid, goal))
        for keys in [*whole, *(keys for keys in sets if len({tuple(row[at] for at in keys) for row in grid.rows}) == rows)]:
            yield cls(keys, is_choice=keys != everything)
            if keys != everything:
                yield cls(keys, last=True)
                for order in sort_keys(grid):
                    if order.column not in keys:
                        yield cls(keys, order=order)

    @property
    def cost(self) -> float:
        """Removing duplicates is usual; the last of a group and the greatest of a group are rarer."""
        return 0.75 + (0.05 * len(self.keys) if self.is_choice else 0.0) + 0.2 * self.last + 0.3 * (self.order is not None)

    def apply(self, grid: Grid) -> Grid | None:
        """The kept rows where they stood."""
        rows = list(enumerate(grid.rows))
        if self.order is not None:
            places = {id(row): at for at, row in rows}
            rows = [(places[id(row)], row) for row in self.order.sorted([row for _, row in rows])]
        if self.last:
            rows.reverse()
        kept: dict[Row, tuple[int, Row]] = {}
        for at, row in rows:
            kept.setdefault(tuple(row[key] for key in self.keys), (at, row))
        return grid.with_rows(tuple(row for _, row in sorted(kept.values(), key=lambda place: place[0])))

    def select(self, source: Source) -> str:
        """QUALIFY on the place in the group."""
        keys = ", ".join(source.cell(at) for at in self.keys)
        order = f"{self.order.sql(source)}, " if self.order is not None else ""
        place = f"row_number() OVER (PARTITION BY {keys} ORDER BY {order}_row{' DESC' if self.last else ''})"
        return f"SELECT * FROM {source.relation} QUALIFY {place} = 1"


def _key_sets(grid: Grid, goal: Goal) -> Iterator[tuple[tuple[int, int], ...]]:
    """Sets of pairs (column, expected column) that tell the expected rows apart; for one row also no key at all."""
    if len(goal.expected.rows) == 1:
        yield ()
    pairs = _key_pairs(grid, goal)[:8]
    for size in range(1, MOST_KEYS + 1):
        for chosen in combinations(pairs, size):
            columns = {column for column, _ in chosen}
            expected = {tuple(_plain(row[at]) for _, at in chosen) for row in goal.expected.rows}
            if len(columns) == size and len(expected) == len(goal.expected.rows):
                yield chosen


def _key_pairs(grid: Grid, goal: Goal) -> list[tuple[int, int]]:
    """For each expected column the column whose cells it has, whatever their case; one of the same name first."""
    names = [name.casefold() for name in grid.names or ()]
    inside = grid.memo("plain cells", lambda: [set(map(_plain, _different(grid, at))) for at in range(grid.width)])
    found = []
    for at, target in enumerate(goal.expected.columns):
        wanted = set(map(_plain, target))
        fitting = [column for column, cells in enumerate(inside) if wanted <= cells and wanted != {""}]
        name = goal.names[at].casefold() if at < len(goal.names) else None
        if fitting:
            found.append((min(fitting, key=lambda column: (names[column] != name, abs(column - at))), at))
    return found


def _plain(cell: Cell) -> str:
    return (cell or "").strip().casefold()


def _grouped(grid: Grid, keys: tuple[int, ...]) -> Groups:
    return grid.memo(("grouped", keys), lambda: _groups(grid, keys))


def _groups(grid: Grid, keys: tuple[int, ...]) -> Groups:
    if not keys:
        return {(): Group(grid, range(len(grid.rows)))}
    places: dict[Row, list[int]] = {}
    for at, key in enumerate(zip(*(grid.columns[column] for column in keys), strict=True)):
        places.setdefault(key, []).append(at)
    return {key: Group(grid, found) for key, found in places.items()}


def _expected_groups(grid: Grid, goal: Goal, pairs: tuple[tuple[int, int], ...]) -> list[Group] | None:
    """Each expected row's group; None where one is missing, or none but the blank one has two rows that say something."""
    keys = tuple(column for column, _ in pairs)
    groups = _grouped(grid, keys)
    others = [at for at in range(grid.width) if at not in keys] or keys

    def says_more(group: Group) -> bool:
        told = (at for at in group.places if any(grid.rows[at][column] for column in others))
        return len(list(islice(told, 2))) == 2

    if not any(says_more(group) for key, group in groups.items() if any(key) or not key):
        return None
    plain = {tuple(map(_plain, key)): group for key, group in groups.items()}
    found = [plain.get(tuple(_plain(row[at]) for _, at in pairs)) for row in goal.expected.rows]
    return [group for group in found if group is not None] if None not in found else None


def _aggregate(grid: Grid, goal: Goal, groups: list[Group], at: int) -> Aggregate | None:
    """The likeliest aggregate that gives the expected column, or the numbers in its texts."""
    target = goal.expected.columns[at]
    name = goal.names[at] if at < len(goal.names) else ""
    fitting = _fitting(grid, goal, groups, target, name)
    if fitting is None:
        numbers = bare_numbers(target)
        fitting = _fitting(grid, goal, groups, numbers, name) if numbers is not None and numbers != target else None
    return fitting


def _fitting(grid: Grid, goal: Goal, groups: list[Group], target: Sequence[Cell], name: str) -> Aggregate | None:
    # What does not fit is told by the smallest group, which of large tables is a small part.
    smallest_first = sorted(zip(groups, target, strict=True), key=lambda pair: len(pair[0]))
    for aggregate in _aggregates(grid, target, name):
        if goal.is_late:
            return None
        if all(aggregate.over(group) == cell for group, cell in smallest_first):
            return aggregate
    return None


def _aggregates(grid: Grid, target: Sequence[Cell], name: str) -> Iterator[Aggregate]:
    """Aggregates that may give the target, likelier ones first, of columns with a similar name first."""
    style = format_of(target)
    names = grid.names or ()
    columns = sorted(range(grid.width), key=lambda at: not _similar(names[at] if at < len(names) else "", name))
    readings = {at: reading for at in columns if (reading := _reading(grid, at)) is not None}
    if style is not None:
        exact = {at: reading for at, reading in readings.items() if style.has_room_for(_different(grid, at))}
        for column, reading in exact.items():
            yield Aggregate("sum", column, reading, style)
        yield Aggregate("count", 0)
        for function, usable in (("min", exact), ("max", exact), ("avg", readings), ("median", readings)):
            for column, reading in usable.items():
                yield Aggregate(function, column, reading, style)
    for function in ("first", "last", "least", "greatest", "distinct", "filled"):
        for column in columns:
            yield Aggregate(function, column)
    if style is not None:
        for (one, reading), (other, factor) in combinations(readings.items(), 2):
            yield Aggregate("sum", one, reading, style, factor=other, factor_reading=factor)
    for separator in dict.fromkeys(mark for cell in target[:5] for mark in _SEPARATOR.findall(cell or "")):
        for function in ("joined", "joined_distinct", "joined_sorted", "joined_distinct_sorted"):
            for column in columns:
                yield Aggregate(function, column, separator=separator)


def _different(grid: Grid, at: int) -> tuple[Cell, ...]:
    """The cells of a column, each once."""
    return grid.memo(("different", at), lambda: tuple(dict.fromkeys(grid.columns[at])))


def _reading(grid: Grid, at: int) -> Reading | None:
    return grid.memo(("reading", at), lambda: reading_of(_different(grid, at)))


def _similar(name: str, expected: str) -> bool:
    one, other = name.casefold(), expected.casefold()
    return bool(one and other) and (one in other or other in one)


def _totals(grid: Grid, keys: tuple[int, ...]) -> Iterator[Aggregate]:
    """The sums, least and greatest of numeric columns and the count, for columns to be computed from."""
    for column in range(grid.width):
        reading = _reading(grid, column)
        if column not in keys and reading is not None:
            yield from (Aggregate(function, column, reading, NumberFormat(None)) for function in ("sum", "min", "max"))
    yield Aggregate("count", 0)
