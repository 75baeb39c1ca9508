"""Rows brought together by key: aggregates, and one row of each group."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import ClassVar, Self

from converter.synthesis.tables.anchors import anchors
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, identifier, literal, unique_names
from converter.synthesis.tables.numbers import NumberFormat, are_numbers, as_number, format_of, number
from converter.synthesis.tables.operator import Operator
from converter.synthesis.tables.operators.ordering import SortKey, sort_keys
from converter.table import Cell, Row

MOST_KEYS = 3
SEPARATORS = (", ", ",", "; ", ";", " | ", "|", " / ", "/", " ", "-", " - ", "\n")


@dataclass(frozen=True)
class Aggregate:
    """One aggregate over the rows of a group: its name, the column, how a number is written, what is put between texts."""

    function: str
    column: int
    format: NumberFormat | None = None
    separator: str = ""

    def over(self, rows: Sequence[Row]) -> Cell:
        """The aggregate's text for the rows of a group; None for an empty one."""
        cells = [row[self.column] for row in rows if row[self.column]]
        return _FUNCTIONS[self.function](self, [cell for cell in cells if cell is not None], rows)

    def sql(self, source: Source) -> str:
        """The aggregate in SQL, giving text."""
        cell = source.cell(self.column)
        value = _SQL[self.function].format(
            cell=f"nullif({cell}, '')", number=as_number(cell), separator=literal(self.separator)
        )
        return self.format.sql(value) if self.format is not None else f"CAST({value} AS VARCHAR)"


def _numeric(reduce: Callable[[list[Decimal]], Decimal]) -> Callable[[Aggregate, list[str], Sequence[Row]], Cell]:
    def aggregate(self: Aggregate, cells: list[str], rows: Sequence[Row]) -> Cell:
        values = [value for value in map(number, cells) if value is not None]
        return self.format.text(reduce(values)) if values and self.format is not None else None

    return aggregate


_FUNCTIONS: dict[str, Callable[[Aggregate, list[str], Sequence[Row]], Cell]] = {
    "count": lambda self, cells, rows: str(len(rows)),
    "filled": lambda self, cells, rows: str(len(cells)),
    "distinct": lambda self, cells, rows: str(len(set(cells))),
    "sum": _numeric(lambda values: sum(values, Decimal(0))),
    "avg": _numeric(lambda values: sum(values, Decimal(0)) / len(values)),
    "min": _numeric(min),
    "max": _numeric(max),
    "least": lambda self, cells, rows: min(cells, key=str.encode, default=None),
    "greatest": lambda self, cells, rows: max(cells, key=str.encode, default=None),
    "first": lambda self, cells, rows: cells[0] if cells else None,
    "last": lambda self, cells, rows: cells[-1] if cells else None,
    "joined": lambda self, cells, rows: self.separator.join(cells) or None,
    "joined_distinct": lambda self, cells, rows: self.separator.join(dict.fromkeys(cells)) or None,
}
_SQL = {
    "count": "count(*)",
    "filled": "count({cell})",
    "distinct": "count(DISTINCT {cell})",
    "sum": "sum({number})",
    "avg": "avg({number})",
    "min": "min({number})",
    "max": "max({number})",
    "least": "min({cell})",
    "greatest": "max({cell})",
    "first": "first({cell} ORDER BY _row) FILTER (WHERE {cell} IS NOT NULL)",
    "last": "last({cell} ORDER BY _row) FILTER (WHERE {cell} IS NOT NULL)",
    "joined": "string_agg({cell}, {separator} ORDER BY _row)",
    "joined_distinct": "array_to_string(list_distinct(list({cell} ORDER BY _row)), {separator})",
}
_COSTS = {
    "filled": 0.3,
    "distinct": 0.2,
    "least": 0.4,
    "greatest": 0.4,
    "first": 0.3,
    "last": 0.4,
    "joined_distinct": 0.2,
}


