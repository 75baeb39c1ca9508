"""A converter carried out on a file: checked, fitted to the file, run in the sandbox, its result put in place whole."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from converter.answer import not_made, sound, sound_checks
from converter.destination import Destination
from converter.detection import detect, glimpse
from converter.dialect import NO_HINTS, Dialect, Hints
from converter.errors import BadCsv, ConverterError, StatementFailed
from converter.manifest import Converter
from converter.opening import opened
from converter.packing import packed
from converter.progress import Progress
from converter.reading import fill
from converter.rows import read_rows
from converter.sandbox import Limits, Sandbox
from converter.source import PLAIN, Source
from converter.spool import name_of, regular
from converter.table import Table, column_names

# Of the address space that a run may take: what the interpreter and DuckDB's own code take before a statement runs, and the
# share of the rest at which the engine spills. It counts not all that it takes: a sort of 10 million rows had 1.9 bytes of
# address space for each byte of its limit (349 MiB for one of 128, 496 for 205), and ended for want of memory at 307 of 512.
_OWN_BYTES, _ENGINE_SHARE = 128 << 20, 0.45
# All checks together, of the time that the conversion itself may take; one alone, at least.
_CHECKS_SHARE, _LEAST_SECONDS = 0.5, 1.0


@dataclass(frozen=True)
class RunReport:
    """What a run did.

    `rows_in` is None for a large file. `broken_checks` name a check, the rows that break it and, where it tells them, their
    values. `ignored_columns` are the file's that the converter does not use, `taken_columns` those with another spelling of
    a name that it does use, with that name. `notes` say how the file was read, where a person should know.
    """

    rows_in: int | None
    rows_out: int
    bytes_out: int
    seconds: float
    broken_checks: tuple[dict[str, Any], ...]
    ignored_columns: tuple[str, ...]
    taken_columns: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    rows_rejected: int = 0

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, report: dict[str, Any]) -> "RunReport":
        """The report that `to_json` gave."""
        lists = {name: tuple(report[name]) for name in ("broken_checks", "ignored_columns", "notes")}
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
    is_part: bool = False,
    hints: Hints = NO_HINTS,
    progress: Progress | None = None,
    rejects_path: Path | None = None,
) -> RunReport:
    """Converts the file at `input_path` into one at `output_path`, which appears whole or not at all.

    Both may be pipes or devices, too; `-` is standard input or output. `name` is what errors call the input; `dialect` how it
    is written, where that is known already, `hints` what a person says of it; `is_part` says that it is part of a file that
    the engine reads as it is; `progress` may be looked at meanwhile. With `rejects_path` rows in which a check breaks are left
    out and written there, a CSV of each row's number, the reason, and the row. Raises `BadCsv`, `InputMismatch`,
    `RefusedStatement`, `StatementFailed`, `LimitExceeded`, `SandboxUnavailable`, and `OSError`.
    """
    called = name or name_of(input_path)
    with Destination.opened(output_path) as destination, regular(input_path) as file, opened(file, called, hints) as given:
        readings = readings_of(converter, given.path, destination.scratch, called, dialect, given.hints, is_part=is_part)
        report = _converted(converter, readings, destination, limits, allow_unsandboxed, progress, rejects_path)
    return replace(report, notes=(*given.notes, *report.notes))


def _converted(
    converter: Converter,
    readings: Iterator[Source],
    destination: Destination,
    limits: Limits | None,
    allow_unsandboxed: bool,
    progress: Progress | None = None,
    rejects_path: Path | None = None,
) -> RunReport:
    started = time.monotonic()
    conversion = _Conversion(
        converter, destination.scratch, limits or Limits(), allow_unsandboxed, progress or Progress(), rejects_path is not None
    )
    answer, source = conversion.of(readings)
    if not conversion.output.is_file():
        raise StatementFailed("the converter's process wrote no output")
    bytes_out = conversion.output.stat().st_size
    broken = (*answer["broken"], *conversion.broken_checks(answer, source))
    if rejects_path is not None:
        shutil.move(conversion.rejects, rejects_path)
    destination.put(packed(conversion.output, destination.path.name, converter.output_delimiter))
    return RunReport(
        rows_in=answer["rows_in"],
        rows_out=answer["rows_out"],
        bytes_out=bytes_out,
        seconds=round(time.monotonic() - started, 3),
        broken_checks=broken,
        ignored_columns=source.ignored,
        taken_columns=source.taken,
        notes=source.notes,
        rows_rejected=answer["rejected"],
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
        source = Source.made(table, converter, given)
        with Destination.opened(made) as destination:
            report = _converted(converter, iter([source]), destination, limits, allow_unsandboxed)
        return _read_made(made, converter), report


def is_read_plainly(path: Path, dialect: Dialect, converter: Converter, *, name: str | None = None) -> bool:
    """Whether the engine reads the file as it is. Raises `BadCsv` and `InputMismatch` as `run` does."""
    source = Source.of(path, dialect, converter, name or path.name)
    return not source.may_have_footer() and any(reading.is_plain() for reading in source.readings())


def _read_made(path: Path, converter: Converter) -> Table:
    rows = list(read_rows(path, replace(PLAIN, delimiter=converter.output_delimiter)))
    header = tuple(cell or "" for cell in rows[0]) if converter.writes_heading and rows else converter.output_header
    body = rows[1:] if header is not None else rows
    width = max((len(row) for row in rows), default=0)
    return Table(column_names(header, width), tuple(fill(row, width) for row in body), header)


class _Conversion:
    """One converter on its way over one file, in a scratch folder."""

    def __init__(
        self,
        converter: Converter,
        scratch: Path,
        limits: Limits,
        allow_unsandboxed: bool,
        progress: Progress,
        is_rejecting: bool = False,
    ) -> None:
        self._converter, self._scratch, self._limits = converter, scratch, limits
        self._allow_unsandboxed, self._progress = allow_unsandboxed, progress
        self._work = scratch / "work"
        (self._work / "spill").mkdir(parents=True)
        self.output, self.rejects = self._work / "output.csv", self._work / "rejects.csv"
        self._is_rejecting = is_rejecting

    def of(self, readings: Iterator[Source]) -> tuple[dict[str, Any], Source]:
        """The engine's answer for the first of the readings that it reads as we do, and that reading."""
        name, unreadable = "", ""
        while True:
            # The engine begins with the file as it is, while we look whether it reads it as we do.
            with self._sandbox("convert", self._work, self._limits) as sandbox:
                source = next(readings, None)
                if source is None:
                    raise BadCsv(name, f"cannot be read: {unreadable}")
                name = source.name
                checks = [asdict(check) for check in self._converter.checks]
                arguments = self._arguments(source, checks, self._work, sandbox.room.spill)
                if self._is_rejecting:
                    arguments["reject"] = {"path": str(self.rejects), "traced": self._traced()}
                sandbox.ask(arguments, [source.path])
                self._progress.follow(sandbox, source.path.stat().st_size)
                if source.is_plain():
                    answer = sound(sandbox.answer(), len(self._converter.checks))
                    if "unreadable" not in answer:
                        return answer, source
                    unreadable = answer["unreadable"]

    def _traced(self) -> str | None:
        # Not above: it needs a parser that takes longer to import than a small file to run.
        from converter.origins import traced

        return None if self._converter.ragged else traced(self._converter.statement)

    def broken_checks(self, answer: dict[str, Any], source: Source) -> tuple[dict[str, Any], ...]:
        """What is told of the checks that the conversion has left over. No check can end it: one that fails is told of."""
        pending = [asdict(self._converter.checks[place]) for place in answer["unchecked"]]
        budget = self._limits.seconds * _CHECKS_SHARE
        until = time.monotonic() + budget
        try:
            return tuple(self._checked(pending, answer, source, budget / 2)) if pending else ()
        except ConverterError as error:
            failed = str(error)
        told: list[dict[str, Any]] = []
        for at, one in enumerate(pending):
            # Each alone now, with its share of the time that is left.
            try:
                if len(pending) > 1:
                    told += self._checked([one], answer, source, (until - time.monotonic()) / (len(pending) - at))
                else:
                    told.append(not_made(one, failed))
            except ConverterError as error:
                told.append(not_made(one, str(error)))
        return tuple(told)

    def _checked(
        self, checks: Sequence[dict[str, str]], answer: dict[str, Any], source: Source, seconds: float
    ) -> list[dict[str, Any]]:
        limits = replace(self._limits, seconds=max(seconds, _LEAST_SECONDS))
        # A folder of its own, so that the result is out of reach.
        with tempfile.TemporaryDirectory(dir=self._scratch, prefix="checks-") as folder:
            (Path(folder) / "spill").mkdir()
            with self._sandbox("check", Path(folder), limits) as sandbox:
                arguments = self._arguments(source, checks, Path(folder), sandbox.room.spill) | {"names": answer["names"]}
                sandbox.ask(arguments, [source.path, self.output])
                return sound_checks(sandbox.answer())

    def _sandbox(self, target: str, folder: Path, limits: Limits) -> Sandbox:
        return Sandbox(f"converter.engine:{target}", folder, limits, allow_unsandboxed=self._allow_unsandboxed)

    def _arguments(self, source: Source, checks: Sequence[dict[str, str]], folder: Path, spill_bytes: int) -> dict[str, Any]:
        return engine_arguments(self._converter, source, checks, folder, self.output, self._limits, spill_bytes)


