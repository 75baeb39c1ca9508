"""Numbers in the expected cells, calculated from numbers in the row.

Works backwards from the numbers that the cells tell (`number_formats.aims`): the format follows from their digits, the factor
of a scaling from the intersection of the intervals that rounding leaves open.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext

from converter.synthesis.operator import Operator
from converter.synthesis.operators.arithmetic import ROUNDINGS, Affine, Quotient, Remainder, Stepped, Whole, root_of, stepped
from converter.synthesis.operators.combinations import combined
from converter.synthesis.operators.date_numbers import date_numbers
from converter.synthesis.operators.measures import measured_numbers
from converter.synthesis.operators.moments import moments
from converter.synthesis.operators.number_formats import Aim, aims
from converter.synthesis.operators.numbers import Number, number_sources
from converter.synthesis.operators.numerals import numeral_numbers
from converter.synthesis.operators.units import TEMPERATURES, factors
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Term

Given = tuple[Number, tuple[Decimal, ...]]


class Calculations(Operator):
    """Numbers in the expected cells, computed from numbers in the row."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        wanted = [aim for aim in aims(target) if len(set(aim.texts)) > 1 or len(target) == 1]
        if not wanted:
            return
        sources = list(known_numbers(sheet))
        for aim in wanted:
            for number, given in _computed(sheet, sources, aim):
                if sheet.is_late:
                    return
                for term in aim.told(number, given):
                    if all(term.value(row) == text for row, text in zip(sheet.rows, aim.texts, strict=True)):
                        yield term


def known_numbers(sheet: Sheet) -> list[Given]:
    """The numbers of the input that every row has, with those of dates and times, and what they are in the rows."""
    return sheet.memo("known numbers", lambda: list(_given(sheet, _read_numbers(sheet))))


def _read_numbers(sheet: Sheet) -> Iterator[Number]:
    yield from number_sources(sheet)
    yield from numeral_numbers(sheet)
    yield from measured_numbers(sheet)
    yield from date_numbers(sheet)


def _given(sheet: Sheet, numbers: Iterable[Number]) -> Iterator[Given]:
    for number in numbers:
        values = tuple(value for value in map(number.number, sheet.rows) if value is not None)
        if len(values) == len(sheet.rows):
            yield number, values


def _computed(sheet: Sheet, sources: list[Given], aim: Aim) -> Iterator[Given]:
    for source, given in sources:
        yield source, given
        for number in (*_affine(source, given, aim), *_stepped(source, given, aim), *_divided(source, given, aim)):
            yield from _given(sheet, [number])
    # The numbers that a date is written in are not amounts.
    dated = {root_of(read) for read in moments(sheet) if read.codes & set("dj") and not read.is_doubtful}
    varying = [one for one, given in sources if len(set(given)) > 1 and root_of(one) not in dated]
    for source, given in sheet.memo("combined numbers", lambda: list(_given(sheet, combined(varying)))):
        if sheet.is_late:
            return
        if _near_all(given, aim):
            yield source, given
        elif len(given) > 2:
            for number in (*_shifted_point(source, given, aim, (2, -2)), *_scaled(source, given, aim)):
                yield from _given(sheet, [number])


def _near_all(given: tuple[Decimal, ...], aim: Aim) -> bool:
    """Whether the numbers are those of the aim, save for rounding."""
    return all(abs(one - wanted) <= max(aim.by_places) for one, wanted in zip(given, aim.numbers, strict=True))


def _affine(source: Number, numbers: tuple[Decimal, ...], aim: Aim) -> Iterator[Number]:
    """Lines through the source that lead to the aim: scalings, shifts, temperatures, and any other of few digits."""
    if len(set(numbers)) < 2:
        return
    yield from _shifted_point(source, numbers, aim, (2, -2, 3, -3, 1, -1, 6, -6))
    yield from _scaled(source, numbers, aim)
    offset = aim.numbers[0] - numbers[0]
    if offset and all(_near(wanted - number, offset) for wanted, number in zip(aim.numbers, numbers, strict=True)):
        yield Affine(source, Decimal(1), offset.normalize())
    for factor, shift in TEMPERATURES:
        if _fits(numbers, aim, factor, shift):
            yield Affine(source, factor, shift)
    if len(set(numbers)) > 3 or sum(len(number.normalize().as_tuple().digits) for number in set(aim.numbers)) > 8:
        yield from _line(source, numbers, aim)


def _shifted_point(source: Number, numbers: tuple[Decimal, ...], aim: Aim, exponents: tuple[int, ...]) -> Iterator[Number]:
    """The source times a power of ten."""
    for exponent in exponents:
        factor = Decimal(1).scaleb(exponent)
        if _fits(numbers, aim, factor, Decimal(0)):
            yield Affine(source, factor)


def _scaled(source: Number, numbers: tuple[Decimal, ...], aim: Aim) -> Iterator[Number]:
    """The source times a factor between units, or times the shortest factor that the aim's rounding leaves open."""
    for tolerances in (aim.by_places, aim.by_digits):
        low, high = _factor_bounds(numbers, aim.numbers, tolerances)
        if low is None or high is None or low > high:
            continue
        evidence = _evidence(aim.numbers, tolerances, low, high)
        if evidence >= KNOWN_FACTOR:
            known = factors()
            for factor in known[bisect_left(known, low) : bisect_right(known, high)]:
                yield times(source, factor)
        if evidence >= ANY_FACTOR:
            yield times(source, _simplest(low, high))


def times(source: Number, factor: Decimal) -> Number:
    """The source times the factor, as a division where the divisor is the shorter number."""
    with localcontext() as context:
        context.prec = 14
        divisor = (1 / factor).normalize()
    if abs(divisor) > 1 and len(divisor.as_tuple().digits) * 2 < len(factor.normalize().as_tuple().digits):
        return Quotient(source, divisor)
    return Affine(source, factor)


