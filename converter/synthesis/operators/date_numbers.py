"""Numbers that dates and times give: their parts, and how long it is from one to another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from sqlglot import exp

from converter.synthesis.operators.moments import Moment, moments
from converter.synthesis.operators.numbers import Number
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import call
from converter.table import Row

PARTS = {"year": "Yy", "month": "mbBj", "day": "dj", "hour": "HI", "minute": "M", "second": "S"}
"""Parts of a date or time, and the strptime codes that tell them."""
_SECONDS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}


@dataclass(frozen=True)
class Part(Number):
    """A part of a moment as a number."""

    source: Moment
    unit: str

    @property
    def cost(self) -> float:
        return self.source.cost + 0.6

    @property
    def inner(self) -> Moment:
        return self.source

    @property
    def places(self) -> int:
        return 0

    def number(self, row: Row) -> Decimal | None:
        moment = self.source.moment(row)
        return None if moment is None else Decimal(getattr(moment, self.unit))

    def sql(self) -> exp.Expression:
        return call(self.unit, self.source.sql())


@dataclass(frozen=True)
class Elapsed(Number):
    """How many whole units it is from one moment to another, a part of one not counted."""

    start: Moment
    end: Moment
    unit: str

    @property
    def cost(self) -> float:
        return self.start.cost + self.end.cost + 0.8

    @property
    def places(self) -> int:
        return 0

    def number(self, row: Row) -> Decimal | None:
        start, end = self.start.moment(row), self.end.moment(row)
        if start is None or end is None:
            return None
        if self.unit in _SECONDS:
            return Decimal(int((end - start).total_seconds() / _SECONDS[self.unit]))
        first, last = min(start, end), max(start, end)
        months = (
            (last.year - first.year) * 12 + last.month - first.month - ((last.day, last.time()) < (first.day, first.time()))
        )
        whole = months if self.unit == "month" else months // 12
        return Decimal(whole if end >= start else -whole)

    def sql(self) -> exp.Expression:
        return call("date_sub", self.unit, self.start.sql(), self.end.sql())


def date_numbers(sheet: Sheet) -> Iterator[Number]:
    """Parts of the input's dates and times, and the time between each two of one kind."""
    found = [moment for moment in moments(sheet) if not moment.is_doubtful and not _is_number(sheet, moment)][:4]
    for moment in found:
        for unit, codes in PARTS.items():
            if moment.codes & set(codes):
                yield Part(moment, unit)
    for start, end in permutations(found, 2):
        if start.codes != end.codes:
            continue
        if start.codes & set("dj"):
            yield from (Elapsed(start, end, unit) for unit in ("day", "month", "year"))
        if start.codes & set("HI"):
            yield from (Elapsed(start, end, unit) for unit in ("hour", "minute", "second"))


def _is_number(sheet: Sheet, moment: Moment) -> bool:
    """Whether the moment is read from digits alone, which are likelier a number."""
    source = getattr(moment, "source", None)
    return source is None or all(re.fullmatch(r"[0-9.]*", text or "") for text in sheet.texts(source))
