"""A reading of a column: the function that makes values of its texts, and what speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from converter.learning.nodes import Function


@dataclass(frozen=True)
class Reading:
    """A function from text to a value that reads the column's filled cells, `share` of them; `cost` grows with doubt."""

    function: Function
    cost: float = 0.0
    share: float = 1.0


Texts = Sequence[str | None]


def filled(texts: Texts) -> list[str]:
    """The texts that are not blank."""
    return [text for text in texts if text]
