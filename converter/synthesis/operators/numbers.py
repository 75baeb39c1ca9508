"""Numbers: read from texts, computed, and written in the format that the example shows. All in decimals, not binary floats.

Works backwards from the numbers that stand in the expected cells (`aims`): the format follows from their digits, the factor
of a scaling from the intersection of the intervals that rounding leaves open.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Context, Decimal, localcontext
from itertools import combinations, permutations
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.operators.substrings import Extract, ExtractNth, fields
from converter.synthesis.operators.units import factors
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Origin, Term, call, cast
from converter.table import Cell, Row

SCALE = 10
"""Decimal places that a number read from a text keeps; with `WIDTH` digits in all."""
WIDTH = 28
_EXACT = Context(prec=60)
_NUMBER = re.compile(r"[ \t\n\r\f\v]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)[ \t\n\r\f\v]*\Z", re.ASCII)
_IN_TEXT = re.compile(r"(?<![0-9.,])(?:(?<![A-Za-z0-9])-)?[0-9](?:[0-9]|,(?=[0-9]{3}))*(?:\.[0-9]+)?", re.ASCII)

MOST_SOURCES = 10
MOST_AIMS = 5


def decimal_of(text: str | None, scale: int = SCALE) -> Decimal | None:
    """What `TRY_CAST(text AS DECIMAL(28, scale))` gives."""
    match = _NUMBER.match(text) if text else None
    if not match:
        return None
    number = Decimal(match.group(1))
    if number.adjusted() >= WIDTH - scale:
        return None
    with localcontext(_EXACT):
        number = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    return number if abs(number) < Decimal(10) ** (WIDTH - scale) else None


def parsed_number(text: exp.Expression, scale: int = SCALE) -> exp.Expression:
    """The text as a decimal; NULL where it is none."""
    return cast(text, f"DECIMAL({WIDTH}, {scale})", attempt=True)


class Number(Origin):
    """A program from a row to a number. Subclasses are frozen dataclasses."""

    def number(self, row: Row) -> Decimal | None:
        """The number for one row; None where a text is none."""
        raise NotImplementedError

    def sql(self) -> exp.Expression:
        """DuckDB SQL of a numeric type."""
        raise NotImplementedError


@dataclass(frozen=True)
class Parsed(Number):
    """The number that a text is; thousands may be parted by commas."""

    source: Term
    has_commas: bool = False

    @property
    def cost(self) -> float:
        return self.source.cost + (0.4 if self.has_commas else 0.1)

    def number(self, row: Row) -> Decimal | None:
        return self.rounded(row, SCALE)

    def rounded(self, row: Row, scale: int) -> Decimal | None:
        """The number, read with so many decimal places."""
        text = self.source.value(row)
        return decimal_of(text.replace(",", "") if text and self.has_commas else text, scale)

    def text_sql(self) -> exp.Expression:
        """The text as it is read."""
        text = self.source.sql()
        return call("replace", text, ",", "") if self.has_commas else text

    def sql(self) -> exp.Expression:
        return parsed_number(self.text_sql())


@dataclass(frozen=True)
class Affine(Number):
    """`factor * source + offset`."""

    source: Number
    factor: Decimal
    offset: Decimal = Decimal(0)

    @property
    def cost(self) -> float:
        return self.source.cost + 0.8 + 0.25 * (_weight(self.factor) + _weight(self.offset))

    @property
    def inner(self) -> Number:
        return self.source

    def number(self, row: Row) -> Decimal | None:
        number = self.source.number(row)
        return None if number is None else _EXACT.add(_EXACT.multiply(number, self.factor), self.offset)

    def sql(self) -> exp.Expression:
        number = self.source.sql()
        if self.factor != 1:
            if len(self.factor.as_tuple().digits) > WIDTH - 19:
                number = cast(number, "DOUBLE")
            number = exp.Mul(this=number, expression=plain(self.factor))
        if self.offset > 0:
            return exp.Add(this=number, expression=plain(self.offset))
        return exp.Sub(this=number, expression=plain(-self.offset)) if self.offset else number


def _weight(number: Decimal) -> float:
    if number in (0, 1):
        return 0.0
    digits = len(number.normalize().as_tuple().digits)
    return 1.0 + 0.5 * digits


def plain(number: Decimal) -> exp.Expression:
    """The number as SQL writes it, without an exponent."""
    text = exp.Literal.number(f"{abs(number).normalize():f}")
    return exp.Neg(this=text) if number < 0 else text


_ROUNDINGS = {"floor": ROUND_FLOOR, "round": ROUND_HALF_UP, "ceil": ROUND_CEILING, "trunc": ROUND_DOWN, "away": ROUND_UP}


@dataclass(frozen=True)
class Stepped(Number):
    """The source rounded to a multiple of `step`: floor, round, ceil, trunc (towards zero) or away (from zero)."""

    source: Number
    step: Decimal
    mode: str

    @property
    def cost(self) -> float:
        rarity = {"round": 0.0, "floor": 0.05, "ceil": 0.3, "trunc": 0.5, "away": 0.5}[self.mode]
        return self.source.cost + 1.0 + rarity + 0.1 * len(self.step.normalize().as_tuple().digits)

    @property
    def inner(self) -> Number:
        return self.source

    def number(self, row: Row) -> Decimal | None:
        number = self.source.number(row)
        if number is None:
            return None
        with localcontext(_EXACT):
            return (number / self.step).to_integral_value(_ROUNDINGS[self.mode]) * self.step

    def sql(self) -> exp.Expression:
        number = self.source.sql()
        if self.mode == "away":
            number = call("abs", number)
        if self.step == 1:
            steps: exp.Expression = number
        elif self.step > 1:
            steps = exp.Div(this=number, expression=plain(self.step))
        else:
            steps = exp.Mul(this=number, expression=plain(1 / self.step))
        rounded = call("ceil" if self.mode == "away" else self.mode, steps)
        if self.mode == "away":
            rounded = exp.Mul(this=rounded, expression=call("sign", self.source.sql()))
        if self.step == 1:
            return rounded
        if self.step > 1:
            return exp.Mul(this=rounded, expression=plain(self.step))
        return exp.Div(this=rounded, expression=plain(1 / self.step))


@dataclass(frozen=True)
class Combined(Number):
    """Sum, difference, product or ratio of numbers."""

    operands: tuple[Parsed, ...]
    sign: str

    @property
    def cost(self) -> float:
        return sum(one.cost + 0.4 for one in self.operands) + (0.3 if self.sign == "/" else 0.0)

    def number(self, row: Row) -> Decimal | None:
        first, *others = (one.rounded(row, self._scale) for one in self.operands)
        for other in others:
            if first is None or other is None or (self.sign == "/" and not other):
                return None
            with localcontext(_EXACT):
                first = {"+": first.__add__, "-": first.__sub__, "*": first.__mul__, "/": first.__truediv__}[self.sign](other)
        return first

    @property
    def _scale(self) -> int:
        """A product adds the widths of its factors, and 38 digits is all there is."""
        return 3 if len(self.operands) > 2 and self.sign == "*" else 6 if self.sign == "*" else SCALE

    def sql(self) -> exp.Expression:
        width = {3: 12, 6: 18}.get(self._scale, WIDTH)
        kind = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div}[self.sign]
        texts = [cast(one.text_sql(), f"DECIMAL({width}, {self._scale})", attempt=True) for one in self.operands]
        if self.sign == "/":
            texts[-1] = call("nullif", texts[-1], 0)
        made = texts[0]
        for text in texts[1:]:
            made = kind(this=made, expression=text)  # type: ignore[assignment]
        return made


@dataclass(frozen=True)
class Fixed(Term):
    """A number with so many decimal places, rounded half away from zero; commas part the thousands where asked for."""

    kind: ClassVar[str] = "number"
    source: Number
    places: int
    has_commas: bool = False

    @property
    def cost(self) -> float:
        return self.source.cost + 0.8 + (0.3 if self.has_commas else 0.0)

    @property
    def origin(self) -> Number:
        return self.source

    def value(self, row: Row) -> Cell:
        source = self.source
        number = source.rounded(row, self.places) if isinstance(source, Parsed) else source.number(row)
        if number is None:
            return None
        rounded = _rounded(number, self.places)
        return f"{rounded:,f}" if self.has_commas else f"{rounded:f}"

    def sql(self) -> exp.Expression:
        if self.has_commas:
            return call("format", f"{{:,.{self.places}f}}", cast(_decimal(self.source, self.places), "DOUBLE"))
        return cast(_decimal(self.source, self.places), "VARCHAR")


def _rounded(number: Decimal, places: int) -> Decimal:
    with localcontext(_EXACT):
        rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def _decimal(source: Number, places: int) -> exp.Expression:
    if isinstance(source, Parsed):
        return parsed_number(source.text_sql(), places)
    return cast(source.sql(), f"DECIMAL({WIDTH}, {places})")


@dataclass(frozen=True)
class Shortest(Term):
    """A number with as few decimal places as it needs, at most `places`; commas part the thousands where asked for."""

    kind: ClassVar[str] = "number"
    source: Number
    places: int
    has_commas: bool = False

    @property
    def cost(self) -> float:
        return self.source.cost + 1.0 + (0.3 if self.has_commas else 0.0)

    @property
    def origin(self) -> Number:
        return self.source

    def value(self, row: Row) -> Cell:
        number = self.source.number(row)
        if number is None:
            return None
        rounded = _rounded(number, self.places)
        text = f"{rounded:,f}" if self.has_commas else f"{rounded:f}"
        return text.rstrip("0").rstrip(".") if self.places else text

    def sql(self) -> exp.Expression:
        text = Fixed(self.source, self.places, self.has_commas).sql()
        return call("rtrim", call("rtrim", text, "0"), ".") if self.places else text


@dataclass(frozen=True)
class Significant(Term):
    """A number with so many significant digits, trailing zeros dropped."""

    kind: ClassVar[str] = "number"
    source: Number
    digits: int

    @property
    def cost(self) -> float:
        return self.source.cost + 1.3

    @property
    def origin(self) -> Number:
        return self.source

    def value(self, row: Row) -> Cell:
        number = self.source.number(row)
        return None if number is None else f"{float(number):.{self.digits}g}"

    def sql(self) -> exp.Expression:
        return call("format", f"{{:.{self.digits}g}}", cast(self.source.sql(), "DOUBLE"))


@dataclass(frozen=True)
class Aim:
    """A number that stands at one place of every expected cell, and what its digits say of its format."""

    texts: tuple[str, ...]
    numbers: tuple[Decimal, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """Decimal places, one a row."""
        return tuple(len(text.partition(".")[2]) for text in self.texts)

    @property
    def digits(self) -> int:
        """The most significant digits of any row."""
        return max(len(re.sub(r"[^0-9]", "", text).lstrip("0")) if "." in text else 1 for text in self.texts)

    @property
    def is_rounded_to_digits(self) -> bool:
        """Whether the decimal places differ as they do when significant digits are counted."""
        return len(set(self.places)) > 1 or self.digits >= 4

    def formats(self, number: Number) -> Iterator[Term]:
        """The number in each format that the texts allow."""
        places = set(self.places)
        commas = any("," in text for text in self.texts)
        if len(places) == 1:
            yield Fixed(number, places.pop(), commas)
        most = max(self.places)
        if commas:
            if len(places) > 1:
                yield Shortest(number, most, commas)
            return
        if any(self.places):
            yield Shortest(number, most)
            if most < 6 and isinstance(number, Parsed | Affine):
                yield Shortest(number, 10)
            if self.digits >= 3:
                yield Significant(number, self.digits)
        elif isinstance(number, Affine | Parsed | Stepped | Combined):
            yield Shortest(number, 10)

    def tolerances(self, by_digits: bool) -> tuple[Decimal, ...]:
        """Half of the last digit that is written, one a row."""
        if not by_digits:
            return (Decimal("0.5").scaleb(-max(self.places)),) * len(self.texts)
        return tuple(Decimal("0.5").scaleb(number.adjusted() - self.digits + 1) for number in self.numbers)


class Numbers(Operator):
    """Numbers in the expected cells, computed from numbers in the row."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        sources = number_sources(sheet)
        for aim in aims(target):
            for number in _computed(sheet, sources, aim):
                if sheet.is_late:
                    return
                for term in aim.formats(number):
                    if all(term.value(row) == text for row, text in zip(sheet.rows, aim.texts, strict=True)):
                        yield term


