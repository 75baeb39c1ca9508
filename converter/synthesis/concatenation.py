"""Texts put together from parts: the cheapest ways to walk through all expected cells at once.

A state is how far each row's cell is written; an edge writes a part whose text comes next in every row, or a constant that all
rows share there. This is FlashFill's version space of concatenations (Gulwani 2011, section 4) intersected over the rows while
it is built, so that only common programs are ever seen, and searched best first.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Constant, Term, call, values
from converter.table import Cell, Row

JOIN = 0.6
"""What each part of a concatenation costs beside itself."""
MOST_STATES = 3000
PATHS_PER_STATE = 3
LONGEST_CONSTANT = 120


@dataclass(frozen=True)
class Concatenation(Term):
    """Parts one after another; a missing part is no text."""

    kind: ClassVar[str] = "text"
    parts: tuple[Term, ...]

    @property
    def cost(self) -> float:
        return sum(part.cost + JOIN for part in self.parts)

    def value(self, row: Row) -> Cell:
        return "".join(part.value(row) or "" for part in self.parts)

    def sql(self) -> exp.Expression:
        return call("concat", *(part.sql() for part in self.parts))


@dataclass
class Pieces:
    """Terms by the texts they give, the cheapest few of each."""

    rows: Sequence[Row]
    by_texts: dict[tuple[str, ...], list[Term]]

    @property
    def size(self) -> int:
        return len(self.by_texts)

    def add(self, term: Term) -> None:
        """Keeps the term if it is among the cheapest of its family with these texts."""
        texts = tuple(text or "" for text in values(term, self.rows))
        rivals = self.by_texts.setdefault(texts, [])
        same = [one for one in rivals if (one.family is None) == (term.family is None)]
        if term in rivals:
            return
        if len(same) >= 3:
            worst = max(same, key=lambda one: one.cost)
            if worst.cost <= term.cost:
                return
            rivals.remove(worst)
        rivals.append(term)


def pieces_of(sheet: Sheet, terms: Iterable[Term]) -> Pieces:
    """The terms, gathered by their texts."""
    pieces = Pieces(sheet.rows, {})
    for term in terms:
        pieces.add(term)
    return pieces


Path = tuple[Term, ...]


def concatenations(sheet: Sheet, target: tuple[str, ...], pieces: Pieces, most: int) -> list[tuple[float, Term]]:
    """The cheapest terms that give the target in every row, with their costs; no more than `most`."""
    whole = [(term.cost, term) for term in pieces.by_texts.get(target, ())]
    found = [(cost, _told(path)) for cost, path in _paths(sheet, target, pieces, most) if len(path) > 1]
    return sorted([*whole, *found], key=lambda entry: entry[0])[:most]


def _paths(sheet: Sheet, target: tuple[str, ...], pieces: Pieces, most: int) -> Iterator[tuple[float, Path]]:
    if not all(target):
        return
    guide = min(range(len(target)), key=lambda row: len(target[row]))
    starting: dict[str, list[tuple[tuple[str, ...], list[Term]]]] = defaultdict(list)
    for texts, terms in pieces.by_texts.items():
        if all(texts):
            starting[texts[guide]].append((texts, terms))
    ticket = count()
    start = (0,) * len(target)
    goal = tuple(map(len, target))
    heap: list[tuple[float, int, tuple[int, ...], object, Path]] = [(0.0, next(ticket), start, None, ())]
    visits: dict[tuple[tuple[int, ...], object], int] = defaultdict(int)
    states, given = 0, 0
    while heap and states < MOST_STATES and given < most and not (states % 64 == 0 and sheet.is_late):
        cost, _, places, family, path = heapq.heappop(heap)
        if places == goal:
            given += 1
            yield cost, path
            continue
        if visits[places, family] >= PATHS_PER_STATE:
            continue
        visits[places, family] += 1
        states += 1
        for step, terms in _steps(
            target, places, guide, starting, is_after_constant=bool(path) and isinstance(path[-1], Constant)
        ):
            for term in terms:
                same = term.family is not None and term.family == family
                price = JOIN + (term.cost if not same else CONTINUED)
                after = family if isinstance(term, Constant) else term.family
                heapq.heappush(heap, (cost + price, next(ticket), step, after, (*path, term)))


CONTINUED = 0.3
"""What a further part of one format costs: `%m` after `%Y` of the same date."""


def _steps(
    target: tuple[str, ...],
    places: tuple[int, ...],
    guide: int,
    starting: dict[str, list[tuple[tuple[str, ...], list[Term]]]],
    *,
    is_after_constant: bool,
) -> Iterator[tuple[tuple[int, ...], list[Term]]]:
    rest = target[guide][places[guide] :]
    for length in range(1, len(rest) + 1):
        for texts, terms in starting.get(rest[:length], ()):
            if all(cell.startswith(text, place) for cell, text, place in zip(target, texts, places, strict=True)):
                yield tuple(place + len(text) for place, text in zip(places, texts, strict=True)), terms
    if is_after_constant:
        return
    for length in range(1, min(_shared(target, places), LONGEST_CONSTANT) + 1):
        yield tuple(place + length for place in places), [Constant(rest[:length])]


def _shared(target: tuple[str, ...], places: tuple[int, ...]) -> int:
    """How many characters all rows have in common from their places on."""
    length = 0
    for chars in zip(*(cell[place:] for cell, place in zip(target, places, strict=True)), strict=False):
        if len(set(chars)) > 1:
            break
        length += 1
    return length


def _told(path: Path) -> Term:
    """The path with the parts of one format told as one."""
    parts: list[Term] = []
    at = 0
    while at < len(path):
        end = _same_family_until(path, at)
        parts.append(path[at].joined(path[at:end]) if end > at + 1 else path[at])
        at = end
    return parts[0] if len(parts) == 1 else Concatenation(tuple(parts))


def _same_family_until(path: Path, at: int) -> int:
    """The end of the run from `at` on that shares the family of its first part; constants count only between such parts."""
    family, end = path[at].family, at + 1
    if family is None:
        return end
    for place in range(at + 1, len(path)):
        if path[place].family == family:
            end = place + 1
        elif not isinstance(path[place], Constant):
            break
    return end
