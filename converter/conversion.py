"""A converter carried out on a file: checked, fitted to the file, run in the sandbox, its result put in place whole."""

import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from converter.answer import sound
from converter.destination import Destination
from converter.dialect import Dialect, detect, fill, glimpse, read_rows, transcode, with_header
from converter.errors import BadCsv, StatementFailed
from converter.families import fitted
from converter.manifest import Converter
from converter.sandbox import Limits, Sandbox
from converter.scan import Layout, is_plain
from converter.spool import name_of, regular
from converter.table import Cell, Row, Table, column_names

# What the interpreter and DuckDB's own code take of the address space is not for the statement's data.
_ENGINE_SHARE = 0.6
_PLAIN = Dialect("utf-8", ",")
_PLAIN_LAYOUT = Layout(line_feeds=True, quoted_blanks=True, quoted_breaks=True)


@dataclass(frozen=True)
class RunReport:
    """What a run did.

    `rows_in` is None for a large file. `broken_checks` name a check, the rows that break it and, where it tells them, their
    values. `ignored_columns` are the file's that the converter does not use, `taken_columns` those with another spelling of
    a name that it does use, with that name.
    """

    rows_in: int | None
    rows_out: int
    bytes_out: int
    seconds: float
    broken_checks: tuple[dict[str, Any], ...]
    ignored_columns: tuple[str, ...]
    taken_columns: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, report: dict[str, Any]) -> "RunReport":
        """The report that `to_json` gave."""
        lists = {name: tuple(report[name]) for name in ("broken_checks", "ignored_columns")}
        return cls(**report | lists | {"taken_columns": tuple(map(tuple, report["taken_columns"]))})


def run(
    converter: Converter,
    input_path: Path,
    output_path: Path,
    *,
    limits: Limits | None = None,
    name: str | None = None,
    allow_unsandboxed: bool = False,
    dialect: Dialect | None = None,
) -> RunReport:
    """Converts the file at `input_path` into one at `output_path`, which appears whole or not at all.

    Both may be pipes or devices, too; `-` is standard input or output. `name` is what errors call the input; `dialect` how it
    is written, where that is known already. Raises `BadCsv`, `InputMismatch`, `RefusedStatement`, `StatementFailed`,
    `LimitExceeded`, `SandboxUnavailable`, and `OSError`.
    """
    started = time.monotonic()
    with Destination.opened(output_path) as destination, regular(input_path) as given:
        conversion = _Conversion(converter, destination.scratch, limits or Limits(), allow_unsandboxed)
        answer, source = conversion.of(given, name or name_of(input_path), dialect)
        if not conversion.output.is_file():
            raise StatementFailed("the converter's process wrote no output")
        bytes_out = conversion.output.stat().st_size
        destination.put(conversion.output)
    return RunReport(
        rows_in=answer["rows_in"],
        rows_out=answer["rows_out"],
        bytes_out=bytes_out,
        seconds=round(time.monotonic() - started, 3),
        broken_checks=tuple(answer["broken_checks"]),
        ignored_columns=source.ignored,
        taken_columns=source.taken(converter.input_columns),
    )


def run_table(converter: Converter, table: Table, *, limits: Limits | None = None, allow_unsandboxed: bool = False) -> Table:
    """The converter's output for a table in memory, from the same sandbox that `run` uses. Raises as `run` does."""
    return run_table_with_report(converter, table, limits=limits, allow_unsandboxed=allow_unsandboxed)[0]


def run_table_with_report(
    converter: Converter, table: Table, *, limits: Limits | None = None, allow_unsandboxed: bool = False
) -> tuple[Table, RunReport]:
    """As `run_table`, with what the run reports, broken checks among it."""
    with tempfile.TemporaryDirectory(prefix="converting-") as folder:
        given, made = Path(folder, "input.csv"), Path(folder, "output.csv")
        rows: Iterator[Row] = iter(table.rows)
        _write_plain(given, _with(table.header, rows))
        report = run(converter, given, made, limits=limits, allow_unsandboxed=allow_unsandboxed)
        return _read_made(made, converter), report


