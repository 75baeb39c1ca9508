"""Which waiting job runs next: users take turns, and an inference goes before a training. Knows no Ray.

Round robin over users with two classes of work: whoever submits a thousand jobs waits behind the others' next one.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass

from jobs.record import JobKind


@dataclass(frozen=True)
class Waiting:
    """A job that waits."""

    user_id: str
    job_id: str
    kind: JobKind


class Schedule:
    """Waiting jobs in the order in which they are to run."""

    def __init__(self) -> None:
        # Users in turn; of each, what it waits for by kind, oldest first.
        self._turns: OrderedDict[str, dict[JobKind, deque[Waiting]]] = OrderedDict()
        self._jobs: dict[tuple[str, str], Waiting] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, job: tuple[str, str]) -> bool:
        return job in self._jobs

    def add(self, waiting: Waiting) -> None:
        """Appends a job; one that waits already stays where it is."""
        key = (waiting.user_id, waiting.job_id)
        if key not in self._jobs:
            self._jobs[key] = waiting
            self._turns.setdefault(waiting.user_id, {}).setdefault(waiting.kind, deque()).append(waiting)

    def remove(self, user_id: str, job_id: str) -> bool:
        """Takes a job out; gives whether it waited."""
        waiting = self._jobs.pop((user_id, job_id), None)
        if waiting is not None:
            self._turns[user_id][waiting.kind].remove(waiting)
            self._forget_idle(user_id)
        return waiting is not None

    def next(self) -> Waiting | None:
        """Takes out the job that is to run now: the first user's in turn with an inference, else the first user's."""
        user_id = next(self._with(JobKind.INFERENCE), None) or next(self._with(JobKind.TRAIN), None)
        if user_id is None:
            return None
        kinds = self._turns[user_id]
        waiting = (kinds.get(JobKind.INFERENCE) or kinds[JobKind.TRAIN]).popleft()
        del self._jobs[(user_id, waiting.job_id)]
        self._turns.move_to_end(user_id)
        self._forget_idle(user_id)
        return waiting

    def _with(self, kind: JobKind) -> Iterator[str]:
        return (user_id for user_id, kinds in self._turns.items() if kinds.get(kind))

    def _forget_idle(self, user_id: str) -> None:
        if not any(self._turns[user_id].values()):
            del self._turns[user_id]
