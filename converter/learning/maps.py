"""Maps: a text for each value of a column, as a shop's words for a carrier's codes."""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from converter.learning import weights
from converter.learning.bank import Entry
from converter.learning.columns import Candidate, Target
from converter.learning.conditions import Conditions
from converter.learning.expressions.choices import Lookup
from converter.learning.expressions.flags import tells_truth
from converter.learning.kinds import Kind
from converter.learning.names import likeness, name_cost
from converter.learning.nodes import ColumnRef, Constant, Node, constant_cost

MOST_CATEGORIES = 12
LEAST_RELABELLED = 3
LEAST_SCALE = 4
_LEAST_LIKE = 0.6
_MOST_UNSAID = 3
_FEW_LETTERS = 3
_WORDS = re.compile(r"[^\W\d_]+").findall
_AMOUNT = re.compile(r"-?\d+[.,]\d+").fullmatch


class Maps:
    """The maps that give one column; `best` is the cheapest candidate for given rows."""

    def __init__(
        self,
        conditions: Conditions,
        candidates: Sequence[Candidate],
        target: Target,
        name: str | None,
        wanted: int,
        best: Callable[[int], Candidate | None],
    ) -> None:
        self.conditions, self.bank = conditions, conditions.bank
        self.candidates, self.target, self.name, self.wanted, self.best = candidates, target, name, wanted, best

    def found(self) -> Iterator[Candidate]:
        """Maps from the values of a column to texts."""
        entries = [*self.bank.texts, *self.bank.pieces, *self.bank.cased]
        count = max(2, len(self.bank.texts))
        for entry in entries:
            if entry.node.kind is not Kind.TEXT:
                continue
            found = self._map(entry, count)
            if found is not None:
                yield found

    def _map(self, entry: Entry, count: int) -> Candidate | None:
        groups: dict[str, set[str | None]] = defaultdict(set)
        rows: dict[str, int] = defaultdict(int)
        for at, (value, text) in enumerate(zip(entry.values, self.target, strict=True)):
            if self.wanted >> at & 1:
                key = value if isinstance(value, str) else ""
                groups[key].add(text)
                rows[key] |= 1 << at
        sizes = {key: self.bank.frame.given(mine) for key, mine in rows.items()}
        total = self.bank.frame.given(self.wanted)
        if entry.node.parts and len(groups.keys() - {""}) < 2:
            return None  # A part that all have says no more than that they are filled.
        if (
            len(groups) < 2
            or len(groups) > MOST_CATEGORIES
            or (len(groups) >= total and total > 2 and not self._is_scale(entry, groups) and not _are_abbreviations(groups))
            or any(len(texts) > 1 for texts in groups.values())
        ):
            return self._map_with_default(entry, groups, rows, sizes, count)
        map = {key: next(iter(texts)) for key, texts in groups.items()}
        if len(set(map.values())) < 2:
            return None
        relabelled = weights.RELABELLED * _is_relabelling(map, sizes)
        if len(groups) >= total and _are_abbreviations(groups):
            relabelled -= weights.VALUES_ONCE
        if self._is_scale(entry, groups):
            # Each step comes once by the nature of a scale.
            relabelled = weights.RELABELLED - weights.SINGLE_ENTRY * len(map) - weights.VALUES_ONCE
        default: Node = Constant(None)
        rest: tuple[str | None] | None = None
        spared = self._default(entry, map, rows)
        if spared is not None:
            default = spared.node
            map = {key: text for key, text in map.items() if rows[key] & ~spared.rows}
        else:
            rest = _rest(map)
            if rest is not None:
                default = Constant(rest[0])
                map = {key: text for key, text in map.items() if text != rest[0]}
            elif map.get("", 0) is None:
                del map[""]
        cost = self._map_cost(entry, map, sizes, count) + (spared.cost if spared else relabelled)
        # What is not named stays as it is of the column that is asked, hardly of another.
        if spared:
            cost += weights.RECITED * sum(sizes[key] == 1 and recites(text, [key]) for key, text in map.items())
            otherwise = self.bank.frame.values(spared.node)
            lone = [
                (str(otherwise[rows[key].bit_length() - 1] or ""), text or "") for key, text in map.items() if sizes[key] == 1
            ]
            if sum(is_of_words(text, cell) for cell, text in lone) > 1:
                return None  # So would the next value's text be made of its own words.
        cost += weights.OTHER_AS_IT_IS * bool(spared and not entry.node.sources & spared.node.sources)
        if rest is not None and rest[0]:
            # What the default says of values that came once, no row says again.
            others = sum(size == 1 and key not in map for key, size in sizes.items())
            cost += weights.SINGLE_ENTRY * min(others, _MOST_UNSAID)
        cost += weights.OWN_CONDITION * bool(spared and entry.node.sources & spared.node.sources)
        return Candidate(Lookup(entry.node, map, default, cost), cost, self.wanted) if map else None

    def _is_scale(self, entry: Entry, groups: Mapping[str, set[str | None]]) -> bool:
        """Whether words of a column named as this one are numbered through: `Priority` as 1 to 5."""
        return is_scale(self.name, entry.node, {key: next(iter(texts)) for key, texts in groups.items()})

    def _map_with_default(
        self, entry: Entry, groups: dict[str, set[str | None]], rows: dict[str, int], sizes: dict[str, int], count: int
    ) -> Candidate | None:
        """A map of some values, the others by one candidate."""
        total = self.bank.frame.given(self.wanted)
        if not 2 <= len(groups) < total or len(groups) > 3 * MOST_CATEGORIES:
            return None
        fixed = {key: next(iter(texts)) for key, texts in groups.items() if len(texts) == 1}
        open_rows = sum(rows[key] for key in groups if key not in fixed)
        if not open_rows:
            return None
        one = self.best(open_rows)
        if one is None or isinstance(one.node, Constant) or one.node.looks_around:
            return None
        map = {key: text for key, text in fixed.items() if rows[key] & ~one.rows}
        if not map or len(map) > MOST_CATEGORIES or any(sizes[key] < 2 for key in map):
            return None
        cost = self._map_cost(entry, map, sizes, count) + one.cost + 1.0
        cost += weights.OWN_CONDITION * bool(entry.node.sources & one.node.sources)
        return Candidate(Lookup(entry.node, map, one.node, cost), cost, self.wanted)

    def _default(self, entry: Entry, map: dict[str, str | None], rows: dict[str, int]) -> Candidate | None:
        """A candidate that is no constant and gives several of the map's rows: what is not named stays as it is."""
        for one in self.candidates:
            if not (isinstance(one.node, ColumnRef) or one.node.sources & entry.node.sources):
                continue
            spared = [key for key in map if rows[key] & ~one.rows == 0]
            computed = not isinstance(one.node, Constant) and not one.node.looks_around
            if computed and 2 <= len(spared) < len(map):
                return one
        return None

    def _map_cost(self, entry: Entry, map: dict[str, str | None], sizes: dict[str, int], count: int) -> float:
        entries = sum(
            weights.MAPPING_ENTRY + 0.4 * constant_cost(text) + weights.SINGLE_ENTRY * (sizes[key] == 1)
            for key, text in map.items()
        )
        # What mostly comes once names things, as does a day or an amount; a text among dates or amounts stands for something.
        odd = self.conditions.odd.get(entry.node, frozenset())
        entries -= weights.SINGLE_ENTRY * sum(sizes[key] == 1 and key in odd for key in map)
        once = sum(size for key, size in sizes.items() if size == 1 and key and key not in odd) / max(1, sum(sizes.values()))
        entries += weights.VALUES_ONCE * once**2
        named = [key for key in map if key and key not in odd and len(key) > weights.SHORT_NUMBER]
        entries += weights.AMOUNT_NAMED * bool(named and entry.node in self.conditions.numeric)
        numeric = any(one.node.parts and one.node.parts[0] == entry.node and "." in "".join(map) for one in self.bank.numbers)
        entries += weights.MAPPED_NUMBER * numeric
        is_moment = any(one.node.parts and one.node.parts[0] == entry.node for one in self.bank.moments)
        figures = 1 if entry.node.parts else 2
        by_heart = [_is_by_heart(key, text, figures, is_moment=is_moment) for key, text in map.items()]
        entries += weights.NUMBER_BY_HEART * sum(by_heart)
        own = entry.node.cost + name_cost(self.name, entry.node) + (weights.MAPPED_PART if entry.node.parts else 0.0)
        if entry.node.parts and entry.node.parts[0] in self.conditions.numeric:
            own += weights.MAPPED_FIGURES
        alike = [bool(key and text) and key[0].casefold() == text[0].casefold() for key, text in map.items() if text]
        short = weights.ABBREVIATED * (len(alike) > 1 and 3 * sum(alike) >= 2 * len(alike))
        truth = weights.TRUTH * tells_truth(map)
        return weights.MAPPING + own + entries + short + truth + weights.ALTERNATIVES * math.log(count)


