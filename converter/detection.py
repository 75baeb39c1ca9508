"""How a file is written, found out without guessing at types; what is a guess at all is told.

What a person says of the file counts; for the rest, the encoding is decided on all bytes, the delimiter and the quoting on the
rows, by those that split them most evenly: the rows of the first 64 KiB, and where these leave a doubt, of all of the file.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from converter.dialect import NO_HINTS, Dialect, Hints
from converter.drawn import Drawing
from converter.encoding import SAMPLE_BYTES, Encoding, encoding_of, known, marked
from converter.errors import BadCsv
from converter.extent import has_sure_heading
from converter.rows import has_rule, split_rows, unwrapped
from converter.table import Row

COMMON_DELIMITERS = (",", ";", "\t", "|")
OTHER_DELIMITERS = ("||", "^", "~", "#", "§", "\x01", "\x1f", "，", "；", "::", ":", "  ", " ")
"""Tried where none of the common ones splits the rows evenly. Spaces stand for columns that are aligned by them."""

_SAMPLE_ROWS = 100_000
_PIECES, _PIECE_BYTES = 30, 1 << 15
"""Where the file's beginning leaves a doubt, so many pieces of so many bytes are looked at behind it, all over the file."""
_CHUNK = 1 << 20
_BELOW_OTHERS = 0.99
# Where no common delimiter splits anything, a rare one may split some rows otherwise: these are refused with their numbers.
_NEARLY = 0.6
# Delimiters that texts have as well.
_IN_TEXTS = ("#", "::", ":", "  ", " ")
_FIRST_LINES = 100
_DRAWN = (
    "read as a table drawn with dashes: its lines of dashes are passed over (and not counted), spaces around cells left out; "
    "name the delimiter if it is none"
)
_RULED = "the row of dashes under the heading is passed over (and not counted), with the spaces that fill up cells"
_PAGE = re.compile(r"^\f+", re.MULTILINE)
_SEP_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
_FORMULA = re.compile(r'^="[^"\r\n]*"|(?<=[,;\t|])="[^"\r\n]*"(?=[,;\t|\r\n]|\Z)|"=""[^"\r\n]*"""', re.MULTILINE)


def detect(path: Path, *, name: str | None = None, hints: Hints = NO_HINTS, as_it_stands: bool = False) -> Dialect:
    """The dialect of the file at `path`.

    With `as_it_stands` the cells are those of its lines as they are, formulas, dashes and quotes around whole lines among them.
    Raises `BadCsv` for a file that is empty or binary; `name` is what the error calls the file.
    """
    name = name or path.name
    head = _head(path, name)
    if hints.encoding is None:
        encoding = encoding_of(path, name)
    else:
        codec = known(hints.encoding) or ""
        # A mark belongs to no text.
        encoding = Encoding("utf-8-sig" if codec == "utf-8" and head.startswith(codecs.BOM_UTF8) else codec)
    return _written(path, head, encoding, hints, as_it_stands=as_it_stands)


def glimpse(path: Path, *, name: str | None = None, hints: Hints = NO_HINTS) -> Dialect:
    """The dialect, for which the file is UTF-8 if its first 64 KiB are: true unless `detect` finds other bytes later.

    All of the file is looked at where its beginning is not UTF-8. Raises `BadCsv` as `detect` does.
    """
    name = name or path.name
    head = _head(path, name)
    encoding = marked(head) or "utf-8"
    if hints.encoding is not None or encoding not in ("utf-8", "utf-8-sig") or b"\0" in head:
        return detect(path, name=name, hints=hints)
    try:
        # The sample's last character may be cut.
        codecs.getincrementaldecoder(encoding)().decode(head, len(head) < SAMPLE_BYTES)
    except UnicodeDecodeError:
        return detect(path, name=name, hints=hints)
    return _written(path, head, Encoding(encoding), hints)


def _head(path: Path, name: str) -> bytes:
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    if not head.strip():
        raise BadCsv(name, "is empty; a CSV with at least one line is needed")
    return head


