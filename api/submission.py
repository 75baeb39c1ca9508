"""Requests as stored jobs: their files checked and their records written, before anything is acknowledged."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from urllib.parse import urlsplit

from fastapi import Request

from api.bodies import ConversionRequest, InferenceRequest, TrainRequest
from api.chosen import chosen_by
from api.given_file import name_of, write_given_file
from api.given_text import GivenText
from api.problems import FieldRefused
from api.spool import body_digest, given_text
from converter.dialect import Hints
from converter.errors import BadConverter, BadCsv, InputMismatch
from converter.manifest import Converter
from converter.opening import Opened, opened
from converter.reading import read_table, read_whole
from converter.source import first_rows
from jobs.addresses import HostUnknown, NotPublic, address_of
from jobs.deliveries import Deliveries
from jobs.record import JobKind, JobRecord, Mode
from jobs.store import JobStore
from settings import Settings

# Rows looked at before a job is acknowledged; the workflow reads the rest.
_CHECKED_ROWS = 10_000
_WORKBOOK_BYTES = 32 << 20
"""Bytes that a workbook's parts may have in all. It is read where requests are, and takes ten times as much memory there."""


@dataclass(frozen=True)
class Submission:
    """What came with a body: its files' texts by field, its digest, the client's key for it, and what counts a job's bytes."""

    texts: dict[str, GivenText]
    digest: str
    idempotency_key: str | None
    count: Callable[[int], None]

    @classmethod
    def of(cls, request: Request, key: str | None, count: Callable[[int], None], **files: str) -> Self:
        """What came with this request, of whose body these strings are files."""
        texts = {field: given_text(request, value) for field, value in files.items()}
        return cls(texts, f"{request.url.path} {body_digest(request)}", key, count)


@dataclass(frozen=True)
class Acknowledged:
    """A stored job, and whether an earlier request of the same key had stored it."""

    record: JobRecord
    is_replayed: bool = False


def store_training(settings: Settings, jobs: JobStore, body: TrainRequest, given: Submission) -> Acknowledged:
    """Stores a training job. Raises what is wrong with its files; blocks."""
    if (before := earlier(jobs, body.user_id, given)) is not None:
        return before
    names = {"input_file": "input.csv", "expected_output_file": "expected.csv"}
    said = {
        "input_file": Hints(body.encoding, body.delimiter, body.sheet),
        "expected_output_file": Hints(body.expected_encoding, body.expected_delimiter, body.expected_sheet),
    }
    with given_files(settings, body.user_id, given, names, said) as files:
        for (field, one), read in zip(files.items(), (read_table, read_whole), strict=True):
            with _refusing(field):
                table = read(one.path, header=body.header, name=field, max_rows=_CHECKED_ROWS, hints=one.hints)
                _require_rows(field, len(table.rows))
                if field == "expected_output_file":
                    _require_ignored(body.ignore_rows, len(table.rows))
        told = body.model_dump(exclude={"input_file", "expected_output_file"})
        told |= _written(files["input_file"]) | _written(files["expected_output_file"], "expected_")
        told |= {field: name_of(given.texts[field], name) for field, name in names.items()}
        told["notes"] = tuple(f"{field}: {note}" for field, one in files.items() for note in one.notes)
        told["webhook_url"] = webhook_of(settings, jobs, body.user_id, body.webhook_url)
        told["mode"] = body.mode or Mode(settings.learn_mode)
        record = JobRecord.new(
            kind=JobKind.TRAIN, max_attempts=settings.max_attempts, idempotency_key=given.idempotency_key, **told
        )
        stored = {names[field]: one.path for field, one in files.items()}
        given.count(_size(files.values()))
        return Acknowledged(jobs.submit(record, stored, replace=body.job_id is not None, digest=given.digest))


