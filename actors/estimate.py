"""How long jobs run, learned from those that ran, and how long a waiting one has to wait. Knows no Ray and no clock."""

import math
from collections import Counter
from collections.abc import Mapping

from jobs.record import JobKind

_WEIGHT = 0.1
"""What the newest running time counts in the mean."""


MINUTES = 10
"""So many of the last minutes' throughput is told."""


class Throughput:
    """How many jobs of each kind ended in each of the last minutes. Moments are seconds of any clock that only goes on."""

    def __init__(self) -> None:
        self._ended: Counter[tuple[JobKind, int]] = Counter()

    def count(self, kind: JobKind, now: float) -> None:
        """Counts a job that ends now."""
        self._ended[kind, int(now // 60)] += 1
        oldest = int(now // 60) - MINUTES
        for one in [one for one in self._ended if one[1] <= oldest]:
            del self._ended[one]

    def by_minute(self, kind: JobKind, now: float) -> list[int]:
        """How many ended in each of the last minutes, the one that runs now last."""
        minute = int(now // 60)
        return [self._ended[kind, at] for at in range(minute - MINUTES + 1, minute + 1)]


class RunningTimes:
    """An exponentially weighted mean of running times for each kind of job."""

    def __init__(self) -> None:
        # What a job of a kind takes is not known before one ran: a few seconds, as without a language model.
        self._means = {JobKind.TRAIN: 5.0, JobKind.INFERENCE: 2.0}
        self._known: set[JobKind] = set()

    def learn(self, kind: JobKind, seconds: float) -> None:
        """Counts a job that ran for so long; the first one of its kind replaces the guess."""
        weight = _WEIGHT if kind in self._known else 1.0
        self._known.add(kind)
        self._means[kind] += weight * (seconds - self._means[kind])

    def mean(self, kind: JobKind) -> float:
        """Seconds that a job of this kind is likely to run."""
        return self._means[kind]

    def wait(self, ahead: Mapping[JobKind, int], running: Mapping[JobKind, int], slots: int) -> float:
        """Seconds until a job starts that has these many ahead of it, while so many run, each half done by now.

        Nothing where a slot is free for it; infinity where there is no slot at all, as before the first node is there.
        """
        before = sum(ahead.values())
        if before + sum(running.values()) < slots:
            return 0.0
        if not slots:
            return math.inf
        work = sum(number * self._means[kind] for kind, number in ahead.items())
        return (work + sum(number * self._means[kind] / 2 for kind, number in running.items())) / slots
