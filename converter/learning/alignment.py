"""Which rows of a frame each expected row came from, as far as the cells tell.

Cells are held against each other by what they can be read as: the text, the number, the date, the words. Columns that share
enough are linked, and rows are matched by the linked columns, rare values counting more (the goal-directed start of PATSQL,
Takenouchi et al., VLDB 2021).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from converter.learning.bank import Bank
from converter.learning.kinds import Kind
from converter.learning.values import moments
from converter.learning.values.number_formats import numeric_target

LEAST_LINK = 0.6
"""Two columns are linked where so many of the filled expected cells are found in the other column."""
MOST_CELLS = 250_000
_CLEAR = 0.9
Feature = tuple[str, str]


class Alignment:
    """How expected rows stand to the rows of a frame."""

    def __init__(self, bank: Bank, expected: Sequence[Sequence[str | None]]) -> None:
        """`expected` are the expected columns."""
        self.bank, self.expected = bank, expected
        self.size = bank.frame.size
        self.wanted = len(expected[0]) if expected else 0

    @cached_property
    def _given(self) -> list[list[frozenset[Feature]]]:
        """For each text or value column of the frame, the features of its cells."""
        columns = []
        for ref in self.bank.frame.refs:
            values = self.bank.frame.values(ref)
            cells: list[set[Feature]] = [set() for _ in values]
            for at, value in enumerate(values):
                if isinstance(value, str) and value:
                    cells[at] |= _text_features(value)
                elif value is not None and ref.kind is Kind.NUMBER:
                    cells[at].add(("number", _canonical(value)))
                elif value is not None and ref.kind.is_moment:
                    cells[at].add(("date", value.strftime("%Y-%m-%d")))  # type: ignore[union-attr]
            for entry in (*self.bank.numbers, *self.bank.moments):
                if entry.node.parts and entry.node.parts[0] == ref:
                    for at, value in enumerate(entry.values):
                        if value is not None:
                            number = entry.node.kind is Kind.NUMBER
                            cells[at].add(("number", _canonical(value)) if number else ("date", value.strftime("%Y-%m-%d")))  # type: ignore[union-attr]
            columns.append([frozenset(cell) for cell in cells])
        return columns

    @cached_property
    def _sought(self) -> list[list[frozenset[Feature]]]:
        return [features_of(texts) for texts in self.expected]

    @cached_property
    def links(self) -> list[tuple[int, int, float]]:
        """Pairs (column of the frame, expected column) that share their cells' features, with the share of cells that do."""
        found = []
        for target, cells in enumerate(self._sought):
            filled = Counter(cell for cell in cells if cell)
            if len(filled) < 2 and self.wanted > 1:
                continue
            for at, given in enumerate(self._given):
                pool = frozenset().union(*given)
                lacking = [count for cell, count in filled.items() if not cell & pool]
                # A text that comes again may stand for what is missing: it is no column's.
                total = filled.total() - (max(lacking) if max(lacking, default=1) > 1 else 0)
                share = sum(count for cell, count in filled.items() if cell & pool) / max(1, total)
                if share >= LEAST_LINK:
                    found.append((at, target, share))
        return found

    def alternatives(self) -> "Iterator[Alignment]":
        """Where several expected columns show one column of the frame (from and to), the rows by each of these alone."""
        targets: dict[int, list[int]] = defaultdict(list)
        for at, target, share in self.links:
            if share >= _CLEAR:
                targets[at].append(target)
        rivals = next((tuple(found) for found in targets.values() if 2 <= len(found) <= 3), ())
        for kept in rivals:
            links = [link for link in self.links if link[1] == kept or link[1] not in rivals]
            other = Alignment(self.bank, self.expected)
            other.__dict__.update(_given=self._given, _sought=self._sought, links=links)
            if other.selection is not None:
                yield other

    @cached_property
    def scores(self) -> list[dict[int, float]]:
        """For each expected row, the rows of the frame that share something with it, and how much."""
        scores: list[dict[int, float]] = [defaultdict(float) for _ in range(self.wanted)]
        by_target: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for at, target, share in self.links:
            by_target[target].append((at, share))
        for target, sources in by_target.items():
            best = max(share for _, share in sources)
            for at, share in sources:
                if share < best - 0.25:
                    continue
                index: dict[Feature, list[int]] = defaultdict(list)
                for row, cell in enumerate(self._given[at]):
                    for feature in cell:
                        index[feature].append(row)
                for row, cell in enumerate(self._sought[target]):
                    hits: dict[int, float] = {}
                    for feature in cell:
                        rows = index.get(feature, ())
                        weight = _WEIGHTS[feature[0]] / len(rows) ** 0.5 if rows else 0.0
                        for place in rows:
                            hits[place] = max(hits.get(place, 0.0), weight)
                    for place, weight in hits.items():
                        scores[row][place] += weight * share / len(sources) ** 0.5
        return scores

    @cached_property
    def selection(self) -> "Selection | None":
        """Each expected row with a row of the frame of its own, if there is one for each; in the frame's order if possible."""
        if not self.wanted or self.wanted > self.size or any(not row for row in self.scores):
            return None
        free = self._assigned()
        total = sum(self.scores[row].get(place, 0.0) for row, place in enumerate(free)) if free else 0.0
        ordered = self._in_order()
        if ordered is not None:
            kept = sum(self.scores[row].get(place, 0.0) for row, place in enumerate(ordered))
            if free is None or kept >= 0.985 * total:
                return Selection(ordered, True)
        return Selection(free, False) if free is not None else None

    def _assigned(self) -> tuple[int, ...] | None:
        """Each expected row with its best row, the clearest first."""
        pairs = sorted(
            ((score, -abs(row - place), row, place) for row, hits in enumerate(self.scores) for place, score in hits.items()),
            reverse=True,
        )
        found: dict[int, int] = {}
        used: set[int] = set()
        for _, _, row, place in pairs:
            if row not in found and place not in used:
                found[row] = place
                used.add(place)
        return tuple(found[row] for row in range(self.wanted)) if len(found) == self.wanted else None

    def _next_best(self) -> tuple[int, ...] | None:
        """For large tables: each expected row with the next row of the frame that shares as much with it as any."""
        found: list[int] = []
        before = -1
        for hits in self.scores:
            most = max(hits.values(), default=0.0)
            place = min((place for place, score in hits.items() if place > before and score >= 0.985 * most), default=None)
            if place is None:
                return None
            found.append(place)
            before = place
        return tuple(found)

    def _in_order(self) -> tuple[int, ...] | None:
        """The assignment of most score that keeps the frame's order."""
        if self.size * self.wanted > MOST_CELLS:
            return self._next_best()
        low = float("-inf")
        best = [0.0] + [low] * self.wanted
        choice: list[list[bool]] = []
        for place in range(self.size):
            taken = [False] * (self.wanted + 1)
            following = best[:]
            for row in range(self.wanted):
                score = self.scores[row].get(place)
                if score is not None and best[row] > low and best[row] + score > following[row + 1]:
                    following[row + 1] = best[row] + score
                    taken[row + 1] = True
            best = following
            choice.append(taken)
        if best[self.wanted] == low:
            return None
        found, row = [], self.wanted
        for place in range(self.size - 1, -1, -1):
            if row and choice[place][row]:
                found.append(place)
                row -= 1
        return tuple(reversed(found)) if row == 0 else None


