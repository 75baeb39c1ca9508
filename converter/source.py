"""A converter's input on its way to the engine: the file as it is, as UTF-8, or written anew as a plain table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Self

from converter.detection import detect
from converter.dialect import NO_HINTS, Dialect, Hints
from converter.errors import BadCsv
from converter.extent import CLOSING, FOOTER_ROWS, HEADING_ROWS, TableRows, as_header, below, heading_at, named_at
from converter.fitting import fitted
from converter.manifest import Converter
from converter.reading import fill, preamble_notes
from converter.rows import read_rows, transcode, write_rows
from converter.scan import Layout, is_plain
from converter.table import Row, Table, column_names

PLAIN = Dialect("utf-8", ",")
_MANY_COLUMNS = 500
_TAIL_BYTES, _MOST_TAIL_BYTES = 1 << 16, 8 << 20
_PLAIN_LAYOUT = Layout(line_feeds=True, quoted_blanks=True, quoted_breaks=True)


@dataclass(frozen=True)
class Source:
    """A file: where, how written, its columns under the names that the converter knows, and which of them are wanted.

    `taken` are columns that are spelled otherwise than the converter's, each with the converter's name; `ignored` those that
    it does not use. `preamble` and `footer` stand above the heading and below the table. `is_ours` says that we wrote the file.
    """

    path: Path
    name: str
    dialect: Dialect
    header: bool
    columns: tuple[str, ...]
    wanted: tuple[str, ...]
    layout: Layout
    taken: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    preamble: tuple[Row, ...] = ()
    footer: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    is_ours: bool = False

    @classmethod
    def of(cls, path: Path, dialect: Dialect, converter: Converter, name: str) -> Self:
        """The file as its first rows show it. Raises `BadCsv`, `InputMismatch`."""
        rows = read_rows(path, dialect, name=name)
        if not converter.input_has_header:
            columns = column_names(None, max(len(next(rows, ())), len(converter.input_columns)))
            layout = _layout(path, dialect, len(columns))
            return cls(path, name, dialect, False, columns, columns, layout, notes=dialect.notes)
        preamble, names = _heading(rows, converter, name)
        fit = fitted(names, column_names(names, len(names)), converter, name)
        notes = (*dialect.notes, *preamble_notes(preamble))
        layout = _layout(path, dialect, len(names))
        return cls(path, name, dialect, True, fit.columns, fit.wanted, layout, fit.taken, fit.ignored, preamble, notes=notes)

    @classmethod
    def made(cls, table: Table, converter: Converter, path: Path) -> Self:
        """A table in memory, written to the file at `path`. Raises `InputMismatch`."""
        if converter.input_has_header:
            fit = fitted(table.header or table.columns, table.columns, converter, path.name)
            made = cls(path, path.name, PLAIN, True, fit.columns, fit.wanted, _PLAIN_LAYOUT, fit.taken, fit.ignored)
        else:
            columns = column_names(None, max(table.width, len(converter.input_columns)))
            made = cls(path, path.name, PLAIN, False, columns, columns, _PLAIN_LAYOUT)
        rows = (fill(row, len(made.columns)) for row in table.rows)
        write_rows(path, chain([made.columns] if made.header else [], rows))
        return replace(made, preamble=table.preamble, footer=table.footer, is_ours=True)

    def readings(self) -> Iterator[Self]:
        """The file as its beginning shows it, and as it may be further down; none where the engine cannot read such a file."""
        if self.preamble or not self.dialect.is_usual:
            return
        yield self
        if self.layout != self.layout.with_any_cells():
            yield replace(self, layout=self.layout.with_any_cells())

    def is_plain(self) -> bool:
        """Whether the engine reads the file as we do; looks at all of it, unless we wrote it."""
        if self.is_ours:
            return True
        if self.preamble or not (self.dialect.is_utf8 and self.dialect.is_usual):
            return False
        if self.header:
            # The engine skips one line, so a header over several lines is not for it.
            with self.path.open("rb") as file:
                first = file.readline()
            if first.count(b'"') % 2:
                return False
        return is_plain(self.path, self.dialect.delimiter, len(self.columns), self.layout, blank_lines=self.header)

    def may_have_footer(self) -> bool:
        """Whether some of the file's last rows may stand below the table though they are as wide as it."""
        return self.header and not self.is_ours and may_have_footer(self.path, self.dialect.delimiter)

    def transcoded(self, path: Path) -> Self:
        """The same text as UTF-8 at `path`. Raises `BadCsv` where the bytes are not of the encoding."""
        transcode(self.path, self.dialect, path, name=self.name)
        as_utf8 = replace(self.dialect, encoding="utf-8", errors="strict")
        return replace(self, path=path, dialect=as_utf8, layout=_layout(path, as_utf8, len(self.columns)))

    def rewritten(self, path: Path, *, is_part: bool = False) -> Self:
        """The same rows as a plain file at `path`. Raises `BadCsv` for what is no table, with its row.

        The rows of a part have to be as wide as its heading: what the whole file's are, one cannot tell from it.
        """
        rows = read_rows(self.path, self.dialect, name=self.name)
        if self.header:
            above = list(islice(rows, len(self.preamble) + 1))
            body = TableRows(below(above, len(above) - 1, rows), len(self.columns), self.name, is_part=is_part)
            write_rows(path, chain([self.columns], body))
            made = replace(self, path=path, dialect=PLAIN, layout=_PLAIN_LAYOUT, is_ours=True)
            return replace(made, footer=body.footer, notes=(*self.notes, *body.notes()))
        count, width = 0, len(self.columns)
        for number, row in enumerate(rows, 1):
            count, width = (number, max(width, len(row))) if row else (count, width)
        again = read_rows(self.path, self.dialect, name=self.name)
        # Blank lines at the end are no rows.
        write_rows(path, (fill(row, width) for _, row in zip(range(count), again, strict=False)))
        columns = column_names(None, width)
        made = replace(self, path=path, dialect=PLAIN, layout=_PLAIN_LAYOUT, is_ours=True)
        return replace(made, columns=columns, wanted=columns)


