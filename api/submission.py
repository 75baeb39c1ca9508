"""Requests as stored jobs: their files checked and their records written, before anything is acknowledged."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from api.bodies import InferenceRequest, TrainRequest
from api.given_file import write_given_file
from api.problems import FieldRefused
from api.spool import GivenText
from converter.dialect import read_table
from converter.errors import BadCsv
from jobs.errors import Conflict
from jobs.record import JobKind, JobRecord, JobStatus, Mode
from jobs.store import JobStore
from settings import Settings

# Rows looked at before a job is acknowledged; the workflow reads the rest.
_CHECKED_ROWS = 10_000


@dataclass(frozen=True)
class Submission:
    """What came with a body: its files' texts by field, its digest, and the client's key for it."""

    texts: dict[str, GivenText]
    digest: str
    idempotency_key: str | None


@dataclass(frozen=True)
class Acknowledged:
    """A stored job, and whether an earlier request of the same key had stored it."""

    record: JobRecord
    is_replayed: bool = False


def store_training(settings: Settings, jobs: JobStore, body: TrainRequest, given: Submission) -> Acknowledged:
    """Stores a training job. Raises what is wrong with its files; blocks."""
    if (earlier := _earlier(jobs, body.user_id, given)) is not None:
        return earlier
    fields = {"input_file": "input.csv", "expected_output_file": "expected.csv"}
    with _checked_files(settings, body.user_id, given, fields, body.header) as files:
        told = body.model_dump(exclude={"input_file", "expected_output_file"})
        told["mode"] = body.mode or Mode(settings.learn_mode)
        record = JobRecord.new(
            kind=JobKind.TRAIN, max_attempts=settings.max_attempts, idempotency_key=given.idempotency_key, **told
        )
        return Acknowledged(jobs.submit(record, files, replace=body.job_id is not None, digest=given.digest))


def store_inference(settings: Settings, jobs: JobStore, body: InferenceRequest, given: Submission) -> Acknowledged:
    """Stores an inference job with its converter. Raises `JobMissing`, `Conflict`, and what is wrong with its file; blocks."""
    if (earlier := _earlier(jobs, body.user_id, given)) is not None:
        return earlier
    training = jobs.get(body.user_id, body.job_id)
    if training.kind is not JobKind.TRAIN:
        raise Conflict(f"job {body.job_id} is no training job but an inference; give the training's job_id")
    if training.status is not JobStatus.SUCCEEDED:
        raise Conflict(f"job {body.job_id} has no converter: the training is {training.status}, not succeeded")
    with _checked_files(settings, body.user_id, given, {"input_file": "input.csv"}, training.header) as files:
        record = JobRecord.new(
            user_id=body.user_id,
            kind=JobKind.INFERENCE,
            max_attempts=settings.max_attempts,
            deadline_seconds=body.deadline_seconds,
            training_job_id=training.job_id,
            job_title=training.job_title,
            owner=training.owner,
            header=training.header,
            idempotency_key=given.idempotency_key,
        )
        converter = b"".join(jobs.stream(training, "converter.sql"))
        stored = jobs.submit(record, {**files, "converter.sql": converter}, replace=False, digest=given.digest)
    return Acknowledged(stored)


def _earlier(jobs: JobStore, user_id: str, given: Submission) -> Acknowledged | None:
    if given.idempotency_key is None:
        return None
    record = jobs.submitted(user_id, given.idempotency_key, given.digest)
    return None if record is None else Acknowledged(record, is_replayed=True)


@contextmanager
def _checked_files(
    settings: Settings, user_id: str, given: Submission, names: dict[str, str], header: bool
) -> Iterator[dict[str, bytes | Path]]:
    """The request's files in a folder of their own, as long as they are needed."""
    with TemporaryDirectory(prefix="given-") as folder:
        files: dict[str, bytes | Path] = {}
        for field, name in names.items():
            path = Path(folder, name)
            write_given_file(field, given.texts[field], user_id, settings, path)
            _check(field, path, header)
            files[name] = path
        yield files


def _check(field: str, path: Path, header: bool) -> None:
    try:
        table = read_table(path, header=header, name=field, max_rows=_CHECKED_ROWS)
    except BadCsv as error:
        raise FieldRefused(field, str(error)) from error
    if not table.rows:
        raise FieldRefused(field, f"{field}: has only a header and no rows")
