"""Columns as they are, but for a word that stands for nothing."""

from collections.abc import Iterator

from converter.learning import weights
from converter.learning.expressions.texts import unless_said
from converter.learning.nodes import Node
from converter.learning.proposals.goal import Goal

_COST = 0.6
"""The word is not known to stand for nothing, as a dash is."""


def but_for_a_word(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Columns that are blank where one word without figures stands among numbers and codes: `s.n.`, `unknown`."""
    filled = set(goal.places)
    if len(filled) == goal.size:
        return
    for entry in goal.bank.texts:
        word = _only({value for at, value in enumerate(entry.values) if at not in filled})
        kept = [entry.values[at] for at in filled]
        if word is not None and word not in kept and not _has_figures(word) and all(map(_has_figures, kept)):
            single = sum(value == word for value in entry.values) == 1
            yield unless_said(word)(entry.node), _COST + weights.SINGLE_ENTRY * single


def _only(values: set[object]) -> str | None:
    words = values - {None}
    word = words.pop() if len(words) == 1 else None
    return word if isinstance(word, str) else None


def _has_figures(value: object) -> bool:
    return isinstance(value, str) and any(map(str.isdigit, value))