def _is_by_heart(key: str, text: str | None, figures: int, *, is_moment: bool) -> bool:
    """Whether it gives an amount for an amount, or for one of the things that are numbered, or a number for a date: such a
    number is computed, and another thing or day has its own. What is numbered has so many figures.
    """
    if not key or not text:
        return False
    return bool(_AMOUNT(text) and len(re.findall("[0-9]", key)) >= figures) or (is_moment and text.isdecimal())


def _rest(map: dict[str, str | None]) -> tuple[str | None] | None:
    """What all other values get: the only text, or blank, that several values share, where the others have one of their own."""
    keys: dict[str | None, int] = defaultdict(int)
    for key, text in map.items():
        keys[text] += bool(key)
    shared = [text for text, count in keys.items() if count > 1]
    if len(shared) == 1 and len(keys) > 2:
        return (shared[0],)
    return (None,) if keys.get(None, 0) > 1 else None


def recites(text: str | None, cells: Sequence[str | None]) -> bool:
    """Whether the text has one of the cells in it, words of some letters, and more beside it."""
    return any(
        cell and len(cell) > _FEW_LETTERS and any(map(str.isalpha, cell)) and cell in (text or "") != cell for cell in cells
    )


def is_of_words(text: str, cell: str) -> bool:
    """Whether the text is made of words of the cell, one of some letters among them, in any case, but is not the cell."""
    words = set(_WORDS(text.casefold()))
    return text != cell and words <= set(_WORDS(cell.casefold())) and any(len(word) > _FEW_LETTERS for word in words)


