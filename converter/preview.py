"""A file as it would become: its first rows, the rows on which programs that fit the example differ, and what is unsound.

`look` runs in the sandbox like any run, on the file's first rows only, and makes nothing.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from converter.answer import sound_look
from converter.conversion import engine_arguments, readings_of
from converter.dialect import NO_HINTS, Hints
from converter.errors import BadCsv, LimitExceeded
from converter.manifest import Check, Converter
from converter.opening import opened
from converter.origins import traced
from converter.parts import record_ends
from converter.sandbox import Limits, Sandbox
from converter.soundness import all_checks
from converter.source import Source
from converter.table import Row, Table

MOST_BYTES, MOST_ROWS = 16 << 20, 200_000
"""So much of a file is looked at: two seconds' work for a converter and its rivals, on one core."""
MOST_DOUBTFUL = 100
FIRST_ROWS = 20
_SOON_ROWS = 2000
"""These are looked at first, so that there is something to show where the rest takes too long."""
_OVERHEAD = 4
"""Of the time for the first rows all but a fourth goes to the run itself: 2,000 rows take 50 ms, 100,000 half a second."""


@dataclass(frozen=True)
class Problem:
    """A check that breaks: in how many rows, the first of them, with which values; `of` says whose (input's or output's).

    `failed` says why a check could not be made.
    """

    check: Check
    count: int
    rows: tuple[int, ...]
    values: tuple[str, ...]
    of: str
    failed: str | None = None


@dataclass(frozen=True)
class DoubtfulRow:
    """A row on which programs differ: the input's (or where rows have no single origin, the output's), and what each makes.

    `made` has the converter's rows first; None for a program that fails.
    """

    row: int
    given: Row | None
    made: tuple[tuple[Row, ...] | None, ...]


@dataclass(frozen=True)
class Look:
    """What was seen. `is_traced` says that each output row comes from one input row; only then `first` pairs them."""

    given_columns: tuple[str, ...]
    columns: tuple[str, ...]
    rows_in: int
    rows_out: int
    is_whole: bool
    is_traced: bool
    first: tuple[tuple[int, Row, tuple[Row, ...]], ...]
    given: tuple[Row, ...]
    output: tuple[Row, ...]
    doubtful: tuple[DoubtfulRow, ...]
    doubtful_rows: int
    problems: tuple[Problem, ...]
    marks: tuple[tuple[int, Check], ...]
    notes: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Bounds:
    """How much is looked at and shown, and whether the converter's checks are looked at."""

    rows: int = MOST_ROWS
    bytes: int = MOST_BYTES
    first: int = FIRST_ROWS
    doubtful: int = MOST_DOUBTFUL
    checks: bool = True


class TableLook(Protocol):
    """A look at a table in memory, behind both walls (`look_at_table`) or without (`trial_look.look_at_own`)."""

    def __call__(
        self,
        converter: Converter,
        rivals: Sequence[str],
        table: Table,
        *,
        limits: Limits,
        bounds: Bounds = ...,
        allow_unsandboxed: bool = False,
    ) -> Look: ...


