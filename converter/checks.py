"""A converter's checks held against one run: which rows of the input or the output broke which.

A check of the form `SELECT _row FROM output WHERE condition` is watched while the rows pass, which costs next to nothing:
a sequence counts the rows that meet the condition. Only where some did, and for checks of another form, the files are
read once more.
"""

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from converter import statement
from converter.answer import ROWS_SHOWN, VALUE_CHARACTERS, VALUES_SHOWN, not_made
from converter.telling import shown

"""Characters of a value that is told, at most."""
_VALUES_COUNTED = 1000
_PROBLEM_CHARACTERS = 1000
_BATCH_ROWS = 8192


@dataclass(frozen=True)
class Watch:
    """A condition that is looked at for every row of `relation` while it passes, and the sequence that counts its hits."""

    check: dict[str, str]
    relation: str
    condition: str
    sequence: str

    def filter(self) -> str:
        """A condition that is true for every row and counts those that meet the check's."""
        # CASE evaluates its branch for the rows that need it alone.
        return f"CASE WHEN {self.condition} THEN nextval('{self.sequence}') >= 0 ELSE true END"


def watches(connection: duckdb.DuckDBPyConnection, checks: Sequence[dict[str, str]]) -> tuple[Watch, ...]:
    """Those of the checks {name, sql} that can be watched, each with its sequence made on the connection."""
    made = []
    for number, check in enumerate(checks):
        for relation in ("input", "output"):
            condition = statement.row_condition(check["sql"], relation)
            if condition is not None:
                sequence = f"rows_broken_{number}"
                connection.execute(f"CREATE OR REPLACE TEMP SEQUENCE {sequence} MINVALUE 0 START 0")
                made.append(Watch(check, relation, condition, sequence))
    return tuple(made)


def watched(relation: str, select: str, on: Sequence[Watch]) -> str:
    """The query `select` under the name of a relation, its rows counted by the watches on that relation."""
    filters = " AND ".join(watch.filter() for watch in on if watch.relation == relation)
    return f"SELECT * FROM (\n{select}\n) AS {relation}" + (f" WHERE {filters}" if filters else "")


def saw_some(connection: duckdb.DuckDBPyConnection, watch: Watch) -> bool:
    """Whether any row met the watch's condition."""
    # The first value is 0, so the next one is how many were given out.
    (count,) = connection.execute(f"SELECT nextval('{watch.sequence}')").fetchall()[0]
    return int(count) > 0


def broken(connection: duckdb.DuckDBPyConnection, check: dict[str, str]) -> dict[str, Any] | None:
    """The rows that break a check, the first few by number, and their values where the check's second column tells them.

    {check, rows_broken, rows, values} or None where it holds. A check that cannot be evaluated is broken by no row:
    `problem` says why.
    """
    try:
        return _counted(check["name"], _rows(connection, check["sql"]))
    except duckdb.Error as error:
        return not_made(check, shown(str(error).splitlines()[0], _PROBLEM_CHARACTERS))
    except _NoRowNumber as error:
        return not_made(check, f"its first column must give a row's number, and gives {error}")


class _NoRowNumber(Exception):
    """A check whose first column is something else."""


def _counted(name: str, rows: Iterator[tuple[Any, ...]]) -> dict[str, Any] | None:
    count = 0
    first: list[int] = []
    values = Counter[str]()
    for row in rows:
        count += 1
        if row[0] is not None:
            # A heap of negatives keeps the smallest numbers.
            (heapq.heappush if len(first) < ROWS_SHOWN else heapq.heappushpop)(first, -_number(row[0]))
        if len(row) > 1 and row[1] is not None:
            value = str(row[1])[: VALUE_CHARACTERS + 1]
            if len(values) < _VALUES_COUNTED or value in values:
                values[value] += 1
    if not count:
        return None
    common = [shown(value, VALUE_CHARACTERS) for value, _ in values.most_common(VALUES_SHOWN)]
    return {"check": name, "rows_broken": count, "rows": sorted(-row for row in first), "values": common}


def _number(value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):  # Text, not a number, infinity.
        raise _NoRowNumber(repr(shown(str(value)[:100], 50))) from None
    if number < 0:
        raise _NoRowNumber(str(number))
    return number


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    result = connection.execute(f"SELECT * FROM (\n{sql}\n)")
    while batch := result.fetchmany(_BATCH_ROWS):
        yield from batch
