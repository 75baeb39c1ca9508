"""Job records and the only ways in which they change.

A record is one JSON object; a status changes only through `with_status`, which holds it to the allowed changes.
"""

import re
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from jobs.bounds import DETAIL_CHARACTERS, TITLE_CHARACTERS, clipped, clipped_notes
from jobs.errors import Conflict

_IDENTIFIER = re.compile(r"[A-Za-z0-9._@-]{1,128}")


class JobKind(StrEnum):
    """What a job does."""

    TRAIN = "train"
    INFERENCE = "inference"


class JobStatus(StrEnum):
    """Where a job stands. Final statuses never change."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether the job has come to its end."""
        return self in (self.SUCCEEDED, self.FAILED, self.CANCELLED)


class OutputFormat(StrEnum):
    """What an inference's output is; the value is the ending of its file's name."""

    CSV = "csv"
    GZ = "csv.gz"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """As HTTP has it."""
        if self is self.CSV:
            return "text/csv; charset=utf-8"
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return "application/gzip" if self is self.GZ else sheet


class OnError(StrEnum):
    """What becomes of rows that are not sound: a check breaks, a value cannot be read or is unknown."""

    BLANK = "blank"
    REJECT = "reject"
    FAIL = "fail"


class RunOutcome(StrEnum):
    """Whether all rows of an inference were sound."""

    CLEAN = "clean"
    WITH_PROBLEMS = "with_problems"


class Mode(StrEnum):
    """How a converter may be learned."""

    AUTO = "auto"
    SYNTHESIS = "synthesis"
    CREW = "crew"


_ALLOWED = {
    JobStatus.QUEUED: {JobStatus.RUNNING, JobStatus.FAILED, JobStatus.CANCELLED},
    # From running to running: the next attempt, after the last one's node died. To queued: it was given back.
    JobStatus.RUNNING: {
        JobStatus.QUEUED,
        JobStatus.RUNNING,
        JobStatus.SUCCEEDED,
        JobStatus.FAILED,
        JobStatus.CANCELLED,
    },
}
# Attempts that ended by no fault of the job's (its node or the queue died) are borne so many times over.
_INTERRUPTIONS_BORNE = 10
# A crew's 20 rounds of some phases each.
_EVENTS_KEPT = 100
_MADE_BY_ATTEMPTS = {
    "status", "started_at", "finished_at", "attempt", "crashes", "attempt_id", "phase", "round", "best_match", "tokens",
    "cost_dollars", "error", "report", "outcome", "rows",
}  # fmt: skip


class Problem(BaseModel):
    """Why a job failed, in words for its owner."""

    model_config = ConfigDict(frozen=True)

    title: Annotated[str, AfterValidator(lambda text: clipped(text, TITLE_CHARACTERS))]
    detail: Annotated[str, AfterValidator(lambda text: clipped(text, DETAIL_CHARACTERS))]