KNOWN_FACTOR, ANY_FACTOR = 1.0, 2.0
"""How many digits of the expected numbers a factor must explain beyond its own, if it is one between units, or any."""


def _evidence(wanted: tuple[Decimal, ...], tolerances: tuple[Decimal, ...], low: Decimal, high: Decimal) -> float:
    """How many digits the expected numbers have, less those that choosing the factor between its bounds takes."""
    told = sum(
        max(0.0, math.log10(abs(number) / (2 * tolerance)))
        for number, tolerance in set(zip(wanted, tolerances, strict=True))
        if number
    )
    middle = abs(low + high) / 2
    chosen = math.log10(middle / (high - low)) if high > low and middle else 15.0
    return told - max(0.0, chosen)


def _near(difference: Decimal, offset: Decimal) -> bool:
    return abs(difference - offset) < Decimal("0.0000001")


def _fits(numbers: tuple[Decimal, ...], aim: Aim, factor: Decimal, offset: Decimal) -> bool:
    """Whether the line comes as near as the coarsest rounding of the aim allows."""
    pairs = zip(numbers, aim.numbers, aim.by_digits, aim.by_places, strict=True)
    return all(abs(number * factor + offset - wanted) <= 2 * max(fine, coarse) for number, wanted, fine, coarse in pairs)


def _factor_bounds(
    numbers: tuple[Decimal, ...], wanted: tuple[Decimal, ...], tolerances: tuple[Decimal, ...]
) -> tuple[Decimal | None, Decimal | None]:
    low: Decimal | None = None
    high: Decimal | None = None
    for number, goal, tolerance in zip(numbers, wanted, tolerances, strict=True):
        if not number:
            if abs(goal) > tolerance:
                return None, None
            continue
        ends = sorted(((goal - tolerance) / number, (goal + tolerance) / number))
        low = ends[0] if low is None else max(low, ends[0])
        high = ends[1] if high is None else min(high, ends[1])
    return low, high


def _simplest(low: Decimal, high: Decimal) -> Decimal:
    """The decimal of fewest digits between two bounds, the nearest to their middle among those."""
    middle = (low + high) / 2
    for places in range(-6, 16):
        rounded = middle.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if low <= rounded <= high:
            return rounded.normalize()
    return middle


def _line(source: Number, numbers: tuple[Decimal, ...], aim: Aim) -> Iterator[Number]:
    """The line through the two rows furthest apart, where its numbers are short."""
    first = min(range(len(numbers)), key=numbers.__getitem__)
    last = max(range(len(numbers)), key=numbers.__getitem__)
    factor = (aim.numbers[last] - aim.numbers[first]) / (numbers[last] - numbers[first])
    offset = aim.numbers[first] - factor * numbers[first]
    if not factor or max(len(one.normalize().as_tuple().digits) for one in (factor, offset)) > 5:
        return
    if offset and _fits(numbers, aim, factor, offset):
        yield Affine(source, factor.normalize(), offset.normalize())


STEPS = tuple(
    Decimal(text)
    for text in (
        *("1", "2", "5", "10", "20", "25", "50", "100", "200", "250", "500", "1000", "10000", "100000", "1000000"),
        *("0.5", "0.25", "0.2", "0.1", "0.05", "0.01"),
    )
)


def _stepped(source: Number, numbers: tuple[Decimal, ...], aim: Aim) -> Iterator[Number]:
    """The source rounded to multiples, and those moved by a step or by one."""
    for step in STEPS:
        if step < 1 and not any(aim.places):
            continue
        for mode in ROUNDINGS:
            offset = aim.numbers[0] - stepped(numbers[0], step, mode)
            if offset not in (0, step, -step, step - 1, 1 - step):
                continue
            if all(goal - stepped(one, step, mode) == offset for goal, one in zip(aim.numbers, numbers, strict=True)):
                multiple = Stepped(source, step, mode)
                yield Affine(multiple, Decimal(1), offset.normalize()) if offset else multiple


_SIZES = tuple(map(Decimal, (60, 3600, 86400, 1440, 12, 24, 7, 10, 16, 100, 1000, 1024, 2, 3, 4, 5)))
"""Of how many smaller units larger ones are: of time, length, weight and money."""
LEAST_REMAINDERS = 1.5
"""How many digits' worth of rows a remainder must hold for: few ones and noughts are the parity of some number by luck."""


def _divided(source: Number, numbers: tuple[Decimal, ...], aim: Aim) -> Iterator[Number]:
    """How often a size goes into the source, what remains, and how often a smaller size goes into what remains."""
    if len(set(numbers)) < 2:
        return
    for size in _SIZES:
        if all(number == size * wanted for number, wanted in zip(numbers, aim.numbers, strict=True)):
            yield Quotient(source, size)
            continue
        parts: list[Number] = [Whole(source, size)]
        parts += [Remainder(source, size)] if len(set(numbers)) * math.log10(size) >= LEAST_REMAINDERS else []
        parts += [Whole(Remainder(source, size), Decimal(60))] if size in (3600, 86400) else []
        parts += [Remainder(Whole(source, size), Decimal(24))] if size == 3600 else []
        parts += [Remainder(Whole(source, size), Decimal(60))] if size == 60 else []
        for part in parts:
            if all(_part_of(part, number) == wanted for number, wanted in zip(numbers, aim.numbers, strict=True)):
                yield part


def _part_of(part: Number, number: Decimal) -> Decimal:
    """What the part, of whole numbers and remainders, is of the number at its root."""
    assert isinstance(part, Whole | Remainder)
    inner = _part_of(part.source, number) if isinstance(part.source, Whole | Remainder) else number
    told = part.of(inner)
    assert told is not None
    return told