def aims(target: tuple[str, ...]) -> list[Aim]:
    """The numbers that all cells have at the same place, counted from the left, then from the right."""
    found = [_IN_TEXT.findall(cell) for cell in target]
    fewest = min(map(len, found), default=0)
    kept: dict[tuple[str, ...], None] = {}
    for place in [*range(min(fewest, MOST_AIMS)), *range(-1, -min(fewest, 2) - 1, -1)]:
        kept.setdefault(tuple(cell[place] for cell in found))
    return [Aim(texts, tuple(Decimal(text.replace(",", "")) for text in texts)) for texts in kept]


def number_sources(sheet: Sheet) -> list[Parsed]:
    """Numbers of the input: whole columns, then numbers within texts, each list of numbers once."""
    return sheet.memo("numbers", lambda: _number_sources(sheet))


def _number_sources(sheet: Sheet) -> list[Parsed]:
    seen: set[tuple[Decimal | None, ...]] = set()
    found: list[Parsed] = []
    for term in _number_texts(sheet):
        texts = sheet.texts(term)
        commas = any("," in (text or "") for text in texts)
        source = Parsed(term, commas)
        numbers = tuple(source.number(row) for row in sheet.rows)
        if None in numbers or numbers in seen:
            continue
        seen.add(numbers)
        found.append(source)
        if len(found) >= MOST_SOURCES:
            break
    return found


