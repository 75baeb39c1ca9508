"""Dates and times: read in one format, decided on all rows, and written in another."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from converter.synthesis.piece import Operator, Piece, call, cells_of, column
from converter.table import Table

_DATES = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d", "%d/%m/%y", "%m/%d/%y",
    "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d-%b-%y", "%A, %B %d, %Y", "%Y.%m.%d",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M:%SZ", " %I:%M %p", " %I:%M:%S %p")
_TIMES_ALONE = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p")
_PARTS = (
    "%d", "%-d", "%m", "%-m", "%Y", "%y", "%B", "%b", "%A", "%a", "%H", "%-H", "%I", "%-I", "%M", "%S", "%p", "%j",
)  # fmt: skip


def propose(table: Table, target: Sequence[str]) -> Iterator[Piece]:
    """The parts and usual formats of every column whose filled cells are all dates of one format."""
    for at in range(table.width):
        cells = cells_of(table, at)
        filled = [cell for cell in cells if cell]
        if not filled or not any(character.isdigit() for character in filled[0]):
            continue
        for rank, given in enumerate(_readable(filled)):
            yield from _written(table, at, cells, given, 2 + 0.2 * rank)


def _readable(cells: Sequence[str]) -> Iterator[str]:
    for given in (*(date + time for date in _DATES for time in _TIMES), *_TIMES_ALONE):
        if _parsed(cells[0], given) and all(_parsed(cell, given) for cell in cells):
            yield given


def _written(table: Table, at: int, cells: Sequence[str], given: str, cost: float) -> Iterator[Piece]:
    moments = [_parsed(cell, given) for cell in cells]
    moment = call("try_strptime", column(table, at), given)
    for rank, wanted in enumerate((*_PARTS, *(date + time for date in _DATES for time in _TIMES[:4]), *_TIMES_ALONE)):
        if wanted != given:
            texts = tuple(one.strftime(wanted) if one else "" for one in moments)
            yield Piece(call("strftime", moment.copy(), wanted), texts, cost + 1 + 0.01 * rank, "date")


def _parsed(cell: str, given: str) -> datetime | None:
    try:
        return datetime.strptime(cell, given)
    except ValueError:
        return None


DATES = Operator("dates", propose)
