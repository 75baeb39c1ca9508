"""The queue as the API sees it: a few calls, and no Ray in their types."""

import asyncio
import logging
import time
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import ray
from ray.exceptions import ActorUnavailableError, RayActorError, RayError, RayTaskError

from actors.admission import Admission
from actors.queue import NAME, NAMESPACE, JobQueue
from actors.release import release_of
from actors.watching import Watch, Watching
from jobs.errors import QueueFull, QueueUnavailable
from jobs.open_job import OpenJob
from jobs.record import JobRecord
from settings import Settings

log = logging.getLogger(__name__)

_ANSWER_SECONDS = 10.0
# Longer than the queue holds an answer that nothing has changed.
_CHANGES_SECONDS = 30.0
_RETIRE_SECONDS = 60.0
_TAKEOVERS_TRIED, _TAKEOVER_PAUSE = 20, 0.5


class JobGateway:
    """Finds (or starts) the cluster's one queue actor and speaks to it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue = self._actor()
        self._admission = Admission()
        self._telling: set[asyncio.Task[None]] = set()
        self._watching = Watching(partial(self._answer, "changes", seconds=_CHANGES_SECONDS))

    def watch(self, user_id: str, job_id: str) -> AbstractAsyncContextManager[Watch]:
        """Tells of the job's changes; see `Watching`."""
        return self._watching.watch((user_id, job_id))

    async def start(self) -> None:
        """Has this release's queue be there; used when the service starts.

        Another release's queue is retired: what it does not end in time runs again under the new one, which finds all in the
        store. Raises `QueueUnavailable` where that does not come about.
        """
        for _ in range(_TAKEOVERS_TRIED):
            try:
                if await self._queue.release.remote() == release_of(self._settings):
                    return
                await self._queue.retire.remote(_RETIRE_SECONDS)
                ray.kill(self._queue, no_restart=True)
            except (ActorUnavailableError, RayActorError):
                log.info("the queue is being replaced")
            self._queue = self._actor()
            await asyncio.sleep(_TAKEOVER_PAUSE)
        raise QueueUnavailable("the queue of another release does not give way")

    async def admit(self, user_id: str) -> None:
        """Raises `QueueFull` (with `retry_after` seconds) where no further job of this user may wait; asked before storing."""
        if self._admission.admits(user_id, time.monotonic()):
            return
        try:
            self._admission.told(user_id, await self._answer("admit", user_id), time.monotonic())
        except QueueUnavailable:
            log.warning("the queue is away; what waits cannot be bounded now")

    async def submit(self, record: JobRecord) -> None:
        """Tells the queue of a stored job, before whatever else it is told; its answer is not waited for.

        Where it is away, it finds the job by itself when it is back.
        """
        told = asyncio.get_running_loop().create_task(self._told(record))
        self._telling.add(told)
        told.add_done_callback(self._telling.discard)

    async def _told(self, record: JobRecord) -> None:
        try:
            self._admission.told(record.user_id, await self._answer("submit", OpenJob.of(record)), time.monotonic())
        except QueueUnavailable:
            log.warning("the queue is away; it will find job %s in the store", record.job_id)

    async def cancel(self, user_id: str, job_id: str) -> None:
        """Stops a job's work; returns when it has stopped."""
        try:
            await self._answer("cancel", user_id, job_id)
        except QueueUnavailable:
            log.warning("the queue is away; its workflows end with it, job %s's too", job_id)

    async def deliver(self) -> None:
        """Has webhooks delivered that are due. Where the queue is away, the next one does."""
        try:
            await self._answer("deliver")
        except QueueUnavailable:
            log.warning("the queue is away; it will deliver webhooks when it is back")

    async def position(self, user_id: str, job_id: str) -> dict[str, float] | None:
        """A waiting job's `position` (1: the next) and `estimated_wait_seconds`; None where it does not wait.

        Raises `QueueUnavailable`.
        """
        place: dict[str, float] | None = await self._answer("position", user_id, job_id)
        return place

    async def status(self) -> dict[str, Any]:
        """Queue and workers, as `JobQueue.status` has them. Raises `QueueUnavailable`."""
        status: dict[str, Any] = await self._answer("status")
        return status

    async def _answer(self, call: str, *arguments: Any, seconds: float = _ANSWER_SECONDS) -> Any:
        """The queue's answer; asks again where the queue has just died or been replaced. Each call may be made twice."""
        try:
            return await self._asked(call, *arguments, seconds=seconds)
        except (ActorUnavailableError, RayActorError):
            self._queue = self._actor()
        try:
            return await self._asked(call, *arguments, seconds=seconds)
        except (ActorUnavailableError, RayActorError):
            raise QueueUnavailable("the queue is being started again") from None

    async def _asked(self, call: str, *arguments: Any, seconds: float) -> Any:
        try:
            return await asyncio.wait_for(getattr(self._queue, call).remote(*arguments), seconds)
        except RayTaskError as error:
            if isinstance(error.cause, QueueFull):
                raise error.cause from None
            raise
        except TimeoutError:
            raise QueueUnavailable("the queue does not answer") from None

    def _actor(self) -> Any:
        options = {"name": NAME, "namespace": NAMESPACE, "lifetime": "detached", "get_if_exists": True}
        return JobQueue.options(**options).remote(self._settings)  # type: ignore[attr-defined]


def is_deployed(settings: Settings) -> bool:
    """Whether the service on this cluster is of this release, as its queue tells; true where no queue can be asked."""
    try:
        queue = ray.get_actor(NAME, NAMESPACE)
        return bool(ray.get(queue.release.remote(), timeout=_ANSWER_SECONDS) == release_of(settings))
    except (ValueError, RayError):
        return True
