"""Spans between two values that a moment or a number lies in: `9:00-10:00`, `10-20`, told by both ends in one format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, TypeGuard

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.operators.arithmetic import Affine, Stepped, stepped
from converter.synthesis.operators.calculations import STEPS, known_numbers
from converter.synthesis.operators.casing import lower
from converter.synthesis.operators.dates import format_cost, written
from converter.synthesis.operators.moments import Bucket, Moment, floored, interval, moments
from converter.synthesis.operators.number_formats import IN_TEXT, Aim, Told
from converter.synthesis.operators.numbers import Number
from converter.synthesis.operators.times import SPANS, seconds_of
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Term, call
from converter.table import Cell, Row

_TIME = r"([0-9]{1,2})(?::([0-9]{2}))?(?::([0-9]{2}))?(?:\s?([AaPp])[Mm])?"
_TWO_TIMES = re.compile(rf"(?<![0-9:.,/]){_TIME}([^0-9:.,/]{{1,7}}?){_TIME}(?![0-9:.,/A-Za-z])", re.ASCII)
_DAY = 86400


@dataclass(frozen=True)
class TimeSpan(Term):
    """The span of time that begins at a moment, told by its two ends in one format."""

    kind: ClassVar[str] = "date"
    start: Moment
    seconds: int
    form: str
    between: str
    how: str | None
    oddness: float

    @property
    def cost(self) -> float:
        return (
            self.start.cost + 1.0 + format_cost(self.form) + 0.1 * len(self.between) + (0.6 if self.how else 0.0) + self.oddness
        )

    @property
    def origin(self) -> Moment:
        return self.start

    def value(self, row: Row) -> Cell:
        start = self.start.moment(row)
        if start is None:
            return None
        ends = (written(start, self.form), written(start + timedelta(seconds=self.seconds), self.form))
        return self.between.join(lower(end) if self.how == "lower" else end for end in ends)

    def sql(self) -> exp.Expression:
        end = exp.Add(this=self.start.sql(), expression=interval(self.seconds))
        texts = [call("strftime", moment, self.form) for moment in (self.start.sql(), end)]
        if self.how:
            texts = [call(self.how, text) for text in texts]
        return call("concat", texts[0], self.between, texts[1])


class TimeSpans(Operator):
    """Two times in the expected cells, everywhere so far apart, around or after a time of the input."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        told = [_TWO_TIMES.search(cell) for cell in target]
        matches = [match for match in told if match is not None]
        if len(matches) < len(told) or len(told) < 2 or len({match.group(5) for match in matches}) > 1:
            return
        firsts = [seconds_of(match) for match in matches]
        widths = {(_second_of_end(match) - first) % _DAY for match, first in zip(matches, firsts, strict=True)}
        if len(widths) != 1 or widths == {0}:
            return
        (width,) = widths
        for read in moments(sheet):
            if not read.codes & set("HI"):
                continue
            for start, oddness in _starts(sheet, read, firsts, width):
                yield from _told_alike(sheet, start, width, oddness, [match.group() for match in matches], matches[0].group(5))


def _second_of_end(match: re.Match[str]) -> int:
    end = re.match(_TIME, match.string[match.end(5) :])
    assert end is not None
    return seconds_of(end)


def _starts(sheet: Sheet, read: Moment, firsts: list[int], width: int) -> Iterator[tuple[Moment, float]]:
    """Programs for the spans' beginnings, each with how odd spans of this width are there."""
    found = [read.moment(row) for row in sheet.rows]
    known = [moment for moment in found if moment is not None]
    if len(known) < len(found):
        return
    if _agree(known, firsts):
        yield read, 0.3
    # An end may be told as the last minute or second before the next span.
    whole = next((width + rest for rest in (0, 60, 1) if (width + rest) % 300 == 0), 0) // 60
    for minutes in dict.fromkeys((whole, *SPANS)):
        if not minutes or 1440 % minutes:
            continue
        for offset in (0, minutes / 2):
            if offset == int(offset) and _agree([floored(one, minutes, int(offset)) for one in known], firsts):
                yield Bucket(read, minutes, int(offset)), 0.0 if minutes == whole else 1.0


def _agree(moments: list[datetime], seconds: list[int]) -> bool:
    return all(
        one.hour * 3600 + one.minute * 60 + one.second == wanted % _DAY for one, wanted in zip(moments, seconds, strict=True)
    )


