"""A batch of files converted as one job: portions of it over the slots, each file's end its own.

Each portion's outputs and what became of its files are kept in the store as it ends: the next attempt, after a crash, does only
what is missing. A file that cannot be converted is told of, and takes none of the others with it.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from actors.disk import limits
from actors.endings import account_of, doubtful_rows, rivals_of, title_of, unsound
from actors.inputs import WORKBOOK_BYTES
from actors.scratch import scratch_folder
from converter.batch import Given, run_batch
from converter.conversion import RunReport
from converter.dialect import Hints
from converter.errors import ConverterError
from converter.manifest import Converter
from converter.opening import Opened, opened
from converter.soundness import checks_of_a_run
from jobs import batch
from jobs.archive import Member, append, directory
from jobs.batch import INPUTS, INPUTS_LIST, OUTPUTS, OUTPUTS_LIST, PHASE, REJECTS, FileGiven, FileMade, portions
from jobs.errors import Conflict, ObjectMissing, PreconditionFailed
from jobs.location import patient_job_store
from jobs.patience import PatientStore
from jobs.record import JobRecord, JobStatus, OnError, Problem, RunOutcome
from jobs.references import ReferenceRefused, named
from jobs.store import JobStore
from settings import Settings

log = logging.getLogger(__name__)

_FILES_TOGETHER, _BYTES_TOGETHER = 32, 8 << 20
"""A portion's files and bytes: enough to share a sandbox, few enough for a thousand files to go over 32 slots."""
_TOLD_FAILURES = 3


@dataclass(frozen=True)
class Portion:
    """Some of a batch's files, converted together; `name` is the same for the same work, whichever attempt does it."""

    name: str
    first: int
    files: tuple[FileGiven, ...]
    outputs: tuple[str, ...]


Spread = Callable[[Sequence[tuple[str, JobRecord, Portion]], Settings], None]
"""Has portions done elsewhere, each under the name that stands beside it."""


def convert_batch(jobs: JobStore, record: JobRecord, settings: Settings, spread: Spread) -> JobRecord:
    """Converts all files of the job, and ends it: as failed where not one could be converted. Raises as `JobStore.finish`."""
    started = time.monotonic()
    jobs.progress(record, PHASE)
    files = batch.given_of(b"".join(jobs.stream(record, INPUTS_LIST)))
    names = batch.output_names((one.name for one in files), record.output_format)
    work = hashlib.sha256(record.created_at.isoformat().encode()).hexdigest()[:16]
    parts = [
        Portion(
            f"{work}-{places.start:06}",
            places.start,
            tuple(files[places.start : places.stop]),
            tuple(names[places.start : places.stop]),
        )
        for places in portions(files, _FILES_TOGETHER, _BYTES_TOGETHER)
    ]
    kept = jobs.parts(record)
    missing = [part for part in parts if f"{part.name}.json" not in kept]
    if len(missing) == 1:
        done_here(record, missing[0], settings, jobs)
    elif missing:
        log.info("job %s has %d files; %d portions are to be converted", record.job_id, len(files), len(missing))
        spread([(f"{record.kind} {record.job_id} {_said(one, len(files))}", record, one) for one in missing], settings)
    return _ended(jobs, record, parts, time.monotonic() - started)


def _said(portion: Portion, count: int) -> str:
    return f"files {portion.first + 1} to {portion.first + len(portion.files)} of {count}"


def done_here(record: JobRecord, portion: Portion, settings: Settings, jobs: JobStore | None = None) -> None:
    """Converts a portion's files and keeps what it made of them, in this process."""
    jobs = jobs or _jobs(settings)
    with scratch_folder() as scratch:
        made, members = _converted(jobs, record, portion, settings, scratch)
        # The list last: where it is, the outputs are.
        jobs.put_part(record, f"{portion.name}.zip", scratch / "archive")
        told = {"made": [one.model_dump(mode="json") for one in made], "members": [vars(one) for one in members]}
        jobs.put_part(record, f"{portion.name}.json", json.dumps(told).encode())
    _count(jobs, record, made)


@lru_cache(maxsize=1)
def _jobs(settings: Settings) -> JobStore:
    return patient_job_store(settings)