def _layout(path: Path, dialect: Dialect, width: int) -> Layout:
    if not dialect.is_usual:
        return _PLAIN_LAYOUT
    layout = Layout.glimpse(path, dialect.delimiter)
    # Of many columns the engine cannot make blanks NULL behind its reader: it takes time by their number's square.
    return replace(layout, quoted_blanks=True) if width > _MANY_COLUMNS else layout


def may_have_footer(path: Path, delimiter: str) -> bool:
    """Whether some of the last rows of a file, all as wide as its heading, may be none of its table: seen from their bytes."""
    size = path.stat().st_size
    length = _TAIL_BYTES
    with path.open("rb") as file:
        while True:
            file.seek(max(0, size - length))
            lines = file.read().rstrip().splitlines()
            if length >= min(size, _MOST_TAIL_BYTES) or len(lines) > FOOTER_ROWS:
                break
            length *= 8
    blanks = delimiter.encode() + b'" \t'
    last = lines[-FOOTER_ROWS:]
    if any(not line.strip(blanks) for line in last):
        return True
    text = last[-1].decode(errors="replace").strip(delimiter + '" ') if last else ""
    return CLOSING.fullmatch(text) is not None


def first_rows(path: Path, converter: Converter, most: int, *, name: str, hints: Hints = NO_HINTS) -> int:
    """Reads the file's first rows as a run of the converter would; gives their number, `most` at most.

    Raises `BadCsv`, and `InputMismatch` where the columns are others.
    """
    dialect = detect(path, name=name, hints=hints)
    source = Source.of(path, dialect, converter, name)
    rows = read_rows(path, dialect, name=name)
    if source.header:
        above = list(islice(rows, len(source.preamble) + 1))
        rows = iter(TableRows(below(above, len(above) - 1, rows), len(source.columns), name))
    return sum(1 for _ in islice(rows, most))


def _heading(rows: Iterator[Row], converter: Converter, name: str) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The rows above the heading, and its names: the first row with the wanted names, else the likeliest to be one."""
    sample: list[Row] = []
    for row in rows:
        sample.append(row)
        if row:
            break
    if not sample or not sample[-1]:
        raise BadCsv(name, "is empty; a CSV with at least one line is needed")
    # Most files begin with their heading, and need not be read further for it.
    at: int | None = len(sample) - 1
    wanted = converter.input_columns
    if not wanted or not _has_all(sample[-1], wanted):
        sample += islice(rows, HEADING_ROWS)
        at = named_at(sample, wanted) if wanted else None
    if at is None:
        at = heading_at(sample)
    return tuple(sample[:at]), as_header(sample[at])


def _has_all(row: Row, wanted: Sequence[str]) -> bool:
    names = as_header(row)
    there = {one.casefold() for one in (*column_names(names, len(names)), *(one.strip() for one in names))}
    return all(one.casefold() in there for one in wanted)
