"""How a CSV file is written, found out without guessing at types, and its rows as text with nothing lost.

Every cell stays the text that it is. A cell with nothing between its delimiters is missing (`None`), a quoted empty one
is empty text (`""`). A quote opens a quoted cell only as the cell's first character, as RFC 4180 has it.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from converter.errors import BadCsv
from converter.table import Cell, Row

DELIMITERS = (",", ";", "\t", "|")
CELL_LIMIT = 16 << 20
"""Characters in one cell, at most; a quote that is never closed must not swallow a gigabyte."""
ROW_LIMIT = 16_384
"""Cells in one row, at most: as many as a sheet of Excel has columns. Looking at them takes time by their number."""
HEADING_LIMIT = 1 << 20
"""Characters in a file's first row, at most."""

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class Dialect:
    """How one file is written.

    `encoding` is a Python codec's name.
    """

    encoding: str
    delimiter: str

    @property
    def is_utf8(self) -> bool:
        """Whether the file's bytes are UTF-8, with or without a byte order mark."""
        return self.encoding in ("utf-8", "utf-8-sig")


def detect(path: Path, *, name: str | None = None) -> Dialect:
    """The dialect of the file at `path`, decided on all its bytes (encoding) and its first 64 KiB (delimiter).

    Raises `BadCsv` for a file that is empty or binary; `name` is what the error calls the file.
    """
    name = name or path.name
    head = _head(path, name)
    encoding = _marked_encoding(head) or _unmarked_utf16(head)
    if encoding in (None, "utf-8-sig"):
        scan = _Scan.of(path)
        if scan.has_nul:
            raise BadCsv(name, "is binary (it has NUL bytes), not text; give a CSV file")
        if encoding is None or not scan.is_utf8:
            encoding = "utf-8" if scan.is_utf8 else ("cp1252" if scan.is_cp1252 else "latin-1")
    sample = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    # Control characters in UTF-8 may be somebody's data; in bytes of no encoding they are a binary file's.
    if encoding in ("cp1252", "latin-1") and _control_share(sample) > 0.05:
        raise BadCsv(name, "is binary, not text; give a CSV file")
    return Dialect(encoding, _delimiter(sample))


def glimpse(path: Path, *, name: str | None = None) -> Dialect:
    """The dialect that the file's first 64 KiB show, where they are UTF-8: true unless `detect` finds other bytes later.

    All of the file is looked at where its beginning is not UTF-8. Raises `BadCsv` as `detect` does.
    """
    name = name or path.name
    head = _head(path, name)
    encoding = _marked_encoding(head) or "utf-8"
    if encoding not in ("utf-8", "utf-8-sig") or b"\0" in head:
        return detect(path, name=name)
    try:
        # The sample's last character may be cut.
        sample = codecs.getincrementaldecoder(encoding)().decode(head, len(head) < _SAMPLE)
    except UnicodeDecodeError:
        return detect(path, name=name)
    return Dialect(encoding, _delimiter(sample))


def _head(path: Path, name: str) -> bytes:
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if not head.strip():
        raise BadCsv(name, "is empty; a CSV with at least one line is needed")
    return head


def read_rows(path: Path, dialect: Dialect, *, name: str | None = None) -> Iterator[Row]:
    """The file's rows in order, each as long as its line says; a blank line is an empty tuple. Streams.

    Raises `BadCsv` where a quote is never closed or the bytes are not of the encoding.
    """
    name = name or path.name
    with path.open(encoding=dialect.encoding, newline="") as lines:
        try:
            yield from split_rows(lines, dialect.delimiter, name=name)
        except UnicodeDecodeError as error:
            raise _undecodable(name, dialect, error) from error


def transcode(path: Path, dialect: Dialect, to: Path, *, name: str | None = None) -> None:
    """Writes the file's text to the file `to` as UTF-8, line ends as they are. Raises `BadCsv` as `read_rows` does."""
    with path.open(encoding=dialect.encoding, newline="") as given, to.open("w", encoding="utf-8", newline="") as made:
        try:
            while text := given.read(_CHUNK):
                made.write(text)
        except UnicodeDecodeError as error:
            raise _undecodable(name or path.name, dialect, error) from error