def _count(jobs: JobStore, record: JobRecord, made: Sequence[FileMade]) -> None:
    failed = sum(one.error is not None for one in made)

    def counted(current: JobRecord) -> JobRecord:
        if current.attempt_id != record.attempt_id or current.batch is None or current.status is not JobStatus.RUNNING:
            raise Conflict(f"job {record.job_id} is no longer this attempt's")
        so_far = current.batch
        more = so_far.model_copy(update={"done": so_far.done + len(made), "failed": so_far.failed + failed})
        return current.model_copy(update={"batch": more})

    try:
        jobs.records.change(record.user_id, record.job_id, counted)
    except Conflict as error:
        # What is done is kept all the same; the count is for those who watch, and is made anew at the end.
        log.info("files that are done cannot be counted now: %s", error)


def _converted(
    jobs: JobStore, record: JobRecord, portion: Portion, settings: Settings, scratch: Path
) -> tuple[list[FileMade], list[Member]]:
    """What became of each file; the outputs lie in the piece of an archive at `scratch`/archive."""
    learned = Converter.loads(b"".join(jobs.stream(record, "converter.sql")).decode())
    is_rejecting = record.on_error is OnError.REJECT
    checks = checks_of_a_run(learned, is_thorough=record.on_error in (OnError.REJECT, OnError.FAIL))
    with ExitStack() as unpacked:
        files = [_opened(one, record, settings, unpacked) for one in _fetched(jobs, record, portion, settings, scratch)]
        given = [
            Given(
                one.path,
                portion.files[at].name,
                scratch / f"output-{at}.{record.output_format}",
                scratch / f"rejects-{at}" if is_rejecting else None,
                one.hints,
            )
            for at, one in enumerate(files)
            if isinstance(one, Opened)
        ]
        converter = replace(learned, checks=checks)
        reports = run_batch(converter, given, limits=limits(settings), allow_unsandboxed=settings.allow_unsandboxed)
        return _put_together(jobs, record, portion, settings, learned, files, dict(zip(given, reports, strict=True)), scratch)


def _put_together(
    jobs: JobStore,
    record: JobRecord,
    portion: Portion,
    settings: Settings,
    learned: Converter,
    files: Sequence[Opened | Problem],
    reports: dict[Given, RunReport | ConverterError],
    scratch: Path,
) -> tuple[list[FileMade], list[Member]]:
    rivals = rivals_of(jobs, record)
    done = iter(reports.items())
    made, members = [], list[Member]()
    with (scratch / "archive").open("wb") as archive:
        for at, one in enumerate(portion.files):
            told = FileMade(number=portion.first + at + 1, name=one.name)
            found = files[at]
            if isinstance(found, Problem):
                made.append(told.model_copy(update={"error": found}))
                continue
            file, report = next(done)
            problem = _problem(record, report)
            if problem is not None or not isinstance(report, RunReport):
                made.append(told.model_copy(update={"error": problem}))
                continue
            output = append(archive, portion.outputs[at], file.output)
            members.append(output)
            if file.rejects is not None and report.rows_rejected:
                members.append(append(archive, f"{REJECTS}{portion.outputs[at].partition('.')[0]}.csv", file.rejects))
            doubtful = doubtful_rows(settings, learned, rivals, file.path, found.hints)
            outcome, rows = account_of(report, doubtful)
            changes = {"output": output.name, "start": output.start, "bytes_out": output.size, "outcome": outcome, "rows": rows}
            changes |= {"notes": (*found.notes, *report.notes), "broken_checks": report.broken_checks}
            made.append(told.model_copy(update=changes))
    return made, members


def _problem(record: JobRecord, report: RunReport | ConverterError) -> Problem | None:
    if isinstance(report, ConverterError):
        return Problem(title=title_of(report), detail=str(report))
    return unsound(record, report)


def _fetched(jobs: JobStore, record: JobRecord, portion: Portion, settings: Settings, scratch: Path) -> list[Given | Problem]:
    """Each file of the portion on this disk, or why it cannot be had."""
    # Those that were sent lie one after the other.
    sent = [one for one in portion.files if one.address is None]
    pieces = jobs.stream(record, INPUTS, start=sent[0].start, end=sent[-1].end) if sent else iter(())
    rest = b""
    found: list[Given | Problem] = []
    for at, one in enumerate(portion.files):
        path = scratch / f"input-{at}"
        problem = None
        if one.address is not None:
            problem = _fetched_object(record, one, settings, path)
        else:
            with path.open("wb") as file:
                left = one.size
                while left:
                    rest = rest or next(pieces)
                    file.write(rest[:left])
                    rest, left = rest[left:], left - min(left, len(rest))
        found.append(problem or Given(path, one.name, path))
    return found


