"""What the service tells, typed. Fields that a newer service adds are kept and passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Row = Mapping[str, str | None]
"""A row, its cells by their columns' names; None is a missing cell."""


class Status(StrEnum):
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


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class Problem(_Told):
    """Why a job failed."""

    title: str
    detail: str


class Queued(_Told):
    """Where a waiting job stands; 1 is the next."""

    position: int
    estimated_wait_seconds: float


class Answer(_Told):
    """One of a question's answers: the output rows that it stands for, and why they would be so."""

    answer: int
    cell: str | None = None
    rows: list[dict[str, str | None]] = []
    explanation: str = ""
    is_converter: bool = False


class Question(_Told):
    """What the example does not tell: a row on which programs that fit it differ."""

    id: str = ""
    kind: str = ""
    column: str | None = None
    question: str = ""
    given: dict[str, str | None] | None = None
    answers: list[Answer] = []


class Job(_Told):
    """A training or an inference, as its record has it; what is not listed here can be read as an attribute too."""

    job_id: str
    user_id: str
    kind: Literal["train", "inference"]
    status: Status
    created_at: datetime
    updated_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    job_title: str | None = None
    phase: str | None = None
    round: int | None = None
    best_match: float | None = None
    queue: Queued | None = None
    error: Problem | None = None
    report: dict[str, Any] | None = None
    outcome: Literal["clean", "with_problems"] | None = None
    rows: dict[str, int | None] | None = None
    batch: "Batch | None" = None
    notes: list[str] = []

    @property
    def confidence(self) -> float | None:
        """Of a training: how likely a further file comes out right."""
        told = (self.report or {}).get("confidence")
        return None if told is None else float(told)

    @property
    def questions(self) -> list[Question]:
        """Of a training: where a person should say what is meant; answered by `correct`."""
        return [Question.model_validate(one) for one in (self.report or {}).get("questions") or ()]


class BatchFile(_Told):
    """What became of one file of a batch: its output, or why it failed."""

    number: int
    name: str
    output: str | None = None
    bytes_out: int = 0
    outcome: Literal["clean", "with_problems"] | None = None
    rows: dict[str, int | None] | None = None
    notes: list[str] = []
    error: Problem | None = None


class Batch(_Told):
    """How many files a batch has, how many are done, and how many of those failed."""

    files: int
    done: int = 0
    failed: int = 0


class PreviewRow(_Told):
    """A row as it was, and the rows that it becomes; None where output rows do not come from one input row each."""

    row: int
    given: dict[str, str | None]
    made: list[dict[str, str | None]] | None
    marks: list[str]


class Doubtful(_Told):
    """A row on which programs that fit the example differ."""

    row: int | None
    given: dict[str, str | None] | None
    column: str | None
    answers: list[Answer]


class Preview(_Told):
    """A file as it would become."""

    header: list[str]
    given_header: list[str]
    rows: list[PreviewRow]
    output: list[list[str | None]]
    doubtful: list[Doubtful]
    problems: list[dict[str, Any]]
    counts: dict[str, int]
    one_to_one: bool
    notes: list[str]


class Event(_Told):
    """A change of a job: `name` is status, phase, end or deleted."""

    name: str
    id: str
    at: datetime | None = None
    status: Status | None = None
    attempt: int = 0
    phase: str | None = None
    round: int | None = None
    best_match: float | None = None


@dataclass(frozen=True)
class Named:
    """A converter by its name, in place of the training that it came from; its current version where none is given."""

    name: str
    version: int | None = None


@dataclass(frozen=True)
class Correction:
    """A row as the file has it, and what it should become: a row, rows, or None where it is to be left out."""

    given: Row
    expected: Row | list[Row] | None


@dataclass(frozen=True)
class Progress:
    """How far something is: `stage` is sending, queued, running or receiving; of bytes, how many of how many."""

    stage: Literal["sending", "queued", "running", "receiving"]
    done: int = 0
    total: int | None = None
    job: Job | None = None

    @property
    def share(self) -> float | None:
        """The part that is done, from 0 to 1; None where nobody knows."""
        return min(1.0, self.done / self.total) if self.total else None

    def __str__(self) -> str:
        """One line for a person."""
        if self.stage in ("sending", "receiving"):
            return f"{self.stage} {self.done / 1e6:.1f} MB" + (f" of {self.total / 1e6:.1f} MB" if self.total else "")
        if self.job is None or self.stage == "queued":
            place = self.job.queue if self.job is not None else None
            return "waiting" + (f", number {place.position} in the queue" if place is not None else "")
        told = [self.job.phase or str(self.job.status)]
        told += [f"{self.job.batch.done} of {self.job.batch.files} files"] if self.job.batch is not None else []
        told += [f"round {self.job.round}"] if self.job.round else []
        told += [f"{self.job.best_match:.0%} of the cells so far"] if self.job.best_match is not None else []
        return ", ".join(told)


Job.model_rebuild()
