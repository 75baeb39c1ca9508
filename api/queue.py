"""The queue, as the API sees it, and what it tells of itself."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from fastapi import APIRouter, Request

from api.callers import caller_of
from api.documentation import picked
from api.status_bodies import QueueStatus
from api.waiting import Watch
from jobs.record import JobRecord


class Queue(Protocol):
    """What the API asks of the queue."""

    async def admit(self, user_id: str) -> None: ...
    async def submit(self, record: JobRecord) -> None: ...
    async def cancel(self, user_id: str, job_id: str) -> None: ...
    async def position(self, user_id: str, job_id: str) -> dict[str, float] | None: ...
    async def status(self) -> dict[str, Any]: ...
    async def deliver(self) -> None: ...
    def watch(self, user_id: str, job_id: str) -> AbstractAsyncContextManager[Watch]: ...


def queue_of(queue: Queue) -> APIRouter:
    """How busy the cluster is."""
    router = APIRouter(responses=picked(401, 403, 415, 422, 503))

    @router.get("/queue/status", tags=["queue"], summary="Queue and workers")
    async def queue_status(request: Request) -> QueueStatus:
        """How many jobs run and wait, in the whole cluster and on each node. Of users, those that the key is for."""
        status = QueueStatus.model_validate(await queue.status())
        caller = caller_of(request)
        return status.model_copy(update={"users": [one for one in status.users if caller.is_for(one.user_id)]})

    return router
