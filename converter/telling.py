"""Texts of others as they may be told: no longer than somebody reads, and without what a terminal would obey."""

from typing import Any

TEXT_CHARACTERS = 2000
"""Characters of an error's text, at most."""

_VALUE_CHARACTERS, _ITEMS, _DEPTH = 500, 100, 6


def shown(text: str, characters: int = TEXT_CHARACTERS) -> str:
    """The text's beginning, control characters written out (`\\x1b`); line breaks and tabs stay.

    >>> shown("a\\x1b[31mb", 20), shown("abcdef", 3)
    ('a\\\\x1b[31mb', 'abc… (6 characters)')
    """
    start = visible(text[:characters])
    return start if len(text) <= characters else f"{start}… ({len(text)} characters)"


def visible(text: str) -> str:
    """The whole text, control characters written out as `shown` does."""
    return text if text.isprintable() else "".join(map(_visible, text))


def bounded(value: Any, depth: int = _DEPTH) -> Any:
    """A JSON value with short texts, lists and objects, and none too deep; lists become tuples."""
    if isinstance(value, str):
        return shown(value, _VALUE_CHARACTERS)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return max(-(1 << 63), min(value, 1 << 63))
    if depth == 0:
        return None
    if isinstance(value, list | tuple):
        return tuple(bounded(one, depth - 1) for one in value[:_ITEMS])
    if isinstance(value, dict):
        return {shown(str(name), _VALUE_CHARACTERS): bounded(one, depth - 1) for name, one in list(value.items())[:_ITEMS]}
    return None


def _visible(character: str) -> str:
    if character.isprintable() or character in "\n\t":
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
