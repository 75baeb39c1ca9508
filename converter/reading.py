"""Files as tables: the rows of `dialect`, with what stands around a table kept apart.

There are three ways to read a file: as the table in it (an example's input), as a whole (what is expected, and what is
compared: nothing of it may be lost), and as lines without a heading.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from converter.detection import detect
from converter.dialect import NO_HINTS, Dialect, Hints
from converter.errors import BadCsv
from converter.extent import HEADING_ROWS, TableRows, as_header, below, filled, heading_at, is_no_table, misfit
from converter.notes import first_text
from converter.opening import opened
from converter.rows import held, read_rows
from converter.table import Example, Row, Table, column_names
from converter.writing import Writing


def read_example(
    input_path: Path,
    expected_path: Path,
    *,
    header: bool = True,
    names: Sequence[str] = (),
    hints: Hints = NO_HINTS,
    expected_hints: Hints = NO_HINTS,
) -> Example:
    """The example that two files make. `names` are what errors call them, if not by their own names.

    Raises `BadCsv`, with the row's number in the file.
    """
    name, expected_name = names or (input_path.name, expected_path.name)
    with opened(input_path, name, hints) as given:
        dialect = detect(given.path, name=name, hints=given.hints)
        table = _noted(_table(given.path, dialect, header, name, None), given.notes)
        lines = _table(given.path, dialect, False, name, None) if header else None
    return Example(table, read_whole(expected_path, header=header, name=expected_name, hints=expected_hints), lines)


def read_table(
    path: Path, *, header: bool = True, name: str | None = None, max_rows: int | None = None, hints: Hints = NO_HINTS
) -> Table:
    """The table in the file, its first `max_rows` rows where that is given.

    With a header, the heading is found and what stands above and below the table is kept apart (`extent`); blank lines are
    passed over, short rows are filled. Without one, all lines are rows, short ones filled with missing cells, and a blank line
    is a row of them; blank lines at the end are none.

    Raises `BadCsv`, with the row's number in the file.
    """
    name = name or path.name
    with opened(path, name, hints) as given:
        dialect = detect(given.path, name=name, hints=given.hints)
        return _noted(_table(given.path, dialect, header, name, max_rows), given.notes)


def _table(path: Path, dialect: Dialect, header: bool, name: str, max_rows: int | None) -> Table:
    rows = held(read_rows(path, dialect, name=name), None if max_rows is None else max_rows + HEADING_ROWS, name=name)
    if not header:
        return as_lines(list(islice(rows, max_rows)), dialect.notes)
    sample = list(islice(rows, HEADING_ROWS))
    at = heading_at(sample)
    names = as_header(sample[at]) if sample else ()
    if not names:
        raise BadCsv(name, "is empty; a CSV with at least one line is needed")
    body = TableRows(below(sample, at, rows), len(names), name, is_lenient=is_no_table(sample, at))
    cells = tuple(islice(body, max_rows))
    table = Table(column_names(names, len(names)), cells, names, tuple(sample[:at]), body.footer)
    return _without_unnamed_ends(table, (*dialect.notes, *preamble_notes(sample[:at]), *body.notes()))


def read_whole(
    path: Path, *, header: bool = True, name: str | None = None, max_rows: int | None = None, hints: Hints = NO_HINTS
) -> Table:
    """All of the file (or its first rows) as a table: under its first line's names, or without a header where rows are wider.

    Raises `BadCsv`, with the row's number in the file.
    """
    name = name or path.name
    with opened(path, name, hints) as given:
        # Nothing of what is wanted may be lost.
        dialect = detect(given.path, name=name, hints=given.hints, as_it_stands=True)
        rows = list(held(read_rows(given.path, dialect, name=name), max_rows, name=name))
    notes = (*given.notes, *dialect.notes)
    lines = [row for row in rows if row]
    if not header:
        return as_lines(rows, notes)
    names = as_header(lines[0])
    wide = next((at for at, row in enumerate(rows, 1) if filled(row) > len(names)), None)
    if wide is not None:
        if heading_at(lines) or is_no_table(lines, 0):
            return as_lines(rows, notes)
        raise BadCsv(name, misfit(rows[wide - 1], len(names)), row=wide)
    body = tuple(fill(row[: len(names)], len(names)) for row in lines[1:])
    return Table(column_names(names, len(names)), body, names, notes=notes)


def written_like(path: Path, *, name: str | None = None, hints: Hints = NO_HINTS) -> Writing:
    """How the file is written, for an output that is to be like it; a workbook's sheet is as a plain CSV. Raises `BadCsv`."""
    name = name or path.name
    with opened(path, name, hints) as given:
        dialect = detect(given.path, name=name, hints=given.hints, as_it_stands=True)
        return Writing.of(held(read_rows(given.path, dialect, name=name), None, name=name), dialect)


def _noted(table: Table, notes: Sequence[str]) -> Table:
    return replace(table, notes=(*notes, *table.notes)) if notes else table


def read_pair(one: Path, other: Path, *, header: bool = True) -> tuple[Table, Table]:
    """Two whole files that are to be compared: both with a header, or both as lines. Raises `BadCsv`."""
    tables = read_whole(one, header=header), read_whole(other, header=header)
    if (tables[0].header is None) == (tables[1].header is None):
        return tables
    return read_whole(one, header=False), read_whole(other, header=False)


def as_lines(rows: list[Row], notes: Sequence[str] = ()) -> Table:
    """Rows as a table without a header, as wide as the widest; blank lines at the end are none."""
    end = len(rows)
    while end and not rows[end - 1]:
        end -= 1
    width = max((len(row) for row in rows[:end]), default=0)
    return Table(column_names(None, width), tuple(fill(row, width) for row in rows[:end]), notes=tuple(notes))


def fill(row: Row, width: int) -> Row:
    """The row, filled with missing cells up to `width`."""
    return row + (None,) * (width - len(row))


def preamble_notes(preamble: Sequence[Row]) -> tuple[str, ...]:
    """What a person should know of the rows above a heading."""
    if not any(preamble):
        return ()
    count = sum(1 for row in preamble if filled(row))
    lines = f"{count} lines" if count > 1 else "1 line"
    return (f"{lines} above the heading kept apart, beginning with {first_text(preamble)}",)


def _without_unnamed_ends(table: Table, notes: Sequence[str]) -> Table:
    """The table without columns at its end that have neither a name nor a cell: a delimiter too many on every line."""
    header, width = table.header or (), table.width
    while width > 1 and not header[width - 1].strip() and not any(map(bool, table.column(width - 1))):
        width -= 1
    if width == table.width:
        return Table(table.columns, table.rows, table.header, table.preamble, table.footer, tuple(notes))
    rows = tuple(row[:width] for row in table.rows)
    more = f"{table.width - width} column{'s' * (table.width - width > 1)} without a name or a cell at the end passed over"
    return Table(table.columns[:width], rows, header[:width], table.preamble, table.footer, (*notes, more))
