"""Columns with a mark between those that are filled, such as the parts of an address."""

import re
from collections.abc import Iterator
from itertools import combinations

from converter.learning.bank import Entry
from converter.learning.expressions.choices import JoinFilled
from converter.learning.nodes import Node
from converter.learning.proposals.goal import Goal

_MARKS = (", ", "; ", " / ", " - ", " | ", " ", ",", ";", "|", "-", "/")
_BETWEEN = re.compile(r"(?<=\w)\W+(?=\w)").findall
_MOST_OWN = 3
"""So many marks that are not among the usual ones are tried."""
MOST_COLUMNS = 12
MOST_TO_CHOOSE_FROM = 6
"""Of more columns all have to be joined."""


def joined_filled(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The columns whose texts stand in the cells, joined where they are filled."""
    entries = [entry for entry in goal.bank.texts if _stands_in(goal, entry)]
    if not 2 <= len(entries) <= MOST_COLUMNS:
        return
    own = dict.fromkeys(mark for text in goal.cells for mark in _BETWEEN(text) if mark not in _MARKS)
    for mark in (*_MARKS, *list(own)[:_MOST_OWN]):
        if any(mark in text for text in goal.cells):
            for count in range(len(entries), 1, -1):
                for chosen in combinations(entries, count):
                    node = JoinFilled(mark, [entry.node for entry in chosen], 1.0 + 0.8 * count)
                    values = goal.bank.frame.values(node)
                    if all(values[at] == goal.target[at] for at in goal.places):
                        yield node, 0.0
                        return
                if len(entries) > MOST_TO_CHOOSE_FROM:
                    break


def _stands_in(goal: Goal, entry: Entry) -> bool:
    pairs = [(value, text) for value, text in zip(entry.values, goal.target, strict=True) if value]
    return bool(pairs) and all(text is not None and value in text for value, text in pairs)  # type: ignore[operator]
