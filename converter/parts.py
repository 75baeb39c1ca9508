"""A large file cut into parts of whole records, which are converted apart and put together again.

For converters whose output rows depend on one input row each (`order.is_rowwise`): the outputs of the parts, one after the
other, are byte for byte the output of the whole. Where the bytes allow no such cut, a file is converted whole.
"""

import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from converter.answer import ROWS_SHOWN, VALUES_SHOWN
from converter.conversion import RunReport, is_read_plainly, run
from converter.detection import detect
from converter.dialect import NO_HINTS, Dialect, Hints
from converter.manifest import Check, Converter
from converter.order import is_rowwise
from converter.rows import split_rows
from converter.sandbox import Limits
from converter.statement import row_condition, tables_read

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Part:
    """Whole records: the bytes from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Cutting:
    """How one file is cut: its dialect, its header record's bytes (none without a header), and its parts in order."""

    dialect: Dialect
    header: bytes
    parts: tuple[Part, ...]


def is_splittable(converter: Converter) -> bool:
    """Whether the converter, and each of its checks, looks at one row at a time."""
    checks = (check.sql for check in converter.checks)
    looks_alone = all(any(row_condition(sql, relation) for relation in ("input", "output")) for sql in checks)
    return looks_alone and is_rowwise(converter.statement)


def cut(
    path: Path, converter: Converter, part_bytes: int, *, name: str | None = None, hints: Hints = NO_HINTS
) -> Cutting | None:
    """Parts of about `part_bytes` each, or None where the file has to be converted whole.

    Raises `BadCsv` and `InputMismatch` as `run` does.
    """
    dialect = detect(path, name=name, hints=hints)
    if not is_splittable(converter) or not is_read_plainly(path, dialect, converter, name=name):
        return None
    size = path.stat().st_size
    start = record_ends(path, [0])[0] if converter.input_has_header else 0
    borders = [start, *record_ends(path, range(start + part_bytes, size, part_bytes)), size]
    with path.open("rb") as file:
        header = file.read(start)
    parts = tuple(Part(one, following) for one, following in pairwise(borders) if one < following)
    return Cutting(dialect, header, parts) if len(parts) > 1 else None


def record_ends(path: Path, positions: Sequence[int]) -> list[int]:
    """For each position, the end of the record that it lies in; each end once. A line break within quotes ends no record.

    `positions` ascend. Quotes have to be regular, as `scan.is_plain` has it, so that their number tells inside from outside.
    """
    ends: list[int] = []
    waiting = list(reversed(positions))
    before, inside = 0, False
    with path.open("rb") as file:
        while waiting and (chunk := file.read(_CHUNK)):
            at = 0
            while waiting and waiting[-1] < before + len(chunk) and at < len(chunk):
                start = max(at, waiting[-1] - before)
                inside ^= chunk.count(b'"', at, start) % 2 == 1
                at, inside, found = _to_record_end(chunk, start, inside)
                if found:
                    ends.append(before + at)
                    while waiting and waiting[-1] < ends[-1]:
                        waiting.pop()
            inside ^= chunk.count(b'"', at) % 2 == 1
            before += len(chunk)
    return ends if not waiting else [*ends, before]


def _to_record_end(chunk: bytes, at: int, inside: bool) -> tuple[int, bool, bool]:
    """The position behind the record's line feed (or the chunk's end), whether that is within quotes, whether it was found."""
    while at < len(chunk):
        feed = -1 if inside else chunk.find(b"\n", at)
        quote = chunk.find(b'"', at, feed if feed >= 0 else len(chunk))
        if quote >= 0:
            at, inside = quote + 1, not inside
        elif feed >= 0:
            return feed + 1, False, True
        else:
            break
    return len(chunk), inside, False


def convert_part(
    converter: Converter,
    given: Path,
    made: Path,
    *,
    dialect: Dialect,
    is_first: bool,
    limits: Limits | None = None,
    allow_unsandboxed: bool = False,
) -> RunReport:
    """Converts one part, whose file begins with the header; only the first part's output has one. Raises as `run` does."""
    report = run(converter, given, made, limits=limits, allow_unsandboxed=allow_unsandboxed, dialect=dialect, is_part=True)
    if is_first or not converter.writes_heading:
        return report
    (header_bytes,) = record_ends(made, [0])
    rows = made.with_name(made.name + ".rows")
    with made.open("rb") as whole, rows.open("wb") as file:
        whole.seek(header_bytes)
        shutil.copyfileobj(whole, file, _CHUNK)
    rows.replace(made)
    return replace(report, bytes_out=report.bytes_out - header_bytes)


def merged(reports: Sequence[RunReport], converter: Converter, path: Path, cutting: Cutting, seconds: float) -> RunReport:
    """The report of the whole from its parts' reports: sums, and rows counted from the whole's beginning."""
    counts = [report.rows_in for report in reports]
    rows_in = None if None in counts else sum(count or 0 for count in counts)
    broken = (_joined(check, reports, path, cutting) for check in converter.checks)
    return replace(
        reports[0],
        rows_in=rows_in,
        rows_out=sum(report.rows_out for report in reports),
        bytes_out=sum(report.bytes_out for report in reports),
        seconds=seconds,
        broken_checks=tuple(one for one in broken if one is not None),
    )


def _joined(check: Check, reports: Sequence[RunReport], path: Path, cutting: Cutting) -> dict[str, Any] | None:
    """What is told of one check by all parts together."""
    found = [(at, one) for at, report in enumerate(reports) for one in report.broken_checks if one["check"] == check.name]
    if not found:
        return None
    rows: list[int] = []
    for at, one in found:
        if one["rows"] and len(rows) < ROWS_SHOWN:
            before = _rows_before(check, at, reports, path, cutting)
            rows += [before + row for row in one["rows"]]
    values = list(dict.fromkeys(value for _, one in found for value in one["values"]))
    count = sum(one["rows_broken"] for _, one in found)
    joined = {"check": check.name, "rows_broken": count, "rows": rows[:ROWS_SHOWN], "values": values[:VALUES_SHOWN]}
    problem = next((one["problem"] for _, one in found if "problem" in one), None)
    return joined if problem is None else joined | {"problem": problem}


def _rows_before(check: Check, part: int, reports: Sequence[RunReport], path: Path, cutting: Cutting) -> int:
    """How many rows of the relation that the check reads stand before the part."""
    if "output" in tables_read(check.sql):
        return sum(report.rows_out for report in reports[:part])
    # A large part's rows are counted only now that somebody has to know.
    counted = (report.rows_in for report in reports[:part])
    return sum(_records(path, cutting, at) if rows is None else rows for at, rows in enumerate(counted))


def _records(path: Path, cutting: Cutting, at: int) -> int:
    part = cutting.parts[at]
    with path.open("rb") as file:
        file.seek(part.start)
        text = file.read(part.end - part.start).decode()
    rows = split_rows(io.StringIO(text, newline=""), cutting.dialect, name=path.name)
    return sum(1 for row in rows if row)
