"""ORDER BY: up to three keys after which rows stand as expected."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from converter.learning import weights
from converter.learning.bank import Bank, Entry
from converter.learning.expressions.choices import Case, Lookup
from converter.learning.expressions.moments import PARTS
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Apply, ColumnRef, Constant, Node
from converter.learning.query import SortKey
from converter.learning.shapes import are_codes
from converter.learning.steps.neighbours import kept_for_neighbours
from converter.learning.steps.plan import Plan
from converter.learning.steps.windows import Beginning, Window

MOST_KEYS = 3
_ENOUGH = 4.5
"""Where shown columns explain the order for this, no others are tried."""
_KEY_COST = 1.0
_PLACE_COST = 0.15
"""What each output column to the left of a shown key adds: rows are sorted by the first columns."""
_LATER_NUMBER_COST = 0.4
"""What each number to the left of a shown one adds: of several amounts the first is sorted by."""
_TIES_BY_NAME_COST = -0.6
"""Equal amounts are often put in the order of their names."""
_LEADING_COST = -0.8
"""Sorted by the first columns, from left to right."""
_SUM_ASCENDING_COST = 1.0
"""Sums and counts are sorted from the greatest, if at all."""
_HIDDEN_COST = 2.5
_TEXT_NUMBER_COST = 1.5
_DESCENDING_COST = 0.4
_TEXT_DESCENDING_COST = 2.0
"""Amounts and dates are often sorted from the greatest, names hardly ever."""
_RANKED_COST = 2.5
_APPEARANCE_COST = 0.2
_MAPPED_COST = 0.8
"""Sorted by what a shown name stands for: months by their numbers."""
_WHOLE_DATE_COST = 3.0
"""Sorted by a date of which the month and the day are shown by themselves."""
_POINTS_COST = -3.0
"""Those who have points for games are sorted by these."""
_AFTER_POINTS = 2.5
"""Of those with equal points what else they have decides."""
_APART_COST = 2.5
"""Rows that are numbered for each group stand together by groups."""
_TOLD_COST = 1.5
"""A shown text that is decided by a column, as a mark of the first, is rather told by the order than its reason."""
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?").fullmatch

_WORDS = re.compile(r"[^\W\d_]+").findall
_MONTH, _DAY = (next(one for one in PARTS if one.parameters == (name,)) for name in ("month", "day"))
_OF_YEAR = {
    (format,): part for part, formats in ((_MONTH, ("%B", "%b", "%m", "%-m")), (_DAY, ("%d", "%-d"))) for format in formats
}


@dataclass(frozen=True)
class _Option:
    key: SortKey
    ranks: tuple[int, ...]
    cost: float

    @property
    def is_text(self) -> bool:
        """Whether it sorts by a text."""
        return self.key.node.kind is Kind.TEXT

    @property
    def is_named(self) -> bool:
        """Whether it sorts by a text from A to Z."""
        return self.is_text and not self.key.descending


def in_order(plan: Plan, outputs: Sequence[Node]) -> Plan | None:
    """The plan with the sort keys that put its rows in order, now that it is known what the columns show; None without any."""
    plan = kept_for_neighbours(plan, outputs)
    if plan.unsorted is None:
        return plan
    found = orders(plan.unsorted.bank, plan.unsorted.rows, outputs)
    if not found:
        return None
    keys, cost = found[0]
    keys = _as_ranked(plan, plan.unsorted.bank, plan.unsorted.rows) or keys
    return replace(plan, query=replace(plan.query, order=keys), cost=plan.cost + cost)


def _as_ranked(plan: Plan, bank: Bank, rows: Sequence[int]) -> tuple[SortKey, ...]:
    """The groups and the number by which the first few of each were chosen, where the rows stand in this order."""
    for asked in plan.query.qualify:
        for window in asked.within():
            if isinstance(window, Window) and window.by is not None and window.partition:
                keys = (*map(SortKey, window.partition), SortKey(window.by, window.descending))
                ranks = [_ranks(bank.frame.values(key.node), key.descending, key.nulls_first) for key in keys]
                told = list(zip(*(one for one in ranks if one is not None), strict=True))
                if None not in ranks and all((told[one], one) < (told[other], other) for one, other in pairwise(rows)):
                    return keys
    return ()


def orders(bank: Bank, rows: Sequence[int], shown: Sequence[Node] = ()) -> list[tuple[tuple[SortKey, ...], float]]:
    """Sort keys after which the frame's rows stand in the order `rows`, the likeliest first; ties stay as they came.

    `shown` are the output columns: tables are rather sorted by what they show.
    """
    found = list(_search([*_shown(bank, shown), *_appearance(bank), *_as_they_begin(bank, rows, shown)], list(rows), ()))
    if not found or min(cost for _, cost in found) > _ENOUGH:
        found += _search(_options(bank, shown), list(rows), ())
        found += ranked_by_text(bank, rows)
    anew = {one for node in shown for one in _begun_anew(node)}
    found = [(keys, cost + _APART_COST * bool(anew and not anew & {*keys[0].node.within()})) for keys, cost in found if keys]
    found = [_continued(bank, keys, cost + _LEADING_COST * _are_leading(keys, shown), rows, shown) for keys, cost in found]
    if bank.frame.is_grouped:
        found = [(_by_further_keys(bank, keys, rows, shown), cost) for keys, cost in found]
    found.sort(key=lambda one: one[1])
    chance = 0.3 * math.log(1 + len(found))
    return [(keys, cost + chance) for keys, cost in found[:4]]


def _begun_anew(node: Node) -> Iterator[Node]:
    """The columns for each value of which ranks and numbers begin anew."""
    for one in node.within():
        if (isinstance(one, Window) and one.function.ordered) or one.key[0] == "rank":
            yield from getattr(one, "partition", ())


def _are_leading(keys: Sequence[SortKey], shown: Sequence[Node]) -> bool:
    """Whether the keys are the first columns of the output, from left to right."""
    return len(keys) > 1 and all(
        not key.descending and key.node in (_value(node), _mapped(node), node) for key, node in zip(keys, shown, strict=False)
    )


def _continued(
    bank: Bank, keys: tuple[SortKey, ...], cost: float, rows: Sequence[int], shown: Sequence[Node]
) -> tuple[tuple[SortKey, ...], float]:
    """The keys, and after a day its time: the next column, of the same source, where that tells rows apart."""
    at = len(keys)
    if at >= min(MOST_KEYS, len(shown)) or not (_are_leading(keys, shown) or (at == 1 and keys[0].node == _value(shown[0]))):
        return keys, cost
    last, following = keys[-1].node, _value(shown[at])
    if isinstance(shown[at], Constant) or not last.sources or last.sources != following.sources or last == following:
        return keys, cost
    columns = [_ranks(bank.frame.values(key.node), key.descending, key.nulls_first) for key in keys]
    ranks = _ranks(bank.frame.values(following), False, False)
    if ranks is None or None in columns:
        return keys, cost
    equal = [(one, other) for one, other in pairwise(rows) if all(held[one] == held[other] for held in columns if held)]
    if not any(ranks[one] < ranks[other] for one, other in equal) or any(ranks[one] > ranks[other] for one, other in equal):
        return keys, cost
    return (*keys, SortKey(following)), cost


def _by_further_keys(bank: Bank, keys: tuple[SortKey, ...], rows: Sequence[int], shown: Sequence[Node]) -> tuple[SortKey, ...]:
    """Groups that stand by the key that is shown first, and those alike by the keys that are shown next, where they do."""
    first = keys[0]
    if len(keys) > 1 or first.descending or not shown or (first.node != _value(shown[0]) and shown[0] not in first.node.parts):
        return keys
    ranks = [_ranks(bank.frame.values(first.node), False, first.nulls_first)]
    for node in shown[1:]:
        option = next((one for one in _shown(bank, [node]) if not one.key.descending), None)
        if option is None or not _value(node).is_key or len(keys) == MOST_KEYS:
            return keys
        equal = [(one, other) for one, other in pairwise(rows) if all(held and held[one] == held[other] for held in ranks)]
        if any(option.ranks[one] > option.ranks[other] for one, other in equal):
            return keys
        if any(option.ranks[one] < option.ranks[other] for one, other in equal):
            keys = (*keys, option.key)
            ranks.append(option.ranks)
    return keys


def _mapped(node: Node) -> Node:
    """What a map's texts, and the names of months, stand for: those stand as in the year."""
    if isinstance(node, Apply) and node.function.name == "written" and node.function.parameters[:1] in _OF_YEAR:
        return _OF_YEAR[node.function.parameters[:1]](node.parts[0])
    return node.parts[0] if isinstance(node, Lookup) else node


