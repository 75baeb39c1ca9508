"""The first, newest, oldest, best or least row of each group among the rows that meet a condition: lists without doubles."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from converter.learning.bank import Bank
from converter.learning.conditions import Condition, Conditions
from converter.learning.expressions import texts
from converter.learning.expressions.predicates import both
from converter.learning.kinds import Column
from converter.learning.names import says_identity
from converter.learning.nodes import Node
from converter.learning.steps.windows import ROW_NUMBER, Window, in_order, is_number

MOST_ROWS = 300
MOST_CONDITIONS = 40
MOST_KEYS = 10
MOST_COST = 5.0
"""What a condition costs at the most that is asked beside the key."""
_COST = 4.5
_BY_COST = 1.2
_TIDIED_COST = 0.6
_IDENTITY_COST = -1.2
"""The key is named as people name what tells one from another."""
_DIFFERENT_COST, _MOST_DIFFERENT = 0.5, 3.0
"""Doubles are alike: rows of many cells that have but the key in common are hardly left out for it, unless a date says which
stays. The first is what a cell that differs costs."""
_EVIDENCE, _SHARE = 3.0, 0.6
"""What speaks for it at the most, and the share of the chance that each group's row is the one that is kept."""
_MOST_FLAGS = 2
_SINGLE = 2.0
"""One double alone may have been left out for anything."""
Choice = tuple[tuple[Node, ...], float]


def firsts_among(bank: Bank, kept: Sequence[int]) -> list[Choice]:
    """Conditions that together leave exactly these rows, with their cost, the likeliest first.

    A condition of the row alone, where one is needed, and the number of the row within its group.
    """
    if bank.frame.size > MOST_ROWS or bank.frame.is_grouped:
        return []
    conditions = [None, *_conditions(bank, kept)]
    found = [choice for key in _keys(bank, kept) for choice in _by_key(bank, kept, key, conditions)]
    return sorted(found, key=lambda one: one[1])[:2]


def _keys(bank: Bank, kept: Sequence[int]) -> Iterator[Node]:
    """Columns by which each kept row is alone but not each row of all; without blanks around and in lower case too."""
    count = 0
    # Days come more than once by nature.
    dated = {entry.node.parts[0] for entry in bank.moments if entry.node.parts}
    for entry in bank.texts:
        if entry.node in dated:
            continue
        tidied = texts.LOWER(texts.TRIM(entry.node))
        seen: set[Column] = set()
        for node in (entry.node, texts.LOWER(entry.node), tidied):
            values = bank.frame.values(node)
            filled = [value for value in values if value is not None]
            mine = [values[at] for at in kept]
            alone = None not in mine and len(set(mine)) == len(mine)
            if alone and len(set(filled)) < len(filled) and values not in seen and count < MOST_KEYS:
                seen.add(values)
                count += 1
                yield node


def _by_key(bank: Bank, kept: Sequence[int], key: Node, conditions: Sequence[Condition | None]) -> Iterator[Choice]:
    values = bank.frame.values(key)
    wanted = set(kept)
    names = {values[at] for at in kept}
    orderings: list[tuple[Node | None, bool]] = [(None, False)]
    # A number of two values is a flag, whose greatest is no best.
    graded = [entry for entry in bank.numbers if len(set(entry.values)) > _MOST_FLAGS]
    for entry in (*bank.moments, *graded):
        orderings += [(entry.node, True), (entry.node, False)]
    for condition in conditions:
        among = [at for at in range(bank.frame.size) if condition is None or condition.rows >> at & 1]
        if {values[at] for at in among} != names or len(among) == len(kept):
            continue
        for by, descending in orderings:
            if _firsts(bank, among, values, by, descending) != wanted:
                continue
            number = _is_first(key, by, descending)
            cost = _price(key, [values[at] for at in among])
            if by is None:
                cost += min(_MOST_DIFFERENT, _DIFFERENT_COST * _difference(bank, among, values, wanted))
            else:
                cost += _BY_COST + 0.5 * math.log(len(orderings))
            nodes = (number,) if condition is None else (condition.node, number)
            yield nodes, cost + (condition.cost if condition else 0.0)
            break
    # The newest of each group, whatever it says: of these a condition keeps some.
    for by, descending in orderings[1:]:
        firsts = _firsts(bank, range(bank.frame.size), values, by, descending)
        if wanted < firsts:
            mask, shown = (sum(1 << at for at in rows) for rows in (firsts, wanted))
            one = next((one for one in conditions if one is not None and one.rows & mask == shown), None)
            if one is not None:
                cost = _price(key, values) + _BY_COST + 0.5 * math.log(len(orderings)) + one.cost
                yield (both(_is_first(key, by, descending), one.node),), cost


def _is_first(key: Node, by: Node | None, descending: bool) -> Node:
    return is_number(Window(ROW_NUMBER, None, (key,), by=by, descending=descending), "=", 1)


def _price(key: Node, values: Sequence[object]) -> float:
    """What it costs to ask for one row of each key, less what the sizes of the groups say: how likely others were kept."""
    several = [size for size in Counter(values).values() if size > 1]
    evidence = min(_EVIDENCE, _SHARE * sum(map(math.log, several))) - _SINGLE * (len(several) == 1)
    return _COST + _TIDIED_COST * (key.cost - 1.0) - evidence + _IDENTITY_COST * says_identity(key)


def _difference(bank: Bank, among: Sequence[int], values: Column, wanted: set[int]) -> float:
    """In how many cells a row that is left out differs from the one that is kept of its group, beyond two; the mean."""
    kept = {values[at]: at for at in among if at in wanted}
    pairs = [(at, kept[values[at]]) for at in among if at not in wanted]
    columns = [entry.values for entry in bank.texts if len(set(entry.values)) > 1]
    differing = [column[one] != column[other] for one, other in pairs for column in columns]
    return max(0.0, sum(differing) / max(1, len(pairs)) - 2)


def _conditions(bank: Bank, kept: Sequence[int]) -> list[Condition]:
    """The cheapest conditions of the row alone that all kept rows meet."""
    mask = sum(1 << at for at in kept)
    wide = [
        one
        for one in Conditions.shared(bank).all()
        if one.rows & mask == mask and one.cost < MOST_COST and not one.node.looks_around
    ]
    return sorted(wide, key=lambda one: one.cost)[:MOST_CONDITIONS]


def _firsts(bank: Bank, among: Sequence[int], values: Column, by: Node | None, descending: bool) -> set[int]:
    """The first row of each group, in the frame's order or by a date or number; blanks come last."""
    order = among if by is None else in_order(among, bank.frame.values(by), descending=descending)
    first: dict[object, int] = {}
    for at in order:
        first.setdefault(values[at], at)
    return set(first.values())
