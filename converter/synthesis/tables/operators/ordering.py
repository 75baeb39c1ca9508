"""Rows put in order, and the first so many of them taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, ClassVar, Self

from sqlglot import exp

from converter.synthesis.operators.date_formats import formats_of, parsed
from converter.synthesis.operators.moments import parsing
from converter.synthesis.tables.alignment import in_order, places
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source
from converter.synthesis.tables.numbers import Reading, reading_of
from converter.synthesis.tables.operator import Operator
from converter.table import Cell, Row

SORTABLE_WIDTH = 24
MOST_KEYS = 3
MOST_ORDERS = 8


@dataclass(frozen=True)
class SortKey:
    """A column to sort by: as numbers, as dates of one format, or as text, upper and lower case apart; blanks come last."""

    column: int
    descending: bool
    reading: Reading | None = None
    date_format: str | None = None

    @property
    def cost(self) -> float:
        """Descending is rarer, of text most."""
        is_text = self.reading is None and self.date_format is None
        return 0.4 + (0.4 if is_text else 0.1) * self.descending

    def sorted(self, rows: Sequence[Row]) -> list[Row]:
        """The rows in this order, equal ones as they stood."""
        valued = [(self.value(row[self.column]), row) for row in rows]
        told = sorted((pair for pair in valued if pair[0] is not None), key=lambda pair: pair[0], reverse=self.descending)
        return [row for _, row in told] + [row for value, row in valued if value is None]

    def value(self, cell: Cell) -> Any:
        """What the cell is compared by; None for a blank."""
        if not cell:
            return None
        if self.reading is not None:
            return self.reading.value(cell)
        return parsed(cell, (self.date_format,)) if self.date_format is not None else cell.encode()

    def follows(self, cells: Sequence[Cell]) -> bool:
        """Whether the cells stand in this order."""
        return all(self.compare(one, other) <= 0 for one, other in pairwise(cells))

    def compare(self, one: Cell, other: Cell) -> int:
        """Below 0 where one comes before the other, 0 where they are equal."""
        mine, theirs = self.value(one), self.value(other)
        if mine is None or theirs is None:
            return (mine is None) - (theirs is None)
        return int((mine > theirs) - (mine < theirs)) * (-1 if self.descending else 1)

    def sql(self, source: Source) -> str:
        """The key of an ORDER BY."""
        cell = source.cell(self.column)
        if self.reading is not None:
            value = self.reading.sql(cell)
        elif self.date_format is not None:
            value = parsing(exp.Var(this=cell), (self.date_format,)).sql("duckdb")
        else:
            value = f"nullif({cell}, '')"
        return f"{value} {'DESC' if self.descending else 'ASC'} NULLS LAST"


@dataclass(frozen=True)
class Sort(Operator):
    """Sorts by up to three columns; equal rows keep their order."""

    title: ClassVar[str] = "sorted"
    keys: tuple[SortKey, ...]
    hidden: int = 0

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Keys after which the rows stand as expected, as far as cells tell."""
        if len(grid.rows) != len(goal.expected.rows) or in_order(grid, goal):
            return
        for keys in _keys_towards(grid, goal):
            yield cls(keys, _hidden(grid, goal, keys))

    @property
    def cost(self) -> float:
        """One key, ascending, of a column that is shown, is the usual order."""
        return 0.5 + sum(key.cost for key in self.keys) + 0.3 * self.hidden

    def apply(self, grid: Grid) -> Grid | None:
        """The rows in order."""
        return Grid(tuple(ordered(grid.rows, self.keys)), grid.names)

    def select(self, source: Source) -> str:
        """The rows numbered anew."""
        order = ", ".join(key.sql(source) for key in self.keys)
        return f"SELECT {source.columns()}, row_number() OVER (ORDER BY {order}, _row) AS _row FROM {source.relation}"


