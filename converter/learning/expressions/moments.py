"""Arithmetic of dates and timestamps."""

from datetime import datetime, timedelta
from decimal import Decimal

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal
from converter.learning.values.moments import write

NUMBER = Kind.NUMBER


def days_later(days: int, kind: Kind) -> Function:
    """So many days later, or earlier."""
    template = f"{{0}} {'+' if days >= 0 else '-'} {abs(days)}" if kind is Kind.DATE else f"{{0}} + INTERVAL {days} DAY"
    cost = 2.0 if days in _FAMILIAR_DAYS else 3.0
    return Function("days later", kind, template, lambda value: value + timedelta(days=days), cost, (days, kind))


_FAMILIAR_DAYS = frozenset({1, 7, 10, 14, 21, 28, 30, 45, 60, 90, 365, -1, -7, -30})


def later(seconds: int) -> Function:
    """So much later, or earlier, in the largest unit that says it in whole numbers."""
    unit, size = next((name, size) for name, size in _UNITS if seconds % size == 0)
    amount = abs(seconds) // size
    cost = 1.5 if amount == 1 else 2.0 if amount in (2, 3, 4, 5, 6, 12, 15, 24, 30) else 2.8
    template = f"{{0}} {'+' if seconds >= 0 else '-'} INTERVAL {amount} {unit}"
    return Function("later", Kind.TIMESTAMP, template, lambda value: value + timedelta(seconds=seconds), cost, (seconds,))


_UNITS = (("DAY", 86400), ("HOUR", 3600), ("MINUTE", 60), ("SECOND", 1))


