r"""Cells that are parts of a source's texts: the shortest pattern that finds each, by what stands around it and by its shape.

A pattern is what stands before, the part's shape in a group, and what stands after (FlashFill's pairs of positions, Gulwani,
POPL 2011, as a regular expression): `upload failed after ([0-9]+)s`, `\[\[([^|\]]*)`, `[A-Z]{3}-[0-9]{6}`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from converter.learning.expressions.patterns import compiled, escaped, extracted
from converter.learning.nodes import Function

MOST_TRIED = 260
MOST_FOUND = 4
_BODIES = (
    ("[0-9]+", 0.4), (r"[0-9]+(?:\.[0-9]+)?", 0.8), ("[0-9.,]+", 0.8), ("-?[0-9.]+", 0.9), ("[A-Z]+", 0.7),
    (r"\pL+", 0.55), ("[A-Za-z]+", 0.6),
    ("[A-Za-z0-9]+", 0.8), ("[^ ]+", 0.8), ("[A-Za-z0-9_.-]+", 1.1), ("[0-9:]+", 0.9), ("[0-9/]+", 1.0), ("[0-9-]+", 1.0),
    ("[A-Z0-9-]+", 1.7),
)  # fmt: skip


def patterns(sources: Sequence[str], targets: Sequence[str]) -> Iterator[tuple[str, int, float]]:
    """Patterns, with group and cost, that find each target in its source, the cheapest first; sources and targets in pairs."""
    if not targets or any(target not in source or target == "" for source, target in zip(sources, targets, strict=True)):
        return
    found = 0
    for tried, (cost, before, body, after) in enumerate(sorted(_choices(sources, targets))):
        group = 1 if before.lstrip("^") or after.rstrip("$") else 0
        pattern = f"{before}({body}){after}" if group else f"{before}{body}{after}"
        if tried > MOST_TRIED or found >= MOST_FOUND:
            return
        search = compiled(pattern).search
        for source, target in zip(sources, targets, strict=True):
            match = search(source)
            if match is None or match[group] != target:
                break
        else:
            found += 1
            yield pattern, group, cost


def _choices(sources: Sequence[str], targets: Sequence[str]) -> Iterator[tuple[float, str, str, str]]:
    befores, afters = _contexts(sources, targets)
    bodies = list(_bodies(targets))
    for before, first in befores:
        for after, last in afters:
            for body, middle in bodies:
                yield first + middle + last, before, body, after
            # Up to what follows: all but its first character.
            mark = after.removeprefix(" *").removeprefix("\\")[:1]
            if mark and mark not in "$" and not mark.isalnum() and not any(mark in target for target in targets):
                inner = escaped(mark) if mark in "\\]^" else mark
                yield first + last + 0.5, before, f"[^{inner}]+", after
                closer = _CLOSERS.get(before[-1:])
                if closer and closer != mark and not any(closer in target for target in targets):
                    # Where the mark is missing, the bracket ends it.
                    yield first + 0.6, before, f"[^{inner}{escaped(closer) if closer == ']' else closer}]+", ""
            if (after and before) or after == "$" or before.startswith("^"):
                yield first + last + 1.2, before, ".*" if after == "$" else ".*?" if after else ".*", after


def _bodies(targets: Sequence[str]) -> Iterator[tuple[str, float]]:
    for body, cost in _BODIES:
        if all(re.fullmatch(_python(body), target) for target in targets):
            yield body, cost
    shape = _shape(targets)
    if shape is not None:
        yield shape
    words = _words(targets)
    if words is not None:
        yield words


def _python(body: str) -> str:
    return compiled(body).pattern


_CLASS_OF = (
    ("[0-9]", str.isdigit),
    ("[A-Z]", lambda c: c.isascii() and c.isupper()),
    ("[a-z]", lambda c: c.isascii() and c.islower()),
)


def _class(character: str) -> str:
    for name, test in _CLASS_OF:
        if test(character):
            return name
    return r"\pL" if character.isalpha() else escaped(character)


_ABBREVIATION = 3
"""Of so many letters are codes of countries and months, which all have as many."""


def _runs(text: str, *, wide: bool) -> list[tuple[str, str]]:
    def name(character: str) -> str:
        found = _class(character)
        return "[A-Za-z]" if wide and found in ("[A-Z]", "[a-z]") else found

    return [(key, "".join(run)) for key, run in groupby(text, key=name)]


def _shape(targets: Sequence[str]) -> tuple[str, float] | None:
    """The targets' common sequence of kinds of characters, with counts where these are the same."""
    for wide in (False, True):
        rows = [_runs(target, wide=wide) for target in targets]
        names = [tuple(name for name, _ in row) for row in rows]
        if len(set(names)) != 1 or not 2 <= len(names[0]) <= 9:
            continue
        body = ""
        for at, name in enumerate(names[0]):
            runs = {row[at][1] for row in rows}
            counts = set(map(len, runs))
            count = counts.pop() if len(counts) == 1 else 0
            literal = not name.startswith(("[", r"\p"))
            if count > _ABBREVIATION and len(runs) == 1 and "".join(runs).isalpha():
                count = 0  # Of one word nobody knows how long another is.
            repeated = (
                name
                if count == 1
                else name * count
                if literal and count
                else f"{name}{{{count}}}"
                if count and len(rows) > 1
                else f"{name}+"
            )
            body += repeated
        return body, 0.7 + 0.3 * len(names[0])
    return None


