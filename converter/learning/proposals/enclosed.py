"""What stands between characters of two sets, such as `[` or `|` before it and `]` after it: the first, last or k-th."""

import re
from collections.abc import Iterable, Iterator, Sequence

from converter.learning.expressions.patterns import compiled, escaped, extracted, found_at
from converter.learning.nodes import Function

Context = tuple[str, str]
"""The characters before and after a part; none at an end of the text."""
MOST_PLACES = 4
MOST_MARKS = 3
_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_COST = 1.0
_PLACE_COST = 0.3


def enclosed(sources: Sequence[str], targets: Sequence[str]) -> Iterator[Function]:
    """Functions that give each target from its source."""
    contexts = [_contexts(source, target) for source, target in zip(sources, targets, strict=True)]
    if not all(contexts):
        return
    for before, after in dict.fromkeys(_agreements(contexts)):
        if not _is_word(before) and not _is_word(after) and len(before) <= MOST_MARKS and len(after) <= MOST_MARKS:
            for pattern, cost in _patterns(set(before), set(after), "".join(targets)):
                yield from _places(pattern, _COST + cost, sources, targets)


def _places(pattern: str, cost: float, sources: Sequence[str], targets: Sequence[str]) -> Iterator[Function]:
    """The pattern's first match or its k-th from either end, where that is the target in every row."""
    matches = [compiled(pattern).findall(source) for source in sources]
    if all((found[0] if found else "") == target for found, target in zip(matches, targets, strict=True)):
        yield extracted(pattern, cost, 1)
        return
    longest = min(max(map(len, matches)), MOST_PLACES)
    for place in (*range(-1, -longest - 1, -1), *range(2, longest + 1)):
        at = place - 1 if place > 0 else place
        got = (found[at] if -len(found) <= at < len(found) else "" for found in matches)
        if all(one == target for one, target in zip(got, targets, strict=True)):
            yield found_at(pattern, place, cost + _PLACE_COST, 1)
            return


def _contexts(text: str, part: str) -> list[Context]:
    """Where the part stands in the text, from left to right."""
    places = [match.start() for match in re.finditer(f"(?={re.escape(part)})", text)] if part else []
    return [(text[at - 1 : at] if at else "", text[at + len(part) : at + len(part) + 1]) for at in places]


def _agreements(rows: Sequence[list[Context]]) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """What stands before and after the part if in every row it is the first, the last, or the one before or after the same."""
    choices = [[row[0] for row in rows], [row[-1] for row in rows]]
    for side in (1, 0):
        for char in sorted(frozenset.intersection(*(frozenset(context[side] for context in row) for row in rows))):
            choices.append([next(context for context in row if context[side] == char) for row in rows])
    for chosen in choices:
        yield frozenset(before for before, _ in chosen), frozenset(after for _, after in chosen)


def _is_word(characters: Iterable[str]) -> bool:
    return any(character.isalnum() for character in characters)


def _patterns(before: set[str], after: set[str], inside: str) -> Iterator[tuple[str, float]]:
    """Patterns whose group is what stands after one of `before` up to one of `after`, an open bracket's closer, or the end."""
    closers = {_CLOSERS[one] for one in before if one in _CLOSERS}
    stops = (before | after | closers) - {""}
    is_pair = bool(closers) and after <= closers and len(before) == 1
    if not stops or stops & set(inside) or (before == after and len(before) == 1):
        return
    cost = (0.6 if is_pair else 0.9 + 0.15 * (len(before) + len(after) - 2)) + (0.1 if "" in before else 0.0)
    opening = _one_of(before - {""})
    opening = f"(?:^|{opening})" if "" in before and opening else opening or "^"
    body = f"([^{_listed(stops)}]*)"
    yield opening + body, cost
    yield opening + body.replace("*)", "+)"), cost + 0.05
    if "" not in after:
        yield opening + body + _one_of(after | (closers if is_pair else set())), cost + 0.1


def _one_of(characters: set[str]) -> str:
    return f"[{_listed(characters)}]" if len(characters) > 1 else "".join(map(escaped, characters))


def _listed(characters: set[str]) -> str:
    return "".join(rf"\{one}" if one in r"\]^-[" else one for one in sorted(characters))
