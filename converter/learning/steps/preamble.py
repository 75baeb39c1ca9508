"""Values that stand above the table: an account's number, a period, a title's year. They are columns of every row.

They are found by the label beside them or before them in their cell, so that a further file may have other values.
"""

import re
from collections.abc import Iterator

from converter.learning import sql
from converter.learning.alignment import Alignment, features_of
from converter.learning.bank import Relation
from converter.learning.expressions.choices import Case
from converter.learning.expressions.predicates import equals, starts
from converter.learning.kinds import Kind
from converter.learning.nodes import ColumnRef, Constant, Function, Node
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal
from converter.learning.steps.windows import Window, WindowFunction

_COST = 1.0
_NODE_COST = 0.8
LEAST_ROWS = 2
MOST_LINES = 30


def _first_filled(values: list[object]) -> list[object]:
    return [next((value for value in values if value is not None), None)] * len(values)


ANY_VALUE = WindowFunction("any value", "any_value({0})", _first_filled, ordered=False, cost=0.5)


def preamble(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """The plan with the values above its first row that expected columns show in every row."""
    if goal.size < LEAST_ROWS or goal.size >= plan.frame.size:
        return
    chosen = Alignment(plan.bank, goal.columns).selection
    if chosen is None or not 0 < min(chosen.rows) <= MOST_LINES:
        return
    found: list[Node] = []
    for at, column in enumerate(goal.columns):
        if len(set(column)) == 1 and column[0]:
            node = _labelled(plan, range(min(chosen.rows)), column[0], frozenset().union(*goal.features[at]))
            if node is not None and node not in found:
                found.append(node)
    if found:
        frame = Relation(plan.frame.names, plan.frame.columns, [*plan.frame.refs, *found])
        yield Plan(frame, plan.query, plan.cost + _COST, (*plan.steps, "preamble"))


def _labelled(plan: Plan, lines: range, text: str, features: frozenset[tuple[str, str]]) -> Node | None:
    """The value of the cell above that shows the text, told by its label."""
    refs = [ref for ref in plan.frame.refs if isinstance(ref, ColumnRef)]
    strong = {one for one in features if one[0] != "word"}
    for line in lines:
        row = [plan.frame.values(ref)[line] for ref in refs]
        for place, cell in enumerate(row):
            if not isinstance(cell, str):
                continue
            if strong & frozenset().union(*features_of((cell,))):
                beside = [at for at in range(place) if row[at]]
                if beside:
                    label = beside[-1]
                    return _value(refs[place], equals(refs[label], str(row[label])), place)
            match = re.search(rf"(?<!\w){re.escape(text)}(?!\w)", cell)
            if match and re.search(r"[^\W\d_]", cell[: match.start()]):
                before, after = cell[: match.start()], cell[match.end() :]
                return _value(_within(refs[place], before, after), starts(refs[place], before), place)
    return None


def _within(ref: Node, before: str, after: str) -> Node:
    """What stands between two texts."""
    if not after:
        template = f"substr({{0}}, {len(before) + 1})"
        return Function("after", Kind.TEXT, template, lambda text: text[len(before) :] or None, 0.5, (before,))(ref)
    pattern = f"^{re.escape(before)}(.*?){re.escape(after)}"
    template = f"nullif(regexp_extract({{0}}, {sql.literal(pattern)}, 1), '')"

    def compute(text: str) -> str | None:
        match = re.match(pattern, text)
        return (match[1] or None) if match else None

    return Function("between", Kind.TEXT, template, compute, 0.5, (before, after))(ref)


def _value(value: Node, condition: Node, place: int) -> Node:
    inner = Case([(condition, value)], Constant(None), 0.0)
    extra = _NODE_COST - ANY_VALUE.cost + 0.1 * place
    return Window(ANY_VALUE, inner, early=True, alias="above", table="preamble", extra=extra)
