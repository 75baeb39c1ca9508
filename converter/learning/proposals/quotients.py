"""Whole packs, boxes, pages: a number, or what it lacks to another one, divided and rounded up, down or to the nearest."""

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import permutations

from converter.learning.bank import Entry
from converter.learning.expressions import numbers as arithmetic
from converter.learning.nodes import Node
from converter.learning.proposals.goal import Goal

MOST_NUMBERS = 9
LEAST_ROWS = 3
_ROUNDINGS: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("up", lambda one: math.ceil(one - 1e-9)),
    ("down", lambda one: math.floor(one + 1e-9)),
)


def whole_quotients(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Quotients of which nothing is left, where every row agrees and one at least is rounded."""
    numeric = goal.numeric
    if numeric is None or any(value is not None and value % 1 for value in numeric.values):
        return
    wanted = [(at, float(value)) for at, value in enumerate(numeric.values) if value is not None]
    if len(wanted) < LEAST_ROWS or len({value for _, value in wanted}) < LEAST_ROWS - 1:
        return
    entries = [
        entry
        for entry in goal.bank.numbers
        if goal.bank.frame.combines(entry.node) and all(entry.floats[at] is not None for at, _ in wanted)
    ][:MOST_NUMBERS]
    found: list[tuple[Node, float]] = []
    for one, other in permutations(entries, 2):
        if one.node.sources != other.node.sources:
            found += _rounded(one, None, other, wanted)
    for one, less, other in permutations(entries, 3):
        if len({one.node.sources, less.node.sources, other.node.sources}) == 3:
            found += _rounded(one, less, other, wanted)
    yield from ((goal.written(node, numeric.formats[0]), extra) for node, extra in found)


def _rounded(one: Entry, less: Entry | None, other: Entry, wanted: list[tuple[int, float]]) -> Iterator[tuple[Node, float]]:
    quotients = []
    for at, _ in wanted:
        divisor = other.floats[at] or 0.0
        if not divisor:
            return
        quotients.append(((one.floats[at] or 0.0) - (less.floats[at] or 0.0 if less else 0.0)) / divisor)
    if all(abs(value - round(value)) < 1e-9 for value in quotients):
        return
    for name, rounded in _ROUNDINGS:
        if all(rounded(value) == target for value, (_, target) in zip(quotients, wanted, strict=True)):
            number = one.node if less is None else arithmetic.SUBTRACT(one.node, less.node)
            function = arithmetic.rounded_to(name, Decimal(1))
            yield function(arithmetic.DIVIDE(number, other.node)), 0.0
