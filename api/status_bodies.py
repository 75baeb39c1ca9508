"""The bodies of answers about the service itself: the queue's status, health, readiness."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from converter import __version__
from jobs.record import JobKind

_STATUS: JsonDict = {
    "status": "healthy",
    "queue_info": {"max_workers": 32, "active_jobs": 5, "available_workers": 27, "queue_size": 0},
    "capacity_utilization": {
        "workers_busy_percent": 15.625,
        "can_accept_new_jobs": True,
        "estimated_wait_time_minutes": 0,
    },
    "kinds": {
        "train": {
            "waiting": 0,
            "running": 2,
            "oldest_waiting_since": None,
            "mean_running_seconds": 4.2,
            "ended_by_minute": [0, 0, 0, 0, 0, 0, 0, 0, 0, 4],
        },
        "inference": {
            "waiting": 0,
            "running": 3,
            "oldest_waiting_since": None,
            "mean_running_seconds": 0.6,
            "ended_by_minute": [0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
        },
    },
    "nodes": [
        {"node_id": "17c4273e", "address": "10.0.0.7", "max_workers": 32, "active_jobs": 5, "available_workers": 27},
    ],
    "users": [{"user_id": "ada", "waiting": 0, "running": 5}],
}


class QueueInfo(BaseModel):
    """The whole cluster's workers, and the jobs that run and wait."""

    max_workers: int
    active_jobs: int
    available_workers: int
    queue_size: int


class CapacityUtilization(BaseModel):
    """How much of the cluster is in use."""

    workers_busy_percent: float
    can_accept_new_jobs: bool
    estimated_wait_time_minutes: float


class KindUse(BaseModel):
    """How many jobs of one kind wait and run, since when the oldest waits, and how long such jobs take."""

    waiting: int
    running: int
    oldest_waiting_since: datetime | None
    mean_running_seconds: float
    ended_by_minute: list[int] = Field(
        default_factory=list, description="How many ended in each of the last ten minutes, the one that runs now last."
    )


class NodeUse(BaseModel):
    """One node's workers."""

    node_id: str
    address: str
    max_workers: int
    active_jobs: int
    available_workers: int


class UserUse(BaseModel):
    """How many jobs of one user wait and run."""

    user_id: str
    waiting: int
    running: int


class QueueStatus(BaseModel):
    """How busy the cluster is, as a whole, by kind of job, and by node."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STATUS]})

    status: str
    queue_info: QueueInfo
    capacity_utilization: CapacityUtilization
    kinds: dict[JobKind, KindUse]
    nodes: list[NodeUse]
    users: list[UserUse] = Field(default_factory=list, description="The busiest users, of those that the key is for.")


class Health(BaseModel):
    """That the service lives."""

    status: str = "healthy"
    app_name: str = "AI CSV Converter"
    version: str = Field(examples=[__version__])


class Ready(BaseModel):
    """That the service can do its work, part by part."""

    status: str = "ready"
    checks: dict[str, str] = Field(examples=[{"store": "ok", "queue": "ok", "disk": "ok"}])