@dataclass(frozen=True)
class Selection:
    """For each expected row its row of the frame; whether these stand in the frame's order."""

    rows: tuple[int, ...]
    in_order: bool


_WEIGHTS = {"text": 1.0, "time": 0.5, "number": 0.8, "date": 0.9, "word": 0.35}


def features_of(texts: Sequence[str | None]) -> list[frozenset[Feature]]:
    """The features of an expected column's cells: the text, its words, the number and the date that it is."""
    cells: list[set[Feature]] = [_text_features(text) if text else set() for text in texts]
    numeric = numeric_target(tuple(texts))
    if numeric is not None:
        for at, value in enumerate(numeric.values):
            if value is not None:
                cells[at].add(("number", _canonical(value)))
    filled = [text for text in dict.fromkeys(texts) if text]
    for format in moments.output_formats(filled[:6])[:2] if filled else ():
        for at, text in enumerate(texts):
            moment = format.read(text) if text else None
            if moment is not None:
                cells[at].add(("date", moment.strftime("%Y-%m-%d")))
    return [frozenset(cell) for cell in cells]


_TIME = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?!\d)")


def _text_features(text: str) -> set[Feature]:
    bare = text.strip().casefold()
    features: set[Feature] = {("text", bare)}
    features |= {("time", f"{int(hour):02d}:{minute}") for hour, minute in _TIME.findall(bare)}
    words = re.findall(r"[^\W_]{2,}", bare)
    if len(words) > 1 or (words and words[0] != bare):
        features |= {("word", word) for word in words}
    elif words:
        features.add(("word", words[0]))
    return features


def _canonical(value: object) -> str:
    return f"{abs(value).normalize():f}"  # type: ignore[arg-type]


def unique(values: Sequence[object]) -> bool:
    """Whether no value comes twice."""
    return max(Counter(values).values(), default=0) <= 1
