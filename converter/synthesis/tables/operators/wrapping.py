"""Several rows joined into one: by count, by key, by where a record starts, or all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.learning.shapes import shape
from converter.synthesis.tables.conditions import AnyFilled, Condition, conditions
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, filled, identifier, unique_names
from converter.synthesis.tables.operator import Operator
from converter.table import Cell, Row


@dataclass(frozen=True)
class WrapEvery(Operator):
    """Joins every `count` rows into one (Foofah's wrap every k rows)."""

    title: ClassVar[str] = "wrapped"
    count: int
    is_single: bool
    is_confirmed: bool
    headed: bool
    unwanted: int = 0
    """How many of the rows nothing is taken from."""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Counts that divide the rows so that something of most rows is wanted; of a single group, so that rows are fields."""
        if grid.is_ragged:
            return
        wanted = [any(map(goal.resembles, row)) for row in grid.rows]
        for count in range(2, min(len(grid.rows), 60) + 1):
            unwanted = sum(not any(wanted[place::count]) for place in range(count))
            if len(grid.rows) % count == 0 and unwanted <= 1 < count - unwanted:
                is_single = count == len(grid.rows)
                yield cls(count, is_single, not is_single or are_fields(grid), goal.headed, unwanted)

    @property
    def cost(self) -> float:
        """A count that nothing confirms may be the mere length of the example; under a header, keys are likelier."""
        rarity = 1.7 * (not self.is_confirmed) + 0.6 * self.headed + 0.3 * self.unwanted
        return 1.1 - 0.2 * self.is_single + rarity

    def apply(self, grid: Grid) -> Grid | None:
        """A row for every `count` rows."""
        assert grid.names is not None
        blank = (None,) * grid.width * self.count
        groups = (grid.rows[start : start + self.count] for start in range(0, len(grid.rows), self.count))
        rows = tuple((_joined(group) + blank)[: len(blank)] for group in groups)
        return Grid(rows, self._names(grid.names))

    def select(self, source: Source) -> str:
        """Groups by position, and each column's cell at each place in the group."""
        assert source.names is not None
        cells = [(at, place) for place in range(self.count) for at in range(len(source.names))]
        columns = ", ".join(
            f"first({source.cell(at)}) FILTER (WHERE (_position - 1) % {self.count} = {place}) AS {identifier(name)}"
            for (at, place), name in zip(cells, self._names(source.names), strict=True)
        )
        return (
            f"SELECT {columns}, min(_row) AS _row FROM (SELECT *, {source.position} AS _position FROM {source.relation}) "
            f"GROUP BY (_position - 1) // {self.count}"
        )

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return unique_names(f"{name}_{place + 1}" for place in range(self.count) for name in names)


@dataclass(frozen=True)
class WrapAll(Operator):
    """Joins all rows into one (Foofah's wrap to one row). Ragged."""

    title: ClassVar[str] = "joined"

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Only where one row is expected."""
        if not goal.headed and len(goal.expected.rows) == 1 and len(grid.rows) > 1:
            yield cls()

    @property
    def cost(self) -> float:
        """One clear step."""
        return 1.2

    def apply(self, grid: Grid) -> Grid | None:
        """One long row."""
        if grid.is_ragged:
            return None
        return Grid((_joined(grid.rows),), None)

    def select(self, source: Source) -> str:
        """`flatten` of the list of rows."""
        return f"SELECT flatten(list({source.cells()} ORDER BY _row)) AS cells, min(_row) AS _row FROM {source.relation}"


@dataclass(frozen=True)
class WrapKey(Operator):
    """Joins the rows that share the first columns' cells (Foofah's wrap on a column). Ragged."""

    title: ClassVar[str] = "joined"
    keys: tuple[int, ...]

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """One key column, or the first few, whose cells repeat in rows that are wanted."""
        if grid.is_ragged or grid.width < 2:
            return
        wanted = [any(map(goal.resembles, row)) for row in grid.rows]
        for keys in [(at,) for at in range(grid.width)] + [tuple(range(n)) for n in range(2, grid.width)]:
            groups: dict[Row, int] = {}
            for row, is_wanted in zip(grid.rows, wanted, strict=True):
                key = tuple(row[at] for at in keys)
                groups[key] = groups.get(key, 0) + is_wanted
            if len(groups) < len(grid.rows) and max(groups.values()) > 1 and all(map(all, groups)):
                yield cls(keys)

    @property
    def cost(self) -> float:
        """One clear step, more for many keys."""
        return 0.9 + 0.1 * len(self.keys)

    def apply(self, grid: Grid) -> Grid | None:
        """A row for each key: the key, then the other cells of its rows."""
        others = [at for at in range(grid.width) if at not in self.keys]
        groups: dict[Row, list[Cell]] = {}
        for row in grid.rows:
            groups.setdefault(tuple(row[at] for at in self.keys), []).extend(row[at] for at in others)
        return Grid(filled((*key, *cells) for key, cells in groups.items()), None)

    def select(self, source: Source) -> str:
        """GROUP BY the key, and `flatten` of the list of the rest."""
        assert source.names is not None
        others = [at for at in range(len(source.names)) if at not in self.keys]
        keys = ", ".join(source.cell(at) for at in self.keys)
        rest = f"flatten(list({source.cells(others)} ORDER BY _row))"
        return (
            f"SELECT list_concat({source.cells(self.keys)}, {rest}) AS cells, min(_row) AS _row "
            f"FROM {source.relation} GROUP BY {keys}"
        )


@dataclass(frozen=True)
class WrapStart(Operator):
    """Joins each row that starts a record with the rows that follow it. Ragged."""

    title: ClassVar[str] = "joined"
    starts: Condition

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Conditions that hold for the first row and split the table into as many records as rows are expected."""
        if goal.headed or not grid.rows:
            return
        wanted = {len(goal.expected.rows), len(goal.expected.rows) - 1}
        for condition in conditions(grid):
            flags = [condition.holds(row) for row in grid.rows]
            if flags[0] and sum(flags) in wanted and sum(flags) > 1:
                yield cls(condition)

    @property
    def cost(self) -> float:
        """The condition decides."""
        return 1.2 + self.starts.cost

    def apply(self, grid: Grid) -> Grid | None:
        """A row for each record: all cells of its rows."""
        records: list[list[Row]] = []
        for row in grid.rows:
            if self.starts.holds(row) or not records:
                records.append([])
            records[-1].append(row)
        return Grid(filled(_joined(record) for record in records), None)

    def select(self, source: Source) -> str:
        """Records are numbered by counting the starts so far."""
        return (
            f"SELECT flatten(list({source.cells()} ORDER BY _row)) AS cells, min(_row) AS _row FROM "
            f"(SELECT *, count(*) FILTER (WHERE {self.starts.sql(source)}) OVER (ORDER BY _row) AS _record "
            f"FROM {source.relation}) GROUP BY _record"
        )


