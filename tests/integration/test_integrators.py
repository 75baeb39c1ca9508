"""What those who build on the service meet, through HAProxy as they do: files as they are, and answers without polling."""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from httpx_sse import EventSource

from actors.courier import signature
from tests.actors.test_courier import Receiver
from tests.integration.service import ROOT, Service, eventually
from tests.model_server import CLIENT_EXPECTED, CLIENT_INPUT

pytestmark = pytest.mark.integration

RUN = "/api/v1/inference/run"
LARGE = 2 << 30


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    hooks = {"ALLOWED_URL_HOSTS": '["localhost"]', "WEBHOOK_RETRY_SECONDS": "0.5"}
    large = hooks | {"MAX_UPLOAD_BYTES": str(4 << 30), "SPOOL_BYTES": str(9 << 30)}
    running = Service(tmp_path_factory.mktemp("integrators"), settings=large)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def training(service: Service) -> str:
    """A training that succeeded, from two files on disk."""
    files = ("-F", "input_file=@examples/orders.csv", "-F", "expected_output_file=@examples/expected.csv")
    job_id = str(json.loads(curl(service, "/api/v1/train", *files, "-F", "user_id=ada"))["job_id"])
    assert service.ended(job_id)["status"] == "succeeded"
    return job_id


def curl(service: Service, path: str, *options: str) -> str:
    """What curl prints."""
    command = ["curl", "-sS", f"http://127.0.0.1:{service.port}{path}", "-H", "X-API-KEY: key", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def replica(service: Service) -> psutil.Process:
    """The process that answers HTTP."""
    return next(one for one in service.family() if "ServeReplica" in " ".join(one.cmdline()))


def test_a_file_on_disk_is_converted_as_it_is(service: Service, training: str) -> None:
    more = "@examples/more_orders.csv"

    raw = ("-H", "Content-Type: text/csv", "--data-binary", more)
    job_id = json.loads(curl(service, f"{RUN}?user_id=ada&job_id={training}", *raw))["job_id"]

    assert service.ended(job_id)["status"] == "succeeded"
    output = service.client.get(f"/api/v1/ada/{job_id}/output").text
    assert output.splitlines()[0] == (ROOT / "examples/expected.csv").read_text().splitlines()[0]
    assert len(output.splitlines()) > 1000


@pytest.mark.timeout(600)
def test_a_large_upload_leaves_the_apis_memory_flat(service: Service, training: str, tmp_path: Path) -> None:
    head, _, rows = (ROOT / "examples/orders.csv").read_text().partition("\n")
    block = rows.encode() * 2000
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.write(head.encode() + b"\n")
        while file.tell() < LARGE:
            file.write(block)
    process = replica(service)
    before, most = process.memory_info().rss, 0

    with ThreadPoolExecutor(1) as pool:
        form = ("-F", "user_id=ada", "-F", f"job_id={training}", "-F", f"input_file=@{large}")
        sending = pool.submit(curl, service, RUN, *form)
        while not wait([sending], 0.1).done:
            most = max(most, process.memory_info().rss)

    told = json.loads(sending.result())
    assert told["status"] == "queued"
    # A file of gigabytes: what grows is the buffers of one request.
    assert most - before < 64 << 20
    service.client.post(f"/api/v1/ada/{told['job_id']}/cancel")


def test_a_small_job_is_one_request(service: Service, training: str) -> None:
    wait = ("-H", "Prefer: wait=30")
    files = ("-F", "input_file=@examples/orders.csv", "-F", "expected_output_file=@examples/expected.csv")

    learned = json.loads(curl(service, "/api/v1/train", *files, "-F", "user_id=ada", *wait))
    raw = ("-H", "Content-Type: text/csv", "--data-binary", "@examples/more_orders.csv")
    converted = json.loads(curl(service, f"{RUN}?user_id=ada&job_id={learned['job_id']}", *raw, *wait))

    assert (learned["status"], learned["job"]["status"]) == ("succeeded", "succeeded")
    assert converted["status"] == "succeeded"
    # By no look of its own: these come 15 s apart.
    ran = converted["job"]
    assert datetime.fromisoformat(ran["finished_at"]) - datetime.fromisoformat(ran["created_at"]) < timedelta(seconds=14)


def test_the_result_itself_comes_of_one_request(service: Service, training: str) -> None:
    raw = ("-H", "Content-Type: text/csv", "--data-binary", "@examples/more_orders.csv", "-H", "Prefer: wait=30")
    url = f"{RUN}?user_id=ada&job_id={training}"

    result = curl(service, url, *raw, "-H", "Accept: text/csv")
    rows = curl(service, url, *raw, "-H", "Accept: application/x-ndjson").splitlines()

    heading, *lines = result.splitlines()
    assert heading == (ROOT / "examples/expected.csv").read_text().splitlines()[0]
    assert len(rows) == len(lines) > 1000
    assert ",".join(json.loads(rows[0]).values()) == lines[0]


def test_events_that_were_cut_go_on_where_they_ended(service: Service) -> None:
    """Through HAProxy; the job waits behind others meanwhile, so that there is something to cut."""
    before = [service.train() for _ in range(6)]
    job_id = service.train()
    url = f"/api/v1/ada/{job_id}/events"

    with service.client.stream("GET", url) as cut:
        first = next(event for event in events_of(cut))
    with service.client.stream("GET", url, headers={"Last-Event-ID": first["id"]}, timeout=60) as resumed:
        rest = list(events_of(resumed))
    again = service.client.get(url, headers={"Last-Event-ID": rest[-1]["id"]})

    assert (first["event"], first["data"]["status"]) == ("status", "queued")
    assert [event["event"] for event in rest] == ["status", "phase", "end"]
    assert [event["data"]["status"] for event in rest] == ["running", "running", "succeeded"]
    assert again.status_code == 204
    for one in before:
        assert service.ended(one)["status"] == "succeeded"


def test_who_waits_is_answered_though_the_queue_dies(service: Service) -> None:
    waiting = [service.train() for _ in range(8)]
    queue = next(one for one in service.family() if "JobQueue" in " ".join(one.cmdline()))

    with ThreadPoolExecutor(1) as pool:
        wait_for = {"Prefer": "wait=60"}
        answer = pool.submit(service.client.get, f"/api/v1/ada/{waiting[-1]}", headers=wait_for, timeout=90)
        queue.kill()

    assert answer.result().json()["status"] == "succeeded"


def test_a_webhook_is_told_though_its_receiver_and_the_queue_die(service: Service) -> None:
    receiver = Receiver()
    receiver.statuses = [500]
    try:
        job_id = service.submit(
            "/api/v1/train",
            user_id="ada",
            input_file=CLIENT_INPUT,
            expected_output_file=CLIENT_EXPECTED,
            webhook_url=receiver.url,
        )
        assert receiver.arrived.wait(60)
        next(one for one in service.family() if "JobQueue" in " ".join(one.cmdline())).kill()
        receiver.statuses = [200]

        def delivered() -> dict[str, Any] | None:
            told: list[dict[str, Any]] = service.client.get(f"/api/v1/ada/{job_id}/deliveries").json()
            return next((one for one in told if one["status"] == "delivered"), None)

        told = eventually(delivered, 60)
        sent = len(receiver.got)
        place = f"/api/v1/ada/{job_id}/deliveries/{told['delivery_id']}/resend"
        assert service.client.post(place).status_code == 202
        eventually(lambda: len(receiver.got) > sent, 30)
    finally:
        receiver.stop()

    secret = service.client.get("/api/v1/users/ada/webhook/secret").json()["secret"]
    for headers, body in receiver.got:
        expected = signature(secret, told["delivery_id"], int(headers["webhook-timestamp"]), body.decode())
        assert headers["webhook-signature"] == expected
        assert json.loads(body)["data"]["job_id"] == job_id
    assert secret not in service.log.read_text()


def events_of(stream: httpx.Response) -> Iterator[dict[str, Any]]:
    """The events as they come."""
    assert stream.status_code == 200
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    for event in EventSource(stream).iter_sse():
        if event.data:
            yield {"id": event.id, "event": event.event, "data": event.json()}
