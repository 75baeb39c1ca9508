"""A CSV file's rows as text with nothing lost, in any dialect.

Every cell stays the text that it is. A cell with nothing between its delimiters is missing (`None`), a quoted empty one
is empty text (`""`). A quote opens a quoted cell only as the cell's first character, as RFC 4180 has it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from converter.dialect import Dialect
from converter.drawn import drawn_rows
from converter.encoding import spoken
from converter.errors import BadCsv
from converter.table import Cell, Row

CELL_LIMIT = 16 << 20
"""Characters in one cell, at most; a quote that is never closed must not swallow a gigabyte."""
ROW_LIMIT = 16_384
"""Cells in one row, at most: as many as a sheet of Excel has columns. Looking at them takes time by their number."""
TABLE_CELLS, SAMPLE_CELLS = 20_000_000, 2_000_000
"""Cells of a table in memory, at most, and of one of which the first rows are wanted."""
HEADING_LIMIT = 1 << 20
"""Characters in a file's first row, at most."""

_CHUNK = 1 << 20
_MARK = "\ufeff"
_FORMULA = re.compile(r'="([^"]*)"')
_WRAPPED = re.compile(r'"((?:[^"\r\n]|"")*+)"([\r\n]*)')


def read_rows(path: Path, dialect: Dialect, *, name: str | None = None) -> Iterator[Row]:
    """The file's rows in order, each as long as its line says; a blank line is an empty tuple. Streams.

    Raises `BadCsv` where a quote is never closed or the bytes are not of the encoding, with the row's number.
    """
    name = name or path.name
    with path.open(encoding=dialect.encoding, errors=dialect.errors, newline="") as lines:
        try:
            for _ in range(dialect.skip):
                next(lines, None)
            yield from split_rows(lines, dialect, name=name)
        except UnicodeDecodeError as error:
            raise _undecodable(path, dialect, name, error) from error


def transcode(path: Path, dialect: Dialect, to: Path, *, name: str | None = None) -> None:
    """Writes the file's text to the file `to` as UTF-8, line ends as they are. Raises `BadCsv` as `read_rows` does."""
    reading = path.open(encoding=dialect.encoding, errors=dialect.errors, newline="")
    with reading as given, to.open("w", encoding="utf-8", newline="") as made:
        try:
            while text := given.read(_CHUNK):
                made.write(text)
        except UnicodeDecodeError:
            # Our own reader knows the row.
            for _ in read_rows(path, dialect, name=name):
                pass
            raise


def held(rows: Iterable[Row], max_rows: int | None, *, name: str) -> Iterator[Row]:
    """The rows, of which a table in memory is made: the first `max_rows`, and fewer of wide ones, or all where that is None.

    Raises `BadCsv` where they are too many to be held.
    """
    cells = 0
    for number, row in enumerate(rows, 1):
        cells += len(row)
        if max_rows is not None and (number > max_rows or (cells > SAMPLE_CELLS and number > 1)):
            return
        if cells > TABLE_CELLS:
            raise BadCsv(name, f"has more than {TABLE_CELLS} cells; give fewer rows", row=number)
        yield row


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Writes rows as UTF-8, with commas and line feeds; missing cells bare, empty ones quoted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(",".join(map(_plain_cell, row)) + "\n" for row in rows)


def _plain_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if not cell or any(mark in cell for mark in ',"\r\n') or cell[0] in " \t":
        return '"' + cell.replace('"', '""') + '"'
    return cell


def split_rows(lines: Iterable[str], dialect: Dialect, *, name: str) -> Iterator[Row]:
    """Rows of `lines`, each of which still has its line end. A quoted cell may go over many lines."""
    if dialect.has_pages:
        lines = (line.lstrip("\f") for line in lines)
    if dialect.is_wrapped:
        lines = map(unwrapped, lines)
    if dialect.drawing is not None:
        rows = drawn_rows(lines, dialect.drawing, name)
    elif not dialect.delimiter.strip(" "):
        rows = _aligned_rows(lines, len(dialect.delimiter), name)
    else:
        rows = _delimited_rows(lines, dialect, name)
    return _without_rule(rows) if dialect.is_ruled else rows


def unwrapped(line: str) -> str:
    """The line without the quotes that it stands in as a whole, if it does."""
    wrapped = _WRAPPED.fullmatch(line)
    return line if wrapped is None else wrapped[1].replace('""', '"') + wrapped[2]


def has_rule(rows: Sequence[Row]) -> bool:
    """Whether the first row of dashes stands under a heading whose names are no longer, as sqlcmd writes them."""
    at = next((at for at, row in enumerate(rows) if _is_rule(row)), 0)
    # Under a row of the table it may be one itself.
    if not at or [len(row) for row in rows[: at + 1]].count(len(rows[at])) != 2 or len(rows[at - 1]) != len(rows[at]):
        return False
    return all(len((name or "").strip()) <= len(dashes or "") for name, dashes in zip(rows[at - 1], rows[at], strict=True))


def _is_rule(row: Row) -> bool:
    return sum(len(cell or "") for cell in row) > 2 and all(cell and not cell.strip().strip("-") for cell in row)