def _number_texts(sheet: Sheet) -> Iterator[Term]:
    columns = sheet.filled()
    yield from columns
    for column in columns:
        for pattern, weight in ((r"-?[0-9]+(?:\.[0-9]+)?", 1.3), (r"[0-9][0-9,]*(?:\.[0-9]+)?", 1.5), ("[0-9]+", 1.4)):
            yield Extract(column, pattern, 0, weight)
            for place in (2, 3, 4, -1):
                yield ExtractNth(column, pattern, place, weight)
    yield from fields(sheet)


_STEPS = tuple(
    Decimal(text)
    for text in (
        *("1", "2", "5", "10", "20", "25", "50", "100", "200", "250", "500", "1000", "10000", "100000", "1000000"),
        *("0.5", "0.25", "0.2", "0.1", "0.05", "0.01"),
    )
)


def _computed(sheet: Sheet, sources: list[Parsed], aim: Aim) -> Iterator[Number]:
    for source in sources:
        numbers = tuple(source.number(row) or Decimal(0) for row in sheet.rows)
        yield source
        yield from _affine(source, numbers, aim)
        yield from _stepped(source, numbers, aim)
    for left, right in permutations(sources[:6], 2):
        for sign in "+-*/":
            if sign in "-/" or sources.index(left) < sources.index(right):
                yield Combined((left, right), sign)
    for three in combinations(sources[:5], 3):
        yield Combined(three, "+")
        yield Combined(three, "*")


