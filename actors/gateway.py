"""The queue as the API sees it: three calls, and no Ray in their types."""

import logging
from typing import Any

from ray.exceptions import ActorUnavailableError, RayActorError

from actors.queue import NAME, NAMESPACE, JobQueue
from jobs.record import JobRecord
from settings import Settings

log = logging.getLogger(__name__)


class JobGateway:
    """Finds (or starts) the cluster's one queue actor and speaks to it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue = self._actor()

    async def start(self) -> None:
        """Has the queue read what is open; used when the service starts."""
        await self._queue.start.remote()

    async def submit(self, record: JobRecord) -> None:
        """Tells the queue of a stored job. Where it is away, it finds the job by itself when it is back."""
        try:
            await self._queue.submit.remote(record.user_id, record.job_id, record.kind.value)
        except (ActorUnavailableError, RayActorError):
            log.warning("the queue is away; it will find job %s in the store", record.job_id)
            self._queue = self._actor()

    async def cancel(self, user_id: str, job_id: str) -> None:
        """Stops a job's work."""
        try:
            await self._queue.cancel.remote(user_id, job_id)
        except (ActorUnavailableError, RayActorError):
            # Its workflows died with it.
            self._queue = self._actor()

    async def status(self) -> dict[str, Any]:
        """Queue and workers, as `JobQueue.status` has them."""
        status: dict[str, Any] = await self._queue.status.remote()
        return status

    def _actor(self) -> Any:
        options = {"name": NAME, "namespace": NAMESPACE, "lifetime": "detached", "get_if_exists": True}
        return JobQueue.options(**options).remote(self._settings)  # type: ignore[attr-defined]
