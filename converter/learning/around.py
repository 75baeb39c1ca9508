"""The bank of what rows around give: the row before and after, running values, a group's totals and ranks, gaps between rows.

Made only where plain expressions fail. Over rows that were filtered there are two of each: computed after the filter, or over
all rows before.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from converter.learning.bank import Bank, Entry, Relation
from converter.learning.expressions import moments as dates
from converter.learning.expressions import numbers as arithmetic
from converter.learning.expressions.choices import Case
from converter.learning.expressions.predicates import equals
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Constant, Function, Node
from converter.learning.steps.grouping import grouped
from converter.learning.steps.windows import (
    COUNT,
    FILL_DOWN,
    FILL_UP,
    FIRST,
    GROUP_AVERAGE,
    GROUP_MAX,
    GROUP_MIN,
    GROUP_SUM,
    LAG,
    LEAD,
    PERCENT_CHANGE,
    PERCENT_OF,
    ROW_NUMBER,
    RUNNING_COUNT,
    RUNNING_SUM,
    WHERE,
    Rank,
    Window,
    WindowFunction,
)

MOST_ROWS = 1000
MOST_COLUMNS = 10
MOST_PARTITIONS = 12
_ACROSS_KEYS = 1.2
"""What it costs that the row before may be about something else."""
_SHOWN_ONCE = 3.5
"""What a cell costs that is blank where it would repeat the one above."""
MONTH = dates.part_written("%Y-%m")
_REFERENCE_FOUND = 3.0
LEAST_REFERRING = 3
COMPARISONS = (arithmetic.SUBTRACT, arithmetic.DIVIDE, PERCENT_OF, PERCENT_CHANGE)
_RUNNING = (RUNNING_SUM, GROUP_SUM, GROUP_MAX, GROUP_MIN, GROUP_AVERAGE, FIRST, LAG, LEAD)

CHANGED = Function("changed", Kind.BOOLEAN, "{0} IS DISTINCT FROM {1}", lambda one, other: one != other, 1.0, total=True)


class Around:
    """The expressions over a frame that look at other rows, by kind."""

    def __init__(self, bank: Bank, *, early: bool = False) -> None:
        self.bank, self.frame, self.early = bank, bank.frame, early

    @classmethod
    def all(cls, bank: Bank) -> "list[Around]":
        """Those of the bank's frame; where rows were left out, those over all rows too. Made once."""
        found: list[Around] | None = bank.__dict__.get("_around")
        if found is None:
            frame, found = bank.frame, []
            if 2 <= frame.size <= MOST_ROWS:
                found = [] if frame.windows_before else [cls(bank)]
                if frame.origin is not None and (frame.windows_before or len(frame.origin[1]) < frame.origin[0].size):
                    found.append(cls(bank, early=True))
            bank.__dict__["_around"] = found
        return found

    @cached_property
    def partitions(self) -> list[tuple[Node, ...]]:
        """Ways to part the rows: not at all, by a column that comes back, by a month or day, by two columns."""
        size = self.frame.size
        repeated: list[Node] = []
        # Of groups a key parts the groups, no aggregate does.
        parting = [entry for entry in self.bank.texts if entry.node.is_key or not self.frame.is_grouped]
        for entry in parting:
            count = len(set(entry.values))
            if 1 < count < size and count <= 0.8 * size:
                repeated.append(entry.node)
        dated = [entry for entry in self.bank.moments if entry.node.is_key or not self.frame.is_grouped][:3]
        written = [MONTH(entry.node) for entry in dated]
        written += [dates.DAY(entry.node) for entry in dated if entry.node.kind is Kind.TIMESTAMP]
        months = [node for node in written if 1 < len(set(self.frame.values(node))) < size]
        pairs = [(one, other) for at, one in enumerate(repeated[:4]) for other in repeated[at + 1 : 4]]
        pairs += [(one, month) for one in repeated[:3] for month in months[:1]]
        found: list[tuple[Node, ...]] = [(), *((node,) for node in (*repeated[:8], *months)), *pairs]
        if self.key is not None:
            found.remove((self.key,))
            found.insert(0, (self.key,))
        return found[:MOST_PARTITIONS]

    @cached_property
    def key(self) -> Node | None:
        """The column that says what the rows are about: the first in which every value comes back."""
        for entry in self.bank.texts[:3]:
            if self.frame.is_grouped and not entry.node.is_key:
                continue
            counts = Counter(entry.values)
            if len(counts) > 1 and min(counts.values()) > 1 and None not in counts:
                return entry.node
        return None

    def window(self, function: WindowFunction, argument: Node | None, partition: tuple[Node, ...] = ()) -> Window:
        order = () if self.early else self.frame.order
        extra = _ACROSS_KEYS if not partition and self.key is not None and function.ordered else 0.0
        return Window(function, argument, partition, order=order, early=self.early, extra=extra)

    def _distinct(self, nodes: Iterator[Node]) -> list[Entry]:
        seen: set[Column] = {(None,) * self.frame.size}
        found = []
        for node in nodes:
            values = self.frame.values(node)
            if values not in seen:
                seen.add(values)
                found.append(self.bank.made(node) if node.kind is Kind.NUMBER else Entry(node, values))
        return found

    @cached_property
    def numbers(self) -> list[Entry]:
        """Running sums, totals, counts and ranks, per partition; differences to the row before; shares of a total."""
        return self._distinct(self._numbers())

    @cached_property
    def neighbours(self) -> list[Entry]:
        """The numbers of the row before and after: a range ends one below the next."""
        return [entry for entry in self.numbers if isinstance(entry.node, Window) and entry.node.function in (LAG, LEAD)]

    def _numbers(self) -> Iterator[Node]:
        columns = [entry.node for entry in self.bank.numbers if len(set(entry.values)) > 1][:MOST_COLUMNS]
        columns += [entry.node for entry in self.bank.spans[:4]]
        for partition in self.partitions:
            yield self.window(ROW_NUMBER, None, partition)
            if partition:
                yield self.window(COUNT, None, partition)
            for node in columns:
                for function in _RUNNING:
                    yield self.window(function, node, partition)
                yield arithmetic.SUBTRACT(node, self.window(LAG, node, partition))
                after = self.window(LEAD, node, partition)
                yield arithmetic.SUBTRACT(after, node)
                yield from (made(node, after) for made in (arithmetic.SUBTRACT, PERCENT_CHANGE) if self.falls)
                yield arithmetic.SUBTRACT(node, self.window(GROUP_MIN, node, partition))
                yield arithmetic.SUBTRACT(self.window(GROUP_MAX, node, partition), node)
                yield PERCENT_CHANGE(node, self.window(LAG, node, partition))
                total = self.window(GROUP_SUM, node, partition)
                yield PERCENT_OF(node, total)
                yield arithmetic.DIVIDE(node, total)
                so_far = self.window(RUNNING_SUM, node, partition)
                yield PERCENT_OF(so_far, total)
                yield arithmetic.DIVIDE(so_far, total)
                for descending in (True, False):
                    for dense in (False, True):
                        yield Rank(node, partition, descending=descending, dense=dense, early=self.early)
        yield from self._against_references(columns)
        for partition in self.partitions:
            for entry in self.bank.moments[:4]:
                for descending in (True, False):
                    yield Rank(entry.node, partition, descending=descending, early=self.early)
        for partition in self.partitions[:6]:
            for text in self.bank.texts[:MOST_COLUMNS]:
                if None in text.values:
                    yield self.window(RUNNING_COUNT, text.node, partition)

    def _against_references(self, columns: Sequence[Node]) -> Iterator[Node]:
        """Numbers against that of a row of the group which a value tells, such as the blank of a plate or a baseline."""
        for partition, told in self.references:
            for node in columns:
                reference = self.window(GROUP_AVERAGE, WHERE(told, node), partition)
                for one in (reference, *(made(node, reference) for made in COMPARISONS)):
                    # What tells the row is said once for all columns, and hardly by chance.
                    one.cost -= _REFERENCE_FOUND
                    yield one

    @property
    def references(self) -> Iterator[tuple[tuple[Node, ...], Node]]:
        """Partitions with a condition that holds for one row of each, or some that are left out, or for one row in all."""
        for partition in self.partitions:
            columns = [self.origin.values(one) for one in partition]
            groups = grouped(range(self.origin.size), columns)
            if max(map(len, groups)) < 2 or (not partition and len(self.partitions) > 1 and len(groups[0]) < LEAST_REFERRING):
                continue
            for entry in self.bank.texts[:MOST_COLUMNS]:
                values = self.origin.values(entry.node)
                shared = set.intersection(*({values[at] for at in rows} for rows in groups))
                for value in sorted(one for one in shared if isinstance(one, str)):
                    many = [sum(values[at] == value for at in rows) for rows in groups]
                    # Of several the mean counts, as of blanks: these are not shown themselves.
                    if max(many) > 1 and (not partition or value in entry.values):
                        continue
                    if (partition or values.count(value) == 1) and len(set(values)) > 2 - bool(partition):
                        yield partition, equals(entry.node, value)

    @cached_property
    def falls(self) -> bool:
        """Whether the rows stand from the newest to the oldest: what was before a row stands below it."""
        for entry in self.bank.moments[:2]:
            values = [value for value in entry.values if isinstance(value, datetime)]
            if len(values) == self.frame.size and values[0] > values[-1]:
                return all(one >= other for one, other in pairwise(values))
        return False

    @property
    def origin(self) -> Relation:
        """The rows that windows are computed over."""
        return self.frame.origin[0] if self.early and self.frame.origin is not None else self.frame

    @cached_property
    def spans(self) -> list[Entry]:
        """The time from the row before, and to the row after, per partition."""
        return self._distinct(self._spans())

    def _spans(self) -> Iterator[Node]:
        for partition in self.partitions:
            for entry in self.bank.moments[:5]:
                between = dates.DAYS_BETWEEN if entry.node.kind is Kind.DATE else dates.SECONDS_BETWEEN
                yield between(self.window(LAG, entry.node, partition), entry.node)
                after = self.window(LEAD, entry.node, partition)
                yield between(*((after, entry.node) if self.falls else (entry.node, after)))
                yield between(self.window(FIRST, entry.node, partition), entry.node)
                for other in self.bank.moments[:4]:
                    if other is not entry and other.node.kind is entry.node.kind:
                        yield between(self.window(LAG, other.node, partition), entry.node)

    @cached_property
    def steps(self) -> list[Entry]:
        """Differences of numbers to the row before, per partition."""
        columns = [entry.node for entry in self.bank.numbers if len(set(entry.values)) > 1][:MOST_COLUMNS]
        return self._distinct(
            arithmetic.SUBTRACT(node, self.window(LAG, node, partition)) for partition in self.partitions for node in columns
        )

    @cached_property
    def changes(self) -> list[Entry]:
        """Whether a column's text is another than in the row before, per partition."""
        columns = [entry.node for entry in self.bank.texts if 1 < len(set(entry.values)) < self.frame.size][:MOST_COLUMNS]
        return self._distinct(
            CHANGED(node, self.window(LAG, node, partition))
            for partition in self.partitions
            for node in columns
            if node not in partition
        )

    @cached_property
    def moments(self) -> list[Entry]:
        """The dates and times of the row before and after, the first and last of a group."""
        return self._distinct(self._moments())

    def _moments(self) -> Iterator[Node]:
        for partition in self.partitions:
            for entry in self.bank.moments[:5]:
                for function in (LEAD, LAG, GROUP_MIN, GROUP_MAX):
                    yield self.window(function, entry.node, partition)
                if entry.node.kind is Kind.DATE:
                    # A period ends the day before the next begins.
                    yield dates.days_later(-1, Kind.DATE)(self.window(LEAD, entry.node, partition))
                    yield dates.days_later(1, Kind.DATE)(self.window(LAG, entry.node, partition))

    @cached_property
    def texts(self) -> list[Entry]:
        """The texts of the row before and after, of a group's first row; what was last filled."""
        return self._distinct(self._texts())

    def _texts(self) -> Iterator[Node]:
        columns = [entry for entry in self.bank.texts if len(set(entry.values)) > 1]
        for entry in columns:
            # Over rows that were left out too, where there are such: the first of a block may be one.
            if None in entry.values and (self.early or len(Around.all(self.bank)) == 1):
                yield self.window(FILL_DOWN, entry.node)
                yield self.window(FILL_UP, entry.node)
        for partition in self.partitions:
            for entry in columns[:MOST_COLUMNS]:
                for function in (LEAD, LAG, FIRST):
                    yield self.window(function, entry.node, partition)
                if None in entry.values and partition and (self.early or len(Around.all(self.bank)) == 1):
                    yield self.window(FILL_DOWN, entry.node, partition)
                    yield self.window(FILL_UP, entry.node, partition)


def shown_once(bank: Bank, target: Sequence[str | None]) -> Iterator[Node]:
    """Columns that are blank where they would repeat the row above, or where what they belong to does."""
    if None not in target or not 2 <= bank.frame.size <= MOST_ROWS:
        return
    around = Around(bank)
    for entry in bank.texts:
        if all(cell in (None, value) for cell, value in zip(target, entry.values, strict=True)):
            for key in (entry, *(one for one in bank.texts[:MOST_COLUMNS] if one is not entry)):
                if len(set(key.values)) < bank.frame.size:
                    changed = CHANGED(key.node, around.window(LAG, key.node))
                    yield Case([(changed, entry.node)], Constant(None), _SHOWN_ONCE + (key is not entry))


__all__ = ["Around", "Constant"]
