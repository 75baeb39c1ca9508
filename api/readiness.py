"""Whether the parts that the service needs can be used now."""

import asyncio
import secrets
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import anyio

from api.queue import Queue
from jobs.errors import JobError, ObjectMissing
from jobs.objects import ObjectStore
from jobs.store import JobStore
from settings import Settings

T = TypeVar("T")
R = TypeVar("R")
_SECONDS = 5.0
# Anybody may ask, so an answer holds for a moment.
_FRESH_SECONDS = 1.0


class Readiness:
    """Tries the store and the queue, and looks at the disk."""

    def __init__(self, jobs: JobStore, queue: Queue, settings: Settings) -> None:
        self._store, self._queue, self._settings = jobs.objects, queue, settings
        self._latest: dict[str, str] = {}
        self._threads: anyio.CapacityLimiter | None = None
        self._checked = -_FRESH_SECONDS
        self._lock = asyncio.Lock()

    async def checks(self) -> dict[str, str]:
        """For each part `ok`, or what is wrong with it; at most a second old."""
        async with self._lock:
            if time.monotonic() - self._checked >= _FRESH_SECONDS:
                self._latest, self._checked = await self._tried(), time.monotonic()
            return self._latest

    async def _tried(self) -> dict[str, str]:
        store, queue = await asyncio.gather(_found(self._in_thread(_write_and_read, self._store)), _found(self._queue.status()))
        return {"store": store, "queue": queue, "disk": await self._in_thread(_room, self._settings)}

    async def _in_thread(self, call: Callable[[T], R], argument: T) -> R:
        # Threads of its own: all others may be waiting for something that is stuck.
        self._threads = self._threads or anyio.CapacityLimiter(2)
        return await anyio.to_thread.run_sync(call, argument, limiter=self._threads, abandon_on_cancel=True)


async def _found(trial: Awaitable[object]) -> str:
    try:
        await asyncio.wait_for(trial, _SECONDS)
    except JobError as error:
        return str(error)
    except TimeoutError:
        return f"does not answer within {_SECONDS:g} s"
    return "ok"


def _room(settings: Settings) -> str:
    """Whether there is room for uploads and, in a folder, for the store."""
    places = {tempfile.gettempdir(), *([] if settings.aws_bucket_name else [str(settings.data_dir.resolve())])}
    free = min(shutil.disk_usage(place).free for place in places if Path(place).exists())
    if free >= settings.disk_reserve_bytes:
        return "ok"
    return f"nearly full: {free} bytes are free, and new jobs wait below {settings.disk_reserve_bytes}"


def _write_and_read(store: ObjectStore) -> None:
    """Tries a key of its own. Raises `StoreUnavailable`."""
    key = f"probe/ready-{secrets.token_hex(8)}"
    store.put(key, b"ready")
    try:
        store.get(key)
    except ObjectMissing:
        return  # An eventually consistent store; it has taken the write.
    finally:
        store.delete(key)