@dataclass(frozen=True)
class GroupBy(Operator):
    """One row for each key, with aggregates of the other columns."""

    title: ClassVar[str] = "grouped"
    keys: tuple[int, ...]
    aggregates: tuple[Aggregate, ...]

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Copied columns that make as many groups as rows are expected, and aggregates that are expected cells."""
        rows = len(goal.expected.rows)
        if grid.is_ragged or grid.width > 24 or rows >= len(grid.rows):
            return
        for keys in _key_sets(grid, goal, rows):
            groups = _grouped(grid, keys)
            aggregates = tuple(dict.fromkeys(_expected_aggregates(grid, groups, keys, goal)))
            if aggregates:
                yield cls(keys, aggregates)

    @property
    def cost(self) -> float:
        """One step, a little for every aggregate."""
        return 0.9 + 0.1 * len(self.keys) + sum(0.05 + _COSTS.get(one.function, 0.0) for one in self.aggregates)

    def apply(self, grid: Grid) -> Grid | None:
        """The groups in the order of their first rows."""
        groups = _grouped(grid, self.keys)
        rows = tuple((*key, *(one.over(rows) for one in self.aggregates)) for key, rows in groups.items())
        return Grid(rows, self._names(grid.names)) if grid.names is not None else None

    def select(self, source: Source) -> str:
        """GROUP BY the keys."""
        names = self._names(source.names or ())[len(self.keys) :]
        keys = ", ".join(source.cell(at) for at in self.keys)
        columns = ", ".join(
            f"{one.sql(source)} AS {identifier(name)}" for one, name in zip(self.aggregates, names, strict=True)
        )
        start, by = (f"{keys}, ", f" GROUP BY {keys}") if keys else ("", "")
        return f"SELECT {start}{columns}, min(_row) AS _row FROM {source.relation}{by}"

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        aggregates = (f"{one.function}_{names[one.column]}" for one in self.aggregates)
        return unique_names([*(names[at] for at in self.keys), *aggregates])


@dataclass(frozen=True)
class OnePerGroup(Operator):
    """Keeps one row of each group: the first, the last, or the one that a sort key puts first. Removes duplicates."""

    title: ClassVar[str] = "one_each"
    keys: tuple[int, ...]
    last: bool = False
    order: SortKey | None = None

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Keys that make as many groups as rows are expected."""
        rows = len(goal.expected.rows)
        if grid.is_ragged or grid.width > 24 or rows >= len(grid.rows):
            return
        everything = tuple(range(grid.width))
        whole = [everything] if len(set(grid.rows)) == rows else []
        for keys in [*whole, *_key_sets(grid, goal, rows)]:
            yield cls(keys)
            if keys != everything:
                yield cls(keys, last=True)
                for order in sort_keys(grid):
                    if order.column not in keys:
                        yield cls(keys, order=order)

    @property
    def cost(self) -> float:
        """Removing duplicates is usual; the last of a group and the greatest of a group are rarer."""
        return 0.8 + 0.05 * min(len(self.keys), 3) + 0.2 * self.last + 0.3 * (self.order is not None)

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
        return Grid(tuple(row for _, row in sorted(kept.values(), key=lambda place: place[0])), grid.names)

    def select(self, source: Source) -> str:
        """QUALIFY on the place in the group."""
        keys = ", ".join(source.cell(at) for at in self.keys)
        order = f"{self.order.sql(source)}, " if self.order is not None else ""
        place = f"row_number() OVER (PARTITION BY {keys} ORDER BY {order}_row{' DESC' if self.last else ''})"
        return f"SELECT * FROM {source.relation} QUALIFY {place} = 1"


def _key_sets(grid: Grid, goal: Goal, rows: int) -> Iterator[tuple[int, ...]]:
    """Sets of copied columns whose distinct cells are as many as the expected rows; for one row also no key at all."""
    if rows == 1:
        yield ()
    copied = sorted({column for column, _ in anchors(grid, goal)})
    for size in range(1, MOST_KEYS + 1):
        for keys in combinations(copied[:8], size):
            if len({tuple(row[at] for at in keys) for row in grid.rows}) == rows:
                yield keys


def _grouped(grid: Grid, keys: tuple[int, ...]) -> dict[Row, list[Row]]:
    groups: dict[Row, list[Row]] = {}
    for row in grid.rows:
        groups.setdefault(tuple(row[at] for at in keys), []).append(row)
    return groups


def _expected_aggregates(grid: Grid, groups: dict[Row, list[Row]], keys: tuple[int, ...], goal: Goal) -> Iterator[Aggregate]:
    """For each expected column that is no key, the first aggregate that has its cells."""
    keyed = {tuple(sorted(cell or "" for cell in grid.columns[at])) for at in keys}
    for target in goal.expected.columns:
        wanted = sorted(cell or "" for cell in target)
        distinct_keys = {cell or "" for cell in target}
        if any(distinct_keys == set(cells) for cells in keyed) and len(distinct_keys) == len(target):
            continue
        for aggregate in _aggregates(grid, target):
            if sorted(aggregate.over(rows) or "" for rows in groups.values()) == wanted:
                yield aggregate
                break


def _aggregates(grid: Grid, target: Sequence[Cell]) -> Iterator[Aggregate]:
    style = format_of(target)
    for column, cells in enumerate(grid.columns):
        if style is not None and are_numbers(cells):
            for function in ("sum", "min", "max", "avg"):
                yield Aggregate(function, column, style)
    yield Aggregate("count", 0)
    for function in ("first", "last", "least", "greatest", "distinct", "filled"):
        for column in range(grid.width):
            yield Aggregate(function, column)
    for separator in SEPARATORS:
        if any(separator in (cell or "") for cell in target):
            for column in range(grid.width):
                yield Aggregate("joined", column, separator=separator)
                yield Aggregate("joined_distinct", column, separator=separator)
