"""How long jobs are kept: by age, number and bytes for each user. Only what has ended is taken away, the oldest first.

A training counts from its last inference: a converter that is in use is not old.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jobs.audit import Audit
from jobs.errors import Conflict, JobMissing
from jobs.record import JobKind, JobRecord
from jobs.store import JobStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retention:
    """What is kept of each user's jobs; None stands for all."""

    days: float | None = None
    jobs: int | None = None
    bytes: int | None = None

    def __bool__(self) -> bool:
        return (self.days, self.jobs, self.bytes) != (None, None, None)


def expired(records: Sequence[JobRecord], sizes: Counter[str], retention: Retention, now: datetime) -> list[JobRecord]:
    """Those of a user's jobs that are to go, the oldest first; `sizes` are the bytes of each job's files, by its id."""
    used = {one.job_id: one.finished_at or one.updated_at for one in records}
    for one in records:
        if one.kind is JobKind.INFERENCE and one.training_job_id in used:
            used[one.training_job_id] = max(used[one.training_job_id], one.created_at)
    # What has not ended is kept, and counts.
    count, size = 0, 0
    gone: list[JobRecord] = []
    for one in sorted(records, key=lambda one: (one.status.is_final, -used[one.job_id].timestamp())):
        count, size = count + 1, size + sizes[one.job_id]
        is_old = retention.days is not None and now - used[one.job_id] > timedelta(days=retention.days)
        is_beyond = (retention.jobs is not None and count > retention.jobs) or (
            retention.bytes is not None and size > retention.bytes
        )
        if one.status.is_final and (is_old or is_beyond or one.deleted_at is not None):
            gone.append(one)
            # Its room is free for those that are older, where they are smaller.
            count, size = count - 1, size - sizes[one.job_id]
    return gone[::-1]


def apply(jobs: JobStore, retention: Retention, audit_days: int | None, now: datetime | None = None) -> int:
    """Deletes what is to go of all users' jobs, and lines of the audit log that are older than that; gives how many jobs.

    Blocks. Raises `StoreUnavailable`.
    """
    now = now or datetime.now(UTC)
    if audit_days is not None:
        Audit(jobs.objects).forget_before((now - timedelta(days=audit_days)).date())
    return sum(_applied(jobs, user_id, retention, now) for user_id in jobs.users()) if retention else 0


def _applied(jobs: JobStore, user_id: str, retention: Retention, now: datetime) -> int:
    sizes = jobs.sizes_of(user_id) if retention.bytes is not None else Counter[str]()
    return sum(_deleted(jobs, expired(jobs.list_of(user_id), sizes, retention, now)))


def _deleted(jobs: JobStore, records: Iterable[JobRecord]) -> Iterable[bool]:
    for record in records:
        try:
            jobs.delete_final(record)
        except (Conflict, JobMissing):
            log.info("job %s has changed; it is kept", record.job_id)
            yield False
        else:
            log.info("job %s of user %s was kept as long as jobs are", record.job_id, record.user_id)
            yield True