def engine_arguments(
    converter: Converter,
    source: Source,
    checks: Sequence[dict[str, str]],
    folder: Path,
    output: Path,
    limits: Limits,
    spill_bytes: int,
) -> dict[str, Any]:
    """What the engine in the sandbox has to know of a converter and a file; `folder` is where it may spill."""
    header = converter.output_header
    return {
        "source": {
            "path": str(source.path.resolve()),
            "delimiter": source.dialect.delimiter,
            "columns": source.columns,
            "skip_header": source.header,
            "layout": asdict(source.layout),
        },
        "columns": source.wanted,
        "preamble": source.preamble,
        "footer": source.footer,
        "statement": converter.statement.rstrip().rstrip(";"),
        "target": {
            "path": str(output),
            "delimiter": converter.output_delimiter,
            "header": header,
            "heading": converter.heading,
            "columns": None if header is None else column_names(header, len(header)),
            "blanks": converter.blanks,
            "row_widths": converter.row_widths,
        },
        "ragged": converter.ragged,
        "checks": checks,
        "memory_bytes": engine_memory(limits),
        "threads": limits.threads,
        "scratch": str(folder / "spill"),
        "spill_bytes": spill_bytes,
    }


def engine_memory(limits: Limits) -> int:
    """The bytes at which the engine spills what it works on, so that all that the run takes stays within its limits."""
    return int(max(limits.memory_bytes - _OWN_BYTES, _OWN_BYTES // 2) * _ENGINE_SHARE)


def readings_of(
    converter: Converter, path: Path, scratch: Path, name: str, dialect: Dialect | None, hints: Hints, *, is_part: bool
) -> Iterator[Source]:
    """The file as it is, then as UTF-8, at last written by ourselves; our own reader says what is wrong with it."""
    source = Source.of(path, dialect or glimpse(path, name=name, hints=hints), converter, name)
    # What the last rows of a part are like says nothing of the file's end.
    if source.dialect.is_utf8 and (is_part or not source.may_have_footer()):
        yield from source.readings()
    source = Source.of(path, dialect or detect(path, name=name, hints=hints), converter, name)
    if source.dialect.is_usual and not source.dialect.is_utf8:
        transcoded = source.transcoded(scratch / "transcoded.csv")
        if is_part or not transcoded.may_have_footer():
            yield from transcoded.readings()
    yield source.rewritten(scratch / "input.csv", is_part=is_part)
