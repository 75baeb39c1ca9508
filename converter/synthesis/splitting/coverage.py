"""Which output columns are, one after the other, what an input column's text consists of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from converter.synthesis.splitting.pattern import Segment
from converter.table import Cell

Cells = Sequence[Cell]


@dataclass(frozen=True)
class Coverage:
    """The input column `source` parted into output columns.

    `segments` hold the rows whose text is parted, `others` the texts of rows whose output columns are all empty.
    """

    source: int
    segments: tuple[Segment, ...]
    others: tuple[str, ...]


def coverages(sources: Sequence[Cells], targets: Sequence[Cells]) -> Iterator[Coverage]:
    """Where two or more neighbouring target columns make up a whole source column; cells are given column by column."""
    for source, texts in enumerate(sources):
        if not any(texts):
            continue
        first = 0
        while first < len(targets) - 1:
            last = _last(texts, targets, first)
            if last is None:
                first += 1
                continue
            yield _coverage(source, texts, targets, range(first, last + 1))
            first = last + 1


def _last(texts: Cells, targets: Sequence[Cells], first: int) -> int | None:
    """The target column with which the columns from `first` on are the whole text in every row that they tell of."""
    written = [0] * len(texts)
    told = 0
    for at in range(first, len(targets)):
        for row, (text, cell) in enumerate(zip(texts, targets[at], strict=True)):
            if cell and not (text or "").startswith(cell, written[row]):
                return None
            written[row] += len(cell or "")
        told += any(targets[at])
        if at == first and not told:
            return None
        whole = all(count in (0, len(text or "")) for count, text in zip(written, texts, strict=True))
        if whole and told > 1:
            return at
    return None


def _coverage(source: int, texts: Cells, targets: Sequence[Cells], columns: range) -> Coverage:
    told = [row for row in range(len(texts)) if any(targets[at][row] for at in columns)]
    segments = tuple(Segment(at, tuple(targets[at][row] or "" for row in told)) for at in columns)
    others = {text for row, text in enumerate(texts) if text and row not in set(told)}
    return Coverage(source, segments, tuple(sorted(others)))
