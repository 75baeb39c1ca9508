"""Large bodies: the same answers as for small ones, bounded, and not held in memory."""

import base64
import json
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from jobs.folder import FolderStore
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue, training

ROWS = "".join(f'{number},"é \\ ""quoted"" 😀\t"\n' for number in range(60_000))
CSV = f"a,b\n{ROWS}"
MOST = 4 << 20


@pytest.fixture
def jobs(tmp_path: Path) -> JobStore:
    return JobStore(FolderStore(tmp_path / "data"))


@pytest.fixture
async def client(tmp_path: Path, jobs: JobStore) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(data_dir=tmp_path / "data", api_key=SecretStr("key"), max_upload_bytes=MOST)
    transport = httpx.ASGITransport(create_app(settings, jobs, RememberingQueue()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as client:
        yield client


async def send(client: httpx.AsyncClient, body: bytes, piece: int = 70_000) -> httpx.Response:
    """The body in chunks, without a Content-Length."""

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(body), piece):
            yield body[at : at + piece]

    return await client.post("/api/v1/train", content=pieces(), headers={"Content-Type": "application/json"})


def percent_encoded(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize(
    "form",
    [
        lambda text: text,
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.encodebytes(text.encode()).decode(),
        lambda text: f"data:text/csv;name=x.csv;base64,{base64.b64encode(text.encode()).decode()}",
        lambda text: f"data:text/csv,{percent_encoded(text[: len(text) // 4])}",
    ],
    ids=["text", "base64", "wrapped base64", "data URI", "percent-encoded"],
)
async def test_a_large_file_arrives_byte_for_byte(
    client: httpx.AsyncClient, jobs: JobStore, form: Any, ascii_only: bool
) -> None:
    given = form(CSV)

    answer = await send(client, json.dumps(training(expected_output_file=given), ensure_ascii=ascii_only).encode())

    assert answer.status_code == 202, answer.text
    stored = b"".join(jobs.stream(jobs.get("ada", answer.json()["job_id"]), "expected.csv")).decode()
    assert stored == (CSV[: len(CSV) // 4] if given.startswith("data:text/csv,") else CSV)


async def test_a_chunked_body_is_refused_as_soon_as_it_is_over_the_limit(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'{"input_file": "'
        while sent < 40 * MOST:
            sent += 1 << 16
            yield b"x" * (1 << 16)

    answer = await client.post("/api/v1/train", content=endless(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert sent < 4 * MOST


async def test_a_large_upload_takes_little_memory(client: httpx.AsyncClient) -> None:
    rows = "1,2\n" * (MOST // 4 - 10)
    body = json.dumps(training(input_file="a,b\n" + rows, expected_output_file="a,b\n" + rows)).encode()
    await client.get("/health")
    tracemalloc.start()

    answer = await send(client, body)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 202, answer.text
    # Two files of 4 MiB came in, in a body of 10 MiB; the rows that are looked at are most of what is held.
    assert peak < 7 << 20


@pytest.mark.parametrize(
    "body",
    [
        b'{"user_id": "' + b"x" * (2 << 20),
        b'{"input_file": "' + b"\\ud800" * 400_000 + b'"}',
        json.dumps(training(input_file="a,b\n" + "\0\n" * 10)).encode()[:-1] + b" " * (1 << 19) + b"]",
        json.dumps(training(input_file=CSV)).encode().replace(b"\\t", b"\t"),
        json.dumps(training(expected_output_file="a,b\n" + "1,2\n" * 50_000 + "\ud800")).encode(),
    ],
    ids=["never closed", "half a pair", "closed by a bracket", "raw tab", "half a pair at the end"],
)
async def test_a_large_body_that_is_no_json_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await send(client, body)

    assert answer.status_code in (413, 422), answer.text
    assert "detail" in answer.json()


async def test_all_but_the_files_must_be_short(client: httpx.AsyncClient) -> None:
    answer = await send(client, json.dumps(training(general_instructions="x" * (2 << 20))).encode())

    assert answer.status_code == 413
