"""The HTTP application over a real store, with a queue that only remembers what it was told."""

import asyncio
import base64
import contextlib
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from converter import __version__
from converter.manifest import Converter
from jobs.errors import QueueFull, QueueUnavailable
from jobs.folder import FolderStore
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings

INPUT, EXPECTED = "a,b\n1,x\n2,y\n", "b\nx\ny\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


class RememberingQueue:
    """What was submitted and cancelled."""

    def __init__(self) -> None:
        self.submitted: list[str] = []
        self.cancelled: list[str] = []
        self.watched, self.news = asyncio.Event(), asyncio.Event()
        self.full = False
        self.away = False

    async def admit(self, user_id: str) -> None:
        if self.full:
            error = QueueFull("10 jobs of this user wait already")
            error.retry_after = 7
            raise error

    async def position(self, user_id: str, job_id: str) -> dict[str, float] | None:
        return {"position": 3, "estimated_wait_seconds": 12.5}

    async def submit(self, record: JobRecord) -> None:
        self.submitted.append(record.job_id)

    @asynccontextmanager
    async def watch(self, user_id: str, job_id: str) -> AsyncIterator["RememberingQueue"]:
        self.watched.set()
        yield self

    async def deliver(self) -> None:
        self.submitted.append("deliver")

    async def changed(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.news.wait(), seconds)
        self.news.clear()

    async def cancel(self, user_id: str, job_id: str) -> None:
        self.cancelled.append(job_id)

    async def status(self) -> dict[str, Any]:
        if self.away:
            raise QueueUnavailable("the queue does not answer")
        return {
            "status": "healthy",
            "queue_info": {"max_workers": 32, "active_jobs": 5, "available_workers": 27, "queue_size": 0},
            "capacity_utilization": {
                "workers_busy_percent": 15.625,
                "can_accept_new_jobs": True,
                "estimated_wait_time_minutes": 0,
            },
            "kinds": {
                kind: {"waiting": 1, "running": 2, "oldest_waiting_since": None, "mean_running_seconds": 0.5}
                for kind in JobKind
            },
            "nodes": [],
            "users": [{"user_id": user, "waiting": 0, "running": 1} for user in ("ada", "bob")],
        }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", api_key=SecretStr("key"), max_upload_bytes=20_000)


@pytest.fixture
def jobs(settings: Settings) -> JobStore:
    return JobStore(FolderStore(settings.data_dir))


@pytest.fixture
def queue() -> RememberingQueue:
    return RememberingQueue()


@pytest.fixture
async def client(settings: Settings, jobs: JobStore, queue: RememberingQueue) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(settings, jobs, queue), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as client:
        yield client


