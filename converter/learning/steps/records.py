"""Records of several lines: a row begins one where a column is filled or a condition holds, and those below belong to it."""

from collections.abc import Iterator

from converter.learning.conditions import Conditions
from converter.learning.kinds import Kind
from converter.learning.nodes import ColumnRef, Node
from converter.learning.query import Query
from converter.learning.steps.grouping import Groups
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal
from converter.learning.steps.windows import COUNT_IF, RUNNING_COUNT, Window

_RECORD_COST = 1.5
MOST_STARTS = 3
_KINDS = ("equal", "starts", "blank", "pattern", "contains")


def records(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans with a row for each record, begun by a filled cell or by a condition."""
    if goal.size >= plan.frame.size or goal.size < 2:
        return
    seen: set[tuple[int, ...]] = set()
    for node, cost in _starts(plan, goal):
        numbers = plan.frame.values(node)
        groups: dict[object, list[int]] = {}
        for at, number in enumerate(numbers):
            groups.setdefault(number, []).append(at)
        begins = tuple(rows[0] for rows in groups.values())
        if begins in seen or len(groups) < goal.size or len(groups) == plan.frame.size or max(map(len, groups.values())) < 2:
            continue
        seen.add(begins)
        query: Query = plan.query.grouped(node)
        yield Plan(
            Groups(plan.bank, [node], list(groups.values())), query, plan.cost + _RECORD_COST + cost, (*plan.steps, "records")
        )


def _starts(plan: Plan, goal: Goal) -> Iterator[tuple[Node, float]]:
    for ref in plan.frame.refs:
        values = plan.frame.values(ref)
        if isinstance(ref, ColumnRef) and ref.kind is Kind.TEXT and values[0] is not None and None in values:
            yield Window(RUNNING_COUNT, ref, early=True, alias="record", table="records"), 0.0
    held = [
        one
        for rows, found in Conditions.shared(plan.bank).by_rows.items()
        for one in found[:1]
        if rows & 1 and rows.bit_count() == goal.size and one.kind in _KINDS and not one.node.looks_around
    ]
    for one in sorted(held, key=lambda one: one.cost)[:MOST_STARTS]:
        yield Window(COUNT_IF, one.node, early=True, alias="record", table="records"), one.cost
