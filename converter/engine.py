"""What runs inside the sandbox: one checked statement over one CSV file, by DuckDB.

Arguments and answers are JSON, since they cross a process border. Nothing here decides what is allowed; `statement`
and `sandbox` do that. DuckDB is told all about the file (columns, delimiter, quoting), so it never guesses.
"""

import contextlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from converter import checks, statement
from converter.answer import not_made
from converter.errors import LimitExceeded, RefusedStatement, StatementFailed
from converter.families import finds_columns, names_in, reads_unnamed_columns
from converter.order import without_needless_order
from converter.pivots import steps
from converter.rejecting import ORIGIN, reject
from converter.scan import Layout
from converter.table import Cell, column_names
from converter.writing import Blanks, cut, write_lines

_Cells = Sequence[Cell]

_MATERIALISED_BYTES = 32 << 20
# DuckDB's own line limit first: its buffers are several times as large. Longer lines are rare.
_LINE_LIMITS = (2 << 20, 64 << 20)
_BUFFER_BYTES = 16 << 20
# The engine puts in quotes what would be read as NULL: empty text, or where nothing is NULL any more, no text that there is.
_QUOTED_NULL, _BARE_NULL = "''", r"e'\x01'"
_BATCH_ROWS = 8192
# The engine takes time by the square of the expressions that it computes: a second for 1,000 columns, 11 s for 5,000.
_MANY_COLUMNS = 500
# How much may wait to be written, after rows that another thread still makes. With as much as there is memory, a large file
# took twice as much as a small one, and no less time.
_WAITING_BYTES = 64 << 20


def convert(arguments: dict[str, Any]) -> dict[str, Any]:
    """Runs a statement over a file and writes its result.

    Arguments: `source` {path, delimiter, columns (a name a file column), skip_header, layout (a `scan.Layout`'s fields)},
    `columns` (those the statement may use), `preamble` and `footer` (rows of cells), `statement`, `target` {path, delimiter,
    header (names or null), heading ("data", where the statement gives it), columns (unique names), blanks and row_widths (of
    `writing.Writing`)}, `ragged`, `checks` [{name, sql}], `memory_bytes`, `threads`, `scratch` (a folder to spill into),
    `spill_bytes`; and `reject` {path, traced}, where rows that are not sound are to go there (then the answer has `rejected`,
    their number, and `broken`, the checks that they break).

    Answer: {rows_in, rows_out, names (of the output's columns, as checks know them), unchecked (the places of the checks that
    `check` has to look at)} or, where the file is not what its reader was told, {unreadable: why}.
    Raises `RefusedStatement`, `StatementFailed`, `LimitExceeded`.
    """
    statement.check(arguments["statement"], columns=arguments["columns"])
    if (traced := (arguments.get("reject") or {}).get("traced")) is not None:
        statement.check(traced, columns=[*arguments["columns"], ORIGIN])
    return carried_out(arguments, lambda connection: Run(connection, arguments).answer())


def check(arguments: dict[str, Any]) -> dict[str, Any]:
    """Holds checks against what `convert` has made, in a run of its own: no check can take anything from the conversion.

    Arguments: those of `convert`, and `names` as it answered them. Answer: {broken_checks}. Raises as `convert` does.
    """
    statement.check(arguments["statement"], columns=arguments["columns"])
    names = arguments["names"]
    return carried_out(arguments, lambda connection: {"broken_checks": Run(connection, arguments).broken_checks(names)})


def carried_out(arguments: dict[str, Any], work: Callable[[duckdb.DuckDBPyConnection], dict[str, Any]]) -> dict[str, Any]:
    """The work on an engine that is shut in as the arguments say, its errors in words. Raises as `convert` does."""
    connection = _connect(arguments)
    # Not closed: the process ends with its run, and taking the engine apart first would take as long as a small one.
    _engines.append(connection)
    try:
        return work(connection)
    except duckdb.OutOfMemoryException as error:
        raise LimitExceeded("memory", "it needed more memory than its limit") from error
    except duckdb.Error as error:
        raise StatementFailed(f"the converter's statement failed: {_for_people(error, arguments)}") from error


