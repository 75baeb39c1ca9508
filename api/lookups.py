"""Keys looked up in the store, at each request: whoever has passed here before never waits behind keys that are made up."""

import hashlib
from collections import OrderedDict

import anyio

from jobs.errors import JobError
from jobs.keys import Key, Keys

# Anybody can send a key that has to be looked up, so no more than these wait for the store at once …
_AT_ONCE = 8
# … and no more than these in all, with those that wait for their turn: some seconds' worth with a store that is far away.
_IN_ALL = 256
_REMEMBERED = 10_000


class Crowded(JobError):
    """So many keys that have never passed are being looked up that this one is not."""


class Lookups:
    """Finds keys in two lanes: those whose very text has passed here, and all others."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._passed: OrderedDict[bytes, None] = OrderedDict()
        self._lanes: dict[bool, _Lane] = {}

    async def find(self, given: str) -> Key | None:
        """The key of this text, as the store has it now; None where there is none. Raises `Crowded` and `StoreUnavailable`."""
        # Made here, since they belong to the running loop.
        self._lanes = self._lanes or {True: _Lane(), False: _Lane()}
        text = hashlib.sha256(given.encode()).digest()
        lane = self._lanes[text in self._passed]
        if lane.taken >= _IN_ALL:
            raise Crowded("too many keys are being looked up; try again soon")
        lane.taken += 1
        try:
            key = await anyio.to_thread.run_sync(self._keys.find, given, limiter=lane.threads)
        finally:
            lane.taken -= 1
        self._passed.pop(text, None)
        if key is not None:
            self._passed[text] = None
            if len(self._passed) > _REMEMBERED:
                self._passed.popitem(last=False)
        return key


class _Lane:
    def __init__(self) -> None:
        self.threads = anyio.CapacityLimiter(_AT_ONCE)
        self.taken = 0
