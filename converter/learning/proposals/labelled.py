"""Columns in numbered pairs of a label and a value: the value whose label says so, as the mobile one of several phones."""

import re
from collections import defaultdict
from collections.abc import Iterator

from converter.learning.bank import Bank, Entry
from converter.learning.expressions.choices import Case
from converter.learning.expressions.predicates import equals
from converter.learning.names import words
from converter.learning.nodes import ColumnRef, Constant, Node
from converter.learning.proposals.goal import Goal

_NUMBERED = re.compile(r"(.*?)(\d+)(.*)").fullmatch
MOST_LABELS = 8
"""A column with more different texts holds no labels."""
_COST = 1.0
_NAMED = -1.0
"""The label is a word of the output column's name."""


def labelled(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The value whose label is one that occurs, from as many pairs as there are; blank where no label is."""
    if not goal.cells or goal.is_part:
        return
    for labels, values in _families(goal.bank):
        texts = dict.fromkeys(str(text) for entry in labels for text in entry.values if text)
        if len(texts) > MOST_LABELS:
            continue
        for text in texts:
            given = [
                next((value.values[at] for label, value in zip(labels, values, strict=True) if label.values[at] == text), None)
                for at in range(goal.size)
            ]
            if given != list(goal.target) or not any(given):
                continue
            cost = _COST + _NAMED * bool(words(text) & words(goal.name or ""))
            branches = [(equals(label.node, text), value.node) for label, value in zip(labels, values, strict=True)]
            yield Case(branches, Constant(None), cost), 0.0


def _families(bank: Bank) -> Iterator[tuple[list[Entry], list[Entry]]]:
    """Columns that are named alike but for a number, with those whose names end otherwise after the same number."""
    found: dict[str, dict[str, dict[str, Entry]]] = defaultdict(lambda: defaultdict(dict))
    for entry in bank.texts:
        match = _NUMBERED(entry.node.name) if isinstance(entry.node, ColumnRef) else None
        if match:
            found[match[1]][match[3]][match[2]] = entry
    for endings in found.values():
        for one, labels in endings.items():
            for other, values in endings.items():
                both = [number for number in labels if number in values]
                if one != other and len(both) > 1:
                    yield [labels[number] for number in both], [values[number] for number in both]