def _opened(found: Given | Problem, record: JobRecord, settings: Settings, unpacked: ExitStack) -> Opened | Problem:
    """The file as it is unpacked until the stack is; or why there is no table in it."""
    if isinstance(found, Problem):
        return found
    hints = Hints(record.encoding, record.delimiter, record.sheet)
    bounds = {"most_bytes": settings.max_upload_bytes, "most_workbook_bytes": WORKBOOK_BYTES}
    try:
        return unpacked.enter_context(opened(found.path, found.name, hints, **bounds))
    except ConverterError as error:
        return Problem(title=title_of(error), detail=str(error))


def _fetched_object(record: JobRecord, one: FileGiven, settings: Settings, path: Path) -> Problem | None:
    assert one.address is not None
    try:
        # Looked at again: the operator may have taken a bucket from the list meanwhile.
        bucket, key = named(one.address, record.user_id, settings)
        with path.open("wb") as file:
            file.writelines(PatientStore(bucket.store, settings.store_patience_seconds).stream(key, etag=one.etag))
    except ReferenceRefused as error:
        return Problem(title="Not allowed", detail=f"{one.name} {error}")
    except ObjectMissing:
        return Problem(title="Not there", detail=f"{one.name} was deleted after the job had been submitted.")
    except PreconditionFailed:
        return Problem(title="Has changed", detail=f"{one.name} has changed since the job was submitted; submit it again.")
    return None


def _ended(jobs: JobStore, record: JobRecord, parts: Sequence[Portion], seconds: float) -> JobRecord:
    """Joins what the portions made, and ends the job."""
    jobs.records.look_again()
    kept = jobs.parts(record)
    made: list[FileMade] = []
    members: list[Member] = []
    size = 0
    for part in parts:
        told = json.loads(jobs.objects.get(kept[f"{part.name}.json"]).data)
        for one in map(FileMade.model_validate, told["made"]):
            made.append(one.model_copy(update={"start": one.start + size}) if one.output is not None else one)
        members += [Member(**(one | {"at": one["at"] + size})) for one in told["members"]]
        size += jobs.objects.size(kept[f"{part.name}.zip"])
    end = f"directory-{record.attempt_id}"
    jobs.put_part(record, end, directory(members, size))
    pieces = (*(kept[f"{part.name}.zip"] for part in parts), jobs.parts(record)[end])
    failed = [one for one in made if one.error is not None]
    report = _report(made, failed, seconds)
    files: dict[str, Any] = {OUTPUTS: pieces, OUTPUTS_LIST: batch.made_as_json(made)}
    changes = {"batch": batch_count(record, len(made), len(failed))}
    if len(failed) == len(made):
        first = "; ".join(one.error.detail for one in failed[:_TOLD_FAILURES] if one.error is not None)
        problem = Problem(title="No file could be converted", detail=f"None of {len(made)} files could be: {first}.")
        return jobs.finish(record, JobStatus.FAILED, report=report, error=problem, files=files, **changes)
    is_clean = not failed and all(one.outcome is RunOutcome.CLEAN for one in made)
    outcome = RunOutcome.CLEAN if is_clean else RunOutcome.WITH_PROBLEMS
    rows = {name: _sum([one.rows.get(name) for one in made if one.rows is not None]) for name in _ROWS}
    return jobs.finish(record, JobStatus.SUCCEEDED, report=report, files=files, outcome=outcome, rows=rows, **changes)


_ROWS = ("in", "out", "rejected", "doubtful")


def batch_count(record: JobRecord, done: int, failed: int) -> Any:
    """The record's count of files at the end."""
    assert record.batch is not None
    return record.batch.model_copy(update={"done": done, "failed": failed})


def _report(made: Sequence[FileMade], failed: Sequence[FileMade], seconds: float) -> dict[str, Any]:
    rows = [one.rows for one in made if one.rows is not None]
    return {
        "files": len(made),
        "files_failed": len(failed),
        "failed": [{"number": one.number, "name": one.name, "error": one.error and one.error.model_dump()} for one in failed],
        "rows_in": _sum([one["in"] for one in rows]),
        "rows_out": _sum([one["out"] for one in rows]),
        "bytes_out": sum(one.bytes_out for one in made),
        "seconds": round(seconds, 3),
        "outputs": [one.output for one in made if one.output is not None],
    }


def _sum(counts: Sequence[int | None]) -> int | None:
    """All of them together; None where one is not known."""
    known = [one for one in counts if one is not None]
    return sum(known) if len(known) == len(counts) else None
