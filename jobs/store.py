"""Jobs in an object store: how they are acknowledged, claimed, finished, found again and deleted.

The store is the truth. Every change of a record is a compare-and-swap on its ETag, so of two workers one wins.

    jobs/{user_id}/{job_id}.json   the record, under named/ where the client chose the id (`Records`)
    files/{user_id}/{job_id}/…     what was given, and what attempts made (`jobs.files`)
    idempotency/{user_id}/HASH     which job a request's key stands for
    open/{user_id}/{job_id},…      stands while the job is not final (`OpenJob`)

The order of writes makes a crash at any point harmless: files, then the open marker, then the record; and at the end the
record, then the marker. A marker without a record belongs to a job that was never acknowledged.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jobs.bounds import fitting
from jobs.deliveries import Deliveries, announce
from jobs.errors import AttemptsExhausted, Conflict, FileMissing, JobMissing, ObjectMissing
from jobs.files import Content, delete_all, folder_of, joined, parts_of, put_files
from jobs.idempotency import Acknowledgement, acknowledge, acknowledged, forget
from jobs.listing import Choice, Listing, Page, job_id_of, position, record_key
from jobs.objects import ObjectStore
from jobs.open_job import PREFIX, OpenJob
from jobs.record import JobRecord, JobStatus, Problem, RunOutcome
from jobs.records import Records, hold, intact, key_of, missing

log = logging.getLogger(__name__)

_ALL = Choice()
# A marker says all by its key.
_OPEN = b""
IN_PARTS = "converting in parts"
"""The phase of an attempt that keeps pieces of its work (`put_part`)."""
_ABANDONED_AFTER = timedelta(hours=1)


class JobStore:
    """The jobs of all users. All calls block; safe to use from many threads and processes."""

    def __init__(self, objects: ObjectStore) -> None:
        self.objects = objects
        self.records = Records(objects)
        self._listing = Listing(objects, self.records.found)

    def create(self, record: JobRecord, files: Mapping[str, bytes | Path]) -> JobRecord:
        """Stores a new job with its files; when this returns, the job can no longer be lost.

        Raises `Conflict` where the user has a job of this id.
        """
        keys = {name: f"{folder_of(record)}{name}" for name in files}
        stored = record.model_copy(update={"files": keys})
        self.records.create(stored, {_marker(record): _OPEN} | {keys[name]: content for name, content in files.items()})
        return stored

    def submitted(self, user_id: str, key: str, digest: str) -> JobRecord | None:
        """The job that a request with this key and body has made already. Raises `KeyReused` for another body."""
        earlier = acknowledged(self.objects, user_id, key, digest)
        return None if earlier is None else self._made_by(user_id, earlier)

    def submit(self, record: JobRecord, files: Mapping[str, bytes | Path], *, replace: bool, digest: str) -> JobRecord:
        """Stores a job, in the place of another if it is to replace it; once for each `idempotency_key`.

        `digest` is that of the request's body. Raises `Conflict`, and `KeyReused` for a key that stands for another body.
        """
        if record.idempotency_key is not None:
            mine = Acknowledgement.of(record, digest)
            agreed = acknowledge(self.objects, record.user_id, record.idempotency_key, mine)
            made = self._made_by(record.user_id, agreed) if agreed != mine else None
            if made is not None:
                return made
            record = record.model_copy(update={"job_id": agreed.job_id})
        if replace:
            return self.replace(record, files)
        try:
            return self.create(record, files)
        except Conflict:
            if record.idempotency_key is None:
                raise
            # The same request, sent twice at once: the other one has stored the job.
            return self.get(record.user_id, record.job_id)

    def replace(self, record: JobRecord, files: Mapping[str, bytes | Path]) -> JobRecord:
        """Stores a job in the place of the user's job of the same id, if there is one; that one's work counts no more."""
        folder = f"{folder_of(record)}given/{record.created_at:%Y%m%dT%H%M%S%f}/"
        stored = record.model_copy(update={"files": put_files(self.objects, folder, files)})
        self.objects.put(_marker(record), _OPEN)
        before = self.records.put(stored)
        if before is not None:
            self._unmark(record.user_id, record.job_id, intact(key_of(record), before.data))
        # Their markers may be the same, or the replaced job's end may have taken this one away.
        self.objects.put(_marker(record), _OPEN)
        delete_all(self.objects, folder_of(record), keep=set(stored.files.values()))
        return stored

    def get(self, user_id: str, job_id: str) -> JobRecord:
        """One job. Raises `JobMissing`."""
        return self.records.read(user_id, job_id)[0]

    def list_of(self, user_id: str) -> list[JobRecord]:
        """The user's jobs that can be read, newest first. Reads only those that changed since they were last read here."""
        found = self.records.found(list(self.objects.list(f"jobs/{user_id}/")))
        return sorted((one for one in found if isinstance(one, JobRecord)), key=position, reverse=True)

    def page(self, user_id: str, limit: int, cursor: str | None = None, choice: Choice = _ALL) -> Page:
        """At most `limit` of the user's jobs, newest first, behind the cursor. Raises `ValueError` for a foreign cursor."""
        return self._listing.page(user_id, limit, cursor, choice)

    def open_jobs(self) -> list[OpenJob]:
        """All jobs that may not be final, oldest first: one listing and no read, however many there are."""
        found = []
        for item in self.objects.list(PREFIX):
            try:
                found.append(OpenJob.parse(item.key))
            except ValueError:
                log.warning("%s is no marker of an open job; it is passed over", item.key)
        return sorted(found, key=lambda job: (job.created_at, job.job_id))

    def settle(self, job: OpenJob) -> bool:
        """Takes the marker away where it stands for no open job, and what attempts left; gives whether the job is open.

        A marker without a record is kept for a while, since its record may be about to be written.
        """
        try:
            record = self.get(job.user_id, job.job_id)
        except JobMissing:
            if datetime.now(UTC) - job.created_at > _ABANDONED_AFTER:
                self.objects.delete(job.marker)
            return False
        if record.status.is_final:
            self.sweep(record)
            announce(self.objects, record)
        elif OpenJob.of(record) == job:
            return True
        self.objects.delete(job.marker)
        return False

    def claim(self, user_id: str, job_id: str, attempt_id: str, phase: str | None = None) -> JobRecord:
        """Starts an attempt, and its first phase: the record is `running` under this attempt's id, and under no other's.

        Raises `Conflict` for a final job, `AttemptsExhausted` (and the job has failed) where all attempts are used up.
        """
        record, etag = self.records.read(user_id, job_id)
        if not record.status.is_final and record.exhaustion is not None:
            failed = _given_up(record)
            self.records.swap(failed, etag)
            self._close(failed)
            raise AttemptsExhausted(record.exhaustion)
        now = datetime.now(UTC)
        changes = {"attempt": record.attempt + 1, "attempt_id": attempt_id, "started_at": now}
        changes |= {"phase": None, "round": None, "best_match": None, "tokens": None, "cost_dollars": None}
        claimed = record.with_status(JobStatus.RUNNING, **changes)
        if phase is not None:
            # Who follows the events is told of both.
            claimed = claimed.model_copy(update={"phase": phase}).with_event()
        # A machine's death ends the run with it: the job is then as it was before.
        self.records.swap(claimed, etag, is_lasting=False)
        return claimed

    def progress(
        self,
        record: JobRecord,
        phase: str,
        *,
        round: int | None = None,
        best_match: float | None = None,
        tokens: int | None = None,
        cost_dollars: float | None = None,
        **changes: Any,
    ) -> JobRecord:
        """Notes what the attempt is at, what a model has cost it, and further fields of the record.

        Raises `Conflict` where it no longer holds the job.
        """
        current, etag = self.records.held(record)
        is_lasting = bool(changes)
        changes |= {"phase": phase, "round": round, "best_match": best_match, "updated_at": datetime.now(UTC)}
        changes |= {"tokens": tokens, "cost_dollars": cost_dollars}
        noted = current.model_copy(update=changes).with_event()
        self.records.swap(noted, etag, is_lasting=is_lasting)
        return noted

    def finish(
        self,
        record: JobRecord,
        status: JobStatus,
        *,
        report: dict[str, Any] | None = None,
        error: Problem | None = None,
        files: Mapping[str, Content] | None = None,
        outcome: RunOutcome | None = None,
        rows: dict[str, int | None] | None = None,
        **changes: Any,
    ) -> JobRecord:
        """Ends the attempt's job. The files count from the swap of the record on, and are deleted where that is lost.

        `changes` are further fields of the record. Raises `Conflict` where the attempt no longer holds the job.
        """
        current, etag = self.records.held(record)
        made, left = joined(self.objects, f"{folder_of(record)}attempts/{record.attempt_id}/", files or {})
        told = None if report is None else fitting(report)
        changes |= {"report": told, "error": error, "outcome": outcome, "rows": rows}
        ended = current.with_status(status, files={**current.files, **made}, **changes)
        try:
            self.records.swap(ended, etag, left)
        except Conflict:
            for key in made.values():
                self.objects.delete(key)
            raise
        # The first phases of both kinds keep no pieces of work for a further attempt.
        if ended.attempt > 1 or current.phase not in (None, "learning", "converting"):
            self.sweep(ended)
        # Last: whoever dies before this leaves a marker, and who finds that does the rest.
        self._close(ended)
        return ended

    def cancel(self, user_id: str, job_id: str) -> JobRecord:
        """Ends a job that is not final as `cancelled`. Raises `JobMissing`, and `Conflict` for a final job."""
        return self._change(user_id, job_id, lambda record: record.with_status(JobStatus.CANCELLED))

    def fail(self, user_id: str, job_id: str, error: Problem) -> JobRecord:
        """Ends a job that is not final as failed, whoever holds it. Raises `JobMissing`, and `Conflict` for a final job."""
        return self._change(user_id, job_id, lambda record: record.with_status(JobStatus.FAILED, error=error))

    def retry(self, user_id: str, job_id: str) -> JobRecord:
        """Queues a failed or cancelled job again. Raises `JobMissing`, and `Conflict` for a job in another status."""
        record, etag = self.records.read(user_id, job_id)
        queued = record.anew()
        # The marker first: a job that is queued and has none would be forgotten.
        self.objects.put(_marker(queued), _OPEN)
        self.records.swap(queued, etag)
        return queued

    def requeue(self, user_id: str, job_id: str, attempt_id: str) -> None:
        """Gives an attempt back unused; nothing where the job is no longer this attempt's."""

        def given_back(record: JobRecord) -> JobRecord:
            hold(record, attempt_id)
            changes = {"attempt": record.attempt - 1, "attempt_id": None, "phase": None}
            return record.with_status(JobStatus.QUEUED, **changes)

        self._change_if_held(user_id, job_id, given_back)

    def crashed(self, user_id: str, job_id: str, attempt_id: str) -> JobRecord | None:
        """Notes that an attempt's worker died: the job is queued again, or has failed where that was its last attempt.

        Gives the record; None (and does nothing) where the job is no longer this attempt's.
        """

        def crash(record: JobRecord) -> JobRecord:
            hold(record, attempt_id)
            struck = record.model_copy(update={"crashes": record.crashes + 1})
            if struck.exhaustion is not None:
                return _given_up(struck)
            return struck.with_status(JobStatus.QUEUED, attempt_id=None, phase=None)

        return self._change_if_held(user_id, job_id, crash)

    def delete(self, user_id: str, job_id: str) -> None:
        """Deletes a job, its files and its marker; its running work can no longer finish it. Raises `JobMissing`."""
        key = record_key(user_id, job_id)
        try:
            data = self.objects.get(key).data
        except ObjectMissing:
            raise missing(user_id, job_id) from None
        # The record goes first: from then on nothing shows a job whose files are half gone.
        self.objects.delete(key)
        record = intact(key, data)
        self._unmark(user_id, job_id, record)
        if record is not None:
            forget(self.objects, record)
        delete_all(self.objects, f"files/{user_id}/{job_id}/")
        Deliveries(self.objects).forget(user_id, job_id)

    def delete_final(self, record: JobRecord) -> None:
        """Deletes a job that has ended as this record has it. Raises `Conflict` where it has changed since, `JobMissing`."""
        current, etag = self.records.read(record.user_id, record.job_id)
        if current != record or not current.status.is_final:
            raise Conflict(f"job {record.job_id} has changed")
        # From here on it cannot be retried: who reads it meanwhile finds that it goes, who has read it before loses the swap.
        self.records.swap(current.model_copy(update={"deleted_at": datetime.now(UTC)}), etag)
        self.delete(record.user_id, record.job_id)

    def users(self) -> list[str]:
        """All users that have jobs."""
        return list(dict.fromkeys(item.key.split("/")[1] for item in self.objects.list("jobs/")))

    def count_of(self, user_id: str) -> int:
        """How many jobs a user has."""
        return sum(1 for _ in self.objects.list(f"jobs/{user_id}/"))

    def sizes_of(self, user_id: str) -> Counter[str]:
        """The bytes of each job's files, by the job's id."""
        sizes = Counter[str]()
        for item in self.objects.list(f"files/{user_id}/"):
            sizes[item.key.split("/")[2]] += item.size
        return sizes

    def delete_user(self, user_id: str) -> None:
        """Deletes all jobs of a user."""
        for item in list(self.objects.list(f"jobs/{user_id}/")):
            with suppress(JobMissing):  # Deleted by another meanwhile.
                self.delete(user_id, job_id_of(item.key))
        for folder in ("files", "idempotency"):
            delete_all(self.objects, f"{folder}/{user_id}/")
        Deliveries(self.objects).forget(user_id)

    def stream(self, record: JobRecord, name: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """One of the job's files, or its bytes from `start` up to `end`, in pieces. Raises `FileMissing`."""
        with _held(record, name) as key:
            return self.objects.stream(key, start=start, end=end)

    def key_of(self, record: JobRecord, name: str) -> str:
        """The key of one of the job's files; what is under it never changes. Raises `FileMissing`."""
        with _held(record, name) as key:
            return key

    def size(self, record: JobRecord, name: str) -> int:
        """The bytes of one of the job's files. Raises `FileMissing`."""
        with _held(record, name) as key:
            return self.objects.size(key)

    def fetch(self, record: JobRecord, name: str, path: Path) -> None:
        """Writes one of the job's files to `path`. Raises `FileMissing`."""
        with _held(record, name) as key:
            self.objects.download(key, path)

    def put_part(self, record: JobRecord, name: str, content: bytes | Path) -> None:
        """Keeps a piece of the job's work beside its files, for this attempt and the ones after it."""
        put_files(self.objects, parts_of(record), {name: content})

    def parts(self, record: JobRecord) -> dict[str, str]:
        """The kept pieces' keys by name."""
        prefix = parts_of(record)
        return {item.key.removeprefix(prefix): item.key for item in self.objects.list(prefix)}

    def sweep(self, record: JobRecord) -> None:
        """Deletes what attempts at a final job have left behind: files that do not count, and kept pieces."""
        for folder in (f"{folder_of(record)}attempts/", parts_of(record)):
            delete_all(self.objects, folder, keep={*record.files.values()})

    def _made_by(self, user_id: str, agreed: Acknowledgement) -> JobRecord | None:
        """The job that an acknowledgement speaks of; None where it is yet to be stored, or to replace another."""
        try:
            record = self.get(user_id, agreed.job_id)
        except JobMissing:
            return None
        return record if record.created_at >= agreed.created_at else None

    def _unmark(self, user_id: str, job_id: str, record: JobRecord | None) -> None:
        """Takes away the marker of a record that stands no more; of a damaged one, which is None, every one of its job."""
        if record is None:
            delete_all(self.objects, f"{PREFIX}{user_id}/{job_id},")
        else:
            self.objects.delete(_marker(record))

    def _close(self, record: JobRecord) -> None:
        """Has a job's end told, then takes its marker away: whoever dies between leaves it, and who finds it does the rest."""
        announce(self.objects, record)
        # One that is back after the machine's death is found, and does no harm.
        self.objects.delete(_marker(record), is_lasting=False)

    def _change(self, user_id: str, job_id: str, change: Callable[[JobRecord], JobRecord]) -> JobRecord:
        changed = self.records.change(user_id, job_id, change)
        if changed.status.is_final:
            self._close(changed)
        return changed

    def _change_if_held(self, user_id: str, job_id: str, change: Callable[[JobRecord], JobRecord]) -> JobRecord | None:
        try:
            return self._change(user_id, job_id, change)
        except (Conflict, JobMissing) as reason:
            log.info("job %s is left as it is: %s", job_id, reason)
            return None


@contextmanager
def _held(record: JobRecord, name: str) -> Iterator[str]:
    """The key of one of the job's files. Raises `FileMissing` where the record names none, and where the store has lost it."""
    if name not in record.files:
        raise FileMissing(f"job {record.job_id} has no file {name}")
    try:
        yield record.files[name]
    except ObjectMissing as error:
        raise FileMissing(f"job {record.job_id} has lost its file {name}") from error


def _marker(record: JobRecord) -> str:
    return OpenJob.of(record).marker


def _given_up(record: JobRecord) -> JobRecord:
    problem = Problem(title="Given up", detail=record.exhaustion or "")
    return record.with_status(JobStatus.FAILED, error=problem)
