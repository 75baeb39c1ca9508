"""Files as people have them, as requests: unpacked and checked when they are given, read by an attempt, told in the record."""

import base64
import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from actors.workflow import attempt
from api.app import create_app
from converter.reading import read_table
from jobs.folder import FolderStore
from jobs.open_job import OpenJob
from jobs.record import JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue
from tests.converter.test_opening import packed, workbook

TRAINING = {"user_id": "ada", "job_title": "t", "owner": "o"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", api_key=SecretStr("key"), max_upload_bytes=1 << 20, disk_reserve_bytes=0, _env_file=None
    )


@pytest.fixture
def jobs(settings: Settings) -> JobStore:
    return JobStore(FolderStore(settings.data_dir))


@pytest.fixture
async def client(settings: Settings, jobs: JobStore) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(settings, jobs, RememberingQueue()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as client:
        yield client


def given(content: bytes) -> str:
    return base64.b64encode(content).decode()


async def ended(client: httpx.AsyncClient, jobs: JobStore, settings: Settings, path: str, body: dict[str, Any]) -> JobRecord:
    """The record of a request's job when an attempt has carried it out."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 202, answer.text
    record = jobs.get("ada", answer.json()["job_id"])
    attempt(OpenJob.of(record), "a1", settings)
    return jobs.get("ada", record.job_id)


async def test_packed_files_and_workbooks_are_learned_from_and_converted(
    client: httpx.AsyncClient, jobs: JobStore, settings: Settings
) -> None:
    book = workbook(Cover=[], Data=[["id", "name"], [1, "Zoë"], [2, "Bo"]])
    example = {"input_file": given(book), "sheet": "Data", "expected_output_file": given(gzip.compress(b"name\nZo\xeb\nBo\n"))}

    training = await ended(client, jobs, settings, "/api/v1/train", TRAINING | example)
    further = {
        "user_id": "ada",
        "job_id": training.job_id,
        "input_file": given(packed({"a.csv": b"Report\n\nid;name\n7;\xc9a\n"})),
    }
    inference = await ended(client, jobs, settings, "/api/v1/inference/run", further)

    assert (training.status, inference.status) == (JobStatus.SUCCEEDED, JobStatus.SUCCEEDED)
    assert b"".join(jobs.stream(inference, "output.csv")) == "name\nÉa\n".encode()
    assert training.notes == ("input_file: read from the sheet 'Data'", "expected_output_file: unpacked from gz")
    assert training.report is not None
    assert any("expected file: read as Windows-1252" in note for note in training.report["notes"])
    assert inference.report is not None
    assert [note.split(",")[0].split(" by ")[0] for note in inference.report["notes"]] == [
        "input_file: unpacked from zip: a.csv",
        "read as Windows-1252",
        "1 line above the heading kept apart",
    ]


async def test_what_the_request_says_of_a_file_counts(client: httpx.AsyncClient, jobs: JobStore, settings: Settings) -> None:
    example = {
        "input_file": given("a:b,c\n1:Ж,3\n2:Я,4\n".encode("koi8-r")),
        "expected_output_file": "x\nЖ,3\nЯ,4\n",
        "encoding": "koi8-r",
        "delimiter": ":",
        "expected_delimiter": "tab",
    }

    record = await ended(client, jobs, settings, "/api/v1/train", TRAINING | example)

    assert record.status is JobStatus.SUCCEEDED
    assert (record.encoding, record.delimiter, record.expected_delimiter) == ("koi8-r", ":", "\t")


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"encoding": "klingon"}, "encoding", "no encoding 'klingon'"),
        ({"delimiter": '"'}, "delimiter", "cannot delimit"),
        ({"sheet": "Data"}, "input_file", "is no workbook"),
        ({"input_file": given(gzip.compress(b"a,b\n" * (1 << 19)))}, "input_file", "unpacks to more than 1 MiB"),
        ({"input_file": given(packed({"a": b"a\n1\n", "b": b"a\n1\n"}))}, "input_file", "an archive of 2 files"),
        ({"input_file": given(b"%PDF-1.7 and more of it")}, "input_file", "is a PDF"),
        ({"encoding": "ascii", "input_file": "a,b\né,2\n"}, "input_file", "row 2: is not"),
    ],
)
async def test_what_cannot_be_read_is_refused_by_its_field(
    client: httpx.AsyncClient, jobs: JobStore, changes: dict[str, str], field: str, problem: str
) -> None:
    files = {"input_file": "a,b\n1,2\n", "expected_output_file": "a\n1\n"}

    answer = await client.post("/api/v1/train", json=TRAINING | files | changes)

    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert error["loc"] == ["body", field]
    assert problem in error["msg"]
    assert jobs.list_of("ada") == []


@pytest.mark.parametrize(("output_format", "media_type"), [("csv.gz", "application/gzip"), ("xlsx", "spreadsheetml.sheet")])
async def test_an_output_is_what_its_request_asks_for(
    client: httpx.AsyncClient, jobs: JobStore, settings: Settings, tmp_path: Path, output_format: str, media_type: str
) -> None:
    example = {"input_file": "id,name\n1,a\n2,b\n", "expected_output_file": "name\na\nb\n"}
    training = await ended(client, jobs, settings, "/api/v1/train", TRAINING | example)
    further = {"user_id": "ada", "job_id": training.job_id, "input_file": "id,name\n3,c\n", "output_format": output_format}

    inference = await ended(client, jobs, settings, "/api/v1/inference/run", further)
    answer = await client.get(f"/api/v1/ada/{inference.job_id}/output")

    (tmp_path / "output").write_bytes(answer.content)
    assert read_table(tmp_path / "output").rows == (("c",),)
    assert media_type in answer.headers["content-type"]
    assert f'filename="output.{output_format}"' in answer.headers["content-disposition"]
