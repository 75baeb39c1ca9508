"""The service as a person starts it, in a process of its own, asked over HTTP from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
CLIENT_INPUT = "quantity,price_per_unit,order_status\n10,2.5,pending\n5,10.0,shipped\n1,100.0,pending\n"
CLIENT_EXPECTED = (
    "total_price,order_status,shipping_category\n25.0,Pending,Standard\n50.0,Shipped,Express\n100.0,Pending,Standard\n"
)


class Service:
    """A running `python serve_app.py`."""

    def __init__(self, folder: Path) -> None:
        self.port, self.dashboard = _free_port(), _free_port()
        settings = {
            "PORT": str(self.port),
            "DASHBOARD_PORT": str(self.dashboard),
            "DATA_DIR": str(folder / "data"),
            "FASTAPI_AND_WEP_APP_SECRET_KEY": "key",
            "SLOTS_PER_NODE": "2",
            "RESCAN_SECONDS": "1",
        }
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "serve_app.py"], cwd=ROOT, env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT
            )
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers={"X-API-KEY": "key"}, timeout=30)
        self.log = folder / "log"
        eventually(self._is_healthy, 150)

    def submit(self, path: str, **body: Any) -> str:
        answer = self.client.post(path, json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job_id"])

    def train(self) -> str:
        return self.submit(
            "/api/v1/train",
            user_id="ada",
            input_file=CLIENT_INPUT,
            expected_output_file=CLIENT_EXPECTED,
            job_title="Orders",
            owner="sales",
            column_instructions={"total_price": "the product", "order_status": "with a capital"},
        )

    def ended(self, job_id: str) -> dict[str, Any]:
        def final() -> dict[str, Any] | None:
            record: dict[str, Any] = self.client.get(f"/api/v1/ada/{job_id}").raise_for_status().json()
            return record if record["status"] in ("succeeded", "failed", "cancelled") else None

        record: dict[str, Any] = eventually(final, 60)
        return record

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def _is_healthy(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.client.get("/health").status_code == 200
        except httpx.TransportError:
            return False


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


def test_the_api_and_the_dashboard_listen_on_loopback_only(service: Service) -> None:
    addresses = {
        one.laddr.ip
        for one in psutil.net_connections("inet")
        if one.status == psutil.CONN_LISTEN and one.laddr.port in (service.port, service.dashboard)
    }

    assert addresses == {"127.0.0.1"}


def test_a_restart_runs_what_was_open_and_a_stop_is_clean(folder: Path, service: Service) -> None:
    waiting = [service.train() for _ in range(6)]
    family = psutil.Process(service.process.pid).children(recursive=True)

    assert service.stop() == 0
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []

    again = Service(folder)
    try:
        assert {again.ended(job_id)["status"] for job_id in waiting} == {"succeeded"}
    finally:
        again.stop()


def eventually(found: Callable[[], Any], seconds: float) -> Any:
    """What the condition gives once it holds. There is no event to wait for across HTTP, so it is asked again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = found()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"did not come about within {seconds} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
