"""One attempt at one job, as the Ray task that carries it out. Fetches, calls the core, stores; decides nothing."""

import logging
import secrets
import tempfile
from pathlib import Path
from typing import Any

from converter.dialect import detect, read_table
from converter.errors import ConverterError
from converter.learn import learn
from converter.manifest import Converter
from converter.run import run
from converter.sandbox import Limits
from converter.table import Example
from jobs.errors import AttemptsExhausted, Conflict, JobMissing
from jobs.location import job_store
from jobs.record import JobKind, JobRecord, JobStatus, Problem
from jobs.store import JobStore
from settings import Settings

log = logging.getLogger(__name__)


def attempt(user_id: str, job_id: str, settings: Settings) -> None:
    """Claims the job, does its work, and ends it; whatever goes wrong with the work is in the record, for its owner."""
    jobs = job_store(settings)
    try:
        record = jobs.claim(user_id, job_id, secrets.token_hex(8))
    except (Conflict, JobMissing, AttemptsExhausted) as reason:
        log.info("job %s is not run: %s", job_id, reason)
        return
    try:
        _carry_out(jobs, record, settings)
    except (Conflict, JobMissing) as reason:
        log.info("job %s was taken from this attempt: %s", job_id, reason)


def _carry_out(jobs: JobStore, record: JobRecord, settings: Settings) -> None:
    work = _train if record.kind is JobKind.TRAIN else _infer
    with tempfile.TemporaryDirectory(prefix="workflow-") as scratch:
        try:
            work(jobs, record, settings, Path(scratch))
        except ConverterError as error:
            jobs.finish(record, JobStatus.FAILED, error=Problem(title=_title(error), detail=str(error)))
        except (OSError, ValueError, RuntimeError) as error:
            log.exception("job %s failed unexpectedly", record.job_id)
            detail = f"The service failed at this job ({type(error).__name__}); its log tells more under the job's id."
            jobs.finish(record, JobStatus.FAILED, error=Problem(title="Internal error", detail=detail))


def _train(jobs: JobStore, record: JobRecord, settings: Settings, scratch: Path) -> None:
    given, wanted = scratch / "input.csv", scratch / "expected.csv"
    jobs.fetch(record, "input.csv", given)
    jobs.fetch(record, "expected.csv", wanted)
    jobs.progress(record, "learning")
    example = Example(
        read_table(given, header=record.header, name="input_file"),
        read_table(wanted, header=record.header, name="expected_output_file"),
    )
    lesson = learn(example, seconds=settings.learn_seconds)
    report = lesson.to_json() | {"notes": list(_notes(record, example))}
    if lesson.converter is None:
        problem = Problem(title="No converter found", detail=f"No converter reproduces the example: {lesson.reason}.")
        jobs.finish(record, JobStatus.FAILED, report=report, error=problem)
        return
    text = lesson.converter.written_like(detect(wanted)).dumps()
    jobs.finish(record, JobStatus.SUCCEEDED, report=report, files={"converter.sql": text.encode()})


def _infer(jobs: JobStore, record: JobRecord, settings: Settings, scratch: Path) -> None:
    given, made = scratch / "input.csv", scratch / "output.csv"
    jobs.fetch(record, "input.csv", given)
    jobs.fetch(record, "converter.sql", scratch / "converter.sql")
    jobs.progress(record, "converting")
    converter = Converter.loads((scratch / "converter.sql").read_text(encoding="utf-8"))
    limits = Limits(seconds=settings.job_seconds, memory_bytes=settings.converter_memory_bytes, threads=1)
    done = run(converter, given, made, limits=limits, name="input_file", allow_unsandboxed=settings.allow_unsandboxed)
    jobs.finish(record, JobStatus.SUCCEEDED, report=done.to_json(), files={"output.csv": made})


def _notes(record: JobRecord, example: Example) -> Any:
    """What a person should know about their instructions: the example decides, and no model has read them."""
    names = dict(zip(example.expected.header or (), range(example.expected.width), strict=False))
    inputs = dict(zip(example.input.header or (), range(example.input.width), strict=False))
    if record.general_instructions or any(record.column_instructions.values()):
        yield "The converter was learned from the example; the instructions in words were not read by a language model."
    for column, instruction in record.column_instructions.items():
        if column not in names:
            yield f"There is an instruction for {column!r}, which is no column of the expected output."
        elif not instruction.strip() and (
            column not in inputs
            or [cell or "" for cell in example.expected.column(names[column])]
            != [cell or "" for cell in example.input.column(inputs[column])]
        ):
            yield f"The empty instruction for {column!r} means 'same as input', which the example contradicts; the example won."


def _title(error: ConverterError) -> str:
    words = [f" {one.lower()}" if one.isupper() else one for one in type(error).__name__]
    return "".join(words).strip().capitalize()
