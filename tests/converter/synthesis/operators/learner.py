"""What the tests of operators share: programs learned from a few rows, and terms run by the engine itself."""

from collections.abc import Sequence

import duckdb
from sqlglot import exp

from converter.learning.clock import now
from converter.synthesis.columns import explain_column
from converter.table import Cell, Row, Table, column_names


def table(rows: Sequence[Row]) -> Table:
    return Table(column_names(None, len(rows[0])), tuple(rows), None)


def in_engine(expression: exp.Expression, rows: Sequence[Row]) -> list[Cell]:
    """The expression's text for each row, by DuckDB."""
    names = column_names(None, len(rows[0]))
    with duckdb.connect(config={"threads": 1}) as connection:
        columns = ", ".join(f'"{name}" VARCHAR' for name in names)
        connection.execute(f"CREATE TABLE input ({columns}, _row BIGINT)")
        values = ", ".join(f"({', '.join(['?'] * len(names))}, {at})" for at in range(len(rows)))
        connection.execute(f"INSERT INTO input VALUES {values}", [cell for row in rows for cell in row])
        found = connection.execute(f"SELECT {expression.sql('duckdb')} FROM input ORDER BY _row").fetchall()
    return [row[0] for row in found]


def best(rows: Sequence[Row], expected: Sequence[Cell]) -> exp.Expression | None:
    """The likeliest program for the expected cells."""
    found = explain_column(table(rows), expected, deadline=now() + 10)
    return found[0].expression if found else None


def learned(lines: str, further: str) -> list[Cell]:
    """Learns from lines `cell | cell => expected` and gives what the program makes of further rows, `;` between them."""
    pairs = [line.strip().split(" => ") for line in lines.strip().splitlines()]
    program = best([tuple(given.split(" | ")) for given, _ in pairs], [expected for _, expected in pairs])
    assert program is not None
    return in_engine(program, [tuple(row.split(" | ")) for row in further.split("; ")])
