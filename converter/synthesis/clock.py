"""The clock that a search is timed by.

It counts the thread's own CPU time: what is learned from an example does not depend on how busy the machine is.
"""

import time


def now() -> float:
    """Seconds of CPU time that this thread has used; deadlines of a search are compared with it."""
    return time.thread_time()
