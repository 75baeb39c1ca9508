"""A look at a file inside the sandbox: what several programs make of its first rows, where they differ, what is unsound.

Nothing is written; the answer has the first rows and the doubtful ones. Runs like `engine.convert`, behind the same two walls.
"""

from collections.abc import Sequence
from typing import Any

import duckdb

from converter import engine, statement
from converter.errors import RefusedStatement
from converter.families import finds_columns
from converter.pivots import steps
from converter.rejecting import ORIGIN
from converter.table import column_names
from converter.telling import shown

_SHOWN_CHARACTERS = 2000
"""Of a cell, at most."""
_PROBLEM_CHARACTERS = 500
_VALUES, _ROWS = 20, 20
MADE_OF_ONE = 20
"""So many rows that are made of one are shown."""


def look(arguments: dict[str, Any]) -> dict[str, Any]:
    """What the programs make of the file's first rows.

    Arguments: those of `engine.convert`, and `programs` [{statement, traced (with `_origin`, or null)}], the converter's first,
    `most_rows`, `first` (rows to show), `most_doubtful`; `checks` [{name, sql}].

    Answer: {rows_in, rows_out, is_traced, names, first [{row, given, made}], output [cells], doubtful [{row, given, made (each
    program's rows, null where it fails)}], doubtful_rows, problems [{check (its place), count, rows, values, of}], marks [[row,
    check's place]]} or {unreadable}. Raises as `engine.convert` does.
    """
    for program in arguments["programs"]:
        statement.check(program["statement"], columns=arguments["columns"])
        if program["traced"] is not None:
            statement.check(program["traced"], columns=[*arguments["columns"], ORIGIN])
    return engine.carried_out(arguments, lambda connection: _Look(connection, arguments).answer())


def look_at_loaded(connection: duckdb.DuckDBPyConnection, arguments: dict[str, Any]) -> dict[str, Any]:
    """As `look`, at the first rows as the table `looked` of this connection, each with its number `_row`.

    Arguments: `columns`, `programs`, `first`, `most_doubtful`, `checks`, `ragged`, `target`. No wall stands around it.
    Raises `duckdb.Error`.
    """
    return _Look(connection, arguments).told()


