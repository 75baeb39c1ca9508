"""Conditions that list values of a column: pairs of them beforehand, longer lists for rows that are asked for."""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from converter.learning import weights
from converter.learning.expressions.predicates import member
from converter.learning.kinds import Column
from converter.learning.marks import is_void
from converter.learning.names import says_state
from converter.learning.nodes import Node

if TYPE_CHECKING:
    from converter.learning.conditions import Conditions

_MOST_VALUES = 8
"""Of a column with more values no pairs are listed."""
_LEAST_LISTED, _MOST_LISTED = 3, 12
_OUTSIDE = 0.2
_MOST_PART = 2.3
"""Parts of texts that cost more, such as the fourth of many, are not listed."""


def values_of(column: Column) -> dict[str, int]:
    """The column's texts, each with the rows (bits) that have it."""
    groups: dict[str, int] = defaultdict(int)
    for at, value in enumerate(column):
        if isinstance(value, str) and value:
            groups[value] |= 1 << at
    return groups


def pairs(node: Node, groups: dict[str, int], full: int, cost: float) -> Iterator[tuple[str, Node, int, float]]:
    """Two of the column's values, and all but these; `full` are all rows, blank ones too."""
    if not 3 <= len(groups) <= _MOST_VALUES:
        return
    items = list(groups.items())
    for at, (one, first) in enumerate(items):
        for two, second in items[at + 1 :]:
            price = cost + _price([first, second], len(items))
            others = [value for value in groups if value not in (one, two)]
            price += weights.STANDING * (says_state(node) and all(map(is_void, others)))
            yield "member", member(node, (one, two)), first | second, price
            yield "member", member(node, (one, two), inside=False), full & ~(first | second), price + _OUTSIDE


def listings(conditions: "Conditions", wanted: int) -> Iterator[tuple[Node, float]]:
    """Longer lists of a column's values that hold for just the rows wanted (bits), with their costs."""
    texts = conditions.bank.texts
    parts = [one for one in conditions.bank.pieces if one.node.key[0] == "split_part" and one.node.cost < _MOST_PART]
    for entry in (*texts, *(one for one in parts if one.node.parts[0] not in conditions.numeric)):
        groups = values_of(entry.values)
        kept = [value for value, rows in groups.items() if rows & wanted]
        dropped = [value for value, rows in groups.items() if rows & ~wanted]
        if set(kept) & set(dropped):
            continue
        blanks = conditions.full & ~sum(groups.values())
        repeated, rarity = conditions.rarity(entry.node, groups)
        if not repeated:
            continue  # Names and numbers of things: a further file has others.
        chance = weights.ALTERNATIVES * math.log(1.0 + len(texts))
        least = _LEAST_LISTED
        if entry.node.parts:
            # Two values of a whole column are listed beforehand.
            chance, least = weights.ALTERNATIVES * math.log(1.0 + len(texts) + len(parts)) + 0.5 * entry.node.cost, 2
        for listed, inside in ((kept, True), (dropped, False)):
            # A blank is in no list.
            fits = not blanks & (wanted if inside else conditions.full & ~wanted)
            if fits and least <= len(listed) <= _MOST_LISTED and len(listed) < len(groups):
                price = _price([groups[value] for value in listed], len(groups)) + rarity + chance
                # States are what people list; other values are known by heart, as a map's entries are.
                price += 0.0 if says_state(entry.node) else weights.MAPPING_ENTRY * len(listed)
                price += weights.STANDING * (inside and says_state(entry.node) and all(map(is_void, dropped)))
                yield member(entry.node, listed, inside=inside), weights.CONDITION["member"] + price + _OUTSIDE * (not inside)


def _price(listed: list[int], count: int) -> float:
    """What it costs to list values with these rows, of so many that the column has."""
    once = sum(rows.bit_count() == 1 for rows in listed)
    return weights.LISTED * max(count - 2, len(listed) - 1) + 0.5 * weights.SINGLE * once
