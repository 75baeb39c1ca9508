"""The first few rows of each group after sorting: the two highest scores of every team."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from converter.synthesis.tables.alignment import places
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source
from converter.synthesis.tables.operator import Operator
from converter.synthesis.tables.operators.ordering import SORTABLE_WIDTH, SortKey, ordered, sort_keys
from converter.table import Cell, Row

MOST_COUNT = 10


@dataclass(frozen=True)
class TopOfEach(Operator):
    """Keeps the first so many rows of each group; with ties all that are equal to the last of these.

    They stay where they stand, or stand sorted: group after group, in the order within it.
    """

    title: ClassVar[str] = "top_of_each"
    group: int
    order: SortKey | None
    """The order within a group; as the rows stand without one."""
    count: int
    has_ties: bool = False
    sorting: tuple[SortKey, ...] = ()
    hidden: int = 0
    """How many of the group's and the order's columns are not shown."""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Groups of which all the expected rows come first, and as many of each as there are, up to a count."""
        if grid.is_ragged or grid.width > SORTABLE_WIDTH or not 1 < len(goal.expected.rows) < len(grid.rows):
            return
        found = places(grid, goal)
        if found is None:
            return
        kept = frozenset(found)
        for group, count in _counts(grid, kept):
            for order in (None, *(key for key in sort_keys(grid) if key.column != group)):
                hidden = _hidden(grid, goal, [group] + ([order.column] if order else []))
                for size, has_ties in ((count, False), *((fewer, True) for fewer in range(1, count) if order)):
                    step = cls(group, order, size, has_ties, hidden=hidden)
                    if step.places(grid.rows) == kept:
                        yield step
                        yield from (replace(step, sorting=keys) for keys in _sortings(step, grid, found))

    @property
    def cost(self) -> float:
        """A count is remembered; each row by which it is confirmed is told by the groups."""
        order = self.order.cost if self.order is not None else 0.6
        rarity = 0.3 * self.has_ties + 0.2 * bool(self.sorting) + 0.5 * self.hidden
        return 1.1 + order + rarity - 0.3 * (self.order is not None and self.order.descending)

    def apply(self, grid: Grid) -> Grid | None:
        """The kept rows."""
        kept = self.places(grid.rows)
        return grid.with_rows(tuple(ordered([row for at, row in enumerate(grid.rows) if at in kept], self.sorting)))

    def places(self, rows: Sequence[Row]) -> frozenset[int]:
        """The places of the rows that are kept."""
        groups: dict[Cell, list[int]] = {}
        for at in self._in_order(rows):
            groups.setdefault(rows[at][self.group], []).append(at)
        return frozenset(at for members in groups.values() for at in self._first(members, rows))

    def select(self, source: Source) -> str:
        """QUALIFY on the place in the group."""
        order = self.order.sql(source) if self.order is not None else ""
        position = "" if self.has_ties else ", _row" if order else "_row"
        function = "rank" if self.has_ties else "row_number"
        place = f"{function}() OVER (PARTITION BY {source.cell(self.group)} ORDER BY {order}{position})"
        condition = f"{place} {'=' if self.count == 1 else '<='} {self.count}"
        if not self.sorting:
            return f"SELECT * FROM {source.relation} QUALIFY {condition}"
        keys = ", ".join(key.sql(source) for key in self.sorting)
        position = f"row_number() OVER (ORDER BY {keys}, _row) AS _row"
        return f"SELECT {source.columns()}, {position} FROM {source.relation} QUALIFY {condition}"

    def _in_order(self, rows: Sequence[Row]) -> list[int]:
        if self.order is None:
            return list(range(len(rows)))
        numbered = {id(row): at for at, row in enumerate(rows)}
        return [numbered[id(row)] for row in self.order.sorted(rows)]

    def _first(self, members: list[int], rows: Sequence[Row]) -> list[int]:
        if not self.has_ties or self.order is None or len(members) <= self.count:
            return members[: self.count]
        order, last = self.order, rows[members[self.count - 1]][self.order.column]
        return [at for at in members if order.compare(rows[at][order.column], last) <= 0]


def _counts(grid: Grid, kept: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Columns, and how many rows are kept of those that have one value; a count that a single group has is no rule."""
    for group, cells in enumerate(grid.columns):
        sizes, chosen = Counter(cells), Counter(cells[at] for at in kept)
        count = max(chosen.values())
        if max(sizes.values()) > count <= MOST_COUNT and list(chosen.values()).count(count) > 1:
            yield group, count


def _hidden(grid: Grid, goal: Goal, columns: Sequence[int]) -> int:
    return sum(not any(map(goal.resembles, grid.columns[column])) for column in columns)


def _sortings(step: TopOfEach, grid: Grid, found: Sequence[int]) -> Iterator[tuple[SortKey, ...]]:
    """The keys that sort the step's rows by group, where they are expected so."""
    by_group = next((key for key in sort_keys(grid) if key.column == step.group and not key.descending), None)
    if by_group is not None and step.order is not None and list(found) != sorted(found):
        sorting = (by_group, step.order)
        if ordered([grid.rows[at] for at in sorted(found)], sorting) == [grid.rows[at] for at in found]:
            yield sorting