def _are_abbreviations(groups: Mapping[str, set[str | None]]) -> bool:
    """Whether several values, each a word, begin as what they stand for, and what else there is stands for nothing."""
    said = [(key, text) for key, texts in groups.items() for text in texts if text]
    silent = [key for key, texts in groups.items() if texts == {None}]
    alike = all(
        len(key) > 1 and key.isalpha() and key[:2].casefold() == text[:2].casefold() and key != text for key, text in said
    )
    return alike and len(said) > 1 and len(silent) > 1


def is_scale(name: str | None, source: Node, map: Mapping[str, str | None]) -> bool:
    """Whether the map numbers the words of a column through that is named as the output column is."""
    if not isinstance(source, ColumnRef) or not name or likeness(name, source.name) < _LEAST_LIKE or len(map) < LEAST_SCALE:
        return False
    words = all(key and key.replace(" ", "").replace("-", "").isalpha() for key in map)
    numbers = [int(text) for text in map.values() if text and text.isdecimal()]
    return words and sorted(numbers) in (list(range(len(map))), list(range(1, len(map) + 1)))


def _is_relabelling(map: dict[str, str | None], sizes: dict[str, int]) -> bool:
    """Whether several values each have a text of their own, and some come back: other words for the same."""
    texts = list(map.values())
    is_one_to_one = len(set(texts)) == len(map) and all(map) and all(texts)
    return is_one_to_one and len(map) >= LEAST_RELABELLED and max(sizes.values()) > 1
