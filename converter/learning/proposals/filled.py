"""Columns with a mark between those that are filled, such as the parts of an address."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from converter.learning import weights
from converter.learning.bank import Entry
from converter.learning.expressions.choices import Join, JoinFilled
from converter.learning.nodes import Constant, Node
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
            if len(entries) <= MOST_TO_CHOOSE_FROM:
                yield from _labelled(goal, entries, mark)


def _labelled(goal: Goal, entries: Sequence[Entry], mark: str) -> Iterator[tuple[Node, float]]:
    """All the columns joined where they are filled, some with a text of their own before or after: `Other: ` and what it is."""
    parts: list[Node] = []
    cost = 0.0
    for entry in entries:
        around = _around(goal, entry, mark)
        if around is None:
            return
        before, after = around
        own = [Constant(text) for text in around if text]
        if own:
            shown = sum(bool(value) for value in entry.values)
            cost += sum(one.cost for one in own) + weights.SINGLE * (shown == 1)
            made = [*([Constant(before)] if before else []), entry.node, *([Constant(after)] if after else [])]
            parts.append(Join(made, entry.node.cost))
        else:
            parts.append(entry.node)
    node = JoinFilled(mark, parts, 1.0 + 0.8 * len(parts) + cost)
    values = goal.bank.frame.values(node)
    if cost and all(values[at] == goal.target[at] for at in goal.places):
        yield node, 0.0


def _around(goal: Goal, entry: Entry, mark: str) -> tuple[str, str] | None:
    """What stands before and after the column's texts in the members of the cells, the same in all rows."""
    found: set[tuple[str, str]] | None = None
    for at in goal.places:
        value = entry.values[at]
        if isinstance(value, str) and value:
            members = [one for one in (goal.target[at] or "").split(mark) if value in one]
            here = {(one[: one.index(value)], one[one.index(value) + len(value) :]) for one in members}
            found = here if found is None else found & here
    return min(found, key=lambda one: len("".join(one))) if found else None


def _stands_in(goal: Goal, entry: Entry) -> bool:
    pairs = [(value, text) for value, text in zip(entry.values, goal.target, strict=True) if value]
    return bool(pairs) and all(text is not None and value in text for value, text in pairs)  # type: ignore[operator]
