"""How much of the store each user may use: jobs and bytes, told before anything of a new job is stored."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from jobs.converters import NamedConverters
from jobs.errors import QuotaUsed
from jobs.store import JobStore

# A user's files are listed at most so often; what is submitted in between is added up.
_FRESH_SECONDS = 10.0
_REMEMBERED_USERS = 1000
_RETRY_SECONDS = 3600


@dataclass
class _Use:
    jobs: int
    bytes: int
    at: float


class Quotas:
    """The quota of every user; None stands for no bound."""

    def __init__(self, store: JobStore, most_jobs: int | None, most_bytes: int | None) -> None:
        self._store, self._jobs, self._bytes = store, most_jobs, most_bytes
        self._converters = NamedConverters(store.objects)
        self._used: OrderedDict[str, _Use] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, user_id: str, size: int, jobs: int = 1) -> None:
        """Counts a job of so many bytes, or bytes of no job. Raises `QuotaUsed` where the user may not store them."""
        if self._jobs is None and self._bytes is None:
            return
        if self._bytes is not None and size > self._bytes:
            raise QuotaUsed(f"the files have {size} bytes; user {user_id} may store {self._bytes} in all (USER_BYTES)")
        with self._lock:
            use = self._use(user_id)
            problem = self._problem(user_id, use, size, jobs)
            if problem is not None:
                # Whoever has just deleted something is not to wait for it to count.
                use = self._used[user_id] = self._counted(user_id)
                problem = self._problem(user_id, use, size, jobs)
            if problem is not None:
                raise QuotaUsed(problem, _RETRY_SECONDS)
            use.jobs, use.bytes = use.jobs + jobs, use.bytes + size

    def _problem(self, user_id: str, use: _Use, size: int, jobs: int) -> str | None:
        if jobs and self._jobs is not None and use.jobs >= self._jobs:
            return f"user {user_id} has {use.jobs} jobs and may have {self._jobs} (USER_JOBS); delete some"
        if self._bytes is not None and use.bytes + size > self._bytes:
            return f"user {user_id} stores {use.bytes} bytes, and may store {self._bytes} (USER_BYTES); delete some"
        return None

    def _use(self, user_id: str) -> _Use:
        use = self._used.pop(user_id, None)
        if use is None or time.monotonic() - use.at > _FRESH_SECONDS:
            use = self._counted(user_id)
        self._used[user_id] = use
        if len(self._used) > _REMEMBERED_USERS:
            self._used.popitem(last=False)
        return use

    def _counted(self, user_id: str) -> _Use:
        size = self._store.sizes_of(user_id).total() + self._converters.size_of(user_id)
        return _Use(self._store.count_of(user_id), size, time.monotonic())
