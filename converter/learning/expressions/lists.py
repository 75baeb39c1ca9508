"""Texts that are lists: their members kept, dropped, sorted, counted, looked for, joined again."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import combinations

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal

Members = list[str]
MOST_SIGNS = 10
LENGTH = Function("length", Kind.NUMBER, "length({0})", lambda text: Decimal(len(text)), 1.6, counts=True)
"""How many characters a text has."""


def members_of(text: str, mark: str) -> Members:
    """The text's members; its characters where there is no mark between them."""
    return text.split(mark) if mark else list(text)


def are_signs(texts: Sequence[str]) -> bool:
    """Whether the texts are signs put together, each once and always in one order, as the days of a course: `MWF`, `TR`."""
    if not all(text.isalnum() and len(set(text)) == len(text) <= MOST_SIGNS for text in texts):
        return False
    if not 2 <= len(set("".join(texts))) <= MOST_SIGNS or max(map(len, texts)) < 2:
        return False
    after = {pair for text in texts for pair in combinations(text, 2)}
    return not any((other, one) in after for one, other in after)


def _split(mark: str) -> str:
    return f"string_split({{0}}, {literal(mark)})"


def _distinct(members: Members) -> Members:
    return list(dict.fromkeys(members))


# What is done with the members: a name, the function, its SQL over the list `{1}` stands for, and its cost.
CHANGES: tuple[tuple[str, Callable[[Members], Members], str, float], ...] = (
    ("as they are", list, "[list]", 0.0),
    ("sorted", sorted, "list_sort([list])", 0.6),
    ("distinct", _distinct, "list_filter([list], (one, at) -> list_position([list], one) = at)", 1.0),
    ("sorted and distinct", lambda members: sorted(set(members)), "list_sort(list_distinct([list]))", 0.9),
    ("trimmed", lambda members: [member.strip(" ") for member in members], "list_transform([list], one -> trim(one))", 0.7),
    ("reversed", lambda members: members[::-1], "list_reverse([list])", 0.9),
    ("filled", lambda members: [member for member in members if member], "list_filter([list], one -> one <> '')", 0.8),
    (
        "trimmed and filled",
        lambda members: [member.strip(" ") for member in members if member.strip(" ")],
        "list_filter(list_transform([list], one -> trim(one)), one -> one <> '')",
        1.2,
    ),
)


def rejoined(mark: str, change: str, other: str) -> Function:
    """The list's members, changed, with another mark in between."""
    _, apply, template, cost = next(one for one in CHANGES if one[0] == change)
    sql = f"array_to_string({template.replace('[list]', _split(mark))}, {literal(other)})"
    if change == "as they are":
        sql = f"replace({{0}}, {literal(mark)}, {literal(other)})"
    return Function("list", Kind.TEXT, sql, lambda text: other.join(apply(text.split(mark))), 1.3 + cost, (mark, change, other))


def without(mark: str, dropped: Sequence[str], other: str) -> Function:
    """The list without some members."""
    listed = ", ".join(map(literal, dropped))
    condition = f"one <> {listed}" if len(dropped) == 1 else f"one NOT IN ({listed})"
    template = f"array_to_string(list_filter({_split(mark)}, one -> {condition}), {literal(other)})"

    def compute(text: str) -> str:
        return other.join(member for member in text.split(mark) if member not in dropped)

    cost = 1.8 + sum(0.6 + 0.05 * len(one) for one in dropped)
    return Function("list without", Kind.TEXT, template, compute, cost, (mark, tuple(dropped), other))


def without_other(mark: str, other: str) -> Function:
    """The list without the member that another column says."""
    template = f"array_to_string(list_filter({_split(mark)}, one -> one IS DISTINCT FROM {{1}}), {literal(other)})"

    def compute(text: str | None, member: str | None) -> str | None:
        return None if text is None else other.join(one for one in text.split(mark) if one != member)

    return Function("list without other", Kind.TEXT, template, compute, 2.2, (mark, other), total=True)


def count(mark: str) -> Function:
    """How many members the list has; none where it is blank."""
    template = f"coalesce(len({_split(mark)}), 0)"
    return Function(
        "members", Kind.NUMBER, template, lambda text: Decimal(len(text.split(mark)) if text else 0), 2.0, (mark,), total=True
    )


def has_member(mark: str, member: str) -> Function:
    """Whether the list has the member."""
    template = f"list_contains({_split(mark)}, {literal(member)})"
    return Function(
        "has member",
        Kind.BOOLEAN,
        template,
        lambda text: member in text.split(mark) if text else False,
        1.6,
        (mark, member),
        total=True,
    )
