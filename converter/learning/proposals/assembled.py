"""Dates and times that stand in columns of their own for year, month, day, hour, minute and second."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from converter.learning.bank import Entry
from converter.learning.kinds import Kind, Value
from converter.learning.names import name_cost
from converter.learning.nodes import Constant, Function, Node
from converter.learning.proposals.goal import Goal
from converter.learning.values import moments

_UNITS = ("year", "month", "day", "hour", "minute", "second")
_CODES = {"%H": "hour", "%-H": "hour", "%I": "hour", "%M": "minute", "%-M": "minute", "%S": "second", "%-S": "second"}
LONGEST = 4
"""The digits of a year."""


def assembled(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The cells' moments made of columns that hold one unit each."""
    formats = moments.output_formats(list(dict.fromkeys(goal.cells))[:12]) if goal.cells else []
    if not formats:
        return
    entries = [entry for entry in goal.bank.texts if _is_whole([entry.values[at] for at in goal.places])]
    if len(entries) < 2:
        return
    for format in formats[:4]:
        shown = [format.read(goal.target[at] or "") for at in goal.places]
        clock = {unit for code, unit in _CODES.items() if code in format.format}
        units = _UNITS if clock else _UNITS[:3]
        found = [_column(goal, entries, unit, shown, needed=unit in _UNITS[:3] or unit in clock) for unit in units]
        picked = [node for node in found if node is not None]
        if len(picked) < len(units):
            continue
        kind = Kind.TIMESTAMP if clock else Kind.DATE
        yield moments.written(format.format, kind)(_made(len(units))(*picked)), format.cost


def _is_whole(values: Sequence[Value]) -> bool:
    return all(isinstance(value, str) and value.isdigit() and len(value) <= LONGEST for value in values)


def _column(goal: Goal, entries: Sequence[Entry], unit: str, shown: Sequence[datetime | None], *, needed: bool) -> Node | None:
    """The column that holds the unit, the one whose name says so first; zero where none is needed."""
    wanted = [getattr(moment, unit) if moment is not None else None for moment in shown]
    if not needed:
        return Constant("0")
    held = [entry for entry in entries if [int(str(entry.values[at])) for at in goal.places] == wanted]
    return min(held, key=lambda entry: name_cost(unit, entry.node)).node if held else None


@cache
def _made(count: int) -> Function:
    parts = "{0} || '-' || {1} || '-' || {2}" + " || ' ' || {3} || ':' || {4} || ':' || {5}" * (count > 3)
    kind = Kind.DATE if count == 3 else Kind.TIMESTAMP

    def compute(*texts: Value) -> datetime | None:
        try:
            return datetime(*(int(str(text)) for text in texts))  # type: ignore[arg-type]
        except ValueError:
            return None

    # Each column is one unit of the moment: together they are one idea, whatever their number.
    return Function("assembled", kind, f"TRY_CAST({parts} AS {kind.name})", compute, 1.0, (count,))
