"""Which waiting job runs next, and what may wait. Decisions only: knows no Ray, no store, no clock.

Users share slots by max-min fairness: next is a user with the fewest jobs running, and among those the one whose turn is
longest ago. Inferences go before trainings, which are kept a share of the slots all the same; where inferences come
at all, trainings leave them a few slots, so that one needs not wait for a long training to end.
"""

import heapq
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jobs.errors import QueueFull
from jobs.open_job import OpenJob
from jobs.record import JobKind

_TRAININGS_KEPT = 4
"""Trainings may take a slot in so many, however many inferences wait."""
_INFERENCES_KEPT = 8
"""Trainings leave a slot in so many (one at least) to inferences."""

Name = tuple[str, str]


@dataclass(frozen=True)
class Bounds:
    """How many jobs may wait: in all, and of one user."""

    waiting: int = 100_000
    waiting_per_user: int = 10_000


class Schedule:
    """Waiting jobs in the order in which they are to run, and how many run for whom."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._lanes = {kind: _Lane() for kind in JobKind}
        self._waiting: dict[Name, OpenJob] = {}
        self._waiting_of: Counter[str] = Counter()
        self._running: dict[Name, OpenJob] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, name: Name) -> bool:
        return name in self._waiting

    def admit(self, user_id: str) -> int:
        """How many more jobs of this user may wait. Raises `QueueFull` where none may."""
        if len(self) >= self._bounds.waiting:
            raise QueueFull(f"{len(self)} jobs wait, which is all that may")
        if self._waiting_of[user_id] >= self._bounds.waiting_per_user:
            raise QueueFull(f"{self._waiting_of[user_id]} jobs of {user_id} wait, which is all that may for one user")
        return self.room(user_id)

    def room(self, user_id: str) -> int:
        """How many more jobs of this user may wait."""
        bounds = self._bounds
        return max(0, min(bounds.waiting - len(self), bounds.waiting_per_user - self._waiting_of[user_id]))

    def add(self, job: OpenJob) -> None:
        """Appends a job, whatever the bounds; one that waits already stays where it is."""
        if job.name not in self._waiting:
            self._waiting[job.name] = job
            self._waiting_of[job.user_id] += 1
            self._lanes[job.kind].add(job)

    def remove(self, name: Name) -> OpenJob | None:
        """Takes a waiting job out, and gives it; None where it does not wait."""
        job = self._waiting.pop(name, None)
        if job is not None:
            self._lanes[job.kind].remove(job)
            self._forget(job)
        return job

    def next(self, slots: int, *, inferences_come: bool = False) -> OpenJob | None:
        """Takes out the job to start now, which runs until `ended`; None where none waits or no slot is for it.

        `inferences_come` tells whether slots are to be left for inferences that do not wait yet.
        """
        kind = self._kind(slots, inferences_come)
        if kind is None:
            return None
        job = self._lanes[kind].take()
        del self._waiting[job.name]
        self._forget(job)
        self._running[job.name] = job
        for lane in self._lanes.values():
            lane.count(job.user_id, 1)
        return job

    def ended(self, name: Name) -> None:
        """Frees a running job's slot."""
        job = self._running.pop(name)
        for lane in self._lanes.values():
            lane.count(job.user_id, -1)

    def ahead(self, name: Name) -> Counter[JobKind] | None:
        """How many jobs of each kind start before a waiting one, if users take turns and no more come; None if not waiting."""
        job = self._waiting.get(name)
        if job is None:
            return None
        before = Counter({job.kind: self._lanes[job.kind].ahead(job)})
        if job.kind is JobKind.TRAIN:
            before[JobKind.INFERENCE] = len(self._lanes[JobKind.INFERENCE])
        return before

    def waiting(self) -> dict[JobKind, int]:
        """How many wait, by kind."""
        return {kind: len(lane) for kind, lane in self._lanes.items()}

    def running(self) -> dict[JobKind, int]:
        """How many run, by kind."""
        counts = Counter(job.kind for job in self._running.values())
        return {kind: counts[kind] for kind in JobKind}

    def users(self, most: int) -> list[tuple[str, int, int]]:
        """The users with most jobs, each with how many wait and how many run."""
        running = Counter(job.user_id for job in self._running.values())
        busiest = (self._waiting_of + running).most_common(most)
        return [(user_id, self._waiting_of[user_id], running[user_id]) for user_id, _ in busiest]

    def oldest(self) -> dict[JobKind, datetime | None]:
        """Since when the longest waiting job waits, by kind."""
        return {kind: lane.oldest() for kind, lane in self._lanes.items()}

    def _kind(self, slots: int, inferences_come: bool) -> JobKind | None:
        running = self.running()
        if len(self._running) >= slots:
            return None
        trainings, inferences = running[JobKind.TRAIN], len(self._lanes[JobKind.INFERENCE])
        left = max(1, slots // _INFERENCES_KEPT) if slots > 1 and (inferences_come or inferences) else 0
        may_train = bool(len(self._lanes[JobKind.TRAIN])) and trainings < slots - left
        if inferences and not (may_train and trainings < slots // _TRAININGS_KEPT):
            return JobKind.INFERENCE
        return JobKind.TRAIN if may_train else None

    def _forget(self, job: OpenJob) -> None:
        self._waiting_of[job.user_id] -= 1
        if not self._waiting_of[job.user_id]:
            del self._waiting_of[job.user_id]


class _Lane:
    """Waiting jobs of one kind. Every change costs no more than a heap's logarithm, however many wait."""

    def __init__(self) -> None:
        # OrderedDict where the first entry is taken: a plain dict looks through all that were ever before it.
        self._jobs: dict[str, OrderedDict[str, OpenJob]] = {}
        # Users that wait, by how many jobs of theirs run; of each number, in turn.
        self._levels: dict[int, OrderedDict[str, None]] = {}
        self._running: Counter[str] = Counter()
        self._size = 0
        self._ages: list[tuple[datetime, str, str]] = []

    def __len__(self) -> int:
        return self._size

    def add(self, job: OpenJob) -> None:
        if job.user_id not in self._jobs:
            self._jobs[job.user_id] = OrderedDict()
            self._enter(job.user_id)
        self._jobs[job.user_id][job.job_id] = job
        self._size += 1
        heapq.heappush(self._ages, (job.created_at, *job.name))

    def remove(self, job: OpenJob) -> None:
        jobs = self._jobs[job.user_id]
        del jobs[job.job_id]
        self._size -= 1
        if not jobs:
            del self._jobs[job.user_id]
            self._leave(job.user_id)

    def take(self) -> OpenJob:
        turns = self._levels[min(self._levels)]
        user_id = next(iter(turns))
        job = next(iter(self._jobs[user_id].values()))
        turns.move_to_end(user_id)
        self.remove(job)
        return job

    def count(self, user_id: str, change: int) -> None:
        """Notes that so many more jobs of a user run."""
        waits = user_id in self._jobs
        if waits:
            self._leave(user_id)
        self._running[user_id] += change
        if not self._running[user_id]:
            del self._running[user_id]
        if waits:
            self._enter(user_id)

    def ahead(self, job: OpenJob) -> int:
        own = list(self._jobs[job.user_id]).index(job.job_id)
        before = own
        earlier = True
        for user_id in self._in_turn():
            earlier = earlier and user_id != job.user_id
            if user_id != job.user_id:
                before += min(len(self._jobs[user_id]), own + earlier)
        return before

    def oldest(self) -> datetime | None:
        while self._ages:
            created_at, user_id, job_id = self._ages[0]
            jobs = self._jobs.get(user_id)
            job = jobs.get(job_id) if jobs else None
            if job is not None and job.created_at == created_at:
                return created_at
            heapq.heappop(self._ages)
        return None

    def _in_turn(self) -> Iterator[str]:
        return (user_id for level in sorted(self._levels) for user_id in self._levels[level])

    def _enter(self, user_id: str) -> None:
        self._levels.setdefault(self._running[user_id], OrderedDict())[user_id] = None

    def _leave(self, user_id: str) -> None:
        level = self._running[user_id]
        del self._levels[level][user_id]
        if not self._levels[level]:
            del self._levels[level]
