"""Cells that are spans of time, as `1h 30m` and `2:05`, written from a span or a number of seconds, minutes or hours."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from converter.learning.bank import Entry
from converter.learning.expressions import numbers as arithmetic
from converter.learning.nodes import Node
from converter.learning.proposals.closeness import agree
from converter.learning.proposals.goal import Goal
from converter.learning.values import durations

_SECONDS = (Decimal(1), Decimal(60), Decimal(3600), Decimal("0.001"))
"""The seconds of what numbers of time count: seconds, minutes, hours, milliseconds."""


def written(goal: Goal, entries: Sequence[Entry]) -> Iterator[tuple[Node, float]]:
    """The entries as spans, in the ways in which the cells are written."""
    for function, seconds in durations.writers(goal.cells):
        by_place = dict(zip(goal.places, seconds, strict=False))
        values = [by_place.get(at) for at in range(goal.size)]
        for entry in entries:
            factor = next((one for one in _SECONDS if agree(entry, values, 60 if one >= 1 else 1, one)), None)
            if factor is not None:
                node = entry.node if factor == 1 else arithmetic.scaled(entry.node, factor, 1.0)
                yield function(node), 0.0
                if factor < 1:
                    yield function(arithmetic.WHOLE(node)), 0.0
