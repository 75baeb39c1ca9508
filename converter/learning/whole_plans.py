"""What a plan costs beside its steps and its columns, once these are known: what they say of each other."""

from collections.abc import Sequence

from converter.learning import weights
from converter.learning.columns import Candidate
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, Node
from converter.learning.steps.grouping import Groups
from converter.learning.steps.plan import Plan
from converter.learning.steps.windows import GROUP_SUM, Window

_GROUPS_OTHERWISE = 4.0
"""One row of each group beside the group's totals: that is what grouping is for."""


def whole_cost(plan: Plan, columns: Sequence[Sequence[Candidate]]) -> float:
    """What the first candidates of the columns add to the plan's cost, in nats."""
    return (
        _GROUPS_OTHERWISE * _groups_otherwise(plan, columns)
        + weights.ASKED_AND_SHOWN * _asks_for_shown(plan, columns)
        + weights.FIRST_LINES * _shows_first_lines(plan, columns)
    )


def _shows_first_lines(plan: Plan, columns: Sequence[Sequence[Candidate]]) -> bool:
    """Whether the plan's records show no more than their first lines: then these rows are kept, the others are left out."""
    frame = plan.frame
    if "records" not in plan.steps or not isinstance(frame, Groups):
        return False
    firsts = Groups(frame.bank_below, frame.keys, [rows[:1] for rows in frame.groups])
    return all(firsts.values(held[0].node) == frame.values(held[0].node) for held in columns if held)


def _groups_otherwise(plan: Plan, columns: Sequence[Sequence[Candidate]]) -> bool:
    """Whether rows are chosen by other rows, and columns show sums of all rows of a group."""
    return bool(plan.query.qualify) and any(held and _has_total(held[0].node) for held in columns)


def _asks_for_shown(plan: Plan, columns: Sequence[Sequence[Candidate]]) -> bool:
    """Whether rows are kept by what two columns make together, and an output column is made of these two as well."""
    asked = [one.parts[0] for one in plan.query.where if isinstance(one, Apply) and one.function.name == "compared"]
    made = [node.sources for node in asked if len(node.sources) > 1 and node.kind is Kind.NUMBER]
    return any(one <= held[0].node.sources for one in made for held in columns if held)


def _has_total(node: Node) -> bool:
    return any(isinstance(one, Window) and one.function is GROUP_SUM for one in node.within())
