"""Examples as CSV texts, and what the converter learned from one makes of other rows."""

import csv
import io

import duckdb

from converter.lesson import learn
from converter.manifest import Converter
from converter.table import Cell, Example, Table, column_names


def table(text: str, *, header: bool) -> Table:
    """The table that a CSV text holds; short rows are filled up."""
    rows = list(csv.reader(io.StringIO(text.strip("\n") + "\n")))
    names = tuple(rows.pop(0)) if header else None
    width = len(names) if names is not None else max(map(len, rows))
    filled = tuple(tuple(cell or None for cell in row) + (None,) * (width - len(row)) for row in rows)
    return Table(column_names(names, width), filled, names)


def converter_for(given: str, expected: str, *, header: bool, seconds: float = 30) -> Converter:
    """The converter learned from one example; fails where none is."""
    example = Example(table(given, header=header), table(expected, header=header))
    lesson = learn(example, seconds=seconds)
    assert lesson.converter is not None, lesson.reason
    return lesson.converter


def run(statement: str, source: Table, *, ragged: bool = False) -> list[list[str]]:
    """The rows that a statement gives over a table."""
    with duckdb.connect(config={"threads": 1}) as connection:
        columns = ", ".join(f'"{name}" VARCHAR' for name in source.columns)
        connection.execute(f"CREATE TABLE input ({columns}, _row BIGINT)")
        rows: list[tuple[Cell | int, ...]] = [(*row, at) for at, row in enumerate(source.rows, 1)]
        connection.executemany(f"INSERT INTO input VALUES ({', '.join('?' * (source.width + 1))})", rows)
        found = connection.execute(statement).fetchall()
    cells = [row[0] if ragged else row for row in found]
    return [["" if cell is None else str(cell) for cell in row] for row in cells]


def learned(given: str, expected: str, new: str, *, header: bool = True) -> list[str]:
    """The lines of CSV that the program learned from the example makes of a new table."""
    converter = converter_for(given, expected, header=header)
    rows = run(converter.statement, table(new, header=header), ragged=converter.ragged)
    return lines(rows if header else [_trimmed(row) for row in rows])


def lines(rows: list[list[str]]) -> list[str]:
    """Rows as lines of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\x1e").writerows(rows)
    return text.getvalue().split("\x1e")[:-1]


def _trimmed(row: list[str]) -> list[str]:
    return row[: max((at + 1 for at, cell in enumerate(row) if cell), default=0)]
