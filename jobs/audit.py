"""What was changed, by which key, when and from where: a line a change, written once and never changed.

    audit/{day}/{moment}-{random}.json

Each line is an object of its own, so that many replicas write at once and none can lose another's. No content stands in it.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from jobs.errors import JobError, ObjectMissing
from jobs.objects import ObjectStore

PREFIX = "audit/"
log = logging.getLogger("audit")


class Change(BaseModel):
    """One line. `action` is the request's method and path; `address` is from where it came."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: datetime
    key_id: str
    key_name: str
    action: str
    user_id: str | None = None
    job_id: str | None = None
    address: str = ""


class Audit:
    """The log of all changes. All calls block."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def note(self, change: Change) -> None:
        """Writes a line; to the service's own log too, which alone has it where the store is away."""
        text = change.model_dump_json(exclude_none=True)
        log.info("%s", text)
        moment = change.at.astimezone(UTC)
        try:
            self._objects.put(f"{PREFIX}{moment:%Y-%m-%d}/{moment:%H%M%S%f}-{secrets.token_hex(4)}.json", text.encode())
        except JobError as error:
            log.error("the store has not taken the line %s: %s", text, error)

    def of_day(
        self, day: date, limit: int, after: str = "", users: Sequence[str] | None = None
    ) -> tuple[list[Change], str | None]:
        """The day's first lines behind `after`, of these users alone where some are given, and where the next ones begin."""
        prefix = f"{PREFIX}{day:%Y-%m-%d}/"
        lines: list[Change] = []
        for item in self._objects.list(prefix, after=f"{prefix}{after}" if after else ""):
            line = self._read(item.key)
            if line is not None and (users is None or line.user_id in users):
                lines.append(line)
            if len(lines) == limit:
                return lines, item.key.removeprefix(prefix)
        return lines, None

    def forget_before(self, day: date) -> int:
        """Deletes the lines of all days before this one; gives how many."""
        old = [item.key for item in self._objects.list(PREFIX, before=f"{PREFIX}{day:%Y-%m-%d}")]
        for key in old:
            self._objects.delete(key)
        return len(old)

    def _read(self, key: str) -> Change | None:
        try:
            return Change.model_validate_json(self._objects.get(key).data)
        except (ObjectMissing, ValidationError):
            return None