def split_rows(lines: Iterable[str], delimiter: str, *, name: str) -> Iterator[Row]:
    """Rows of `lines`, each of which still has its line end. A quoted cell may go over many lines."""
    cell = _cell_pattern(delimiter)
    source = iter(lines)
    for number, line in enumerate(source, 1):
        text = line.rstrip("\r\n")
        if number == 1 and len(text) > HEADING_LIMIT:
            raise BadCsv(name, f"has a first row of {len(text)} characters; at most {HEADING_LIMIT} are read", row=1)
        if '"' not in text:
            if text.count(delimiter) >= ROW_LIMIT:
                raise _too_wide(name, number, text.count(delimiter) + 1)
            yield tuple(part or None for part in text.split(delimiter)) if text else ()
            continue
        row = _split(line, cell, delimiter)
        parts, length = [line], len(line)
        while row is None:
            more = next(source, None)
            length += len(more or "")
            if more is None or length > CELL_LIMIT:
                raise BadCsv(name, 'a quote (") opens a cell and is never closed', row=number)
            parts.append(more)
            if '"' in more:
                row = _split("".join(parts), cell, delimiter)
        if len(row) > ROW_LIMIT:
            raise _too_wide(name, number, len(row))
        yield row


def _too_wide(name: str, number: int, cells: int) -> BadCsv:
    return BadCsv(name, f"has {cells} cells; at most {ROW_LIMIT} are read. Is the delimiter what it should be?", row=number)


def _undecodable(name: str, dialect: Dialect, error: UnicodeDecodeError) -> BadCsv:
    return BadCsv(name, f"is not {dialect.encoding} text: {error.reason} at byte {error.start}")


def _cell_pattern(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    # Possessive repeats: a quote that is not closed must fail at once, not after trying every way to split the text.
    return re.compile(rf'(?:"((?:[^"]++|"")*+)"([^{mark}\r\n]*+)|([^{mark}\r\n"][^{mark}\r\n]*+)?)({mark}|\r\n|[\r\n]|\Z)')


def _split(text: str, cell: re.Pattern[str], delimiter: str) -> Row | None:
    """The cells of one whole row, or None where a quoted cell is still open at the text's end."""
    cells: list[Cell] = []
    position = 0
    while True:
        match = cell.match(text, position)
        if match is None:
            return None
        quoted, trailing, bare, end = match.groups()
        cells.append(bare if quoted is None else quoted.replace('""', '"') + trailing)
        position = match.end()
        if end != delimiter:
            return tuple(cells)


@dataclass(frozen=True)
class _Scan:
    """What all bytes of a file say about its encoding."""

    is_utf8: bool
    is_cp1252: bool
    has_nul: bool

    @classmethod
    def of(cls, path: Path) -> "_Scan":
        utf8, is_utf8, is_cp1252, has_nul = codecs.getincrementaldecoder("utf-8")(), True, True, False
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                is_utf8 = is_utf8 and _decodes(utf8, chunk)
                is_cp1252 = is_cp1252 and (chunk.isascii() or not _NOT_CP1252.search(chunk))
                has_nul = has_nul or b"\0" in chunk
        return cls(is_utf8 and _decodes(utf8, b"", final=True), is_cp1252, has_nul)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    if chunk.isascii() and not final and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _marked_encoding(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)), None)


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a byte order mark shows as NULs at every other byte of mostly Latin text."""
    if len(head) < 4 or b"\0" not in head:
        return None
    low, high = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if high > 0.4 * half and low == 0:
        return "utf-16-le"
    return "utf-16-be" if low > 0.4 * half and high == 0 else None


def _control_share(text: str) -> float:
    return sum(character < " " and character not in "\t\r\n\f\v" for character in text) / max(1, len(text))


def _delimiter(sample: str) -> str:
    """The delimiter that splits the sample's rows most evenly into more than one cell; a comma where none does."""
    evenness = {delimiter: _evenness(sample, delimiter) for delimiter in DELIMITERS}
    if evenness[";"] == 1 and _commas_are_decimal(sample):
        return ";"
    # On a tie the first of DELIMITERS wins.
    return max(DELIMITERS, key=lambda delimiter: evenness[delimiter])


def _evenness(sample: str, delimiter: str) -> float:
    """The share of rows that have the most common number of cells; 0 where that number, or the first row's, is one."""
    lines = sample.splitlines(keepends=True)
    if len(lines) > 1 and len(sample) >= _SAMPLE // 4:
        lines.pop()  # It may have been cut.
    widths = []
    try:
        widths = [len(row) for row in islice(split_rows(lines, delimiter, name="sample"), 1000) if row]
    except BadCsv:
        if not widths:
            return 0
    width, count = Counter(widths).most_common(1)[0] if widths else (1, 0)
    return count / len(widths) if width > 1 and widths[0] > 1 else 0


def _commas_are_decimal(sample: str) -> bool:
    """Whether every comma stands between two digits, as in `1,5;2,5`."""
    return not re.search(r"(?<!\d),|,(?!\d)", sample)
