"""Faults of the learner's own: what fails costs its own proposals, never the whole search.

A table that nobody thought of may break one way to explain it. The other ways stand, and what they give is proved by the engine
as ever; without any the example is declined. A fault is logged with its traceback, and fails the tests.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_LOG = logging.getLogger(__name__)
T = TypeVar("T")


@contextmanager
def contained(source: str) -> Iterator[None]:
    """What stands within ends where it fails, and what comes after goes on; `source` says in the log what failed."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it is, the others go on
        _LOG.exception("The learner failed on this example (%s); its other ways are tried.", source)


def unbroken(proposals: Iterable[T], source: str) -> Iterator[T]:
    """The proposals until their source fails, if it does."""
    with contained(source):
        yield from proposals
