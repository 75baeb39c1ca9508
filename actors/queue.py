"""The detached actor that knows what waits and what runs, and hands jobs to workflows as slots come free.

Its memory is a copy of what the store's `open/` says: it may be killed at any moment, and the next one reads that anew.
"""

import asyncio
import logging
from typing import Any

import ray
from ray.exceptions import RayError, TaskCancelledError

from actors.schedule import Schedule, Waiting
from actors.workflow import attempt
from jobs.location import job_store
from jobs.record import JobKind
from settings import MOST_SLOTS, Settings

NAME, NAMESPACE = "job-queue", "ai-csv-converter"
_SOFT_CANCEL_SECONDS = 1.0

log = logging.getLogger(__name__)
_Key = tuple[str, str]


@ray.remote(num_cpus=1, max_retries=0)
def workflow(user_id: str, job_id: str, settings: Settings) -> str:
    """One attempt at a job, in a worker of its own. Gives the id of the node that it ran on."""
    logging.basicConfig(level=settings.log_level)
    attempt(user_id, job_id, settings)
    return str(ray.get_runtime_context().get_node_id())


@ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=3, max_concurrency=1000)
class JobQueue:
    """The queue of one cluster."""

    def __init__(self, settings: Settings) -> None:
        logging.basicConfig(level=settings.log_level)
        self._settings, self._jobs = settings, job_store(settings)
        self._waiting = Schedule()
        self._running: dict[_Key, ray.ObjectRef] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._recovery: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Reads what is open and goes on looking for it, since a submission may have been stored and never told."""
        if self._recovery is None:
            self._recovery = asyncio.create_task(self._recover_for_ever())

    async def submit(self, user_id: str, job_id: str, kind: str) -> None:
        """Queues a stored job; one that waits or runs already is left alone."""
        await self.start()
        if (user_id, job_id) not in self._running:
            self._waiting.add(Waiting(user_id, job_id, JobKind(kind)))
        self._hand_out()

    async def cancel(self, user_id: str, job_id: str) -> None:
        """Stops a job's work: softly first, so that it cleans up, then by force. The record is the caller's to change."""
        running = self._running.get((user_id, job_id))
        if self._waiting.remove(user_id, job_id) or running is None:
            return
        ray.cancel(running, force=False)
        _, still = await asyncio.to_thread(ray.wait, [running], timeout=_SOFT_CANCEL_SECONDS)
        if still:
            ray.cancel(running, force=True)

    async def status(self) -> dict[str, Any]:
        """Queue and workers, for the whole cluster and for each node."""
        nodes = await asyncio.to_thread(_node_use)
        slots, active = sum(node["max_workers"] for node in nodes), len(self._running)
        return {
            "status": "healthy",
            "queue_info": _use(slots, active) | {"queue_size": len(self._waiting)},
            "capacity_utilization": {
                "workers_busy_percent": round(100 * min(active, slots) / slots, 3) if slots else 0.0,
                "can_accept_new_jobs": True,
                "estimated_wait_time_minutes": 0 if active < slots else round(len(self._waiting) / max(1, slots), 1),
            },
            "nodes": nodes,
        }

    async def _recover_for_ever(self) -> None:
        while True:
            for record in await asyncio.to_thread(self._jobs.open_jobs):
                if (record.user_id, record.job_id) not in self._running:
                    self._waiting.add(Waiting(record.user_id, record.job_id, record.kind))
            self._hand_out()
            await asyncio.sleep(self._settings.rescan_seconds)

    def _hand_out(self) -> None:
        while len(self._running) < _slots():
            waiting = self._waiting.next()
            if waiting is None:
                return
            key = (waiting.user_id, waiting.job_id)
            name = f"{waiting.kind} {waiting.job_id}"
            self._running[key] = workflow.options(name=name).remote(*key, self._settings)
            following = asyncio.create_task(self._follow(key, waiting))
            self._tasks.add(following)
            following.add_done_callback(self._tasks.discard)

    async def _follow(self, key: _Key, waiting: Waiting) -> None:
        try:
            await self._running[key]
        except TaskCancelledError:
            log.info("job %s was stopped", waiting.job_id)
        except RayError as error:
            # The worker or its node died. The store bounds how often this is tried again.
            log.warning("job %s lost its worker (%s)", waiting.job_id, type(error).__name__)
            self._waiting.add(waiting)
        finally:
            del self._running[key]
            self._hand_out()


def _slots() -> int:
    return int(ray.cluster_resources().get("CPU", 0))


def _node_use() -> list[dict[str, Any]]:
    free = ray._private.state.available_resources_per_node()
    return [
        {"node_id": node["NodeID"], "address": node["NodeManagerAddress"]}
        | _use(slots, slots - int(free.get(node["NodeID"], {}).get("CPU", 0)))
        for node in ray.nodes()
        if node["Alive"] and (slots := min(MOST_SLOTS, int(node["Resources"].get("CPU", 0))))
    ]


def _use(slots: int, active: int) -> dict[str, int]:
    return {"max_workers": slots, "active_jobs": active, "available_workers": max(0, slots - active)}
