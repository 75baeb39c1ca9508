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


def _days(one: datetime, other: datetime) -> Decimal:
    return Decimal((other.date() - one.date()).days)


def _seconds(one: datetime, other: datetime) -> Decimal:
    span = other - one
    return Decimal(span.days * 86400 + span.seconds)


DAYS_BETWEEN = Function("days between", NUMBER, "date_diff('day', {0}, {1})", _days, 1.2)
SECONDS_BETWEEN = Function("seconds between", NUMBER, "date_diff('second', {0}, {1})", _seconds, 1.2)
DAY = Function(
    "date of", Kind.DATE, "CAST({0} AS DATE)", lambda value: value.replace(hour=0, minute=0, second=0, microsecond=0), 0.5
)
SECONDS_OF_DAY = Function(
    "seconds of day",
    NUMBER,
    "epoch(CAST({0} AS TIME))",
    lambda value: Decimal(value.hour * 3600 + value.minute * 60 + value.second),
    1.2,
)
MONTH_START = Function(
    "month start", Kind.DATE, "date_trunc('month', {0})", lambda value: datetime(value.year, value.month, 1), 1.0
)


def _last_day(value: datetime) -> datetime:
    following = value.replace(day=28, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=4)
    return following - timedelta(days=following.day)


MONTH_END = Function("month end", Kind.DATE, "last_day({0})", _last_day, 1.2)

_PARTS = {"year": lambda v: v.year, "month": lambda v: v.month, "day": lambda v: v.day, "quarter": lambda v: (v.month - 1) // 3 + 1,
          "isodow": lambda v: v.isoweekday(), "week": lambda v: v.isocalendar()[1], "hour": lambda v: v.hour, "minute": lambda v: v.minute}  # fmt: skip
PARTS = tuple(
    Function("part", NUMBER, f"date_part('{name}', {{0}})", lambda value, part=part: Decimal(part(value)), 1.0, (name,))
    for name, part in _PARTS.items()
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
    )
)
QUARTER = Function(
    "quarter", Kind.TEXT, "'Q' || date_part('quarter', {0})", lambda value: f"Q{(value.month - 1) // 3 + 1}", 1.0
)
