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

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Groups of which all the expected rows come first, and as many of each as there are, up to a count."""
        if grid.is_ragged or grid.width > SORTABLE_WIDTH or not 1 < len(goal.expected.rows) < len(grid.rows):
            return
        found = places(grid, goal)
        if found is None:
            return
        kept = frozenset(found)
        for group, cells in enumerate(grid.columns):
            sizes = Counter(cells)
            count = max(Counter(cells[at] for at in kept).values())
            if 1 < len(sizes) < len(cells) and 1 < max(sizes.values()) > count <= MOST_COUNT:
                for order in (None, *(key for key in sort_keys(grid) if key.column != group)):
                    for size, has_ties in ((count, False), *((fewer, True) for fewer in range(1, count) if order)):
                        step = cls(group, order, size, has_ties)
                        if step.places(grid.rows) == kept:
                            yield step
                            sorting = _sorting(step, grid, found)
                            if sorting:
                                yield replace(step, sorting=sorting)

    @property
    def cost(self) -> float:
        """A count is remembered; each row by which it is confirmed is told by the groups."""
        order = self.order.cost if self.order is not None else 0.6
        rarity = 0.3 * self.has_ties + 0.2 * bool(self.sorting)
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


def _sorting(step: TopOfEach, grid: Grid, found: Sequence[int]) -> tuple[SortKey, ...]:
    """The keys that sort the step's rows by group, where they are expected so."""
    by_group = next((key for key in sort_keys(grid) if key.column == step.group and not key.descending), None)
    if by_group is None or step.order is None or list(found) == sorted(found):
        return ()
    sorting = (by_group, step.order)
    return sorting if ordered([grid.rows[at] for at in sorted(found)], sorting) == [grid.rows[at] for at in found] else ()
