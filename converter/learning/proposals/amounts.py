"""Cells that are numbers: rounded to steps, the nearest or the bounds of the step that a number lies in."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from converter.learning.bank import Entry
from converter.learning.expressions import numbers as arithmetic
from converter.learning.nodes import Node
from converter.learning.proposals.goal import Goal

# Steps that people round to, the likeliest first.
_STEPS = tuple(
    Decimal(text)
    for text in [
        "1",
        "10",
        "100",
        "1000",
        "0.1",
        "0.01",
        "5",
        "50",
        "0.5",
        "0.05",
        "0.25",
        "20",
        "25",
        "15",
        "500",
        "10000",
        "100000",
        "0.001",
        "250",
        "2",
        "30",
        "60",
        "0.2",
    ]
)


def stepped(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Numbers rounded, down or up to a step, and as far from it as all rows agree."""
    numeric = goal.numeric
    if numeric is None or not numeric.formats:
        return
    wanted = [(at, numeric.values[at]) for at in goal.places]
    if len(wanted) < 2 or any(value is None for _, value in wanted):
        return
    for entry in (*goal.bank.numbers, *goal.bank.extracted_numbers):
        pairs = [(entry.values[at], value) for at, value in wanted]
        if any(mine is None for mine, _ in pairs) or len({mine for mine, _ in pairs}) < 2:
            continue
        for node, cost in _rounded(entry, pairs):  # type: ignore[arg-type]
            for format in numeric.formats:
                yield goal.written(node, format), cost


def _rounded(entry: Entry, pairs: Sequence[tuple[Decimal, Decimal]]) -> Iterator[tuple[Node, float]]:
    found = 0
    for rank, step in enumerate(_STEPS):
        if not any(mine % step for mine, _ in pairs) or len({wanted % step for _, wanted in pairs if wanted >= 0}) > 1:
            continue
        for name, penalty in arithmetic.ROUNDINGS:
            function = arithmetic.rounded_to(name, step)
            offsets = {wanted - function.compute(mine) for mine, wanted in pairs}
            if len(offsets) != 1:
                continue
            offset = offsets.pop()
            if abs(offset) > step or (offset and name in ("nearest", "away", "toward")):
                continue
            node = function(entry.node)
            yield (arithmetic.shifted(node, offset, 1.0) if offset else node), 0.12 * rank + penalty + (1.0 if offset else 0.0)
            found += 1
            break
        if found > 2:
            return


__all__ = ["stepped"]
