"""Debian's Prometheus beside a real service: it scrapes it, Ray's dashboard finds it, and an alert reaches its receiver."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from tests.debian import needs
from tests.integration.service import Service, eventually, family, free_port

pytestmark = [pytest.mark.integration, needs("prometheus", "prometheus")]


class Alertmanager:
    """Stands for one: keeps the names of the alerts that it is told of."""

    def __init__(self) -> None:
        self.fired: set[str] = set()
        fired = self.fired

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fired.update(alert["labels"]["alertname"] for alert in body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Watched:
    """A service on a store that can go away, Prometheus beside it."""

    def __init__(self, folder: Path) -> None:
        self.store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.store.start()
        host, port = self.store.get_host_and_port()
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys).create_bucket(Bucket="bucket")
        self.alertmanager, self.port = Alertmanager(), free_port()
        settings = {
            "MONITORING": "true",
            "PROMETHEUS_PORT": str(self.port),
            "GRAFANA_PORT": str(free_port()),
            "ALERTMANAGER": self.alertmanager.address,
            "AWS_BUCKET_NAME": "bucket",
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
        }
        self.service = Service(folder, settings=settings)

    def query(self, expression: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"http://127.0.0.1:{self.port}/api/v1/query", params={"query": expression})
        found: list[dict[str, Any]] = answer.raise_for_status().json()["data"]["result"]
        return found


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    made = Watched(tmp_path_factory.mktemp("watched"))
    yield made
    processes = [one for one in family(made.service.process.pid) if "prometheus" in one.name()]
    assert processes
    made.service.stop()
    assert not [one for one in processes if one.is_running()]
    made.alertmanager.stop()


def test_prometheus_scrapes_the_service_and_knows_what_it_did(watched: Watched) -> None:
    job_id = watched.service.train()
    assert watched.service.ended(job_id)["status"] == "succeeded"

    eventually(lambda: watched.query('sum(ray_converter_jobs_finished_total{kind="train",outcome="succeeded"}) == 1'), 90)

    assert watched.query("ray_converter_slots")
    assert watched.query("ray_node_disk_free")
    assert {one["value"][1] for one in watched.query('up{job="ray"}')} == {"1"}


def test_rays_dashboard_finds_prometheus(watched: Watched) -> None:
    token = (Path.home() / ".ray" / "auth_token").read_text().strip()

    answer = httpx.get(
        f"http://127.0.0.1:{watched.service.dashboard}/api/prometheus_health", headers={"Authorization": f"Bearer {token}"}
    )

    assert (answer.status_code, answer.json()["msg"]) == (200, "prometheus running")


def test_a_store_that_is_away_is_told_to_whoever_is_on_duty(watched: Watched) -> None:
    eventually(lambda: watched.query("ray_converter_store_reachable == 1"), 60)

    watched.store.stop()

    eventually(lambda: "StoreAway" in watched.alertmanager.fired, 200)
