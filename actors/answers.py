"""A model's answers, kept with their job until it is final: an attempt after a crash asks no question twice."""

from jobs.record import JobRecord
from jobs.store import JobStore

_PREFIX = "answer-"


class JobAnswers:
    """What `crew.answers.Answers` asks for, in the job's own folder of the store.

    Whatever fails of the store fails the attempt, as anywhere else in it.
    """

    def __init__(self, jobs: JobStore, record: JobRecord) -> None:
        self._jobs, self._record = jobs, record
        # A first attempt finds none, and need not look.
        self._kept = jobs.parts(record) if record.attempt > 1 else {}

    def get(self, key: str) -> str | None:
        """The answer of an attempt before, if there was one."""
        name = f"{_PREFIX}{key}"
        if name not in self._kept:
            return None
        return b"".join(self._jobs.objects.stream(self._kept[name])).decode()

    def put(self, key: str, answer: str) -> None:
        """Keeps an answer for the attempts after this one."""
        self._jobs.put_part(self._record, f"{_PREFIX}{key}", answer.encode())
