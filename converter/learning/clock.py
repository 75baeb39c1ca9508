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
MOST_AT_ONCE = 0.5
"""A search asks at least so often, in seconds, but for one step in a hundred cases (measured on the shared ones). What takes
longer is a pause of the machine, which a virtual one counts as CPU time of whoever ran when it began."""


class _Counted(threading.local):
    """A thread's seconds so far, its CPU time when it last asked, and when it began on the wall, None outside of `counted`."""

    seconds = 0.0
    cpu = 0.0
    wall: float | None = None


_counted = _Counted()


def now() -> float:
    """Seconds of CPU time that this thread has used; deadlines of a search are compared with it.

    Within `counted`, the seconds since it began: of CPU time, but no fewer than those on the wall by `SLACK`.
    """
    cpu = time.thread_time()
    _counted.seconds += min(cpu - _counted.cpu, MOST_AT_ONCE)
    _counted.cpu = cpu
    if _counted.wall is None:
        return _counted.seconds
    return max(_counted.seconds, (time.monotonic() - _counted.wall) / SLACK)


@contextmanager
def counted() -> Iterator[None]:
    """Begins to count for this thread; what began before goes on afterwards."""
    now()
    seconds, wall = _counted.seconds, _counted.wall
    _counted.seconds, _counted.cpu, _counted.wall = 0.0, time.thread_time(), time.monotonic()
    try:
        yield
    finally:
        used = now()
        _counted.seconds, _counted.wall = seconds + used, wall
