"""Requests that wait for a job, in place of asking again and again: `Prefer: wait` (RFC 7240) and server-sent events.

They are woken by the queue. Now and then they look by themselves too, since the queue may have died with what it was to tell.
"""

import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Annotated, Protocol

from fastapi import Header, Request
from starlette.concurrency import run_in_threadpool

from api.callers import caller_of
from jobs.errors import JobMissing
from jobs.record import JobEvent, JobRecord
from jobs.store import JobStore
from settings import Settings

LONGEST_SECONDS = 60
_LOOK_SECONDS = 15.0
# A stream ends then, so that its key is looked at again and a replica can go; clients come back by themselves.
_STREAM_SECONDS = 600.0
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,9})\"?\s*(?:$|[,;])", re.IGNORECASE)

Prefer = Annotated[
    str | None,
    Header(
        max_length=200,
        description=f"`wait=N`: answer when the job has ended, or after N seconds ({LONGEST_SECONDS} at most).",
        examples=["wait=30"],
    ),
]


class Watch(Protocol):
    """A view of one job."""

    async def changed(self, seconds: float) -> None:
        """Returns when the job may have changed since the last call (or the start), or the time is over."""


class Watched(Protocol):
    """What the queue offers to those who wait."""

    def watch(self, user_id: str, job_id: str) -> AbstractAsyncContextManager[Watch]: ...


def seconds_of(prefer: str | None) -> int | None:
    """How long a client would wait; None where it says nothing of that."""
    said = _WAIT.search(prefer or "")
    return None if said is None else min(int(said[1]), LONGEST_SECONDS)


class Waiting:
    """All requests of this process that wait, bounded in number, in all and with one key."""

    def __init__(self, settings: Settings, jobs: JobStore, queue: Watched) -> None:
        self._settings, self._jobs, self._queue = settings, jobs, queue
        self._with_key: Counter[str] = Counter()

    def is_full(self, request: Request) -> bool:
        """Whether no further request with this key may wait."""
        settings, key_id = self._settings, caller_of(request).key_id
        return self._with_key.total() >= settings.waits or self._with_key[key_id] >= settings.waits_per_key

    @contextmanager
    def _place(self, request: Request) -> Iterator[None]:
        key_id = caller_of(request).key_id
        self._with_key[key_id] += 1
        try:
            yield
        finally:
            self._with_key[key_id] -= 1
            self._with_key += Counter()  # Without those that are zero.

    async def ended(self, request: Request, user_id: str, job_id: str, seconds: int) -> JobRecord:
        """The job's record when it has ended, or when the time is over. Raises `JobMissing`."""
        deadline = time.monotonic() + seconds
        with self._place(request):
            async with self._queue.watch(user_id, job_id) as watch:
                while True:
                    record = await run_in_threadpool(self._jobs.get, user_id, job_id)
                    left = deadline - time.monotonic()
                    if record.status.is_final or left <= 0:
                        return record
                    await watch.changed(min(left, _LOOK_SECONDS))

    async def events(self, request: Request, record: JobRecord, last: str | None) -> AsyncIterator[str]:
        """The job's events behind the one with the id `last`, as they come, up to its end; as server-sent events."""
        deadline = time.monotonic() + _STREAM_SECONDS
        yield "retry: 2000\n\n"
        with self._place(request):
            async with self._queue.watch(record.user_id, record.job_id) as watch:
                while time.monotonic() < deadline:
                    try:
                        record = await run_in_threadpool(self._jobs.get, record.user_id, record.job_id)
                    except JobMissing:
                        yield "event: deleted\ndata: {}\n\n"
                        return
                    new = events_behind(record, last)
                    for event in new:
                        last = event_id(record, event)
                        yield _written(record, event, last)
                    if record.status.is_final:
                        return
                    if not new:
                        # Whoever is between keeps a connection on which something comes.
                        yield ": waiting\n\n"
                    await watch.changed(_LOOK_SECONDS)


def event_id(record: JobRecord, event: JobEvent) -> str:
    """The id of an event among all of this job, and of those that it has replaced."""
    return f"{record.created_at:%Y%m%dT%H%M%S%f}-{event.id}"


def events_behind(record: JobRecord, last: str | None) -> list[JobEvent]:
    """The job's events behind that id; all where it is no id of this job's."""
    ids = [event_id(record, event) for event in record.events]
    return list(record.events[ids.index(last) + 1 :] if last in ids else record.events)


def _written(record: JobRecord, event: JobEvent, written_id: str) -> str:
    is_end = event.status.is_final and event is record.events[-1]
    name = "end" if is_end else "phase" if event.phase is not None else "status"
    told = event.model_dump_json(exclude={"id"}, exclude_none=True)
    if is_end and record.error is not None:
        told = f'{told[:-1]},"error":{record.error.model_dump_json()}}}'
    return f"id: {written_id}\nevent: {name}\ndata: {told}\n\n"
