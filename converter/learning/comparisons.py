"""Conditions that compare two values of a row: numbers, moments, spans of time, texts."""

from collections.abc import Iterator

from converter.learning import weights
from converter.learning.bank import Bank, Entry
from converter.learning.expressions.predicates import bits, compared, is_shown
from converter.learning.kinds import Kind
from converter.learning.nodes import Node
from converter.learning.values.durations import are_seconds

MOST_NUMBERS, MOST_MOMENTS, MOST_SPANS, MOST_TEXTS = 12, 6, 8, 12
_SIGNS, _ALIKE = ("<", ">", "=", "<>", "<=", ">="), ("=", "<>")


def comparisons(bank: Bank) -> Iterator[tuple[str, Node, int, float]]:
    """The conditions: kind, expression, rows (bits), extra cost."""
    spans = [*(one for one in bank.numbers if are_seconds(one.node)), *bank.spans_read]
    for entries in (bank.numbers[:MOST_NUMBERS], bank.moments[:MOST_MOMENTS], spans[:MOST_SPANS], bank.texts[:MOST_TEXTS]):
        for at, one in enumerate(entries):
            for other in entries[at + 1 :]:
                if _may_be_compared(one, other):
                    for sign in _ALIKE if one.node.kind is Kind.TEXT else _SIGNS:
                        node = compared(one.node, sign, other.node)
                        yield "compared", node, bits(bank.frame.values(node)), _cost(one, other)


def _may_be_compared(one: Entry, other: Entry) -> bool:
    if one.node.kind.is_moment != other.node.kind.is_moment or (one.node.parts and one.node.parts == other.node.parts):
        return False
    return one.node.kind is not Kind.TEXT or any(a == b and a for a, b in zip(one.values, other.values, strict=True))


def _cost(one: Entry, other: Entry) -> float:
    """A number that the output shows is held against a limit that it shows, or another span of time."""
    shown = is_shown(one.node) + is_shown(other.node)
    return weights.SHOWN * shown + weights.SHOWN_UNIT * bool(shown and are_seconds(one.node) and are_seconds(other.node))