def _value(node: Node) -> Node:
    """What is written, without how."""
    return node.parts[0] if isinstance(node, Apply) and node.function.name == "written" else node


def _search(options: list[_Option], rows: list[int], keys: tuple[_Option, ...]) -> Iterator[tuple[tuple[SortKey, ...], float]]:
    """Goes on with the pairs of neighbours that the keys so far leave equal."""
    open_pairs = [(one, other) for one, other in pairwise(rows) if all(k.ranks[one] == k.ranks[other] for k in keys)]
    if keys and all(one < other for one, other in open_pairs):
        by_name = any(one.key.descending and not one.is_text and other.is_named for one, other in pairwise(keys))
        by_points = len(keys) > 1 and _are_points(keys[0].key.node)
        total = sum(max(_KEY_COST, key.cost - _AFTER_POINTS * (by_points and at > 0)) for at, key in enumerate(keys))
        yield (
            tuple(key.key for key in keys),
            (total if by_points else sum(key.cost for key in keys)) + _TIES_BY_NAME_COST * by_name,
        )
        return
    if len(keys) == MOST_KEYS:
        return
    for option in options:
        ranks = option.ranks
        if option in keys or any(ranks[one] > ranks[other] for one, other in open_pairs):
            continue
        if all(ranks[one] == ranks[other] for one, other in open_pairs):
            continue
        yield from _search(options, rows, (*keys, option))