def months_later(months: int, kind: Kind) -> Function:
    """So many months later, or earlier; the last day of a shorter month where it lacks the day."""
    years = months % 12 == 0
    unit, amount = ("YEAR", abs(months) // 12) if years else ("MONTH", abs(months))

    def compute(value: datetime) -> datetime:
        year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
        last = _last_day(datetime(year, month + 1, 1)).day
        return value.replace(year=year, month=month + 1, day=min(value.day, last))

    cost = 1.5 if amount in (1, 2, 3, 6) else 2.3
    template = f"{{0}} {'+' if months >= 0 else '-'} INTERVAL {amount} {unit}"
    if kind is Kind.DATE:
        template = f"CAST({template} AS DATE)"
    return Function("months later", kind, template, compute, cost, (months, kind))


def bucket(seconds: int) -> Function:
    """The beginning of the span of so many seconds, counted from midnight, that the moment lies in."""
    unit, size = next((name, size) for name, size in _UNITS if seconds % size == 0)

    def compute(value: datetime) -> datetime:
        into = (value.hour * 3600 + value.minute * 60 + value.second) % seconds
        return value.replace(microsecond=0) - timedelta(seconds=into)

    template = f"time_bucket(INTERVAL {seconds // size} {unit}, {{0}})"
    if seconds in (3600, 86400, 60):
        template = f"date_trunc('{unit.lower()}', {{0}})"
    return Function("bucket", Kind.TIMESTAMP, template, compute, 1.2, (seconds,))


def _days(one: datetime, other: datetime) -> Decimal:
    return Decimal((other.date() - one.date()).days)


def _seconds(one: datetime, other: datetime) -> Decimal:
    span = other - one
    return Decimal(span.days * 86400 + span.seconds)


DAYS_BETWEEN = Function("days between", NUMBER, "date_diff('day', {0}, {1})", _days, 1.2, counts=True)
SECONDS_BETWEEN = Function("seconds between", NUMBER, "date_diff('second', {0}, {1})", _seconds, 1.2, counts=True)


def _full_months(one: datetime, other: datetime) -> int:
    months = (other.year - one.year) * 12 + other.month - one.month
    first, second = (one.day, one.time()), (other.day, other.time())
    if other >= one:
        return months - (second < first and not one.day > other.day == _last_day(other).day)
    return months + (second > first)


EPOCH = Function("epoch", NUMBER, "epoch({0})", lambda value: _seconds(datetime(1970, 1, 1), value), 1.5)
FULL_YEARS = Function(
    "full years between",
    NUMBER,
    "date_sub('year', {0}, {1})",
    lambda one, other: Decimal(int(_full_months(one, other) / 12)),
    1.3,
)
FULL_MONTHS = Function(
    "full months between", NUMBER, "date_sub('month', {0}, {1})", lambda one, other: Decimal(_full_months(one, other)), 1.5
)
MONTHS_BETWEEN = Function(
    "months between",
    NUMBER,
    "date_diff('month', {0}, {1})",
    lambda one, other: Decimal((other.year - one.year) * 12 + other.month - one.month),
    1.5,
)
YEARS_BETWEEN = Function(
    "years between", NUMBER, "date_diff('year', {0}, {1})", lambda one, other: Decimal(other.year - one.year), 1.6
)
DAY = Function(
    "date of", Kind.DATE, "CAST({0} AS DATE)", lambda value: value.replace(hour=0, minute=0, second=0, microsecond=0), 0.5
)
MONTH_START = Function(
    "month start", Kind.DATE, "date_trunc('month', {0})", lambda value: datetime(value.year, value.month, 1), 1.0
)


def _last_day(value: datetime) -> datetime:
    following = value.replace(day=28, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=4)
    return following - timedelta(days=following.day)


MONTH_END = Function("month end", Kind.DATE, "last_day({0})", _last_day, 1.2)

_PARTS = {
    "year": lambda v: v.year,
    "month": lambda v: v.month,
    "day": lambda v: v.day,
    "quarter": lambda v: (v.month - 1) // 3 + 1,
    "isodow": lambda v: v.isoweekday(),
    "week": lambda v: v.isocalendar()[1],
    "hour": lambda v: v.hour,
    "minute": lambda v: v.minute,
}
PARTS = tuple(
    Function("part", NUMBER, f"date_part('{name}', {{0}})", lambda value, part=part: Decimal(part(value)), 1.0, (name,))
    for name, part in _PARTS.items()
)


IS_WEEKEND = Function("is weekend", Kind.BOOLEAN, "date_part('isodow', {0}) >= 6", lambda value: value.isoweekday() >= 6, 1.0)
IS_WORKING_DAY = Function(
    "is working day", Kind.BOOLEAN, "date_part('isodow', {0}) <= 5", lambda value: value.isoweekday() <= 5, 1.0
)


def part_written(format: str) -> Function:
    """A part of a date as text, such as its year or the name of its month."""
    return Function(
        "written", Kind.TEXT, f"strftime({{0}}, {literal(format)})", lambda value: write(value, format), 0.6, (format,)
    )


WRITTEN_PARTS = tuple(
    part_written(format)
    for format in (
        "%Y-%m-%d",
        "%Y-%m",
        "%Y",
        "%m",
        "%d",
        "%y",
        "%B",
        "%b",
        "%A",
        "%a",
        "%H:%M",
        "%H:%M:%S",
        "%-d",
        "%-m",
        "%H",
        "%M",
        "%Y%m%d",
        "%m/%Y",
        "%B %Y",
        "%b %Y",
        "%d.%m.%Y",
        "%m/%d/%Y",
        "%d/%m/%Y",
        "%G-W%V",
        "%GW%V",
        "W%V %G",
        "W%V/%G",
        "W%V-%G",
    )
)
AM_PM = Function("am or pm", Kind.TEXT, "lower(strftime({0}, '%p'))", lambda value: write(value, "%p").lower(), 0.4)
QUARTER = Function(
    "quarter", Kind.TEXT, "'Q' || date_part('quarter', {0})", lambda value: f"Q{(value.month - 1) // 3 + 1}", 1.0
)
DIRECTIVES = (
    "%Y",
    "%m",
    "%d",
    "%-d",
    "%-m",
    "%b",
    "%B",
    "%y",
    "%a",
    "%A",
    "%H",
    "%M",
    "%S",
    "%-H",
    "%I",
    "%-I",
    "%p",
    "%V",
    "%G",
    "%j",
    "%-M",
    "%u",
)
"""What formats are made of, each as a text of its own."""


def _ordinal_day(moment: datetime) -> str:
    ending = "th" if 10 < moment.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(moment.day % 10, "th")
    return f"{moment.day}{ending}"


ORDINAL_DAY = Function(
    "ordinal day",
    Kind.TEXT,
    "day({0}) || CASE WHEN day({0}) BETWEEN 11 AND 13 THEN 'th' "
    "ELSE ['th', 'st', 'nd', 'rd', 'th', 'th', 'th', 'th', 'th', 'th'][day({0}) % 10 + 1] END",
    _ordinal_day,
    1.0,
)
"""The day of the month as an ordinal: `1st`, `22nd`."""
