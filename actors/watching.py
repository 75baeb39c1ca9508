"""Requests that wait for a job, told of its changes: one call to the queue at a time, however many wait."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from actors.changes import Mark
from actors.schedule import Name
from jobs.errors import QueueUnavailable

log = logging.getLogger(__name__)

_READY_SECONDS = 2.0
_PAUSE_SECONDS = 0.5
# Changes that come together are told together.
_GATHERING_SECONDS = 0.02

Ask = Callable[[Mark | None], Awaitable[tuple[Mark, list[Name] | None]]]
"""The queue's `changes`. Raises `QueueUnavailable`."""


class Watch:
    """One request's view of a job."""

    def __init__(self) -> None:
        self.news = asyncio.Event()

    async def changed(self, seconds: float) -> None:
        """Returns when the job may have changed since the last call (or the start), or the time is over."""
        try:
            # Not `wait_for`, which before Python 3.12 can lose a cancellation that comes with the news.
            async with asyncio.timeout(max(0.0, seconds)):
                await self.news.wait()
        except TimeoutError:
            return
        self.news.clear()


class Watching:
    """All requests of this process that watch jobs. It asks the queue while there is one."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._watches: dict[Name, set[Watch]] = defaultdict(set)
        self._listening: asyncio.Task[None] | None = None
        self._is_ready = asyncio.Event()

    @asynccontextmanager
    async def watch(self, name: Name) -> AsyncIterator[Watch]:
        """A watch on this job; what changes from here on is told."""
        watch = Watch()
        self._watches[name].add(watch)
        try:
            if self._listening is None or self._listening.done():
                self._is_ready.clear()
                self._listening = asyncio.create_task(self._listen())
            try:
                # From the queue's first answer on it is known since when.
                await asyncio.wait_for(self._is_ready.wait(), _READY_SECONDS)
            except TimeoutError:
                log.warning("the queue does not answer; jobs are looked at now and then meanwhile")
            yield watch
        finally:
            self._watches[name].discard(watch)
            if not self._watches[name]:
                del self._watches[name]

    async def _listen(self) -> None:
        mark: Mark | None = None
        while self._watches:
            try:
                mark, names = await self._ask(mark)
            except QueueUnavailable:
                mark, names = None, None
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                self._is_ready.set()
            for name in list(self._watches) if names is None else names:
                for watch in self._watches.get(name, ()):
                    watch.news.set()
            await asyncio.sleep(_GATHERING_SECONDS)
