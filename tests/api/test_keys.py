"""Keys with roles: what each may do, and that every change leaves a line."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.keys import main
from converter.manifest import Converter
from jobs.batch import OUTPUTS, OUTPUTS_LIST, FileMade, made_as_json
from jobs.converters import NamedConverters, Origin
from jobs.folder import FolderStore
from jobs.keys import Keys, Role
from jobs.location import OWN_FOLDERS
from jobs.record import Batch, JobKind, JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue, trained, training

Make = Callable[..., str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", api_key=SecretStr("key"), _env_file=None)


@pytest.fixture
def jobs(settings: Settings) -> JobStore:
    return JobStore(FolderStore(settings.data_dir))


@pytest.fixture
def client(settings: Settings, jobs: JobStore) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(settings, jobs, RememberingQueue()), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"})


@pytest.fixture
def make(jobs: JobStore) -> Make:
    def made(role: Role, *users: str, **limits: Any) -> str:
        return Keys(jobs.objects).make(name=f"{role}'s", role=role, users=users or None, created_by="operator", **limits)[1]

    return made


def inference(jobs: JobStore, user: str = "ada") -> dict[str, Any]:
    return {"user_id": user, "job_id": trained(jobs, user), "input_file": "a,b\n1,x\n"}


def _learned(jobs: JobStore, user: str) -> str:
    """A training with an example and a converter that can be run."""
    files = {"input.csv": b"a\n1\n2\n", "expected.csv": b"a\n1\n2\n"}
    record = jobs.create(JobRecord.new(user_id=user, kind=JobKind.TRAIN, job_title="t", owner="o"), files)
    text = Converter("SELECT a FROM input ORDER BY _row", ("a",), output_header=("a",)).dumps()
    ended = jobs.finish(jobs.claim(user, record.job_id, "1"), JobStatus.SUCCEEDED, files={"converter.sql": text.encode()})
    return ended.job_id


def _named(jobs: JobStore, user: str) -> str:
    """The path of a converter of this user's with a name."""
    job_id = _learned(jobs, user)
    text = b"".join(jobs.stream(jobs.get(user, job_id), "converter.sql"))
    NamedConverters(jobs.objects).add(user, "orders", text, (), lambda _: {"source": Origin.TRAINING, "job_id": job_id})
    return f"/api/v1/{user}/converters/orders"


def _ended_inference(jobs: JobStore, user: str) -> str:
    made = {"output.csv": b"a\n", "rejects.csv": b"row,reason,a\n"}
    claimed = jobs.claim(user, _open(jobs, user, "inference"), "1")
    return jobs.finish(claimed, JobStatus.SUCCEEDED, files=made).job_id


def _ended_batch(jobs: JobStore, user: str) -> str:
    made = [FileMade(number=1, name="1.csv", output="1.csv", start=0, bytes_out=2)]
    claimed = jobs.claim(user, _open(jobs, user, "inference"), "1")
    files = {OUTPUTS: b"a\n", OUTPUTS_LIST: made_as_json(made)}
    return jobs.finish(claimed, JobStatus.SUCCEEDED, files=files, batch=Batch(files=1, done=1)).job_id


def _batch(jobs: JobStore, user: str) -> dict[str, Any]:
    return {"user_id": user, "job_id": trained(jobs, user), "input_files": ["a,b\n1,x\n"]}


_CORRECTED = {"rows": [{"given": {"a": "3"}, "expected": {"a": "3"}}]}
_EDITED = {"sql": "SELECT a FROM input ORDER BY _row", "force": True}

