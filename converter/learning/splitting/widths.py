"""Fields of fixed widths: where a column's texts are aligned, the example shows how wide each field is."""

from collections.abc import Sequence

from converter.learning.splitting.elements import Anything, Width
from converter.learning.splitting.pattern import Pattern, Segment


def widths(segments: Sequence[Segment]) -> list[int] | None:
    """How wide each segment but the last is; None where one varies."""
    found = [{len(text) for text in segment.texts} for segment in segments[:-1]]
    return None if any(len(lengths) > 1 for lengths in found) else [lengths.pop() for lengths in found]


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
