"""Corrections as new training jobs: the old job's example and the rows that a person has put right."""

import csv
import json
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.people_bodies import CorrectionsRequest
from api.previews import converter_of, limits
from api.problems import Busy, FieldRefused
from api.submission import Acknowledged, Submission, earlier
from converter.corrections import Correction, Grown, grown
from converter.dialect import Hints
from converter.errors import BadCorrection, ConverterError, LimitExceeded, SandboxKilled, SandboxUnavailable
from converter.reading import read_example, written_like
from converter.rows import write_rows
from converter.table import Example, Table
from jobs.errors import Conflict
from jobs.record import JobKind, JobRecord
from jobs.store import JobStore
from settings import Settings

GROWTH = "growth.json"
"""The file of a corrected job that says which of its example's rows are new, and where expected rows come from."""

_SECONDS = 10.0
_KEPT = (
    "description", "owner", "general_instructions", "column_instructions", "mode", "header", "ignore_rows", "deadline_seconds",
    "input_file", "expected_output_file",
)  # fmt: skip


def store_corrections(
    settings: Settings, jobs: JobStore, user_id: str, job_id: str, body: CorrectionsRequest, given: Submission
) -> Acknowledged:
    """Stores the new training. Raises `JobMissing`, `Conflict`, `FieldRefused`, `Busy`; blocks."""
    if (before := earlier(jobs, user_id, given)) is not None:
        return before
    parent = jobs.get(user_id, job_id)
    if parent.kind is not JobKind.TRAIN or not parent.status.is_final:
        raise Conflict(f"job {job_id} is no training that has ended: it is {parent.kind}, {parent.status}")
    converter, rivals = converter_of(jobs, parent, partial=True)
    with TemporaryDirectory(prefix="correcting-") as folder:
        example, delimiter = _example(jobs, parent, Path(folder))
        try:
            made = grown(
                example,
                converter,
                rivals,
                [*_answers(parent, body), *_rows(body)],
                limits=limits(settings, _SECONDS),
                allow_unsandboxed=settings.allow_unsandboxed,
            )
        except BadCorrection as error:
            raise FieldRefused(error.column, error.problem) from error
        except (LimitExceeded, SandboxKilled, SandboxUnavailable) as error:
            raise Busy(f"the example cannot be put together now: {error}") from error
        except ConverterError as error:
            raise FieldRefused("rows", f"the converter cannot be run on these rows: {error}") from error
        files = _written(made, Path(folder), delimiter)
        record = JobRecord.new(
            user_id=user_id,
            kind=JobKind.TRAIN,
            max_attempts=settings.max_attempts,
            parent_job_id=parent.job_id,
            job_title=body.job_title or parent.job_title,
            idempotency_key=given.idempotency_key,
            encoding="utf-8",
            delimiter=",",
            expected_encoding="utf-8",
            expected_delimiter=delimiter,
            **{name: getattr(parent, name) for name in _KEPT},
        )
        given.count(sum(one.stat().st_size for one in files.values() if isinstance(one, Path)))
        return Acknowledged(jobs.submit(record, files, replace=False, digest=given.digest))


def example_of(jobs: JobStore, record: JobRecord, folder: Path) -> Example:
    """The example that a training was given, read anew. Raises `FileMissing`, `BadCsv`."""
    return _example(jobs, record, folder)[0]


def _example(jobs: JobStore, record: JobRecord, folder: Path) -> tuple[Example, str]:
    """The example, and what delimits its expected file."""
    given, wanted = folder / "given.csv", folder / "wanted.csv"
    jobs.fetch(record, "input.csv", given)
    jobs.fetch(record, "expected.csv", wanted)
    hints = Hints(record.expected_encoding, record.expected_delimiter)
    example = read_example(
        given,
        wanted,
        header=record.header,
        names=("input_file", "expected_output_file"),
        hints=Hints(record.encoding, record.delimiter),
        expected_hints=hints,
    )
    delimiter = written_like(wanted, name="expected_output_file", hints=hints).delimiter
    return example, delimiter if len(delimiter) == 1 and delimiter != " " else ","


def _answers(parent: JobRecord, body: CorrectionsRequest) -> list[Correction]:
    asked: dict[str, Any] = {one["id"]: one for one in (parent.report or {}).get("questions", ()) if "id" in one}
    corrections = []
    for place, one in enumerate(body.answers):
        question = asked.get(one.question)
        if question is None:
            raise FieldRefused("answers", f"answers[{place}]: job {parent.job_id} asks no question {one.question}")
        answers = question.get("answers") or []
        if one.answer >= len(answers) or question.get("given") is None:
            there = f"has answers 0 to {len(answers) - 1}" if answers else "is answered by a corrected row"
            raise FieldRefused("answers", f"answers[{place}]: the question {one.question} {there}")
        chosen = answers[one.answer]
        corrections.append(Correction(question["given"], tuple(chosen["rows"]), tuple(chosen["programs"])))
    return corrections


def _rows(body: CorrectionsRequest) -> list[Correction]:
    return [Correction(one.given, _listed(one.expected)) for one in body.rows]


def _listed(expected: Any) -> tuple[Mapping[str, str | None], ...]:
    if expected is None:
        return ()
    return tuple(expected) if isinstance(expected, list) else (expected,)


def _written(made: Grown, folder: Path, delimiter: str) -> dict[str, bytes | Path]:
    given, wanted = folder / "input.csv", folder / "expected.csv"
    write_rows(given, _lines(made.example.input))
    with wanted.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerows(["" if cell is None else cell for cell in row] for row in _lines(made.example.expected))
    growth = {"first_new": made.first_new, "origins": made.origins}
    return {"input.csv": given, "expected.csv": wanted, GROWTH: json.dumps(growth).encode()}


def _lines(table: Table) -> chain[tuple[str | None, ...]]:
    header = [] if table.header is None else [table.header]
    return chain(table.preamble, header, table.rows, [()] if table.footer else [], table.footer)
