"""What the bytes of a whole CSV file say about its quotes and lines, found at the speed of memory.

DuckDB reads most files as `dialect` does, much faster. Some it silently reads otherwise: it drops spaces beside quotes, and
where it begins in the middle of a file, it may take the inside of a quoted cell for the outside. Told a file's `Layout`, it
rejects most of what it would read otherwise; `is_plain` finds the rest. What is plainly broken (a ragged row, a quote never
closed) DuckDB reports by itself.
"""

import re
from codecs import BOM_UTF8
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

_CHUNK = 1 << 18
_SAMPLE = 1 << 16
# Longer records are rare, and not worth looking at again and again until they end.
_RECORD_LIMIT = 16 << 20


@dataclass(frozen=True)
class Layout:
    """How a file is written, as far as the engine has to know beforehand. `is_plain` holds the file to it.

    `line_feeds`: lines end with a line feed alone. `quoted_blanks`: there may be quoted cells with nothing in them, which
    are not missing. `quoted_breaks`: quoted cells of all kinds, those too that hold line breaks or begin with a delimiter, so
    that a part of the file does not tell by itself what is quoted in it.
    """

    line_feeds: bool
    quoted_blanks: bool
    quoted_breaks: bool

    @classmethod
    def glimpse(cls, path: Path, delimiter: str) -> Self:
        """The layout that the file's first 64 KiB show."""
        with path.open("rb") as file:
            head = file.read(_SAMPLE).removeprefix(BOM_UTF8)
        lines = head[: head.rfind(b"\n") + 1]
        breaks = _lines(delimiter, blanks=True).fullmatch(lines) is None
        blanks = breaks or _lines(delimiter, blanks=False).fullmatch(lines) is None
        return cls(b"\r" not in head.partition(b"\n")[0], blanks, breaks)

    def with_any_cells(self) -> Self:
        """The same for quoted cells of all kinds."""
        return replace(self, quoted_blanks=True, quoted_breaks=True)


def is_plain(path: Path, delimiter: str, width: int, layout: Layout, *, blank_lines: bool) -> bool:
    """Whether an engine that is told `delimiter`, a width of `width` cells and the layout reads this file as we do.

    `blank_lines` says whether a blank line below the first is passed over, so that it does no harm.
    """
    scan = _Scan(delimiter, width, layout, blank_lines and width > 1)
    with path.open("rb") as file:
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)
        while chunk := file.read(_CHUNK):
            if not scan.add(chunk):
                return False
    return scan.ends_well()


class _Scan:
    """Looks at some whole records at a time."""

    def __init__(self, delimiter: str, width: int, layout: Layout, blank_lines: bool) -> None:
        self._delimiter, self._width, self._layout, self._blank_lines = delimiter.encode(), width, layout, blank_lines
        self._lines = _lines(delimiter, blanks=layout.quoted_blanks)
        self._begun = b""
        self._is_first = True
        borders = {delimiter.encode(), b"\r", b"\n", b'"'}
        # Every byte that is neither quote nor border is an x: one beside a quote is a quote where none should be.
        self._kinds = bytes(byte if bytes([byte]) in borders else ord("x") for byte in range(256))

    def add(self, chunk: bytes) -> bool:
        """Takes in the next chunk; False where an engine may read it otherwise."""
        text = self._begun + chunk
        end = text.rfind(b"\n") + 1
        if self._layout.quoted_breaks:
            end = _record_end(text, end)
        self._begun = text[end:]
        return len(self._begun) <= _RECORD_LIMIT and self._are_regular(text[:end])

    def ends_well(self) -> bool:
        """Whether the last record is as regular as those before it."""
        line_end = b"\n" if self._layout.line_feeds else b"\r\n"
        return not self._begun or (b"\r" not in self._begun[-1:] and self._are_regular(self._begun + line_end))

    def _are_regular(self, records: bytes) -> bool:
        if b"\0" in records:
            return False
        lines = self._outside_of_quotes(records)
        if lines is None:
            return False
        if (self._is_first or not self._blank_lines) and lines.startswith((b"\r", b"\n")):
            return False
        self._is_first = self._is_first and not lines
        if not self._blank_lines and (b"\n\n" in lines or b"\n\r" in lines):
            return False
        if not self._layout.line_feeds and not lines.count(b"\n") == lines.count(b"\r") == lines.count(b"\r\n"):
            return False
        # Where blanks are NULL, the engine lets one too many pass at a row's end. It counts all other cells.
        return not self._layout.quoted_blanks or self._have_the_width(lines)

    def _outside_of_quotes(self, records: bytes) -> bytes | None:
        """The records, a quoted cell in them being some quotes, or None where a quote should not be; all of them, where
        what is quoted makes no difference.
        """
        if b'"' not in records:
            return records
        if not self._layout.quoted_blanks:
            return records if self._lines.fullmatch(records) else None
        parts = records.split(b'"')
        outside, inside = b'"'.join(parts[::2]), b'"' + b'"'.join(parts[1::2])
        kinds = outside.translate(self._kinds)
        if b'x"' in kinds or b'"x' in kinds or len(parts) % 2 == 0:
            return None
        # A mark behind a quote in a cell looks like one at the cell's beginning; the slower expression tells.
        may_break = b"\n" in inside or b"\r" in inside or b'"' + self._delimiter in inside
        if may_break and not self._layout.quoted_breaks and not self._lines.fullmatch(records):
            return None
        return outside

    def _have_the_width(self, lines: bytes) -> bool:
        lines = lines.replace(b"\r\n", b"\n")
        if self._delimiter + b"\n" not in lines:
            return True
        while b"\n\n" in lines:
            lines = lines.replace(b"\n\n", b"\n")
        lines = lines.removeprefix(b"\n")
        return lines.count(self._delimiter) == lines.count(b"\n") * (self._width - 1)


def _record_end(text: bytes, end: int) -> int:
    """The last line end of text[:end] that is not within quotes."""
    inside = text.count(b'"', 0, end) % 2
    while inside and end:
        before = text.rfind(b"\n", 0, end - 1) + 1
        inside ^= text.count(b'"', before, end) % 2
        end = before
    return end


def _lines(delimiter: str, *, blanks: bool) -> re.Pattern[bytes]:
    """Lines whose quotes are regular, with quoted cells that have no line breaks, begin with no delimiter, are not empty.

    So the byte behind a quote tells an opening from a closing one: behind an opening one (and the quotes that its cell's
    text begins with) is text, behind a closing one a border. An engine that begins in the middle cannot take one for the
    other without noticing.
    """
    mark = re.escape(delimiter).encode()
    not_empty = b"" if blanks else b'(?!"(?!"))'
    text = b'(?:"")*+(?![%b\r\n])[^"\r\n]*+(?:""[^"\r\n]*+)*+' % mark
    cell = b'(?<![^%b\r\n])"%b%b"(?=[%b\r\n])' % (mark, not_empty, text, mark)
    return re.compile(b'[^"]*+(?:%b[^"]*+)*+' % cell)
