"""Texts put together from parts: the cheapest ways to walk through all expected cells at once.

A state is how far each row's cell is written; an edge writes a part whose text comes next in every row, or a constant that all
rows share there. This is FlashFill's version space of concatenations (Gulwani 2011, section 4) intersected over the rows while
it is built, so that only common programs are ever seen, and searched best first.
"""

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Constant, Origin, Term, call, values
from converter.table import Cell, Row

JOIN = 0.6
"""What each part of a concatenation costs beside itself."""
MOST_STATES = 3000
PATHS_PER_STATE = 2
MOST_WHOLE = 10
MOST_PATHS = 16
"""So many paths are compared by what they cost as a whole."""
MIXED = 0.8
"""What it costs to tell a thing both as it is and after a change (a time, and the quarter of an hour that it lies in)."""
CONTINUED = 0.1
"""What a further part of one format costs beside itself: `%m` after `%Y` of the same date."""
OUTSIDE = 1.0
"""What a constant costs more that stands in no format."""
LONGEST_CONSTANT = 120


@dataclass(frozen=True)
class Concatenation(Term):
    """Parts one after another; a missing part is no text."""

    kind: ClassVar[str] = "text"
    parts: tuple[Term, ...]

    @property
    def cost(self) -> float:
        return cost_of(self.parts)

    def value(self, row: Row) -> Cell:
        return "".join(part.value(row) or "" for part in self.parts)

    def sql(self) -> exp.Expression:
        parts = [part.sql() for part in self.parts]
        flat = [inner for part in parts for inner in (part.expressions if _is_concat(part) else [part])]
        return call("concat", *flat)


def _is_concat(expression: exp.Expression) -> bool:
    return isinstance(expression, exp.Anonymous) and expression.this == "concat"


@dataclass
class Pieces:
    """Terms by the texts they give, the cheapest few of each, and some more of those that give the whole target."""

    rows: Sequence[Row]
    by_texts: dict[tuple[str, ...], list[Term]]
    target: tuple[str, ...] = ()

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
        if len(same) >= (MOST_WHOLE if texts == self.target else 3):
            worst = max(same, key=lambda one: one.cost)
            if worst.cost <= term.cost:
                return
            rivals.remove(worst)
        rivals.append(term)


def pieces_of(sheet: Sheet, terms: Iterable[Term], target: tuple[str, ...]) -> Pieces:
    """The terms, gathered by their texts."""
    pieces = Pieces(sheet.rows, {}, target)
    for term in terms:
        pieces.add(term)
    return pieces


Path = tuple[Term, ...]
Known = frozenset[Origin]


def concatenations(sheet: Sheet, target: tuple[str, ...], pieces: Pieces, most: int) -> list[tuple[float, Term]]:
    """The cheapest terms that give the target in every row, with their costs; no more than `most`."""
    found = [(cost_of((term,)), term) for term in pieces.by_texts.get(target, ())]
    for path in _paths(sheet, target, pieces):
        if len(path) > 1:
            parts = _told(path)
            found.append(
                (cost_of(parts) + _echoed(path) - _echoed(parts), parts[0] if len(parts) == 1 else Concatenation(parts))
            )
    return sorted(found, key=lambda entry: entry[0])[:most]


def _echoed(parts: Path) -> float:
    """What the parts' echoes cost: they must not be cheaper for being told within a format."""
    return sum(part.cost - Constant(part.text).cost for part in parts if isinstance(part, Constant))


def cost_of(parts: Path) -> float:
    """The description length of parts one after another; what several of them are made from counts once."""
    cost, known = 0.0, Known()
    for part in parts:
        cost += price(part, known)
        if part.origin is not None:
            known |= {part.origin}
    return cost + (JOIN * len(parts) if len(parts) > 1 else 0.0) + _dissonance(parts)


def price(term: Term, known: Known) -> float:
    """What the term adds to a description that has these origins already."""
    origin = term.origin
    if origin is None or not known:
        return term.cost
    if origin in known:
        return term.cost - origin.cost
    inner = {node for one in known for node in _chain(one)}
    for node in _chain(origin):
        if node in inner:
            return term.cost - node.cost + (MIXED if node == origin else 0.0)
    return term.cost


def _chain(origin: Origin) -> Iterator[Origin]:
    node: Origin | None = origin
    while node is not None:
        yield node
        node = node.inner


def _dissonance(parts: Path) -> float:
    """Parts that tell the same kind of thing in different styles are not likely meant."""
    styles: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for kind, style in part.styles:
            styles[kind].add(style)
    return 0.6 * sum(len(found) - 1 for found in styles.values())


