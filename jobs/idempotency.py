"""Requests that may be sent twice: one key of a user's stands for one body and one job, also after a restart.

The store keeps `idempotency/{user_id}/{hash of the key}`: written once, by one of many, after a request was checked and before
its job is stored. Who finds it there with the same body carries on with its job's id, so a crash between the two loses nothing.
"""

import hashlib
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from jobs.errors import KeyReused, ObjectMissing, PreconditionFailed
from jobs.objects import ObjectStore
from jobs.record import JobRecord


class Acknowledgement(BaseModel):
    """What a key stands for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    digest: str
    job_id: str
    created_at: datetime

    @classmethod
    def of(cls, record: JobRecord, digest: str) -> Self:
        """The acknowledgement of a job whose request's body has this digest."""
        return cls(digest=digest, job_id=record.job_id, created_at=record.created_at)


def acknowledged(objects: ObjectStore, user_id: str, key: str, digest: str) -> Acknowledgement | None:
    """What the key stands for already, if for anything. Raises `KeyReused` where that was another body."""
    try:
        earlier = Acknowledgement.model_validate_json(objects.get(_place(user_id, key)).data)
    except ObjectMissing:
        return None
    if earlier.digest != digest:
        raise KeyReused(f"the Idempotency-Key {key!r} stands for another request already; give each request a key of its own")
    return earlier


def acknowledge(objects: ObjectStore, user_id: str, key: str, mine: Acknowledgement) -> Acknowledgement:
    """Has the key stand for this, or gives what another request made it stand for first. Raises `KeyReused`."""
    try:
        objects.put(_place(user_id, key), mine.model_dump_json().encode(), if_absent=True)
    except PreconditionFailed:
        # Gone again only where its job was deleted at this very moment.
        return acknowledged(objects, user_id, key, mine.digest) or mine
    return mine


def forget(objects: ObjectStore, record: JobRecord) -> None:
    """Frees the key of a job that is deleted."""
    if record.idempotency_key is not None:
        objects.delete(_place(record.user_id, record.idempotency_key))


def _place(user_id: str, key: str) -> str:
    return f"idempotency/{user_id}/{hashlib.sha256(key.encode()).hexdigest()}"
