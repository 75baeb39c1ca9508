"""Numbers as texts: fixed and shortest decimal places, significant digits, exponents, thousands, leading zeros.

The expected cells say which formats they may have (`Aim`). A format that gives them by luck only (zeros that it drops, digits
that it has no need to round) is charged for the luck.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cached_property
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.operators.numbers import EXACT, Number, Parsed
from converter.synthesis.term import Term, call, cast
from converter.table import Cell, Row

MOST_WITH_COMMAS = 6
"""Decimal places beside thousands' commas, which DuckDB writes of floats only: their digits are right up to fifteen."""
DIGIT = 0.9
"""What a digit costs that a program gives by luck."""
IN_TEXT = re.compile(r"(?<![0-9.,])(?:(?<![A-Za-z0-9])-)?[0-9](?:[0-9]|,(?=[0-9]{3}))*(?:\.[0-9]+)?", re.ASCII)
WITH_SPACES = re.compile(r"(?<![0-9.,])(?:(?<![A-Za-z0-9])-)?[0-9]{1,3}(?: [0-9]{3})*(?:,[0-9]+)?(?![0-9.])", re.ASCII)
WITH_COMMA = re.compile(r"(?<![0-9.,])(?:(?<![A-Za-z0-9])-)?[0-9](?:[0-9]|\.(?=[0-9]{3}))*,[0-9]+(?![0-9,.])", re.ASCII)
WITH_EXPONENT = re.compile(r"(?<![0-9.,])-?[0-9](?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}(?![0-9])", re.ASCII)


@dataclass(frozen=True)
class Told(Term):
    """A number in a format. Subclasses are frozen dataclasses."""

    kind: ClassVar[str] = "number"
    source: Number

    @property
    def origin(self) -> Number:
        return self.source


@dataclass(frozen=True)
class Fixed(Told):
    """A number with so many decimal places, rounded half away from zero.

    Commas part the thousands where asked for, zeros fill it up to `width` characters.
    """

    places: int
    has_commas: bool = False
    width: int = 0
    doubt: float = field(default=0.0, compare=False)

    @property
    def cost(self) -> float:
        return self.source.cost + 0.8 + 0.3 * self.has_commas + 0.4 * bool(self.width) + self.doubt

    def value(self, row: Row) -> Cell:
        number = self.source.rounded(row, self.places)
        if number is None:
            return None
        number = number if number else abs(number)
        filled = f"0{self.width}" if self.width else ""
        return format(number, f"{filled},f" if self.has_commas else f"{filled}f")

    def sql(self) -> exp.Expression:
        if self.width and not self.places:
            return call("format", f"{{:0{self.width}d}}", self.source.integer())
        number = self.source.at_places(self.places)
        if self.width:
            return call("format", f"{{:0{self.width}.{self.places}f}}", cast(number, "DOUBLE"))
        if self.has_commas:
            return call("format", f"{{:,.{self.places}f}}", cast(number, "DOUBLE"))
        return cast(number, "VARCHAR")


@dataclass(frozen=True)
class Shortest(Told):
    """A number with as few decimal places as it needs, at most `places`; commas and zeros as in `Fixed`."""

    places: int
    has_commas: bool = False
    width: int = 0
    doubt: float = field(default=0.0, compare=False)

    @property
    def cost(self) -> float:
        return self.source.cost + 1.0 + 0.3 * self.has_commas + 0.4 * bool(self.width) + self.doubt

    @property
    def _unshortened(self) -> Fixed:
        return Fixed(self.source, self.places, self.has_commas, self.width)

    def value(self, row: Row) -> Cell:
        text = self._unshortened.value(row)
        return text.rstrip("0").rstrip(".") if text is not None and self.places else text

    def sql(self) -> exp.Expression:
        text = self._unshortened.sql()
        return call("rtrim", call("rtrim", text, "0"), ".") if self.places else text