class JobEvent(BaseModel):
    """A change that people watch a job for; `id` counts from 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    at: datetime
    status: JobStatus
    attempt: int = 0
    phase: str | None = None
    round: int | None = None
    best_match: float | None = None


class Batch(BaseModel):
    """The files of an inference that has many: how many, how many are done, and how many of those failed."""

    model_config = ConfigDict(frozen=True)

    files: int
    done: int = 0
    failed: int = 0


class Source(BaseModel):
    """A file that a request has named where it lies: the state of it that is read, its size, and how much of it has come.

    Where it lies stands in the job's file `source.json`, since an address may hold a secret.
    """

    model_config = ConfigDict(frozen=True)

    etag: str | None = None
    size: int | None = None
    fetched: int = 0


class JobRecord(BaseModel):
    """One request's work, as it is stored and as clients see it. `files` maps a file's name to its key in the store.

    `attempt` counts the attempts begun, `crashes` those of them whose worker died under the job. While the crew works, `phase`
    and `round` say what it is at, `best_match` the share of the expected cells that its best program makes, `tokens` and
    `cost_dollars` what it has cost so far, dollars where the model's price is known. `encoding` and `delimiter` are those that
    the client named, or those of a CSV that was written from the `sheet` of a workbook; `notes` tell how files were unpacked;
    `ignore_rows` are rows of the expected file, from 1, that are not learned from;
    `input_file` and `expected_output_file` are what the client called its files; an inference of many has a `batch`. `events`
    are the newest changes of what is watched.
    """

    # A newer version's fields are passed over, so that an older one can still read.
    model_config = ConfigDict(frozen=True, extra="ignore")

    job_id: str
    user_id: str
    kind: JobKind
    status: JobStatus = JobStatus.QUEUED
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempt: int = 0
    crashes: int = 0
    max_attempts: int = 3
    deadline_seconds: int | None = None
    attempt_id: str | None = None
    job_title: str | None = None
    description: str | None = None
    owner: str | None = None
    general_instructions: str | None = None
    column_instructions: dict[str, str] = Field(default_factory=dict)
    mode: Mode = Mode.AUTO
    header: bool = True
    ignore_rows: tuple[int, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    expected_encoding: str | None = None
    expected_delimiter: str | None = None
    expected_sheet: str | None = None
    notes: Annotated[tuple[str, ...], AfterValidator(clipped_notes)] = ()
    output_format: OutputFormat = OutputFormat.CSV
    on_error: OnError | None = None
    outcome: RunOutcome | None = None
    rows: dict[str, int | None] | None = None
    batch: Batch | None = None
    source: Source | None = None
    training_job_id: str | None = None
    converter_name: str | None = None
    converter_version: int | None = None
    parent_job_id: str | None = None
    phase: str | None = None
    round: int | None = None
    best_match: float | None = None
    tokens: int | None = None
    cost_dollars: float | None = None
    error: Problem | None = None
    report: dict[str, Any] | None = None
    files: dict[str, str] = Field(default_factory=dict)
    input_file: str | None = None
    expected_output_file: str | None = None
    webhook_url: str | None = None
    events: tuple[JobEvent, ...] = ()
    idempotency_key: str | None = None
    deleted_at: datetime | None = None

    @classmethod
    def new(cls, *, user_id: str, kind: JobKind, job_id: str | None = None, **fields: Any) -> Self:
        """A queued job of this moment, with an id of its own unless one is given."""
        now = datetime.now(UTC)
        made = cls(job_id=job_id or new_job_id(now), user_id=user_id, kind=kind, created_at=now, updated_at=now, **fields)
        return made.with_event()

    @property
    def exhaustion(self) -> str | None:
        """Why the job is not to be tried again, in words for its owner; None where it may be."""
        if self.crashes >= self.max_attempts:
            return (
                f"The worker died in each of {self.crashes} attempts. The job may need more memory than a worker has; "
                "try a smaller file, or ask the operator."
            )
        if self.attempt >= self.max_attempts * _INTERRUPTIONS_BORNE:
            return f"Each of {self.attempt} attempts was interrupted, as when machines go down; ask the operator, then retry."
        return None

    def anew(self) -> Self:
        """The final job as it was when it was new, with what was given to it. Raises `Conflict` where it may not be retried."""
        if self.deleted_at is not None:
            raise Conflict(f"job {self.job_id} is being deleted, since it was kept as long as jobs are")
        if self.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
            raise Conflict(f"job {self.job_id} is {self.status}; only a failed or cancelled job can be retried")
        kept = self.model_dump(exclude=_MADE_BY_ATTEMPTS) | {"updated_at": datetime.now(UTC)}
        kept |= {"batch": self.batch and Batch(files=self.batch.files)}
        return type(self).model_validate(kept).with_event()

    def with_status(self, status: JobStatus, **changes: Any) -> Self:
        """The record in another status. Raises `Conflict` where that change is not allowed."""
        if status not in _ALLOWED.get(self.status, set()):
            raise Conflict(f"job {self.job_id} is {self.status}; it cannot become {status}")
        now = datetime.now(UTC)
        stamps = {"finished_at": now, "phase": None} if status.is_final else {}
        return self.model_copy(update={"status": status, "updated_at": now, **stamps, **changes}).with_event()

    def with_event(self) -> Self:
        """The record with what is new in it as its last event, where something that is watched is new."""
        last = self.events[-1] if self.events else None
        fields = {name: getattr(self, name) for name in ("status", "attempt", "phase", "round", "best_match")}
        event = JobEvent(id=last.id + 1 if last else 1, at=self.updated_at, **fields)
        if last is not None and last.model_copy(update={"id": event.id, "at": event.at}) == event:
            return self
        return self.model_copy(update={"events": (*self.events[1 - _EVENTS_KEPT :], event)})


def new_job_id(now: datetime) -> str:
    """An id that nobody can guess; ids of later moments sort behind earlier ones."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(6)}"


def validate_identifier(value: str) -> str:
    """The value, where it can be a user's or a job's id. Raises `ValueError` with what is wrong."""
    if not value:
        raise ValueError("must not be empty")
    if len(value) > 128:
        raise ValueError(f"has {len(value)} characters; at most 128 are allowed")
    if value in (".", ".."):
        raise ValueError("must not be . or ..")
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError("may hold letters a to z, digits and . _ @ - only")
    return value
