"""Bounds that a person would name between two neighbouring numbers."""

from collections.abc import Iterator
from decimal import Decimal


def limits(low: Decimal, high: Decimal) -> Iterator[tuple[str, Decimal, float]]:
    """Bounds between two neighbouring numbers that a person would name: the roundest in between, with what they cost."""
    best = roundest(low, high)
    cost = 0.45 * _digits(best)
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
