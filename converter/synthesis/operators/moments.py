"""Points in time as programs: read from texts in whatever formats the rows have, rounded, and shifted."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlglot import exp

from converter.synthesis.operators.date_formats import formats_of_all, parsed
from converter.synthesis.operators.numbers import decimal_of
from converter.synthesis.operators.padding import Padded
from converter.synthesis.operators.substrings import Extract, ExtractNth, fields
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Origin, Term, call, cast, template
from converter.table import Cell, Row


class Moment(Origin):
    """A program from a row to a point in time. Subclasses are frozen dataclasses."""

    @property
    def codes(self) -> frozenset[str]:
        """The letters of strptime that are known of it: `d`, `m`, `H`, …"""
        return self.inner.codes if isinstance(self.inner, Moment) else frozenset()

    @property
    def is_doubtful(self) -> bool:
        """Whether hardly anything says that this is a date or a time."""
        return False

    def moment(self, row: Row) -> datetime | None:
        """The point in time for one row; None where the text is none."""
        raise NotImplementedError

    def sql(self) -> exp.Expression:
        """DuckDB SQL of type TIMESTAMP."""
        raise NotImplementedError


@dataclass(frozen=True)
class Read(Moment):
    """The date or time that a text is, in the first of the formats that fits."""

    source: Term
    formats: tuple[str, ...]
    rank: float = 0.0

    @property
    def cost(self) -> float:
        # What stands around a date is no part of its format.
        around = 0.0 if re.search("^%.*%[A-Za-z]Z?$", self.formats[0]) else 1.0
        return self.source.cost + 0.8 + 0.25 * min(len(self.formats) - 1, 4) + around + self.rank

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(code for form in self.formats for code in re.findall("%(.)", form))

    @property
    def is_doubtful(self) -> bool:
        return self.formats in (("%H",), ("%H%M",), ("%m",))

    def moment(self, row: Row) -> datetime | None:
        return parsed(self.source.value(row), self.formats)

    def sql(self) -> exp.Expression:
        return parsing(self.source.sql(), self.formats)


@dataclass(frozen=True)
class Epoch(Moment):
    """So many seconds or milliseconds after the beginning of 1970, or days after 1899-12-30, as spreadsheets count them."""

    source: Term
    unit: str

    @property
    def cost(self) -> float:
        return self.source.cost + 1.0

    @property
    def codes(self) -> frozenset[str]:
        return frozenset("Ymd" if self.unit == "day" else "YmdHMS")

    @property
    def is_doubtful(self) -> bool:
        return self.unit == "day"

    def moment(self, row: Row) -> datetime | None:
        number = decimal_of(self.source.value(row), 0, self._digits)
        try:
            start = datetime(1899, 12, 30) if self.unit == "day" else datetime(1970, 1, 1)
            return None if number is None else start + timedelta(**{f"{self.unit}s": int(number)})
        except OverflowError:
            return None

    @property
    def _digits(self) -> int:
        """Digits at most: a larger number leads to no date, and DuckDB would end the run over it."""
        return {"day": 7, "second": 11, "millisecond": 14}[self.unit]

    def sql(self) -> exp.Expression:
        number = cast(self.source.sql(), f"DECIMAL({self._digits}, 0)", attempt=True)
        if self.unit == "day":
            return template("TIMESTAMP '1899-12-30' + to_days(n)", n=cast(number, "INTEGER"))
        if self.unit == "second":
            return call("make_timestamp", exp.Mul(this=cast(number, "BIGINT"), expression=exp.Literal.number(1_000_000)))
        return call("make_timestamp_ms", cast(number, "BIGINT"))


def parsing(text: exp.Expression, forms: tuple[str, ...]) -> exp.Expression:
    """`try_strptime` with one format or a list of them."""
    if len(forms) == 1:
        return call("try_strptime", text, forms[0])
    return call("try_strptime", text, exp.Array(expressions=[exp.Literal.string(form) for form in forms]))


@dataclass(frozen=True)
class Bucket(Moment):
    """The beginning of the span of time that a moment falls in: every so many minutes, counted from midnight and `offset`."""

    source: Moment
    minutes: int
    offset: int = 0
    ahead: int = 0
    """Seconds that are added first: half a span to round, a span but a second to round up."""

    @property
    def cost(self) -> float:
        usual = 0.0 if self.minutes in (15, 30, 60, 120) else 0.3
        return self.source.cost + 0.8 + usual + (0.6 if self.offset else 0) + (0.6 if self.ahead else 0)

    @property
    def inner(self) -> Moment:
        return self.source

    def moment(self, row: Row) -> datetime | None:
        moment = self.source.moment(row)
        return None if moment is None else floored(moment + timedelta(seconds=self.ahead), self.minutes, self.offset)

    def sql(self) -> exp.Expression:
        moment = self.source.sql()
        if self.ahead:
            moment = exp.Add(this=moment, expression=interval(self.ahead))
        offset = (interval(self.offset * 60),) if self.offset else ()
        return call("time_bucket", interval(self.minutes * 60), moment, *offset)


_ORIGIN = datetime(2000, 1, 3)


def floored(moment: datetime, minutes: int, offset: int = 0) -> datetime:
    """DuckDB's `time_bucket`, whose origin is 2000-01-03."""
    span, shift = timedelta(minutes=minutes), timedelta(minutes=offset)
    return _ORIGIN + ((moment - shift - _ORIGIN) // span) * span + shift


def interval(seconds: int) -> exp.Expression:
    """An INTERVAL in the largest unit that it is whole in."""
    for unit, size in (("DAY", 86400), ("HOUR", 3600), ("MINUTE", 60), ("SECOND", 1)):
        if seconds % size == 0:
            return exp.Interval(this=exp.Literal.string(str(seconds // size)), unit=exp.Var(this=unit))
    raise ValueError(seconds)


@dataclass(frozen=True)
class Shifted(Moment):
    """A moment so many seconds later."""

    source: Moment
    seconds: int

    @property
    def cost(self) -> float:
        # A day or a week, some hours: usual. 366 days: likelier a year.
        days, rest = divmod(abs(self.seconds), 86400)
        odd = 0.3 * (self.seconds % 60 != 0) + 0.4 * (days > 31) + 0.2 * (days > 1 and (days % 7 > 0 or rest > 0))
        return self.source.cost + 0.8 + odd

    @property
    def inner(self) -> Moment:
        return self.source

    def moment(self, row: Row) -> datetime | None:
        moment = self.source.moment(row)
        try:
            return None if moment is None else moment + timedelta(seconds=self.seconds)
        except OverflowError:
            return None

    def sql(self) -> exp.Expression:
        if self.seconds < 0:
            return exp.Sub(this=self.source.sql(), expression=interval(-self.seconds))
        return exp.Add(this=self.source.sql(), expression=interval(self.seconds))


@dataclass(frozen=True)
class Later(Moment):
    """A moment so many months later; the last day of the month where that has no such day."""

    source: Moment
    months: int

    @property
    def cost(self) -> float:
        return self.source.cost + 0.8 + (0.0 if abs(self.months) in (1, 3, 6, 12) else 0.3)

    @property
    def inner(self) -> Moment:
        return self.source

    def moment(self, row: Row) -> datetime | None:
        moment = self.source.moment(row)
        if moment is None:
            return None
        year, month = divmod(moment.year * 12 + moment.month - 1 + self.months, 12)
        if not 1 <= year <= 9999:
            return None
        return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))

    def sql(self) -> exp.Expression:
        unit, size = ("YEAR", 12) if self.months % 12 == 0 else ("MONTH", 1)
        count = exp.Interval(this=exp.Literal.string(str(abs(self.months) // size)), unit=exp.Var(this=unit))
        return (exp.Sub if self.months < 0 else exp.Add)(this=self.source.sql(), expression=count)


@dataclass(frozen=True)
class Bound(Moment):
    """The first or the last day of the week, month, quarter or year that a moment lies in, at midnight."""

    source: Moment
    unit: str
    is_end: bool = False

    @property
    def cost(self) -> float:
        return self.source.cost + 0.9 + (0.3 if self.is_end else 0.0)

    @property
    def inner(self) -> Moment:
        return self.source

    def moment(self, row: Row) -> datetime | None:
        moment = self.source.moment(row)
        try:
            return None if moment is None else bound(moment, self.unit, is_end=self.is_end)
        except (ValueError, OverflowError):
            return None

    def sql(self) -> exp.Expression:
        start = call("date_trunc", self.unit, self.source.sql())
        if not self.is_end:
            return start
        span = exp.Interval(this=exp.Literal.string("1"), unit=exp.Var(this=self.unit.upper()))
        return exp.Sub(this=exp.Add(this=start, expression=span), expression=interval(86400))


UNITS_OF_DAYS = ("month", "week", "quarter", "year")


def bound(moment: datetime, unit: str, *, is_end: bool) -> datetime:
    """The first or last day, at midnight, of the unit that the moment lies in. Weeks begin on Mondays."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day - timedelta(days=day.weekday()) + timedelta(days=6 if is_end else 0)
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = day.replace(month=(day.month - 1) // size * size + 1, day=1)
    if not is_end:
        return first
    last = first.month + size - 1
    return first.replace(month=last, day=monthrange(first.year, last)[1])


def moments(sheet: Sheet) -> list[Moment]:
    """The dates and times of the input, in all readings that fit every row that has a text."""
    return sheet.memo("moments", lambda: list(_moments(sheet)))


MOST_MOMENTS, MOST_READINGS = 8, 32
_IN_TEXT = (
    (r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}", 1.6),
    (r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?", 1.6),
    (r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?: @ |, |[ T])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?", 1.8),
    (r"[A-Za-z]+ [0-9]{1,2},? [0-9]{4}", 1.8),
    (r"[0-9]{1,2}[ -][A-Za-z]+[ -][0-9]{4}", 1.8),
)


def _moments(sheet: Sheet) -> Iterator[Moment]:
    readings = (read for term in _date_texts(sheet) for read in _readings(sheet, term))
    seen: set[tuple[datetime | None, ...]] = set()
    for read in sorted(islice(readings, MOST_READINGS), key=lambda read: read.cost):
        found = tuple(read.moment(row) for row in sheet.rows)
        if found not in seen:
            seen.add(found)
            yield read
        if len(seen) >= MOST_MOMENTS:
            return


@dataclass(frozen=True)
class Cardinal(Term):
    """A text with the endings of its ordinals dropped: `May 3rd` as `May 3`."""

    source: Term

    @property
    def cost(self) -> float:
        return self.source.cost + 0.5

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        return None if text is None else re.sub(_ORDINAL, r"\1", text)

    def sql(self) -> exp.Expression:
        return call("regexp_replace", self.source.sql(), _ORDINAL, r"\1")


_ORDINAL = "([0-9])(st|nd|rd|th)"


def _date_texts(sheet: Sheet) -> Iterator[Term]:
    columns = sheet.filled()
    yield from (Cardinal(one) if any(re.search(_ORDINAL, text or "") for text in sheet.texts(one)) else one for one in columns)
    for column in columns:
        for pattern, weight in _IN_TEXT:
            yield Extract(column, pattern, 0, weight)
            yield ExtractNth(column, pattern, 2, weight)
    yield from fields(sheet)


def _readings(sheet: Sheet, term: Term) -> Iterator[Moment]:
    texts = [text for text in sheet.texts(term) if text and text.strip()]
    if not texts or len(texts) * 2 < len(sheet.rows):
        return
    for rank, forms in enumerate(formats_of_all(texts)):
        yield Read(term, forms, 0.2 * rank)
    if all(re.fullmatch("[0-9]{1,2}", text) and int(text) < 24 for text in texts):
        yield Read(term, ("%H",), 0.8)
    if all(re.fullmatch("[0-9]{1,2}", text) and 1 <= int(text) <= 12 for text in texts):
        yield Read(term, ("%m",), 0.8)
    if all(re.fullmatch("[0-9]{1,2}[0-5][0-9]", text) and int(text) < 2400 for text in texts):
        yield Read(Padded(term, 4, "0", True) if any(len(text) < 4 for text in texts) else term, ("%H%M",), 0.4)
    for size, unit in ((1, "second"), (1000, "millisecond")):
        if all(re.fullmatch("[0-9]+", text) and 100_000_000 <= int(text) / size < 5_000_000_000 for text in texts):
            yield Epoch(term, unit)
    if all(re.fullmatch("[0-9]{5}", text) and 20_000 <= int(text) < 75_000 for text in texts):
        yield Epoch(term, "day")
