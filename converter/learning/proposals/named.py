"""Cells that name the column that is filled: `mobile` where the number is a mobile one, the first in an order of several."""

from collections.abc import Iterable, Iterator

from converter.learning.bank import Entry
from converter.learning.expressions.choices import Case
from converter.learning.expressions.predicates import is_filled
from converter.learning.names import likeness
from converter.learning.nodes import ColumnRef, Constant, Node, constant_cost
from converter.learning.proposals.goal import Goal

LEAST_NAMED = 2
_LEAST_LIKE = 0.55
"""A text is a word of the name of two or three words."""
_NAMED_COST = 3.0


def first_named(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Which of several columns is filled, the first of those that are: the cells name them. A text of its own, or a blank,
    where none is."""
    named = _named(goal)
    if len(named) < LEAST_NAMED or goal.is_part:
        return
    others = {text for at, text in enumerate(goal.target) if not _filled(named.values(), at)}
    ahead: dict[str, set[str]] = {text: set() for text in named}
    for at, text in enumerate(goal.target):
        if (text in named and named[text].values[at] is None) or (text not in named and text not in others):
            return
        if text in named:
            for later in named:
                if later != text and named[later].values[at] is not None:
                    ahead[later].add(text)
    if len(others) > 1 or others & set(named):
        return
    order: list[str] = []
    while len(order) < len(named):
        free = next((text for text in named if text not in order and ahead[text] <= set(order)), None)
        if free is None:
            return
        order.append(free)
    default = next(iter(others), None)
    cost = _NAMED_COST + sum(0.5 * constant_cost(text) for text in order)
    yield Case([(is_filled(named[text].node), Constant(text)) for text in order], Constant(default), cost), 0.0


def _named(goal: Goal) -> dict[str, Entry]:
    """The texts of the cells that name a column each, in the order of the columns."""
    found: dict[str, tuple[int, Entry]] = {}
    columns = [(at, one) for at, one in enumerate(goal.bank.texts) if isinstance(one.node, ColumnRef)]
    for text in dict.fromkeys(goal.cells):
        like = sorted(((likeness(text, str(one.node.name)), at, one) for at, one in columns), key=lambda made: -made[0])  # type: ignore[attr-defined]
        if like and like[0][0] >= _LEAST_LIKE and (len(like) == 1 or like[1][0] < like[0][0]):
            found[text] = like[0][1:]
    return {text: one for text, (_, one) in sorted(found.items(), key=lambda item: item[1][0])}


def _filled(entries: Iterable[Entry], at: int) -> bool:
    return any(entry.values[at] is not None for entry in entries)
