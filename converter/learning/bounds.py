"""Bounds that a person would name between two neighbouring numbers or days."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from converter.learning import weights
from converter.learning.expressions.numbers import LENGTH
from converter.learning.expressions.predicates import bound
from converter.learning.nodes import Node

_UNITS = (Decimal(3600), Decimal(60))
_ODD_SECONDS = 1.5
MOST_LENGTHS = 4
"""Texts of more lengths than these are free text, whose length says nothing."""


def limits(low: Decimal, high: Decimal, *, are_seconds: bool = False) -> Iterator[tuple[str, Decimal, float]]:
    """Bounds between two neighbouring numbers that a person would name: the roundest in between, with what they cost.

    Of seconds whole hours or minutes are named, others are no bound that a person has in mind.
    """
    best = roundest(low, high)
    cost = 0.45 * _digits(best)
    if are_seconds:
        unit = next((one for one in _UNITS if high // one > low // one or low % one == 0), None)
        best = (low / unit).to_integral_value(rounding="ROUND_CEILING") * unit if unit else best
        cost = 0.45 * _digits(best // unit) if unit else cost + _ODD_SECONDS
    if best == high:
        yield ">=", best, cost
    elif best == low:
        yield ">", best, cost
    else:
        yield ">=", best, cost
        yield ">", best, cost + 0.05


def roundest(low: Decimal, high: Decimal) -> Decimal:
    """The number of the fewest digits from `low` to `high`, the middle one of several."""
    for exponent in range(9, -7, -1):
        step = Decimal(1).scaleb(exponent)
        first = (low / step).to_integral_value(rounding="ROUND_CEILING") * step
        last = (high / step).to_integral_value(rounding="ROUND_FLOOR") * step
        if first <= last:
            count = int((last - first) / step)
            choices = [first + step * at for at in range(min(count, 9) + 1)]
            fives = [one for one in choices if one % (5 * step) == 0]
            return fives[0] if fives else choices[len(choices) // 2]
    return high


def _digits(number: Decimal) -> int:
    return len(str(abs(number).normalize().as_tuple().digits)) // 3


def named_day(low: datetime, high: datetime) -> tuple[datetime, float] | None:
    """The day after `low` and up to `high` that a person would name: a year's first, a month's first, else the later one.

    None where both are times of one day.
    """
    if low.year < high.year:
        return datetime(high.year, 1, 1), 0.0
    if low.month < high.month:
        return datetime(high.year, high.month, 1), 0.4
    return (datetime(high.year, high.month, high.day), 1.0) if low.date() < high.date() else None


def by_length(node: Node, groups: dict[str, int], size: int) -> Iterator[tuple[str, Node, int, float]]:
    """Of single texts all different: those that are longer than others, as a number with an area code before it."""
    lengths = sorted({len(value) for value in groups})
    if len(groups) < size or not 2 <= len(lengths) <= MOST_LENGTHS:
        return
    for below, above in pairwise(lengths):
        longer = sum(rows for value, rows in groups.items() if len(value) >= above)
        shorter = sum(rows for value, rows in groups.items() if len(value) <= below)
        for sign, limit, rows in ((">=", above, longer), ("<=", below, shorter)):
            single = weights.SINGLE * (rows.bit_count() == 1)
            yield "length", bound(LENGTH(node), sign, Decimal(limit)), rows, single
