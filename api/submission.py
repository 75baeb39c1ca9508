"""Requests as stored jobs: their files checked and their records written, before anything is acknowledged."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from api.bodies import InferenceRequest, TrainRequest
from api.given_file import write_given_file
from api.problems import FieldRefused
from api.spool import GivenText
from converter.errors import BadConverter, BadCsv, InputMismatch
from converter.manifest import Converter
from converter.reading import read_table, read_whole
from converter.source import first_rows
from jobs.errors import Conflict
from jobs.record import JobKind, JobRecord, JobStatus, Mode
from jobs.store import JobStore
from settings import Settings

# Rows looked at before a job is acknowledged; the workflow reads the rest.
_CHECKED_ROWS = 10_000


@dataclass(frozen=True)
class Submission:
    """What came with a body: its files' texts by field, its digest, the client's key for it, and what counts a job's bytes."""

    texts: dict[str, GivenText]
    digest: str
    idempotency_key: str | None
    count: Callable[[int], None]


@dataclass(frozen=True)
class Acknowledged:
    """A stored job, and whether an earlier request of the same key had stored it."""

    record: JobRecord
    is_replayed: bool = False


def store_training(settings: Settings, jobs: JobStore, body: TrainRequest, given: Submission) -> Acknowledged:
    """Stores a training job. Raises what is wrong with its files; blocks."""
    if (earlier := _earlier(jobs, body.user_id, given)) is not None:
        return earlier
    with _given_files(
        settings, body.user_id, given, {"input_file": "input.csv", "expected_output_file": "expected.csv"}
    ) as files:
        for (field, path), read in zip(files.items(), (read_table, read_whole), strict=True):
            with _refusing(field):
                _require_rows(field, len(read(path, header=body.header, name=field, max_rows=_CHECKED_ROWS).rows))
        told = body.model_dump(exclude={"input_file", "expected_output_file"})
        told["mode"] = body.mode or Mode(settings.learn_mode)
        record = JobRecord.new(
            kind=JobKind.TRAIN, max_attempts=settings.max_attempts, idempotency_key=given.idempotency_key, **told
        )
        stored = {path.name: path for path in files.values()}
        given.count(_size(files.values()))
        return Acknowledged(jobs.submit(record, stored, replace=body.job_id is not None, digest=given.digest))


def store_inference(settings: Settings, jobs: JobStore, body: InferenceRequest, given: Submission) -> Acknowledged:
    """Stores an inference job with its converter. Raises `JobMissing`, `Conflict`, and what is wrong with its file; blocks."""
    if (earlier := _earlier(jobs, body.user_id, given)) is not None:
        return earlier
    training = jobs.get(body.user_id, body.job_id)
    if training.kind is not JobKind.TRAIN:
        raise Conflict(f"job {body.job_id} is no training job but an inference; give the training's job_id")
    if training.status is not JobStatus.SUCCEEDED:
        raise Conflict(f"job {body.job_id} has no converter: the training is {training.status}, not succeeded")
    converter = b"".join(jobs.stream(training, "converter.sql"))
    with _given_files(settings, body.user_id, given, {"input_file": "input.csv"}) as files:
        # Columns that do not fit, and a converter of another version, are the job's to tell.
        with _refusing("input_file"), suppress(InputMismatch, BadConverter):
            rows = first_rows(files["input_file"], Converter.loads(converter.decode()), _CHECKED_ROWS, name="input_file")
            _require_rows("input_file", rows)
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
        given_files: dict[str, bytes | Path] = {"input.csv": files["input_file"], "converter.sql": converter}
        given.count(_size(files.values()) + len(converter))
        stored = jobs.submit(record, given_files, replace=False, digest=given.digest)
    return Acknowledged(stored)


def _size(files: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in files)


def _earlier(jobs: JobStore, user_id: str, given: Submission) -> Acknowledged | None:
    if given.idempotency_key is None:
        return None
    record = jobs.submitted(user_id, given.idempotency_key, given.digest)
    return None if record is None else Acknowledged(record, is_replayed=True)


@contextmanager
def _given_files(settings: Settings, user_id: str, given: Submission, names: dict[str, str]) -> Iterator[dict[str, Path]]:
    """The request's files by field, in a folder of their own as long as they are needed."""
    with TemporaryDirectory(prefix="given-") as folder:
        files = {field: Path(folder, name) for field, name in names.items()}
        for field, path in files.items():
            write_given_file(field, given.texts[field], user_id, settings, path)
        yield files


@contextmanager
def _refusing(field: str) -> Iterator[None]:
    """Within it, a file that cannot be read is a request's field that is refused."""
    try:
        yield
    except BadCsv as error:
        raise FieldRefused(field, str(error)) from error


def _require_rows(field: str, rows: int) -> None:
    if not rows:
        raise FieldRefused(field, f"{field}: has only a header and no rows")
