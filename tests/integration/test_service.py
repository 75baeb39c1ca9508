"""The service on a folder: what its users meet, and what is left when it stops."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.integration.service import Service
from tests.integration.started_cluster import kill

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Service]:
    running = Service(folder)
    yield running
    if running.process.poll() is None:
        running.stop()


def test_the_clients_case_is_learned_and_applied_to_another_file(service: Service) -> None:
    training = service.ended(service.train())
    assert training["status"] == "succeeded", training

    job_id = service.submit(
        "/api/v1/inference/run",
        user_id="ada",
        job_id=training["job_id"],
        input_file="quantity,price_per_unit,order_status\n7,3.5,shipped\n2,0.1,pending\n",
    )

    assert service.ended(job_id)["status"] == "succeeded"
    output = service.client.get(f"/api/v1/ada/{job_id}/output").text
    assert output == "total_price,order_status,shipping_category\n24.5,Shipped,Express\n0.2,Pending,Standard\n"


def test_a_file_that_does_not_fit_fails_with_the_columns_named(service: Service) -> None:
    training = service.ended(service.train())

    body = {"user_id": "ada", "job_id": training["job_id"], "input_file": "quantity,price\n1,2\n"}
    record = service.ended(service.submit("/api/v1/inference/run", **body))

    assert record["status"] == "failed"
    assert "'price_per_unit'" in record["error"]["detail"]


def test_an_example_that_cannot_be_explained_fails_honestly(service: Service) -> None:
    body = {"job_title": "t", "owner": "o", "input_file": "a\nq7\nw2\n", "expected_output_file": "b\nzebra\nlamp\n"}
    record = service.ended(service.submit("/api/v1/train", user_id="ada", **body))

    assert (record["status"], record["error"]["title"]) == ("failed", "No converter found")


def test_the_queue_status_counts_the_slots(service: Service) -> None:
    status = service.client.get("/api/v1/queue/status").json()

    assert status["queue_info"]["max_workers"] == 2
    assert [node["max_workers"] for node in status["nodes"]] == [2]


def test_everything_listens_on_loopback_only(service: Service) -> None:
    processes = {process.pid for process in service.family()}

    listening = {
        (one.laddr.ip, one.laddr.port)
        for one in psutil.net_connections("inet")
        if one.status == psutil.CONN_LISTEN and one.pid in processes
    }

    # The API, the dashboard, HAProxy's metrics and statistics, GCS, raylet, agents and every worker.
    assert {service.port, service.dashboard} < {port for _, port in listening}
    assert len(listening) > 10
    assert {address for address, _ in listening} <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


def test_no_worker_holds_what_ray_would_load_for_data_sets(service: Service) -> None:
    service.ended(service.train())
    workers = [process for process in service.family() if process.cmdline() and process.cmdline()[0].startswith("ray::")]

    assert len(workers) > 2
    assert not [one.cmdline() for one in workers if "libarrow" in Path(f"/proc/{one.pid}/maps").read_text()]


def test_a_restart_runs_what_was_open_and_a_stop_is_clean(folder: Path, service: Service) -> None:
    waiting = [service.train() for _ in range(6)]
    family = service.family()[1:]

    assert service.stop() == 0
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []

    again = Service(folder)
    try:
        assert {again.ended(job_id)["status"] for job_id in waiting} == {"succeeded"}
    finally:
        again.stop()


def test_a_service_whose_ray_dies_ends_and_its_jobs_go_on_in_the_next_one(tmp_path: Path) -> None:
    service = Service(tmp_path)
    family = service.family()
    waiting = [service.train() for _ in range(4)]

    next(process for process in family if process.name() == "gcs_server").kill()

    assert service.process.wait(60) != 0
    # As a supervisor does with what is left.
    kill(family)
    again = Service(tmp_path)
    try:
        assert {again.ended(job_id)["status"] for job_id in waiting} == {"succeeded"}
    finally:
        again.stop()