@dataclass(frozen=True)
class WrapBlocks(Operator):
    """Joins the rows between blank rows. Ragged."""

    title: ClassVar[str] = "joined"

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Where a blank row stands between others."""
        if not all(map(any, grid.rows)):
            yield cls()

    @property
    def cost(self) -> float:
        """One clear step."""
        return 1.1

    def apply(self, grid: Grid) -> Grid | None:
        """A row for each block: all cells of its rows."""
        blocks: list[list[Row]] = [[]]
        for row in grid.rows:
            if any(row):
                blocks[-1].append(row)
            elif blocks[-1]:
                blocks.append([])
        return Grid(filled(_joined(block) for block in blocks if block), None)

    def select(self, source: Source) -> str:
        """Blocks are numbered by counting the blank rows so far."""
        is_filled = AnyFilled().sql(source)
        return (
            f"SELECT flatten(list({source.cells()} ORDER BY _row)) AS cells, min(_row) AS _row FROM "
            f"(SELECT *, count(*) FILTER (WHERE NOT ({is_filled})) OVER (ORDER BY _row) AS _block "
            f"FROM {source.relation}) WHERE {is_filled} GROUP BY _block"
        )


def are_fields(grid: Grid, *columns: int) -> bool:
    """Whether no two rows look alike in most of the columns: then they are rather one record's fields than as many records."""
    chosen = columns or range(grid.width)
    looks = [len({shape((cell or "").lower()) for cell in grid.columns[at]}) for at in chosen]
    least = 2 if grid.is_open and len(chosen) > 1 else 3
    return len(grid.rows) >= least and 2 * looks.count(len(grid.rows)) > len(chosen)


def _joined(rows: tuple[Row, ...] | list[Row]) -> Row:
    return tuple(cell for row in rows for cell in row)
