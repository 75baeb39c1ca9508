"""Columns that say yes or no: lists of the names of those that do."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from converter.learning.bank import Bank, Entry
from converter.learning.expressions.choices import Case, JoinFilled
from converter.learning.expressions.predicates import blank as is_blank
from converter.learning.expressions.predicates import equals, is_filled
from converter.learning.nodes import Constant, Node

YES = ("1", "x", "X", "yes", "Yes", "YES", "true", "True", "TRUE", "y", "Y", "✓", "ja", "Ja", "oui", "si", "on", "1.0")
_TRUE = frozenset(text.casefold() for text in (*YES, "t"))
NO = frozenset(("0", "no", "n", "false", "f", "off", "nein", "non", "0.0", ""))
_JOINTS = (", ", "; ", " ", ",", ";", "|", " / ", "/", "-", "")
_FORMS: tuple[Callable[[str], str], ...] = (
    lambda name: name,
    lambda name: name[:3].capitalize(),
    str.capitalize,
    str.upper,
    str.lower,
    lambda name: name[:2].capitalize(),
    lambda name: name[:3],
    lambda name: name[:3].upper(),
    lambda name: name.replace("_", " "),
    lambda name: name[:1].upper(),
    lambda name: re.split(r"[:\-_/] ?", name)[-1],
    lambda name: re.split(r"[:\-_/] ?", name)[-1].capitalize(),
)


def tells_truth(map: Mapping[str, str | None]) -> bool:
    """Whether the map takes yes to yes and no to no, as other words have it."""
    said = [(_truth(key), _truth(text or "")) for key, text in map.items()]
    return {one for one, _ in said} == {True, False} and all(one is other for one, other in said)


def _truth(text: str) -> bool | None:
    folded = text.strip().casefold()
    return True if folded in _TRUE else False if folded in NO else None


def flag_lists(bank: Bank, target: Sequence[str | None]) -> Iterator[Node]:
    """Lists of names of the columns that say yes, in the order of the columns, for every row."""
    flagged = [entry for entry in bank.texts if _flag(entry) is not None]
    if len(flagged) < 2 or not any(target):
        return
    for form in _FORMS:
        for mark in _JOINTS:
            tokens = {token for text in target if text for token in (text.split(mark) if mark else text)}
            named = [(entry, form(_name(entry))) for entry in flagged]
            if not tokens <= {name for _, name in named}:
                continue
            chosen = _used(named, target, mark)
            if chosen and _spells(chosen, target, mark):
                parts = [
                    Case([(equals(entry.node, _flag(entry) or ""), Constant(name))], Constant(None), 1.0)
                    for entry, name in chosen
                ]
                yield JoinFilled(mark, parts, 2.0 + 0.3 * len(parts))
                return


def _used(named: list[tuple[Entry, str]], target: Sequence[str | None], mark: str) -> list[tuple[Entry, str]]:
    """The flags from the first to the last whose name turns up: those between belong to the same family."""
    tokens = {token for text in target if text for token in (text.split(mark) if mark else text)}
    at = [place for place, (_, name) in enumerate(named) if name in tokens]
    return named[at[0] : at[-1] + 1] if at else []


def _spells(chosen: list[tuple[Entry, str]], target: Sequence[str | None], mark: str) -> bool:
    for row, text in enumerate(target):
        said = [name for entry, name in chosen if entry.values[row] == _flag(entry)]
        if mark.join(said) != (text or ""):
            return False
    return True


def _name(entry: Entry) -> str:
    return next(iter(entry.node.sources))


def _flag(entry: Entry) -> str | None:
    values = {value for value in entry.values if value}
    if not values or len(values) > 2:
        return None
    return next((value for value in YES if value in values), None)


__all__ = ["flag_lists", "is_blank", "is_filled"]
