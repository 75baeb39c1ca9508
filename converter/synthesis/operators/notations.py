"""Numbers written otherwise than in decimal digits: to another base, as Roman numerals, ordinals and characters."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.operators.calculations import known_numbers
from converter.synthesis.operators.dates import ordinal_ending
from converter.synthesis.operators.number_formats import Told
from converter.synthesis.operators.numbers import Number
from converter.synthesis.operators.numerals import ROMAN
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Term, call, cast, template
from converter.table import Cell, Row


@dataclass(frozen=True)
class Based(Told):
    """A whole number in digits of another base: `X` and `x` hexadecimal, `o` octal, `b` binary, with leading zeros."""

    letter: str
    width: int
    luck: float = field(default=0.0, compare=False)

    @property
    def cost(self) -> float:
        return self.source.cost + 1.0 + 0.3 * bool(self.width) + self.luck

    @property
    def _format(self) -> str:
        return f"0{self.width}{self.letter}" if self.width else self.letter

    def value(self, row: Row) -> Cell:
        number = self.source.rounded(row, 0)
        return None if number is None else format(int(number), self._format)

    def sql(self) -> exp.Expression:
        return call("format", f"{{:{self._format}}}", _whole(self.source))


def _whole(number: Number) -> exp.Expression:
    return cast(number.decimal(0), "BIGINT", attempt=True)


@dataclass(frozen=True)
class Roman(Told):
    """A whole number from 1 to 3999 as a Roman numeral."""

    @property
    def cost(self) -> float:
        return self.source.cost + 1.2

    def value(self, row: Row) -> Cell:
        number = self.source.rounded(row, 0)
        return None if number is None or not 1 <= number <= 3999 else roman(int(number))

    def sql(self) -> exp.Expression:
        lists = (
            "['', "
            + ", ".join(f"'{roman(digit * size)}'" for digit in range(1, 4 if size == 1000 else 10))
            + f"][n // {size} % 10 + 1]"
            for size in (1000, 100, 10, 1)
        )
        text = f"CASE WHEN n BETWEEN 1 AND 3999 THEN concat({', '.join(lists)}) END"
        return template(text, n=_whole(self.source))


def roman(number: int) -> str:
    """The number as a Roman numeral."""
    text = ""
    for sign, value in ROMAN.items():
        text += sign * (number // value)
        number %= value
    return text


@dataclass(frozen=True)
class Ending(Told):
    """The ending of a whole number as an English ordinal: `st`, `nd`, `rd` or `th`."""

    @property
    def cost(self) -> float:
        return self.source.cost + 0.6

    def value(self, row: Row) -> Cell:
        number = self.source.rounded(row, 0)
        return None if number is None else ordinal_ending(abs(int(number)))

    def sql(self) -> exp.Expression:
        text = "CASE WHEN n // 10 % 10 = 1 OR n % 10 NOT IN (1, 2, 3) THEN 'th' ELSE ['st', 'nd', 'rd'][n % 10] END"
        return template(text, n=call("abs", _whole(self.source)))


@dataclass(frozen=True)
class Character(Told):
    """The character of a Unicode code."""

    @property
    def cost(self) -> float:
        return self.source.cost + 1.0

    def value(self, row: Row) -> Cell:
        number = self.source.rounded(row, 0)
        return None if number is None or not 31 < number < 55296 else chr(int(number))

    def sql(self) -> exp.Expression:
        code = cast(self.source.decimal(0), "INTEGER", attempt=True)
        return template("CASE WHEN n BETWEEN 32 AND 55295 THEN chr(n) END", n=code)


class Notations(Operator):
    """Whole numbers of the input in other notations, as parts of the expected cells."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        letters = {char for cell in target for char in cell}
        for number, given in known_numbers(sheet):
            if any(one != one.to_integral_value() or abs(one) >= 2**62 for one in given) or len(set(given)) < 2:
                continue
            for term in _notations(number, given, letters):
                texts = [term.value(row) for row in sheet.rows]
                if all(text and text in cell for text, cell in zip(texts, target, strict=True)):
                    yield term


def _notations(number: Number, given: tuple[Decimal, ...], letters: set[str]) -> Iterator[Term]:
    """Only those whose characters the expected cells have."""
    if max(given) >= 10:
        for letter, digits in (("X", "ABCDEF"), ("x", "abcdef"), ("b", "01"), ("o", "01234567")):
            if letters & set(digits):
                # That texts without leading zeros are of one length is luck.
                is_even = len({len(format(int(one), letter)) for one in given}) == 1
                yield from (Based(number, letter, width, 0.5 * (is_even and not width)) for width in (0, 2, 4, 8))
    if letters & set(ROMAN):
        yield Roman(number)
    if {"t", "h"} <= letters or {"s", "t"} <= letters or {"n", "d"} <= letters:
        yield Ending(number)
    if max(given) >= 32:
        yield Character(number)