def _told_alike(sheet: Sheet, start: Moment, width: int, oddness: float, texts: list[str], between: str) -> Iterator[Term]:
    """The formats in which both ends give the texts."""
    first = texts[0]
    minutes = ":%M" * (":" in first) + ":%S" * (first.count(":") > 2)
    half = re.search(r"\s?([AaPp][Mm])", first)
    half_form = half.group().replace(half.group(1), "%p") if half else ""
    how = "lower" if half and half.group(1).islower() else None
    # Of two that fit, the one that people use: 9:00 am, 09:00, 9.
    for hour in ("%-I", "%I") if half else ("%H", "%-H", "%-I", "%I") if minutes else ("%-H", "%H", "%-I", "%I"):
        term = TimeSpan(start, width, hour + minutes + half_form, between, how, oddness)
        if all(term.value(row) == text for row, text in zip(sheet.rows, texts, strict=True)):
            yield term
            return


@dataclass(frozen=True)
class NumberSpan(Term):
    """The span of numbers that begins at a number, told by its two ends in one format."""

    kind: ClassVar[str] = "number"
    start: Told
    end: Told
    between: str
    oddness: float

    @property
    def cost(self) -> float:
        return self.start.cost + 0.8 + 0.1 * len(self.between) + self.oddness

    @property
    def origin(self) -> Number:
        return self.start.source

    def value(self, row: Row) -> Cell:
        ends = (self.start.value(row), self.end.value(row))
        return None if None in ends else self.between.join(end or "" for end in ends)

    def sql(self) -> exp.Expression:
        return call("concat", self.start.sql(), self.between, self.end.sql())


class NumberSpans(Operator):
    """Two numbers in the expected cells, everywhere so far apart, around a number of the input."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        told = [[match for match in _TWO_NUMBERS.finditer(cell) if match.group(2).strip()] for cell in target]
        if len(told) < 2 or not all(told) or len({one[0].group(2) for one in told}) > 1:
            return
        matches = [one[0] for one in told]
        firsts, lasts = (Aim(tuple(match.group(at) for match in matches)) for at in (1, 3))
        widths = {last - first for first, last in zip(firsts.numbers, lasts.numbers, strict=True)}
        width = widths.pop()
        if widths or width <= 0:
            return
        for source, given in known_numbers(sheet):
            for start, oddness in _number_starts(source, given, firsts, width):
                for term in _ends_alike(start, width, firsts, lasts, matches[0].group(2), oddness):
                    if all(term.value(row) == match.group() for row, match in zip(sheet.rows, matches, strict=True)):
                        yield term


_TWO_NUMBERS = re.compile(rf"({IN_TEXT.pattern})([^0-9]{{1,5}}?)((?:(?<=\s)-)?[0-9][0-9,]*(?:\.[0-9]+)?)(?![0-9.,])", re.ASCII)


def _number_starts(source: Number, given: tuple[Decimal, ...], firsts: Aim, width: Decimal) -> Iterator[tuple[Number, float]]:
    """Programs for the spans' beginnings, each with how odd spans of this width are there."""
    unit = Decimal(1).scaleb(-max(firsts.places))
    # The usual spans are as wide as they are far apart, or end where another unit would begin the next.
    for size in dict.fromkeys((width, width + unit, *STEPS)):
        for offset in (Decimal(0), unit, size / 2):
            for mode in ("floor", "ceil"):
                back = size if mode == "ceil" else Decimal(0)
                starts = [stepped(number - offset, size, mode) + offset - back for number in given]
                if list(firsts.numbers) != starts:
                    continue
                based = Affine(source, Decimal(1), -offset) if offset else source
                multiple = Stepped(based, size, mode)
                shift = offset - back
                start = Affine(multiple, Decimal(1), shift) if shift else multiple
                yield start, (0.0 if size in (width, width + unit) else 1.0) + (0.6 if mode == "ceil" else 0.0)


def _ends_alike(start: Number, width: Decimal, firsts: Aim, lasts: Aim, between: str, oddness: float) -> Iterator[NumberSpan]:
    """Both ends in each format that their texts allow."""
    both = Aim(firsts.texts + lasts.texts)
    moved = Affine(start.source, Decimal(1), start.offset + width) if _is_shift(start) else Affine(start, Decimal(1), width)
    given = firsts.numbers + lasts.numbers
    for first, last in zip(both.told(start, given), both.told(moved, given), strict=True):
        if isinstance(first, Told) and isinstance(last, Told):
            yield NumberSpan(first, last, between, oddness)


def _is_shift(number: Number) -> TypeGuard[Affine]:
    return isinstance(number, Affine) and number.factor == 1
