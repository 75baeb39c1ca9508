"""Gaps and islands: rows that follow on one another become one (days in a row, periods that adjoin, a state that stays).

An island begins where the row before, of the same key, is not the one just before it; a running count of these numbers them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations

from converter.learning.alignment import Feature, features_of
from converter.learning.around import CHANGED
from converter.learning.bank import Entry
from converter.learning.bounds import limits
from converter.learning.expressions import moments as dates
from converter.learning.expressions import numbers as arithmetic
from converter.learning.kinds import Kind, Value
from converter.learning.nodes import Function, Node
from converter.learning.steps.grouping import Groups, grouped
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal
from converter.learning.steps.windows import COUNT_IF, LAG, Window

_COST = 2.0
_KEY_COST = 0.5
MOST_ROWS = 2000
MOST_KEYS = 3
MOST_WAYS = 3
MINUTES_BETWEEN = Function(
    "minutes between",
    Kind.NUMBER,
    "date_diff('minute', {0}, {1})",
    lambda one, other: Decimal(_minute(other) - _minute(one)),
    1.0,
    counts=True,
)


def islands(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans with a row for each island, where expected columns show where each begins and ends."""
    if not 2 <= goal.size < plan.frame.size <= MOST_ROWS:
        return
    keys: list[tuple[Node, ...]] = [()]
    told = [entry for entry in plan.bank.texts if 1 < len(set(entry.values)) < plan.frame.size][:MOST_KEYS]
    keys += [(entry.node,) for entry in told]
    # A guest in a room: both stand beside each stretch.
    keys += combinations([one.node for one in told if any(set(column) <= set(one.values) for column in goal.columns)], 2)
    seen: set[tuple[tuple[int, ...], ...]] = set()
    for partition in reversed(keys):
        for begins, first, last in (*_beginnings(plan, partition), *_pauses(plan, partition, goal.size)):
            number = Window(COUNT_IF, begins, partition, early=True, alias="island", table="islands")
            columns = [plan.frame.values(node) for node in (*partition, number)]
            groups = grouped(range(plan.frame.size), columns)
            rows = tuple(map(tuple, groups))
            if len(groups) != goal.size or rows in seen or not _shows(groups, first, last, goal):
                continue
            if first.node.kind is Kind.TEXT and len(set(zip(*columns[:-1], first.values, strict=True))) == len(groups):
                # Each value stands in one stretch of rows: they are groups of it.
                continue
            seen.add(rows)
            query = plan.query.grouped(*partition, number)
            frame = Groups(plan.bank, [*partition, number], groups)
            yield Plan(frame, query, plan.cost + _COST + _KEY_COST * len(partition), (*plan.steps, "islands"))
            if len(seen) == MOST_WAYS:
                return


def _beginnings(plan: Plan, partition: tuple[Node, ...]) -> Iterator[tuple[Node, Entry, Entry]]:
    """Conditions for a row that begins an island, with the columns of its beginning and its end."""
    moments = [entry for entry in plan.bank.moments if entry.node.kind is Kind.DATE][:5]
    for last in moments:
        for first in moments:
            steps = (1,) if last is first else (1, 0)
            span = dates.DAYS_BETWEEN(_before(last.node, partition), first.node)
            for step in steps:
                yield _other_than(step)(span), first, last
    for entry in plan.bank.numbers[:6]:
        if entry.node not in partition and (not entry.node.parts or entry.node.parts[0] not in partition):
            yield _other_than(1)(arithmetic.SUBTRACT(entry.node, _before(entry.node, partition))), entry, entry
    for entry in plan.bank.texts[:8]:
        if entry.node not in partition and 1 < len(set(entry.values)) < plan.frame.size:
            yield CHANGED(entry.node, _before(entry.node, partition)), entry, entry


def _pauses(plan: Plan, partition: tuple[Node, ...], wanted: int) -> Iterator[tuple[Node, Entry, Entry]]:
    """A time to the row before that is longer than those within islands, where it parts the rows into as many as wanted."""
    for entry in [entry for entry in plan.bank.moments if entry.node.kind is Kind.TIMESTAMP][:MOST_KEYS]:
        for function in (MINUTES_BETWEEN, dates.SECONDS_BETWEEN):
            pause = function(_before(entry.node, partition), entry.node)
            spans = plan.frame.values(pause)
            alone = sum(span is None for span in spans)
            lengths = sorted((span for span in spans if isinstance(span, Decimal)), reverse=True)
            parts = wanted - alone
            if not 0 < parts < len(lengths) or lengths[parts - 1] == lengths[parts] or lengths[parts] < 0:
                continue
            sign, limit, _ = next(iter(limits(lengths[parts], lengths[parts - 1])))
            yield _longer_than(sign, limit)(pause), entry, entry
            break


def _longer_than(sign: str, limit: Decimal) -> Function:
    def compute(value: Value) -> bool:
        return value is None or (value >= limit if sign == ">=" else value > limit)  # type: ignore[operator]

    return Function(
        "longer than", Kind.BOOLEAN, f"coalesce({{0}} {sign} {limit:f}, TRUE)", compute, 1.5, (sign, limit), total=True
    )


def _before(node: Node, partition: tuple[Node, ...]) -> Node:
    return Window(LAG, node, partition, early=True)


def _other_than(step: int) -> Function:
    def compute(value: Value) -> bool:
        return value != step

    return Function("other than", Kind.BOOLEAN, f"{{0}} IS DISTINCT FROM {step}", compute, 1.0, (step,), total=True)


def _minute(moment: datetime) -> int:
    return moment.toordinal() * 1440 + moment.hour * 60 + moment.minute


def _shows(groups: list[list[int]], first: Entry, last: Entry, goal: Goal) -> bool:
    """Whether a column has each island's first value, and another its last one; of texts, the same text for several islands."""
    timed = first.node.kind is Kind.TIMESTAMP
    begins = [_features(first.values[rows[0]], timed) for rows in groups]
    ends = [_features(last.values[rows[-1]], timed) for rows in groups]
    starting = {at for at in range(len(goal.names)) if _all_in(begins, goal.features[at])}
    if first.node.kind is Kind.TEXT:
        texts = [first.values[rows[0]] for rows in groups]
        return bool(starting) and len(set(texts)) < len(texts)
    ending = {at for at in range(len(goal.names)) if _all_in(ends, goal.features[at])} - starting
    if not ending and first is last and last.node.kind is Kind.DATE:
        # Who stays until a night leaves on the day after.
        left = [_features(_day_after(last.values[rows[-1]]), timed) for rows in groups]
        ending = {at for at in range(len(goal.names)) if _all_in(left, goal.features[at])} - starting
    return bool(starting) and bool(ending) and max(map(len, groups)) > 1


def _day_after(value: Value) -> Value:
    return value + timedelta(days=1) if isinstance(value, datetime) else None


def _features(value: Value, timed: bool) -> frozenset[Feature]:
    if isinstance(value, str):
        return frozenset(one for one in features_of((value,))[0] if one[0] == "text")
    if isinstance(value, Decimal):
        return frozenset({("number", f"{abs(value).normalize():f}")})
    if not isinstance(value, datetime):
        return frozenset()
    return frozenset({("time", value.strftime("%H:%M")) if timed else ("date", value.strftime("%Y-%m-%d"))})


def _all_in(wanted: list[frozenset[Feature]], cells: tuple[frozenset[Feature], ...]) -> bool:
    return all(one & cell for one, cell in zip(wanted, cells, strict=True))