def store_inference(settings: Settings, jobs: JobStore, body: InferenceRequest, given: Submission) -> Acknowledged:
    """Stores an inference job with its converter. Raises `JobMissing`, `Conflict`, and what is wrong with its file; blocks."""
    if (before := earlier(jobs, body.user_id, given)) is not None:
        return before
    chosen = chosen_by(jobs, body)
    said = {"input_file": Hints(body.encoding, body.delimiter, body.sheet)}
    with given_files(settings, body.user_id, given, {"input_file": "input.csv"}, said) as files:
        one = files["input_file"]
        # Columns that do not fit, and a converter of another version, are the job's to tell.
        with _refusing("input_file"), suppress(InputMismatch, BadConverter):
            learned = Converter.loads(chosen.text.decode())
            _require_rows("input_file", first_rows(one.path, learned, _CHECKED_ROWS, name="input_file", hints=one.hints))
        told = {"notes": tuple(f"input_file: {note}" for note in one.notes), **_written(one), **chosen.told()}
        name = name_of(given.texts["input_file"], "input.csv")
        record = inference_record(settings, jobs, body, given, input_file=name, **told)
        to_store: dict[str, bytes | Path] = {"input.csv": one.path, **chosen.files}
        given.count(_size(files.values()) + len(chosen.text))
        stored = jobs.submit(record, to_store, replace=False, digest=given.digest)
    return Acknowledged(stored)


def inference_record(
    settings: Settings, jobs: JobStore, body: ConversionRequest, given: Submission, *, input_file: str, **told: Any
) -> JobRecord:
    """A new inference's record, as the request says; `told` are the fields that its files and its converter give."""
    return JobRecord.new(
        user_id=body.user_id,
        kind=JobKind.INFERENCE,
        max_attempts=settings.max_attempts,
        deadline_seconds=body.deadline_seconds,
        idempotency_key=given.idempotency_key,
        sheet=body.sheet,
        webhook_url=webhook_of(settings, jobs, body.user_id, body.webhook_url),
        input_file=input_file,
        output_format=body.output_format,
        on_error=body.on_error,
        **told,
    )


def webhook_of(settings: Settings, jobs: JobStore, user_id: str, given: str | None) -> str | None:
    """Whom to tell of the job's end: the request's webhook, or the user's own. Raises `FieldRefused`."""
    if given is not None:
        refuse_private(settings, "webhook_url", given)
        return given
    webhook = Deliveries(jobs.objects).webhook(user_id)
    return None if webhook is None else webhook.url


def refuse_private(settings: Settings, field: str, url: str) -> None:
    """Raises `FieldRefused` for a URL whose host is not public. One that cannot be found now may be there later."""
    parts = urlsplit(url)
    try:
        address_of(parts.hostname or "", parts.port or 443, settings.allowed_url_hosts)
    except NotPublic:
        raise FieldRefused(field, "names a host that is not public; the operator may allow it (ALLOWED_URL_HOSTS)") from None
    except HostUnknown:
        return


def _size(files: Iterable[Opened]) -> int:
    return sum(one.path.stat().st_size for one in files)


def _written(one: Opened, prefix: str = "") -> dict[str, str | None]:
    """What a record has to say of how a stored file is written."""
    return {f"{prefix}encoding": one.hints.encoding, f"{prefix}delimiter": one.hints.delimiter}


def earlier(jobs: JobStore, user_id: str, given: Submission) -> Acknowledged | None:
    if given.idempotency_key is None:
        return None
    record = jobs.submitted(user_id, given.idempotency_key, given.digest)
    return None if record is None else Acknowledged(record, is_replayed=True)


@contextmanager
def given_files(
    settings: Settings, user_id: str, given: Submission, names: dict[str, str], said: dict[str, Hints]
) -> Iterator[dict[str, Opened]]:
    """The request's files by field, unpacked, in a folder of their own as long as they are needed."""
    with TemporaryDirectory(prefix="given-") as folder, ExitStack() as open_files:
        files = {}
        for field, name in names.items():
            write_given_file(field, given.texts[field], user_id, settings, Path(folder, name))
            with _refusing(field):
                unpacked = opened(
                    Path(folder, name),
                    field,
                    said[field],
                    most_bytes=settings.max_upload_bytes,
                    most_workbook_bytes=_WORKBOOK_BYTES,
                )
                files[field] = open_files.enter_context(unpacked)
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


def _require_ignored(numbers: Sequence[int], rows: int) -> None:
    """Raises `FieldRefused` where the expected file has no such row, or no other."""
    # Of a longer file these are the first rows; the workflow sees the others.
    beyond = [number for number in numbers if number > rows] if rows < _CHECKED_ROWS else []
    if beyond:
        raise FieldRefused("ignore_rows", f"the expected file has {rows} rows, so there is no row {beyond[0]} to ignore")
    if len(set(numbers)) >= rows:
        raise FieldRefused("ignore_rows", f"the expected file has {rows} rows; none is left to learn from")
