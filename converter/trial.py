"""A statement of our own making tried on a table: by the engine, in this process.

No sandbox stands around it, so nothing that a person or a model has written runs here.
"""

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb

from converter import statement
from converter.comparison import Comparison, compare
from converter.engine import add_lines
from converter.errors import RefusedStatement
from converter.families import finds_columns
from converter.manifest import Heading
from converter.pivots import steps
from converter.table import Example, Row, Table, column_names

_LOADED_ROWS = 10_000


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """Every table is a temporary one of a connection of its own. Made once: it takes a quarter of what learning may take."""
    # What is left of it when the interpreter ends, the binding reports as leaks.
    atexit.register(_database.cache_clear)
    database = duckdb.connect(config={"threads": 1, "async_threads": 0})
    # For all tables that nothing stands around; where something does, a connection has its own.
    for name in ("preamble", "footer"):
        database.execute(f"CREATE TABLE {name} (line BIGINT, cells VARCHAR[])")
    return database


def forget() -> None:
    """Closes the database that this process keeps; the next trial opens another. For a process that is about to be forked."""
    _database.cache_clear()


@contextmanager
def loaded(table: Table, name: str = "input") -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with the table as the relation of this name, and the lines around it as `preamble` and `footer`."""
    with _database().cursor() as connection:
        # A list a column: a parameter a cell takes twenty times as long.
        lists = [f'unnest(CAST(? AS VARCHAR[])) AS "{one.replace(chr(34), chr(34) * 2)}"' for one in table.columns]
        for start in range(0, len(table.rows) or 1, _LOADED_ROWS):
            part = table.rows[start : start + _LOADED_ROWS]
            columns = [[row[at] for row in part] for at in range(table.width)]
            numbers = f"unnest(range({start + 1}, {start + len(part) + 1})) AS _row"
            # Made with its first rows: a statement the less is a third of what a small table takes.
            into = f"INSERT INTO {name}" if start else f"CREATE TEMP TABLE {name} AS"
            connection.execute(f"{into} SELECT {', '.join((*lists, numbers))}", columns)
        if table.preamble or table.footer:
            add_lines(connection, table.preamble, table.footer)
        yield connection


def rows_of(text: str, table: Table) -> list[tuple[Any, ...]]:
    """What the statement makes of the table. Raises `duckdb.Error`. For statements of our own making only, see `verify`."""
    with loaded(table) as connection:
        return connection.execute(text).fetchall()


def result_of(
    connection: duckdb.DuckDBPyConnection, text: str, example: Example, ragged: bool, heading: Heading = Heading.FIXED
) -> Table:
    """What the statement makes of the table that is loaded, as a table like the expected one. Raises `duckdb.Error`."""
    *before, last = steps(text) if finds_columns(text) else [text]
    for step in before:
        connection.execute(step)
    result = connection.execute(last)
    names = tuple(str(one[0]) for one in result.description or ())
    rows = result.fetchall()
    if ragged:
        rows = [tuple(row[0] or ()) for row in rows]
    header = example.expected.header
    if heading is Heading.DATA and ragged:
        header, rows = (tuple(text_of(cell) or "" for cell in rows[0]), rows[1:]) if rows else ((), [])
    elif heading is Heading.DATA:
        header = names
    width = max((len(row) for row in rows), default=len(header) if heading is Heading.DATA and header else 0)
    filled = tuple(tuple(text_of(cell) for cell in row) + (None,) * (width - len(row)) for row in rows)
    if header is not None and len(header) != width:
        header = tuple(column_names(None, width))
    return Table(column_names(header, width), filled, header)


def text_of(value: Any) -> str | None:
    """A cell as text, None for NULL."""
    return value if value is None or isinstance(value, str) else str(value)


@contextmanager
def interrupted(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Within it, a statement that still runs after `seconds` is stopped by an error."""
    watch = threading.Timer(seconds, connection.interrupt)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        # It holds the connection, which must be gone before the interpreter ends: the binding reports what is left as leaked.
        watch.join()


def verify(text: str, example: Example, *, ragged: bool, heading: Heading = Heading.FIXED) -> Comparison | None:
    """The statement's output for the example, held against what is expected, its own heading too where that comes from the
    data; None where it does not run.

    For statements of our own making only: it runs in this process, where no sandbox stands around it.
    """
    with loaded(example.input) as connection:
        return verified(connection, text, example, ragged=ragged, heading=heading)


def made_of(text: str, example: Example) -> tuple[Row, ...] | None:
    """The rows that a statement of our own making makes of the example's input; None where it does not run."""
    with loaded(example.input) as connection:
        try:
            return result_of(connection, text, example, False, Heading.FIXED).rows
        except duckdb.Error:
            return None


def verified(
    connection: duckdb.DuckDBPyConnection, text: str, example: Example, *, ragged: bool, heading: Heading = Heading.FIXED
) -> Comparison | None:
    """As `verify`, over a table that is loaded already."""
    try:
        statement.check(text)
        actual = result_of(connection, text, example, ragged, heading)
    except (duckdb.Error, RefusedStatement):
        return None
    return compare(actual, example.expected)
