"""Whether the parts that the service needs can be used now."""

import asyncio
import secrets
import time
from collections.abc import Awaitable

from starlette.concurrency import run_in_threadpool

from api.routes import Queue
from jobs.errors import JobError, ObjectMissing
from jobs.objects import ObjectStore
from jobs.store import JobStore

_SECONDS = 5.0
# Anybody may ask, so an answer holds for a moment.
_FRESH_SECONDS = 1.0


class Readiness:
    """Tries the store and the queue."""

    def __init__(self, jobs: JobStore, queue: Queue) -> None:
        self._store, self._queue = jobs.objects, queue
        self._latest: dict[str, str] = {}
        self._checked = -_FRESH_SECONDS
        self._lock = asyncio.Lock()

    async def checks(self) -> dict[str, str]:
        """For each part `ok`, or what is wrong with it; at most a second old."""
        async with self._lock:
            if time.monotonic() - self._checked >= _FRESH_SECONDS:
                self._latest, self._checked = await self._tried(), time.monotonic()
            return self._latest

    async def _tried(self) -> dict[str, str]:
        store, queue = await asyncio.gather(
            _found(run_in_threadpool(_write_and_read, self._store)), _found(self._queue.status())
        )
        return {"store": store, "queue": queue}


async def _found(trial: Awaitable[object]) -> str:
    try:
        await asyncio.wait_for(trial, _SECONDS)
    except JobError as error:
        return str(error)
    except TimeoutError:
        return f"does not answer within {_SECONDS:g} s"
    return "ok"


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