def _affine(source: Number, numbers: tuple[Decimal, ...], aim: Aim) -> Iterator[Number]:
    if len(set(numbers)) < 2:
        return
    for exponent in (2, -2, 3, -3, 1, -1, 6, -6):
        factor = Decimal(1).scaleb(exponent)
        if _fits(numbers, aim, factor, Decimal(0)):
            yield Affine(source, factor)
    for by_digits in (False, True):
        tolerances = aim.tolerances(by_digits)
        low, high = _factor_bounds(numbers, aim.numbers, tolerances)
        if low is None or high is None or low > high:
            continue
        evidence = _evidence(aim.numbers, tolerances, low, high)
        if evidence >= KNOWN_FACTOR:
            for factor in factors():
                if low <= factor <= high:
                    yield Affine(source, factor)
        if evidence >= ANY_FACTOR:
            yield Affine(source, _simplest(low, high))
    offset = aim.numbers[0] - numbers[0]
    if offset and all(_near(wanted - number, offset) for wanted, number in zip(aim.numbers, numbers, strict=True)):
        yield Affine(source, Decimal(1), offset.normalize())
    for factor, shift in _TEMPERATURES:
        if _fits(numbers, aim, factor, shift):
            yield Affine(source, factor, shift)
    if len(set(numbers)) > 3 or sum(len(number.as_tuple().digits) for number in set(aim.numbers)) > 8:
        yield from _line(source, numbers, aim)


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


_TEMPERATURES = (
    (Decimal("1.8"), Decimal(32)),
    (Decimal("0.555555555555556"), Decimal("-17.7777777777778")),
    (Decimal(1), Decimal("273.15")),
    (Decimal(1), Decimal("-273.15")),
)
"""Celsius to Fahrenheit and back, Celsius to kelvin and back."""


def _near(difference: Decimal, offset: Decimal) -> bool:
    return abs(difference - offset) < Decimal("0.0000001")


def _fits(numbers: tuple[Decimal, ...], aim: Aim, factor: Decimal, offset: Decimal) -> bool:
    """Whether the line comes as near as the coarsest rounding of the aim allows."""
    pairs = zip(numbers, aim.numbers, aim.tolerances(True), aim.tolerances(False), strict=True)
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


def _stepped(source: Number, numbers: tuple[Decimal, ...], aim: Aim) -> Iterator[Number]:
    for step in _STEPS:
        if step < 1 and not any("." in text for text in aim.texts):
            continue
        for mode, rounding in _ROUNDINGS.items():
            rounded = [(number / step).to_integral_value(rounding) * step for number in numbers]
            offset = aim.numbers[0] - rounded[0]
            if offset not in (0, step, -step, step - 1, 1 - step) or any(
                goal - one != offset for goal, one in zip(aim.numbers, rounded, strict=True)
            ):
                continue
            stepped = Stepped(source, step, mode)
            yield Affine(stepped, Decimal(1), offset.normalize()) if offset else stepped
