"""Rows that have a row before or after them, kept for what they show of it: the intervals between readings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from converter.learning.expressions.predicates import bits, is_present
from converter.learning.nodes import Node
from converter.learning.steps.plan import Plan
from converter.learning.steps.windows import LAG, LEAD, Window

_COST = 3.0


def kept_for_neighbours(plan: Plan, outputs: Sequence[Node]) -> Plan:
    """The plan with its filter asking for the neighbouring row, where that is what the rows that are left out lack.

    The first row of all, or of each group, hardly goes for what stands in it where the columns show the row before.
    """
    origin = plan.frame.origin
    asked = (*plan.query.where, *plan.query.qualify)
    if origin is None or len(asked) != 1 or plan.query.group or "filter" not in plan.steps:
        return plan
    before, rows = origin
    kept = sum(1 << at for at in rows)
    for node in outputs:
        for window in _windows(node):
            if bits([value is not None for value in before.values(window)]) == kept:
                query = replace(plan.query, where=(), qualify=(is_present(window),))
                return replace(plan, query=query, cost=min(plan.cost, _COST))
    return plan


def _windows(node: Node) -> Iterator[Window]:
    """The windows in an expression that take the value of the row before or after."""
    if isinstance(node, Window) and node.function in (LAG, LEAD):
        yield node
    for part in node.parts:
        yield from _windows(part)