def _written(path: Path, head: bytes, encoding: Encoding, hints: Hints, *, as_it_stands: bool = False) -> Dialect:
    text = codecs.getincrementaldecoder(encoding.codec)(errors="replace").decode(head).removeprefix("\ufeff")
    base = Dialect(encoding.codec, ",", errors=encoding.errors, notes=encoding.notes)
    if _PAGE.search(text):
        base = _told(base, "form feeds at the beginning of lines are left out", has_pages=True)
        text = _PAGE.sub("", text)
    lines = _lines(text)
    if len(lines) > 1 and len(head) == SAMPLE_BYTES:
        lines.pop()  # It may have been cut.
    if lines and (told := _SEP_LINE.fullmatch(lines[0])):
        base, lines = replace(base, skip=1), lines[1:]
        hints = replace(hints, delimiter=hints.delimiter or told[1])
    if not as_it_stands:
        if hints.delimiter is None and (drawing := Drawing.of(lines)):
            return _told(base, _DRAWN, drawing=drawing)
        if _FORMULA.search(text):
            base = _told(base, 'cells such as ="007" are read as the text 007', formulas=True)
        if _are_wrapped(lines, hints):
            base = _told(base, "each line stands in quotes; what is within them is read", is_wrapped=True)
            lines = list(map(unwrapped, lines))
    found = _of_lines(lines, base, hints)
    if len(head) == SAMPLE_BYTES and hints.delimiter is None and not _is_sure(found, lines):
        found = _of_lines([*lines, *_further_lines(path, base)], base, hints)
    if not as_it_stands and has_rule(_sample_rows(lines[:_FIRST_LINES], found)):
        found = _told(found, _RULED, is_ruled=True)
    return replace(found, notes=(*found.notes, *_guesses(found, hints)))


def _told(dialect: Dialect, note: str, **changes: Any) -> Dialect:
    return replace(dialect, notes=(*dialect.notes, note), **changes)


def _are_wrapped(lines: Sequence[str], hints: Hints) -> bool:
    """Whether each line (the first may be an exception) is one cell in quotes, and these split evenly by a delimiter.

    A cell of names (`"Doe, Ann"`) has a space behind its comma.
    """
    if len(lines) < 2 or any(unwrapped(line) == line for line in lines[1:] if line.strip()):
        return False
    within = [unwrapped(line) for line in lines if line.strip()]
    for mark in COMMON_DELIMITERS if hints.delimiter is None else (hints.delimiter,):
        rows = _sample_rows(within, Dialect("utf-8", mark))
        widths = {len(row) for row in rows}
        if len(widths) == 1 and widths != {1} and not all((row[1] or "").startswith(" ") for row in rows):
            return True
    return False


