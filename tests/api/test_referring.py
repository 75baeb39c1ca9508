"""Inferences whose file is named where it lies: acknowledged at once, looked at for who may name it, and not read."""

import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from jobs.location import job_store
from jobs.record import Source
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue, trained
from tests.api.test_batches import on_s3

PATH = "/api/v1/inference/run"


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    server = socket.create_server(("127.0.0.1", 0))
    ended, taken = threading.Event(), []

    def serve() -> None:
        server.settimeout(0.1)
        while not ended.is_set():
            try:
                taken.append(server.accept()[0])
            except TimeoutError:
                continue

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://localhost:{server.getsockname()[1]}/orders.csv?signature=secret"
    ended.set()
    thread.join()
    for one in (server, *taken):
        one.close()
    assert taken == [], "the request has asked the server"


@pytest.fixture
def settings(tmp_path: Path, s3_endpoint: str) -> Settings:
    changes = {"allowed_url_hosts": ("localhost",), "max_reference_bytes": 5000, "max_upload_bytes": 2000}
    return on_s3(tmp_path, s3_endpoint).model_copy(update=changes)


@pytest.fixture
def jobs(settings: Settings) -> JobStore:
    return job_store(settings)


@pytest.fixture
async def client(settings: Settings, jobs: JobStore) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(settings, jobs, RememberingQueue()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as client:
        yield client


async def test_a_url_is_acknowledged_without_asking_its_server(client: httpx.AsyncClient, jobs: JobStore, silent: str) -> None:
    body = {"user_id": "ada", "job_id": trained(jobs), "input_file": silent, "encoding": "utf-8"}
    started = time.monotonic()

    answer = await client.post(PATH, json=body)

    assert answer.status_code == 202, answer.text
    assert time.monotonic() - started < 2
    record = jobs.get("ada", answer.json()["job_id"])
    assert (record.source, record.encoding) == (Source(), "utf-8")
    assert "input.csv" not in record.files
    assert "secret" not in record.model_dump_json() + answer.text
    assert json.loads(b"".join(jobs.stream(record, "source.json"))) == {"address": silent}


@pytest.mark.parametrize("as_form", [False, True])
async def test_an_object_is_acknowledged_in_the_state_that_it_has(
    client: httpx.AsyncClient, jobs: JobStore, settings: Settings, as_form: bool
) -> None:
    etag = jobs.objects.put("in/large.csv", b"a,b\n" + b"1,x\n" * 1000)
    body = {"user_id": "ada", "job_id": trained(jobs), "input_file": f"s3://{settings.aws_bucket_name}/in/large.csv"}

    answer = await (
        client.post(PATH, files={k: (None, v) for k, v in body.items()}) if as_form else client.post(PATH, json=body)
    )

    assert answer.status_code == 202, answer.text
    assert jobs.get("ada", answer.json()["job_id"]).source == Source(etag=etag, size=4004)


@pytest.mark.parametrize(
    ("key", "status", "told"),
    [
        ("in/missing.csv", 422, "is not there"),
        ("files/bob/1/input.csv", 422, "not this user's"),
        ("in/huge.csv", 413, "MAX_REFERENCE_BYTES"),
    ],
)
async def test_what_may_not_be_named_is_refused_at_once(
    client: httpx.AsyncClient, jobs: JobStore, settings: Settings, key: str, status: int, told: str
) -> None:
    jobs.objects.put("in/huge.csv", b"a" * 5001)
    body = {"user_id": "ada", "job_id": trained(jobs), "input_file": f"s3://{settings.aws_bucket_name}/{key}"}

    answer = await client.post(PATH, json=body)

    assert answer.status_code == status
    assert told in answer.text


@pytest.mark.parametrize("url", ["http://127.0.0.1/x.csv", "http://169.254.169.254/latest", "https://user:x@example.org/x.csv"])
async def test_a_private_address_is_refused_at_once(client: httpx.AsyncClient, jobs: JobStore, url: str) -> None:
    answer = await client.post(PATH, json={"user_id": "ada", "job_id": trained(jobs), "input_file": url})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "input_file"]
