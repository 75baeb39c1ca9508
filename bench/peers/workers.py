"""What both peers share: how many workers they have, what is there before the first job, and how status is told."""

import time
from typing import Any

from actors import workflow
from crew.agents import warm_up
from crew.model import ModelSettings
from jobs.record import JobKind
from settings import Settings

WORKERS = 32


def preload(settings: Settings) -> None:
    """What the parent does before it forks its workers: imports all that they need, CrewAI where a model is configured."""
    warm_up(ModelSettings.of(settings))


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
        # Neither tells kinds apart.
        "kinds": {
            kind: {"waiting": 0, "running": 0, "oldest_waiting_since": None, "mean_running_seconds": 0} for kind in JobKind
        },
        "nodes": [],
    }