class Run:
    """One statement over one file, on a connection of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, arguments: dict[str, Any]) -> None:
        self._connection = connection
        self._source, self._target = arguments["source"], arguments["target"]
        self._columns, self._ragged = arguments["columns"], arguments["ragged"]
        self._statement = without_needless_order(arguments["statement"])
        # Its columns are found by a statement of its own, which must not be done for each look at the result.
        self._pivot = self._statement if finds_columns(self._statement) else None
        # Larger inputs are read anew by each reference to `input`, which costs time but no memory.
        self._is_small = Path(self._source["path"]).stat().st_size <= _MATERIALISED_BYTES
        self._checks = arguments["checks"]
        # The names that the result's columns have in checks; without a header they are known when its width is.
        self._names = self._target["columns"]
        self._takes_heading = self._target.get("heading") == "data"
        self._blanks = Blanks(self._target.get("blanks", Blanks.KEPT))
        self._rejects = arguments.get("reject")
        self._arguments = arguments
        self._around = {name: arguments.get(name, ()) for name in ("preamble", "footer")}

    def answer(self) -> dict[str, Any]:
        """What `convert` answers."""
        self._add_lines()
        try:
            watches = () if self._rejects is not None else checks.watches(self._connection, self._watchable())
            try:
                counts = self._converted(watches)
            except (duckdb.DataError, duckdb.ProgrammingError) as error:
                if not watches or self._is_about_the_file(error):
                    raise
                # A check that cannot be evaluated must not stop the conversion: they are looked at one by one later.
                watches, counts = (), self._converted(())
        except (duckdb.InvalidInputException, duckdb.NotImplementedException) as error:
            if not self._is_about_the_file(error):
                raise
            return {"unreadable": str(error).splitlines()[0]}
        if self._rejects is not None:
            return {key: counts[key] for key in ("rows_in", "rows_out", "rejected", "broken")} | {
                "names": self._names,
                "unchecked": counts["left"],
            }
        kept = [watch.check for watch in watches if not checks.saw_some(self._connection, watch)]
        unchecked = [place for place, check in enumerate(self._checks) if check not in kept]
        return counts | {"names": self._names, "unchecked": unchecked}

    def broken_checks(self, names: Sequence[str] | None) -> list[dict[str, Any]]:
        """What `check` answers, of an output whose columns have these names."""
        self._names = names
        self._add_lines()
        columns = [*self._columns, *(names or ())]
        long, sound, found = _LINE_LIMITS[-1], [], []
        for one in self._checks:
            try:
                statement.check(one["sql"], relations=("input", "output"), columns=columns)
                sound.append(one)
            except RefusedStatement as error:
                found.append(not_made(one, error.problem))
        relations = {name for one in sound for name in statement.tables_read(one["sql"])}
        if relations:
            kind = "TABLE" if self._is_small else "VIEW"
            self._connection.execute(f"CREATE OR REPLACE TEMP {kind} input AS {self._rows(long, numbered=True)}")
        if "output" in relations:
            output = self._lists() if self._ragged else self._written(long)
            number = f"row_number() OVER () - {int(self._ragged and self._takes_heading)}"
            self._connection.execute(
                f"CREATE TEMP VIEW output AS FROM (SELECT *, {number} AS _row FROM {output}) WHERE _row > 0"
            )
        return found + [told for one in sound if (told := checks.broken(self._connection, one)) is not None]

    def _add_lines(self) -> None:
        if statement.tables_read(self._statement) & self._around.keys():
            add_lines(self._connection, **self._around)

    def _watchable(self) -> list[dict[str, str]]:
        """The checks on rows that pass as rows of columns (lists of cells do not) and take next to nothing to look at."""
        return [one for one in self._checks if self._is_watchable(one["sql"])]

    def _is_watchable(self, sql: str) -> bool:
        try:
            statement.check(sql, relations=("input", "output"), columns=[*self._columns, *(self._names or ())])
        except RefusedStatement:
            return False
        return statement.is_light(sql) and not (self._ragged and "output" in statement.tables_read(sql))

    def _is_about_the_file(self, error: duckdb.Error) -> bool:
        """Whether DuckDB's reader says so of this file, whose path no statement knows."""
        text = str(error)
        is_readers = text.startswith("Invalid Input Error: CSV Error") or "CSV Parser" in text or "CSV Reader" in text
        return is_readers and self._source["path"] in text

    def _converted(self, watches: tuple[checks.Watch, ...]) -> dict[str, Any]:
        short, long = _LINE_LIMITS
        try:
            return self._converted_with(short, watches)
        except duckdb.InvalidInputException as error:
            if "Maximum line size" not in str(error):
                raise
        return self._converted_with(long, watches)

    def _converted_with(self, line_limit: int, watches: tuple[checks.Watch, ...]) -> dict[str, Any]:
        if self._rejects is not None:
            return self._converted_sound(line_limit)
        # Numbering the rows takes one thread, so only where it is asked for.
        select = self._rows(line_limit, numbered=statement.references_row_position(self._pivot or self._statement))
        kind = "TABLE" if self._is_small else "VIEW"
        self._connection.execute(f"CREATE OR REPLACE TEMP {kind} input AS {checks.watched('input', select, watches)}")
        # A large file is not read a second time for its number of rows.
        rows_in = _count(self._connection, "input") if self._is_small else None
        if self._pivot is not None:
            self._fill_pivot(self._pivot)
        return {"rows_in": rows_in, "rows_out": self._write(watches)}

    def _converted_sound(self, line_limit: int) -> dict[str, Any]:
        """As `_converted_with`, with the rows that are not sound in a file of their own."""
        kind = "TABLE" if self._is_small else "VIEW"
        all_columns = ", ".join(_cell(self._source, column) for column in self._source["columns"])
        select = f"SELECT {all_columns}, row_number() OVER () AS _row FROM {_reader(self._source, line_limit)}"
        self._connection.execute(f"CREATE OR REPLACE TEMP {kind} given AS {select}")
        told = reject(self._connection, self._arguments, "given")
        if self._pivot is not None:
            self._fill_pivot(self._pivot)
        rows_out = self._write(())
        return told | {"rows_out": rows_out}

    def _fill_pivot(self, pivot: str) -> None:
        *before, last = steps(pivot)
        for step in (*before, f"CREATE OR REPLACE TEMP TABLE pivoted AS {last}"):
            self._connection.execute(step)
        self._statement = "FROM pivoted"

    def _read_columns(self) -> list[str]:
        """Those of the columns that the statement or a check reads; all, unless they are so many that it matters."""
        if len(self._columns) <= _MANY_COLUMNS:
            return list(self._columns)
        try:
            read = [self._pivot or self._statement, *(one["sql"] for one in self._checks)]
            if any(map(reads_unnamed_columns, read)):
                return list(self._columns)
            named = frozenset[str]().union(*map(names_in, read))
        except RefusedStatement:
            return list(self._columns)
        return [column for column in self._columns if column.casefold() in named]

    def _rows(self, line_limit: int, *, numbered: bool) -> str:
        picked = ", ".join(_cell(self._source, column) for column in self._read_columns()) or "NULL AS nothing"
        position = ", row_number() OVER () AS _row" if numbered else ""
        return f"SELECT {picked}{position} FROM {_reader(self._source, line_limit)}"

    def _write(self, watches: tuple[checks.Watch, ...]) -> int:
        if self._ragged:
            return self._write_lines(cells or () for (cells,) in self._made(f"FROM {self._lists()}")) - self._takes_heading
        widths = self._target.get("row_widths")
        if widths is not None:
            return self._write_lines(
                cut(row, widths) for row in self._made(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n{self._statement}\n)")
            )
        described = [name for name, *_ in self._connection.execute(f"DESCRIBE ({self._statement}\n)").fetchall()]
        header, width = described if self._takes_heading else self._target["header"], len(described)
        if header is not None and len(header) != width:
            raise StatementFailed(f"the converter's statement gives {width} columns, its manifest names {len(header)}")
        cell = "CAST(COLUMNS(*) AS VARCHAR)"
        # A line with nothing on it is no row to any reader, so a lone missing cell is written as empty text.
        blanks = Blanks.QUOTED if width == 1 else self._blanks
        if blanks is not Blanks.KEPT:
            cell = f"coalesce({cell}, '')"
        names = self._names = self._names or column_names(tuple(header) if header is not None else None, width)
        named = f"made({', '.join(map(_identifier, names))})"
        body = checks.watched("output", f"SELECT * FROM (SELECT {cell} FROM (\n{self._statement}\n)) AS {named}", watches)
        # DuckDB would rename a header's repeated names and has no empty ones: such a header is written as a row.
        is_row = header is not None and list(header) != list(names)
        if is_row:
            literals = ("NULL" if not name and blanks is Blanks.KEPT else _literal(name) for name in header)
            body = f"SELECT {', '.join(literals)} UNION ALL {body}"
        # What an attempt before left; DuckDB would write beside it, where it may not.
        Path(self._target["path"]).unlink(missing_ok=True)
        copied = self._connection.execute(
            f"COPY (\n{body}\n) TO {_literal(self._target['path'])} (FORMAT csv, HEADER {header is not None and not is_row}, "
            f"NULLSTR {_BARE_NULL if blanks is Blanks.BARE else _QUOTED_NULL}, "
            f"QUOTE '\"', ESCAPE '\"', DELIMITER {_literal(self._target['delimiter'])})"
        ).fetchall()
        return int(copied[0][0]) - is_row

    def _made(self, select: str) -> Iterator[tuple[Any, ...]]:
        result = self._connection.execute(select)
        while batch := result.fetchmany(_BATCH_ROWS):
            yield from batch

    def _write_lines(self, rows: Iterable[_Cells]) -> int:
        return write_lines(Path(self._target["path"]), rows, self._target["delimiter"], self._blanks, self._target["header"])

    def _lists(self) -> str:
        return f"(SELECT CAST(cells AS VARCHAR[]) AS cells FROM (\n{self._statement}\n))"

    def _written(self, line_limit: int) -> str:
        as_written = {"columns": self._names, "skip_header": self._target["header"] is not None or self._takes_heading}
        return _reader(self._target | as_written | {"layout": asdict(Layout(True, True, True))}, line_limit)


