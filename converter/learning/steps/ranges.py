"""A row for each day, month or number of a range: leave from one day to another, a fee for each month, a label for each serial.

The range goes from one column to another, or from a column on for as many as a number says.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlglot import exp, parse_one

from converter.learning.bank import Entry, Relation
from converter.learning.kinds import Column, Kind, Value
from converter.learning.nodes import ColumnRef
from converter.learning.query import Table
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal

_COST = 2.0
_OPEN = 0.6
"""The last of a range is mostly in it; nights of a stay have the day of departure left out."""
MOST_MOMENTS, MOST_NUMBERS, MOST_ROWS, MOST_PLANS = 5, 8, 5000, 3
MOST_TIMES = 3
"""Of a range's days a condition may leave some out, such as weekends: so many times the rows wanted there may be."""
_DAY, _MONTH = "day", "month"


@dataclass(frozen=True)
class _Unit:
    """What a range is counted in: how many lie between two values, the value at a place, each with its SQL."""

    name: str
    kind: Kind
    between: Callable[[Any, Any], int]
    between_sql: str
    value: Callable[[Any, int], Value]
    value_sql: str


def _months(one: datetime, other: datetime) -> int:
    return (other.year - one.year) * 12 + other.month - one.month


def _month_at(start: datetime, place: int) -> datetime:
    count = start.year * 12 + start.month - 1 + place
    return datetime(count // 12, count % 12 + 1, 1)


DAYS = _Unit(
    _DAY,
    Kind.DATE,
    lambda one, other: (other - one).days,
    "date_diff('day', {0}, {1})",
    lambda start, place: start + timedelta(days=place),
    "{0} + CAST(place - 1 AS INTEGER)",
)
MONTHS = _Unit(
    _MONTH,
    Kind.DATE,
    _months,
    "date_diff('month', {0}, {1})",
    _month_at,
    "CAST(date_trunc('month', {0}) + to_months(CAST(place - 1 AS INTEGER)) AS DATE)",
)
NUMBERS = _Unit(
    "number",
    Kind.NUMBER,
    lambda one, other: int(other - one),
    "CAST({1} - {0} AS BIGINT)",
    lambda start, place: start + place,
    "CAST({0} AS BIGINT) + place - 1",
)


def ranges(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """The plans with a row for each of the range's members, the likeliest first: those that make as many as are wanted."""
    size = plan.frame.size
    if goal.size <= size or goal.size > MOST_ROWS or plan.query.group:
        return
    found = [made for made in _all(plan) if goal.size <= made[0] <= MOST_TIMES * goal.size]
    exact = [made for made in found if made[0] == goal.size]
    for _, _, make in sorted(exact or found[:1], key=lambda one: one[1])[:MOST_PLANS]:
        yield make()


def _all(plan: Plan) -> Iterator[tuple[int, float, Callable[[], Plan]]]:
    """Each way to make ranges: how many rows it makes, its cost, and what makes the plan."""
    bank = plan.bank
    dates = [entry for entry in bank.moments if entry.node.kind is Kind.DATE and not entry.node.looks_around][:MOST_MOMENTS]
    whole = [entry for entry in bank.numbers if not any(value is not None and value % 1 for value in entry.values)]  # type: ignore[operator]
    whole = whole[:MOST_NUMBERS]
    for entries, units in ((dates, (DAYS, MONTHS)), (whole, (NUMBERS,))):
        for start in entries:
            for end in entries:
                if start is end or start.node.sources == end.node.sources:
                    continue
                for unit in units:
                    for last in (1, 0):
                        counts = [
                            0 if None in pair else max(0, unit.between(*pair) + last)
                            for pair in zip(start.values, end.values, strict=True)
                        ]
                        text = f"{_sql(unit.between_sql, start, end)}{' + 1' if last else ''}"
                        yield _way(plan, start, unit, counts, text, _OPEN * (not last))
    for start in dates:
        for number in whole:
            counts = [int(value) if isinstance(value, Decimal) and value > 0 else 0 for value in number.values]
            for unit in (MONTHS, DAYS):
                yield _way(plan, start, unit, counts, _sql("CAST({0} AS BIGINT)", number), _OPEN * (unit is DAYS))


def _sql(template: str, *entries: Entry) -> str:
    return template.format(*(entry.node.sql().sql(dialect="duckdb") for entry in entries))


def _way(
    plan: Plan, start: Entry, unit: _Unit, counts: list[int], count: str, cost: float
) -> tuple[int, float, Callable[[], Plan]]:
    total = sum(counts)
    return total, cost, lambda: _made(plan, start, unit, counts, count, cost)


def _made(plan: Plan, start: Entry, unit: _Unit, counts: list[int], count: str, cost: float) -> Plan:
    frame = plan.frame
    rows = [(at, place) for at, many in enumerate(counts) for place in range(many)]
    name = next(one for one in (unit.name, f"{unit.name}_", f"each_{unit.name}", "_each") if one not in frame.names)
    columns: list[Column] = [tuple(column[at] for at, _ in rows) for column in frame.columns]
    columns.append(tuple(Decimal(place + 1) for _, place in rows))
    columns.append(tuple(unit.value(start.values[at], place) for at, place in rows))
    refs = (*frame.refs[: len(frame.names)], ColumnRef("place", kind=Kind.NUMBER), ColumnRef(name, kind=unit.kind))
    made = Relation((*frame.names, "place", name), columns, refs)
    made.copied = tuple(at for at, _ in rows)
    inner = f"SELECT *, unnest(range(1, {count} + 1)) AS place FROM {plan.query.relation}"
    text = f'SELECT *, {_sql(unit.value_sql, start)} AS "{name}" FROM ({inner})'
    tree = parse_one(text, into=exp.Select, dialect="duckdb")
    return Plan(made, plan.query.over(Table("each", tree, renumbers=True)), plan.cost + _COST + cost, (*plan.steps, "ranges"))
