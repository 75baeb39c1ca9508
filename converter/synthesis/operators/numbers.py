"""Numbers as programs: read from texts as exact decimals, never as binary floats."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from sqlglot import exp

from converter.synthesis.operators.substrings import Extract, ExtractNth, fields
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Origin, Term, call, cast
from converter.table import Row

SCALE = 10
"""Decimal places that a number read from a text keeps; with `WIDTH` digits in all."""
WIDTH = 28
EXACT = Context(prec=60)
_NUMBER = re.compile(r"[ \t\n\r\f\v]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)[ \t\n\r\f\v]*\Z", re.ASCII)

MOST_SOURCES, MOST_TOGETHER = 12, 4
"""How many numbers of the input are looked at, and how many of them in one column's texts."""


def decimal_of(text: str | None, scale: int = SCALE, width: int = WIDTH) -> Decimal | None:
    """What `TRY_CAST(text AS DECIMAL(width, scale))` gives."""
    match = _NUMBER.match(text) if text else None
    return fitted(Decimal(match.group(1)), scale, width) if match else None


def fitted(number: Decimal, scale: int, width: int = WIDTH) -> Decimal | None:
    """The number as `DECIMAL(width, scale)`, rounded half away from zero; None where it is too large."""
    if number.adjusted() >= width - scale:
        return None
    with localcontext(EXACT):
        number = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    return number if abs(number) < Decimal(10) ** (width - scale) else None


def parsed_number(text: exp.Expression, scale: int = SCALE, width: int = WIDTH) -> exp.Expression:
    """The text as a decimal; NULL where it is none."""
    return cast(text, f"DECIMAL({width}, {scale})", attempt=True)


class Number(Origin):
    """A program from a row to a number. Subclasses are frozen dataclasses."""

    def number(self, row: Row) -> Decimal | None:
        """The number for one row; None where a text is none."""
        raise NotImplementedError

    @property
    def places(self) -> int:
        """How many decimal places it has at most."""
        return SCALE

    @property
    def is_decimal(self) -> bool:
        """Whether the SQL is of a decimal type of nine places or more, so that rounding it is exact."""
        return False

    @property
    def keeps_digits(self) -> bool:
        """Whether its digits are those that a text has, so that there is no reason to round it."""
        return False

    def real(self, row: Row) -> float | None:
        """The number as a binary float, for formats of significant digits."""
        number = self.number(row)
        return None if number is None else float(number)

    def rounded(self, row: Row, scale: int, width: int = WIDTH) -> Decimal | None:
        """The number as a `DECIMAL(width, scale)`."""
        number = self.number(row)
        return None if number is None else fitted(number, scale, width)

    def sql(self) -> exp.Expression:
        """DuckDB SQL of a numeric type."""
        raise NotImplementedError

    def decimal(self, scale: int, width: int = WIDTH) -> exp.Expression:
        """DuckDB SQL of the type `DECIMAL(width, scale)`; NULL where it is too large, rather than an end of the whole run."""
        return cast(self.sql(), f"DECIMAL({width}, {scale})", attempt=True)

    def at_places(self, places: int) -> exp.Expression:
        """DuckDB SQL of a decimal type of so many places."""
        return call("round", self.sql(), places) if self.is_decimal and places < 9 else self.decimal(places)

    def integer(self) -> exp.Expression:
        """DuckDB SQL of the type `BIGINT`."""
        # A float would be rounded to the even neighbour, a decimal away from zero.
        return cast(self.sql() if self.is_decimal else self.decimal(0), "BIGINT", attempt=True)

    def double(self) -> exp.Expression:
        """DuckDB SQL of the type `DOUBLE`."""
        return cast(self.sql(), "DOUBLE")


@dataclass(frozen=True)
class Derived(Number):
    """A number made from another one. Subclasses say what it is of the other (`of`)."""

    source: Number

    @property
    def inner(self) -> Number:
        return self.source

    def number(self, row: Row) -> Decimal | None:
        number = self.source.number(row)
        return None if number is None else self.of(number)

    def of(self, number: Decimal) -> Decimal | None:
        """What is made of the source's number."""
        raise NotImplementedError


@dataclass(frozen=True)
class Parsed(Number):
    """The number that a text is, once characters are dropped (thousands' separators, currencies) and `(` is read as a minus."""

    source: Term
    dropped: str = ""
    has_decimal_comma: bool = False

    @property
    def cost(self) -> float:
        return self.source.cost + 0.1 + 0.3 * bool(self.dropped) + 0.3 * self.has_decimal_comma

    @property
    def _exchange(self) -> tuple[str, str]:
        """Characters, and those that they become; the rest of the first are dropped."""
        pairs = [("(", "-")] * ("(" in self.dropped) + [(",", ".")] * self.has_decimal_comma
        known = "".join(one for one, _ in pairs)
        return known + "".join(char for char in self.dropped if char not in known), "".join(one for _, one in pairs)

    def number(self, row: Row) -> Decimal | None:
        return self.rounded(row, SCALE)

    def rounded(self, row: Row, scale: int, width: int = WIDTH) -> Decimal | None:
        return decimal_of(self.text(row), scale, width)

    def real(self, row: Row) -> float | None:
        text = self.text(row)
        return float(text) if text and _NUMBER.match(text) else None

    def text(self, row: Row) -> str | None:
        """The text that is read as a number."""
        text = self.source.value(row)
        old, new = self._exchange
        if text is None or not old:
            return text
        return text.translate({ord(char): new[at] if at < len(new) else None for at, char in enumerate(old)})

    def text_sql(self) -> exp.Expression:
        """The same in SQL."""
        text = self.source.sql()
        old, new = self._exchange
        if len(old) == 1:
            return call("replace", text, old, new)
        return call("translate", text, old, new) if old else text

    def sql(self) -> exp.Expression:
        return self.decimal(SCALE)

    @property
    def is_decimal(self) -> bool:
        return True

    @property
    def keeps_digits(self) -> bool:
        return True

    def decimal(self, scale: int, width: int = WIDTH) -> exp.Expression:
        return parsed_number(self.text_sql(), scale, width)

    def at_places(self, places: int) -> exp.Expression:
        return self.decimal(places)

    def double(self) -> exp.Expression:
        return cast(self.text_sql(), "DOUBLE", attempt=True)


