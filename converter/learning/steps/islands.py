"""Gaps and islands: rows that follow on one another become one (days in a row, periods that adjoin, a state that stays).

An island begins where the row before, of the same key, is not the one just before it; a running count of these numbers them.
"""

from collections.abc import Iterator
from decimal import Decimal

from converter.learning.alignment import Feature, features_of
from converter.learning.around import CHANGED
from converter.learning.bank import Entry
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


def islands(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans with a row for each island, where expected columns show where each begins and ends."""
    if not 2 <= goal.size < plan.frame.size <= MOST_ROWS:
        return
    keys: list[tuple[Node, ...]] = [()]
    keys += [(entry.node,) for entry in plan.bank.texts if 1 < len(set(entry.values)) < plan.frame.size][:MOST_KEYS]
    for partition in reversed(keys):
        for begins, first, last in _beginnings(plan, partition):
            number = Window(COUNT_IF, begins, partition, early=True, alias="island", table="islands")
            columns = [plan.frame.values(node) for node in (*partition, number)]
            groups = grouped(range(plan.frame.size), columns)
            if len(groups) != goal.size or not _shows(groups, first, last, goal):
                continue
            query = plan.query.grouped(*partition, number)
            frame = Groups(plan.bank, [*partition, number], groups)
            yield Plan(frame, query, plan.cost + _COST + _KEY_COST * len(partition), (*plan.steps, "islands"))
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


def _before(node: Node, partition: tuple[Node, ...]) -> Node:
    return Window(LAG, node, partition, early=True)


def _other_than(step: int) -> Function:
    def compute(value: Value) -> bool:
        return value != step

    return Function("other than", Kind.BOOLEAN, f"{{0}} IS DISTINCT FROM {step}", compute, 1.0, (step,), total=True)


def _shows(groups: list[list[int]], first: Entry, last: Entry, goal: Goal) -> bool:
    """Whether a column has each island's first value, and another its last one; of texts, the same text for several islands."""
    begins = [_features(first.values[rows[0]]) for rows in groups]
    ends = [_features(last.values[rows[-1]]) for rows in groups]
    starting = {at for at in range(len(goal.names)) if _all_in(begins, goal.features[at])}
    if first.node.kind is Kind.TEXT:
        texts = [first.values[rows[0]] for rows in groups]
        return bool(starting) and len(set(texts)) < len(texts)
    ending = {at for at in range(len(goal.names)) if _all_in(ends, goal.features[at])}
    return bool(starting) and bool(ending - starting) and max(map(len, groups)) > 1


def _features(value: Value) -> frozenset[Feature]:
    if isinstance(value, str):
        return frozenset(one for one in features_of((value,))[0] if one[0] == "text")
    if isinstance(value, Decimal):
        return frozenset({("number", f"{abs(value).normalize():f}")})
    return frozenset({("date", value.strftime("%Y-%m-%d"))}) if value is not None else frozenset()  # type: ignore[union-attr]


def _all_in(wanted: list[frozenset[Feature]], cells: tuple[frozenset[Feature], ...]) -> bool:
    return all(one & cell for one, cell in zip(wanted, cells, strict=True))