# What each request needs: a method, a path, a body (made for the jobs there are).
REQUESTS: dict[str, tuple[Role, Callable[[JobStore, str], tuple[str, str, Any]]]] = {
    "status": (Role.CONVERT, lambda jobs, user: ("GET", "/api/v1/queue/status", None)),
    "list": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/users/{user}/jobs", None)),
    "record": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/{user}/{trained(jobs, user)}", None)),
    "converter": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/{user}/{trained(jobs, user)}/converter", None)),
    "output": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/{user}/{_ended_inference(jobs, user)}/output", None)),
    "rejects": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/{user}/{_ended_inference(jobs, user)}/rejects", None)),
    "batch": (Role.CONVERT, lambda jobs, user: ("POST", "/api/v1/inference/batch", _batch(jobs, user))),
    "outputs": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/{user}/{_ended_batch(jobs, user)}/outputs", None)),
    "one output": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/{user}/{_ended_batch(jobs, user)}/outputs/1", None)),
    "table": (Role.CONVERT, lambda jobs, user: ("POST", f"/api/v1/users/{user}/table", {"input_file": "a\n1\n"})),
    "preview": (Role.CONVERT, lambda jobs, user: (*_post(user, _learned(jobs, user), "preview")[:2], {"input_file": "a\n1\n"})),
    "correct": (Role.TRAIN, lambda jobs, user: (*_post(user, _learned(jobs, user), "corrections")[:2], _CORRECTED)),
    "list names": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/{user}/converters", None)),
    "name": (
        Role.TRAIN,
        lambda jobs, user: ("PUT", f"/api/v1/{user}/converters/new", {"job_id": _learned(jobs, user)}),
    ),
    "named": (Role.CONVERT, lambda jobs, user: ("GET", _named(jobs, user), None)),
    "delete name": (Role.TRAIN, lambda jobs, user: ("DELETE", _named(jobs, user), None)),
    "edit": (Role.TRAIN, lambda jobs, user: ("PUT", f"{_named(jobs, user)}/versions", _EDITED)),
    "version": (Role.CONVERT, lambda jobs, user: ("GET", f"{_named(jobs, user)}/versions/1", None)),
    "difference": (Role.CONVERT, lambda jobs, user: ("GET", f"{_named(jobs, user)}/difference?old=1&new=1", None)),
    "roll back": (Role.TRAIN, lambda jobs, user: ("POST", f"{_named(jobs, user)}/rollback", {"version": 1})),
    "infer": (Role.CONVERT, lambda jobs, user: ("POST", "/api/v1/inference/run", inference(jobs, user))),
    "infer by a converter of one's own": (
        Role.TRAIN,
        lambda jobs, user: (
            "POST",
            "/api/v1/inference/run",
            {"user_id": user, "converter_sql": Converter("SELECT a FROM input", ("a",)).dumps(), "input_file": "a\n1\n"},
        ),
    ),
    "events": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/{user}/{trained(jobs, user)}/events", None)),
    "webhook": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/users/{user}/webhook", None)),
    "deliveries": (Role.CONVERT, lambda jobs, user: ("GET", f"/api/v1/{user}/{trained(jobs, user)}/deliveries", None)),
    "set webhook": (Role.TRAIN, lambda jobs, user: ("PUT", f"/api/v1/users/{user}/webhook", {"url": None})),
    "webhook secret": (Role.TRAIN, lambda jobs, user: ("GET", f"/api/v1/users/{user}/webhook/secret", None)),
    "new webhook secret": (Role.TRAIN, lambda jobs, user: _post("users", user, "webhook/secret")),
    "cancel inference": (
        Role.CONVERT,
        lambda jobs, user: ("POST", f"/api/v1/{user}/{_open(jobs, user, 'inference')}/cancel", None),
    ),
    "retry inference": (
        Role.CONVERT,
        lambda jobs, user: ("POST", f"/api/v1/{user}/{_failed(jobs, user, 'inference')}/retry", None),
    ),
    "train": (Role.TRAIN, lambda jobs, user: ("POST", "/api/v1/train", training(user_id=user))),
    "cancel training": (Role.TRAIN, lambda jobs, user: _post(user, _open(jobs, user, "train"), "cancel")),
    "retry training": (Role.TRAIN, lambda jobs, user: _post(user, _failed(jobs, user, "train"), "retry")),
    "delete": (Role.TRAIN, lambda jobs, user: ("DELETE", f"/api/v1/delete/job/{user}/{trained(jobs, user)}", None)),
    "delete user": (Role.ADMIN, lambda jobs, user: ("DELETE", f"/api/v1/delete/user/{user}", None)),
    "make key": (Role.ADMIN, lambda jobs, user: ("POST", "/api/v1/keys", {"name": "n", "role": "convert", "users": [user]})),
    "list keys": (Role.ADMIN, lambda jobs, user: ("GET", "/api/v1/keys", None)),
    "audit": (Role.ADMIN, lambda jobs, user: ("GET", "/api/v1/audit", None)),
}


def _post(user: str, job_id: str, what: str) -> tuple[str, str, Any]:
    return "POST", f"/api/v1/{user}/{job_id}/{what}", None


def _open(jobs: JobStore, user: str, kind: str) -> str:
    return jobs.create(JobRecord.new(user_id=user, kind=JobKind(kind)), {}).job_id