@pytest.fixture
def private_server() -> Iterator[str]:
    """A server on loopback that redirects `/out` to itself and answers all else with a CSV."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302 if self.path == "/out" else 200)
            if self.path == "/out":
                self.send_header("Location", f"http://127.0.0.1:{server.server_port}/x.csv")
            self.end_headers()
            self.wfile.write(INPUT.encode())

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def training(**changes: Any) -> dict[str, Any]:
    body = {
        "user_id": "ada",
        "input_file": INPUT,
        "expected_output_file": EXPECTED,
        "job_title": "t",
        "description": None,
        "owner": "o",
        "general_instructions": None,
        "column_instructions": {},
    }
    return body | changes


def trained(jobs: JobStore, user: str = "ada") -> str:
    record = jobs.create(JobRecord.new(user_id=user, kind=JobKind.TRAIN), {})
    claimed = jobs.claim(user, record.job_id, "1")
    jobs.finish(claimed, JobStatus.SUCCEEDED, files={"converter.sql": b"SELECT 1"})
    return record.job_id


async def test_a_training_is_stored_before_it_is_acknowledged(
    client: httpx.AsyncClient, jobs: JobStore, queue: RememberingQueue
) -> None:
    answer = await client.post("/api/v1/train", json=training())

    assert answer.status_code == 202
    record = jobs.get("ada", answer.json()["job_id"])
    assert record.status is JobStatus.QUEUED
    assert queue.submitted == [record.job_id]
    assert (await client.get(answer.json()["links"]["job"])).json()["job_id"] == record.job_id


ENCODED = base64.b64encode(INPUT.encode()).decode()


@pytest.mark.parametrize(
    "given",
    [
        INPUT,
        ENCODED,
        f"data:text/csv;base64,{ENCODED}",
        f"data:text/csv;name=input.csv;base64,{ENCODED}",
        "data:text/csv,a%2Cb%0A1%2Cx%0A2%2Cy%0A",
    ],
    ids=["text", "base64", "data URI", "data URI with a name", "percent-encoded"],
)
async def test_every_form_of_a_file_is_the_same_file(client: httpx.AsyncClient, jobs: JobStore, given: str) -> None:
    answer = await client.post("/api/v1/train", json=training(input_file=given))

    assert answer.status_code == 202, answer.text
    assert b"".join(jobs.stream(jobs.get("ada", answer.json()["job_id"]), "input.csv")) == INPUT.encode()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("nonsense!", "is no file; give"),
        ("data:text/csv;base64,???", "broken base64"),
        ("data:image/png;base64,aaaa", "of type 'image/png'"),
        ("data:text/csv;base64", "without a comma"),
        ("data:,", "is empty"),
        (base64.b64encode(PNG).decode(), "is binary"),
        ("a,b\n", "only a header"),
        ("a,b\n1,2\n3,4,5\n", "row 3: has 3 cells, the header has 2"),
        ('a,b\n1,"2\n', "never closed"),
        ("s3://foreign/key.csv", "has not allowed"),
        ("http://127.0.0.1/x.csv", "not public"),
        ("http://169.254.169.254/latest/meta-data", "not public"),
        ("http://[::1]/x.csv", "not public"),
        ("http://[::ffff:10.0.0.1]/x.csv", "not public"),
        ("http://2130706433/x.csv", "not public"),
        ("http://user:secret@example.org/x.csv", "without a user name"),
        ("file:///etc/passwd", "is no file"),
        ("http://", "a host"),
        ("http://[::1", "no http(s) URL"),
        ("http://[::1]x/", "not public"),
        ("http://exa mple.org/\x7f", "cannot be"),
        ("http://[64:ff9b::7f00:1]/x.csv", "not public"),
        ("http://[2002:7f00:1::]/x.csv", "not public"),
        ("http://168.63.129.16/metadata", "not public"),
    ],
)
async def test_a_bad_file_is_refused_by_its_field(client: httpx.AsyncClient, jobs: JobStore, given: str, problem: str) -> None:
    answer = await client.post("/api/v1/train", json=training(expected_output_file=given))

    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert error["loc"] == ["body", "expected_output_file"]
    assert problem in error["msg"]
    assert jobs.list_of("ada") == []


async def test_a_redirect_into_the_private_network_is_refused(
    settings: Settings, jobs: JobStore, queue: RememberingQueue, private_server: str
) -> None:
    allowing = settings.model_copy(update={"allowed_url_hosts": ("localhost",)})
    transport = httpx.ASGITransport(create_app(allowing, jobs, queue))
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as client:
        fetched = await client.post("/api/v1/train", json=training(input_file=f"{private_server}/x.csv"))
        redirected = await client.post("/api/v1/train", json=training(input_file=f"{private_server}/out"))

    assert fetched.status_code == 202, fetched.text
    assert redirected.status_code == 422
    assert "not public" in redirected.json()["detail"][0]["msg"]


@pytest.mark.parametrize(
    "body",
    [training(user_id=user) for user in ("a/b", "..", "a\n", "x" * 10_000, "")]
    + [training(surplus=1), {"user_id": "ada"}, training(column_instructions={"b": 1})],
    ids=["slash", "dots", "control", "long", "empty", "surplus field", "missing fields", "wrong type"],
)
async def test_a_bad_body_is_refused(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await client.post("/api/v1/train", json=body)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "body"


@pytest.mark.parametrize(("rows", "problem"), [([9], "no row 9 to ignore"), ([1, 2], "none is left"), ([0], "greater")])
async def test_rows_that_cannot_be_ignored_are_refused(client: httpx.AsyncClient, rows: list[int], problem: str) -> None:
    body = training(input_file="a\n1\n2\n", expected_output_file="b\n1\n2\n", ignore_rows=rows)

    answer = await client.post("/api/v1/train", json=body)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][1] == "ignore_rows"
    assert problem in answer.json()["detail"][0]["msg"]


async def test_what_is_no_json_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/train", content=b"{", headers={"Content-Type": "application/json"})

    assert answer.status_code == 422


async def test_a_file_over_the_limit_is_too_large(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/v1/train", json=training(input_file="a,b\n" + "1,2\n" * 10_000))).status_code == 413
    assert (await client.post("/api/v1/train", content=b"x" * 3_000_000)).status_code == 413


@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"X-API-KEY": "wrong"}, 403)])
async def test_everything_else_needs_the_key(client: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    client.headers.pop("X-API-KEY")

    for method, path in (("GET", "/api/v1/queue/status"), ("POST", "/api/v1/train"), ("DELETE", "/api/v1/delete/user/ada")):
        assert (await client.request(method, path, headers=headers)).status_code == status
    assert (await client.get("/health", headers=headers)).status_code == 200


async def test_health_and_root_are_as_clients_know_them(client: httpx.AsyncClient) -> None:
    health, root = await client.get("/health"), await client.get("/")

    assert health.json() == {"status": "healthy", "app_name": "AI CSV Converter", "version": __version__}
    assert root.headers["location"] == "/docs"


async def test_the_queue_status_is_as_clients_know_it(client: httpx.AsyncClient) -> None:
    status = (await client.get("/api/v1/queue/status")).json()

    assert status["queue_info"] == {"max_workers": 32, "active_jobs": 5, "available_workers": 27, "queue_size": 0}
    assert status["capacity_utilization"]["workers_busy_percent"] == 15.625


async def test_the_queue_status_tells_each_kind_of_job(client: httpx.AsyncClient) -> None:
    kinds = (await client.get("/api/v1/queue/status")).json()["kinds"]

    assert kinds["inference"] == {
        "waiting": 1, "running": 2, "oldest_waiting_since": None, "mean_running_seconds": 0.5, "ended_by_minute": [],
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/health", "/ready"])
async def test_load_balancers_may_ask_by_head(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.head(path)

    assert answer.status_code == 200


async def test_an_unknown_path_says_where_the_known_ones_are(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/nothing")

    assert answer.status_code == 404
    assert "/docs" in answer.json()["detail"]


async def test_a_training_has_no_output_and_says_which_jobs_have(client: httpx.AsyncClient, jobs: JobStore) -> None:
    answer = await client.get(f"/api/v1/ada/{trained(jobs)}/output")

    assert answer.status_code == 409
    assert "made by jobs of kind inference" in answer.json()["detail"]


async def test_an_inference_carries_its_converter(client: httpx.AsyncClient, jobs: JobStore) -> None:
    answer = await client.post("/api/v1/inference/run", json={"user_id": "ada", "job_id": trained(jobs), "input_file": INPUT})

    assert answer.status_code == 202
    record = jobs.get("ada", answer.json()["job_id"])
    assert b"".join(jobs.stream(record, "converter.sql")) == b"SELECT 1"


async def test_an_inference_needs_the_users_own_finished_training(client: httpx.AsyncClient, jobs: JobStore) -> None:
    body = {"user_id": "ada", "input_file": INPUT}
    waiting = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {})
    failed = jobs.cancel("ada", jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {}).job_id)

    statuses = [
        (await client.post("/api/v1/inference/run", json=body | {"job_id": job_id})).status_code
        for job_id in ("none", trained(jobs, user="bob"), waiting.job_id, failed.job_id)
    ]

    assert statuses == [404, 404, 409, 409]


async def test_another_users_job_is_not_there(client: httpx.AsyncClient, jobs: JobStore) -> None:
    job_id = trained(jobs, user="bob")

    for path in (f"/api/v1/ada/{job_id}", f"/api/v1/ada/{job_id}/converter", f"/api/v1/ada/{job_id}/output"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.delete(f"/api/v1/delete/job/ada/{job_id}")).status_code == 404


async def test_the_converter_is_there_when_it_was_learned(client: httpx.AsyncClient, jobs: JobStore) -> None:
    waiting = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {})

    assert (await client.get(f"/api/v1/ada/{trained(jobs)}/converter")).text == "SELECT 1"
    assert (await client.get(f"/api/v1/ada/{waiting.job_id}/converter")).status_code == 409


async def test_jobs_are_a_list_newest_first_in_pages(client: httpx.AsyncClient, jobs: JobStore) -> None:
    ids = [trained(jobs) for _ in range(3)][::-1]

    first = await client.get("/api/v1/users/ada/jobs", params={"limit": 2, "kind": "train"})
    second = await client.get(re.findall("<(.*)>", first.headers["Link"])[0])

    assert [job["job_id"] for job in first.json() + second.json()] == ids
    assert first.headers["X-Next-Cursor"] in second.request.url.params["cursor"]
    assert "Link" not in second.headers
    assert (await client.get("/api/v1/users/nobody/jobs")).json() == []


async def test_jobs_are_chosen_by_status_kind_and_time(client: httpx.AsyncClient, jobs: JobStore) -> None:
    done = jobs.get("ada", trained(jobs))
    waiting = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.INFERENCE), {})

    async def chosen(**params: str) -> list[str]:
        return [job["job_id"] for job in (await client.get("/api/v1/users/ada/jobs", params=params)).json()]

    assert await chosen(status="succeeded") == [done.job_id]
    assert await chosen(kind="inference") == [waiting.job_id]
    assert await chosen(created_from=waiting.created_at.isoformat()) == [waiting.job_id]
    assert await chosen(created_before=waiting.created_at.isoformat()) == [done.job_id]


async def test_a_damaged_record_is_named_beside_the_others_and_can_be_deleted(
    client: httpx.AsyncClient, jobs: JobStore
) -> None:
    sound, damaged = trained(jobs), trained(jobs)
    jobs.objects.put(f"jobs/ada/{damaged}.json", b"{}")

    listed = await client.get("/api/v1/users/ada/jobs")
    record = await client.get(f"/api/v1/ada/{damaged}")
    deleted = await client.delete(f"/api/v1/delete/job/ada/{damaged}")

    assert [job["job_id"] for job in listed.json()] == [sound]
    assert listed.headers["X-Unreadable-Jobs"] == damaged
    assert (record.status_code, "damaged" in record.json()["detail"]) == (500, True)
    assert deleted.status_code == 204
    assert "X-Unreadable-Jobs" not in (await client.get("/api/v1/users/ada/jobs")).headers


@pytest.mark.parametrize("params", [{"cursor": "x"}, {"status": "lost"}, {"limit": 0}, {"created_from": "yesterday"}])
async def test_a_page_that_cannot_be_is_refused(client: httpx.AsyncClient, params: dict[str, str]) -> None:
    answer = await client.get("/api/v1/users/ada/jobs", params=params)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", *params]


async def test_a_request_sent_again_under_its_key_is_one_job(
    client: httpx.AsyncClient, settings: Settings, jobs: JobStore, queue: RememberingQueue
) -> None:
    key = {"Idempotency-Key": "k1"}
    first = await client.post("/api/v1/train", json=training(), headers=key)

    # Another service on the same store, as after a restart.
    transport = httpx.ASGITransport(create_app(settings, JobStore(FolderStore(settings.data_dir)), queue))
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as restarted:
        again = await restarted.post("/api/v1/train", json=training(), headers=key)
        other = await restarted.post("/api/v1/train", json=training(job_title="other"), headers=key)
        foreign = await restarted.post("/api/v1/train", json=training(user_id="bob"), headers=key)

    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 409
    assert "k1" in other.json()["detail"]
    assert foreign.json()["job_id"] != first.json()["job_id"]
    assert len(jobs.list_of("ada")) == 1
    assert queue.submitted == [first.json()["job_id"], foreign.json()["job_id"]]


async def test_requests_at_once_under_one_key_are_one_job(client: httpx.AsyncClient, jobs: JobStore) -> None:
    answers = await asyncio.gather(
        *(client.post("/api/v1/train", json=training(), headers={"Idempotency-Key": "k1"}) for _ in range(8))
    )

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["job_id"] for answer in answers}) == len(jobs.list_of("ada")) == 1


async def test_a_refused_request_leaves_its_key_free(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k1"}

    refused = await client.post("/api/v1/train", json=training(input_file="a,b\n"), headers=key)
    corrected = await client.post("/api/v1/train", json=training(), headers=key)

    assert (refused.status_code, corrected.status_code) == (422, 202)


async def test_a_failed_job_is_retried_under_its_id(client: httpx.AsyncClient, jobs: JobStore, queue: RememberingQueue) -> None:
    failed = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {"input.csv": b"a\n1\n"})
    jobs.finish(jobs.claim("ada", failed.job_id, "1"), JobStatus.FAILED)

    retried = await client.post(f"/api/v1/ada/{failed.job_id}/retry")
    again = await client.post(f"/api/v1/ada/{failed.job_id}/retry")

    assert (retried.status_code, retried.json()["job_id"]) == (202, failed.job_id)
    assert queue.submitted == [failed.job_id]
    assert jobs.get("ada", failed.job_id).status is JobStatus.QUEUED
    assert again.status_code == 409


async def test_a_waiting_job_says_where_it_stands(client: httpx.AsyncClient, jobs: JobStore) -> None:
    waiting = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {}).job_id

    assert (await client.get(f"/api/v1/ada/{waiting}")).json()["queue"] == {"position": 3, "estimated_wait_seconds": 12.5}
    assert (await client.get(f"/api/v1/ada/{trained(jobs)}")).json()["queue"] is None


async def test_a_full_queue_says_when_to_come_back(client: httpx.AsyncClient, queue: RememberingQueue, jobs: JobStore) -> None:
    queue.full = True

    answer = await client.post("/api/v1/train", json=training())

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert jobs.list_of("ada") == []


async def test_readiness_tells_what_is_wrong(client: httpx.AsyncClient, queue: RememberingQueue) -> None:
    queue.away = True

    answer = await client.get("/ready", headers={"X-API-KEY": ""})

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"store": "ok", "queue": "the queue does not answer", "disk": "ok"}
    assert "Retry-After" in answer.headers
    assert (await client.get("/health")).status_code == 200


async def test_readiness_is_told_of_both_parts(client: httpx.AsyncClient) -> None:
    assert (await client.get("/ready")).json() == {"status": "ready", "checks": {"store": "ok", "queue": "ok", "disk": "ok"}}


async def test_deleting_stops_the_work_first(client: httpx.AsyncClient, jobs: JobStore, queue: RememberingQueue) -> None:
    running = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {}).job_id
    other = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {}).job_id

    one = await client.delete(f"/api/v1/delete/job/ada/{running}")
    rest = await client.delete("/api/v1/delete/user/ada")

    assert (one.status_code, rest.status_code) == (204, 204)
    assert queue.cancelled == [running, other]
    assert jobs.list_of("ada") == []


async def test_a_training_with_an_id_replaces_that_job(client: httpx.AsyncClient, jobs: JobStore) -> None:
    job_id = trained(jobs)

    answer = await client.post("/api/v1/train", json=training(job_id=job_id))

    assert answer.json()["job_id"] == job_id
    assert jobs.get("ada", job_id).status is JobStatus.QUEUED
    assert len(jobs.list_of("ada")) == 1


async def test_the_documentation_needs_no_other_host(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text

    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert links
    assert [link for link in links if "//" in link] == []
    assert [(await client.get(link)).status_code for link in links] == [200] * len(links)


async def test_readiness_tells_of_a_disk_that_is_nearly_full(
    settings: Settings, jobs: JobStore, queue: RememberingQueue
) -> None:
    full = settings.model_copy(update={"disk_reserve_bytes": 1 << 60})
    transport = httpx.ASGITransport(create_app(full, jobs, queue))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.get("/ready")

    assert answer.status_code == 503
    assert "nearly full" in answer.json()["checks"]["disk"]


async def test_a_page_of_large_records_ends_early_and_goes_on(client: httpx.AsyncClient, jobs: JobStore) -> None:
    large = {"general_instructions": "x" * 200_000}
    ids = [jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN, **large), {}).job_id for _ in range(60)]

    first = await client.get("/api/v1/users/ada/jobs", params={"limit": 1000})
    second = await client.get(re.findall("<(.*)>", first.headers["Link"])[0])

    assert len(first.content) < 9 << 20
    assert [job["job_id"] for job in first.json() + second.json()] == ids[::-1]


async def test_instructions_are_bounded_together(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/v1/train", json=training(column_instructions={str(number): "x" * 15_000 for number in range(20)})
    )

    assert answer.status_code == 422
    assert "characters in all" in answer.json()["detail"][0]["msg"]


@pytest.mark.parametrize(
    ("quota", "status", "problem"),
    [
        ({"user_jobs": 1}, 429, "has 1 jobs and may have 1 (USER_JOBS)"),
        ({"user_bytes": 30}, 429, "may store 30 (USER_BYTES); delete"),
        ({"user_bytes": 5}, 413, "may store 5 in all"),
    ],
)
async def test_a_users_quota_says_what_is_used_and_is_free_again_after_a_deletion(
    settings: Settings, jobs: JobStore, queue: RememberingQueue, quota: dict[str, int], status: int, problem: str
) -> None:
    transport = httpx.ASGITransport(create_app(settings.model_copy(update=quota), jobs, queue))
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as client:
        first = await client.post("/api/v1/train", json=training())
        second = await client.post("/api/v1/train", json=training())
        others = await client.post("/api/v1/train", json=training(user_id="bob"))
        await client.delete("/api/v1/delete/user/ada")
        third = await client.post("/api/v1/train", json=training())

    refused = first if status == 413 else second
    assert refused.status_code == status
    assert problem in refused.json()["detail"]
    assert ("Retry-After" in refused.headers) == (status == 429)
    assert {first.status_code, others.status_code, third.status_code} == ({413} if status == 413 else {202})


async def test_an_inference_takes_a_whole_converter(client: httpx.AsyncClient, jobs: JobStore) -> None:
    text = Converter("SELECT b FROM input", ("b",), output_header=("b",)).dumps()
    body = {"user_id": "ada", "converter_sql": text, "input_file": INPUT}

    stored = await client.post("/api/v1/inference/run", json=body)
    both = await client.post("/api/v1/inference/run", json=body | {"job_id": "1"})
    broken = await client.post("/api/v1/inference/run", json=body | {"converter_sql": "SELECT 1"})

    record = jobs.get("ada", stored.json()["job_id"])
    assert b"".join(jobs.stream(record, "converter.sql")).decode() == text
    assert record.training_job_id is None
    assert both.status_code == 422
    assert broken.json()["detail"][0]["loc"] == ["body", "converter_sql"]
