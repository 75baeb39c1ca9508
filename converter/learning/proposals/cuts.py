"""Parts of columns as they stand."""

import re
from collections.abc import Iterator, Sequence

from converter.learning import weights
from converter.learning.bank import Entry
from converter.learning.expressions.texts import OR_NOUGHT
from converter.learning.kinds import Column
from converter.learning.nodes import Node
from converter.learning.proposals.closeness import cuts_digits
from converter.learning.proposals.goal import Goal

_HAS_TIME = re.compile("[0-9]:[0-9]").search
_HAS_HALF = re.compile(r"[0-9] *[AaPp]\.?[Mm]\b").search
_CUTS = ("left", "right", "from place")
"""Parts of a text by its length, which hardly are a number where the text is a time or a date."""


def pieces(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The parts of the text columns; dearer where a number is wanted and they are cut off a number, a time or a date."""
    bank = goal.bank
    numeric = frozenset(entry.node.parts[0] for entry in bank.numbers if entry.node.parts) if goal.numeric else frozenset()
    timed = (*bank.moments, *bank.spans, *bank.clocks) if goal.numeric else ()
    sources = frozenset(entry.node.parts[0] for entry in timed if entry.node.parts)
    noughts = [at for at in goal.places if goal.target[at] == "0"]
    for entry in bank.pieces:
        if noughts and not any(entry.values[at] for at in noughts):
            yield OR_NOUGHT(entry.node), 0.0
        source = entry.node.parts[0]
        # Rows that show nothing of it tell too how its numbers are written, such as with a mark for thousands.
        filled = [at for at, value in enumerate(entry.values) if value is not None]
        is_cut = source in numeric and (
            cuts_digits(entry, bank.frame.values(source), filled) or _marks(entry, filled) != _marks(entry, goal.places)
        )
        is_cut = is_cut or (entry.node.key[0] in _CUTS and source in sources)
        is_half = _lacks_half(entry, bank.frame.values(source)) and _HAS_TIME(str(entry.values)) is not None
        yield entry.node, weights.PIECE_OF_NUMBER * is_cut + weights.NOT_SHOWN * is_half


def _lacks_half(entry: Entry, values: Column) -> bool:
    """Whether the part is a time without the `AM` or `PM` that stands behind it in every row."""
    pairs = [(value, part) for value, part in zip(values, entry.values, strict=True) if value]
    return all(_HAS_HALF(str(value)) and not _HAS_HALF(str(part)) for value, part in pairs)


def _marks(entry: Entry, places: Sequence[int]) -> set[str]:
    """What stands between the digits of numbers in these rows."""
    return {mark for at in places for mark in str(entry.values[at] or "").strip() if mark in ",.' "}
