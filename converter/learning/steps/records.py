"""Records of several lines: a row begins one where a column is filled or a condition holds, and those below belong to it.

Records of several keys may stand between one another: an alarm, its acknowledgement and its end among those of other alarms.
"""

from collections.abc import Iterator

from converter.learning.conditions import Condition, Conditions
from converter.learning.expressions.predicates import equals
from converter.learning.kinds import Kind
from converter.learning.nodes import ColumnRef, Node
from converter.learning.query import Query
from converter.learning.steps.grouping import Groups, grouped
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal
from converter.learning.steps.windows import COUNT_IF, RUNNING_COUNT, Window

_RECORD_COST = 1.5
_KEY_COST = 0.5
MOST_STARTS = 4
MOST_KEYS = 4
MOST_LINES = 24
"""So many different lines a record may have."""
_Start = tuple[tuple[Node, ...], Node, float]
_KINDS = ("equal", "starts", "blank", "pattern", "contains")


def records(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans with a row for each record, begun by a filled cell or by a condition."""
    if goal.size >= plan.frame.size or goal.size < 2:
        return
    seen: set[tuple[tuple[int, ...], ...]] = set()
    for keys, node, cost in (*_starts(plan, goal), *_starts_within(plan, goal)):
        columns = [plan.frame.values(one) for one in (*keys, node)]
        groups = grouped(range(plan.frame.size), columns)
        places = tuple(map(tuple, groups))
        if places in seen or len(groups) < goal.size or len(groups) == plan.frame.size or max(map(len, groups)) < 2:
            continue
        if keys and len(groups) != goal.size:
            continue
        seen.add(places)
        query: Query = plan.query.grouped(*keys, node)
        cost += plan.cost + _RECORD_COST + _KEY_COST * len(keys)
        yield Plan(Groups(plan.bank, [*keys, node], groups), query, cost, (*plan.steps, "records"))


def keyed_records(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans with a row for each record whose lines say by a key what they are, begun by the key of the first line.

    No key comes twice in a record, and each record has the first key.
    """
    size = plan.frame.size
    if goal.size >= size or goal.size < 2 or len(goal.names) < 2:
        return
    for entry in plan.bank.texts:
        values = entry.values
        first = values[0]
        if first is None or values.count(first) != goal.size or not 2 <= len(set(values)) <= MOST_LINES:
            continue
        begins = equals(entry.node, str(first))
        number = Window(COUNT_IF, begins, early=True, alias="record", table="records")
        groups = grouped(range(size), [plan.frame.values(number)])
        if any(len({values[at] for at in rows}) < len(rows) for rows in groups) or _has_number(plan, groups):
            continue
        yield Plan(
            Groups(plan.bank, [number], groups), plan.query.grouped(number), plan.cost + _RECORD_COST, (*plan.steps, "records")
        )


def _has_number(plan: Plan, groups: list[list[int]]) -> bool:
    """Whether a column tells the records apart: then its values do, not the order of the lines."""
    for entry in plan.bank.texts:
        own = [{entry.values[at] for at in rows} for rows in groups]
        if all(len(one) == 1 for one in own) and len(set().union(*own)) == len(groups):
            return True
    return False


def _starts(plan: Plan, goal: Goal) -> Iterator[_Start]:
    for ref in plan.frame.refs:
        values = plan.frame.values(ref)
        if isinstance(ref, ColumnRef) and ref.kind is Kind.TEXT and values[0] is not None and None in values:
            yield (), Window(RUNNING_COUNT, ref, early=True, alias="record", table="records"), 0.0
    for one in _begun_by(plan, goal):
        if one.rows & 1:
            yield (), Window(COUNT_IF, one.node, early=True, alias="record", table="records"), one.cost


def _starts_within(plan: Plan, goal: Goal) -> Iterator[_Start]:
    """Records of each key by themselves, where every key's first row begins one."""
    keys = [entry for entry in plan.bank.texts if 1 < len(set(entry.values)) < plan.frame.size and None not in entry.values]
    for key in keys[:MOST_KEYS]:
        firsts = sum(1 << key.values.index(value) for value in set(key.values))
        for one in _begun_by(plan, goal):
            if not firsts & ~one.rows and not one.node.sources & key.node.sources:
                number = Window(COUNT_IF, one.node, [key.node], early=True, alias="record", table="records")
                yield (key.node,), number, one.cost


def _begun_by(plan: Plan, goal: Goal) -> list[Condition]:
    """Conditions that hold for as many rows as there are records, the likeliest first."""
    held = [
        one
        for rows, found in Conditions.shared(plan.bank).by_rows.items()
        for one in found[:1]
        if rows.bit_count() == goal.size and one.kind in _KINDS and not one.node.looks_around
    ]
    return sorted(held, key=lambda one: one.cost)[:MOST_STARTS]
