"""The input of an inference, brought to where it is converted: from the store, or from where the request has named it.

A named file is read in the one state that the record has: an attempt that finds another says so, and the job fails. Who may
name what is looked at again. An object is read where it lies, by the workers of a large file's parts too; what a URL gives is
kept for these, and for the attempts that follow.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from converter.dialect import Hints
from converter.opening import Opened, opened
from jobs.errors import ObjectMissing, PreconditionFailed
from jobs.objects import ObjectStore
from jobs.patience import PatientStore
from jobs.record import JobRecord, Source
from jobs.references import SOURCE, InputRefused, ReferenceRefused, ReferenceTooLarge, named
from jobs.store import JobStore
from jobs.urls import Bounds, Received, fetch
from settings import Settings

FETCHING = "fetching"
WORKBOOK_BYTES = 32 << 20
"""Bytes that a workbook's parts may have in all. It is read outside the sandbox, and takes ten times as much memory there."""
_KEPT = "input"
# As slow as this, in bytes a second, a server may be on the average.
_LEAST_RATE = 100_000
_TOLD_SECONDS = 2.0


@contextmanager
def input_of(jobs: JobStore, record: JobRecord, settings: Settings, scratch: Path) -> Iterator[Opened]:
    """The job's input on this disk, unpacked until the block ends. Raises `InputRefused`, `BadCsv`, and as the store does."""
    path = scratch / "input.csv"
    if SOURCE not in record.files:
        # The API has unpacked it.
        jobs.fetch(record, "input.csv", path)
        yield Opened(path, Hints(record.encoding, record.delimiter))
        return
    _bring(jobs, record, settings, path)
    hints = Hints(record.encoding, record.delimiter, record.sheet)
    bounds = {"most_bytes": settings.max_reference_bytes, "most_workbook_bytes": WORKBOOK_BYTES}
    with opened(path, "input_file", hints, **bounds) as found:
        yield found


def share(jobs: JobStore, record: JobRecord, path: Path) -> None:
    """Has the workers of parts find the input that lies at `path`, where it lies nowhere that they reach."""
    if SOURCE in record.files and not _is_object(_address(jobs, record)) and _KEPT not in jobs.parts(record):
        jobs.put_part(record, _KEPT, path)


def pieces_of(jobs: JobStore, record: JobRecord, settings: Settings, start: int, end: int) -> Iterator[bytes]:
    """The input's bytes from `start` up to `end`. Raises `InputRefused`, and as the store does."""
    if SOURCE not in record.files:
        return jobs.stream(record, "input.csv", start=start, end=end)
    address = _address(jobs, record)
    if not _is_object(address):
        return jobs.objects.stream(jobs.parts(record)[_KEPT], start=start, end=end)
    store, key = _object(address, record, settings)
    with _refusing():
        return store.stream(key, start=start, end=end, etag=_state_of(record).etag)


def _bring(jobs: JobStore, record: JobRecord, settings: Settings, path: Path) -> None:
    address = _address(jobs, record)
    if _is_object(address):
        store, key = _object(address, record, settings)
        with _refusing(), path.open("wb") as file:
            file.writelines(store.stream(key, etag=_state_of(record).etag))
    elif (kept := jobs.parts(record).get(_KEPT)) is not None:
        jobs.objects.download(kept, path)
    else:
        _fetch(jobs, record, settings, address, path)


def _fetch(jobs: JobStore, record: JobRecord, settings: Settings, address: str, path: Path) -> None:
    """Fetches what a URL gives, telling how far it is."""
    due = 0.0

    def note(got: Received) -> None:
        jobs.progress(record, FETCHING, source=Source(etag=got.etag, size=got.total, fetched=got.size))

    def told(got: Received) -> None:
        nonlocal due
        if time.monotonic() >= due:
            note(got)
            due = time.monotonic() + _TOLD_SECONDS

    bounds = Bounds(settings.max_reference_bytes, settings.fetch_seconds, _LEAST_RATE)
    with _refusing():
        got = fetch(address, settings, path, bounds, etag=_state_of(record).etag, told=told, resumes=True)
    note(Received(got.size, got.size, got.etag))


def _address(jobs: JobStore, record: JobRecord) -> str:
    return str(json.loads(b"".join(jobs.stream(record, SOURCE)))["address"])


def _is_object(address: str) -> bool:
    return address[:5].lower() == "s3://"


def _object(address: str, record: JobRecord, settings: Settings) -> tuple[ObjectStore, str]:
    with _refusing():
        bucket, key = named(address, record.user_id, settings)
    return PatientStore(bucket.store, settings.store_patience_seconds), key


def _state_of(record: JobRecord) -> Source:
    return record.source or Source()


@contextmanager
def _refusing() -> Iterator[None]:
    """Within it, what a file is not as it should be ends the job."""
    try:
        yield
    except ReferenceTooLarge as error:
        raise InputRefused("Too large", f"input_file {error} (MAX_REFERENCE_BYTES).") from None
    except ReferenceRefused as error:
        raise InputRefused("Cannot be fetched", f"input_file {error}.") from None
    except ObjectMissing:
        raise InputRefused("Not there", "input_file was deleted after the job had been submitted.") from None
    except PreconditionFailed:
        raise InputRefused("Has changed", "input_file has changed since the job was submitted; submit it again.") from None