_AROUND = "$€£¥₹%()'_ \u00a0\u202f,"
"""What stands around and within numbers and says nothing of their size."""
_NO_NUMBER = re.compile(r"[0-9][ _'\u00a0\u202f](?![0-9]{3}(?![0-9]))[0-9]|[0-9]\)?\s*\(|[0-9],[0-9]+,[0-9]{1,2}(?![0-9])")
"""Several numbers in one text."""


def readings(sheet: Sheet, term: Term) -> Iterator[Parsed]:
    """The term's texts as numbers: plain, with thousands' separators and signs around them, or with a decimal comma."""
    texts = [text for text in sheet.texts(term) if text]
    if any(_NO_NUMBER.search(text) for text in texts):
        return
    extra = sorted({char for text in texts for char in text if char in _AROUND} - {","})
    dropped = "".join(extra)
    if any(re.search(r",[0-9]{1,2}(?![0-9])|\.[0-9]{3},", text) for text in texts):
        dots = "." if any("." in text for text in texts) else ""
        yield Parsed(term, dots + dropped, True)
    elif any("," in text for text in texts):
        yield Parsed(term, "," + dropped)
    else:
        yield Parsed(term, dropped)


def number_sources(sheet: Sheet) -> list[Parsed]:
    """Numbers of the input: whole columns, then numbers within texts, each list of numbers once."""
    return sheet.memo("numbers", lambda: _number_sources(sheet))


def _number_sources(sheet: Sheet) -> list[Parsed]:
    seen: set[tuple[Decimal | None, ...]] = set()
    found: list[Parsed] = []
    for terms in _number_texts(sheet):
        most = len(found) + MOST_TOGETHER
        for source in (source for term in terms for source in readings(sheet, term)):
            numbers = tuple(source.number(row) for row in sheet.rows)
            if None not in numbers and numbers not in seen:
                seen.add(numbers)
                found.append(source)
            if len(found) >= most:
                break
        if len(found) >= MOST_SOURCES:
            break
    return found


def _number_texts(sheet: Sheet) -> Iterator[Iterable[Term]]:
    """Whole columns, the numbers within each column's texts, and fields between delimiters."""
    columns = sheet.filled()
    yield from ([column] for column in columns)
    yield from (_numbers_within(sheet, column) for column in columns)
    yield fields(sheet)


_THOUSANDS = re.compile(r"(?<![0-9,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")


def _numbers_within(sheet: Sheet, column: Term) -> Iterator[Term]:
    has_thousands = all(_THOUSANDS.search(text or "") for text in sheet.texts(column))
    for pattern, cost in ((r"-?[0-9]+(?:\.[0-9]+)?", 1.3), (r"[0-9][0-9,]*(?:\.[0-9]+)?", 1.5), ("[0-9]+", 1.4)):
        if has_thousands and "," not in pattern:
            continue
        yield Extract(column, pattern, 0, cost)
        for place in (2, 3, 4, -1):
            yield ExtractNth(column, pattern, place, cost)


def weight(number: Decimal) -> float:
    """How much a constant says: nothing for 0 and 1, more the more digits."""
    return 0.0 if number in (0, 1) else 1.0 + 0.5 * len(number.normalize().as_tuple().digits)


def places_of(number: Decimal) -> int:
    """The decimal places that tell the number."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def operation(kind: type[exp.Binary], left: exp.Expression, right: exp.Expression) -> exp.Expression:
    """Arithmetic in SQL, with the brackets that it needs."""
    sums = (exp.Add, exp.Sub)
    if kind in (exp.Mul, exp.Div, exp.Mod):
        left = exp.paren(left) if isinstance(left, sums) else left
        right = exp.paren(right) if isinstance(right, exp.Binary) else right
    elif kind is exp.Sub and isinstance(right, sums):
        right = exp.paren(right)
    made: exp.Expression = kind(this=left, expression=right)  # type: ignore[assignment]
    return made


def plain(number: Decimal) -> exp.Expression:
    """The number as SQL writes it, without an exponent."""
    text = exp.Literal.number(f"{abs(number).normalize():f}")
    return exp.Neg(this=text) if number < 0 else text
