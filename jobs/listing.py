"""A user's jobs in pages, newest first: always what the store says, at the price of one listing of about a page.

Ids that the service makes begin with their moment, so their records' keys sort by time, and the newest page is the end of
the user's keys. A store lists forwards only, so a page starts from a key remembered from an earlier listing. What is
remembered decides where to start and nothing else: a page with too few jobs starts again from further back. Jobs whose
ids the client chose lie behind all others, under `named/`, and are in every listing.
"""

import re
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from jobs.objects import Listed, ObjectStore
from jobs.record import JobKind, JobRecord, JobStatus

_MADE_HERE = re.compile(r"(\d{8}T\d{12}Z)-[0-9a-f]{12}")
_REMEMBERED_USERS = 1000
_SLACK = 8
# Behind every moment that an id may begin with.
_LAST = "~"

Position = tuple[str, str]
"""Where a job stands among the others: its moment, its id."""


@dataclass(frozen=True)
class Choice:
    """Which jobs are wanted; None stands for all."""

    status: JobStatus | None = None
    kind: JobKind | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None

    def takes(self, record: JobRecord) -> bool:
        """Whether a job is wanted."""
        return (
            self.status in (None, record.status)
            and self.kind in (None, record.kind)
            and (self.created_from is None or record.created_at >= self.created_from)
            and (self.created_before is None or record.created_at < self.created_before)
        )


@dataclass(frozen=True)
class Page:
    """Jobs, newest first, and the cursor of the page behind them; None at the end."""

    records: list[JobRecord]
    next_cursor: str | None


def record_key(user_id: str, job_id: str) -> str:
    """Where a job's record lies."""
    folder = "" if _MADE_HERE.fullmatch(job_id) else "named/"
    return f"jobs/{user_id}/{folder}{job_id}.json"


def position(record: JobRecord) -> Position:
    """Where a job stands: at the moment that its id tells, or else when it was created."""
    made = _MADE_HERE.fullmatch(record.job_id)
    return (made[1] if made else _moment(record.created_at)), record.job_id


class Listing:
    """Pages over all users' jobs. `read` gives the records of listed keys, None for one that has just been deleted."""

    def __init__(self, objects: ObjectStore, read: Callable[[Sequence[Listed]], list[JobRecord | None]]) -> None:
        self._objects, self._read = objects, read
        self._remembered: OrderedDict[str, list[str]] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, user_id: str, limit: int, cursor: str | None, choice: Choice) -> Page:
        """At most `limit` wanted jobs behind the cursor. Raises `ValueError` for a cursor that is none of ours."""
        end = (_LAST, "") if cursor is None else _parsed(cursor)
        wanted = limit + _SLACK
        while True:
            items, floor = self._window(user_id, end, wanted)
            records = [record for record in self._read(items) if record is not None and choice.takes(record)]
            found = sorted((one for one in records if floor <= position(one) < end), key=position, reverse=True)
            if len(found) > limit or floor == ("", ""):
                break
            wanted *= 4
        more = len(found) > limit
        return Page(found[:limit], "~".join(position(found[limit - 1])) if more else None)

    def _window(self, user_id: str, end: Position, wanted: int) -> tuple[list[Listed], Position]:
        """About the last `wanted` keys before `end` and all named ones, and from which position on no key is left out."""
        prefix = f"jobs/{user_id}/"
        # One character behind the moment, so that all jobs of that very moment are in.
        stop = f"{prefix}{end[0]}{_LAST}"
        known = self._known(user_id)
        at = max(0, bisect_left(known, stop) - wanted)
        start = known[at - 1] if at else None
        named = f"{prefix}named/"
        items: list[Listed] = []
        for item in self._objects.list(prefix, after=start):
            if item.key >= stop and not item.key.startswith(named):
                break
            items.append(item)
        else:
            named = ""
        made = [item for item in items if not item.key.startswith(f"{prefix}named/")]
        self._remember(user_id, start, stop, [item.key for item in made])
        kept = [*made[-wanted:], *items[len(made) :]]
        if named:
            kept.extend(self._objects.list(named))
        if len(made) > wanted:
            start = made[-wanted - 1].key
        # Keys sort as positions do; those from behind `start` on are all here.
        return kept, ("", "") if start is None else _behind(start, prefix)

    def _known(self, user_id: str) -> list[str]:
        with self._lock:
            if user_id in self._remembered:
                self._remembered.move_to_end(user_id)
            return self._remembered.get(user_id, [])

    def _remember(self, user_id: str, start: str | None, stop: str, keys: list[str]) -> None:
        with self._lock:
            known = self._remembered.pop(user_id, [])
            before = [] if start is None else known[: bisect_left(known, start) + 1]
            self._remembered[user_id] = [*before, *keys, *known[bisect_left(known, stop) :]]
            if len(self._remembered) > _REMEMBERED_USERS:
                self._remembered.popitem(last=False)


def _behind(key: str, prefix: str) -> Position:
    job_id = key.removeprefix(prefix).removesuffix(".json")
    return job_id.partition("-")[0], job_id + _LAST


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"


def _parsed(cursor: str) -> Position:
    moment, mark, job_id = cursor.partition("~")
    if not mark or not re.fullmatch(r"\d{8}T\d{12}Z", moment) or not job_id:
        raise ValueError("is no cursor of a page; take it from the header X-Next-Cursor")
    return moment, job_id
