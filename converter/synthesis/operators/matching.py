"""Parts found by what they look like, or by what stands around them: patterns learned from the expected texts themselves.

The expected texts are cut into runs of one class of characters; what their sequences share becomes a pattern, the most
general first (the data patterns of Potter's Wheel, Raman and Hellerstein 2001, and of FlashProfile, Padhi et al. 2018).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from converter.synthesis.operator import Operator
from converter.synthesis.operators.casing import cased
from converter.synthesis.operators.substrings import EMAIL, Extract, ExtractNth, compiled, lettered, quoted
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Column, Term

MOST_COLUMNS = 12
MOST_RUNS = 14
"""A pattern of more runs than these describes one text, not a kind of text."""
MOST_PLACES = 4
LATIN = "A-Za-z\u00c0-\u024f"
"""Letters with the accented ones of European languages, as a range that RE2 and Python read alike."""
CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}

_RUNS = tuple(
    map(
        re.compile,
        (
            rf"[0-9]+|[{LATIN}]+|[^{LATIN}0-9]+",
            rf"[0-9]+|[{LATIN}]+(?: [{LATIN}]+)*|[^{LATIN}0-9]+",
            rf"[{LATIN}0-9]+|[^{LATIN}0-9]+",
            r"\S+|\s+",
        ),
    )
)
_ANCHORS = (("^", "", 1.0), ("", "$", 1.05), ("", "", 1.2), (r"^", r"\b", 1.1), (r"\b", "$", 1.15), (r"\b", r"\b", 1.3))
"""What may stand before and after a shape, and what the whole costs beside it."""


@dataclass(frozen=True)
class Shape:
    """A pattern that all texts of a kind match as a whole, and how much there is to read in it."""

    pattern: str
    cost: float

    @property
    def is_sized(self) -> bool:
        """Whether it asks for so many characters of a class."""
        return "}" in self.pattern


class Matching(Operator):
    """The first, last or k-th match of the shape that the expected texts share."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        yield from _proposed(sheet, target, _matching)


class Enclosed(Operator):
    """What stands between characters of two sets, such as `[` or `|` before it and `]` after it."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        yield from _proposed(sheet, target, _enclosed)


class Keyed(Operator):
    """The values of keys, in texts of several pairs such as `id=4&lang=en`."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        for column in sheet.filled()[:MOST_COLUMNS]:
            texts = [text or "" for text in sheet.texts(column)]
            keys = [_KEY.findall(text) for text in texts]
            if 2 * sum(len(row) > 1 for row in keys) < len(texts):
                continue
            ends = "&;" if any(char in text for text in texts for char in "&;") else " ,"
            for key in dict.fromkeys(chain.from_iterable(keys)):
                value = Extract(column, f"\\b{quoted(key)}=([^{ends}]*)", 1, KEYED)
                found = sheet.texts(value)
                if all(
                    (text or "").lower() in cell.lower() and bool(text) == bool(cell)
                    for text, cell in zip(found, target, strict=True)
                ):
                    yield from cased(value, found, target)


_KEY = re.compile(r"\b([A-Za-z_][A-Za-z0-9_]*)=", re.ASCII)
KEYED = 1.05
"""What the value of a key costs: less than the first number, which may be another's tomorrow."""


def _proposed(
    sheet: Sheet, target: tuple[str, ...], made: Callable[[Sheet, Column, tuple[str, ...]], Iterator[Term]]
) -> Iterator[Term]:
    """What `made` gives for each column that the target's texts, or parts of them, are found in."""
    for wanted in wholes(target):
        for column in sheet.filled()[:MOST_COLUMNS]:
            found = _found_in(sheet, column, wanted)
            if found is None or sheet.is_late:
                continue
            for term in made(sheet, column, found):
                yield from cased(term, found, target)


