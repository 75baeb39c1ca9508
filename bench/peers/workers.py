"""What both peers share: how many workers they have, what a worker imports before its first job, and how status is told."""

import time
from typing import Any

# As our workflows have it when they start, so that no peer pays for it at its first job.
import crew.agents  # noqa: F401
from actors import workflow
from settings import Settings

WORKERS = 32


def warmed(settings: Settings) -> None:
    """A worker's first task, long enough that each of them gets one."""
    workflow.prepare(settings)
    time.sleep(0.2)


def status(jobs: int) -> dict[str, Any]:
    """The queue's status as our API has it, where `jobs` wait or run."""
    active = min(jobs, WORKERS)
    return {
        "status": "healthy",
        "queue_info": {
            "max_workers": WORKERS,
            "active_jobs": active,
            "available_workers": WORKERS - active,
            "queue_size": jobs - active,
        },
        "capacity_utilization": {
            "workers_busy_percent": 100 * active / WORKERS,
            "can_accept_new_jobs": True,
            "estimated_wait_time_minutes": 0,
        },
        "nodes": [],
    }
