"""Switches: what is done with each row depends on the value of one column, as a booking's kind or a record's type.

The column is chosen once, however many branches there are; so a switch is cheaper than as many conditions that have nothing to
do with each other. Where all results are texts it is a map, which `decisions` makes.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from converter.learning import weights
from converter.learning.bank import Bank, Entry
from converter.learning.columns import Candidate, Target
from converter.learning.expressions.choices import Case
from converter.learning.expressions.predicates import blank, either, equals, member
from converter.learning.kinds import Column
from converter.learning.maps import is_of_words
from converter.learning.names import name_cost
from converter.learning.nodes import Constant, Node, is_blank
from converter.learning.shapes import has_decimals

MOST_VALUES = 10
MOST_RESULTS = 4
Group = tuple[str, int]
"""A value of the column and the rows that have it."""


def switches(bank: Bank, target: Target, wanted: int, name: str | None, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Choices of an expression by the value of a column; `candidates` come with the cheapest first."""
    if wanted.bit_count() < 3 or all(isinstance(one.node, Constant) for one in candidates):
        return
    chance = weights.CONDITION["equal"] + weights.ALTERNATIVES * math.log(max(1, len(bank.texts)))
    for entry in bank.texts:
        groups = _groups(entry, target, wanted)
        covered = _covered(groups, candidates) if groups else []
        if len(covered) < 2 or all(isinstance(one.node, Constant) for one, _ in covered):
            continue
        *branches, (default, last) = covered
        read = [one.values for one in bank.texts if any(one.node in result.node.within() for result, _ in covered)]
        once = sum(rows.bit_count() == 1 for _, rows in groups) / wanted.bit_count()
        cost = chance + weights.VALUES_ONCE * once**2 + 0.5 * name_cost(name, entry.node) + default.cost + _singles(last)
        for result, held in branches:
            cost += weights.BRANCH + result.cost + weights.LISTED * (len(held) - 1) + _singles(held)
            cost += weights.RECITED * _is_recited(result.node, held, read)
        cost += weights.OWN_CONDITION * any(entry.node.sources & result.node.sources for result, _ in covered)
        node = Case([(_condition(entry.node, held), result.node) for result, held in branches], default.node, cost)
        yield Candidate(node, cost, wanted)


def _groups(entry: Entry, target: Target, wanted: int) -> list[Group]:
    """The column's values with their rows; none where each comes but once, as in columns that name things."""
    rows: dict[str, int] = defaultdict(int)
    for at, value in enumerate(entry.values):
        if wanted >> at & 1:
            rows[value if isinstance(value, str) else ""] |= 1 << at
    if any(map(has_decimals, rows)):
        return []  # What is done never depends on one amount or another.
    return list(rows.items()) if 2 <= len(rows) <= MOST_VALUES and len(rows) < wanted.bit_count() else []


def _covered(groups: Sequence[Group], candidates: Sequence[Candidate]) -> list[tuple[Candidate, list[Group]]]:
    """The fewest and cheapest candidates that give all groups, by greedy covering; the one for the most values last."""
    left = list(groups)
    found: list[tuple[Candidate, list[Group]]] = []
    while left:
        best: tuple[float, Candidate, list[Group]] | None = None
        for one in candidates:
            held = [group for group in left if group[1] & ~one.rows == 0]
            if held:
                price = (one.cost + weights.BRANCH + 1.0) / len(held)
                if best is None or price < best[0]:
                    best = (price, one, held)
        if best is None or len(found) == MOST_RESULTS:
            return []
        _, chosen, held = best
        found.append((chosen, held))
        left = [group for group in left if group not in held]
    # What is done with values that the example does not show: nothing, where that is one of the results.
    found.sort(key=lambda one: (is_blank(one[0].node), len(one[1])))
    return found


def _singles(held: Sequence[Group]) -> float:
    return weights.SINGLE * (sum(rows.bit_count() for _, rows in held) == 1)


def _is_recited(node: Node, held: Sequence[Group], read: Sequence[Column]) -> bool:
    """Whether it is a text of words of a cell from which other rows' texts are made: the next row has other words."""
    said = str(node.value or "") if isinstance(node, Constant) else ""
    return any(
        is_of_words(said, str(cell or ""))
        for values in read
        for at, cell in enumerate(values)
        for _, rows in held
        if rows >> at & 1
    )


def _condition(node: Node, held: Sequence[Group]) -> Node:
    values = [value for value, _ in held if value]
    if not values:
        return blank(node)
    filled = equals(node, values[0]) if len(values) == 1 else member(node, values)
    return filled if len(values) == len(held) else either(blank(node), filled)
