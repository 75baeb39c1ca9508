"""A look at a table by statements of our own making, in this process: what a sandbox would take ten times as long for.

No wall stands around it, so nothing that a person or a model has written runs here, and no checks; `preview` is for those.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import duckdb

from converter.answer import sound_look
from converter.errors import LimitExceeded, StatementFailed
from converter.fitting import fitted
from converter.looking import MADE_OF_ONE, look_at_loaded, shown_cells
from converter.manifest import Converter
from converter.origins import traced
from converter.preview import Bounds, Look, look_of
from converter.reading import fill
from converter.rejecting import ORIGIN
from converter.sandbox import Limits
from converter.table import Table, column_names
from converter.trial import interrupted, loaded

_BOUNDS = Bounds()


def look_at_own(
    converter: Converter,
    rivals: Sequence[str],
    table: Table,
    *,
    limits: Limits,
    bounds: Bounds = _BOUNDS,
    allow_unsandboxed: bool = False,
) -> Look:
    """As `preview.look_at_table`, without checks. Raises `InputMismatch`, `LimitExceeded` and `StatementFailed`."""
    started = time.monotonic()
    known = _as_known(replace(table, rows=table.rows[: bounds.rows]), converter)
    statements = [converter.statement.rstrip().rstrip(";"), *rivals]
    programs = [{"statement": one, "traced": None if converter.ragged else traced(one)} for one in statements]
    try:
        with loaded(known, "looked") as connection, interrupted(connection, limits.seconds):
            if not rivals and programs[0]["traced"] is not None and converter.output_header is not None:
                answer = _rows_and_origins(connection, programs[0]["traced"], known, converter.output_header, bounds.first)
            else:
                answer = look_at_loaded(connection, _arguments(converter, programs, known, bounds))
    except duckdb.InterruptException as error:
        raise LimitExceeded("time", f"it ran longer than {limits.seconds:g} s") from error
    except duckdb.Error as error:
        raise StatementFailed(f"the converter's statement failed: {error}") from error
    seen = look_of(sound_look(answer, 0, len(statements)), known.columns, (), time.monotonic() - started)
    return replace(seen, is_whole=len(table.rows) < bounds.rows)


def _arguments(converter: Converter, programs: list[dict[str, str | None]], known: Table, bounds: Bounds) -> dict[str, Any]:
    header = converter.output_header
    return {
        "columns": known.columns,
        "programs": programs,
        "first": bounds.first,
        "most_doubtful": bounds.doubtful,
        "checks": [],
        "ragged": converter.ragged,
        "target": {"heading": converter.heading, "columns": None if header is None else column_names(header, len(header))},
    }


def _rows_and_origins(
    connection: duckdb.DuckDBPyConnection, statement: str, known: Table, header: tuple[str, ...], first: int
) -> dict[str, Any]:
    """The same answer, of one program alone whose rows have an origin each, by one statement."""
    connection.execute(f"CREATE TEMP VIEW input AS SELECT *, _row AS {ORIGIN} FROM looked")
    rows = connection.execute(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n{statement}\n)").fetchall()
    made: dict[int, list[list[str | None]]] = {}
    for *cells, origin in rows:
        made.setdefault(int(origin), []).append(shown_cells(cells))
    given = [shown_cells(row) for row in known.rows[:first]]
    return {
        "rows_in": len(known.rows),
        "rows_out": len(rows),
        "is_traced": True,
        "names": list(column_names(header, len(header))),
        "first": [{"row": at, "given": cells, "made": made.get(at, [])[:MADE_OF_ONE]} for at, cells in enumerate(given, 1)],
        "given": given,
        "output": [shown_cells(row[:-1]) for row in rows[:first]],
        "doubtful": [],
        "doubtful_rows": 0,
        "problems": [],
        "marks": [],
    }


def _as_known(table: Table, converter: Converter) -> Table:
    """The columns that the converter takes of the table, under its names."""
    if not converter.input_has_header:
        columns = column_names(None, max(table.width, len(converter.input_columns)))
        return replace(table, columns=columns, rows=tuple(tuple(fill(row, len(columns))) for row in table.rows))
    fit = fitted(table.header or table.columns, table.columns, converter, "the example")
    places = [fit.columns.index(one) for one in fit.wanted]
    return replace(table, columns=fit.wanted, rows=tuple(tuple(row[at] for at in places) for row in table.rows))
