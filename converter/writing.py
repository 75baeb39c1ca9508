"""How a file is written, as far as an output is to be like it: its delimiter, its blank cells, the lengths of its rows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from converter.dialect import Dialect
from converter.table import Cell, Row

_MOST_KINDS = 200
"""Kinds of record lines, at most; where more first cells differ, they tell no kinds."""


class Blanks(StrEnum):
    """How cells without text are written."""

    KEPT = "kept"
    """Each as it is: nothing for a missing cell, a pair of quotes for empty text."""

    BARE = "bare"
    """Nothing."""

    QUOTED = "quoted"
    """A pair of quotes."""

    @classmethod
    def unsaid(cls, *, ragged: bool) -> "Blanks":
        """How they are written where no example says: statements that give lists make `''` where there is nothing."""
        return cls.BARE if ragged else cls.KEPT


@dataclass(frozen=True)
class Writing:
    """A file's delimiter and its way with blank cells.

    Where its rows have several lengths, `row_widths` gives the least that a row has for each first cell; otherwise it is None.
    """

    delimiter: str = ","
    blanks: Blanks = Blanks.KEPT
    row_widths: dict[str, int] | None = None

    @classmethod
    def of(cls, rows: Iterable[Row], dialect: Dialect) -> "Writing":
        """What the file's rows show. By commas where its delimiter is not one character."""
        kinds: dict[str, set[int]] = {}
        forms: set[Blanks] = set()
        for number, row in enumerate(filter(None, rows)):
            kinds.setdefault(row[0] or "", set()).add(len(row))
            if number:
                # The first row may be a heading, whose names may lack without a meaning.
                forms |= {Blanks.QUOTED if cell is not None else Blanks.BARE for cell in row if not cell}
        widths = {width for kind in kinds.values() for width in kind}
        least = {kind: min(of_kind) for kind, of_kind in kinds.items()} if len(kinds) <= _MOST_KINDS else {}
        is_one = len(dialect.delimiter) == 1 and dialect.delimiter != " "
        return cls(
            dialect.delimiter if is_one else ",",
            forms.pop() if len(forms) == 1 else Blanks.KEPT,
            least if len(widths) > 1 else None,
        )


class RowWriter:
    """Writes rows as lines, each as long as it is."""

    def __init__(self, delimiter: str, blanks: Blanks) -> None:
        self._delimiter, self._blanks = delimiter, blanks
        self._marks = re.compile(f'[{re.escape(delimiter)}"\r\n]')

    def line(self, row: Sequence[Cell]) -> str:
        """The row's line with its end. A row of one blank cell is a pair of quotes, since a line with nothing is no row."""
        if len(row) == 1 and not row[0]:
            return '""\n'
        return self._delimiter.join(map(self._written, row)) + "\n"

    def _written(self, cell: Cell) -> str:
        if not cell:
            is_quoted = self._blanks is Blanks.QUOTED or (self._blanks is Blanks.KEPT and cell is not None)
            return '""' if is_quoted else ""
        return '"' + cell.replace('"', '""') + '"' if self._marks.search(cell) else cell


def cut(row: Sequence[Cell], widths: dict[str, int]) -> Sequence[Cell]:
    """The row without missing cells at its end, down to the least width of rows that begin as it does."""
    end = len(row)
    least = widths.get(row[0] or "", 1) if row else 0
    while end > least and row[end - 1] is None:
        end -= 1
    return row[:end]


def write_lines(
    path: Path, rows: Iterable[Sequence[Cell]], delimiter: str, blanks: Blanks, header: Sequence[str] | None
) -> int:
    """Writes rows to the file, each as long as it is, below the names of the `header` if there is one; gives their number."""
    writer, count = RowWriter(delimiter, blanks), 0
    with path.open("w", newline="", encoding="utf-8") as file:
        if header is not None:
            # Of a blank name one cannot tell how it came, and hardly any file has it in quotes.
            file.write(writer.line([name or None for name in header]))
        for row in rows:
            file.write(writer.line(row))
            count += 1
    return count
