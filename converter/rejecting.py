"""Rows that are not sound, taken out of an input before it is converted, and written into a file of their own.

Runs inside the sandbox, as the first step of a conversion that rejects. A check on the input gives the input's rows; one on the
output does where each output row comes from one input row (`origins`). Other checks are left for after the conversion.
"""

from collections.abc import Sequence
from typing import Any

import duckdb

from converter import checks, statement
from converter.errors import RefusedStatement

ORIGIN = "_origin"
"""The column that says which input row an output row comes from (`origins.traced`)."""


def reject(connection: duckdb.DuckDBPyConnection, arguments: dict[str, Any], given: str) -> dict[str, Any]:
    """Makes the relation `input` of the sound rows, and the file of the others.

    `given` is the relation with all columns of the file and `_row`. Of the arguments of `engine.convert` it takes `columns`,
    `checks`, `target`, and `reject` {path, traced}. Gives {rows_in, rejected, broken (as `checks.broken` tells them), left (the
    places of checks that were not looked at)}.
    """
    columns = arguments["columns"]
    wanted = ", ".join(map(_identifier, columns)) or "NULL AS nothing"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW input AS SELECT {wanted}, _row, _row AS {ORIGIN} FROM {given}")
    traced, names = arguments["reject"]["traced"], arguments["target"]["columns"]
    if traced is not None and names is not None:
        made = ", ".join(f"CAST(c{at} AS VARCHAR) AS {_identifier(name)}" for at, name in enumerate(names, 1))
        aliases = ", ".join([*(f"c{at}" for at in range(1, len(names) + 1)), ORIGIN])
        connection.execute(
            f"CREATE TEMP VIEW output AS SELECT {made}, CAST({ORIGIN} AS BIGINT) AS _row FROM (\n{traced}\n) AS t({aliases})"
        )
    connection.execute("CREATE TEMP TABLE rejected (row BIGINT, reason VARCHAR)")
    broken, left = [], []
    for place, one in enumerate(arguments["checks"]):
        try:
            statement.check(one["sql"], relations=("input", "output"), columns=[*columns, *(names or ())])
            reads = statement.tables_read(one["sql"])
            if "output" in reads and (traced is None or names is None):
                left.append(place)
                continue
            told = checks.broken(connection, one)
            if told is not None and told["rows_broken"]:
                first = connection.execute(f"DESCRIBE ({one['sql']}\n)").fetchall()
                aliases = ", ".join(f"a{at}" for at in range(len(first)))
                connection.execute(
                    f"INSERT INTO rejected SELECT CAST(a0 AS BIGINT), ? FROM (\n{one['sql']}\n) AS t({aliases})", [one["name"]]
                )
        except (duckdb.Error, RefusedStatement) as error:
            if isinstance(error, duckdb.OutOfMemoryException):
                raise
            told = checks.not_made(one, str(error).splitlines()[0])
        if told is not None:
            broken.append(told)
    counts = [_count(connection, given), _count(connection, "(SELECT DISTINCT row FROM rejected)")]
    _write(connection, arguments, given)
    kept = f"FROM {given} WHERE _row NOT IN (SELECT row FROM rejected)" if counts[1] else f"FROM {given}"
    position = "row_number() OVER (ORDER BY _row)" if counts[1] else "_row"
    connection.execute("DROP VIEW IF EXISTS output")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW input AS SELECT {wanted}, {position} AS _row {kept}")
    return {"rows_in": counts[0], "rejected": counts[1], "broken": broken, "left": left}


def _write(connection: duckdb.DuckDBPyConnection, arguments: dict[str, Any], given: str) -> None:
    """The file: the row's number, why, and the row as it was; only a heading where none was rejected."""
    names = _columns_of(arguments["source"]["columns"])
    cells = ", ".join(
        f"g.{_identifier(name)} AS {_identifier(shown)}"
        for name, shown in zip(arguments["source"]["columns"], names, strict=True)
    )
    connection.execute(
        f"COPY (SELECT r.row AS row, r.reason AS reason, {cells} FROM (SELECT row, string_agg(DISTINCT reason, '; ') AS reason "
        f"FROM rejected GROUP BY row) r JOIN {given} g ON g._row = r.row ORDER BY r.row) "
        f"TO {_literal(arguments['reject']['path'])} (FORMAT csv, HEADER true, NULLSTR '', QUOTE '\"', ESCAPE '\"')"
    )


def _columns_of(names: Sequence[str]) -> list[str]:
    """The names beside `row` and `reason`, which stand first."""
    return [f"{name}_" if name.casefold() in ("row", "reason") else name for name in names]


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0]
    return int(count)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
