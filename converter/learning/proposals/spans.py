"""Cells that are spans of time, as `1h 30m` and `2:05`, written from a span or a number of seconds, minutes or hours."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from converter.learning.bank import Bank, Entry
from converter.learning.expressions import numbers as arithmetic
from converter.learning.nodes import Node
from converter.learning.proposals.closeness import agree
from converter.learning.proposals.goal import Goal
from converter.learning.values import durations

_SECONDS = (Decimal(1), Decimal(60), Decimal(3600), Decimal("0.001"))
"""The seconds of what numbers of time count: seconds, minutes, hours, milliseconds."""

MOST_PACED, MOST_DIVIDED = 4, 8
"""So many spans, and so many numbers of time, are divided by so many numbers."""
MOST_ADDED = 12


def made(bank: Bank) -> list[Entry]:
    """Spans that are computed: for each of a number (minutes a kilometre), and those of neighbouring columns added up."""
    numbers = bank.numbers[:MOST_DIVIDED]
    timed = [*bank.spans_read[:MOST_PACED], *numbers]
    paces = [arithmetic.DIVIDE(one.node, other.node) for one in timed for other in numbers if _differ(one, other)]
    return [bank.made(node) for node in (*paces, *_added(bank.spans_read[:MOST_ADDED]))]


def _added(spans: Sequence[Entry]) -> Iterator[Node]:
    """Sums of the spans of neighbouring columns; where these can be minutes or hours, all are the same where they can."""
    for name in sorted({_reader(one) for one in spans}):
        alike = {one.node.sources: one for one in reversed(spans)}
        alike.update((one.node.sources, one) for one in spans if _reader(one) == name)
        chain = [one for one in spans if alike[one.node.sources] is one]
        for first in range(len(chain)):
            total = chain[first].node
            for following in chain[first + 1 :]:
                total = arithmetic.ADD(total, following.node)
                yield total


def _reader(entry: Entry) -> str:
    return str(entry.node.key[0])


def _differ(one: Entry, other: Entry) -> bool:
    return not one.node.sources & other.node.sources


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