def preview(
    converter: Converter,
    rivals: Sequence[str],
    path: Path,
    *,
    limits: Limits,
    name: str,
    hints: Hints = NO_HINTS,
    bounds: Bounds = Bounds(),
    allow_unsandboxed: bool = False,
) -> Look:
    """A look at the first rows, and at as many more as `limits.seconds` allow.

    `rivals` are statements that fit the example too. Raises as `conversion.run` does; `LimitExceeded` where not even the first
    rows can be looked at in time.
    """
    until = time.monotonic() + limits.seconds
    soon = replace(bounds, rows=min(bounds.rows, _SOON_ROWS), bytes=min(bounds.bytes, bounds.bytes // 8))
    looked = partial(look, converter, rivals, path, name=name, hints=hints, allow_unsandboxed=allow_unsandboxed)
    seen = looked(limits=limits, bounds=soon)
    if seen.is_whole or bounds.rows <= soon.rows:
        return seen
    left = replace(limits, seconds=max(0.05, until - time.monotonic()))
    # As many as there is time for: a look that is cut off in the middle has seen nothing.
    share = min(1.0, soon.rows * _OVERHEAD * left.seconds / max(seen.seconds, 1e-3) / bounds.rows)
    bounds = replace(bounds, rows=max(soon.rows, int(bounds.rows * share)), bytes=max(soon.bytes, int(bounds.bytes * share)))
    try:
        return looked(limits=left, bounds=bounds)
    except LimitExceeded:
        return seen


def look(
    converter: Converter,
    rivals: Sequence[str],
    path: Path,
    *,
    limits: Limits,
    name: str,
    hints: Hints = NO_HINTS,
    bounds: Bounds = Bounds(),
    allow_unsandboxed: bool = False,
) -> Look:
    """What the converter and its rivals make of the file's first rows. Raises as `conversion.run` does."""
    with tempfile.TemporaryDirectory(prefix="looking-") as folder:
        head, is_cut = _head(path, Path(folder, "head.csv"), bounds.bytes)
        with opened(head, name, hints) as given:
            sources = readings_of(converter, given.path, Path(folder), name, None, given.hints, is_part=is_cut)
            seen = _seen(converter, rivals, sources, Path(folder), limits, bounds, allow_unsandboxed)
        # A row more than is asked for would show that there are more; the file's size tells it as well.
        return replace(seen, is_whole=not is_cut and seen.rows_in < bounds.rows, notes=(*given.notes, *seen.notes))


def look_at_table(
    converter: Converter,
    rivals: Sequence[str],
    table: Table,
    *,
    limits: Limits,
    bounds: Bounds = Bounds(),
    allow_unsandboxed: bool = False,
) -> Look:
    """As `look`, at a table in memory."""
    with tempfile.TemporaryDirectory(prefix="looking-") as folder:
        source = Source.made(table, converter, Path(folder, "input.csv"))
        seen = _seen(converter, rivals, iter([source]), Path(folder), limits, bounds, allow_unsandboxed)
        return replace(seen, is_whole=seen.rows_in < bounds.rows)


def _head(path: Path, head: Path, most: int) -> tuple[Path, bool]:
    """The file, or its first whole records; and whether it was cut. What is packed or a workbook is never cut here."""
    if path.stat().st_size <= most:
        return path, False
    with path.open("rb") as file:
        data = file.read(most)
    head.write_bytes(data)
    ends = record_ends(head, [0])
    if not ends or b"\0" in data[:4096] or data[:2] in (b"\x1f\x8b", b"PK"):
        return path, False
    # The last line break outside of quotes: quotes before it are even in number.
    end = len(data)
    while (end := data.rfind(b"\n", 0, end)) > 0:
        if data.count(b'"', 0, end) % 2 == 0:
            head.write_bytes(data[: end + 1])
            return head, True
        if len(data) - end > 1 << 20:
            break
    return path, False


def _seen(
    converter: Converter,
    rivals: Sequence[str],
    sources: Iterator[Source],
    folder: Path,
    limits: Limits,
    bounds: Bounds,
    allow_unsandboxed: bool,
) -> Look:
    started = time.monotonic()
    work = folder / "work"
    (work / "spill").mkdir(parents=True)
    checks = all_checks(converter) if bounds.checks else ()
    statements = [converter.statement.rstrip().rstrip(";"), *rivals]
    name, unreadable = "", ""
    for source in sources:
        name = source.name
        if not source.is_plain():
            continue
        with Sandbox("converter.looking:look", work, limits, allow_unsandboxed=allow_unsandboxed) as sandbox:
            arguments = engine_arguments(
                converter, source, [asdict(one) for one in checks], work, work / "none", limits, sandbox.room.spill
            )
            programs = [{"statement": one, "traced": None if converter.ragged else traced(one)} for one in statements]
            arguments |= {
                "programs": programs,
                "most_rows": bounds.rows,
                "first": bounds.first,
                "most_doubtful": bounds.doubtful,
            }
            sandbox.ask(arguments, [source.path])
            answer = sound_look(sandbox.answer(), len(checks), len(statements))
        if "unreadable" not in answer:
            return replace(look_of(answer, source.wanted, checks, time.monotonic() - started), notes=source.notes)
        unreadable = answer["unreadable"]
    raise BadCsv(name, f"cannot be read: {unreadable}")


def look_of(answer: dict[str, Any], columns: Sequence[str], checks: Sequence[Check], seconds: float) -> Look:
    """What an answer of `looking`'s says of a table with these columns, and of these checks."""
    return Look(
        given_columns=tuple(columns),
        columns=tuple(answer["names"]),
        rows_in=answer["rows_in"],
        rows_out=answer["rows_out"],
        is_whole=True,
        is_traced=answer["is_traced"],
        first=tuple((one["row"], one["given"], one["made"]) for one in answer["first"]),
        given=answer["given"],
        output=answer["output"],
        doubtful=tuple(DoubtfulRow(one["row"], one["given"], one["made"]) for one in answer["doubtful"]),
        doubtful_rows=answer["doubtful_rows"],
        problems=tuple(
            Problem(checks[one["check"]], one["count"], one["rows"], one["values"], one["of"], one["problem"])
            for one in answer["problems"]
        ),
        marks=tuple((row, checks[place]) for row, place in answer["marks"]),
        notes=(),
        seconds=round(seconds, 3),
    )