def options(bank: Bank) -> list[_Option]:
    """Single keys to sort a frame by, the cheapest first."""
    return sorted(_options(bank, ()), key=lambda one: one.cost)


def _shown(bank: Bank, shown: Sequence[Node]) -> list[_Option]:
    """Output columns as sort keys, by their values where they are written numbers and dates."""
    entries: list[tuple[Node, Column, float]] = []
    readers: dict[Node, Entry] = {}
    for entry in (*bank.moments, *bank.numbers, *bank.spans_read):
        if isinstance(entry.node, Apply):
            text = entry.node.parts[0]
            # What was written in a format is read in it; else the first reading is the likeliest: 2024-03-05 is in March.
            if text not in readers or _is_read_as_written(entry.node):
                readers[text] = entry
    numbered = any(map(_is_position, shown))
    before = 0
    for at, node in enumerate(shown):
        price = _PLACE_COST * at
        value = _value(node)
        if isinstance(node, Constant) or _is_position(value) or (numbered and value.looks_around):
            continue
        if _is_number(bank.frame.values(value)):
            price += _LATER_NUMBER_COST * before
            before += 1
        price += _POINTS_COST * _are_points(value) + _TOLD_COST * isinstance(node, Case | Lookup)
        if _mapped(node) is not node:
            entries.append((_mapped(node), bank.frame.values(_mapped(node)), price + _MAPPED_COST))
            # Where months are named, the day that is shown is that of the month.
            price += _WHOLE_DATE_COST * any(one == _MONTH(value) for one in map(_mapped, shown))
        read = readers.get(node) or _read_otherwise(bank, node)
        if read is not None:
            entries.append((read.node, read.values, price))
            entries.append((node, bank.frame.values(node), price + _TEXT_NUMBER_COST))
        else:
            entries.append((value, bank.frame.values(value), price))
    return [
        replace(one, cost=one.cost + _SUM_ASCENDING_COST)
        if not one.key.descending and any(part.aggregates for part in one.key.node.within()) and not one.is_text
        else one
        for one in _made(entries, 0.0)
    ]


def _is_read_as_written(node: Apply) -> bool:
    """Whether the format in which a date is read is the one in which it was written."""
    written = (one for one in node.parts[0].within() if isinstance(one, Apply) and one.function.name == "written")
    return any(one.function.parameters[:1] == node.function.parameters[:1] for one in written)


def _read_otherwise(bank: Bank, node: Node) -> Entry | None:
    """The column as the number that the text shows, where it is its digits without their groups."""
    values = bank.frame.values(node)
    if not isinstance(node, Apply) or node.kind is not Kind.TEXT or len(node.sources) > 1:
        return None
    numbers = [Decimal(value) if isinstance(value, str) and _DIGITS(value) else None for value in values]
    alike = (entry for entry in bank.numbers if entry.node.sources == node.sources and list(entry.values) == numbers)
    return next(alike, None) if None not in numbers else None


def _are_points(node: Node) -> bool:
    return any(one.key[0] == "points" for one in node.within())


def _appearance(bank: Bank) -> list[_Option]:
    """Where a window chose one row of each group: the order in which the groups begin."""
    frame = bank.frame
    if frame.origin is None or not frame.windows_before:
        return []
    nodes = [entry.node for entry in bank.texts if len(set(entry.values)) == frame.size]
    before = frame.origin[0]
    entries: list[tuple[Node, Column, float]] = [
        (made, frame.values(made), _APPEARANCE_COST)
        for node in nodes
        if len(set(before.values(node))) < before.size
        for made in (Beginning([node]),)
    ]
    return [option for option in _made(entries, 0.0) if not option.key.descending]


