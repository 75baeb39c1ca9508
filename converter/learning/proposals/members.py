"""Cells whose members are those of a list, each rewritten alike: without what stands in brackets, in other letters."""

from collections.abc import Iterator

from converter.learning.bank import Bank, Entry
from converter.learning.expressions.members import MEMBER, EachMember, members_frame
from converter.learning.kinds import Kind
from converter.learning.nodes import Constant, Function, Node
from converter.learning.proposals.goal import Goal
from converter.learning.proposals.lists import MARKS, marks_of
from converter.learning.sql import literal

LEAST_MEMBERS = 3
MOST_MEMBERS = 60
_SWAPPED = ("", "_", "-")
MOST_COST = 6.0
"""What rewrites a member is an expression that costs no more."""


def each_rewritten(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Lists of which every member is rewritten by the same expression."""
    if goal.is_part or not goal.cells:
        return
    joints = [mark for mark in MARKS if any(mark in cell for cell in goal.cells)]
    for entry in goal.bank.texts if joints else ():
        if any(entry.values[at] is None for at in goal.places):
            continue
        for mark in marks_of(entry):
            for other in joints:
                yield from _rewritten(goal, entry, mark, other)


def _rewritten(goal: Goal, entry: Entry, mark: str, other: str) -> Iterator[tuple[Node, float]]:
    from converter.learning.columns import ColumnSearch

    rows = [str(entry.values[at]).split(mark) for at in goal.places]
    cells = [str(goal.target[at]).split(other) for at in goal.places]
    if any(len(row) != len(cell) for row, cell in zip(rows, cells, strict=True)) or max(map(len, rows)) < 2:
        return
    pairs = list(
        dict.fromkeys((one, text) for row, cell in zip(rows, cells, strict=True) for one, text in zip(row, cell, strict=True))
    )
    members = tuple(one for one, _ in pairs)
    # A member that stands for two texts is none, and one that stays as it is asks for nothing.
    if not LEAST_MEMBERS <= len(set(members)) == len(pairs) <= MOST_MEMBERS or all(one == text for one, text in pairs):
        return
    bank = Bank(members_frame(tuple(one or None for one in members)))
    for made in _SWAPPED:
        swapped = bool(made) and any(made in text for _, text in pairs) and any(" " in one for one in members)
        if made and (not swapped or any(made in one for one in members)):
            continue
        search = ColumnSearch(bank, tuple(text.replace(made, " ") if made else text for _, text in pairs), inner=True)
        for one in search.near():
            plain = not isinstance(one.node, Constant) and one.node.sources == {MEMBER} and not one.node.looks_around
            if plain and one.rows == search.full and one.cost <= MOST_COST:
                inner = _swap(made)(one.node) if made else one.node
                yield EachMember(entry.node, inner, mark, other), 0.0
                return


def _swap(made: str) -> Function:
    """Blanks within a member as another mark: tags have none."""
    template = f"replace({{0}}, ' ', {literal(made)})"
    return Function("swapped", Kind.TEXT, template, lambda text: text.replace(" ", made), 0.8, (made,))
