"""What the bytes of a whole CSV file say about its quotes and lines, found at the speed of memory.

DuckDB reads most files as `dialect` does, much faster. Some it silently reads otherwise: it drops spaces beside quotes, and
where it begins in the middle of a file, it may take the inside of a quoted cell for the outside. Told a file's `Layout`, it
rejects most of what it would read otherwise; `is_plain` finds the rest. What is plainly broken (a ragged row, a quote never
closed) DuckDB reports by itself.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Self

_CHUNK = 1 << 19
_SAMPLE = 1 << 16
# A look at 64 bytes at a time pays for the import of NumPy (0.1 s against 2 to 5 ns a byte) in files of this size with a quote
# in as many bytes, and in all that are eight times as large.
_VECTORS_BYTES, _VECTORS_SPACING = 32 << 20, 50
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
    scan = _Scan(delimiter, width, layout, blank_lines and width > 1, path.stat().st_size)
    with path.open("rb") as file:
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)
        while records := _records(file, over_lines=layout.quoted_breaks):
            if not scan.are_regular(records):
                return False
    return True


def _records(file: BinaryIO, *, over_lines: bool) -> bytes:
    """The next whole records, whose quoted cells may go over many lines; nothing at the file's end."""
    lines = file.read(_CHUNK) + file.readline(_RECORD_LIMIT)
    if not over_lines or lines.count(b'"') % 2 == 0:
        return lines
    parts, length = [lines], 0
    while length < _RECORD_LIMIT and (line := file.readline(_RECORD_LIMIT)):
        parts.append(line)
        length += len(line)
        if line.count(b'"') % 2:
            break
    return b"".join(parts)


class _Scan:
    """Looks at some whole records at a time."""

    def __init__(self, delimiter: str, width: int, layout: Layout, blank_lines: bool, size: int) -> None:
        self._delimiter, self._width, self._layout, self._blank_lines = delimiter.encode(), width, layout, blank_lines
        self._size = size
        self._look: Callable[..., bool] | None = None
        self._line_end = b"\n" if layout.line_feeds else b"\r\n"
        self._lines = _lines(delimiter, blanks=layout.quoted_blanks)
        self._runs = _runs(delimiter)
        self._odd_cell = _odd_cell(delimiter, blanks=layout.quoted_blanks)
        # As an expression, since that is found in half the time that `in` takes.
        self._blank_end = re.compile(re.escape(self._delimiter + b"\n"))
        self._is_first = True
        borders = {self._delimiter, b"\r", b"\n", b'"'}
        # Every byte that is neither quote nor border is an x: one beside a quote is a quote where none should be.
        self._kinds = bytes(byte if bytes([byte]) in borders else ord("x") for byte in range(256))

    def are_regular(self, records: bytes) -> bool:
        """Whether an engine reads the next records of the file as we do."""
        if not records.endswith(b"\n"):
            # Only a file's last line has no end, unless it is too long for us.
            if records.endswith(b"\r") or len(records) > _RECORD_LIMIT:
                return False
            records += self._line_end
        # The engine takes a byte order mark within the file for text of a cell. One byte is found much sooner than three.
        if b"\0" in records or (BOM_UTF8[:1] in records and BOM_UTF8 in records):
            return False
        if self._is_first and self._is_worth_vectors(records):
            from converter.quotes import are_surely_regular

            self._look = are_surely_regular
        lines = records
        is_sure = False
        if b'"' in records:
            if self._layout.quoted_breaks:
                lines = _outside_of_quotes(records)
            is_sure = self._look is not None and self._look(records, self._delimiter, blanks=self._layout.quoted_blanks)
            if not is_sure and not self._has_regular_quotes(records, lines):
                return False
        if (self._is_first or not self._blank_lines) and lines.startswith((b"\r", b"\n")):
            return False
        self._is_first = False
        if not self._blank_lines and (b"\n\n" in lines or b"\n\r" in lines):
            return False
        # Where lines end with a line feed alone, the engine takes both for two ends, and a blank line between them.
        if not self._blank_lines and self._layout.line_feeds and b"\r\n" in lines:
            return False
        if not self._layout.line_feeds and not lines.count(b"\n") == lines.count(b"\r") == lines.count(b"\r\n"):
            return False
        # Where blanks are NULL, the engine lets one too many pass at a row's end. It counts all other cells.
        return is_sure or not self._layout.quoted_blanks or self._have_the_width(lines)

    def _is_worth_vectors(self, records: bytes) -> bool:
        """Whether a file that begins with these records is looked at sooner by vectors."""
        if self._layout.quoted_breaks or len(self._delimiter) > 1 or self._size < _VECTORS_BYTES:
            return False
        return self._size >= 8 * _VECTORS_BYTES or records.count(b'"') * _VECTORS_SPACING > len(records)

    def _has_regular_quotes(self, records: bytes, outside: bytes) -> bool:
        if self._layout.quoted_breaks:
            kinds = outside.translate(self._kinds)
            return not (b'x"' in kinds or b'"x' in kinds or records.count(b'"') % 2)
        runs = self._runs.findall(records)
        if b'"' not in runs:
            cells = self._delimiter.join((b"", *runs, b""))
            if not (b"\n" in cells or b"\r" in cells or self._odd_cell.search(cells)):
                return True
        return self._lines.fullmatch(records) is not None

    def _have_the_width(self, lines: bytes) -> bool:
        if b"\r" in lines:
            # To the engine, too, one alone ends a line.
            lines = lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if not self._blank_end.search(lines):
            return True
        if not self._layout.quoted_breaks:
            lines = _outside_of_quotes(lines)
        while b"\n\n" in lines:
            lines = lines.replace(b"\n\n", b"\n")
        lines = lines.removeprefix(b"\n")
        return lines.count(self._delimiter) == lines.count(b"\n") * (self._width - 1)


def _outside_of_quotes(records: bytes) -> bytes:
    """The records, a quoted cell in them being some quotes."""
    return b'"'.join(records.split(b'"')[::2])


def _runs(delimiter: str) -> re.Pattern[bytes]:
    """Quoted cells that stand side by side, from the first one's quote to the last one's; a quote alone is none of a cell's.

    Where all quotes belong to a run and no run has a line break, quotes are regular. A much faster expression than that of
    `_lines`, since it begins with one certain byte and tells no quoted cell from another.
    """
    mark = re.escape(delimiter).encode()
    return re.compile(b'"(?:(?<![^%b\r\n]")[^"]*+"(?:%b*+"[^"]*+")*+(?=[%b\r\n])|)' % (mark, mark, mark))


def _odd_cell(delimiter: str, *, blanks: bool) -> re.Pattern[bytes]:
    """Whatever may be a quoted cell between delimiters that begins with one or, unless there may be blanks, is empty."""
    mark = re.escape(delimiter).encode()
    return re.compile(b'%b"(?:"")*+%b%b' % (mark, b"" if blanks else b'"?', mark))


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