def _lines(text: str) -> list[str]:
    """The text's lines with their ends. Unlike `splitlines`, which takes a separator of records for an end, too."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _is_sure(found: Dialect, lines: Sequence[str]) -> bool:
    """Whether the dialect splits all lines evenly, and none of another usual delimiter does."""
    if _likeliest(lines, [found])[1] < 1:
        return False
    others = [one for one in COMMON_DELIMITERS if one != found.delimiter and any(one in line for line in lines)]
    return not any(_likeliest(lines, [replace(found, delimiter=one)])[1] == 1 for one in others)


def _further_lines(path: Path, dialect: Dialect) -> list[str]:
    """Whole lines from all over the file behind its first 64 KiB; no piece of them begins within quotes."""
    if dialect.encoding.startswith(("utf-16", "utf-32")):
        return []
    mark, size = dialect.quote.encode(), path.stat().st_size
    step = max(_PIECE_BYTES, (size - SAMPLE_BYTES) // _PIECES)
    lines, inside = list[str](), False
    with path.open("rb") as file:
        for start in range(SAMPLE_BYTES, size, step):
            while (left := start - file.tell()) > 0:
                inside ^= file.read(min(left, _CHUNK)).count(mark) % 2 == 1
            # To the end of the record that it stands in.
            while line := file.readline(_CHUNK):
                inside ^= line.count(mark) % 2 == 1
                if not inside:
                    break
            piece = file.read(_PIECE_BYTES)
            inside ^= piece.count(mark) % 2 == 1
            whole = piece[: max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1]
            # A quoted cell that is open at the end would swallow the next piece.
            if whole.count(mark) % 2 == 0:
                lines += _lines(whole.decode(dialect.encoding, "replace"))
    return lines


def _guesses(found: Dialect, hints: Hints) -> Iterator[str]:
    if hints.delimiter is None and found.delimiter not in COMMON_DELIMITERS:
        what = "spaces" if not found.delimiter.strip(" ") else repr(found.delimiter)
        yield f"cells are taken to be delimited by {what}; name the delimiter if it is another"
    if found.quote != '"':
        yield f"cells are taken to be quoted by {found.quote}"
    if found.escape:
        yield "a quote within quotes is taken to be written with a backslash before it"
    if found.is_spaced:
        yield "spaces behind delimiters are left out, since quotes follow some"


def _of_lines(lines: Sequence[str], base: Dialect, hints: Hints) -> Dialect:
    """The dialect that splits the lines most evenly into more than one cell; commas and double quotes where none does."""
    if hints.delimiter is not None:
        return _likeliest(lines, _quotings(lines, replace(base, delimiter=hints.delimiter)))[0]
    there = [one for one in COMMON_DELIMITERS if any(one in line for line in lines)]
    common, evenness = _likeliest(
        lines, [one for mark in there for one in _quotings(lines, replace(base, delimiter=mark))] or [base]
    )
    if common.delimiter == "," and ";" in there and _commas_are_decimal(lines):
        semicolons, even = _likeliest(lines, _quotings(lines, replace(base, delimiter=";")))
        common, evenness = (semicolons, even) if even >= _BELOW_OTHERS else (common, evenness)
    if not evenness:
        common = base
    if common.delimiter == "|" and _are_doubled(lines, "|"):
        return replace(common, delimiter="||")
    if evenness == 1:
        return common
    for mark in OTHER_DELIMITERS:
        if any(mark in line for line in lines) and _may_delimit(mark, lines):
            other, even = _likeliest(lines, _quotings(lines, replace(base, delimiter=mark)))
            if even == 1 or (even >= _NEARLY and not evenness and mark not in _IN_TEXTS):
                return other
    if not evenness and (drawing := Drawing.aligned(lines)):
        return _told(
            base, "cells are taken to be columns aligned by spaces; name the delimiter if it is another", drawing=drawing
        )
    return common


def _quotings(lines: Sequence[str], base: Dialect) -> list[Dialect]:
    """The dialect with each way of quoting for which there is a sign, the usual way first."""
    mark = re.escape(base.delimiter)
    found = [base]
    if any('\\"' in line for line in lines):
        found.append(replace(base, escape="\\"))
    if any(re.search(rf"(?:^|{mark}) *'", line) for line in lines):
        found.append(replace(base, quote="'"))
    if any(re.search(rf"{mark} +[\"']", line) for line in lines) and base.delimiter.strip(" "):
        found += [replace(one, is_spaced=True) for one in found]
    return found


def _likeliest(lines: Sequence[str], dialects: Sequence[Dialect]) -> tuple[Dialect, float]:
    """The first of the dialects that splits the lines most evenly, and how evenly."""
    found = [(dialect, _sample_rows(lines, dialect)) for dialect in dialects]
    measured = [(one, _evenness(rows, is_rare=one.delimiter not in COMMON_DELIMITERS), rows) for one, rows in found]
    best, evenness, rows = max(measured, key=lambda one: one[1])
    if best.quote == '"' and _all_in(rows, "'"):
        # As even, and every cell in single quotes: these are the file's.
        single = [dialect for dialect, even, _ in measured if dialect == replace(best, quote="'") and even >= evenness]
        best = single[0] if single else best
    if not best.escape and (
        escaped := [one for one in measured if one[0] == replace(best, escape="\\") and one[1] >= evenness]
    ):
        # Text right behind what would be a cell's closing quote.
        broken = rf'(?:^|{re.escape(best.delimiter)}) *"[^"\r\n]*\\"[^"{re.escape(best.delimiter[:1])}\r\n]'
        if any(re.search(broken, line) for line in lines):
            best, evenness, rows = escaped[0]
    if not best.is_spaced and _have_quotes_behind_spaces(rows, best.quote):
        spaced = [dialect for dialect, even, _ in measured if dialect == replace(best, is_spaced=True) and even >= evenness]
        best = spaced[0] if spaced else best
    return best, evenness


def _sample_rows(lines: Sequence[str], dialect: Dialect) -> list[Row]:
    rows: list[Row] = []
    try:
        for row in islice(split_rows(lines, dialect, name="sample"), _SAMPLE_ROWS):
            rows.append(row)
    except BadCsv:
        # The sample may end within a quoted cell.
        return rows if len(rows) > 1 else []
    return rows


def _all_in(rows: Sequence[Row], quote: str) -> bool:
    """Whether all filled cells stand in these quotes."""
    cells = [cell for row in rows for cell in row if cell]
    return bool(cells) and all(len(cell) > 1 and cell[0] == cell[-1] == quote for cell in cells)


def _have_quotes_behind_spaces(rows: Sequence[Row], quote: str) -> bool:
    """Whether each cell that begins with spaces and a quote ends with one, and there is such a cell."""
    cells = [cell.strip(" ") for row in rows for cell in row if cell and cell[0] == " " and cell.lstrip(" ")[:1] == quote]
    return bool(cells) and all(len(cell) > 1 and cell[-1] == quote for cell in cells)


def _evenness(rows: Sequence[Row], *, is_rare: bool) -> float:
    """The share of the table's rows that have the most common number of cells; 0 where that number is one.

    The table is taken to begin with the first such row: in the first line, or below other lines if it begins with what is a
    heading beyond doubt; that a rare delimiter has to stand in the first line, too.
    """
    widths = [len(row) for row in rows]
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return 0
    width = max(counts, key=lambda one: (counts[one] * (one - 1), one))
    first = next(one for one in widths if one)
    start = widths.index(width)
    is_below = not is_rare and first != width and 2 * counts[width] >= len(widths) - start and has_sure_heading(rows, start)
    if first == 1 and not is_below:
        return 0
    end = len(widths) - widths[::-1].index(width)
    span = [one for one in (widths[start:end] if is_below else widths) if one]
    # Of two that are as even, the one whose table begins in the first line.
    return counts[width] / len(span) * (_BELOW_OTHERS if is_below else 1)


def _commas_are_decimal(lines: Sequence[str]) -> bool:
    """Whether every comma stands between two digits, as in `1,5;2,5`."""
    return not any(re.search(r"(?<!\d),|,(?!\d)", line) for line in lines)


def _are_doubled(lines: Sequence[str], mark: str) -> bool:
    """Whether the mark stands in pairs only, on every line."""
    return all(re.sub(re.escape(mark * 2), "", line).count(mark) == 0 for line in lines)


def _may_delimit(mark: str, lines: Sequence[str]) -> bool:
    """Whether a sign that texts have too can be a delimiter here."""
    filled = [line.rstrip("\r\n") for line in lines if line.strip()]
    if len(filled) < 2:
        return False
    if mark == ":":
        return not any("://" in line or ": " in line or re.search(r"\d:\d\d\b", line) for line in filled)
    if not mark.strip(" ") and any('"' in line for line in filled):
        return False
    if mark == " ":
        # Words have spaces between them as well; columns are aligned by more of them.
        return 2 * sum("  " in line.strip(" ") for line in filled) >= len(filled)
    if mark == "#":
        return not any(line.startswith("#") for line in filled)
    return True