_KINDS = (
    "[0-9]+", "[A-Z]+", r"\pL+", "[A-Za-z]+", "[A-Za-z0-9]+",
    "[0-9]+[^A-Za-z0-9][0-9]+", "[A-Za-z]+[^A-Za-z0-9][A-Za-z]+", "[A-Za-z0-9]+[^A-Za-z0-9][A-Za-z0-9]+", "[^ ]+",
)  # fmt: skip
_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}


def _words(targets: Sequence[str]) -> tuple[str, float] | None:
    """As many words in each target, each of a kind of characters."""
    rows = [target.split(" ") for target in targets]
    count = len(rows[0])
    if not 2 <= count <= 6 or any(len(row) != count or not all(row) for row in rows):
        return None
    kinds = [
        next(kind for kind in _KINDS if all(compiled(kind).fullmatch(word) for word in column))
        for column in zip(*rows, strict=True)
    ]
    if all(kind == "[^ ]+" for kind in kinds):
        return None
    return " ".join(kinds), 0.9 + 0.5 * count


def _contexts(sources: Sequence[str], targets: Sequence[str]) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """What may stand before and after, as patterns with costs: what all rows share at some occurrence."""
    spots = [
        [match.start() for match in re.finditer(re.escape(target), source)][:5]
        for source, target in zip(sources, targets, strict=True)
    ]
    before: dict[str, float] = {"": 0.0}
    after: dict[str, float] = {"": 0.0}
    if all(places[0] == 0 for places in spots):
        before["^"] = 0.3
    if all(source.endswith(target) for source, target in zip(sources, targets, strict=True)):
        after["$"] = 0.3
    for spot in spots[0]:
        for text in _ends(sources[0][:spot]):
            if all(
                any(source[:place].endswith(text) for place in places) for source, places in zip(sources, spots, strict=True)
            ):
                before.setdefault(escaped(text), _literal_cost(text))
                is_last = all(source.rfind(text) + len(text) in places for source, places in zip(sources, spots, strict=True))
                if is_last and any(source.count(text) > 1 for source in sources):
                    before.setdefault("^.*" + escaped(text), 0.5 + _literal_cost(text))
        for text in _beginnings(sources[0][spot + len(targets[0]) :]):
            if all(
                any(source.startswith(text, place + len(target)) for place in places)
                for source, target, places in zip(sources, targets, spots, strict=True)
            ):
                after.setdefault(escaped(text), _literal_cost(text))
    return sorted(before.items(), key=lambda item: item[1])[:9], sorted(after.items(), key=lambda item: item[1])[:9]


def _ends(text: str) -> Iterator[str]:
    """Ends of the text that begin at a boundary of a word or a mark, short ones first."""
    for size in range(1, min(len(text), 24) + 1):
        end = text[-size:]
        inner = text[-size - 1 : -size]
        if not (end[0].isalnum() and inner.isalnum()) or size == len(text):
            yield end


def _beginnings(text: str) -> Iterator[str]:
    for size in range(1, min(len(text), 24) + 1):
        if size == len(text) or not (text[size - 1].isalnum() and text[size].isalnum()):
            yield text[:size]


def _literal_cost(text: str) -> float:
    return 0.3 + sum(0.5 if character.isdigit() else 0.12 if character.isalpha() else 0.25 for character in text)


BASE_COST = 1.0


def parts(sources: Sequence[str], targets: Sequence[str]) -> Iterator[Function]:
    """Functions that give each target from its source, the cheapest first."""
    for pattern, group, cost in patterns(sources, targets):
        yield extracted(pattern, BASE_COST + cost, group)


__all__ = ["parts", "patterns"]
