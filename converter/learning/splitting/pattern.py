"""The likeliest pattern that parts every text of a column as the example shows.

The search runs from the right: a suffix of the pattern that does not part the texts' suffixes rightly cannot become right by
what stands before it, and two suffixes that match at the same places are the same for whatever stands before them, so that only
the cheaper one is kept. Costs rank: a delimiter that parts is likelier than a class of characters, that likelier than a
width (the preferences of Raza & Gulwani, "Automated Data Extraction using Predictive Program Synthesis", AAAI 2017).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from converter.learning.splitting.elements import NUMBER, RUNS, Anything, Element, Line, Literal, Width, Word

NUMBER_BESIDE_WORDS = 0.45
"""What digits cost where a blank alone parts them from words: less than any text up to the next blank."""
MOST_SUFFIXES = 48
"""How many suffixes of the pattern are kept for each part."""


@dataclass(frozen=True)
class Segment:
    """What stands in one place of every row's text: an output column's cells (`column`), or what is dropped (None)."""

    column: int | None
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Pattern:
    """Elements from the text's beginning to its end, each with the output column that it is for."""

    elements: tuple[Element, ...]
    columns: tuple[int | None, ...]
    is_multiline: bool

    @property
    def cost(self) -> float:
        """The sum of the elements' costs."""
        return sum(element.cost for element in self.elements)

    @property
    def regex(self) -> str:
        """The pattern in RE2's syntax, a group for each output column."""
        parts = zip(self.elements, self.columns, strict=True)
        inner = "".join(element.pattern if column is None else f"({element.pattern})" for element, column in parts)
        return f"{'(?s)' if self.is_multiline else ''}^{inner}$"

    def parts(self, text: str) -> tuple[str, ...] | None:
        """The output columns' cells of one text; None where the pattern does not match."""
        line = Line(text)
        ends = [1]
        for element in reversed(self.elements):
            ends.append(element.starts(line, ends[-1]))
        if not ends[-1] >> len(text) & 1:
            return None
        found, start = [], len(text)
        for element, column, after in zip(self.elements, self.columns, reversed(ends[:-1]), strict=True):
            end = element.end(line, after, start)
            if column is not None:
                found.append(text[len(text) - start : len(text) - end])
            start = end
        return tuple(found)


@dataclass(frozen=True)
class _Suffix:
    cost: float
    elements: tuple[Element, ...]
    ends: tuple[int, ...]
    """For each matched row, then each row that is not to match: where the suffix matches."""


def pattern_of(segments: Sequence[Segment], others: Sequence[str]) -> Pattern | None:
    """The cheapest pattern that parts each row's text into the segments and matches none of the `others`."""
    rows = ["".join(texts) for texts in zip(*(segment.texts for segment in segments), strict=True)]
    lines = [Line(text) for text in (*rows, *others)]
    suffixes = [_Suffix(0.0, (), (1,) * len(lines))]
    starts = [0] * len(rows)
    for place in range(len(segments) - 1, -1, -1):
        segment = segments[place]
        ends, starts = starts, [end + len(text) for end, text in zip(starts, segment.texts, strict=True)]
        candidates = list(_candidates(segment, is_last=place == len(segments) - 1))
        if NUMBER in candidates and any(_are_words_beside(segments, place, step) for step in (-1, 1)):
            candidates.append(replace(NUMBER, weight=NUMBER_BESIDE_WORDS))
        suffixes = _longer(suffixes, candidates, lines, starts, ends)
    whole = [len(line.text) for line in lines]
    for suffix in suffixes:
        refused = zip(suffix.ends[len(rows) :], whole[len(rows) :], strict=True)
        if not any(places >> length & 1 for places, length in refused):
            columns = tuple(segment.column for segment in segments)
            return Pattern(suffix.elements, columns, any("\n" in text for text in rows))
    return None


def _longer(
    suffixes: list[_Suffix], candidates: list[Element], lines: list[Line], starts: list[int], ends: list[int]
) -> list[_Suffix]:
    """The suffixes with one element before them that takes the right part of every row, the cheapest first."""
    best: dict[tuple[bool, tuple[int, ...]], _Suffix] = {}
    for suffix in suffixes:
        for element in candidates:
            if element.is_open and suffix.elements and suffix.elements[0].is_open:
                continue
            places = tuple(element.starts(line, after) for line, after in zip(lines, suffix.ends, strict=True))
            rows = zip(lines, suffix.ends, places, starts, ends, strict=False)
            if not all(
                found >> start & 1 and element.end(line, after, start) == end for line, after, found, start, end in rows
            ):
                continue
            cost = suffix.cost + element.cost
            key = (element.is_open, places)
            if key not in best or cost < best[key].cost:
                best[key] = _Suffix(cost, (element, *suffix.elements), places)
    return sorted(best.values(), key=lambda suffix: suffix.cost)[:MOST_SUFFIXES]


def _are_words_beside(segments: Sequence[Segment], place: int, step: int) -> bool:
    """Whether only a blank stands between the segment at `place` and one with letters, which may have blanks of its own."""
    blank, beside = place + step, place + 2 * step
    if not 0 <= beside < len(segments) or any(text.strip() for text in segments[blank].texts):
        return False
    return all(any(map(str.isalpha, text)) for text in segments[beside].texts)


def _candidates(segment: Segment, *, is_last: bool) -> Iterator[Element]:
    texts = set(segment.texts)
    if len(texts) == 1 and "" not in texts:
        yield Literal(segment.texts[0])
    if is_last:
        yield Anything(is_last=True)
    else:
        yield Anything()
        yield Anything(is_greedy=True)
    if "" in texts:
        return
    yield from (run for run in RUNS if all(all(map(run.holds, text)) for text in texts))
    if all(Word().starts(Line(text), 1) >> len(text) & 1 for text in texts):
        yield Word()
    lengths = {len(text) for text in texts}
    if len(lengths) == 1:
        yield Width(lengths.pop(), any(map(str.islower, "".join(texts))))
