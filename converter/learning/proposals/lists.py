"""Cells made of a list's members: joined anew, some left out, counted, or whether one is there."""

import math
import re
from collections.abc import Iterator

from converter.learning import weights
from converter.learning.bank import Entry
from converter.learning.expressions import lists
from converter.learning.expressions.choices import Case
from converter.learning.names import likeness
from converter.learning.nodes import Constant, Node
from converter.learning.proposals.goal import Goal

MARKS = (", ", "; ", ",", ";", "|", " | ", " / ", "/", " & ", "\n", " ", "+", ":")
MOST_DROPPED = 3
LONGEST_ANSWER = 8
"""A yes or a no is said in so few characters."""
MOST_MEMBERS = 40
_OUTLINE = re.compile(r"[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*").fullmatch


def simple(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Whether a list has a member, told in two texts; how many members it has."""
    if not goal.cells or goal.is_part:
        return
    says_yes_or_no = len(set(goal.target)) == 2 < goal.size and all(len(text) <= LONGEST_ANSWER for text in goal.cells)
    numeric = goal.numeric
    for entry in goal.bank.texts:
        if numeric is not None and numeric.formats:
            yield goal.written(lists.LENGTH(entry.node), numeric.formats[0]), 0.0
        for mark in marks_of(entry):
            if says_yes_or_no and mark != " ":
                yield from _membership(goal, entry, mark)
            if numeric is not None and numeric.formats:
                yield goal.written(lists.count(mark)(entry.node), numeric.formats[0]), 0.0
            break
        if numeric is not None and numeric.formats and _are_outline(entry):
            yield goal.written(lists.count(".")(entry.node), numeric.formats[0]), 0.0


def _are_outline(entry: Entry) -> bool:
    """Whether the texts are the numbers of an outline: `1`, `1.2`, `1.2.1`."""
    texts = [value for value in entry.values if isinstance(value, str)]
    return all(map(_OUTLINE, texts)) and any(text.count(".") > 1 for text in texts)


def marks_of(entry: Entry) -> Iterator[str]:
    """Marks that part the texts of a column into members, in a fifth of its rows at least."""
    texts = [value for value in entry.values if isinstance(value, str)]
    for mark in MARKS:
        if sum(mark in text for text in texts) >= max(1, 0.2 * len(texts)):
            yield mark


def _membership(goal: Goal, entry: Entry, mark: str) -> Iterator[tuple[Node, float]]:
    if any(one.node.parts and one.node.parts[0] == entry.node for one in (*goal.bank.numbers, *goal.bank.moments)):
        return
    rows = [set(value.split(mark)) if isinstance(value, str) else set() for value in entry.values]
    members = list(dict.fromkeys(member for value in entry.values if isinstance(value, str) for member in value.split(mark)))
    if not 2 <= len(members) <= MOST_MEMBERS or all(member.strip().isdigit() for member in members):
        return
    several = sum(len(row) > 1 for row in rows) / max(1, sum(map(bool, rows)))
    for member in members:
        with_it = {goal.target[at] for at, row in enumerate(rows) if member in row}
        others = {goal.target[at] for at, row in enumerate(rows) if member not in row}
        if len(with_it) == 1 and len(others) == 1 and with_it != others:
            yes, no = with_it.pop(), others.pop()
            named = likeness(goal.name, member) if goal.name else 0.0
            single = sum(member in row for row in rows) in (1, len(rows) - 1)
            if not named and {member} in rows and sum(member in row for row in rows) == 1:
                continue  # One row's whole text is no member of a list.
            condition = lists.has_member(mark, member)(entry.node)
            chance = weights.ALTERNATIVES * math.log(len(members))
            # One row alone speaks for the member and for what it says.
            cost = weights.MEMBERSHIP + chance + entry.node.cost + 2 * weights.SINGLE * single - 3.5 * named
            cost += 0.0 if named else weights.HARDLY_A_LIST * (1.0 - several)
            yield Case([(condition, Constant(yes))], Constant(no), cost), 0.0


def rewritten(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The list's members in other order, with another mark, or without some of them."""
    if not goal.cells:
        return
    joints = [mark for mark in (*MARKS, "-", "") if any(mark in cell for cell in goal.cells)]
    for entry in goal.bank.texts:
        pairs = [(entry.values[at], goal.target[at] or "") for at in goal.places]
        if any(value is None for value, _ in pairs):
            continue
        for mark in marks_of(entry):
            rows = [str(value).split(mark) for value, _ in pairs]
            if not any(len(row) > 1 for row in rows) or _is_foreign(rows, [cell for _, cell in pairs]):
                continue
            # Of two members, as of a name and a first name, the order is turned: that they are sorted so is chance.
            first = "reversed" if max(map(len, rows)) == 2 else ""
            changes = sorted(lists.CHANGES, key=lambda one: (one[0] != "as they are", one[0] != first))
            for other in (mark, *[joint for joint in joints if joint != mark]):
                for name, change, _, _ in changes:
                    if name == "as they are" and other == mark:
                        continue
                    if all(
                        other.join(change(row)).casefold() == cell.casefold()
                        for row, (_, cell) in zip(rows, pairs, strict=True)
                    ):
                        yield lists.rejoined(mark, name, other)(entry.node), 0.0
                        break
                yield from _without(goal, entry, mark, other, rows, [cell for _, cell in pairs])


def _is_foreign(rows: list[list[str]], cells: list[str]) -> bool:
    """Whether a cell has none of its list's members."""
    return any(
        cell and not any(member.strip() and member.strip().casefold() in cell.casefold() for member in row)
        for row, cell in zip(rows, cells, strict=True)
    )


def _without(
    goal: Goal, entry: Entry, mark: str, other: str, rows: list[list[str]], cells: list[str]
) -> Iterator[tuple[Node, float]]:
    kept = [cell.split(other) if other else [cell] for cell in cells]
    if not all(set(few) <= set(many) or few == [""] for few, many in zip(kept, rows, strict=True)):
        return
    left_out = [member for few, many in zip(kept, rows, strict=True) for member in many if member not in few]
    dropped = list(dict.fromkeys(left_out))
    # Several members, of which each row has its own, are known by heart: the next row has another.
    by_heart = 1 < len(dropped) == len(left_out)
    # So are numbers that not all rows have: they are left out by their place.
    by_heart = by_heart or any(one.isdecimal() and not all(one in many for many in rows) for one in dropped)
    if dropped and len(dropped) <= MOST_DROPPED and not by_heart and not any(one in few for few in kept for one in dropped):
        yield lists.without(mark, dropped, other)(entry.node), 0.0
    for column in goal.bank.texts:
        if column is not entry:
            node = lists.without_other(mark, other)(entry.node, column.node)
            values = goal.bank.frame.values(node)
            if all((values[at] or "") == (goal.target[at] or "") for at in goal.places):
                yield node, 0.0
