"""Moments so much later or earlier as another column of the row says: due after the days agreed, over when its time is up."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from converter.learning.bank import Entry
from converter.learning.expressions import numbers as arithmetic
from converter.learning.expressions.moments import months_later
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, Constant, Function, Node
from converter.learning.proposals.goal import Goal
from converter.learning.values import moment_mixes, moments
from converter.learning.values.moments import MomentFormat

MOST_MOMENTS, MOST_AMOUNTS, MOST_FORMATS = 6, 24, 3
LEAST_AMOUNTS = 2
"""So many different amounts have to be seen: one and the same is rather a constant."""
_COST = 1.4
_COUNTED_FROM_ONE = 0.8
"""The first day, week or month is the beginning itself."""


@dataclass(frozen=True)
class _Unit:
    """What a number counts: how it moves a moment, and the SQL of the interval."""

    name: str
    sql: str
    moved: Callable[[datetime, Decimal], datetime]
    cost: float = 0.0
    days: int = 0
    """So many days, where it is days that are counted."""
    whole: bool = True
    stays_date: bool = False
    """Whether a date so much later is a date."""


def _by(**unit: int) -> Callable[[datetime, Decimal], datetime]:
    size = timedelta(**unit)
    return lambda moment, many: moment + timedelta(seconds=float(many * Decimal(size.total_seconds())))


def _by_months(size: int) -> Callable[[datetime, Decimal], datetime]:
    return lambda moment, many: months_later(int(many) * size, Kind.TIMESTAMP).compute(moment)


_SECONDS = _Unit("second", "to_seconds({1})", _by(seconds=1), 0.4, whole=False)
_UNITS = (
    _Unit("day", "to_days(CAST({1} AS INTEGER))", _by(days=1), 0.0, 1, stays_date=True),
    _Unit("month", "to_months(CAST({1} AS INTEGER))", _by_months(1), 0.3, stays_date=True),
    _Unit("minute", "to_minutes(CAST({1} AS BIGINT))", _by(minutes=1), 0.2),
    _Unit("week", "to_days(CAST({1} AS INTEGER) * 7)", _by(days=7), 0.3, 7, stays_date=True),
    _Unit("hour", "to_hours(CAST({1} AS BIGINT))", _by(hours=1), 0.3),
    _Unit("year", "to_years(CAST({1} AS INTEGER))", _by_months(12), 0.4, stays_date=True),
    _Unit("part of an hour", "to_seconds({1} * 3600)", _by(hours=1), 0.6, whole=False),
    _Unit("part of a minute", "to_seconds({1} * 60)", _by(minutes=1), 0.8, whole=False),
    _SECONDS,
)


def later_by_amounts(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Each moment of the row, later or earlier by each number and span of time of it, where that gives all cells."""
    cells = list(dict.fromkeys(goal.cells))
    if len(cells) < LEAST_AMOUNTS:
        return
    formats = moments.output_formats(cells[:12])[:MOST_FORMATS]
    clocks = [] if formats else moments.written_as(moment_mixes.clock_formats(cells, hours=True), cells)[:1]
    if not formats and not clocks:
        return
    bank = goal.bank
    begun = [*bank.moments, *(bank.clocks if clocks else bank.embedded_moments)][:MOST_MOMENTS]
    spans = [(entry, (_SECONDS,)) for entry in bank.spans_read]
    dates = frozenset[str]().union(*(entry.node.sources for entry in bank.moments))
    numbers = [entry for entry in (*bank.numbers, *bank.extracted_numbers) if not entry.node.sources & dates]
    counts = [(entry, _UNITS) for entry in numbers[:MOST_AMOUNTS]]
    for format in (*formats, *clocks):
        for entry in begun:
            for amount, units in (*spans, *counts):
                if not entry.node.sources & amount.node.sources:
                    yield from _moved(goal, entry, amount, units, format)


def _moved(
    goal: Goal, entry: Entry, amount: Entry, units: Sequence[_Unit], format: MomentFormat
) -> Iterator[tuple[Node, float]]:
    rows = [
        (value, many, goal.target[at])
        for at in goal.places
        if isinstance(value := entry.values[at], datetime) and isinstance(many := amount.values[at], Decimal)
    ]
    if len({many for _, many, _ in rows}) < LEAST_AMOUNTS or 2 * len(rows) < len(goal.places):
        return
    if format.kind is Kind.DATE and len({_days(format.read(text or ""), value) for value, _, text in rows}) < LEAST_AMOUNTS:
        return
    if format.kind is Kind.DATE and entry.node.kind is Kind.DATE:
        units = [unit for unit in units if unit.stays_date]
    are_whole = all(many == many.to_integral() for _, many, _ in rows)
    for unit in units:
        if unit.whole and not are_whole:
            continue
        for sign in (1, -1):
            for first in (0, 1) if unit.stays_date and sign > 0 else (0,):
                if all(_shows(unit, value, sign * (many - first), format, text) for value, many, text in rows):
                    counted = arithmetic.SUBTRACT(amount.node, Constant(Decimal(1), Kind.NUMBER)) if first else amount.node
                    node = _later(unit, sign, entry.node, counted)
                    yield moments.written(format.format, node.kind)(node), format.cost + first * _COUNTED_FROM_ONE
                    return


def _days(shown: datetime | None, value: datetime) -> int | None:
    return None if shown is None else (shown.date() - value.date()).days


def _shows(unit: _Unit, moment: datetime, many: Decimal, format: MomentFormat, text: str | None) -> bool:
    try:
        return moments.write(unit.moved(moment, many), format.format).casefold() == (text or "").casefold()
    except (OverflowError, ValueError):
        return False


def _later(unit: _Unit, sign: int, moment: Node, amount: Node) -> Node:
    """The moment so much later. A date stays one where days are counted; what SQL reads as an interval stays that."""
    mark = "+" if sign > 0 else "-"
    is_date = moment.kind is Kind.DATE and unit.stays_date
    template = f"{{0}} {mark} {unit.sql}"
    if is_date:
        days = "CAST({1} AS INTEGER)" + (f" * {unit.days}" if unit.days > 1 else "")
        template = f"{{0}} {mark} {days}" if unit.days else f"CAST({template} AS DATE)"
    read: Callable[[Decimal], Decimal] | None = None
    if unit is _SECONDS and isinstance(amount, Apply) and amount.function.name == "seconds of h:mm":
        template, read, (amount,) = f"{{0}} {mark} TRY_CAST({{1}} AS INTERVAL)", amount.function.compute, amount.parts

    def compute(value: datetime, many: Decimal) -> datetime | None:
        counted = read(many) if read is not None else many
        try:
            return unit.moved(value, sign * counted) if counted is not None else None
        except (OverflowError, ValueError):
            return None

    parameters = (unit.name, sign, is_date, read is not None)
    kind = Kind.DATE if is_date else Kind.TIMESTAMP
    return Function("later by", kind, template, compute, _COST + unit.cost, parameters)(moment, amount)
