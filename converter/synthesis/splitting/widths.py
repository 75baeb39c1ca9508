"""Fields of fixed widths: where a column's texts are aligned, the example shows how wide each field is."""

from collections.abc import Sequence
from itertools import pairwise

from converter.synthesis.operators.substrings import Slice
from converter.synthesis.splitting.elements import Anything, Width
from converter.synthesis.splitting.pattern import Pattern, Segment
from converter.synthesis.term import Column


def widths(segments: Sequence[Segment]) -> list[int] | None:
    """How wide each segment but the last is; None where one varies."""
    found = [{len(text) for text in segment.texts} for segment in segments[:-1]]
    return None if any(len(lengths) > 1 for lengths in found) else [lengths.pop() for lengths in found]


def slices(source: Column, segments: Sequence[Segment], widths: Sequence[int]) -> dict[int, Slice]:
    """The output columns as characters from one place to another."""
    places = [1]
    for width in widths:
        places.append(places[-1] + width)
    fields = zip(segments, (*pairwise(places), (places[-1], None)), strict=True)
    return {
        segment.column: Slice(source, start, None if end is None else end - start)
        for segment, (start, end) in fields
        if segment.column is not None
    }


def width_pattern(segments: Sequence[Segment], widths: Sequence[int]) -> Pattern:
    """The same as a pattern, which does not match a text that is too short."""
    columns = tuple(segment.column for segment in segments)
    return Pattern((*map(Width, widths), Anything(is_last=True)), columns, is_multiline=False)


def are_padded(segments: Sequence[Segment]) -> bool:
    """Whether blanks fill some field up to its width: two at an end of a text, or not as many in each row."""
    return any(_is_padded(segment.texts) for segment in segments)


def _is_padded(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text.strip()]
    before = {len(text) - len(text.lstrip()) for text in filled}
    after = {len(text) - len(text.rstrip()) for text in filled}
    return len(before) > 1 or len(after) > 1 or bool(before and max(before | after) > 1)
