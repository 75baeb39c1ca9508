"""Records as objects of the store: read, changed by compare-and-swap on their ETag, remembered while they do not change."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from jobs.errors import Conflict, JobMissing, ObjectMissing, PreconditionFailed, RecordDamaged
from jobs.listing import Found, Unreadable, job_id_of, record_key
from jobs.objects import Listed, ObjectStore, Stored, Write
from jobs.record import JobRecord, JobStatus

log = logging.getLogger(__name__)

_SWAPS_TRIED = 20
_CACHED_RECORDS, _CACHED_BYTES = 50_000, 128 << 20
_READERS = 16
_NO_FILES: Mapping[str, bytes | Path] = {}


class Records:
    """The records of all jobs. All calls block; safe to use from many threads and processes."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self.changed: Callable[[JobRecord], None] = unheard
        """Told of each change of a record that was stored here."""
        # What this process has written last of a job that an attempt of its own holds: nobody else changes that.
        self._held: tuple[JobRecord, str] | None = None
        self._seen: OrderedDict[str, tuple[str, JobRecord, int]] = OrderedDict()
        self._seen_bytes = 0
        self._lock = threading.Lock()

    def read(self, user_id: str, job_id: str) -> tuple[JobRecord, str]:
        """A job's record and its ETag. Raises `JobMissing` and `RecordDamaged`."""
        key = record_key(user_id, job_id)
        try:
            stored = self._objects.get(key)
        except ObjectMissing:
            raise missing(user_id, job_id) from None
        return _decoded(key, stored.data), stored.etag

    def held(self, record: JobRecord) -> tuple[JobRecord, str]:
        """The record and its ETag, where this attempt still holds it, as far as it is known here. Raises `Conflict`.

        What holds it is the swap with this ETag: whatever another has done to the job meanwhile makes that fail.
        """
        if self._held is not None and _is_of_same_attempt(self._held[0], record):
            return self._held
        try:
            current, etag = self.read(record.user_id, record.job_id)
        except JobMissing as error:
            raise Conflict(f"job {record.job_id} was deleted") from error
        hold(current, record.attempt_id)
        return current, etag

    def look_again(self) -> None:
        """Has the next change read its record: other workers of the same attempt have counted in it."""
        self._held = None

    def create(self, record: JobRecord, files: Mapping[str, bytes | Path]) -> None:
        """Writes a new record, and before it what stands under these keys. Raises `Conflict` where there is a record."""
        try:
            self._objects.put_all(files, Write(key_of(record), _encoded(record), if_absent=True))
        except PreconditionFailed:
            raise Conflict(f"there is a job {record.job_id} already") from None

    def put(self, record: JobRecord) -> Stored | None:
        """Writes a record whatever stands there, damaged or not; gives what stood there. Raises `Conflict`."""
        key = key_of(record)
        for _ in range(_SWAPS_TRIED):
            before = None
            with suppress(ObjectMissing):
                before = self._objects.get(key)
            etag = None if before is None else before.etag
            try:
                self._objects.put(key, _encoded(record), if_match=etag, if_absent=etag is None)
            except (ObjectMissing, PreconditionFailed):
                continue
            return before
        raise Conflict(f"job {record.job_id} changes too fast to be replaced")

    def swap(
        self, record: JobRecord, etag: str, files: Mapping[str, bytes | Path] = _NO_FILES, *, is_lasting: bool = True
    ) -> None:
        """Writes a record in the place of the one with this ETag, and before it what stands under these keys.

        What is not lasting is undone where the machine dies that holds the store. Raises `Conflict` where that record is gone.
        """
        self._held = None
        key, data = key_of(record), _encoded(record)
        try:
            if files:
                written = self._objects.put_all(files, Write(key, data, if_match=etag))
            else:
                written = self._objects.put(key, data, if_match=etag, is_lasting=is_lasting)
        except (PreconditionFailed, ObjectMissing):
            raise Conflict(f"job {record.job_id} was changed by another") from None
        if record.status is JobStatus.RUNNING:
            self._held = (record, written)
        self.changed(record)

    def change(self, user_id: str, job_id: str, change: Callable[[JobRecord], JobRecord]) -> JobRecord:
        """The record after a change of what it is now. Raises what the change raises, `JobMissing` and `Conflict`."""
        for _ in range(_SWAPS_TRIED):
            record, etag = self.read(user_id, job_id)
            changed = change(record)
            try:
                self.swap(changed, etag)
            except Conflict:
                continue
            return changed
        raise Conflict(f"job {job_id} changes too fast")

    def found(self, items: Sequence[Listed]) -> list[Found | None]:
        """What is under listed keys, read where it changed since it was last read here; None for a deleted job."""
        with self._lock:
            seen = [self._seen.get(item.key, ("", None, 0)) for item in items]
        found: list[Found | None] = [
            record if etag == item.etag else None for item, (etag, record, _) in zip(items, seen, strict=True)
        ]
        changed = [at for at, record in enumerate(found) if record is None]
        if changed:
            with ThreadPoolExecutor(min(_READERS, len(changed))) as readers:
                for at, one in zip(changed, readers.map(lambda at: self._reread(items[at]), changed), strict=True):
                    found[at] = one
        return found

    def _reread(self, item: Listed) -> Found | None:
        try:
            record = _decoded(item.key, self._objects.get(item.key).data)
        except ObjectMissing:
            return None  # Deleted since it was listed.
        except RecordDamaged as error:
            log.error("%s", error)
            return Unreadable(job_id_of(item.key))
        self._remember(item, record)
        return record

    def _remember(self, item: Listed, record: JobRecord) -> None:
        with self._lock:
            self._seen_bytes += item.size - self._seen.pop(item.key, ("", None, 0))[2]
            self._seen[item.key] = (item.etag, record, item.size)
            while len(self._seen) > _CACHED_RECORDS or self._seen_bytes > _CACHED_BYTES:
                self._seen_bytes -= self._seen.popitem(last=False)[1][2]


def unheard(_: JobRecord) -> None:
    """Nobody is told."""


def key_of(record: JobRecord) -> str:
    """Where a record lies."""
    return record_key(record.user_id, record.job_id)


def hold(record: JobRecord, attempt_id: str | None) -> None:
    """Raises `Conflict` where this attempt does not hold the job."""
    if record.status is not JobStatus.RUNNING or record.attempt_id != attempt_id:
        raise Conflict(f"job {record.job_id} is no longer this attempt's")


def intact(key: str, data: bytes) -> JobRecord | None:
    """The record that is written so; None for a damaged one."""
    try:
        return _decoded(key, data)
    except RecordDamaged:
        return None


def _is_of_same_attempt(one: JobRecord, other: JobRecord) -> bool:
    names = ("user_id", "job_id", "attempt_id", "created_at")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def missing(user_id: str, job_id: str) -> JobMissing:
    """What is raised for a job that is not there."""
    return JobMissing(f"user {user_id} has no job {job_id}")


def _encoded(record: JobRecord) -> bytes:
    return record.model_dump_json(indent=1).encode()


def _decoded(key: str, data: bytes) -> JobRecord:
    try:
        return JobRecord.model_validate_json(data)
    except ValidationError as error:
        problems = {".".join(map(str, one["loc"])) or one["msg"] for one in error.errors()}
        raise RecordDamaged(f"the record {key} is damaged: {', '.join(sorted(problems))}") from error