def _failed(jobs: JobStore, user: str, kind: str) -> str:
    job_id = _open(jobs, user, kind)
    jobs.finish(jobs.claim(user, job_id, "1"), JobStatus.FAILED)
    return job_id


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", REQUESTS)
async def test_a_key_may_do_what_its_role_and_its_users_allow(
    client: httpx.AsyncClient, jobs: JobStore, make: Make, role: Role, name: str
) -> None:
    needed, request = REQUESTS[name]
    key = {"X-API-KEY": make(role, "ada", "eve")}

    method, path, body = request(jobs, "ada")
    own = await client.request(method, path, json=body, headers=key)
    method, path, body = request(jobs, "bob")
    others = await client.request(method, path, json=body, headers=key)

    assert (own.status_code < 300) == role.covers(needed), own.text
    if not role.covers(needed):
        assert own.status_code == 403
        assert "needs" in own.json()["detail"]
    if "bob" in path or body is not None:
        assert others.status_code == 403
    # What s3:// may not name in the service's own bucket.
    assert {item.key.partition("/")[0] for item in jobs.objects.list("")} <= OWN_FOLDERS


async def test_versions_of_converters_count_in_a_users_quota(settings: Settings, jobs: JobStore) -> None:
    path, key = f"{_named(jobs, 'ada')}/versions", {"X-API-KEY": "key"}
    app = create_app(settings.model_copy(update={"user_bytes": 20_000}), jobs, RememberingQueue())
    statements = [f"SELECT a FROM input WHERE '{number}' <> '{'x' * 9000}' ORDER BY _row" for number in range(3)]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service", headers=key) as client:
        answers = [await client.put(path, json={"sql": sql, "force": True}) for sql in statements]

    assert [one.status_code for one in answers] == [200, 200, 429], answers[0].text
    assert "USER_BYTES" in answers[-1].json()["detail"]


def test_every_route_is_among_the_requests_that_are_tried(settings: Settings, jobs: JobStore) -> None:
    paths = create_app(settings, jobs, RememberingQueue()).openapi()["paths"]
    there = sum(len(methods) for path, methods in paths.items() if path.startswith("/api/"))

    # The revoking of a key, the link to an output and the resending of a delivery have tests of their own; cancel and retry are
    # tried for both kinds, an inference with both ways to name a converter.
    assert there == len(REQUESTS) - 3 + 3


async def test_keys_are_made_listed_and_revoked_at_once_on_all_replicas(
    client: httpx.AsyncClient, settings: Settings, jobs: JobStore
) -> None:
    body = {"name": "Ada's", "role": "train", "users": ["ada"], "jobs_per_day": 5}
    made = (await client.post("/api/v1/keys", json=body)).json()
    other = httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(settings, JobStore(FolderStore(settings.data_dir)), RememberingQueue())),
        base_url="http://other",
        headers={"X-API-KEY": made["key"]},
    )

    first = await other.get("/api/v1/users/ada/jobs")
    listed = (await client.get("/api/v1/keys")).json()
    revoked = await client.delete(f"/api/v1/keys/{made['key_id']}")
    second = await other.get("/api/v1/users/ada/jobs")

    assert (first.status_code, revoked.status_code, second.status_code) == (200, 204, 403)
    assert [key["name"] for key in listed] == ["Ada's"]
    assert "key" not in listed[0]
    assert "digest" not in listed[0]
    assert (await client.delete(f"/api/v1/keys/{made['key_id']}")).status_code == 404


async def test_a_secret_is_nowhere_in_the_store(client: httpx.AsyncClient, settings: Settings) -> None:
    made = (await client.post("/api/v1/keys", json={"name": "n", "role": "convert", "users": None})).json()
    secret = made["key"].rpartition("_")[2]

    assert not [path for path in settings.data_dir.rglob("*") if path.is_file() and secret in path.read_text(errors="ignore")]


async def test_an_administrator_of_some_users_makes_no_key_beyond_them(client: httpx.AsyncClient, make: Make) -> None:
    admin = {"X-API-KEY": make(Role.ADMIN, "ada")}
    foreign = make(Role.CONVERT, "bob").split("_")[1]

    for users in (None, ["bob"], ["ada", "bob"]):
        answer = await client.post("/api/v1/keys", json={"name": "n", "role": "convert", "users": users}, headers=admin)
        assert answer.status_code == 403
    assert (await client.delete(f"/api/v1/keys/{foreign}", headers=admin)).status_code == 403
    assert [key["users"] for key in (await client.get("/api/v1/keys", headers=admin)).json()] == [["ada"]]


