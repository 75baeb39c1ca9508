"""Webhooks in the store: whom to tell of a job's end, and what became of it.

    deliveries/{user_id}/{job_id}/{id}.json  a message, and each attempt at its delivery
    outbox/{user_id}/{job_id},{id}           stands while the message is to be delivered
    webhooks/{user_id}.json                  a user's own address, and the secret that signs

A message is written between the swap that ends its job and the deletion of the job's marker under `open/`, and once: so whoever
dies meanwhile, each end of a job has one message, and it is delivered at least once.
"""

import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from jobs.errors import Conflict, JobMissing, ObjectMissing, PreconditionFailed
from jobs.objects import ObjectStore
from jobs.record import JobRecord

_ATTEMPTS_KEPT = 50
_SWAPS_TRIED = 20


class DeliveryStatus(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class DeliveryAttempt(BaseModel):
    """One sending: the status that it was answered with, or what went wrong."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    status_code: int | None = None
    problem: str | None = None


class Delivery(BaseModel):
    """A message to a webhook. `payload` is its body, byte for byte the same in every attempt."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    delivery_id: str
    user_id: str
    job_id: str
    event: str
    url: str
    status: DeliveryStatus = DeliveryStatus.PENDING
    created_at: datetime
    due_at: datetime
    since: datetime
    attempts: tuple[DeliveryAttempt, ...] = ()
    failures: int = 0
    payload: str

    @classmethod
    def of(cls, record: JobRecord) -> Self:
        """The message that a final job's record calls for; the same whenever it is made."""
        assert record.webhook_url is not None
        assert record.finished_at is not None
        moment = record.finished_at
        said = f"{record.user_id}/{record.job_id}/{record.created_at.isoformat()}/{moment.isoformat()}"
        job = f"/api/v1/{record.user_id}/{record.job_id}"
        kept = ("job_id", "user_id", "kind", "status", "created_at", "finished_at", "job_title", "training_job_id", "error")
        data = json.loads(record.model_dump_json(include={*kept})) | {"links": {"job": job}}
        event = f"job.{record.status}"
        return cls(
            delivery_id=f"msg_{hashlib.sha256(said.encode()).hexdigest()[:24]}",
            user_id=record.user_id,
            job_id=record.job_id,
            event=event,
            url=record.webhook_url,
            created_at=moment,
            due_at=moment,
            since=moment,
            payload=json.dumps({"type": event, "timestamp": moment.isoformat(), "data": data}, ensure_ascii=False),
        )

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells it from others."""
        return self.user_id, self.job_id, self.delivery_id


class Webhook(BaseModel):
    """A user's webhook: the address for jobs that name none, and the secret that all messages to the user are signed with."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str | None = None
    secret: str

    @classmethod
    def new(cls) -> Self:
        """One with a secret that nobody knows."""
        return cls(secret=f"whsec_{b64encode(secrets.token_bytes(32)).decode()}")


def announce(objects: ObjectStore, record: JobRecord) -> None:
    """Writes the message that a final job calls for, if any; once, whoever calls how often."""
    if record.webhook_url is None or record.finished_at is None:
        return
    delivery = Delivery.of(record)
    try:
        objects.put(_key(*delivery.name), delivery.model_dump_json(indent=1).encode(), if_absent=True)
    except PreconditionFailed:
        if Deliveries(objects).get(*delivery.name).status is not DeliveryStatus.PENDING:
            return
    objects.put(_marker(*delivery.name), b"pending")


class Deliveries:
    """All messages, and users' webhooks. All calls block."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def pending(self) -> list[tuple[str, str, str]]:
        """The user, job and id of each message that is to be delivered; one listing."""
        found = []
        for item in self._objects.list("outbox/"):
            user_id, _, rest = item.key.removeprefix("outbox/").partition("/")
            job_id, _, delivery_id = rest.partition(",")
            found.append((user_id, job_id, delivery_id))
        return found

    def get(self, user_id: str, job_id: str, delivery_id: str) -> Delivery:
        """One message. Raises `JobMissing`."""
        return self._read(user_id, job_id, delivery_id)[0]

    def of_job(self, user_id: str, job_id: str) -> list[Delivery]:
        """A job's messages, oldest first."""
        prefix = f"deliveries/{user_id}/{job_id}/"
        found = [Delivery.model_validate_json(self._objects.get(item.key).data) for item in self._objects.list(prefix)]
        return sorted(found, key=lambda one: one.created_at)

    def attempted(self, name: tuple[str, str, str], attempt: DeliveryAttempt, status: DeliveryStatus, due: datetime) -> None:
        """Notes an attempt, and whether and when there is to be another. Raises `JobMissing`."""

        def noted(delivery: Delivery) -> Delivery:
            kept = (*delivery.attempts[1 - _ATTEMPTS_KEPT :], attempt)
            failures = 0 if status is DeliveryStatus.DELIVERED else delivery.failures + 1
            return delivery.model_copy(update={"attempts": kept, "status": status, "due_at": due, "failures": failures})

        self._change(name, noted)
        if status is not DeliveryStatus.PENDING:
            self.settle(name)

    def again(self, user_id: str, job_id: str, delivery_id: str) -> Delivery:
        """Has a message sent again, as if it were new. Raises `JobMissing`."""
        now = datetime.now(UTC)
        changes = {"status": DeliveryStatus.PENDING, "due_at": now, "since": now, "failures": 0}
        name = (user_id, job_id, delivery_id)
        changed = self._change(name, lambda delivery: delivery.model_copy(update=changes))
        self._objects.put(_marker(*name), b"pending")
        return changed

    def settle(self, name: tuple[str, str, str]) -> None:
        """Takes a message out of what is to be delivered."""
        self._objects.delete(_marker(*name))

    def webhook(self, user_id: str) -> Webhook | None:
        """The user's webhook, if there is one."""
        try:
            return Webhook.model_validate_json(self._objects.get(_webhook(user_id)).data)
        except ObjectMissing:
            return None

    def made_webhook(self, user_id: str) -> Webhook:
        """The user's webhook; one with a new secret where there is none."""
        if (there := self.webhook(user_id)) is not None:
            return there
        made = Webhook.new()
        try:
            self._objects.put(_webhook(user_id), made.model_dump_json().encode(), if_absent=True)
        except PreconditionFailed:
            return self.made_webhook(user_id)
        return made

    def set_url(self, user_id: str, url: str | None) -> Webhook:
        """Has the user's jobs that name no webhook tell this one."""
        changed = self.made_webhook(user_id).model_copy(update={"url": url})
        self._objects.put(_webhook(user_id), changed.model_dump_json().encode())
        return changed

    def new_secret(self, user_id: str) -> Webhook:
        """Has the user's messages signed with another secret from now on."""
        changed = Webhook.new().model_copy(update={"url": self.made_webhook(user_id).url})
        self._objects.put(_webhook(user_id), changed.model_dump_json().encode())
        return changed

    def forget(self, user_id: str, job_id: str | None = None) -> None:
        """Deletes a job's messages, or all of a user's and their webhook."""
        prefixes = (
            [f"outbox/{user_id}/", f"deliveries/{user_id}/"]
            if job_id is None
            else [f"outbox/{user_id}/{job_id},", f"deliveries/{user_id}/{job_id}/"]
        )
        for prefix in prefixes:
            for item in list(self._objects.list(prefix)):
                self._objects.delete(item.key)
        if job_id is None:
            self._objects.delete(_webhook(user_id))

    def _read(self, user_id: str, job_id: str, delivery_id: str) -> tuple[Delivery, str]:
        try:
            stored = self._objects.get(_key(user_id, job_id, delivery_id))
        except ObjectMissing:
            raise JobMissing(f"job {job_id} of user {user_id} has no delivery {delivery_id}") from None
        return Delivery.model_validate_json(stored.data), stored.etag

    def _change(self, name: tuple[str, str, str], change: Callable[[Delivery], Delivery]) -> Delivery:
        for _ in range(_SWAPS_TRIED):
            delivery, etag = self._read(*name)
            changed = change(delivery)
            try:
                self._objects.put(_key(*name), changed.model_dump_json(indent=1).encode(), if_match=etag)
            except (PreconditionFailed, ObjectMissing):
                continue
            return changed
        raise Conflict(f"delivery {name[2]} changes too fast")


def next_due(delivery: Delivery, now: datetime, pause: float, most: float) -> datetime | None:
    """When to try again, after so many seconds; None where that would be over `most` seconds from the first try."""
    due = now + timedelta(seconds=pause)
    return due if (due - delivery.since).total_seconds() <= most else None


def _key(user_id: str, job_id: str, delivery_id: str) -> str:
    return f"deliveries/{user_id}/{job_id}/{delivery_id}.json"


def _marker(user_id: str, job_id: str, delivery_id: str) -> str:
    return f"outbox/{user_id}/{job_id},{delivery_id}"


def _webhook(user_id: str) -> str:
    return f"webhooks/{user_id}.json"
