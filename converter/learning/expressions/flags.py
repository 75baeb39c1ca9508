"""Columns that say yes or no: lists of the names of those that do."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from converter.learning.bank import Bank, Entry
from converter.learning.expressions.choices import Case, JoinFilled
from converter.learning.expressions.predicates import blank as is_blank
from converter.learning.expressions.predicates import equals, is_filled
from converter.learning.nodes import Constant, Node

YES = ("1", "x", "X", "yes", "Yes", "YES", "true", "True", "TRUE", "y", "Y", "✓", "ja", "Ja", "oui", "si", "on", "1.0")
_TRUE = frozenset(text.casefold() for text in (*YES, "t"))
NO = frozenset(("0", "no", "n", "false", "f", "off", "nein", "non", "0.0", ""))
_LEAST_FLAGS = 2
_JOINTS = (", ", "; ", " ", ",", ";", "|", " / ", " + ", " & ", "/", "-", "")
_IN_BRACKETS = re.compile(r".*[(\[](?:[^()\[\]]*[=:])? *([^()\[\]]+)[)\]] *\Z")
"""What surveys ask stands before the brackets, what is ticked in them."""
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
    lambda name: _IN_BRACKETS.sub(r"\1", name),
)


def tells_truth(map: Mapping[str, str | None]) -> bool:
    """Whether the map takes yes to yes and no to no, as other words have it."""
    said = [(_truth(key), _truth(text or "")) for key, text in map.items()]
    return {one for one, _ in said} == {True, False} and all(one is other for one, other in said)


def are_truths(texts: Iterable[str]) -> bool:
    """Whether the texts are words for yes and no alone, as `TRUE` and `FALSE`."""
    return all(text.isalpha() and len(text) > 1 and _truth(text) is not None for text in texts)


def _truth(text: str) -> bool | None:
    folded = text.strip().casefold()
    return True if folded in _TRUE else False if folded in NO else None


def flag_lists(bank: Bank, target: Sequence[str | None]) -> Iterator[Node]:
    """Lists of names of the columns that say yes, in the order of the columns, for every row."""
    if not any(target):
        return
    for yes in _words_for_yes(bank):
        node = _flag_list(bank, target, yes)
        if node is not None:
            yield node
            return


def _flag_list(bank: Bank, target: Sequence[str | None], yes: Mapping[Node, str]) -> Node | None:
    flagged = [entry for entry in bank.texts if entry.node in yes]
    for form in (*_FORMS, *_without_shared([_name(entry) for entry in flagged])):
        named = [(entry, form(_name(entry))) for entry in flagged]
        names = {name for _, name in named}
        for mark in _JOINTS:
            listed = {text for text in target if text and names.issuperset(text.split(mark) if mark else text)}
            # Another word may stand where none is.
            others = {text for text in target if text} - listed
            if not listed or len(others) > 1:
                continue
            chosen = _used(named, listed, mark)
            if chosen and _spells(chosen, target, others, mark, yes):
                parts = [
                    Case([(equals(entry.node, yes[entry.node]), Constant(name))], Constant(None), 1.0) for entry, name in chosen
                ]
                return JoinFilled(mark, parts, 2.0 + 0.3 * len(parts))
    return None


def _words_for_yes(bank: Bank) -> Iterator[dict[Node, str]]:
    """For columns that say yes or no what says yes: a known word; one of the two that several columns share."""
    known = {entry.node: flag for entry in bank.texts if (flag := _flag(entry)) is not None}
    if len(known) >= _LEAST_FLAGS:
        yield known
    said: dict[frozenset[str], list[Node]] = {}
    for entry in bank.texts:
        words = frozenset(str(value) for value in entry.values if value)
        if 1 <= len(words) <= 2 and entry.node not in known:
            said.setdefault(words, []).append(entry.node)
    for words, nodes in said.items():
        alike = [node for others, more in said.items() if others <= words for node in more]
        if len(words) == 2 or (len(nodes) >= _LEAST_FLAGS and None in bank.frame.values(nodes[0])):
            for word in sorted(words) if len(alike) >= _LEAST_FLAGS else ():
                yield dict.fromkeys(alike, word)


def _shared_beginning(names: Sequence[str]) -> str:
    return "".join(letters[0] for letters in takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False)))


def _without_shared(names: Sequence[str]) -> list[Callable[[str], str]]:
    """The names without the beginning and end that all share: of `Fruit (choice=Apple)` and the like what is chosen."""
    head, tail = _shared_beginning(names), _shared_beginning([name[::-1] for name in names])[::-1]
    head = head[: max((at + 1 for at, letter in enumerate(head) if not letter.isalnum()), default=0)]
    tail = tail[min((at for at, letter in enumerate(tail) if not letter.isalnum()), default=len(tail)) :]
    if len(names) < _LEAST_FLAGS or not head + tail or min(map(len, names)) <= len(head) + len(tail):
        return []

    def bare(name: str) -> str:
        return name.removeprefix(head).removesuffix(tail).strip()

    return [
        bare,
        lambda name: bare(name).replace("_", " "),
        lambda name: bare(name).capitalize(),
        lambda name: bare(name).lower(),
    ]


def _used(named: list[tuple[Entry, str]], listed: Iterable[str], mark: str) -> list[tuple[Entry, str]]:
    """The flags from the first to the last whose name turns up: those between belong to the same family."""
    tokens = {token for text in listed for token in (text.split(mark) if mark else text)}
    at = [place for place, (_, name) in enumerate(named) if name in tokens]
    return named[at[0] : at[-1] + 1] if at else []


def _spells(
    chosen: list[tuple[Entry, str]], target: Sequence[str | None], others: set[str], mark: str, yes: Mapping[Node, str]
) -> bool:
    """Whether the lists are what the rows show, those that are empty aside where others' word stands there."""
    for row, text in enumerate(target):
        said = mark.join(name for entry, name in chosen if entry.values[row] == yes[entry.node])
        if said != ("" if text in others else text or ""):
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
