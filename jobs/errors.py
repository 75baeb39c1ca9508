"""Every error of this package; a class's docstring is its meaning."""


class JobError(Exception):
    """The base of all that `jobs` raises on purpose. `str(error)` is fit for a person to read."""


class ObjectMissing(JobError):
    """No object under this key."""


class PreconditionFailed(JobError):
    """A conditional write whose condition no longer holds: somebody else wrote first."""


class UnsafeStore(JobError):
    """A store that ignores conditional writes, and would lose jobs silently."""


class StoreUnavailable(JobError):
    """A store that does not answer, or refuses to."""


class BackupRefused(JobError):
    """A backup that would be put over jobs, or that is none."""


class RecordDamaged(JobError):
    """A job's record that cannot be read, as when something else wrote it."""


class JobMissing(JobError):
    """No such job of this user."""


class ConverterMissing(JobError):
    """No such named converter of this user, or no such version of it."""


class FileMissing(JobError):
    """A job that has no such file (yet)."""


class Conflict(JobError):
    """A change of a job's status that its present status does not allow, or that another worker made first."""


class KeyReused(Conflict):
    """An Idempotency-Key that stands for another request already."""


class AttemptsExhausted(JobError):
    """A job that was tried as often as it may be."""


class QueueFull(JobError):
    """As many jobs wait as may; `retry_after` is in how many seconds it is worth asking again."""

    retry_after: int = 1


class QueueUnavailable(JobError):
    """A queue that does not answer now; jobs are stored all the same, and it will find them."""


class KeyMissing(JobError):
    """No such key of the API."""


class QuotaUsed(JobError):
    """As much is used as may be; `retry_after` says in how many seconds to ask again, None for never."""

    def __init__(self, problem: str, retry_after: int | None = None) -> None:
        super().__init__(problem)
        self.retry_after = retry_after