@dataclass(frozen=True)
class Significant(Told):
    """A number with so many significant digits, trailing zeros dropped."""

    digits: int
    doubt: float = field(default=0.0, compare=False)

    @property
    def cost(self) -> float:
        return self.source.cost + 1.3 + self.doubt

    def value(self, row: Row) -> Cell:
        number = self.source.real(row)
        return None if number is None else f"{number:.{self.digits}g}"

    def sql(self) -> exp.Expression:
        return call("format", f"{{:.{self.digits}g}}", self.source.double())


@dataclass(frozen=True)
class AsWritten(Told):
    """The digits of the number that was read, without what was dropped to read it, and without zeros in front where asked."""

    source: Parsed
    has_zeros: bool = True

    @property
    def cost(self) -> float:
        return self.source.cost + 0.6 + 0.1 * (not self.has_zeros)

    def value(self, row: Row) -> Cell:
        text = self.source.text(row)
        return text if text is None or self.has_zeros else re.sub(_ZEROS, r"\1\2", text)

    def sql(self) -> exp.Expression:
        if self.has_zeros:
            return self.source.text_sql()
        return call("regexp_replace", self.source.text_sql(), _ZEROS, r"\1\2")


_ZEROS = "^(-?)0+([0-9])"


@dataclass(frozen=True)
class Exponential(Told):
    """A number with an exponent of ten, as `1.5E3` or, with a sign and two digits, `1.5e+03`."""

    places: int
    letter: str
    has_sign: bool

    @property
    def cost(self) -> float:
        return self.source.cost + 1.4

    def value(self, row: Row) -> Cell:
        number = self.source.real(row)
        if number is None:
            return None
        text = f"{number:.{self.places}{self.letter}}"
        return text if self.has_sign else re.sub(_EXPONENT, rf"{self.letter}\1\2", text)

    def sql(self) -> exp.Expression:
        text = call("format", f"{{:.{self.places}{self.letter}}}", self.source.double())
        return text if self.has_sign else call("regexp_replace", text, _EXPONENT, rf"{self.letter}\1\2")


_EXPONENT = r"[eE]\+?(-?)0*([0-9])"


@dataclass(frozen=True)
class Marked(Term):
    """A number's text with other marks for the thousands' comma and the decimal point."""

    kind: ClassVar[str] = "number"
    source: Told
    marks: str

    @property
    def cost(self) -> float:
        return self.source.cost + 0.5

    @property
    def origin(self) -> Number:
        return self.source.origin

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        return None if text is None else text.translate(str.maketrans(PLAIN, self.marks))

    def sql(self) -> exp.Expression:
        return call("translate", self.source.sql(), PLAIN, self.marks)


PLAIN = ",."
"""The marks for thousands and decimals that SQL writes."""


