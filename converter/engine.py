"""What runs inside the sandbox: one checked statement over one CSV file, by DuckDB.

Arguments and answers are JSON, since they cross a process border. Nothing here decides what is allowed; `statement`
and `sandbox` do that. DuckDB is told all about the file (columns, delimiter, quoting), so it never guesses.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from converter.errors import LimitExceeded, StatementFailed

# Larger inputs are read anew by each reference to `input`, which costs time but no memory.
_MATERIALISED_BYTES = 32 << 20
_LINE_LIMIT = 64 << 20
_BATCH_ROWS = 8192
_BROKEN_ROWS_SHOWN = 20


def convert(arguments: dict[str, Any]) -> dict[str, Any]:
    """Runs a statement over a file and writes its result.

    Arguments: `source` {path, delimiter, columns (a name a file column), skip_header}, `columns` (those the statement
    may use), `statement`, `needs_position`, `target` {path, delimiter,
    header (names or null), columns (unique names)}, `ragged`, `checks`
    [{name, sql}], `memory_bytes`, `threads`, `scratch` (a folder to spill into).

    Answer: {rows_in, rows_out, broken_checks} or, where the file is not what its reader was told, {unreadable: why}.
    Raises `StatementFailed`, `LimitExceeded`.
    """
    source, target = arguments["source"], arguments["target"]
    try:
        with closing(_connect(arguments)) as connection:
            try:
                rows_in = _define_input(connection, source, arguments["columns"], arguments["needs_position"])
                rows_out = _write(connection, arguments["statement"], target, arguments["ragged"])
            except duckdb.InvalidInputException as error:
                if "CSV Error" not in str(error):
                    raise
                return {"unreadable": str(error).splitlines()[0]}
            broken = _broken_checks(connection, arguments["checks"], target, arguments["ragged"])
    except duckdb.OutOfMemoryException as error:
        raise LimitExceeded("memory", "it needed more memory than its limit") from error
    except duckdb.Error as error:
        raise StatementFailed(f"the converter's statement failed: {_for_people(error)}") from error
    return {"rows_in": rows_in, "rows_out": rows_out, "broken_checks": broken}


def _connect(arguments: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": arguments["threads"], "memory_limit": f"{arguments['memory_bytes']}B"})
    paths = ", ".join(_literal(path) for path in (arguments["source"]["path"], arguments["target"]["path"]))
    # Order matters: DuckDB refuses to change paths once external access is off.
    for setting in (
        f"temp_directory = {_literal(arguments['scratch'])}",
        "preserve_insertion_order = true",
        "enable_progress_bar = false",
        f"allowed_paths = [{paths}]",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def _define_input(
    connection: duckdb.DuckDBPyConnection, source: dict[str, Any], columns: list[str], needs_position: bool
) -> int | None:
    """Makes the relation `input`: the statement's columns as text and, where it is asked for, `_row`.

    Gives its number of rows, or None for a large file, which is not read a second time for that.
    """
    picked = ", ".join(map(_identifier, columns)) or "NULL AS nothing"
    position = ", row_number() OVER () AS _row" if needs_position else ""
    is_small = Path(source["path"]).stat().st_size <= _MATERIALISED_BYTES
    kind = "TABLE" if is_small else "VIEW"
    connection.execute(f"CREATE TEMP {kind} input AS SELECT {picked}{position} FROM {_reader(source)}")
    return _count(connection, "input") if is_small else None


def _reader(source: dict[str, Any]) -> str:
    columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in source["columns"])
    return (
        f"read_csv({_literal(source['path'])}, auto_detect = false, header = false, columns = {{{columns}}}, "
        f"skip = {int(source['skip_header'])}, delim = {_literal(source['delimiter'])}, quote = '\"', escape = '\"', "
        f"nullstr = '', allow_quoted_nulls = false, strict_mode = true, max_line_size = {_LINE_LIMIT}, "
        f"buffer_size = {2 * _LINE_LIMIT})"
    )


def _write(connection: duckdb.DuckDBPyConnection, statement: str, target: dict[str, Any], ragged: bool) -> int:
    if ragged:
        return _write_lists(connection, statement, target)
    names = target["header"]
    width = len(connection.execute(f"DESCRIBE ({statement}\n)").fetchall())
    if names is not None and len(names) != width:
        raise StatementFailed(f"the converter's statement gives {width} columns, its manifest names {len(names)}")
    cell = "CAST(COLUMNS(*) AS VARCHAR)"
    if width == 1:
        # A line with nothing on it is no row to any reader, so a lone missing cell is written as empty text.
        cell = f"coalesce({cell}, '')"
    body = f"SELECT {cell} FROM (\n{statement}\n)"
    if names is not None:
        # As a row, since DuckDB would rename a header's repeated names.
        body = f"SELECT {', '.join(map(_literal, names))} UNION ALL {body}"
    copied = connection.execute(
        f"COPY (\n{body}\n) TO {_literal(target['path'])} (FORMAT csv, HEADER false, NULLSTR '', QUOTE '\"', "
        f"ESCAPE '\"', DELIMITER {_literal(target['delimiter'])})"
    ).fetchall()
    return int(copied[0][0]) - (names is not None)


def _write_lists(connection: duckdb.DuckDBPyConnection, statement: str, target: dict[str, Any]) -> int:
    """Writes rows of as many cells as each has; the statement gives one column, a list of text."""
    result = connection.execute(f"SELECT CAST(cells AS VARCHAR[]) FROM (\n{statement}\n)")
    with Path(target["path"]).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=target["delimiter"], lineterminator="\n")
        if target["header"] is not None:
            writer.writerow(target["header"])
        rows = 0
        for (cells,) in _batched(result):
            writer.writerow(["" if cell is None else cell for cell in cells or ()])
            rows += 1
    return rows


def _batched(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := result.fetchmany(_BATCH_ROWS):
        yield from batch


def _broken_checks(
    connection: duckdb.DuckDBPyConnection, checks: list[dict[str, str]], target: dict[str, Any], ragged: bool
) -> list[dict[str, Any]]:
    if not checks or ragged or target["header"] is None:
        return []
    source = {**target, "skip_header": True}
    connection.execute(f"CREATE TEMP VIEW output AS SELECT *, row_number() OVER () AS _row FROM {_reader(source)}")
    broken = []
    for check in checks:
        rows = connection.execute(f"SELECT * FROM (\n{check['sql']}\n)").fetchall()
        if rows:
            shown = sorted(int(row[0]) for row in rows if row[0] is not None)[:_BROKEN_ROWS_SHOWN]
            broken.append({"check": check["name"], "rows_broken": len(rows), "rows": shown})
    return broken


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    (rows,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0]
    return int(rows)


def _literal(text: str) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _for_people(error: duckdb.Error) -> str:
    """DuckDB's message without our own wrapping and paths."""
    text = str(error).split("\n\nLINE ")[0].strip()
    return re.sub(r"(/[^\s'\"]+)+", "the file", text)
