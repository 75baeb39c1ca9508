"""Keys of the API: who may do what, for which users. Kept in the store, so that a change counts at once wherever it is read.

    keys/{key_id}.json        a key, without its secret: the store has the secret's SHA-256 only
    usage/{key_id}/{day}      how many jobs the key has submitted on that day

A key is `acc_{key_id}_{secret}`: it names its own object, so looking it up is one read. A secret has 256 random bits, so a
plain hash of it cannot be guessed backwards.
"""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from jobs.errors import Conflict, KeyMissing, ObjectMissing, PreconditionFailed, QuotaUsed, RecordDamaged
from jobs.objects import ObjectStore

PREFIX = "keys/"
USAGE = "usage/"
_KEY = re.compile(r"acc_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_SWAPS_TRIED = 50


class Role(StrEnum):
    """What a key may do for its users; each may do what those before it may."""

    CONVERT = "convert"
    TRAIN = "train"
    ADMIN = "admin"

    def covers(self, other: "Role") -> bool:
        """Whether whoever has this role may do what needs the other."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Key(BaseModel):
    """A key as it is stored. `users` are those that it may act for, None for all of them."""

    # A newer version's fields are passed over, so that an older one can still read.
    model_config = ConfigDict(frozen=True, extra="ignore")

    key_id: str
    name: str
    role: Role
    users: tuple[str, ...] | None
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    requests_per_minute: int | None = None
    jobs_per_day: int | None = None
    digest: str

    def is_for(self, user_id: str) -> bool:
        """Whether the key may act for this user."""
        return self.users is None or user_id in self.users

    def is_expired(self, now: datetime | None = None) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and (now or datetime.now(UTC)) >= self.expires_at

    @classmethod
    def of_the_operator(cls) -> Self:
        """The key in the settings, which may do everything."""
        now = datetime.now(UTC)
        return cls(
            key_id="operator", name="operator", role=Role.ADMIN, users=None, created_at=now, created_by="operator", digest=""
        )


class Keys:
    """All keys but the operator's. All calls block; they raise `StoreUnavailable` where the store is away."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def make(self, *, name: str, role: Role, users: tuple[str, ...] | None, created_by: str, **limits: Any) -> tuple[Key, str]:
        """A new key, and its text, which is told this once and kept nowhere."""
        key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        key = Key(
            key_id=key_id,
            name=name,
            role=role,
            users=users,
            created_at=datetime.now(UTC),
            created_by=created_by,
            digest=_digest(secret),
            **limits,
        )
        self._objects.put(_place(key_id), key.model_dump_json(indent=1).encode(), if_absent=True)
        return key, f"acc_{key_id}_{secret}"

    def list(self) -> list[Key]:
        """All keys, oldest first. Raises `RecordDamaged`."""
        found = [self._read(item.key) for item in self._objects.list(PREFIX)]
        return sorted((key for key in found if key is not None), key=lambda key: (key.created_at, key.key_id))

    def get(self, key_id: str) -> Key:
        """One key. Raises `KeyMissing`."""
        key = self._read(_place(key_id)) if re.fullmatch("[0-9a-f]{16}", key_id) else None
        if key is None:
            raise KeyMissing(f"there is no key {key_id}")
        return key

    def revoke(self, key_id: str) -> Key:
        """Takes a key away; the next request with it is refused. Raises `KeyMissing`."""
        key = self.get(key_id)
        self._objects.delete(_place(key_id))
        for item in list(self._objects.list(f"{USAGE}{key_id}/")):
            self._objects.delete(item.key)
        return key

    def find(self, text: str) -> Key | None:
        """The key of this text, expired or not; None where there is none."""
        match = _KEY.fullmatch(text)
        if match is None:
            return None
        key = self._read(_place(match[1]))
        # In constant time, as a hash: how much of a guess is right cannot be told from how long the answer takes.
        return key if key is not None and hmac.compare_digest(key.digest, _digest(match[2])) else None

    def count_job(self, key: Key) -> None:
        """Counts a job that is submitted with the key today (UTC). Raises `QuotaUsed` where it may submit no more."""
        if key.jobs_per_day is None:
            return
        now = datetime.now(UTC)
        place = f"{USAGE}{key.key_id}/{now:%Y-%m-%d}"
        for _ in range(_SWAPS_TRIED):
            used, etag = self._used(place)
            if used >= key.jobs_per_day:
                left = 86_400 - (now.hour * 3600 + now.minute * 60 + now.second)
                raise QuotaUsed(f"the key {key.name!r} may submit {key.jobs_per_day} jobs a day, and has", retry_after=left)
            try:
                self._objects.put(place, str(used + 1).encode(), if_match=etag, if_absent=etag is None)
            except (PreconditionFailed, ObjectMissing):
                continue
            return
        raise Conflict(f"the key {key.name!r} is used by too many at once; try again")

    def _used(self, place: str) -> tuple[int, str | None]:
        try:
            stored = self._objects.get(place)
        except ObjectMissing:
            return 0, None
        return int(stored.data), stored.etag

    def _read(self, place: str) -> Key | None:
        try:
            return Key.model_validate_json(self._objects.get(place).data)
        except ObjectMissing:
            return None
        except ValidationError as error:
            raise RecordDamaged(f"the key {place} is damaged; revoke it and make a new one") from error


def _place(key_id: str) -> str:
    return f"{PREFIX}{key_id}.json"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
