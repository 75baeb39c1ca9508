"""A job that is not final, as its marker under `open/` names it: all that the queue needs, without a read per job."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from jobs.record import JobKind, JobRecord

PREFIX = "open/"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A job to be carried out. `deadline_seconds` is how long it may run; None leaves that to its kind's setting."""

    user_id: str
    job_id: str
    kind: JobKind
    created_at: datetime
    deadline_seconds: int | None = None

    @classmethod
    def of(cls, record: JobRecord) -> Self:
        """The open job of a record."""
        return cls(record.user_id, record.job_id, record.kind, record.created_at, record.deadline_seconds)

    @classmethod
    def parse(cls, key: str) -> Self:
        """The job that a marker's key names. Raises `ValueError` for a key that is no marker's."""
        user_id, named = key.removeprefix(PREFIX).split("/")
        job_id, kind, created, deadline = named.split(",")
        moment = _EPOCH + timedelta(microseconds=int(created))
        return cls(user_id, job_id, JobKind(kind), moment, int(deadline) if deadline else None)

    @property
    def name(self) -> tuple[str, str]:
        """What tells this job from others."""
        return self.user_id, self.job_id

    @property
    def marker(self) -> str:
        """The key of its marker. No identifier has a comma."""
        created = (self.created_at - _EPOCH) // timedelta(microseconds=1)
        return f"{PREFIX}{self.user_id}/{self.job_id},{self.kind},{created},{self.deadline_seconds or ''}"