@dataclass(frozen=True)
class Top(Operator):
    """The first so many rows after sorting."""

    title: ClassVar[str] = "top"
    keys: tuple[SortKey, ...]
    count: int

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Keys after which the expected rows come before all others."""
        if len(grid.rows) > len(goal.expected.rows) > 1:
            for keys in _keys_towards(grid, goal):
                yield cls(keys, len(goal.expected.rows))

    @property
    def cost(self) -> float:
        """A count that only the example's length gives; the greatest are asked for more often than the least."""
        return 1.5 + sum(key.cost for key in self.keys) + 0.3 * (not self.keys[0].descending)

    def apply(self, grid: Grid) -> Grid | None:
        """The first rows in order."""
        return Grid(tuple(ordered(grid.rows, self.keys)[: self.count]), grid.names)

    def select(self, source: Source) -> str:
        """The rows numbered anew, up to the count."""
        order = ", ".join(key.sql(source) for key in self.keys)
        position = f"row_number() OVER (ORDER BY {order}, _row)"
        return f"SELECT {source.columns()}, {position} AS _row FROM {source.relation} ORDER BY {order}, _row LIMIT {self.count}"


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
        return 2.6

    def apply(self, grid: Grid) -> Grid | None:
        """The first rows."""
        return grid.with_rows(grid.rows[: self.count])

    def select(self, source: Source) -> str:
        """LIMIT in the order of rows."""
        return f"SELECT * FROM {source.relation} ORDER BY _row LIMIT {self.count}"


def sort_keys(grid: Grid) -> tuple[SortKey, ...]:
    """Every column as a key, both ways; numbers as numbers and dates as dates where all cells are such."""
    return grid.memo("sort_keys", lambda: tuple(_keys(grid)))


def _keys(grid: Grid) -> Iterator[SortKey]:
    for column, cells in enumerate(grid.columns):
        if len(set(cells)) < 2:
            continue
        reading, date_format = reading_of(cells), _date_format(cells)
        for descending in (False, True):
            if reading is None and date_format is not None:
                yield SortKey(column, descending, date_format=date_format)
            yield SortKey(column, descending, reading)


def _date_format(cells: Sequence[Cell]) -> str | None:
    """The format that all filled cells are dates in; none where text stands in the order of time anyway."""
    texts = [cell for cell in cells if cell]
    if not texts or not any(char.isdigit() for char in texts[0]):
        return None
    shared = [form for form in formats_of(texts[0]) if all(parsed(text, (form,)) is not None for text in texts)]
    return shared[0] if shared and not shared[0].startswith("%Y-%m-%d") else None


def ordered(rows: Sequence[Row], keys: tuple[SortKey, ...]) -> list[Row]:
    """The rows sorted by the first key, equal ones by the next."""
    found = list(rows)
    for key in reversed(keys):
        found = key.sorted(found)
    return found


def _hidden(grid: Grid, goal: Goal, keys: tuple[SortKey, ...]) -> int:
    """How many of the keys cannot be seen in the expected table."""
    return sum(not any(map(goal.resembles, grid.columns[key.column])) for key in keys)


def _keys_towards(grid: Grid, goal: Goal) -> Iterator[tuple[SortKey, ...]]:
    """Sort keys after which the grid begins with the expected rows, few keys first."""
    if grid.is_ragged or grid.width > SORTABLE_WIDTH or len(goal.expected.rows) < 2:
        return
    found = places(grid, goal)
    if found is not None:
        yield from sorted(islice(_orders(grid, found), MOST_ORDERS * 4), key=len)[:MOST_ORDERS]


def _orders(grid: Grid, found: Sequence[int]) -> Iterator[tuple[SortKey, ...]]:
    """Sequences of keys by which the rows at these places come in this order, before all others."""
    chosen = set(found)
    rest = [row for at, row in enumerate(grid.rows) if at not in chosen]
    keys = sort_keys(grid)

    def extended(before: tuple[SortKey, ...], ties: list[list[int]]) -> Iterator[tuple[SortKey, ...]]:
        if before and all(group == sorted(group) for group in ties):
            yield before
            return
        if len(before) == MOST_KEYS:
            return
        for key in keys:
            if all(key.column != other.column for other in before) and all(
                key.follows([grid.rows[at][key.column] for at in group]) for group in ties
            ):
                divided = [part for group in ties for part in _runs(grid, group, key)]
                if len(divided) > len(ties):
                    yield from extended((*before, key), divided)

    for order in extended((), [list(found)]):
        last = grid.rows[found[-1]]
        if all(order[0].compare(last[order[0].column], row[order[0].column]) <= 0 for row in rest):
            yield order


def _runs(grid: Grid, group: Sequence[int], key: SortKey) -> Iterator[list[int]]:
    """The group parted where the key's value changes."""
    run = [group[0]]
    for before, at in pairwise(group):
        if key.compare(grid.rows[before][key.column], grid.rows[at][key.column]) != 0:
            yield run
            run = []
        run.append(at)
    yield run