async def test_an_expired_key_is_refused(client: httpx.AsyncClient, make: Make) -> None:
    key = make(Role.CONVERT, "ada", expires_at=datetime.now(UTC) - timedelta(seconds=1))

    answer = await client.get("/api/v1/users/ada/jobs", headers={"X-API-KEY": key})

    assert (answer.status_code, "expired" in answer.json()["detail"]) == (403, True)


async def test_a_rate_and_a_quota_are_kept_and_say_when_to_come_back(
    client: httpx.AsyncClient, jobs: JobStore, make: Make
) -> None:
    hasty, busy = make(Role.CONVERT, "ada", requests_per_minute=2), make(Role.CONVERT, "ada", jobs_per_day=2)
    body = inference(jobs)

    rated = [await client.get("/api/v1/users/ada/jobs", headers={"X-API-KEY": hasty}) for _ in range(3)]
    refused = await client.post("/api/v1/inference/run", json=body | {"input_file": "a"}, headers={"X-API-KEY": busy})
    counted = [await client.post("/api/v1/inference/run", json=body, headers={"X-API-KEY": busy}) for _ in range(3)]

    assert [answer.status_code for answer in rated] == [200, 200, 429]
    assert refused.status_code == 422
    assert [answer.status_code for answer in counted] == [202, 202, 429]
    assert 0 < int(counted[2].headers["Retry-After"]) <= 86_400


async def test_every_change_leaves_a_line_and_nothing_else_does(client: httpx.AsyncClient, jobs: JobStore, make: Make) -> None:
    key = {"X-API-KEY": make(Role.TRAIN, "ada"), "X-Forwarded-For": "10.0.0.9, 192.0.2.7"}

    submitted = await client.post("/api/v1/train", json=training(), headers=key)
    await client.post("/api/v1/train", json=training(input_file="a,b\n"), headers=key)
    await client.get("/api/v1/users/ada/jobs", headers=key)
    job_id = submitted.json()["job_id"]
    await client.post(f"/api/v1/ada/{job_id}/cancel", headers=key)
    await client.delete(f"/api/v1/delete/job/ada/{job_id}", headers=key)

    lines = (await client.get("/api/v1/audit")).json()
    assert [line["action"] for line in lines] == [
        "POST /api/v1/train",
        f"POST /api/v1/ada/{job_id}/cancel",
        f"DELETE /api/v1/delete/job/ada/{job_id}",
    ]
    assert {(line["user_id"], line["job_id"], line["key_name"]) for line in lines} == {("ada", job_id, "train's")}
    assert {line["address"] for line in lines} == {"10.0.0.9, 192.0.2.7"}
    assert "quantity" not in str(lines)


async def test_the_audit_log_goes_in_pages(client: httpx.AsyncClient) -> None:
    for number in range(3):
        await client.post("/api/v1/keys", json={"name": str(number), "role": "convert", "users": None})

    first = await client.get("/api/v1/audit", params={"limit": 2})
    second = await client.get("/api/v1/audit", params={"limit": 2, "after": first.headers["X-Next-Cursor"]})

    assert (len(first.json()), len(second.json())) == (2, 1)
    assert "X-Next-Cursor" not in second.headers


@pytest.mark.parametrize("body", [{"name": "\x1b[2J"}, {"name": " "}, {"users": []}, {"users": ["a/b"]}, {"role": "root"}])
async def test_a_key_that_cannot_be_is_refused(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    sound = {"name": "n", "role": "convert", "users": ["ada"]}

    assert (await client.post("/api/v1/keys", json=sound | body)).status_code == 422


async def test_the_queue_status_names_those_users_alone_that_the_key_is_for(client: httpx.AsyncClient, make: Make) -> None:
    async def named(key: str) -> list[str]:
        status = (await client.get("/api/v1/queue/status", headers={"X-API-KEY": key})).json()
        return [one["user_id"] for one in status["users"]]

    assert await named("key") == ["ada", "bob"]
    assert await named(make(Role.TRAIN, "ada")) == ["ada"]


def test_keys_on_the_command_line(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))

    assert main(["make", "Ada's", "--role", "convert", "--user", "ada", "--expires", "2099-01-31"]) == 0
    text = capsys.readouterr().out.strip()
    key = Keys(FolderStore(settings.data_dir)).find(text)
    assert key is not None
    assert main(["list"]) == 0
    assert f'{key.key_id}  convert  "Ada\'s" for ada, expires 2099-01-31' in capsys.readouterr().out
    assert main(["revoke", key.key_id]) == 0
    assert main(["revoke", key.key_id]) == 1
    assert main(["make", "n", "--role", "convert", "--user", "a/b"]) == 2
    assert Keys(FolderStore(settings.data_dir)).find(text) is None
