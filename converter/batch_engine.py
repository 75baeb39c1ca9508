"""What runs inside the sandbox for many small files: one checked statement over each of them, in one process and one engine.

Each file has a connection of its own, so nothing that is made for one is there for the next. Whatever is out of the ordinary
about a file is left to a run of its own, which says what it is.
"""

from typing import Any

import duckdb

from converter import statement
from converter.engine import Run, carried_out
from converter.errors import ConverterError

LEFT = "left"
"""The answer's key for a file that has to be converted by itself."""


def convert(arguments: dict[str, Any]) -> dict[str, Any]:
    """Runs the statement over the files one after the other.

    Arguments: `runs`, a list of what `engine.convert` takes (`reject` apart), all with one statement and one engine's bounds.
    Answer: `answers`, for each what `engine.convert` answers, or `LEFT`. Raises `RefusedStatement`, `LimitExceeded`.
    """
    runs = arguments["runs"]
    checked: set[tuple[str, ...]] = set()
    for one in runs:
        # Most files have the same columns.
        if (columns := tuple(one["columns"])) not in checked:
            statement.check(one["statement"], columns=columns)
            checked.add(columns)
    others = [path for one in runs for path in (one["source"]["path"], one["target"]["path"])]
    return carried_out(runs[0] | {"others": others}, lambda engine: {"answers": [_answer(engine, one) for one in runs]})


def _answer(engine: duckdb.DuckDBPyConnection, run: dict[str, Any]) -> dict[str, Any]:
    with engine.cursor() as connection:
        try:
            return Run(connection, run).answer()
        except (duckdb.Error, ConverterError):
            return {LEFT: True}
