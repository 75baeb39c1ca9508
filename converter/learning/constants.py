"""Constants in arithmetic: the factor and the amount that rows show, preferring those that people use."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from converter.learning import weights
from converter.learning.bank import Entry
from converter.learning.expressions import numbers as arithmetic
from converter.learning.kinds import Kind
from converter.learning.nodes import Constant, Node
from converter.learning.values.factors import factors
from converter.learning.values.number_formats import NumberFormat

# Units of measure and of time, percent and thousands: the table of conversion factors of
# https://www.nist.gov/pml/special-publication-811.
FAMILIAR_FACTORS: tuple[Decimal, ...] = tuple(
    Decimal(text)
    for text in """
    60 3600 86400 24 7 1440 100 1000 10 1000000 1024 1048576 1073741824 12 2 4 52 2.54 30.48 0.3048 0.9144
    1.609344 1.60934 1.852 0.453592 0.45359237 28.3495 28.349523125 2.20462 2.2046226218 3.785411784 3.78541 0.219969 4.54609
    0.473176 29.5735 3.28084 39.3701 0.621371 1.8 4.184 0.745700 6.89476 101.325 98.0665 10.7639 0.09290304
    4046.8564224 0.404686 2.47105 1.35582 1.05506 3.6 0.0254 0.001 0.01 0.1 1000000000""".split()  # noqa: SIM905 - so they are easier read
)
_INVERTED = tuple(sorted(set(FAMILIAR_FACTORS) | {Decimal(1) / factor for factor in FAMILIAR_FACTORS}))
_FREEZING = Decimal("273.15")
"""Nought degrees Celsius in kelvins, by the definition of the degree."""
MOST_ROWS = 40
NARROW = 1e-3
"""A factor has to be known so well to be taken for one between two of the many units."""
UNITS_COST = 1.0
EXACT = 1e-9
MOST_DIGITS = 10
"""So many digits of a factor are told by numbers with as many."""
LEAST_AFFINE = 4
"""So many different numbers have to agree on a factor and an amount at once."""


Wanted = Sequence[tuple[int, float, float]]
"""For each filled row its place, its number, and how far another may be from it."""


def wanted_of(targets: Sequence[Decimal | None], format: NumberFormat) -> Wanted:
    """The numbers that are asked for, as far as the format shows them."""
    return [(at, float(value), format.tolerance(float(value))) for at, value in enumerate(targets) if value is not None]


def fitted(entry: Entry, wanted: Wanted, *, widely: bool = True) -> Iterator[tuple[Node, float]]:
    """The entry's number times a factor, or plus an amount, where all filled rows agree on it; with its extra cost.

    `widely` asks for both at once too.
    """
    if len(wanted) < 2 or not (widely or _may_fit(entry.floats, wanted)):
        return
    floats = entry.floats
    pairs = [(floats[at], value, half) for at, value, half in wanted]
    if any(mine is None for mine, _, _ in pairs) or len({mine for mine, _, _ in pairs}) < 2:
        return
    yield from _factor(entry, pairs)  # type: ignore[arg-type]
    yield from _amount(entry, pairs)  # type: ignore[arg-type]
    if widely:
        yield from _affine(entry, pairs)  # type: ignore[arg-type]
        yield from _temperature(entry, pairs)  # type: ignore[arg-type]


def _may_fit(floats: Sequence[float | None], wanted: Wanted) -> bool:
    """Whether the first two rows agree on an amount or a factor: most entries are told apart so."""
    (one, first, near), (two, second, close) = wanted[0], wanted[1]
    mine, other = floats[one], floats[two]
    if mine is None or other is None:
        return False
    if abs((first - mine) - (second - other)) <= near + close:
        return True
    return abs(first * other - second * mine) <= near * abs(other) + close * abs(mine)


def _factor(entry: Entry, pairs: list[tuple[float, float, float]]) -> Iterator[tuple[Node, float]]:
    low, high = -1e300, 1e300
    for mine, wanted, half in pairs:
        if mine == 0:
            if abs(wanted) > half:
                return
            continue
        first, second = sorted(((wanted - half) / mine, (wanted + half) / mine))
        low, high = max(low, first), min(high, second)
        if low > high:
            return
    if not low < high or low <= 1 <= high or (low <= 0 <= high and low == -1e300):
        return
    found = _simplest(low, high)
    if found is None:
        return
    factor, cost = found
    yield arithmetic.scaled(entry.node, factor, 1.0), cost


def _simplest(low: float, high: float) -> tuple[Decimal, float] | None:
    """A familiar factor in the interval, or the decimal of fewest digits there; with its cost."""
    if low < 0 < high:
        return None
    for sign in (1, -1):
        familiar = [factor for factor in _INVERTED if low <= sign * float(factor) <= high]
        if familiar:
            best = min(familiar, key=lambda factor: (len(factor.normalize().as_tuple().digits), abs(factor)))
            vague = weights.VAGUE_FACTOR if high > low * weights.VAGUE else 0.0
            return sign * best, weights.FAMILIAR_FACTOR + max(vague, 1.5 if len(familiar) > 3 else 0.0)
    known = _between_units(low, high)
    if known is not None:
        return known, weights.FAMILIAR_FACTOR + UNITS_COST
    return min(
        (one for one in (_decimal(low, high), _out_of(low, high)) if one is not None), key=lambda one: one[1], default=None
    )


def _out_of(low: float, high: float) -> tuple[Decimal, float] | None:
    """A hundred, or one, divided by a round number, as percentages of the most that can be had are."""
    for whole in (100, 1) if low > 0 else ():
        first, last = whole / high, whole / low
        for digits in range(1, 4):
            step = 10.0 ** max(0, len(str(int(first))) - digits)
            value = -(-first // step) * step
            if 2 <= value <= last and value < 10**7:
                most = Decimal(int(value))
                return Decimal(whole) / most, weights.OTHER_FACTOR + weights.DIGIT * len(most.normalize().as_tuple().digits)
    return None


def _decimal(low: float, high: float) -> tuple[Decimal, float] | None:
    """The decimal of fewest digits in the interval."""
    for digits in range(1, MOST_DIGITS + 1):
        for places in range(0, MOST_DIGITS + 2):
            step = 10.0**-places
            first = -(-low // step) * step
            if first <= high * (1 + 1e-15):
                value = Decimal(str(round(first, places)))
                if value and len(value.normalize().as_tuple().digits) <= digits and low <= float(value) <= high:
                    return value, weights.OTHER_FACTOR + weights.DIGIT * len(value.normalize().as_tuple().digits)
    return None


@cache
def _unit_factors() -> tuple[list[float], tuple[Decimal, ...]]:
    found = factors()
    return [float(factor) for factor in found], found


def _between_units(low: float, high: float) -> Decimal | None:
    """The factor between two units of measure in the interval, where it is so narrow that it says which."""
    if low <= 0 or high / low > 1 + NARROW:
        return None
    floats, exact = _unit_factors()
    at = bisect_left(floats, low * (1 - 1e-12))
    found = [exact[place] for place in range(at, min(at + 8, len(floats))) if floats[place] <= high * (1 + 1e-12)]
    return min(found, key=lambda factor: len(factor.as_tuple().digits)) if found else None


def _amount(entry: Entry, pairs: list[tuple[float, float, float]]) -> Iterator[tuple[Node, float]]:
    low = max(wanted - half - mine for mine, wanted, half in pairs)
    high = min(wanted + half - mine for mine, wanted, half in pairs)
    if low > high or low <= 0 <= high:
        return
    for places in range(0, 5):
        step = 10.0**-places
        first = round(-(-low // step) * step, places)
        if low - 1e-12 <= first <= high + 1e-12:
            amount = Decimal(str(first))
            if amount == amount.to_integral():
                amount = amount.to_integral()
            digits = len(amount.normalize().as_tuple().digits)
            # Three rows and more that agree to the last digit hardly are rounded.
            exact = len(pairs) > 2 and all(abs(mine + float(amount) - wanted) < EXACT for mine, wanted, _ in pairs)
            cost = (weights.EXACT_AMOUNT if exact else weights.AMOUNT) + weights.DIGIT * digits
            yield arithmetic.shifted(entry.node, amount, 1.0), weights.FAMILIAR_FACTOR if abs(amount) == _FREEZING else cost
            return


def _affine(entry: Entry, pairs: list[tuple[float, float, float]]) -> Iterator[tuple[Node, float]]:
    """A factor and an amount, where three rows or more agree on both."""
    ordered = sorted(pairs)
    (low, first, _), (high, last, half) = ordered[0], ordered[-1]
    if len({mine for mine, _, _ in pairs}) < LEAST_AFFINE or first == last:
        return
    slope, spread = (last - first) / (high - low), 2 * half / (high - low)
    for digits in range(1, 7):
        factor = Decimal(f"{slope:.{digits}g}")
        if abs(float(factor) - slope) > spread + 1e-12 or factor == 1:
            continue
        amounts = [wanted - float(factor) * mine for mine, wanted, _ in pairs]
        amount = Decimal(f"{sum(amounts) / len(amounts):.4f}").normalize()
        amount = amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount
        if amount and all(abs(float(factor) * mine + float(amount) - wanted) <= near for mine, wanted, near in pairs):
            size = len(factor.normalize().as_tuple().digits) + len(amount.normalize().as_tuple().digits)
            node = arithmetic.shifted(arithmetic.scaled(entry.node, factor, 1.0), amount, 1.0)
            yield node, weights.OTHER_FACTOR + weights.DIGIT * size
        return


def _temperature(entry: Entry, pairs: list[tuple[float, float, float]]) -> Iterator[tuple[Node, float]]:
    """Fahrenheit to Celsius and back, the one affine change of unit that people make."""
    if all(abs((mine - 32) * 5 / 9 - wanted) <= half for mine, wanted, half in pairs):
        less = arithmetic.SUBTRACT(entry.node, Constant(Decimal(32), Kind.NUMBER, 0.5))
        yield (
            arithmetic.DIVIDE_BY(
                arithmetic.MULTIPLY(less, Constant(Decimal(5), Kind.NUMBER, 0.5)), Constant(Decimal(9), Kind.NUMBER, 0.5)
            ),
            0.0,
        )
    if all(abs(mine * 9 / 5 + 32 - wanted) <= half for mine, wanted, half in pairs):
        more = arithmetic.MULTIPLY(entry.node, Constant(Decimal("1.8"), Kind.NUMBER, 0.5))
        yield arithmetic.ADD(more, Constant(Decimal(32), Kind.NUMBER, 0.5)), 0.0
