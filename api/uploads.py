"""What the bodies of requests may take: how many at once for a key, how slowly, and how much of the disk all together."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Message, Receive

from settings import Settings

# A burst waits its turn for so long; more than so many of one key's are told to come back at once.
_TURN_SECONDS = 30.0
_WAITING = 256


class Refused(Exception):
    """A body that is not taken now: the status to answer with, why, and in how many seconds it may be sent again."""

    def __init__(self, status: int, problem: str, retry_after: int | None = None) -> None:
        super().__init__(problem)
        self.status, self.retry_after = status, retry_after


class Uploads:
    """All bodies that are being taken now, in this process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turns: dict[str, _Turns] = {}
        self._spooled = 0

    @asynccontextmanager
    async def place(self, key_id: str) -> AsyncIterator["Place"]:
        """A place for one body. Raises `Refused` where there is none in time."""
        turns = self._turns.setdefault(key_id, _Turns(self._settings.uploads_per_key))
        place = Place(self, turns, self._settings)
        try:
            await turns.take()
            try:
                yield place
            finally:
                turns.give_back()
                place.empty()
        finally:
            if not turns.wanted:
                self._turns.pop(key_id, None)

    def spool(self, turns: "_Turns", size: int) -> None:
        """Counts bytes that are about to be written to disk. Raises `Refused`."""
        most = self._settings.spool_bytes
        if self._spooled + size > most:
            raise Refused(503, "More is being uploaded than there is room for; try again soon.", 5)
        if turns.spooled + size > most // 2:
            raise Refused(429, "More is being uploaded with this key than it has room for; try again soon.", 5)
        if shutil.disk_usage(tempfile.gettempdir()).free - size < self._settings.disk_reserve_bytes:
            raise Refused(503, "The disk is nearly full; nothing can be uploaded until there is room.", 60)
        self.count(turns, size)

    def count(self, turns: "_Turns", size: int) -> None:
        """Adds to (or takes from) what is on disk."""
        self._spooled += size
        turns.spooled += size


class Place:
    """One body on its way in."""

    def __init__(self, uploads: Uploads, turns: "_Turns", settings: Settings) -> None:
        self._uploads, self._turns, self._settings = uploads, turns, settings
        self._began, self._received, self._spooled = time.monotonic(), 0, 0

    async def message(self, receive: Receive) -> Message:
        """The body's next piece. Raises `Refused` where it does not come, or where the body comes too slowly."""
        idle, rate = self._settings.upload_idle_seconds, self._settings.upload_bytes_per_second
        due = self._began + idle + self._received / rate
        try:
            message = await asyncio.wait_for(receive(), max(0.0, min(idle, due - time.monotonic())))
        except TimeoutError:
            slow = f"less than {rate} bytes a second, or nothing for {idle:g} s"
            raise Refused(408, f"The body came too slowly: {slow}.") from None
        self._received += len(message.get("body", b""))
        return message

    def spool(self, size: int) -> None:
        """Counts bytes that are about to be written to disk, until the place is given back. Raises `Refused`."""
        self._uploads.spool(self._turns, size)
        self._spooled += size

    def empty(self) -> None:
        """What was written is gone."""
        self._uploads.count(self._turns, -self._spooled)
        self._spooled = 0


class _Turns:
    """The places of one key."""

    def __init__(self, places: int) -> None:
        self._free = asyncio.Semaphore(places)
        self.wanted, self.spooled = 0, 0
        self._most = places + _WAITING

    async def take(self) -> None:
        if self.wanted >= self._most:
            raise Refused(429, f"{self._most} uploads with this key wait already; try again soon.", 5)
        self.wanted += 1
        try:
            await asyncio.wait_for(self._free.acquire(), _TURN_SECONDS)
        except BaseException as error:
            self.wanted -= 1
            if isinstance(error, TimeoutError):
                raise Refused(429, "Too many uploads at once with this key; try again soon.", 5) from None
            raise

    def give_back(self) -> None:
        self.wanted -= 1
        self._free.release()