def is_read_plainly(path: Path, dialect: Dialect, converter: Converter, *, name: str | None = None) -> bool:
    """Whether the engine reads the file as it is. Raises `BadCsv` and `InputMismatch` as `run` does."""
    readings = _Source.of(path, dialect, converter, name or path.name).readings()
    return any(reading.is_plain() for reading in readings)


def _read_made(path: Path, converter: Converter) -> Table:
    rows = list(read_rows(path, replace(_PLAIN, delimiter=converter.output_delimiter)))
    header = tuple(cell or "" for cell in rows[0]) if converter.writes_heading and rows else converter.output_header
    body = rows[1:] if header is not None else rows
    width = max((len(row) for row in rows), default=0)
    return Table(column_names(header, width), tuple(fill(row, width) for row in body), header)


@dataclass(frozen=True)
class _Source:
    """A file as it is: where, how written, under which names its columns stand, and which of them are wanted."""

    path: Path
    name: str
    dialect: Dialect
    header: bool
    columns: tuple[str, ...]
    wanted: tuple[str, ...]
    ignored: tuple[str, ...]
    layout: Layout
    is_ours: bool = False

    @classmethod
    def of(cls, path: Path, dialect: Dialect, converter: Converter, name: str) -> "_Source":
        """The file as its first row shows it. Raises `BadCsv`, `InputMismatch`."""
        rows = read_rows(path, dialect, name=name)
        layout = Layout.glimpse(path, dialect.delimiter)
        if not converter.input_has_header:
            columns = column_names(None, max(len(next(rows, ())), len(converter.input_columns)))
            return cls(path, name, dialect, False, columns, columns, (), layout)
        names, _ = with_header(rows, name=name)
        columns = column_names(names, len(names))
        wanted = fitted(columns, converter, name)
        ignored = tuple(column for column in columns if column not in wanted)
        return cls(path, name, dialect, True, columns, wanted, ignored, layout)

    def taken(self, expected: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """The file's columns that are spelled otherwise than the converter's, each with the converter's name."""
        there = {column.casefold(): column for column in self.wanted if self.header}
        pairs = ((there.get(name.casefold(), name), name) for name in expected)
        return tuple(pair for pair in pairs if pair[0] != pair[1])

    def readings(self) -> Iterator["_Source"]:
        """The file as its beginning shows it, and as it may be further down."""
        yield self
        if self.layout != self.layout.with_any_cells():
            yield replace(self, layout=self.layout.with_any_cells())

    def is_plain(self) -> bool:
        """Whether the engine reads the file as we do; looks at all of it, unless we wrote it."""
        if self.is_ours:
            return True
        if not self.dialect.is_utf8:
            return False
        if self.header:
            # The engine skips one line, so a header over several lines is not for it.
            with self.path.open("rb") as file:
                first = file.readline()
            if first.count(b'"') % 2:
                return False
        return is_plain(self.path, self.dialect.delimiter, len(self.columns), self.layout, blank_lines=self.header)

    def transcoded(self, path: Path) -> "_Source":
        """The same text as UTF-8 at `path`. Raises `BadCsv` where the bytes are not of the encoding."""
        transcode(self.path, self.dialect, path, name=self.name)
        as_utf8 = replace(self.dialect, encoding="utf-8")
        return replace(self, path=path, dialect=as_utf8, layout=Layout.glimpse(path, as_utf8.delimiter))

    def rewritten(self, path: Path) -> "_Source":
        """The same rows as a plain file at `path`. Raises `BadCsv` for what is no table, with its row."""
        rows = read_rows(self.path, self.dialect, name=self.name)
        if self.header:
            _, body = with_header(rows, name=self.name)
            _write_plain(path, _with(self.columns, body))
            return replace(self, path=path, dialect=_PLAIN, layout=_PLAIN_LAYOUT, is_ours=True)
        count, width = 0, len(self.columns)
        for number, row in enumerate(rows, 1):
            count, width = (number, max(width, len(row))) if row else (count, width)
        again = read_rows(self.path, self.dialect, name=self.name)
        # Blank lines at the end are no rows.
        _write_plain(path, (fill(row, width) for _, row in zip(range(count), again, strict=False)))
        columns = column_names(None, width)
        made = replace(self, path=path, dialect=_PLAIN, layout=_PLAIN_LAYOUT, is_ours=True)
        return replace(made, columns=columns, wanted=columns)


class _Conversion:
    """One converter on its way over one file, in a scratch folder."""

    def __init__(self, converter: Converter, scratch: Path, limits: Limits, allow_unsandboxed: bool) -> None:
        self._converter, self._scratch, self._limits = converter, scratch, limits
        self._allow_unsandboxed = allow_unsandboxed
        self._work = scratch / "work"
        (self._work / "spill").mkdir(parents=True)
        self.output = self._work / "output.csv"

    def of(self, path: Path, name: str, dialect: Dialect | None = None) -> tuple[dict[str, Any], _Source]:
        """The engine's answer for the file at `path`, and the file as it was read."""
        unreadable = ""
        readings = self._readings(path, name, dialect)
        while True:
            # The engine begins with the file as it is, while we look whether it reads it as we do.
            with self._sandbox() as sandbox:
                source = next(readings, None)
                if source is None:
                    raise BadCsv(name, f"cannot be read: {unreadable}")
                self._ask(sandbox, source)
                if source.is_plain():
                    answer = sound(sandbox.answer())
                    if "unreadable" not in answer:
                        return answer, source
                    unreadable = answer["unreadable"]

    def _readings(self, path: Path, name: str, dialect: Dialect | None) -> Iterator[_Source]:
        """The file as it is, then as UTF-8, at last written by ourselves; our own reader says what is wrong with it."""
        source = _Source.of(path, dialect or glimpse(path, name=name), self._converter, name)
        if source.dialect.is_utf8:
            yield from source.readings()
        source = _Source.of(path, dialect or detect(path, name=name), self._converter, name)
        if not source.dialect.is_utf8:
            yield from source.transcoded(self._scratch / "transcoded.csv").readings()
        yield source.rewritten(self._scratch / "input.csv")

    def _sandbox(self) -> Sandbox:
        return Sandbox("converter.engine:convert", self._work, self._limits, allow_unsandboxed=self._allow_unsandboxed)

    def _ask(self, sandbox: Sandbox, source: _Source) -> None:
        converter, header = self._converter, self._converter.output_header
        arguments = {
            "source": {
                "path": str(source.path.resolve()),
                "delimiter": source.dialect.delimiter,
                "columns": source.columns,
                "skip_header": source.header,
                "layout": asdict(source.layout),
            },
            "columns": source.wanted,
            "statement": converter.statement.rstrip().rstrip(";"),
            "target": {
                "path": str(self.output),
                "delimiter": converter.output_delimiter,
                "header": header,
                "heading": converter.heading,
                "columns": None if header is None else column_names(header, len(header)),
            },
            "ragged": converter.ragged,
            "checks": [asdict(check) for check in converter.checks],
            "memory_bytes": int(self._limits.memory_bytes * _ENGINE_SHARE),
            "threads": self._limits.threads,
            "scratch": str(self._work / "spill"),
            "spill_bytes": sandbox.room.spill,
        }
        sandbox.ask(arguments, [source.path])


def _with(header: tuple[str, ...] | None, rows: Iterable[Row]) -> Iterator[Row]:
    if header is not None:
        yield header
    yield from rows


def _write_plain(path: Path, rows: Iterable[Row]) -> None:
    """Writes rows as UTF-8, with commas and line feeds; missing cells bare, empty ones quoted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(",".join(map(_plain_cell, row)) + "\n" for row in rows)


def _plain_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if not cell or any(mark in cell for mark in ',"\r\n') or cell[0] in " \t":
        return '"' + cell.replace('"', '""') + '"'
    return cell
