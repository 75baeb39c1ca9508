"""What a group's column may be beyond plain aggregates: lists of computed texts, sums of products, what some rows make."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from converter.learning.columns import ColumnSearch
from converter.learning.conditions import Conditions
from converter.learning.expressions.numbers import OR_ZERO, SUBTRACT
from converter.learning.expressions.predicates import compared
from converter.learning.kinds import Kind
from converter.learning.nodes import Constant, Function, Node
from converter.learning.proposals import named_bands
from converter.learning.proposals.amounts import converted
from converter.learning.proposals.percentages import rated
from converter.learning.steps.extremes import extremes
from converter.learning.steps.grouping import COUNT, SUM, Aggregate, Groups, TextList
from converter.learning.steps.signed_sums import MOST_SIGNED, signed_sums, sums_are
from converter.learning.values.number_formats import numeric_target

if TYPE_CHECKING:
    from converter.learning.bank import Entry

_MARKS = ("; ", ", ", " | ", " / ", " - ", " + ", ";", ",", "|", "\n", "/", " ", "-", " and ", "+", "")
MOST_CONDITIONS = 400
MOST_KEPT = 3
"""So many conditions are kept that leave the same members in a list."""
_SOME_COST = 2.0
_SIDES_COST = 1.8
FOR, AGAINST = "_for", "_against"
"""How the columns of a side are called: what it has, what the other side has."""


def proposed(groups: Groups, target: Sequence[str | None], name: str | None) -> Iterator[tuple[Node, float]]:
    """Expressions over the groups for the column, each with an extra cost."""
    yield from named_bands.of_groups(groups, target, name)
    yield from ((node, 0.0) for node in _lists(groups, target, name))
    yield from extremes(groups, target)
    yield from _of_sides(groups, target)
    yield from _of_pairs(groups, target)
    yield from _of_some(groups, target)
    yield from signed_sums(groups, target)


def _lists(groups: Groups, target: Sequence[str | None], name: str | None) -> Iterator[Node]:
    """A list whose members, told apart by a mark, are texts of the group's rows: they become a column of the rows below."""
    sizes = [len(rows) for rows in groups.groups]
    if max(sizes) < 2 or not any(target):
        return
    yield from _joined(groups, target)
    for mark in _MARKS:
        if not any(text and mark in text for text in target):
            continue
        parts = [text.split(mark) if text else [] for text in target] if mark else [[text or ""] for text in target]
        if all(len(members) == size for members, size in zip(parts, sizes, strict=True)):
            yield from _whole(groups, parts, mark, name)
        yield from _copied(groups, parts, mark)
        yield from _of_kept(groups, parts, mark)


def _joined(groups: Groups, target: Sequence[str | None]) -> Iterator[Node]:
    """A column's texts with a mark between that stands in the texts too, such as a blank."""
    for entry in groups.bank_below.texts:
        texts = [[str(entry.values[at]) for at in rows if entry.values[at]] for rows in groups.groups]
        if max(map(len, texts)) < 2:
            continue
        for mark in (" ", ", ", "; ", "\n", " / ", " - "):
            if all(mark.join(members) == (text or "") for members, text in zip(texts, target, strict=True)):
                yield TextList(entry.node, mark)
                break


def _whole(groups: Groups, parts: list[list[str]], mark: str, name: str | None) -> Iterator[Node]:
    cells: list[str | None] = [None] * groups.base.size
    wanted = 0
    for rows, members in zip(groups.groups, parts, strict=True):
        for at, member in zip(rows, members, strict=True):
            cells[at] = member
            wanted |= 1 << at
    search = ColumnSearch(groups.bank_below, tuple(cells), name, rows=wanted)
    for one in search.candidates():
        if one.rows & wanted == wanted and not isinstance(one.node, Constant):
            yield TextList(one.node, mark)
            return


def _copied(groups: Groups, parts: list[list[str]], mark: str) -> Iterator[Node]:
    """Lists of a column's texts, distinct or sorted, or without the blank ones."""
    bank = groups.bank_below
    for entry in (*bank.texts, *bank.cased, *bank.pieces):
        if entry.node.kind is not Kind.TEXT or set(_members(entry, groups.groups[0], False, False)) != set(parts[0]):
            continue  # Most are told so by one group.
        for distinct, ordered in ((False, False), (True, False), (False, True), (True, True)):
            if all(
                _members(entry, rows, distinct, ordered) == members for rows, members in zip(groups.groups, parts, strict=True)
            ):
                yield TextList(entry.node, mark, distinct=distinct, ordered=ordered)
                break


def _of_kept(groups: Groups, parts: list[list[str]], mark: str) -> Iterator[Node]:
    """Lists of a column's texts in the rows that a condition keeps: the sizes in stock."""
    bank = groups.bank_below
    for entry in (*bank.texts, *bank.cased):
        filled = kept = 0
        for rows, members in zip(groups.groups, parts, strict=True):
            mine = [at for at in rows if entry.values[at] not in (None, "")]
            found = [at for at in mine if entry.values[at] in members]
            if [entry.values[at] for at in found] != members:
                break
            filled |= sum(1 << at for at in mine)
            kept |= sum(1 << at for at in found)
        else:
            held = [one for one in Conditions.shared(bank).all() if one.rows & filled == kept != filled]
            for one in sorted(held, key=lambda one: one.cost)[:MOST_KEPT]:
                made = TextList(entry.node, mark, one.node)
                made.cost = TextList(entry.node, mark).cost + _SOME_COST + 0.5 * one.cost
                yield made


