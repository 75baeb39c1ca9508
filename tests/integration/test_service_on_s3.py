"""The service on an S3 server over HTTP, started as `serve run serve_app:app` does it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from tests.integration.service import COMMAND, ROOT, Service, eventually, free_port

pytestmark = pytest.mark.integration

BUCKET = "service"
BIN = Path(sys.executable).parent
ROWS = 50_000


def _access(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_BUCKET_NAME": BUCKET,
        "AWS_ACCESS_KEY_ID": "access",
        "AWS_SECRET_ACCESS_KEY": "secret12",
    }


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def objects(endpoint: str) -> "boto3.client":
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="id", aws_secret_access_key="secret", region_name="us-east-1"
    )
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture(scope="module")
def service(endpoint: str, objects: "boto3.client", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("s3"), [str(BIN / "serve"), "run", "serve_app:app"], _access(endpoint))
    yield running
    running.stop()


@pytest.fixture
def careless_endpoint(tmp_path: Path) -> Iterator[str]:
    """A server that overwrites whatever the condition says."""
    port = free_port()
    (tmp_path / "store" / BUCKET).mkdir(parents=True)
    server = subprocess.Popen(
        [
            str(BIN / "rclone"),
            "serve",
            "s3",
            str(tmp_path / "store"),
            "--addr",
            f"127.0.0.1:{port}",
            "--auth-key",
            "access,secret12",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: _answers(f"http://127.0.0.1:{port}"), 30)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def test_a_file_in_the_bucket_is_learned_from_converted_and_streamed_back(service: Service, objects: "boto3.client") -> None:
    training = service.ended(service.train())
    assert training["status"] == "succeeded", training
    rows = "".join(f"{number},2.5,pending\n" for number in range(ROWS))
    objects.put_object(Bucket=BUCKET, Key="files/ada/orders.csv", Body=f"quantity,price_per_unit,order_status\n{rows}".encode())

    job_id = service.submit(
        "/api/v1/inference/run", user_id="ada", job_id=training["job_id"], input_file=f"s3://{BUCKET}/files/ada/orders.csv"
    )

    record = service.ended(job_id)
    assert record["status"] == "succeeded", record
    with service.client.stream("GET", f"/api/v1/ada/{job_id}/output") as answer:
        lines = list(answer.iter_lines())
    assert lines[0] == "total_price,order_status,shipping_category"
    assert lines[-1] == f"{(ROWS - 1) * 2.5},Pending,Standard"
    assert len(lines) == ROWS + 1
    link = service.client.get(f"/api/v1/ada/{job_id}/output/link").raise_for_status().json()["url"]
    # Past the service, and without a key of it.
    assert httpx.get(link).raise_for_status().text.splitlines() == lines


def test_what_is_deleted_leaves_nothing_in_the_bucket(service: Service, objects: "boto3.client") -> None:
    job_id = service.train()
    service.ended(job_id)

    assert service.client.delete(f"/api/v1/delete/job/ada/{job_id}").status_code == 204

    kept = [item["Key"] for item in objects.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
    assert [key for key in kept if job_id in key] == []


def test_a_store_that_ignores_conditional_writes_is_refused(careless_endpoint: str, tmp_path: Path) -> None:
    environment = os.environ | _access(careless_endpoint) | {"DATA_DIR": str(tmp_path), "PORT": str(free_port())}

    started = subprocess.run(COMMAND, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert started.returncode == 1
    assert "ignores conditional writes" in started.stderr
    assert "Traceback" not in started.stderr


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code < 500
    except httpx.TransportError:
        return False
