"""Retention on a live queue: what has ended goes, and nothing that runs or waits is hurt."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ray

from jobs.record import JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings
from tests.integration.running import ENDLESS_ROWS, SLOW, Running, eventually, stored

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    ray.init(address="local", num_cpus=2, _node_ip_address="127.0.0.1", include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def ended(jobs: JobStore) -> JobRecord:
    one = stored(jobs, 5)
    return jobs.finish(jobs.claim("ada", one.job_id, "1"), JobStatus.SUCCEEDED, files={"output.csv": b"a\n1\n"})


@pytest.mark.parametrize("kept", [{"retention_days": 1e-6}, {"retention_jobs": 1}, {"retention_bytes": 1}], ids=str)
def test_what_has_ended_goes_and_what_runs_or_waits_is_not_hurt(tmp_path: Path, kept: dict[str, Any]) -> None:
    settings = Settings(data_dir=tmp_path, rescan_seconds=1, retention_seconds=0.2, aws_bucket_name=None, _env_file=None)
    running = Running(settings.model_copy(update=kept))
    jobs = running.jobs

    def listed() -> set[str]:
        return {one.job_id for one in jobs.list_of("ada")}

    try:
        runs = [running.inference(ENDLESS_ROWS, SLOW) for _ in range(2)]
        sandboxes = [running.sandbox(one) for one in runs]
        waits = running.inference(5)
        for _ in range(5):
            ended(jobs)

        open_jobs = {one.job_id for one in (*runs, waits)}
        eventually(lambda: listed() == open_jobs == {*jobs.sizes_of("ada")}, 60)

        assert all(one.is_running() for one in sandboxes)
        for one in runs:
            assert (running.status(one), jobs.get("ada", one.job_id).attempt) == (JobStatus.RUNNING, 1)
        assert running.status(waits) is JobStatus.QUEUED
        assert b"".join(jobs.stream(waits, "input.csv")).startswith(b"a\n")

        # What ends goes too, and what waited has its turn.
        for one in runs:
            jobs.cancel("ada", one.job_id)
            ray.get(running.queue.cancel.remote("ada", one.job_id))
        eventually(lambda: not jobs.open_jobs() and len(listed()) <= kept.get("retention_jobs", 0), 60)
    finally:
        ray.kill(running.queue)
