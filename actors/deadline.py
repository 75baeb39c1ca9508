"""A bound on how long the main thread may take."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class DeadlineReached(BaseException):
    """Not an `Exception`, so that no library takes it for a failure of its own and goes on."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises `DeadlineReached` in the body after so many seconds. In a process's main thread only."""

    def ring(*_: object) -> None:
        raise DeadlineReached

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
