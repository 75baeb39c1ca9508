"""Amounts whose sign is a word beside them: `2 m below`, `5 out`, `Verlust 45`."""

import re
from collections.abc import Iterator
from decimal import Decimal

from converter.learning.bank import Entry
from converter.learning.expressions.numbers import OR_ZERO
from converter.learning.kinds import Kind
from converter.learning.nodes import Function, Node
from converter.learning.proposals.goal import Goal
from converter.learning.sql import literal

_WORD = re.compile(r"[^\W\d_]{2,}").findall
_COST = 1.5
MOST_WORDS = 2


def against(word: str) -> Function:
    """A number, negative where the text beside it has the word."""
    template = f"CASE WHEN contains({{0}}, {literal(word)}) THEN -{{1}} ELSE {{1}} END"
    return Function("against", Kind.NUMBER, template, lambda text, one: -one if word in text else one, _COST, (word,))


def signed_by_word(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Numbers in texts, those negative whose texts have a word that no other row has."""
    numeric = goal.numeric
    if numeric is None or not any(value is not None and value < 0 for value in numeric.values):
        return
    texts = {entry.node: entry for entry in goal.bank.texts}
    for entry in (*goal.bank.extracted_numbers, *goal.bank.numbers):
        source = next((texts[node] for node in _inner(entry.node) if node in texts), None)
        if source is None or not _is_unsigned(goal, entry):
            continue
        absent = any(entry.values[at] is None for at in goal.places)
        for rank, word in enumerate(_words(goal, source)):
            node = against(word)(source.node, entry.node)
            for format in numeric.formats:
                yield goal.written(OR_ZERO(node) if absent else node, format), 0.1 * rank


def _is_unsigned(goal: Goal, entry: Entry) -> bool:
    """Whether the numbers are the cells' but for the sign; where there is none, a nought."""
    numeric = goal.numeric
    return numeric is not None and all(
        abs(entry.values[at] or Decimal(0)) == abs(numeric.values[at] or Decimal(0))  # type: ignore[arg-type]
        and (entry.values[at] or Decimal(0)) >= 0  # type: ignore[operator]
        for at in goal.places
    )


def _words(goal: Goal, source: Entry) -> list[str]:
    """Words of all negative rows that no other filled row has."""
    numeric = goal.numeric
    signs = [] if numeric is None else [(str(source.values[at] or ""), (numeric.values[at] or 0) < 0) for at in goal.places]
    below = [text for text, negative in signs if negative]
    others = [text for text, negative in signs if not negative]
    words = [
        word for word in _WORD(below[0]) if all(word in text for text in below) and not any(word in text for text in others)
    ]
    return list(dict.fromkeys(words))[:MOST_WORDS] if others else []


def _inner(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _inner(part)
