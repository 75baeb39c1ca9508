"""The queue with 100,000 jobs waiting: how long recovery takes, and how fast it answers meanwhile.

    .venv/bin/python -m bench.waiting_jobs [WAITING]

Writes the markers of so many open jobs of 1,000 users into a folder store, starts a `JobQueue` over it on a Ray without a
single slot, and asks it. Prints one table. Machines are shared: take magnitudes.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ray

from actors.queue import JobQueue
from actors.schedule import Schedule
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, new_job_id
from settings import Settings

USERS = 1000
ASKED = 500


def main() -> None:
    """Measures and prints."""
    waiting = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    jobs = [job(number) for number in range(waiting)]
    print(f"{waiting} jobs of {USERS} users wait")
    in_memory(jobs)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), aws_bucket_name=None, max_waiting=2 * waiting)
        store = job_store(settings)
        for one in jobs:
            # As the store lays it out, but not synced to disk each time: the benchmark is of reading.
            marker = Path(folder, "objects", one.marker)
            marker.parent.mkdir(parents=True, exist_ok=True)
            marker.write_bytes(b"open")
        line("list them from the folder store", seconds(store.open_jobs))
        ray.init(address="local", num_cpus=0, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
        try:
            in_actor(settings, jobs)
        finally:
            ray.shutdown()


def job(number: int) -> OpenJob:
    """The job of this number; of each user's, every tenth is an inference."""
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number)
    kind = JobKind.INFERENCE if number // USERS % 10 == 0 else JobKind.TRAIN
    return OpenJob(f"user{number % USERS}", new_job_id(moment), kind, moment)


def in_memory(jobs: list[OpenJob]) -> None:
    """The schedule alone."""
    schedule = Schedule()
    line("add all to the schedule", seconds(lambda: [schedule.add(one) for one in jobs]))
    places = [one.name for one in jobs[:: max(1, len(jobs) // ASKED)]]
    times("place of one in the schedule", [seconds(lambda name=name: schedule.ahead(name)) for name in places])
    line("start and end all, 32 slots", seconds(lambda: drain(schedule)))


def drain(schedule: Schedule) -> None:
    """Starts and ends everything that waits."""
    running: list[OpenJob] = []
    while len(schedule) or running:
        while (one := schedule.next(32)) is not None:
            running.append(one)
        schedule.ended(running.pop(0).name)


def in_actor(settings: Settings, jobs: list[OpenJob]) -> None:
    """The actor, asked by one client; the first round trip is Ray's own share."""
    began = time.perf_counter()
    queue: Any = JobQueue.remote(settings)  # type: ignore[attr-defined]
    while ray.get(queue.status.remote())["queue_info"]["queue_size"] < len(jobs):
        time.sleep(0.01)
    line("start the actor until all wait again", time.perf_counter() - began)
    fresh = [job(len(jobs) + number) for number in range(ASKED)]
    times("round trip to the actor", [seconds(lambda: ray.get(queue.start.remote())) for _ in fresh])
    times("status", [seconds(lambda: ray.get(queue.status.remote())) for _ in fresh])
    times("admit and submit", [seconds(lambda one=one: submit(queue, one)) for one in fresh])
    times("position", [seconds(lambda one=one: ray.get(queue.position.remote(*one.name))) for one in fresh])
    times("cancel", [seconds(lambda one=one: ray.get(queue.cancel.remote(*one.name))) for one in fresh])


def submit(queue: Any, one: OpenJob) -> None:
    """As the gateway does."""
    ray.get(queue.admit.remote(one.user_id))
    ray.get(queue.submit.remote(one))


def seconds(call: Callable[[], Any]) -> float:
    """How long the call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def line(name: str, taken: float) -> None:
    """One figure."""
    print(f"{name:40} {taken:9.2f} s", flush=True)


def times(name: str, taken: list[float]) -> None:
    """A distribution."""
    cuts = statistics.quantiles(taken, n=100)
    print(f"{name:40} {1000 * cuts[49]:9.2f} ms p50 {1000 * cuts[98]:9.2f} ms p99", flush=True)


if __name__ == "__main__":
    main()
