"""Which jobs have changed, for those who ask since when: kept in the queue's memory, told to each replica of the API."""

import asyncio
import secrets
from collections import deque
from typing import NamedTuple

from actors.schedule import Name

# Whoever is further behind is told that anything may have changed.
_KEPT = 10_000
_ANSWER_SECONDS = 20.0


class Mark(NamedTuple):
    """A moment in one queue's life."""

    queue: str
    changes: int


class Changes:
    """The newest changes, counted."""

    def __init__(self) -> None:
        self._queue, self._count = secrets.token_hex(8), 0
        self._names: deque[Name] = deque(maxlen=_KEPT)
        self._news = asyncio.Event()

    def tell(self, name: Name) -> None:
        """A job has changed."""
        self._count += 1
        self._names.append(name)
        self._news.set()
        self._news = asyncio.Event()

    async def since(self, mark: Mark | None) -> tuple[Mark, list[Name] | None]:
        """The jobs that changed after `mark`, as soon as there are some, and the mark of now.

        At once where there is no mark. None in place of the names where the mark is of another queue, or too old.
        """
        if mark is None or mark.queue != self._queue or self._count - mark.changes > len(self._names):
            return self._now(), None
        if self._count == mark.changes:
            try:
                await asyncio.wait_for(self._news.wait(), _ANSWER_SECONDS)
            except TimeoutError:
                return self._now(), []
        new = self._count - mark.changes
        return self._now(), [*dict.fromkeys(list(self._names)[-new:])]

    def _now(self) -> Mark:
        return Mark(self._queue, self._count)
