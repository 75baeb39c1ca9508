"""Numbers told otherwise than in decimal digits: to another base, in Roman numerals, by a character's code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from converter.synthesis.operators.numbers import EXACT, SCALE, WIDTH, Number, fitted, parsed_number
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Term, call, cast, template
from converter.table import Row

ROMAN = {
    "M": 1000, "CM": 900, "D": 500, "CD": 400, "C": 100, "XC": 90, "L": 50, "XL": 40, "X": 10, "IX": 9, "V": 5, "IV": 4, "I": 1,
}  # fmt: skip
_LETTER = re.compile("[A-Za-z]")
_ROMAN_SIGN = "C[MD]|X[CL]|I[XV]|[MDCLXVI]"


@dataclass(frozen=True)
class OfText(Number):
    """A whole number that a text stands for, otherwise than in decimal digits."""

    source: Term

    @property
    def cost(self) -> float:
        return self.source.cost + 1.0

    @property
    def places(self) -> int:
        return 0


@dataclass(frozen=True)
class FromBase(OfText):
    """The number that a text of hexadecimal or binary digits is; `#` or `0x` in front count for nothing."""

    base: int
    is_doubtful: bool = False
    """Whether the texts could as well be decimal digits."""

    @property
    def cost(self) -> float:
        return self.source.cost + 0.9 + 0.6 * self.is_doubtful

    def number(self, row: Row) -> Decimal | None:
        text = self.source.value(row)
        digits = "[0-9A-Fa-f]{1,15}" if self.base == 16 else "[01]{1,62}"
        return Decimal(int(text, self.base)) if text and re.fullmatch(digits, text) else None

    def sql(self) -> exp.Expression:
        text = call("concat", "0x" if self.base == 16 else "0b", self.source.sql())
        return cast(text, "BIGINT", attempt=True)


@dataclass(frozen=True)
class FromRoman(OfText):
    """The number that a Roman numeral is: the sum of its signs."""

    def number(self, row: Row) -> Decimal | None:
        text = self.source.value(row)
        signs = re.findall(_ROMAN_SIGN, text) if text else []
        return Decimal(sum(ROMAN[sign] for sign in signs)) if signs else None

    def sql(self) -> exp.Expression:
        cases = " ".join(f"WHEN '{sign}' THEN {value}" for sign, value in ROMAN.items())
        text = f"list_sum(list_transform(regexp_extract_all(t, '{_ROMAN_SIGN}'), lambda s: CASE s {cases} END))"
        return template(text, t=self.source.sql())


@dataclass(frozen=True)
class CodePoint(OfText):
    """The Unicode code of a text's first character."""

    def number(self, row: Row) -> Decimal | None:
        text = self.source.value(row)
        return Decimal(ord(text[0])) if text else None

    def sql(self) -> exp.Expression:
        return call("ord", self.source.sql())


@dataclass(frozen=True)
class Fraction(Number):
    """The number that a text tells as a whole one, as a fraction or as both: `2`, `3/4`, `1 1/2`."""

    source: Term

    @property
    def cost(self) -> float:
        return self.source.cost + 1.2

    @property
    def is_decimal(self) -> bool:
        return True

    @property
    def keeps_digits(self) -> bool:
        return True

    def number(self, row: Row) -> Decimal | None:
        text = self.source.value(row) or ""
        if not re.fullmatch(_MIXED, text, re.ASCII):
            return None
        whole, above, below = (re.search(part, text, re.ASCII) for part in _PARTS_OF_MIXED)
        number = Decimal(whole.group(1)) if whole else Decimal(0)
        if above and below and int(below.group(1)):
            number += EXACT.divide(Decimal(above.group(1)), Decimal(below.group(1)))
        return fitted(number, SCALE)

    def sql(self) -> exp.Expression:
        text = self.source.sql()
        whole, above, below = (parsed_number(call("regexp_extract", text, part, 1)) for part in _PARTS_OF_MIXED)
        number = template(
            f"CASE WHEN regexp_matches(t, '^{_MIXED}$') THEN coalesce(w, 0) + coalesce(a / nullif(b, 0), 0) END",
            t=text, w=whole, a=above, b=below,
        )  # fmt: skip
        return cast(number, f"DECIMAL({WIDTH}, {SCALE})")


_MIXED = "(?:[0-9]{1,9} +)?[0-9]{1,9}(?:/[0-9]{1,9})?"
_PARTS_OF_MIXED = ("^([0-9]+)(?: |$)", "([0-9]+)/", "/([0-9]+)")


@dataclass(frozen=True)
class Count(OfText):
    """How many characters a text has, or how many words."""

    is_of_words: bool

    @property
    def cost(self) -> float:
        return self.source.cost + 1.6 + 0.2 * self.is_of_words

    def number(self, row: Row) -> Decimal | None:
        text = self.source.value(row)
        if text is None:
            return None
        return Decimal(len(re.findall(_WORDS, text)) if self.is_of_words else len(text))

    def sql(self) -> exp.Expression:
        text = self.source.sql()
        return call("length", call("regexp_extract_all", text, _WORDS) if self.is_of_words else text)


_WORDS = "[^ \t\n]+"
LEAST_COUNTED = 3
"""Of so many different lengths at least: few and small numbers are some text's length by luck."""


def numeral_numbers(sheet: Sheet) -> Iterator[Number]:
    """The columns whose texts are such numbers throughout."""
    for column in sheet.filled():
        texts = [text or "" for text in sheet.texts(column)]
        if all(re.fullmatch("[0-9A-Fa-f]{1,15}", text) for text in texts):
            yield FromBase(column, 16, not re.search("[A-Fa-f]", "".join(texts)))
        if all(re.fullmatch("[01]{1,62}", text) for text in texts):
            yield FromBase(column, 2)
        if all(re.fullmatch("M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", text) and text for text in texts):
            yield FromRoman(column)
        if all(len(text) == 1 for text in texts) and not all(text.isdigit() for text in texts):
            yield CodePoint(column)
        if all(re.fullmatch(_MIXED, text) for text in texts) and any("/" in text for text in texts):
            yield Fraction(column)
        if all(map(_LETTER.search, texts)):
            for of_words in (False, True):
                count = Count(column, of_words)
                if len({count.number(row) for row in sheet.rows}) >= LEAST_COUNTED:
                    yield count
