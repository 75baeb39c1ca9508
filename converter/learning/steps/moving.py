"""Averages and sums of the last few rows, or of those around a row: what smooths a series."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from converter.learning.around import Around
from converter.learning.bank import Entry
from converter.learning.nodes import Node
from converter.learning.proposals.goal import Goal
from converter.learning.steps.windows import WindowFunction

LONGEST = 12
MOST_NUMBERS = 8
_USUAL = {2: 0.4, 3: 0.0, 4: 0.6, 5: 0.4, 6: 0.6, 7: 0.0, 12: 0.2}
"""How many rows people take, and what each costs; other numbers cost more."""
_UNUSUAL = 1.2
_COMPLETE, _CENTRED = 0.5, 0.8
_COST = -2.0
"""What agrees in every row is hardly chance, however long it is to write."""
LEAST_ROWS = 4


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


_FUNCTIONS = (("avg", _mean, False), ("sum", sum, True))


def moving(name: str, before: int, after: int, *, complete: bool) -> WindowFunction:
    """The aggregate over so many rows before and after a row and its own; blank until all are there where `complete`."""
    compute, exact = next((one, exact) for known, one, exact in _FUNCTIONS if known == name)
    size = before + after + 1

    def over(values: list[Any]) -> list[Any]:
        found = []
        for at in range(len(values)):
            rows = values[max(0, at - before) : at + after + 1]
            filled = [value for value in rows if value is not None]
            found.append(compute(filled) if filled and (not complete or len(filled) == size) else None)
        return found

    frame = f"{name} {before} {after}{' complete' if complete else ''}"
    return WindowFunction(frame, f"{name}({{0}})", over, None, 2.0, exact=exact, frame=(before, after), complete=complete)


def averages(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Moving averages and sums of the numbers that are the column's, within each way to part the rows."""
    numeric = goal.numeric
    if numeric is None or goal.bank.frame.size < LEAST_ROWS:
        return
    for around in Around.all(goal.bank)[:1]:
        for partition in around.partitions:
            keys = list(zip(*(goal.bank.frame.values(one) for one in partition), strict=True)) or [()] * goal.bank.frame.size
            series: dict[tuple[Any, ...], list[int]] = {}
            for at, key in enumerate(keys):
                series.setdefault(key, []).append(at)
            longest = max(map(len, series.values()))
            for entry in [one for one in goal.bank.numbers if None not in one.values][:MOST_NUMBERS]:
                for before, after in _spans(longest):
                    for complete in (False, True):
                        for name, _, _ in _FUNCTIONS:
                            if not _begins(entry, series, numeric.values, name, before, after, complete):
                                continue
                            node = around.window(moving(name, before, after, complete=complete), entry.node, partition)
                            size = before + after + 1
                            extra = _USUAL.get(size, _UNUSUAL) + _COMPLETE * complete + _CENTRED * bool(after) + _COST
                            for format in numeric.formats[:2]:
                                yield goal.written(node, format), extra


def _spans(longest: int) -> Iterator[tuple[int, int]]:
    # Where no rows are left behind, all that came are summed.
    for size in range(2, min(LONGEST, longest - 1) + 1):
        yield size - 1, 0
        if size % 2:
            yield size // 2, size // 2


def _begins(
    entry: Entry,
    series: dict[tuple[Any, ...], list[int]],
    wanted: Sequence[Decimal | None],
    name: str,
    before: int,
    after: int,
    complete: bool,
) -> bool:
    """Whether the numbers are so, roughly; most ways fail at the first rows."""
    size, several = before + after + 1, False
    for rows in series.values():
        for place, at in enumerate(rows):
            mine = [entry.floats[one] for one in rows[max(0, place - before) : place + after + 1]]
            filled = [value for value in mine if value is not None]
            there = bool(filled) and (not complete or len(filled) == size)
            value = wanted[at]
            if there != (value is not None):
                return False
            if value is None:
                continue
            several = several or len(filled) > 1
            made = math.fsum(filled)
            if abs((made / len(filled) if name == "avg" else made) - float(value)) > _NEAR + abs(made) * _NEAR_SHARE:
                return False
    return several


_NEAR, _NEAR_SHARE = 0.5000001, 1e-9
