"""What an operator sees of a job: the Ray dashboard's task list, Prometheus' metrics, the workers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import ray
from ray.util.state import list_tasks, list_workers

from actors.queue import JobQueue
from converter.manifest import Converter
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord
from settings import Settings
from tests.integration.running import ENDLESS_ROWS, SLOW, stored
from tests.integration.service import eventually, free_port

pytestmark = pytest.mark.integration

_SLOTS = 3


@dataclass(frozen=True)
class _Seen:
    """Where one looks: Prometheus' page, and the dashboard."""

    metrics_url: str
    dashboard_url: str


@pytest.fixture(scope="module")
def ray_here() -> Iterator[_Seen]:
    port = free_port()
    context = ray.init(
        address="local",
        num_cpus=_SLOTS,
        dashboard_port=free_port(),
        log_to_driver=False,
        _node_ip_address="127.0.0.1",
        _metrics_export_port=port,
        _system_config={"metrics_report_interval_ms": 500, "task_events_report_interval_ms": 200},
    )
    yield _Seen(f"http://127.0.0.1:{port}/metrics", f"http://{context.dashboard_url}")
    ray.shutdown()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("store"), aws_bucket_name=None, _env_file=None)


@pytest.fixture(scope="module")
def queue(ray_here: _Seen, settings: Settings) -> Any:
    """A queue with warm workers."""
    queue = JobQueue.remote(settings)  # type: ignore[attr-defined]
    ray.get(queue.warmed.remote())
    return queue


@pytest.fixture(scope="module")
def ended(queue: Any, settings: Settings) -> JobRecord:
    """A job that the queue carried out."""
    jobs = job_store(settings)
    text = Converter("SELECT a FROM input ORDER BY _row", ("a",), output_header=("a",)).dumps().encode()
    record = JobRecord.new(user_id="ada", kind=JobKind.INFERENCE)
    jobs.create(record, {"input.csv": b"a\n1\n2\n", "converter.sql": text})
    ray.get(queue.submit.remote(OpenJob.of(record)))
    eventually(lambda: jobs.get("ada", record.job_id).status.is_final, 60)
    return jobs.get("ada", record.job_id)


def test_as_many_workers_as_slots_are_there_before_a_job_comes(ray_here: _Seen, queue: Any) -> None:
    workers = [one for one in list_workers(ray_here.dashboard_url, limit=1000) if one.is_alive and one.worker_type == "WORKER"]

    # The queue itself is one more.
    assert len(workers) > _SLOTS


def test_a_job_is_a_named_task_in_the_dashboard(ray_here: _Seen, ended: JobRecord) -> None:
    def task() -> Any:
        return list_tasks(
            ray_here.dashboard_url, filters=[("name", "=", f"inference {ended.job_id}"), ("state", "=", "FINISHED")]
        )

    assert len(eventually(task, 30)) == 1


def test_jobs_that_wait_are_in_rays_own_view_of_demand(ray_here: _Seen, queue: Any, settings: Settings) -> None:
    jobs = job_store(settings)
    held = [stored(jobs, ENDLESS_ROWS, SLOW) for _ in range(_SLOTS + 2)]
    for record in held:
        ray.get(queue.submit.remote(OpenJob.of(record)))
    token = (Path.home() / ".ray" / "auth_token").read_text().strip()

    def status() -> str | None:
        # The card "Resource Status" of the dashboard shows this, and `ray status` prints it.
        answer = httpx.get(
            f"{ray_here.dashboard_url}/api/cluster_status", params={"format": 1}, headers={"Authorization": f"Bearer {token}"}
        )
        text: str = answer.raise_for_status().json()["data"]["clusterStatus"]
        return text if f"{{'CPU': 1}}: {_SLOTS + 2} from request_resources()" in text else None

    try:
        assert eventually(status, 60)
    finally:
        for record in held:
            ray.get(queue.cancel.remote(record.user_id, record.job_id))


def test_the_metrics_tell_what_ran_and_what_it_made(ray_here: _Seen, ended: JobRecord) -> None:
    def text() -> str | None:
        answer = httpx.get(ray_here.metrics_url).text
        return answer if "ray_converter_rows_total" in answer else None

    lines = [line for line in eventually(text, 90).splitlines() if line.startswith("ray_converter_")]

    def value(name: str, *labels: str) -> float:
        found = [line for line in lines if line.startswith(name + "{") and all(label in line for label in labels)]
        return sum(float(line.rsplit(" ", 1)[1]) for line in found)

    assert value("ray_converter_jobs_finished_total", 'kind="inference"', 'outcome="succeeded"') == 1
    assert value("ray_converter_rows_total", 'direction="out"') == 2
    assert value("ray_converter_bytes_total", 'direction="in"') == 6
    assert value("ray_converter_slots", 'state="all"') == _SLOTS
    assert value("ray_converter_running_seconds_count", 'kind="inference"') == 1
