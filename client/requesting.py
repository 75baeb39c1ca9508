"""How a request is answered in the end: tried again where that is safe, while there is patience, never sooner than asked to.

What makes a job carries an `Idempotency-Key`, so that sent twice it makes one; what only reads, or sets something to what it
says, may be sent twice anyway. All else is repeated only where the service cannot have seen it, or has refused it unlooked at.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from client.errors import ServiceError, TooMany, Unavailable, Unreachable, error_of
from client.steps import Open, Opened, Pause, Request, Steps, whole

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 8.0
"""Between two tries, where the service does not say how long to wait; it doubles from one to the other."""


@dataclass(frozen=True)
class Requesting:
    """Sends requests, with `patience` seconds for each to be tried again in."""

    patience: float
    clock: Callable[[], float] = time.monotonic

    def answered(self, request: Request) -> Steps[Opened]:
        """The answer, its body yet to be read. Raises `ServiceError`, and `Unreachable`."""
        until, tries = self.clock() + self.patience, 0
        while True:
            error: ServiceError | Unreachable
            try:
                opened: Opened = yield Open(request)
                if opened.status < 400:
                    return opened
                body = yield from whole(opened)
                error = error_of(opened.status, body, opened.headers.get("retry-after"))
            except Unreachable as broken:
                error = broken
            pause = pause_before(tries, error)
            if not may_repeat(request, error) or self.clock() + pause > until:
                raise error
            yield Pause(pause)
            tries += 1

    def told(self, request: Request) -> Steps[bytes]:
        """The whole body of the answer. A body that breaks off is asked for again where that is safe. Raises as `answered`."""
        until, tries = self.clock() + self.patience, 0
        while True:
            opened = yield from self.answered(request)
            try:
                return (yield from whole(opened))
            except Unreachable as broken:
                pause = pause_before(tries, broken)
                if not may_repeat(request, broken) or self.clock() + pause > until:
                    raise
                yield Pause(pause)
                tries += 1


def may_repeat(request: Request, error: ServiceError | Unreachable) -> bool:
    """Whether the request may be sent again after this came of it, and that may help."""
    if isinstance(error, Unreachable):
        return request.is_repeatable or not error.was_sent
    # A 429 is answered before anything is done.
    return isinstance(error, TooMany) or (isinstance(error, Unavailable) and request.is_repeatable)


def pause_before(tries: int, error: ServiceError | Unreachable) -> float:
    """How long to wait after so many tries; as long as the service says at least, and not all clients at the same moment."""
    growing = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**tries) * random.uniform(0.5, 1)  # noqa: S311
    asked = error.retry_after if isinstance(error, ServiceError) else None
    return max(growing, asked or 0.0)
