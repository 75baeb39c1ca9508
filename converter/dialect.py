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
from converter.table import Cell, Row, Table, column_names

DELIMITERS = (",", ";", "\t", "|")
CELL_LIMIT = 16 << 20
"""Characters in one cell, at most; a quote that is never closed must not swallow a gigabyte."""

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SPACE_BEFORE_QUOTE = re.compile(rb'(?:^|[,;\t|\n])[ \t]+"')


@dataclass(frozen=True)
class Dialect:
    """How one file is written.

    `encoding` is a Python codec's name. `is_plain` says that the file's bytes are UTF-8 with one kind of line end and no
    blank lines among its rows, so that an engine may read them as they are; others are rewritten first.
    """

    encoding: str
    delimiter: str
    is_plain: bool


def detect(path: Path, *, name: str | None = None) -> Dialect:
    """The dialect of the file at `path`, decided on all its bytes (encoding, line ends) and its first 64 KiB (delimiter).

    Raises `BadCsv` for a file that is empty or binary; `name` is what the error calls the file.
    """
    name = name or path.name
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if not head.strip():
        raise BadCsv(name, "is empty; a CSV with at least one line is needed")
    encoding = _marked_encoding(head) or _unmarked_utf16(head)
    if encoding in (None, "utf-8-sig"):
        scan = _Scan.of(path)
        if scan.has_nul:
            raise BadCsv(name, "is binary (it has NUL bytes), not text; give a CSV file")
        if encoding is None or not scan.is_utf8:
            encoding = "utf-8" if scan.is_utf8 else ("cp1252" if scan.is_cp1252 else "latin-1")
        is_plain = encoding == "utf-8" and scan.is_regular
    else:
        is_plain = False
    sample = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    # Control characters in UTF-8 may be somebody's data; in bytes of no encoding they are a binary file's.
    if encoding in ("cp1252", "latin-1") and _control_share(sample) > 0.05:
        raise BadCsv(name, "is binary, not text; give a CSV file")
    return Dialect(encoding, _delimiter(sample), is_plain)


def read_rows(path: Path, dialect: Dialect, *, name: str | None = None) -> Iterator[Row]:
    """The file's rows in order, each as long as its line says; a blank line is an empty tuple. Streams.

    Raises `BadCsv` where a quote is never closed or the bytes are not of the encoding.
    """
    name = name or path.name
    with path.open(encoding=dialect.encoding, newline="") as lines:
        try:
            yield from split_rows(lines, dialect.delimiter, name=name)
        except UnicodeDecodeError as error:
            raise BadCsv(name, f"is not {dialect.encoding} text: {error.reason} at byte {error.start}") from error


def split_rows(lines: Iterable[str], delimiter: str, *, name: str) -> Iterator[Row]:
    """Rows of `lines`, each of which still has its line end. A quoted cell may go over many lines."""
    cell = _cell_pattern(delimiter)
    source = iter(lines)
    for number, line in enumerate(source, 1):
        text = line.rstrip("\r\n")
        if '"' not in text:
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
        yield row


def read_table(path: Path, *, header: bool = True, name: str | None = None, max_rows: int | None = None) -> Table:
    """The file as a table, its first `max_rows` rows where that is given.

    With a header every row must have as many cells as the header, blank lines are passed over. Without one, short rows
    are filled with missing cells and a blank line is a row of them; blank lines at the end are none.

    Raises `BadCsv`, with the row's number in the file (the header is row 1).
    """
    name = name or path.name
    rows = read_rows(path, detect(path, name=name), name=name)
    if header:
        names, body = with_header(rows, name=name)
        cells = tuple(islice(body, max_rows))
        return Table(column_names(names, len(names)), cells, names)
    taken = list(islice(rows, max_rows))
    while taken and not taken[-1]:
        taken.pop()
    width = max((len(row) for row in taken), default=0)
    return Table(column_names(None, width), tuple(fill(row, width) for row in taken))


def with_header(rows: Iterator[Row], *, name: str) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The header's names, and the rows below it, each held to the header's width."""
    numbered = ((number, row) for number, row in enumerate(rows, 1) if row)
    first = next(numbered, None)
    if first is None:
        raise BadCsv(name, "is empty; a CSV with at least one line is needed")
    names = tuple(cell or "" for cell in first[1])
    return names, _of_width(numbered, names, name)


def fill(row: Row, width: int) -> Row:
    """The row, filled with missing cells up to `width`."""
    return row + (None,) * (width - len(row))


def _of_width(numbered: Iterator[tuple[int, Row]], names: tuple[str, ...], name: str) -> Iterator[Row]:
    for number, row in numbered:
        if len(row) != len(names):
            cells = f"{len(row)} cell{'s' * (len(row) != 1)}"
            raise BadCsv(name, f"has {cells}, the header has {len(names)}", row=number)
        yield row


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
    """What all bytes of a file say about its encoding and its lines."""

    is_utf8: bool
    is_cp1252: bool
    has_nul: bool
    is_regular: bool

    @classmethod
    def of(cls, path: Path) -> "_Scan":
        utf8, is_utf8, is_cp1252, has_nul = codecs.getincrementaldecoder("utf-8")(), True, True, False
        feeds = pairs = returns = 0
        odd, last = False, b""
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                is_utf8 = is_utf8 and _decodes(utf8, chunk)
                is_cp1252 = is_cp1252 and (is_utf8 or not re.search(rb"[\x81\x8d\x8f\x90\x9d]", chunk))
                has_nul = has_nul or b"\0" in chunk
                feeds, returns = feeds + chunk.count(b"\n"), returns + chunk.count(b"\r")
                # Two bytes of the chunk before, so that what lies across the border is seen.
                seam = last + chunk
                pairs += seam.count(b"\r\n") - last.count(b"\r\n")
                odd = odd or _is_odd(seam)
                last = chunk[-3:]
        is_utf8 = is_utf8 and _decodes(utf8, b"", final=True)
        return cls(is_utf8, is_cp1252, has_nul, not odd and returns == pairs and pairs in (0, feeds))


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _is_odd(chunk: bytes) -> bool:
    """Whether the bytes have a blank line, or a space before a quote, which engines read in ways of their own."""
    blank = b"\n\n" in chunk or b"\n\r\n" in chunk or chunk.startswith((b"\n", b"\r\n"))
    return blank or ((b' "' in chunk or b'\t"' in chunk) and _SPACE_BEFORE_QUOTE.search(chunk) is not None)


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