@dataclass(frozen=True)
class Aim:
    """A number that stands at one place of every expected cell, and what its digits say of its format."""

    texts: tuple[str, ...]
    marks: str = PLAIN

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """The texts with a comma for thousands and a decimal point."""
        return tuple(text.translate(str.maketrans(self.marks, PLAIN)) for text in self.texts)

    @cached_property
    def numbers(self) -> tuple[Decimal, ...]:
        """What the texts say."""
        return tuple(Decimal(text.replace(",", "")) for text in self.plain)

    @cached_property
    def has_exponent(self) -> bool:
        """Whether the numbers have an exponent of ten."""
        return "e" in self.texts[0].lower()

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Decimal places, one a row."""
        return tuple(len(text.partition(".")[2]) for text in self.plain)

    @cached_property
    def digits(self) -> int:
        """The most significant digits of any row."""
        if self.has_exponent:
            return max(len(re.sub(r"[eE].*|[^0-9]", "", text)) for text in self.texts)
        return max(len(re.sub(r"[^0-9]", "", text).lstrip("0")) if "." in text else 1 for text in self.plain)

    def told(self, number: Number, given: tuple[Decimal, ...]) -> Iterator[Term]:
        """The number, which is `given` in the rows, in each format that the texts allow."""
        for term in self._exponents(number) if self.has_exponent else self._formats(number, given):
            yield Marked(term, self.marks) if self.marks != PLAIN else term

    def _exponents(self, number: Number) -> Iterator[Told]:
        letter = "E" if "E" in self.texts[0] else "e"
        yield Exponential(number, self.digits - 1, letter, any(re.search(r"[eE][+-]0|\+", text) for text in self.texts))

    def _formats(self, number: Number, given: tuple[Decimal, ...]) -> Iterator[Told]:
        places, most = set(self.places), max(self.places)
        commas = any("," in text for text in self.plain)
        wholes = [text.partition(".")[0] for text in self.plain]
        width = max((len(text) + (most > 0) + most for text in wholes if re.match("-?0[0-9]", text)), default=0)
        is_exact = all(one == wanted for one, wanted in zip(given, self.numbers, strict=True))
        # Who rounds so finely likelier means significant digits.
        finest = 0.0 if is_exact else 0.5 * max(0, most - 3)
        keeps_all = is_exact and number.keeps_digits
        if len(places) == 1:
            is_told_whole = width > 0 or number.places == 0
            doubt = 0.0 if is_told_whole else self._doubt_of_fixed(most, is_exact=is_exact)
            yield Fixed(number, most, commas, width, doubt + finest)
        if most:
            luck = DIGIT * sum(most - one for one, value in zip(self.places, given, strict=True) if _is_rounded(value, most))
            yield Shortest(number, most, commas, width, luck + finest + 0.1 * keeps_all)
        if is_exact and not width and most < min(6, number.places):
            exact = min(number.places, MOST_WITH_COMMAS) if commas else number.places
            yield Shortest(number, exact, commas, 0, 0.1 if most and not keeps_all else 0.0)
        if is_exact and isinstance(number, Parsed):
            yield AsWritten(number)
            yield AsWritten(number, has_zeros=False)
        if self.digits >= 3 and not commas and not width:
            yield Significant(number, self.digits, 1.0 if is_exact else self._luck_of_digits(given))

    def _doubt_of_fixed(self, places: int, *, is_exact: bool) -> float:
        """How much speaks against decimal places that are always written."""
        if is_exact and not places:
            return 0.5
        if not places or any(text.endswith("0") for text in self.plain):
            return 0.0
        return (0.35 if is_exact and places != 2 else 0.0) + 0.04 * len(set(self.plain))

    def _luck_of_digits(self, given: tuple[Decimal, ...]) -> float:
        luck = 0.0
        for text, value in zip(self.plain, given, strict=True):
            told = len(re.sub(r"[^0-9]", "", text).lstrip("0"))
            if "." in text and value and _is_rounded(value, self.digits - 1 - value.adjusted()):
                luck += DIGIT * max(0, self.digits - told)
        return luck

    @cached_property
    def by_places(self) -> tuple[Decimal, ...]:
        """Half of the last decimal place that is written, one a row."""
        return self.by_digits if self.has_exponent else (Decimal("0.5").scaleb(-max(self.places)),) * len(self.texts)

    @cached_property
    def by_digits(self) -> tuple[Decimal, ...]:
        """Half of the last significant digit that is written, one a row."""
        return tuple(Decimal("0.5").scaleb(number.adjusted() - self.digits + 1) for number in self.numbers)


def _is_rounded(number: Decimal, places: int) -> bool:
    """Whether so many decimal places do not tell the number exactly."""
    with localcontext(EXACT):
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) != number


MOST_AIMS = 5


def aims(target: tuple[str, ...]) -> list[Aim]:
    """The numbers that all cells have at the same place, counted from the left, then from the right."""
    found = []
    for pattern, marks in ((WITH_EXPONENT, PLAIN), (WITH_COMMA, ".,"), (WITH_SPACES, " ,"), (IN_TEXT, PLAIN)):
        told = [pattern.findall(cell) for cell in target]
        fewest = min(map(len, told), default=0)
        for place in [*range(min(fewest, MOST_AIMS)), *range(-1, -min(fewest, 2) - 1, -1)]:
            texts = tuple(cell[place] for cell in told)
            if marks == PLAIN or any(mark in text for mark in marks for text in texts):
                found.append(Aim(texts, marks))
    return list(dict.fromkeys(found))
