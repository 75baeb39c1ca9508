"""Spans between two values that a moment or a number lies in: `9:00-10:00`, `10-20`, told by both ends in one format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.operators.casing import lower
from converter.synthesis.operators.dates import format_cost, written
from converter.synthesis.operators.moments import Bucket, Moment, floored, interval, moments
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
    for hour in ("%-I", "%I") if half else ("%-H", "%H", "%-I", "%I"):
        term = TimeSpan(start, width, hour + minutes + half_form, between, how, oddness)
        if all(term.value(row) == text for row, text in zip(sheet.rows, texts, strict=True)):
            yield term
            return