def add_lines(
    connection: duckdb.DuckDBPyConnection, preamble: Sequence[Sequence[Cell]], footer: Sequence[Sequence[Cell]]
) -> None:
    """Adds the relations `preamble` and `footer`: a row a line of the file, its number from 1 and its cells."""
    for name, rows in (("preamble", preamble), ("footer", footer)):
        connection.execute(f"CREATE TEMP TABLE {name} (line BIGINT, cells VARCHAR[])")
        for line, cells in enumerate(rows, 1):
            connection.execute(f"INSERT INTO {name} VALUES (?, CAST(? AS VARCHAR[]))", [line, list(cells)])


# An engine that the next run takes instead of making its own; each belongs to one run.
_prepared: list[duckdb.DuckDBPyConnection] = []
_engines: list[duckdb.DuckDBPyConnection] = []


def prepare() -> None:
    """Makes the next run's engine and the statement's parser ahead of it. Neither has threads, so the process may fork."""
    engine = _engine()
    # Without a folder to do it in, the first run does all of that itself.
    with contextlib.suppress(OSError):
        _practise(engine)
    _prepared.append(engine)


def _practise(engine: duckdb.DuckDBPyConnection) -> None:
    """A conversion of one row, since what the first one makes is there for all after it: it costs them a third less."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "input.csv")
        given.write_text("a,b\n1,2\n", encoding="utf-8")
        layout = asdict(Layout.glimpse(given, ","))
        source = {"path": str(given), "delimiter": ",", "columns": ["a", "b"], "skip_header": True, "layout": layout}
        target = {"path": f"{folder}/output.csv", "delimiter": ",", "header": ["a", "b"], "columns": ["a", "b"]}
        arguments = {"source": source, "columns": ["a", "b"], "statement": "SELECT a, b FROM input", "target": target}
        Run(engine, arguments | {"preamble": [], "footer": [], "ragged": False, "checks": []}).answer()
        engine.execute("DROP TABLE input")


def _engine() -> duckdb.DuckDBPyConnection:
    # Its threads for reading ahead would take some 70 MB of the address space each, and are of no use on files at hand.
    return duckdb.connect(config={"threads": 1, "async_threads": 0})


def _connect(arguments: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    connection = _prepared.pop() if _prepared else _engine()
    others = [arguments["reject"]["path"]] if arguments.get("reject") else arguments.get("others", ())
    paths = ", ".join(_literal(path) for path in (arguments["source"]["path"], arguments["target"]["path"], *others))
    # Order matters: DuckDB refuses to change paths once external access is off.
    settings = (
        f"threads = {arguments['threads']}",
        f"memory_limit = '{arguments['memory_bytes']}B'",
        f"operator_memory_limit = '{min(_WAITING_BYTES, arguments['memory_bytes'])}B'",
        f"temp_directory = {_literal(arguments['scratch'])}",
        f"max_temp_directory_size = '{arguments['spill_bytes']}B'",
        "preserve_insertion_order = true",
        "enable_progress_bar = false",
        f"allowed_paths = [{paths}]",
        "enable_external_access = false",
        "lock_configuration = true",
    )
    connection.execute("; ".join(f"SET {setting}" for setting in settings))
    return connection


def _reader(source: dict[str, Any], line_limit: int) -> str:
    columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in source["columns"])
    layout = source["layout"]
    # A missing cell is NULL. Where no quoted cell is empty, NULL is rather what no bare cell can be: then the engine rejects
    # an empty cell too many in a row, as it does any other.
    null = "''" if layout["quoted_blanks"] else r"e'\n'"
    return (
        f"read_csv({_literal(source['path'])}, auto_detect = false, header = false, columns = {{{columns}}}, "
        f"skip = {int(source['skip_header'])}, delim = {_literal(source['delimiter'])}, quote = '\"', escape = '\"', "
        f"nullstr = {null}, allow_quoted_nulls = false, strict_mode = true, parallel = {not layout['quoted_breaks']}, "
        + (r"new_line = '\n', " if layout["line_feeds"] else "")
        + f"max_line_size = {line_limit}, buffer_size = {max(_BUFFER_BYTES, 2 * line_limit)})"
    )


def reader_of(source: dict[str, Any], columns: Sequence[str]) -> str:
    """A query for these columns of the file."""
    picked = ", ".join(_cell(source, column) for column in columns) or "NULL AS nothing"
    return f"SELECT {picked} FROM {_reader(source, _LINE_LIMITS[-1])}"


def _cell(source: dict[str, Any], column: str) -> str:
    """A column as the reader of the source has to be asked for it."""
    name = _identifier(column)
    return name if source["layout"]["quoted_blanks"] else f"nullif({name}, '') AS {name}"


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    (rows,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0]
    return int(rows)


def _literal(text: str) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _for_people(error: duckdb.Error, arguments: dict[str, Any]) -> str:
    """DuckDB's message without our own wrapping and paths."""
    text = str(error).split("\n\nLINE ")[0].strip()
    for path, name in (
        (arguments["source"]["path"], "the input"),
        (arguments["target"]["path"], "the output"),
        (arguments["scratch"], "the folder for what does not fit into memory"),
    ):
        text = text.replace(path, name)
    # What other paths there may be; a date with slashes is none.
    return re.sub(r"(?<![^\s'\"])(/[^\s'\"]+)+", "a file", text)