class _Look:
    """One look, on a connection of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, arguments: dict[str, Any]) -> None:
        self._run, self._given = connection, arguments
        self._columns: list[str] = list(arguments["columns"])
        self._is_traced = arguments["programs"][0]["traced"] is not None
        self._widths: dict[int, int] = {}

    def answer(self) -> dict[str, Any]:
        """What `look` answers."""
        try:
            self._load()
        except (duckdb.InvalidInputException, duckdb.NotImplementedException) as error:
            return {"unreadable": str(error).splitlines()[0]}
        # Reading is behind us: what fails from here on is the statement's fault.
        return self.told()

    def told(self) -> dict[str, Any]:
        """What `look` answers of rows that are loaded."""
        self._run.execute(f"CREATE TEMP VIEW input_with_origin AS SELECT *, _row AS {ORIGIN} FROM looked")
        self._run.execute("CREATE TEMP VIEW input AS FROM looked")
        names = self._make(0, self._given["programs"][0])
        others = [at for at in range(1, len(self._given["programs"])) if self._made_too(at)]
        doubtful, count = self._doubtful(others)
        problems, marks = self._problems(names)
        return {
            "rows_in": self._count("looked"),
            "rows_out": self._count("made_0"),
            "is_traced": self._is_traced,
            "names": names,
            "first": self._first() if self._is_traced else [],
            "given": self._rows("SELECT * EXCLUDE (_row) FROM input ORDER BY _row", self._given["first"]),
            "output": self._rows("SELECT * EXCLUDE (_at, _origin) FROM made_0 ORDER BY _at", self._given["first"]),
            "doubtful": doubtful,
            "doubtful_rows": count,
            "problems": problems,
            "marks": marks,
        }

    def _load(self) -> None:
        around = {name: self._given.get(name, ()) for name in ("preamble", "footer")}
        if any(statement.tables_read(program["statement"]) & around.keys() for program in self._given["programs"]):
            engine.add_lines(self._run, **around)
        picked = engine.reader_of(self._given["source"], self._columns)
        limit = int(self._given["most_rows"])
        self._run.execute(f"CREATE TEMP TABLE looked AS SELECT *, row_number() OVER () AS _row FROM ({picked} LIMIT {limit})")

    def _made_too(self, at: int) -> bool:
        """Makes a rival's table; a rival that fails on this file says nothing about it."""
        try:
            self._make(at, self._given["programs"][at])
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            return False
        return self._widths[at] == self._widths[0]

    def _make(self, at: int, program: dict[str, Any]) -> list[str]:
        """The program's output as the table `made_N`: c1…, `_at` its place, `_origin` the input row (null where none)."""
        traced = program["traced"] if self._is_traced else None
        sql = (traced or program["statement"]).rstrip().rstrip(";")
        relation = "input_with_origin" if traced else "looked"
        self._run.execute(f"CREATE OR REPLACE TEMP VIEW input AS FROM {relation}")
        if finds_columns(sql):
            *before, last = steps(sql)
            for step in before:
                self._run.execute(step)
            sql = last
        self._run.execute(f"CREATE OR REPLACE TEMP TABLE raw AS (\n{sql}\n)")
        described = [name for name, *_ in self._run.execute("DESCRIBE raw").fetchall()]
        names = described[:-1] if traced else described
        width = self._widths[at] = len(names)
        if self._given["ragged"]:
            cells = "CAST(CAST(c1 AS VARCHAR[]) AS VARCHAR) AS c1"
        else:
            cells = ", ".join(f"CAST(c{n} AS VARCHAR) AS c{n}" for n in range(1, width + 1))
        aliases = ", ".join([f"c{n}" for n in range(1, width + 1)] + ([ORIGIN] if traced else []))
        origin = f"CAST({ORIGIN} AS BIGINT)" if traced else "NULL::BIGINT"
        self._run.execute(
            f"CREATE OR REPLACE TEMP TABLE made_{at} AS SELECT {cells}, row_number() OVER () AS _at, {origin} AS {ORIGIN} "
            f"FROM (FROM raw) AS t({aliases})"
        )
        self._run.execute("DROP TABLE raw; CREATE OR REPLACE TEMP VIEW input AS FROM looked")
        target = self._given["target"]
        return list(target["columns"] or (names if target.get("heading") == "data" else column_names(None, width)))

    def _doubtful(self, others: Sequence[int]) -> tuple[list[dict[str, Any]], int]:
        """The rows on which programs differ, those on which most do first, and how many there are."""
        if not others:
            return [], 0
        key = ORIGIN if self._is_traced else "_at"
        self._run.execute("CREATE TEMP TABLE differing (key BIGINT, program INT)")
        for at in others:
            self._run.execute(f"INSERT INTO differing SELECT key, {at} FROM ({self._differences(at, key)})")
        found = self._run.execute(
            "SELECT key FROM differing GROUP BY key ORDER BY count(*) DESC, key LIMIT ?", [self._given["most_doubtful"]]
        ).fetchall()
        (count,) = self._run.execute("SELECT count(DISTINCT key) FROM differing").fetchall()[0]
        keys = [one for (one,) in found]
        programs = [0, *others]
        made = {at: self._by_key(at, key, keys) for at in programs}
        given = self._given_rows(keys) if self._is_traced else {}
        total = len(self._given["programs"])
        return [
            {
                "row": one,
                "given": given.get(one),
                "made": [made[at].get(one, []) if at in made else None for at in range(total)],
            }
            for one in keys
        ], int(count)

    def _differences(self, at: int, key: str) -> str:
        """The keys of rows that the converter and this program make otherwise; blanks of both kinds are alike."""
        width = self._widths[0]
        if all(self._is_single(one, key) for one in (0, at)):
            unlike = " OR ".join(f"coalesce(a.c{n}, '') <> coalesce(b.c{n}, '')" for n in range(1, width + 1))
            sides = ["made_0", f"made_{at}"]
            where = f"a.{key} IS NULL OR b.{key} IS NULL OR {unlike}"
        else:
            cells = ", ".join(f"coalesce(c{n}, '')" for n in range(1, width + 1))
            rows = f"SELECT {key}, list([{cells}] ORDER BY _at) AS made FROM made_"
            sides, where = [f"({rows}{one} GROUP BY 1)" for one in (0, at)], "a.made IS DISTINCT FROM b.made"
        return f"SELECT coalesce(a.{key}, b.{key}) AS key FROM {sides[0]} a FULL JOIN {sides[1]} b USING ({key}) WHERE {where}"

    def _is_single(self, at: int, key: str) -> bool:
        if key == "_at":
            return True
        (is_so,) = self._run.execute(f"SELECT count(*) = count(DISTINCT {key}) FROM made_{at}").fetchall()[0]
        return bool(is_so)

    def _by_key(self, at: int, key: str, keys: Sequence[int]) -> dict[int, list[list[str | None]]]:
        found: dict[int, list[list[str | None]]] = {}
        if keys:
            sql = f"SELECT {key}, * EXCLUDE (_at, {ORIGIN}) FROM made_{at} WHERE {key} IN (SELECT unnest(?)) ORDER BY _at"
            for one, *cells in self._run.execute(sql, [list(keys)]).fetchall():
                if len(found.setdefault(one, [])) < MADE_OF_ONE:
                    found[one].append(shown_cells(cells))
        return found

    def _given_rows(self, keys: Sequence[int]) -> dict[int, list[str | None]]:
        if not keys:
            return {}
        rows = self._run.execute(
            "SELECT _row, * EXCLUDE (_row) FROM looked WHERE _row IN (SELECT unnest(?))", [list(keys)]
        ).fetchall()
        return {row: shown_cells(cells) for row, *cells in rows}

    def _first(self) -> list[dict[str, Any]]:
        if not self._given["first"]:
            return []
        first = list(range(1, int(self._given["first"]) + 1))
        given, made = self._given_rows(first), self._by_key(0, ORIGIN, first)
        return [{"row": one, "given": given[one], "made": made.get(one, [])} for one in first if one in given]

    def _problems(self, names: Sequence[str]) -> tuple[list[dict[str, Any]], list[list[int]]]:
        """The checks that break, with the input's rows where a row of the output has one."""
        if not self._given["checks"]:
            return [], []
        number = "_at" if not self._given["ragged"] else f"_at - {int(self._given['target'].get('heading') == 'data')}"
        if self._given["ragged"]:
            made = "CAST(c1 AS VARCHAR[]) AS cells"
        else:
            made = ", ".join(f"c{n} AS {_identifier(name)}" for n, name in enumerate(names, 1))
        self._run.execute(f"CREATE OR REPLACE TEMP VIEW output AS SELECT {made}, {number} AS _row FROM made_0")
        found, marks = [], []
        for place, one in enumerate(self._given["checks"]):
            try:
                statement.check(one["sql"], relations=("input", "output"), columns=[*self._columns, *names])
                told = self._broken(place, one["sql"])
            except (duckdb.Error, RefusedStatement) as error:
                found.append({"check": place, "problem": shown(str(error).splitlines()[0], _PROBLEM_CHARACTERS)})
                continue
            if told is not None:
                found.append(told)
                if told["of"] == "input":
                    sql = f"SELECT DISTINCT _row FROM broken WHERE _row <= {int(self._given['first'])} ORDER BY _row"
                    marks += [[row, place] for (row,) in self._run.execute(sql).fetchall()]
        return found, marks

    def _broken(self, place: int, sql: str) -> dict[str, Any] | None:
        self._run.execute(f"CREATE OR REPLACE TEMP TABLE broken AS SELECT * FROM (\n{sql}\n)")
        width = len(self._run.execute("DESCRIBE broken").fetchall())
        value = "CAST(value AS VARCHAR)" if width > 1 else "NULL::VARCHAR"
        of_output = "output" in statement.tables_read(sql)
        names = ", ".join(["_row", *(["value"] if width > 1 else []), *(f"more_{n}" for n in range(width - 2))])
        number = f"m.{ORIGIN}" if of_output and self._is_traced else "b._row"
        joined = "JOIN made_0 m ON m._at = b._row" if of_output and self._is_traced else ""
        self._run.execute(
            f"CREATE OR REPLACE TEMP TABLE broken AS SELECT {number} AS _row, {value} AS value "
            f"FROM (SELECT CAST(_row AS BIGINT) AS _row, * EXCLUDE (_row) FROM (FROM broken) AS t({names})) b {joined}"
        )
        count = self._count("broken")
        if not count:
            return None
        rows = self._run.execute(
            f"SELECT DISTINCT _row FROM broken WHERE _row IS NOT NULL ORDER BY _row LIMIT {_ROWS}"
        ).fetchall()
        values = self._run.execute(
            f"SELECT value FROM broken WHERE value IS NOT NULL GROUP BY value ORDER BY count(*) DESC, value LIMIT {_VALUES}"
        ).fetchall()
        return {
            "check": place,
            "count": count,
            "rows": [int(row) for (row,) in rows],
            "values": [shown(text, _PROBLEM_CHARACTERS) for (text,) in values],
            "of": "output" if of_output and not self._is_traced else "input",
        }

    def _rows(self, sql: str, most: int) -> list[list[str | None]]:
        if not most:
            return []
        return [shown_cells(row) for row in self._run.execute(f"{sql} LIMIT {int(most)}").fetchall()]

    def _count(self, relation: str) -> int:
        (count,) = self._run.execute(f"SELECT count(*) FROM {relation}").fetchall()[0]
        return int(count)


def shown_cells(cells: Sequence[Any]) -> list[str | None]:
    """A row's cells as text, long ones cut."""
    return [None if cell is None else str(cell)[:_SHOWN_CHARACTERS] for cell in cells]


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
