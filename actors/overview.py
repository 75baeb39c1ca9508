"""What the queue tells of itself and the cluster: how much waits, runs and is free, in all, by kind, by user and by node."""

import time
from typing import Any

from actors.cluster import Cluster
from actors.estimate import RunningTimes, Throughput
from actors.schedule import Schedule
from jobs.record import JobKind

_USERS_TOLD = 50


def overview(
    cluster: Cluster, schedule: Schedule, times: RunningTimes, throughput: Throughput, *, resting: int, wait: float, most: int
) -> dict[str, Any]:
    """The queue's status as the API gives it; `resting` jobs wait after a failure, `wait` seconds would the next one."""
    waiting, running, oldest = schedule.waiting(), schedule.running(), schedule.oldest()
    slots, active = cluster.slots, sum(running.values())
    return {
        "status": "healthy",
        "queue_info": _use(slots, active) | {"queue_size": len(schedule) + resting},
        "capacity_utilization": {
            "workers_busy_percent": round(100 * min(active, slots) / slots, 3) if slots else 0.0,
            "can_accept_new_jobs": len(schedule) < most,
            "estimated_wait_time_minutes": round(wait / 60, 2),
        },
        "kinds": {
            str(kind): {
                "waiting": waiting[kind],
                "running": running[kind],
                "oldest_waiting_since": since.isoformat() if (since := oldest[kind]) else None,
                "mean_running_seconds": round(times.mean(kind), 3),
                "ended_by_minute": throughput.by_minute(kind, time.monotonic()),
            }
            for kind in JobKind
        },
        "users": [
            {"user_id": user_id, "waiting": waits, "running": runs} for user_id, waits, runs in schedule.users(_USERS_TOLD)
        ],
        "nodes": [{"node_id": node.node_id, "address": node.address} | _use(node.slots, node.active) for node in cluster.nodes],
    }


def _use(slots: int, active: int) -> dict[str, int]:
    return {"max_workers": slots, "active_jobs": active, "available_workers": max(0, slots - active)}
