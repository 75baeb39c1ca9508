"""Turns: of a node's attempts that compute, few do so at once.

A node has more slots than cores, for jobs that wait for a model. Where all of them compute, each has a small share of a
core, and what one holds for a moment (a folder, the file system's journal) it holds until it is given a core again: a
submission beside 32 plain jobs waited 160 ms for its syncs, which take 8 ms by themselves. So the beginning of an attempt is
had in turn, and small jobs end one after the other instead of all late. An attempt that waits for a model leaves, and so does
one that takes long: it goes on beside the others, and delays nobody.
"""

import fcntl
import os
import random
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PLACES = 2 * len(os.sched_getaffinity(0))
"""So that a core has something to do while one waits for the store."""
_LONGEST_SECONDS = 1.0
"""More than 95 of 100 plain jobs take."""
_PATIENCE_SECONDS = 10.0
"""Who holds a place and was stopped, so that it does not leave, delays others by no more."""

_own: list[int] = []
"""The descriptor that holds this process's place, while it has one: a worker has one attempt at a time."""


@contextmanager
def turn() -> Iterator[None]:
    """Waits for a place among those of this node that compute, and holds it until `leave`, the end, or a second has passed."""
    _own.append(_taken())
    timer = threading.Timer(_LONGEST_SECONDS, leave)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        leave()


def leave() -> None:
    """Gives this process's place to the next, where it holds one."""
    # The timer's thread may be here too: each place is taken off once.
    with suppress(IndexError):
        os.close(_own.pop())


def _taken() -> int:
    """A descriptor that holds a place for as long as it is open, in this process or what has died as it."""
    folder = Path(tempfile.gettempdir()) / f"turns-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    numbers = random.sample(range(_PLACES), _PLACES)
    for number in numbers:
        place = _opened(folder / str(number))
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return place
        except BlockingIOError:
            os.close(place)
    place = _opened(folder / str(numbers[0]))
    waiting = threading.Thread(target=fcntl.flock, args=(place, fcntl.LOCK_EX), daemon=True)
    waiting.start()
    try:
        waiting.join(_PATIENCE_SECONDS)
    except BaseException:
        # Cancelled. What the thread is given then goes with it.
        os.close(place)
        raise
    return place


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