def _without_rule(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows without the first that is dashes, and cells without the spaces that fill them up there."""
    is_above = True
    for row in rows:
        if is_above and _is_rule(row):
            is_above = False
        else:
            yield tuple(cell and (cell.strip(" ") or None) for cell in row)


def _delimited_rows(lines: Iterable[str], dialect: Dialect, name: str) -> Iterator[Row]:
    split, delimiter, quote = _splitter(dialect), dialect.delimiter, dialect.quote
    source = iter(lines)
    for number, line in enumerate(source, 1):
        text = line.rstrip("\r\n")
        if text[:1] == _MARK:
            # A byte order mark within a file is where another was put behind it.
            text, line = text[1:], line[1:]
        if number == 1 and len(text) > HEADING_LIMIT:
            raise BadCsv(name, f"has a first row of {len(text)} characters; at most {HEADING_LIMIT} are read", row=1)
        if quote not in text and not dialect.is_spaced:
            if text.count(delimiter) >= ROW_LIMIT:
                raise _too_wide(name, number, text.count(delimiter) + 1)
            yield tuple(part or None for part in text.split(delimiter)) if text else ()
            continue
        row = split(line) if text else ()
        parts, length = [line], len(line)
        while row is None:
            more = next(source, None)
            length += len(more or "")
            if more is None or length > CELL_LIMIT:
                raise BadCsv(name, f"a quote ({quote}) opens a cell and is never closed", row=number)
            parts.append(more)
            if quote in more:
                row = split("".join(parts))
        if len(row) > ROW_LIMIT:
            raise _too_wide(name, number, len(row))
        yield row


def _aligned_rows(lines: Iterable[str], spaces: int, name: str) -> Iterator[Row]:
    gap = re.compile(rf" {{{spaces},}}")
    for number, line in enumerate(lines, 1):
        text = line.strip(" \r\n")
        row = tuple(gap.split(text, ROW_LIMIT)) if text else ()
        if len(row) > ROW_LIMIT:
            raise _too_wide(name, number, len(row))
        yield row


def _too_wide(name: str, number: int, cells: int) -> BadCsv:
    return BadCsv(name, f"has {cells} cells; at most {ROW_LIMIT} are read. Is the delimiter what it should be?", row=number)


def _undecodable(path: Path, dialect: Dialect, name: str, error: UnicodeDecodeError) -> BadCsv:
    # What is decoded runs ahead of the rows, so these are counted anew.
    rows = read_rows(path, replace(dialect, errors="replace"), name=name)
    row = next((number for number, row in enumerate(rows, 1) if any("\ufffd" in cell for cell in row if cell)), None)
    byte = f"0x{error.object[error.start]:02X}"
    return BadCsv(name, f"is not {spoken(dialect.encoding)} (byte {byte}: {error.reason})", row=row)


@lru_cache(maxsize=64)
def _splitter(dialect: Dialect) -> Callable[[str], Row | None]:
    """A function that gives the cells of one whole row, or None where a quoted cell is still open at the text's end."""
    cell, delimiter, quote = _cell_pattern(dialect), dialect.delimiter, dialect.quote
    escaped = re.compile(rf"\\([\\{quote}])") if dialect.escape else None

    def unquoted(text: str) -> str:
        plain = text.replace(quote * 2, quote)
        return escaped.sub(r"\1", plain) if escaped else plain

    def split(text: str) -> Row | None:
        cells: list[Cell] = []
        position = 0
        while True:
            match = cell.match(text, position)
            if match is None:
                return None
            quoted, trailing, bare, end = match.groups()
            cells.append(
                bare if quoted is None else unquoted(quoted) + (trailing.rstrip(" ") if dialect.is_spaced else trailing)
            )
            position = match.end()
            if end != delimiter:
                return _without_formulas(cells) if dialect.formulas else tuple(cells)

    return split


def _cell_pattern(dialect: Dialect) -> re.Pattern[str]:
    mark, quote = re.escape(dialect.delimiter), re.escape(dialect.quote)
    inner = rf"(?:[^{quote}\\]++|\\.|{quote}{quote})*+" if dialect.escape else rf"(?:[^{quote}]++|{quote}{quote})*+"
    other = rf"[^{mark}\r\n]" if len(dialect.delimiter) == 1 else rf"(?:(?!{mark})[^\r\n])"
    formula = "=?" if dialect.formulas else ""
    spaces = " *+" if dialect.is_spaced else ""
    # Possessive repeats: a quote that is not closed must fail at once, not after trying every way to split the text.
    pattern = rf"{spaces}(?:{formula}{quote}({inner}){quote}({other}*+)|((?!{quote}){other}++)?)({mark}|\r\n|[\r\n]|\Z)"
    return re.compile(pattern, re.DOTALL)


def _without_formulas(cells: list[Cell]) -> Row:
    """The cells, `="007"` being the text 007: so spreadsheets are kept from reading it as a number."""
    found = ((cell, _FORMULA.fullmatch(cell) if cell else None) for cell in cells)
    return tuple(cell if match is None else match[1] for cell, match in found)
