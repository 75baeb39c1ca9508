"""One attempt at one job, as the Ray task that carries it out. Fetches, calls the core, stores; decides nothing."""

import errno
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from actors.accounts import GROWTH, PARTIAL, RIVALS, contradicts_itself, report_of_failure, told_to_its_owner
from actors.answers import JobAnswers
from actors.batch import convert_batch
from actors.deadline import DeadlineReached, deadline
from actors.disk import has_room, limits
from actors.endings import end_of_run, title_of
from actors.inputs import input_of
from actors.priority import give_way
from actors.scratch import scratch_folder
from actors.spreading import spread
from actors.turn import leave
from converter import lesson as synthesis
from converter.conversion import run
from converter.dialect import Hints
from converter.errors import ConverterError, SandboxKilled
from converter.manifest import Converter
from converter.mistakes import without
from converter.opening import Opened
from converter.reading import read_example, written_like
from converter.sandbox import warm_up_sandbox
from converter.soundness import checks_of_a_run
from converter.table import Example
from crew import agents
from crew.errors import CrewError
from crew.instructions import Instructions
from crew.learn import Outcome as Learned
from crew.learn import learn
from crew.model import ModelSettings
from crew.rounds import Progress
from jobs.errors import AttemptsExhausted, Conflict, JobError, JobMissing, RecordDamaged, StoreUnavailable
from jobs.files import Content
from jobs.location import patient_job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, JobStatus, OnError, OutputFormat, Problem
from jobs.records import unheard
from jobs.references import InputRefused
from jobs.store import IN_PARTS, JobStore
from settings import Settings

log = logging.getLogger(__name__)

# What a machine lacks for a while: space, memory, open files.
_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE}
_FIRST_PHASES = {JobKind.TRAIN: "learning", JobKind.INFERENCE: "converting"}


class Ending(StrEnum):
    """How an attempt ended."""

    FINAL = "final"
    OVERTAKEN = "overtaken"  # The job is final or gone already: nothing was left to do.
    AGAIN = "again"  # The job is open and has to be tried again: a store or disk failed, or the sandbox was killed.


@dataclass(frozen=True)
class Outcome:
    """What an attempt tells the queue; `record` where it ended the job."""

    ending: Ending
    record: JobRecord | None = None


@lru_cache(maxsize=1)
def _jobs(settings: Settings) -> JobStore:
    # Once a worker: a client of S3 takes longer to make than a small job to run.
    return patient_job_store(settings)


def prepare(settings: Settings) -> None:
    """Makes what every attempt in this worker needs, before there is one."""
    give_way()
    _jobs(settings)
    warm_up_sandbox()
    synthesis.warm_up()
    agents.warm_up(ModelSettings.of(settings))


def attempt(job: OpenJob, attempt_id: str, settings: Settings, changed: Callable[[JobRecord], None] = unheard) -> Outcome:
    """Claims the job, does its work, and ends it; whatever goes wrong with the work is in the record, for its owner.

    `changed` is told of each change of the record.
    """
    give_way()
    if not has_room(settings):
        return Outcome(Ending.AGAIN)
    jobs = _jobs(settings)
    jobs.records.changed = changed
    try:
        record = jobs.claim(job.user_id, job.job_id, attempt_id, _FIRST_PHASES[job.kind])
        return Outcome(Ending.FINAL, _carry_out(jobs, record, settings))
    except (Conflict, JobMissing, AttemptsExhausted) as reason:
        log.info("job %s is not (or no longer) this attempt's: %s", job.job_id, reason)
        return Outcome(Ending.AGAIN if jobs.settle(job) else Ending.OVERTAKEN)
    except SandboxKilled as error:
        log.warning("job %s lost its sandbox: %s", job.job_id, error)
        jobs.crashed(job.user_id, job.job_id, attempt_id)
    except RecordDamaged as error:
        # Nobody can tell what the job is until an operator has put its record right.
        log.error("job %s cannot be carried out: %s", job.job_id, error)
    except (StoreUnavailable, OSError) as error:
        # Neither the job's fault nor its attempt's: the job waits until what failed is back.
        log.warning("job %s cannot go on now: %s", job.job_id, error)
        jobs.requeue(job.user_id, job.job_id, attempt_id)
    return Outcome(Ending.AGAIN)


def _carry_out(jobs: JobStore, record: JobRecord, settings: Settings) -> JobRecord:
    work = _train if record.kind is JobKind.TRAIN else _infer
    seconds = record.deadline_seconds or settings.deadline_seconds(record.kind)
    try:
        with scratch_folder() as scratch, deadline(seconds):
            return work(jobs, record, settings, scratch)
    except DeadlineReached:
        return _failed(jobs, record, "Deadline exceeded", f"The job ran longer than its deadline of {seconds} s.")
    except InputRefused as error:
        return _failed(jobs, record, error.title, error.detail)
    except (SandboxKilled, JobError):
        raise
    except (ConverterError, CrewError) as error:
        return _failed(jobs, record, title_of(error), str(error))
    except OSError as error:
        if error.errno in _PASSING:
            raise
        return _broken(jobs, record, error)
    except Exception as error:  # noqa: BLE001 (a mistake of ours: it would come again in the next attempt)
        return _broken(jobs, record, error)


def _failed(jobs: JobStore, record: JobRecord, title: str, detail: str) -> JobRecord:
    return jobs.finish(record, JobStatus.FAILED, error=Problem(title=title, detail=detail))