@dataclass(frozen=True, slots=True)
class _State:
    """How far each row's cell is written, what was told so far, and the format that may go on."""

    places: tuple[int, ...]
    known: Known
    family: object


def _paths(sheet: Sheet, target: tuple[str, ...], pieces: Pieces) -> Iterator[Path]:
    if not all(target):
        return
    guide = min(range(len(target)), key=lambda row: len(target[row]))
    starting: dict[str, list[tuple[tuple[str, ...], list[Term]]]] = defaultdict(list)
    optional = []
    for texts, terms in pieces.by_texts.items():
        if all(texts):
            starting[texts[guide]].append((texts, terms))
        elif any(texts) and any(term.is_optional for term in terms):
            optional.append((texts, [term for term in terms if term.is_optional]))
    ticket = count()
    goal = tuple(map(len, target))
    first = _State((0,) * len(target), Known(), None)
    heap: list[tuple[float, int, _State, Path]] = [(0.0, next(ticket), first, ())]
    visits: dict[_State, int] = defaultdict(int)
    states, given = 0, 0
    while heap and states < MOST_STATES and given < MOST_PATHS and not (states % 64 == 0 and sheet.is_late):
        cost, _, state, path = heapq.heappop(heap)
        if state.places == goal:
            given += 1
            yield path
            continue
        if visits[state] >= PATHS_PER_STATE:
            continue
        visits[state] += 1
        states += 1
        is_after_constant = bool(path) and isinstance(path[-1], Constant)
        steps = _steps(sheet, target, state.places, guide, starting, is_after_constant=is_after_constant)
        for places, terms in chain(steps, _steps_over(target, state.places, optional)):
            for term in terms:
                after, extra = _after(state, term, is_after_constant=is_after_constant)
                heapq.heappush(heap, (cost + extra, next(ticket), _State(places, *after), (*path, term)))


def _after(state: _State, term: Term, *, is_after_constant: bool) -> tuple[tuple[Known, object], float]:
    """What is known once the term is written, and what it costs there.

    A constant within a format costs its characters only; that it stood in none shows when another part comes next.
    """
    if isinstance(term, Constant):
        return (state.known, state.family), term.cost + JOIN - (OUTSIDE if state.family is not None else 0.0)
    origin, family = term.origin, term.family
    known = state.known if origin is None else state.known | {origin}
    if family is not None and family == state.family:
        join = CONTINUED
    else:
        join = JOIN + (OUTSIDE if is_after_constant and state.family is not None else 0.0)
    return (known, family), price(term, state.known) + join


def _steps_over(
    target: tuple[str, ...], places: tuple[int, ...], pieces: list[tuple[tuple[str, ...], list[Term]]]
) -> Iterator[tuple[tuple[int, ...], list[Term]]]:
    """Where each of the pieces leads to that go on in every row, in some of them with nothing."""
    for texts, terms in pieces:
        if all(cell.startswith(text, place) for cell, text, place in zip(target, texts, places, strict=True)):
            yield tuple(place + len(text) for place, text in zip(places, texts, strict=True)), terms


def _steps(
    sheet: Sheet,
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
        yield tuple(place + length for place in places), [constant(rest[:length], sheet)]


_WORD = re.compile(r"[^\W_]{2,}")


def constant(text: str, sheet: Sheet) -> Constant:
    """The text as a constant, dearer for each of its words that stands in every row of the input."""
    if len(set(sheet.rows)) > 1:
        shared = sheet.memo("shared words", lambda: frozenset.intersection(*map(_words, sheet.rows)))
        return Constant(text, len(shared.intersection(_WORD.findall(text.lower()))) if shared else 0)
    # In a single row, a word of the constant may be a part of any of its texts.
    source = sheet.memo("source", lambda: "\n".join(cell or "" for cell in sheet.rows[0]).lower())
    return Constant(text, sum(len(word) - 1 for word in _WORD.findall(text.lower()) if word in source))


def _words(row: Row) -> frozenset[str]:
    return frozenset(_WORD.findall(" ".join(cell or "" for cell in row).lower()))


def _shared(target: tuple[str, ...], places: tuple[int, ...]) -> int:
    """How many characters all rows have in common from their places on."""
    length = 0
    for chars in zip(*(cell[place:] for cell, place in zip(target, places, strict=True)), strict=False):
        if len(set(chars)) > 1:
            break
        length += 1
    return length


def _told(path: Path) -> Path:
    """The path with the parts of one format told as one."""
    parts: list[Term] = []
    at = 0
    while at < len(path):
        end = _same_family_until(path, at)
        parts.append(path[at].joined(path[at:end]) if end > at + 1 else path[at])
        at = end
    return tuple(parts)


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
