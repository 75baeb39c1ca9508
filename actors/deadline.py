"""A bound on how long the main thread may take."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_AGAIN_SECONDS = 0.01


class DeadlineReached(BaseException):
    """Not an `Exception`, so that no library takes it for a failure of its own and goes on."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises `DeadlineReached` in the body after so many seconds. In a process's main thread only."""

    def ring(*_: object) -> None:
        raise DeadlineReached

    def unraisable(lost: "sys.UnraisableHookArgs") -> None:
        # What is raised while an object is being finalised goes nowhere: then it rings again, a little later.
        if lost.exc_type is DeadlineReached:
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        else:
            hook(lost)

    before, hook = signal.signal(signal.SIGALRM, ring), sys.unraisablehook
    sys.unraisablehook = unraisable
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = hook
        signal.signal(signal.SIGALRM, before)
