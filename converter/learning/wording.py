"""What the words of a choice say: a condition that names its result, a result that names its column, a nought that is none."""

from decimal import Decimal

from converter.learning.names import likeness
from converter.learning.nodes import Apply, Constant, Node

LEAST_WORD = 4
_LEAST_FOUND = 3
_ASKING = ("equals", "contains", "starts", "has member")
NAMES_ITS_COLUMN = 0.65
"""So like a heading a text is that says which column is filled."""


def names_value(condition: Node, name: str | None) -> float:
    """How far a condition asks for the very value that the output column is named after."""
    if not name or not isinstance(condition, Apply) or condition.function.name not in ("equals", "has member", "contains"):
        return 0.0
    return likeness(name, str(condition.function.parameters[-1]))


def says_result(condition: Node, result: Node) -> int:
    """Whether the result is a constant that the condition says too: its value in its own words (`reward` for `Rewards Income`)
    or the name of the column that it finds filled (`actual` where `Actual arrival` is).

    Twice where it is the very word that is looked for in a text: chance hardly makes that.
    """
    if not isinstance(result, Constant) or not isinstance(condition, Apply):
        return 0
    if condition.function.name == "is filled":
        return int(any(likeness(str(result.value or ""), name) >= NAMES_ITS_COLUMN for name in condition.sources))
    if condition.function.name not in _ASKING:
        return 0
    text, value = str(result.value or "").casefold(), str(condition.function.parameters[-1]).casefold()
    if condition.function.name != "equals":
        return 2 * (text == value and len(text) >= _LEAST_FOUND)
    return int(min(len(text), len(value)) >= LEAST_WORD and (text in value or value in text))


def asks_for_zero(condition: Node, value: Node) -> bool:
    """Whether the condition asks whether the very value is nought."""
    if not isinstance(condition, Apply) or condition.sources != value.sources:
        return False
    return (condition.function.name, condition.function.parameters) in (("equals", ("0",)), ("bound", ("=", Decimal(0))))