def _as_they_begin(bank: Bank, rows: Sequence[int], shown: Sequence[Node]) -> list[_Option]:
    """The order in which a shown column's values first turn up, where their rows stand together but not from A to Z."""
    entries: list[tuple[Node, Column, float]] = []
    for node in shown:
        values = bank.frame.values(node)
        told = [values[at] for at in rows]
        runs = [one for one, before in zip(told, [None, *told], strict=False) if one != before]
        together = None not in told and 2 <= len(runs) == len(set(told)) < len(told) and runs != sorted(runs, key=str)
        if together and isinstance(node, ColumnRef) and not bank.frame.windows_before:
            entries.append((Beginning([node]), bank.frame.values(Beginning([node])), _APPEARANCE_COST))
    return [option for option in _made(entries, 0.0) if not option.key.descending]


def _is_position(node: Node) -> bool:
    """Whether the value goes by the order in which the rows stand, so that they cannot be sorted by it."""
    return (isinstance(node, Window) and node.function.ordered and node.by is None) or any(map(_is_position, node.parts))


def _options(bank: Bank, shown: Sequence[Node]) -> list[_Option]:
    entries: list[tuple[Node, Column, float]] = [
        (entry.node, entry.values, 0.6) for entry in bank.numbers if len(set(entry.values)) > 1
    ]
    entries += [(entry.node, entry.values, 0.2) for entry in (*bank.moments, *bank.spans_read)]
    # Days and months before the year stand in no order as texts.
    numeric = {one.node.parts[0] for one in (*bank.numbers, *bank.moments) if one.node.parts and not _begins_with_year(one)}
    for entry in bank.texts:
        entries.append((entry.node, entry.values, 0.6 + _TEXT_NUMBER_COST * (entry.node in numeric)))
    entries += [(one.node, one.values, 1.6 + _letters(bank, one)) for one in bank.pieces if one.node.cost < 3.2]
    return [*_shown(bank, shown), *_made(entries, _HIDDEN_COST)]


def _begins_with_year(entry: Entry) -> bool:
    """Whether the entry is a date whose text begins with the year, so that it stands in the same order."""
    formats = entry.node.function.parameters if isinstance(entry.node, Apply) else ()
    return entry.node.kind.is_moment and str(formats[:1]).startswith("('%Y")


def _letters(bank: Bank, entry: Entry) -> float:
    """What it costs to sort by some letters of words, from the midst of them or at an end."""
    whole = bank.frame.values(entry.node.parts[0]) if entry.node.parts else ()
    pairs = [(part, text) for part, text in zip(entry.values, whole, strict=True) if isinstance(part, str) and part]
    if any(not part.isalpha() or part in _WORDS(str(text)) for part, text in pairs) or are_codes(
        str(text) for _, text in pairs
    ):
        return 0.0
    return weights.LETTERS_OF_WORDS


def _made(entries: Sequence[tuple[Node, Column, float]], hidden: float) -> list[_Option]:
    options: dict[tuple[int, ...], _Option] = {}
    for node, values, extra in entries:
        for descending in (False, True):
            for nulls_first in (False, True):
                if nulls_first and None not in values:
                    continue
                ranks = _ranks(values, descending, nulls_first)
                if ranks is None:
                    continue
                cost = (
                    _KEY_COST
                    + extra
                    + (_DESCENDING_COST if _is_number(values) else _TEXT_DESCENDING_COST) * descending
                    + 0.8 * (nulls_first and None in values)
                    + hidden * (1.0 + 0.2 * node.cost)
                )
                if ranks not in options or cost < options[ranks].cost:
                    options[ranks] = _Option(SortKey(node, descending, nulls_first), ranks, cost)
    return list(options.values())


def _ranks(values: Column, descending: bool, nulls_first: bool) -> tuple[int, ...] | None:
    filled = {value for value in values if value is not None}
    try:
        ordered = sorted(filled, reverse=descending)
    except TypeError:
        return None
    places = {value: at for at, value in enumerate(ordered)}
    blank = -1 if nulls_first else len(places)
    return tuple(blank if value is None else places[value] for value in values)


def ranked_by_text(bank: Bank, rows: Sequence[int]) -> Iterator[tuple[tuple[SortKey, ...], float]]:
    """Sorting by a column's few values in an order of their own (High, Medium, Low), and by further keys within."""
    base = _options(bank, ())
    for entry in bank.texts:
        order = list(dict.fromkeys(entry.values[at] for at in rows))
        if not 2 < len(order) <= 8 or len(order) > 0.7 * len(rows) or None in order:
            continue
        ranks = tuple(order.index(value) for value in entry.values)
        if any(ranks[one] > ranks[other] for one, other in pairwise(rows)):
            continue
        node = Lookup(entry.node, {str(value): str(place) for place, value in enumerate(order, 1)}, Constant(None), 2.0)
        first = _Option(SortKey(node), ranks, _RANKED_COST + 0.4 * len(order))
        yield from _search(base, list(rows), (first,))


def _is_number(values: Column) -> bool:
    return any(value is not None and not isinstance(value, str) for value in values)
