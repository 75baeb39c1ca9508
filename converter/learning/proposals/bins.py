"""The stretch that a number or a time of day lies in, told by both of its ends: `40-45`, `6:00PM-6:30PM`, `51 to 75`.

Stretches part what there is: each number lies in one of them. That is likelier than ends that were rounded each by itself, or
a stretch that begins anew at each number.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from converter.learning.bank import Entry
from converter.learning.expressions import moments as dates
from converter.learning.expressions import numbers as arithmetic
from converter.learning.expressions.choices import Join
from converter.learning.kinds import Kind
from converter.learning.nodes import Constant, Node, constant_cost
from converter.learning.proposals.goal import Goal
from converter.learning.values import moment_mixes, moments
from converter.learning.values.number_formats import NumberFormat, NumericTarget, numeric_target

_ENDS = re.compile(r"(?i)(.*?\d[^-–—]*?)(\s*(?:-|–|—|\.\.|\bto\b|\bbis\b)\s*)(-?[^-–—]*\d[^-–—]*)").fullmatch
_COST = 3.0
_OFFSET = 0.8
"""The stretches do not begin at nought."""
_GAPS = 0.8
"""Between two stretches something is left out."""
_FURTHER = 0.2
_DAY = 86400
_STEPS = (3600, 1800, 7200, 900, 14400, 5400, 10800, 21600, 1200, 2700, 600, 300, 43200)
"""The seconds that stretches of a day are apart where they leave something out, the likeliest first."""
_MOST_SOURCES = 24


def bins(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Both ends of the stretch that a number or a time lies in, where all cells are stretches of one width."""
    found = [_ENDS(goal.target[at] or "") for at in goal.places]
    if len(found) < 2 or not all(found) or len({match[2] for match in found if match}) > 1:
        return
    lows, highs = ([match[at] for match in found if match] for at in (1, 3))
    mark = next(match[2] for match in found if match)
    if len(set(lows)) < 2:
        return  # One stretch alone says neither how wide all are nor what lies in them.
    yield from _of_numbers(goal, lows, highs, mark)
    yield from _of_times(goal, lows, highs, mark)


def _joined(low: Node, mark: str, high: Node, cost: float) -> tuple[Node, float]:
    return Join([low, Constant(mark), high], cost + constant_cost(mark)), 0.0


def _of_numbers(goal: Goal, lows: Sequence[str], highs: Sequence[str], mark: str) -> Iterator[tuple[Node, float]]:
    first, last = numeric_target(tuple(lows)), numeric_target(tuple(highs))
    if first is None or last is None:
        return
    ends = [(low, high) for low, high in zip(first.values, last.values, strict=True) if low is not None and high is not None]
    if len(ends) < len(lows) or len({high - low for low, high in ends}) > 1 or ends[0][1] <= ends[0][0]:
        return
    width = ends[0][1] - ends[0][0]
    formats = _formats(first, last)
    if formats is None:
        return
    unit = Decimal(1).scaleb(-(formats[0].places or 0))
    for entry in (*goal.bank.numbers, *goal.bank.extracted_numbers)[:_MOST_SOURCES]:
        pairs = [(entry.values[at], low) for at, (low, _) in zip(goal.places, ends, strict=True)]
        if not all(isinstance(value, Decimal) for value, _ in pairs) or all(value == low for value, low in pairs):
            continue
        for rank, step in enumerate((width, width + unit)):
            offsets = {low % step for _, low in pairs}
            if len(offsets) > 1 or any((value - low) // step for value, low in pairs):  # type: ignore[operator]
                continue
            offset = offsets.pop()
            start: Node = arithmetic.rounded_to("down", step)(
                arithmetic.shifted(entry.node, -offset, 0.5) if offset else entry.node
            )
            end = arithmetic.shifted(start, offset + width, 0.5)
            start = arithmetic.shifted(start, offset, 0.5) if offset else start
            cost = entry.node.cost + _COST + _FURTHER * rank + _OFFSET * bool(offset)
            yield _joined(goal.written(start, formats[0]), mark, goal.written(end, formats[1]), cost)


def _formats(first: NumericTarget, last: NumericTarget) -> tuple[NumberFormat, NumberFormat] | None:
    """How both ends are written, alike where they can be."""
    if not first.formats or not last.formats:
        return None
    shared = [format for format in first.formats if format in last.formats]
    likeliest = min(shared, key=lambda format: format.cost, default=None)
    return (likeliest, likeliest) if likeliest is not None else (first.formats[0], last.formats[0])


def _of_times(goal: Goal, lows: Sequence[str], highs: Sequence[str], mark: str) -> Iterator[tuple[Node, float]]:
    cells = [*lows, *highs]
    for format in moments.written_as(moment_mixes.clock_formats(cells, hours=True), cells)[:1]:
        starts = [_seconds(format.read(low)) for low in lows]
        widths = {(_seconds(format.read(high)) - start) % _DAY for high, start in zip(highs, starts, strict=True)}
        if len(widths) > 1 or widths == {0}:
            return
        width = widths.pop()
        resolution = 1 if "%S" in format.format else 60 if "%M" in format.format else 3600
        written = moments.written(format.format, Kind.TIMESTAMP)
        steps = list(dict.fromkeys((width, width + resolution, *(step for step in _STEPS if step > width))))
        for entry in (*goal.bank.moments, *goal.bank.clocks, *goal.bank.embedded_moments)[:_MOST_SOURCES]:
            if entry.node.kind is not Kind.TIMESTAMP:
                continue
            for node, offset, cost in _starts(entry, goal.places, starts, steps):
                start = dates.later(offset)(node) if offset else node
                yield _joined(written(start), mark, written(dates.later(offset + width)(node)), cost)


def _starts(
    entry: Entry, places: Sequence[int], starts: Sequence[int], steps: Sequence[int]
) -> Iterator[tuple[Node, int, float]]:
    """The beginnings of the stretches that the entry's times lie in, and how much later than these they begin."""
    times = [_seconds(value) if isinstance(value, datetime) else None for value in (entry.values[at] for at in places)]
    pairs = [(time, start) for time, start in zip(times, starts, strict=True) if time is not None]
    if len(pairs) < len(starts) or all(time == start for time, start in pairs):
        return
    for rank, step in enumerate(steps):
        offsets = {start % step for _, start in pairs}
        if _DAY % step or len(offsets) > 1 or any((time - start) % _DAY >= step for time, start in pairs):
            continue
        offset = offsets.pop()
        node = dates.bucket(step)(dates.later(-offset)(entry.node) if offset else entry.node)
        cost = entry.node.cost + _COST + _FURTHER * rank + _OFFSET * bool(offset) + _GAPS * (rank > 1)
        yield node, offset, cost


def _seconds(moment: datetime | None) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second if moment is not None else 0