def _members(entry: "Entry", rows: Sequence[int], distinct: bool, ordered: bool) -> list[str]:
    values = [str(entry.values[at]) for at in rows if entry.values[at] not in (None, "")]
    values = list(dict.fromkeys(values)) if distinct else values
    return sorted(values) if ordered else values


def _of_pairs(groups: Groups, target: Sequence[str | None]) -> Iterator[tuple[Node, float]]:
    """Sums of products and differences of two columns, of shares in percent, and of amounts converted to one unit."""
    numeric = numeric_target(tuple(target))
    if numeric is None:
        return
    made = [entry for entry in groups.bank_below.pairs if entry.node.key[0] in ("multiply", "subtract")]
    for format in numeric.formats[:2]:
        for entry in (*made, *rated(groups.bank_below), *converted(groups.bank_below)):
            if sums_are(groups, entry.floats, numeric.values, format):
                yield format.of(Aggregate(SUM, entry.node)), 0.0


def _of_some(groups: Groups, target: Sequence[str | None]) -> Iterator[tuple[Node, float]]:
    """Counts and sums of the rows that meet a condition."""
    numeric = numeric_target(tuple(target))
    if numeric is None or groups.base.size > 200:
        return
    below = groups.bank_below
    masks = [sum(1 << at for at in rows) for rows in groups.groups]
    wanted = list(numeric.values)
    conditions = Conditions.shared(below)
    for held in conditions.all()[:MOST_CONDITIONS]:
        counts = [(held.rows & mask).bit_count() for mask in masks]
        if all(value is None or value == count for value, count in zip(wanted, counts, strict=True)):
            node = Aggregate(COUNT, None, held.node)
            for format in numeric.formats[:1]:
                yield format.of(node), _SOME_COST + 0.5 * held.cost
        for entry in below.numbers[:12]:
            floats = [value if value is not None and held.rows >> at & 1 else 0.0 for at, value in enumerate(entry.floats)]
            for format in numeric.formats[:1]:
                if sums_are(groups, floats, wanted, format):
                    added = _or_zero(groups, Aggregate(SUM, entry.node, held.node), wanted)
                    yield format.of(added), _SOME_COST + 0.5 * held.cost


def _or_zero(groups: Groups, node: Node, wanted: Sequence[Decimal | None]) -> Node:
    """The sum, zero where no row of a group is added up and zero is shown."""
    lacks = any(value is None and shown == 0 for value, shown in zip(groups.values(node), wanted, strict=True))
    return OR_ZERO(node) if lacks else node


def _of_sides(groups: Groups, target: Sequence[str | None]) -> Iterator[tuple[Node, float]]:
    """What leagues count: won, drawn and lost, points for these, goals for less goals against."""
    numeric = numeric_target(tuple(target))
    if numeric is None or None in numeric.values or not numeric.formats or groups.base.size > MOST_SIGNED:
        return
    entries = [entry for entry in groups.bank_below.numbers if None not in entry.floats][:10]
    for one, other in ((a, b) for a in entries for b in entries if a is not b):
        own = _are_sides(one.node, other.node)
        if own is None:
            continue
        signs = [(a > b) - (a < b) for a, b in zip(one.floats, other.floats, strict=True)]  # type: ignore[operator]
        counts = [[sum(signs[row] == sign for row in rows) for sign in (1, 0, -1)] for rows in groups.groups]
        found: list[Node] = []
        for at, sign in enumerate((">", "=", "<")):
            if [count[at] for count in counts] == list(numeric.values):
                found.append(Aggregate(COUNT, None, compared(one.node, sign, other.node)))
        for points in _POINTS:
            totals = [sum(a * b for a, b in zip(points, count, strict=True)) for count in counts]
            if totals == list(numeric.values) and any(count[1] for count in counts):
                found.append(Aggregate(SUM, points_for(*points)(one.node, other.node)))
        less = [sum((one.floats[at] or 0.0) - (other.floats[at] or 0.0) for at in rows) for rows in groups.groups]
        if all(float(value) == total for value, total in zip(numeric.values, less, strict=True) if value is not None):
            found.append(SUBTRACT(Aggregate(SUM, one.node), Aggregate(SUM, other.node)))
        for node in found:
            # On two sides' numbers these are what is meant, however long they are.
            written = numeric.formats[0].of(node)
            yield written, (_SIDES_COST - written.cost) if own else 0.0


def _are_sides(one: Node, other: Node) -> bool | None:
    """Whether two numbers are what a side has and what the other one has; None where they are the other way round."""
    names = [next(iter(node.sources), "") for node in (one, other)]
    if names[0].endswith(FOR) and names[1] == names[0].removesuffix(FOR) + AGAINST:
        return True
    return None if names[0].endswith(AGAINST) or one.parts == other.parts else False


def points_for(won: int, drawn: int, lost: int) -> Function:
    """Points for a number that is greater than another, as great, and less."""
    template = f"CASE WHEN {{0}} > {{1}} THEN {won} WHEN {{0}} = {{1}} THEN {drawn} ELSE {lost} END"

    def compute(one: Decimal, other: Decimal) -> Decimal:
        return Decimal(won if one > other else drawn if one == other else lost)

    return Function("points", Kind.NUMBER, template, compute, 1.5, (won, drawn, lost))


_POINTS = ((3, 1, 0), (2, 1, 0), (1, 0, -1), (4, 2, 0), (3, 2, 1), (2, 1, -1))
"""Points for won, drawn and lost in the leagues that people keep."""
