"""The clock that a search is timed by.

It counts the thread's own CPU time, so that what is learned from an example does not depend on how busy the machine is; but
where a thread gets little of a starved machine, the wall clock takes over, so that a time limit holds for who waits.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SLACK = 3.0
"""A second of this clock lasts no longer than so many seconds on the wall."""


class _Start(threading.local):
    """When this thread began to count: its CPU time and the time on the wall, or None outside of `counted`."""

    cpu = 0.0
    wall: float | None = None


_start = _Start()


def now() -> float:
    """Seconds of CPU time that this thread has used; deadlines of a search are compared with it.

    Within `counted`, the seconds since it began: of CPU time, but no fewer than those on the wall by `SLACK`.
    """
    if _start.wall is None:
        return time.thread_time()
    return max(time.thread_time() - _start.cpu, (time.monotonic() - _start.wall) / SLACK)


@contextmanager
def counted() -> Iterator[None]:
    """Begins to count for this thread; what began before goes on afterwards."""
    before = _start.cpu, _start.wall
    _start.cpu, _start.wall = time.thread_time(), time.monotonic()
    try:
        yield
    finally:
        _start.cpu, _start.wall = before