def wholes(target: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The expected texts, and what is left of them without the constants that they all begin and end with."""
    filled = [text for text in target if text]
    if not filled:
        return
    yield target
    if len(set(filled)) < 2 or len(filled) < len(target):
        return
    low, high = _shared_start(filled), _shared_start([text[::-1] for text in filled])
    inner = tuple(text[low : len(text) - high] for text in target)
    if (low or high) and all(inner):
        yield inner


def _shared_start(texts: list[str]) -> int:
    """How many characters all texts begin with, back to the last that ends a word in all of them."""
    length = 0
    while all(len(text) > length and text[length] == texts[0][length] for text in texts):
        length += 1
    while length and texts[0][length - 1].isalnum():
        length -= 1
    return length


def _found_in(sheet: Sheet, column: Column, wanted: tuple[str, ...]) -> tuple[str, ...] | None:
    """The wanted texts as the column spells them; None where it lacks one or is no more than they."""
    found = []
    for text, part in zip(sheet.texts(column), wanted, strict=True):
        at = (text or "").lower().find(part.lower())
        if at < 0:
            return None
        found.append((text or "")[at : at + len(part)])
    return None if tuple(found) == sheet.texts(column) else tuple(found)


def _matching(sheet: Sheet, column: Column, wanted: tuple[str, ...]) -> Iterator[Term]:
    texts = tuple(text or "" for text in sheet.texts(column))
    # A single character is likelier taken by its place.
    single = 0.4 * all(len(text) < 2 for text in wanted)
    for shape in shapes([text for text in wanted if text]):
        for before, after, weight in _ANCHORS:
            # A run of a fixed length would be found within longer runs too.
            if not shape.is_sized or (before and after):
                pattern = before + lettered(sheet, shape.pattern.replace(LATIN, "A-Za-z")) + after
                yield from _places(column, pattern, 0, weight + shape.cost + single, texts, wanted)


def _places(
    column: Column, pattern: str, group: int, weight: float, texts: tuple[str, ...], wanted: tuple[str, ...]
) -> Iterator[Term]:
    """The pattern's first match or its k-th from either end, where that is what is wanted in every row."""
    search = compiled(pattern)
    matches = [[match.group(group) for match in search.finditer(text)] for text in texts]
    if all((found[0] if found else "") == part for found, part in zip(matches, wanted, strict=True)):
        yield Extract(column, pattern, group, weight)
        return
    longest = min(max(map(len, matches)), MOST_PLACES)
    for place in (*range(-1, -longest - 1, -1), *range(2, longest + 1)):
        index = place - 1 if place > 0 else place
        got = (found[index] if -len(found) <= index < len(found) else "" for found in matches)
        if all(one == part for one, part in zip(got, wanted, strict=True)):
            yield ExtractNth(column, pattern, place, weight, group)
            return


def shapes(texts: list[str]) -> Iterator[Shape]:
    """Patterns that all the texts match, by kind of run and from general to strict; none twice."""
    seen = set()
    for runs in _RUNS:
        rows = [runs.findall(text) for text in texts]
        if len({len(row) for row in rows}) != 1 or len(rows[0]) > MOST_RUNS:
            continue
        columns = [[row[at] for row in rows] for at in range(len(rows[0]))]
        for is_strict in (False, True):
            parts = [_class_of(column, is_strict=is_strict) for column in columns]
            pattern = "".join(part.pattern for part in parts)
            if pattern not in seen:
                seen.add(pattern)
                yield Shape(pattern, sum(part.cost for part in parts))
    yield _alphabet(texts)
    for pattern, cost in ((EMAIL, 0.6), (r"\S+@\S+", 0.8)):
        if all(re.fullmatch(pattern, text) for text in texts):
            yield Shape(pattern, cost)


def _class_of(cells: list[str], *, is_strict: bool) -> Shape:
    """The class of the runs that stand at one place of all texts."""
    if all(cell.isspace() for cell in cells):
        return Shape(r" ", 0.1) if set(cells) == {" "} else Shape(r"\s+", 0.15)
    if not any(char.isalnum() for cell in cells for char in cell):
        if len(set(cells)) == 1:
            return Shape(quoted(cells[0]), 0.1 + 0.05 * len(cells[0]))
        return Shape("[^A-Za-z0-9]", 0.4) if {len(cell) for cell in cells} == {1} else Shape("[^A-Za-z0-9]+", 0.45)
    lengths = {len(cell) for cell in cells}
    times, is_sized = (f"{{{lengths.pop()}}}", True) if is_strict and len(lengths) == 1 else ("+", False)
    for pattern, cost in _strict_classes() if is_strict else _general_classes():
        if all(re.fullmatch(pattern + "+", cell) for cell in cells):
            # Codes have so many characters, words as many by chance.
            return Shape(pattern + times, cost + is_sized * (0.6 if "a-z" in pattern else 0.1))
    if is_strict and all(re.fullmatch(r"[A-Z][a-z]+", cell) for cell in cells):
        return Shape("[A-Z][a-z]+", 0.45)
    for letters in ("A-Za-z", LATIN):
        words = rf"[{letters}]+(?: [{letters}]+)*"
        if all(re.fullmatch(words, cell) for cell in cells):
            return Shape(words, 0.8)
    return Shape(r"\S+", 0.65) if not any(re.search(r"\s", cell) for cell in cells) else Shape(".+", 0.6)


def _general_classes() -> tuple[tuple[str, float], ...]:
    return (("[0-9]", 0.1), ("[A-Za-z]", 0.25), (f"[{LATIN}]", 0.4), ("[A-Za-z0-9]", 0.35), (f"[{LATIN}0-9]", 0.5))


def _strict_classes() -> tuple[tuple[str, float], ...]:
    return (("[0-9]", 0.1), ("[A-Z]", 0.3), ("[a-z]", 0.35), ("[A-Z0-9]", 0.4), ("[A-Za-z0-9]", 0.4))


def _alphabet(texts: list[str]) -> Shape:
    """One or more of the kinds of characters that the texts have, spaces within them only."""
    others = sorted({char for text in texts for char in text if not (char.isascii() and char.isalnum())})
    edges = {text[at] for text in texts for at in (0, -1)}
    inside = f"[{_kinds(texts)}{_listed(set(others))}]"
    cost = 0.4 + 0.15 * len(others)
    if " " not in others or " " in edges:
        return Shape(inside + "+", cost)
    edge = f"[{_kinds(texts)}{_listed(set(others) - {' '})}]"
    return Shape(f"{edge}+(?: {edge}+)*", cost + 0.2)


def _kinds(texts: list[str]) -> str:
    kinds = (("0-9", str.isdigit), ("A-Z", str.isupper), ("a-z", str.islower))
    return "".join(kind for kind, test in kinds if any(char.isascii() and test(char) for text in texts for char in text))


def _enclosed(sheet: Sheet, column: Column, wanted: tuple[str, ...]) -> Iterator[Term]:
    texts = tuple(text or "" for text in sheet.texts(column))
    contexts = [_contexts(text, part) for text, part in zip(texts, wanted, strict=True) if part]
    for before, after in dict.fromkeys(_agreements(contexts)):
        if not _is_word(before) and not _is_word(after) and len(before) <= 3 and len(after) <= 3:
            for pattern, weight in _enclosures(set(before), set(after), "".join(wanted)):
                yield from _places(column, pattern, 1, weight, texts, wanted)


Context = tuple[str, str]
"""The characters before and after a part; none at an end of the text."""


def _contexts(text: str, part: str) -> list[Context]:
    """Where the part stands in the text, from left to right."""
    places = [match.start() for match in re.finditer(f"(?={re.escape(part)})", text)]
    return [(text[at - 1 : at] if at else "", text[at + len(part) : at + len(part) + 1]) for at in places]


def _agreements(rows: list[list[Context]]) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """What stands before and after the part if in every row it is the first, the last, or the one before or after the same."""
    choices = [[row[0] for row in rows], [row[-1] for row in rows]]
    for side in (1, 0):
        for char in sorted(frozenset.intersection(*(frozenset(context[side] for context in row) for row in rows))):
            choices.append([next(context for context in row if context[side] == char) for row in rows])
    for chosen in choices:
        yield frozenset(before for before, _ in chosen), frozenset(after for _, after in chosen)


def _is_word(chars: Iterable[str]) -> bool:
    return any(char.isalnum() for char in chars)


def _enclosures(before: set[str], after: set[str], inside: str) -> Iterator[tuple[str, float]]:
    """Patterns whose group is what stands after one of `before` up to one of `after`, an open bracket's closer, or the end."""
    closers = {CLOSERS[char] for char in before if char in CLOSERS}
    stops = (before | after | closers) - {""}
    is_pair = bool(closers) and after <= closers and len(before) == 1
    if not stops or stops & set(inside) or (before == after and len(before) == 1):
        return
    weight = (1.25 if is_pair else 1.5 + 0.15 * (len(before) + len(after) - 2)) + (0.1 if "" in before else 0.0)
    opening = _one_of(before - {""})
    opening = f"(?:^|{opening})" if "" in before and opening else opening or "^"
    body = f"([^{_listed(stops)}]*)"
    yield opening + body, weight
    yield opening + body.replace("*)", "+)"), weight + 0.02
    if "" not in after:
        yield opening + body + _one_of(after | (closers if is_pair else set())), weight + 0.05


def _one_of(chars: set[str]) -> str:
    if len(chars) < 2:
        return "".join(map(quoted, chars))
    return f"[{_listed(chars)}]"


def _listed(chars: set[str]) -> str:
    return "".join(rf"\{char}" if char in r"\]^-[" else char for char in sorted(chars))
