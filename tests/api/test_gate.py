"""Who may pass the gate, and what is not done for the others."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.gate import Gate, Rates
from api.spool import BodySpool
from api.uploads import Uploads
from jobs.audit import Audit
from jobs.folder import FolderStore
from jobs.keys import Key, Keys, Role
from settings import Settings


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(FolderStore(tmp_path))


JSON = {"X-API-KEY": "key", "Content-Type": "application/json"}
Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
def client(keys: Keys, tmp_path: Path) -> Client:
    audit = Audit(FolderStore(tmp_path))

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send(
            {"type": "http.response.body", "body": scope.get("state", {}).get("caller", Key.of_the_operator()).name.encode()}
        )

    def make(**given: Any) -> httpx.AsyncClient:
        settings = Settings(api_key=SecretStr("key"), _env_file=None, **given)
        spool = BodySpool(application, 8 << 20, ("input_file",), Uploads(settings))
        return httpx.AsyncClient(transport=httpx.ASGITransport(Gate(spool, settings, keys, audit)), base_url="http://service")

    return make


@pytest.mark.parametrize("headers", [{}, {"X-API-KEY": "wrong"}, {"X-API-KEY": "acc_0123456789abcdef_" + "x" * 43}])
@pytest.mark.parametrize("path", ["/api/v1/train", "/health", "/api/v1/nothing"])
async def test_no_byte_of_a_body_is_read_without_a_key(client: Client, path: str, headers: dict[str, str]) -> None:
    read = []

    async def body() -> Any:
        read.append(1)
        yield b"{}"

    await client().post(path, content=body(), headers=headers)

    assert read == []


async def test_a_made_key_passes_until_it_is_revoked(client: Client, keys: Keys) -> None:
    key, text = keys.make(name="Ada's", role=Role.CONVERT, users=("ada",), created_by="operator")

    passed = await client().get("/api/v1/x", headers={"X-API-KEY": text})
    keys.revoke(key.key_id)
    refused = await client().get("/api/v1/x", headers={"X-API-KEY": text})

    assert (passed.status_code, passed.text, refused.status_code) == (200, "Ada's", 403)


async def test_a_key_with_another_secret_is_refused(client: Client, keys: Keys) -> None:
    _, text = keys.make(name="a", role=Role.CONVERT, users=None, created_by="operator")

    assert (
        await client().get("/api/v1/x", headers={"X-API-KEY": text[:-1] + ("a" if text[-1] != "a" else "b")})
    ).status_code == 403


def test_a_bucket_of_requests_fills_evenly() -> None:
    rates = Rates()
    key = Key.of_the_operator().model_copy(update={"requests_per_minute": 2})

    waits = [rates.wait(key, now) for now in (0, 0, 0, 29, 30, 31, 59)]

    assert waits == pytest.approx([0, 0, 30, 1, 0, 29, 1])


@pytest.mark.parametrize(("documentation", "plain", "with_key"), [("open", 200, 200), ("key", 401, 200), ("off", 404, 404)])
@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/swagger/swagger-ui.css", "/app/"])
async def test_the_documentation_is_open_or_behind_a_key_or_off(
    client: Client, documentation: str, plain: int, with_key: int, path: str
) -> None:
    asking = client(documentation=documentation)

    assert (await asking.get(path)).status_code == plain
    assert (await asking.get(path, auth=("anybody", "key"))).status_code == with_key


async def test_a_body_is_refused_where_the_disk_is_nearly_full(client: Client) -> None:
    full = client(disk_reserve_bytes=1 << 60, max_upload_bytes=8 << 20)

    answer = await full.post("/api/v1/train", content=b"x" * (2 << 20), headers=JSON)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


async def test_made_up_keys_hold_up_nobody_who_has_passed(client: Client, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = keys.make(name="Ada's", role=Role.CONVERT, users=("ada",), created_by="operator")
    asking, release = client(), threading.Event()
    first = await asking.get("/api/v1/x", headers={"X-API-KEY": text})
    find = Keys.find

    def slow_for_strangers(self: Keys, given: str) -> Key | None:
        if given != text:
            release.wait(30)
        return find(self, given)

    monkeypatch.setattr(Keys, "find", slow_for_strangers)
    made_up = [f"acc_{number:016x}_{'x' * 43}" for number in range(400)]
    async with asyncio.TaskGroup() as group:
        refused = [group.create_task(asking.get("/api/v1/x", headers={"X-API-KEY": one})) for one in made_up]
        again = await asking.get("/api/v1/x", headers={"X-API-KEY": text})
        # Those beyond the 256 that are looked up or wait for it are told at once to come back.
        ended = asyncio.as_completed(refused)
        told = [await next(ended) for _ in range(400 - 256)]
        release.set()

    assert (first.status_code, again.status_code) == (200, 200)
    assert {(one.status_code, one.headers["Retry-After"]) for one in told} == {(503, "5")}
    assert [task.result().status_code for task in refused].count(403) == 256
