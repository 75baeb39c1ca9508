"""Which output columns are, one after the other, what an input column's text consists of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from converter.learning.splitting.pattern import Segment
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


def delimited(sources: Sequence[Cells], targets: Sequence[Cells]) -> Iterator[Coverage]:
    """Where the marks between target columns are dropped: a source column is their cells with marks of several kinds between.

    The marks are the same in every row. Of a single kind of mark, each column by itself tells where it stands.
    """
    for source, texts in enumerate(sources):
        if len(texts) < 2 or not all(texts):
            continue
        rows = [text or "" for text in texts]
        inside = [at for at, cells in enumerate(targets) if _are_parts(cells, rows)]
        inside.sort(key=lambda at: rows[0].find(targets[at][0] or ""))
        gaps = _gaps(rows, [targets[at] for at in inside])
        if len(inside) > 1 and gaps is not None and len(set(filter(None, gaps))) > 1 and all(gaps[1:-1]):
            segments = [Segment(None, (gaps[0],) * len(rows))] if gaps[0] else []
            for at, gap in zip(inside, gaps[1:], strict=True):
                segments.append(Segment(at, tuple(cell or "" for cell in targets[at])))
                segments += [Segment(None, (gap,) * len(rows))] if gap else []
            yield Coverage(source, tuple(segments), ())


def _are_parts(cells: Cells, rows: Sequence[str]) -> bool:
    """Whether each cell is a part of its row's text, and not always the same."""
    pairs = zip(cells, rows, strict=True)
    return len(set(cells)) > 1 and all(cell and cell != text and cell in text for cell, text in pairs)


def _gaps(rows: Sequence[str], columns: Sequence[Cells]) -> list[str] | None:
    """The marks before, between and after the columns' cells; None where they differ from row to row or have digits."""
    found: list[str] = []
    written = [0] * len(rows)
    for cells in (*columns, None):
        ends = [len(text) for text in rows] if cells is None else list(map(_find, rows, cells, written))
        gaps = {text[start:end] if end >= start else "x" for text, start, end in zip(rows, written, ends, strict=True)}
        gap = gaps.pop()
        if gaps or any(map(str.isdigit, gap)):
            return None
        found.append(gap)
        written = [end + len(cell or "") for end, cell in zip(ends, cells or ("",) * len(rows), strict=True)]
    return found


def _find(text: str, cell: Cell, start: int) -> int:
    return text.find(cell or "", start)


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
