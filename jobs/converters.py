"""Converters with names: each a history of versions, of which one is the current.

    converters/{user_id}/{name}.json          the history, changed by compare-and-swap
    converters/{user_id}/{name}/{digest}.sql  a version's text, and beside it the statements that fit its example too

A version keeps its own text, so it outlives the job that it came from.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from jobs.errors import Conflict, ConverterMissing, ObjectMissing, PreconditionFailed, RecordDamaged
from jobs.objects import ObjectStore

PREFIX = "converters/"
MOST_VERSIONS = 1000
_SWAPS_TRIED = 20


class Origin(StrEnum):
    """Where a version came from."""

    TRAINING = "training"
    EDITED = "edited"


class Version(BaseModel):
    """One version. `parent` is the version before it; `changed` says in words what is otherwise than in that one.

    `matches_example` is whether it makes the expected table of the example that it was held against; null where it was not.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int
    created_at: datetime
    source: Origin
    job_id: str | None
    parent: int | None = None
    confidence: float | None = None
    rating: str | None = None
    changed: tuple[str, ...] = ()
    comment: str | None = None
    matches_example: bool | None = None
    digest: str


class NamedConverter(BaseModel):
    """A name with its versions, oldest first; `current` is the one that runs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    user_id: str
    current: int
    updated_at: datetime
    versions: tuple[Version, ...]

    def version(self, number: int | None = None) -> Version:
        """A version, the current one where no number is given. Raises `ConverterMissing`."""
        wanted = self.current if number is None else number
        found = next((one for one in self.versions if one.version == wanted), None)
        if found is None:
            raise ConverterMissing(f"the converter {self.name} of user {self.user_id} has no version {wanted}")
        return found


class NamedConverters:
    """The named converters of all users. All calls block."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def list_of(self, user_id: str) -> list[NamedConverter]:
        """A user's converters by name."""
        found = []
        for item in self._objects.list(f"{PREFIX}{user_id}/"):
            if item.key.count("/") == 2 and item.key.endswith(".json"):
                name = item.key.rpartition("/")[2].removesuffix(".json")
                try:
                    found.append(self.get(user_id, name))
                except ConverterMissing:
                    continue  # Deleted since it was listed.
        return found

    def get(self, user_id: str, name: str) -> NamedConverter:
        """One converter. Raises `ConverterMissing`."""
        return self._read(user_id, name)[0]

    def text_of(self, converter: NamedConverter, version: Version) -> tuple[bytes, list[str]]:
        """A version's `converter.sql`, and the statements that fit its example too. Raises `ConverterMissing`."""
        try:
            text = self._objects.get(_text_key(converter.user_id, converter.name, version.digest)).data
            rivals = json.loads(self._objects.get(_rivals_key(converter.user_id, converter.name, version.digest)).data)
        except ObjectMissing:
            raise ConverterMissing(f"version {version.version} of the converter {converter.name} is lost") from None
        return text, [one for one in rivals if isinstance(one, str)]

    def add(
        self,
        user_id: str,
        name: str,
        text: bytes,
        rivals: Sequence[str],
        describe: Callable[[NamedConverter | None], dict[str, Any]],
    ) -> tuple[NamedConverter, bool]:
        """The converter with a further version, which is its current one; and whether the name is new.

        `describe` gives the version's fields for the history as it stands. The same text from the same job again adds nothing.
        Raises `Conflict`.
        """
        digest = hashlib.sha256(text).hexdigest()
        self._objects.put(_text_key(user_id, name, digest), text)
        self._objects.put(_rivals_key(user_id, name, digest), json.dumps(list(rivals)).encode())
        for _ in range(_SWAPS_TRIED):
            before, etag = self._found(user_id, name)
            now = datetime.now(UTC)
            fields = describe(before)
            if before is not None:
                same = before.version()
                if same.digest == digest and same.job_id == fields.get("job_id"):
                    return before, False
                if len(before.versions) >= MOST_VERSIONS:
                    raise Conflict(f"the converter {name} has {MOST_VERSIONS} versions, as many as are kept; begin a new name")
            number = before.versions[-1].version + 1 if before is not None else 1
            parent = before.current if before is not None else None
            added = Version(version=number, created_at=now, parent=parent, digest=digest, **fields)
            versions = (*(before.versions if before is not None else ()), added)
            made = NamedConverter(name=name, user_id=user_id, current=number, updated_at=now, versions=versions)
            if self._swapped(made, etag):
                return made, before is None
        raise Conflict(f"the converter {name} changes too fast")

    def point_at(self, user_id: str, name: str, number: int) -> NamedConverter:
        """The converter with another of its versions as the current one. Raises `ConverterMissing`, `Conflict`."""
        for _ in range(_SWAPS_TRIED):
            before, etag = self._read(user_id, name)
            before.version(number)
            made = before.model_copy(update={"current": number, "updated_at": datetime.now(UTC)})
            if self._swapped(made, etag):
                return made
        raise Conflict(f"the converter {name} changes too fast")

    def delete(self, user_id: str, name: str) -> None:
        """Deletes the name and all its versions. Raises `ConverterMissing`."""
        self.get(user_id, name)
        self._objects.delete(_key(user_id, name))
        for item in list(self._objects.list(f"{PREFIX}{user_id}/{name}/")):
            self._objects.delete(item.key)

    def size_of(self, user_id: str) -> int:
        """The bytes of all versions of a user's converters."""
        return sum(item.size for item in self._objects.list(f"{PREFIX}{user_id}/"))

    def delete_user(self, user_id: str) -> None:
        """Deletes all of a user's."""
        for item in list(self._objects.list(f"{PREFIX}{user_id}/")):
            self._objects.delete(item.key)

    def _found(self, user_id: str, name: str) -> tuple[NamedConverter | None, str | None]:
        try:
            return self._read(user_id, name)
        except ConverterMissing:
            return None, None

    def _read(self, user_id: str, name: str) -> tuple[NamedConverter, str]:
        try:
            stored = self._objects.get(_key(user_id, name))
        except ObjectMissing:
            raise ConverterMissing(f"user {user_id} has no converter {name}") from None
        try:
            return NamedConverter.model_validate_json(stored.data), stored.etag
        except ValidationError as error:
            raise RecordDamaged(f"the converter {_key(user_id, name)} is damaged") from error

    def _swapped(self, made: NamedConverter, etag: str | None) -> bool:
        data = made.model_dump_json(indent=1).encode()
        try:
            self._objects.put(_key(made.user_id, made.name), data, if_match=etag, if_absent=etag is None)
        except (PreconditionFailed, ObjectMissing):
            return False
        return True


def _key(user_id: str, name: str) -> str:
    return f"{PREFIX}{user_id}/{name}.json"


def _text_key(user_id: str, name: str, digest: str) -> str:
    return f"{PREFIX}{user_id}/{name}/{digest}.sql"


def _rivals_key(user_id: str, name: str, digest: str) -> str:
    return f"{PREFIX}{user_id}/{name}/{digest}.rivals.json"
