"""A list becomes columns: one for each member that comes in the file, with a mark where a row's list has it.

The columns come from the data where the example's are the very members of its lists, from A to Z; questions of a form that are
listed in an order of their own, or of which one was never chosen, are the form's and stay the same, as do days of the week.
"""

from collections.abc import Iterator, Sequence

from sqlglot import exp, parse_one

from converter.learning import sql
from converter.learning.nodes import ColumnRef, Node
from converter.learning.proposals.lists import MARKS
from converter.learning.query import named
from converter.learning.steps.pivot_headings import in_calendar
from converter.learning.steps.pivots import deadline, finished
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal

LEAST_MEMBERS = 3
"""Two columns from A to Z are no evidence of an order."""


def member_flags(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans in which the members of a column's lists are the headings of columns at the end."""
    if plan.query.tables or plan.frame.size != goal.size or len(goal.names) <= LEAST_MEMBERS:
        return
    headings = set(goal.names)
    for ref in plan.frame.refs:
        values = plan.frame.values(ref)
        first = next((str(value) for value in values if value), "")
        if not isinstance(ref, ColumnRef):
            continue
        for mark in MARKS:
            if not headings.issuperset(first.split(mark)):
                continue  # Most columns are told so by one cell.
            lists = [set(str(value).split(mark)) if value else set() for value in values]
            members = set().union(*lists)
            start = len(goal.names) - len(members)
            if (
                mark == " "
                or max(map(len, lists)) < 2
                or len(members) < LEAST_MEMBERS
                or start < 1
                or list(goal.names[start:]) != sorted(members)
                or all(map(in_calendar, members))
            ):
                continue
            marks = _marks(lists, goal, start)
            outputs = _outputs(plan, goal, start) if marks else []
            if marks and outputs:
                nodes, costs = zip(*outputs, strict=True)
                yield finished(plan, goal, _statement(goal.names[:start], nodes, ref, mark, *marks), sum(costs))
                return


def _marks(lists: Sequence[set[str]], goal: Goal, start: int) -> tuple[str, str | None] | None:
    """What stands in a cell whose member is in the row's list, and what in the others."""
    with_it: set[str | None] = set()
    others: set[str | None] = set()
    for at in range(start, len(goal.names)):
        for row, cell in enumerate(goal.columns[at]):
            (with_it if goal.names[at] in lists[row] else others).add(cell)
    yes = next(iter(with_it))
    if len(with_it) != 1 or len(others) != 1 or yes is None or with_it == others:
        return None
    return yes, next(iter(others))


def _outputs(plan: Plan, goal: Goal, start: int) -> list[tuple[Node, float]]:
    """The expressions of the columns before the flags with their costs; none where one is not explained."""
    from converter.learning.explanation import Workspace, explain

    workspace = Workspace(plan.bank, deadline())
    found = [explain(workspace, goal.columns[at], goal.names[at]) for at in range(start)]
    return [(one[0].node, one[0].cost) for one in found] if all(found) else []


def _statement(
    names: Sequence[str], nodes: Sequence[Node], ref: ColumnRef, mark: str, yes: str, no: str | None
) -> exp.Expression:
    listed = ", ".join(map(sql.quoted, names))
    outputs = [named(node.sql(), name) for name, node in zip(names, nodes, strict=True)]
    members = sql.sql(f"unnest(coalesce(str_split(nullif({{0}}, ''), {sql.literal(mark)}), [NULL]))", ref.sql())
    cells = exp.select(
        *outputs, exp.column("_row"), exp.alias_(members, "heading"), exp.alias_(exp.Literal.string(yes), "cell")
    ).from_("input")
    cell = "first(cell)" if no is None else f"coalesce(first(cell), {exp.Literal.string(no).sql(dialect='duckdb')})"
    tree = parse_one(
        f"SELECT * EXCLUDE (_row) FROM (PIVOT cells ON heading USING {cell} GROUP BY {listed}, _row) ORDER BY _row",
        dialect="duckdb",
    )
    assert isinstance(tree, exp.Select)
    return tree.with_("cells", as_=cells)