def _broken(jobs: JobStore, record: JobRecord, error: Exception) -> JobRecord:
    log.exception("job %s failed unexpectedly", record.job_id)
    detail = f"The service failed at this job ({type(error).__name__}); its log tells more under the job's id."
    return _failed(jobs, record, "Internal error", detail)


def _train(jobs: JobStore, record: JobRecord, settings: Settings, scratch: Path) -> JobRecord:
    given, wanted = scratch / "input.csv", scratch / "expected.csv"
    jobs.fetch(record, "input.csv", given)
    jobs.fetch(record, "expected.csv", wanted)
    expected_hints = Hints(record.expected_encoding, record.expected_delimiter)
    example = read_example(
        given,
        wanted,
        header=record.header,
        names=("input_file", "expected_output_file"),
        hints=Hints(record.encoding, record.delimiter),
        expected_hints=expected_hints,
    )
    example = without(example, record.ignore_rows, seconds=settings.learn_seconds)
    outcome = learn(
        example,
        Instructions(record.general_instructions, record.column_instructions),
        record.mode,
        settings,
        seconds=record.deadline_seconds or settings.deadline_seconds(record.kind),
        tell=lambda at: _tell(jobs, record, at),
        answers=JobAnswers(jobs, record),
    )
    outcome = replace(outcome, notes=(*record.notes, *example.notes, *outcome.notes))
    growth = json.loads(b"".join(jobs.stream(record, GROWTH))) if GROWTH in record.files else None
    if contradicts_itself(example, growth):
        outcome = replace(outcome, lesson=replace(outcome.lesson, converter=None, reason="rows contradict each other"))
    if outcome.lesson.converter is None:
        return _not_learned(jobs, record, outcome, example, growth, settings, wanted)
    converter = outcome.lesson.converter.written_like(written_like(wanted, name="expected_output_file", hints=expected_hints))
    report = told_to_its_owner(outcome, example, settings)
    files: dict[str, Content] = {"converter.sql": converter.dumps().encode()}
    if outcome.lesson.rivals:
        files[RIVALS] = json.dumps(list(outcome.lesson.rivals)).encode()
    return jobs.finish(record, JobStatus.SUCCEEDED, report=report, files=files)


def _tell(jobs: JobStore, record: JobRecord, at: Progress) -> None:
    # What is told comes before each call of the model.
    leave()
    jobs.progress(record, at.phase, round=at.round, best_match=at.best_match, tokens=at.tokens, cost_dollars=at.dollars)


def _not_learned(
    jobs: JobStore,
    record: JobRecord,
    outcome: Learned,
    example: Example,
    growth: dict[str, Any] | None,
    settings: Settings,
    wanted: Path,
) -> JobRecord:
    report, partial = report_of_failure(outcome, example, growth, settings)
    said = [*report["diagnosis"]["contradictions"], *filter(None, [report["diagnosis"]["mistakes"]])]
    contradicting = "".join(f" {one['text'][:1].upper()}{one['text'][1:]}." for one in said)
    detail = f"No converter reproduces the example: {outcome.lesson.reason}.{contradicting}"
    problem = Problem(title="No converter found", detail=detail)
    files: dict[str, Content] = {}
    if partial is not None:
        hints = Hints(record.expected_encoding, record.expected_delimiter)
        dialect = written_like(wanted, name="expected_output_file", hints=hints)
        files[PARTIAL] = partial.written_like(dialect).dumps().encode()
    return jobs.finish(record, JobStatus.FAILED, report=report, error=problem, files=files)


def _infer(jobs: JobStore, record: JobRecord, settings: Settings, scratch: Path) -> JobRecord:
    if record.batch is not None:
        return convert_batch(jobs, record, settings, spread)
    with input_of(jobs, record, settings, scratch) as given:
        return _converted(jobs, record, settings, scratch, given)


def _converted(jobs: JobStore, record: JobRecord, settings: Settings, scratch: Path, given: Opened) -> JobRecord:
    made = scratch / f"output.{record.output_format}"
    jobs.fetch(record, "converter.sql", scratch / "converter.sql")
    is_rejecting = record.on_error is OnError.REJECT
    # What is packed is one piece; and so is a file whose rejected rows are counted from its beginning.
    is_one_piece = is_rejecting or record.output_format is not OutputFormat.CSV or bool(given.notes)
    is_large = given.path.stat().st_size > settings.split_bytes and not is_one_piece
    if is_large:
        jobs.progress(record, IN_PARTS)
    learned = Converter.loads((scratch / "converter.sql").read_bytes().decode())
    thorough = record.on_error in (OnError.REJECT, OnError.FAIL)
    converter = replace(learned, checks=checks_of_a_run(learned, is_thorough=thorough))
    if is_large:
        # Ray is needed for this alone.
        from actors.splitting import convert_in_parts

        if whole := convert_in_parts(jobs, record, converter, given.path, settings):
            return end_of_run(jobs, record, settings, learned, given, whole.report, {"output.csv": whole.keys})
    done = run(
        converter,
        given.path,
        made,
        limits=limits(settings),
        name="input_file",
        allow_unsandboxed=settings.allow_unsandboxed,
        hints=given.hints,
        rejects_path=scratch / "rejects.csv" if is_rejecting else None,
    )
    files: dict[str, Content] = {"output.csv": made}
    if is_rejecting:
        files["rejects.csv"] = scratch / "rejects.csv"
    sizes = {"bytes_in": given.path.stat().st_size, "bytes_out": made.stat().st_size}
    return end_of_run(jobs, record, settings, learned, given, done, files, sizes)
