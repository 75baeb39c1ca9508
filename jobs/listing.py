"""A user's jobs in pages, newest first: always what the store says, at the price of one listing of about a page.

Ids that the service makes begin with their moment, so their records' keys sort by time, and the newest page is the end of
the user's keys. A store lists forwards only, so a page starts from a key remembered from an earlier listing. What is
remembered decides where to start and nothing else: a page with too few jobs goes on further back. Jobs whose ids the
client chose lie behind all others, under `named/`, and are in every listing.
"""

import re
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter, itemgetter

from jobs.objects import Listed, ObjectStore
from jobs.record import JobKind, JobRecord, JobStatus

_MADE_HERE = re.compile(r"(\d{8}T\d{12}Z)-[0-9a-f]{12}")
_REMEMBERED_USERS = 1000
_SLACK = 8
# How many times more keys a further window holds, at most.
_MOST_GROWTH = 64
# Behind every moment that an id may begin with.
_LAST = "~"

Position = tuple[str, str]
"""Where a job stands among the others: its moment, its id."""

_START: Position = ("", "")
_END: Position = (_LAST, "")


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
    """Jobs, newest first, and the cursor of the page behind them; None at the end.

    `unreadable` are the ids of jobs among them whose records are damaged, so that nobody knows whether they are wanted.
    """

    records: list[JobRecord]
    next_cursor: str | None
    unreadable: list[str]


@dataclass(frozen=True)
class Unreadable:
    """A job whose record is damaged."""

    job_id: str


def record_key(user_id: str, job_id: str) -> str:
    """Where a job's record lies."""
    folder = "" if _MADE_HERE.fullmatch(job_id) else "named/"
    return f"jobs/{user_id}/{folder}{job_id}.json"


def job_id_of(key: str) -> str:
    """Whose record lies under a key."""
    return key.rpartition("/")[2].removesuffix(".json")


def position(record: JobRecord) -> Position:
    """Where a job stands: at the moment that its id tells, or else when it was created."""
    made = _MADE_HERE.fullmatch(record.job_id)
    return (made[1] if made else _moment(record.created_at)), record.job_id


def cursor_behind(record: JobRecord) -> str:
    """The cursor of the page that begins behind this job."""
    return "~".join(position(record))


Found = JobRecord | Unreadable
"""What is under a listed key."""


class Listing:
    """Pages over all users' jobs. `read` gives what is under listed keys, None for a job that has just been deleted."""

    def __init__(self, objects: ObjectStore, read: Callable[[Sequence[Listed]], Sequence[Found | None]]) -> None:
        self._objects, self._read = objects, read
        self._remembered: OrderedDict[str, list[str]] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, user_id: str, limit: int, cursor: str | None, choice: Choice) -> Page:
        """At most `limit` wanted jobs behind the cursor. Raises `ValueError` for a cursor that is none of ours."""
        end = _END if cursor is None else _parsed(cursor)
        wanted = limit + _SLACK
        items, floor = self._window(user_id, end, wanted)
        if cursor is not None:
            items.extend(self._objects.list(f"jobs/{user_id}/named/"))
        found = self._found(items, end, choice)
        while floor != _START and (taken := sum(at >= floor for at, one in found if isinstance(one, JobRecord))) <= limit:
            # As many more as it takes where the wanted jobs lie as densely there, and some.
            wanted *= min(_MOST_GROWTH, 1 + 2 * limit // taken) if taken else _MOST_GROWTH
            items, lower = self._window(user_id, floor, wanted)
            found += self._found(items, floor, choice)
            floor = lower
        return _page([(at, one) for at, one in found if at >= floor], limit)

    def _found(self, items: Sequence[Listed], end: Position, choice: Choice) -> list[tuple[Position, Found]]:
        """What is under these keys and before `end`; unwanted records left out."""
        read = [one for one in self._read(items) if one is not None and (isinstance(one, Unreadable) or choice.takes(one))]
        return [(at, one) for one in read if (at := _position(one)) < end]

    def _window(self, user_id: str, end: Position, wanted: int) -> tuple[list[Listed], Position]:
        """About the last `wanted` keys before `end`, and from which position on none is left out. Named ones too at `_END`."""
        prefix = f"jobs/{user_id}/"
        # One character behind the moment, so that all jobs of that very moment are in.
        stop = f"{prefix}{end[0]}{_LAST}"
        known = self._known(user_id)
        at = max(0, bisect_left(known, stop) - wanted)
        start = known[at - 1] if at else ""
        items = list(self._objects.list(prefix, after=start, before=None if end == _END else stop))
        # They sort behind the others.
        made = items[: bisect_left(items, f"{prefix}named/", key=attrgetter("key"))]
        self._remember(user_id, start, stop, [item.key for item in made])
        if len(made) > wanted:
            start = made[-wanted - 1].key
        # Keys sort as positions do; those from behind `start` on are all here.
        return items[max(0, len(made) - wanted) :], _behind(start) if start else _START

    def _known(self, user_id: str) -> list[str]:
        with self._lock:
            if user_id in self._remembered:
                self._remembered.move_to_end(user_id)
            return self._remembered.get(user_id, [])

    def _remember(self, user_id: str, start: str, stop: str, keys: list[str]) -> None:
        with self._lock:
            known = self._remembered.pop(user_id, [])
            before = known[: bisect_left(known, start) + 1] if start else []
            self._remembered[user_id] = [*before, *keys, *known[bisect_left(known, stop) :]]
            if len(self._remembered) > _REMEMBERED_USERS:
                self._remembered.popitem(last=False)


def _page(found: list[tuple[Position, Found]], limit: int) -> Page:
    found.sort(key=itemgetter(0), reverse=True)
    records = [(at, one) for at, one in found if isinstance(one, JobRecord)]
    more = len(records) > limit
    last = records[limit - 1][0] if more else _START
    unreadable = [one.job_id for at, one in found if isinstance(one, Unreadable) and at >= last]
    return Page([record for _, record in records[:limit]], "~".join(last) if more else None, unreadable)


def _position(one: Found) -> Position:
    if isinstance(one, JobRecord):
        return position(one)
    made = _MADE_HERE.fullmatch(one.job_id)
    # Only its record would tell when a job was created whose id the client chose: it stands at the very end.
    return (made[1] if made else ""), one.job_id


def _behind(key: str) -> Position:
    job_id = job_id_of(key)
    return job_id.partition("-")[0], job_id + _LAST


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"


def _parsed(cursor: str) -> Position:
    moment, mark, job_id = cursor.partition("~")
    if not mark or not re.fullmatch(r"\d{8}T\d{12}Z", moment) or not job_id:
        raise ValueError("is no cursor of a page; take it from the header X-Next-Cursor")
    return moment, job_id
