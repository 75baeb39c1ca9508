"""A large file's conversion spread over the cluster: a Ray task of one slot for each part of the file.

A workflow that waits for its parts gives its own slot back to Ray, so parts cannot starve behind the workflows that wait for
them. Each part's output and report are kept in the store as it ends: the next attempt, after a crash, converts only what is
missing. The tasks are the workflow's own: they end when it is cancelled or dies.
"""

import hashlib
import json
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from actors.disk import limits
from actors.inputs import pieces_of, share
from actors.priority import give_way
from actors.scratch import scratch_folder
from converter.conversion import RunReport
from converter.dialect import Hints
from converter.errors import BadCsv, ConverterError, SandboxKilled
from converter.manifest import Converter
from converter.parts import Cutting, Part, convert_part, cut, merged
from converter.sandbox import rebuilt
from converter.sandboxed import described
from jobs.location import patient_job_store
from jobs.record import JobRecord
from jobs.store import JobStore
from settings import Settings

log = logging.getLogger(__name__)
_NODES_BORNE = 3


@dataclass(frozen=True)
class Joined:
    """A whole conversion: its report, and the store's keys of the objects that make its output, in order."""

    report: RunReport
    keys: tuple[str, ...]


@dataclass(frozen=True)
class _Task:
    """What one part's task has to know; `name` is the same for the same work, whichever attempt does it."""

    name: str
    converter: str
    cutting: Cutting
    part: Part


def convert_in_parts(jobs: JobStore, record: JobRecord, converter: Converter, given: Path, settings: Settings) -> Joined | None:
    """The job's input, which is also the local file `given`, converted in parts; None where it has to be converted whole.

    Raises as `run` does.
    """
    started = time.monotonic()
    cutting = cut(given, converter, settings.part_bytes, name="input_file", hints=Hints(record.encoding, record.delimiter))
    if cutting is None:
        return None
    share(jobs, record, given)
    tasks = [_Task(_name(record, converter, part), converter.dumps(), cutting, part) for part in cutting.parts]
    kept = jobs.parts(record)
    try:
        _convert_missing(record, [task for task in tasks if f"{task.name}.json" not in kept], settings)
    except BadCsv:
        # Converting the whole file says in which of its rows.
        return None
    kept = jobs.parts(record)
    reports = [RunReport.from_json(json.loads(jobs.objects.get(kept[f"{task.name}.json"]).data)) for task in tasks]
    seconds = round(time.monotonic() - started, 3)
    return Joined(merged(reports, converter, given, cutting, seconds), tuple(kept[f"{task.name}.csv"] for task in tasks))


def _convert_missing(record: JobRecord, tasks: list[_Task], settings: Settings) -> None:
    log.info("job %s is converted in parts; %d are to be made", record.job_id, len(tasks))
    names = (f"{record.kind} {record.job_id} part {number} of {len(tasks)}" for number in range(1, len(tasks) + 1))
    pending = [_convert.options(name=name).remote(record, task, settings) for name, task in zip(names, tasks, strict=True)]
    try:
        while pending:
            (ended,), pending = ray.wait(pending)
            _raise_failure(ended)
    finally:
        # Whatever ended the wait: a part that failed, a deadline, a cancelled job.
        for task in pending:
            ray.cancel(task, force=True)


def _raise_failure(ended: ray.ObjectRef) -> None:
    try:
        failure = ray.get(ended)
    except RayTaskError as error:
        # As if the workflow had done the part itself: it knows a store that is away from a mistake of ours.
        raise error.cause from error
    except RayError as error:
        raise SandboxKilled(f"the worker of a part was lost, and of its retries ({type(error).__name__})") from error
    if failure is not None:
        raise rebuilt(failure)


@ray.remote(num_cpus=1, max_retries=_NODES_BORNE)
def _convert(record: JobRecord, task: _Task, settings: Settings) -> dict[str, Any] | None:
    """Converts one part and keeps what it made; gives the error as JSON where the part cannot be converted."""
    give_way()
    logging.basicConfig(level=settings.log_level)
    jobs = patient_job_store(settings)
    with scratch_folder() as scratch:
        given, made = scratch / "part.csv", scratch / "output.csv"
        with given.open("wb") as file:
            file.write(task.cutting.header)
            file.writelines(pieces_of(jobs, record, settings, task.part.start, task.part.end))
        try:
            report = convert_part(
                Converter.loads(task.converter),
                given,
                made,
                dialect=task.cutting.dialect,
                is_first=task.part == task.cutting.parts[0],
                limits=limits(settings),
                allow_unsandboxed=settings.allow_unsandboxed,
            )
        except ConverterError as error:
            failure: dict[str, Any] = described(error)["error"]
            return failure
        # The report last: where it is, the output is.
        jobs.put_part(record, f"{task.name}.csv", made)
        jobs.put_part(record, f"{task.name}.json", json.dumps(report.to_json()).encode())
    return None


def _name(record: JobRecord, converter: Converter, part: Part) -> str:
    # A job that was replaced under its id has other files.
    work = hashlib.sha256(f"{record.created_at.isoformat()}\n{converter.dumps()}".encode()).hexdigest()[:16]
    return f"{work}-{part.start:016}-{part.end:016}"
