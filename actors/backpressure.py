"""Bodies come no faster than the application takes them.

Ray Serve's replica reads a request as fast as its client sends it, into a queue without bounds: a body of gigabytes whose bytes
are written to disk more slowly lies in memory meanwhile. Here that queue has a bound, so the socket waits, and the client too.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from ray.serve._private import direct_ingress_http_util
from ray.serve._private.direct_ingress_http_util import ASGIDIReceiveProxy

# Messages of up to 64 KiB, as uvicorn cuts them.
_MOST_MESSAGES = 16


class BoundedReceive(ASGIDIReceiveProxy):
    """The replica's `receive`, which reads on when there is room."""

    _reader: asyncio.AbstractEventLoop | None = None
    _room: asyncio.Event

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # Both loops look at it: made by whichever comes first, there could be two.
        self._queue: asyncio.Queue[Any] = asyncio.Queue()

    async def _fetch_until_disconnect(self) -> Any:
        self._room, self._reader = asyncio.Event(), asyncio.get_running_loop()
        self._room.set()
        receive: Callable[[], Awaitable[Any]] = vars(self)["_receive"]

        async def when_there_is_room() -> Any:
            if self.queue.qsize() >= _MOST_MESSAGES:
                self._room.clear()
                # Looked at again, since the application may have taken some between the two.
                if self.queue.qsize() >= _MOST_MESSAGES:
                    await self._room.wait()
            return await receive()

        self._receive = when_there_is_room
        return await super()._fetch_until_disconnect()

    async def __call__(self) -> Any:
        if self._disconnect_message is not None and self.queue.empty():
            # What was read before the client went away may still be on its way from the reader's loop into the queue.
            await asyncio.sleep(0)
        message = await super().__call__()
        if self._reader is not None and not self._reader.is_closed() and self.queue.qsize() < _MOST_MESSAGES:
            # The application may run in a loop of its own.
            self._reader.call_soon_threadsafe(self._room.set)
        return message


def bound_bodies() -> None:
    """Has this process, a replica, read requests so. Raises `RuntimeError` where this Ray does it in another way."""
    from ray.serve._private import replica

    if "_fetch_until_disconnect" not in vars(ASGIDIReceiveProxy) or not inspect.iscoroutinefunction(
        ASGIDIReceiveProxy.__call__
    ):
        raise RuntimeError(f"{direct_ingress_http_util.__name__} of this Ray is not the one that is bounded here")
    replica.ASGIDIReceiveProxy = BoundedReceive
