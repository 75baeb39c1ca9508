"""Batches over HTTP: what such a request says, and what became of each file."""

import io
import json
import uuid
import zipfile
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from jobs import batch
from jobs.archive import append, directory
from jobs.batch import INPUTS, INPUTS_LIST, OUTPUTS, OUTPUTS_LIST, FileMade, given_of
from jobs.location import job_store
from jobs.record import Batch, JobStatus, Problem
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue, trained

PATH = "/api/v1/inference/batch"


def form(*files: tuple[str, bytes]) -> list[tuple[str, Any]]:
    return [("input_files", (name, content, "text/csv")) for name, content in files]


async def test_files_of_a_form_are_one_job(client: httpx.AsyncClient, jobs: JobStore, queue: RememberingQueue) -> None:
    files = form(*((f"{number}.csv", f"a,b\n{number},x\n".encode()) for number in range(300)))

    answer = await client.post(PATH, data={"user_id": "ada", "job_id": trained(jobs)}, files=files)

    assert answer.status_code == 202, answer.text
    record = jobs.get("ada", answer.json()["job_id"])
    assert queue.submitted == [record.job_id]
    assert (record.batch, record.input_file) == (Batch(files=300), "300 files")
    assert answer.json()["links"]["outputs"] == f"/api/v1/ada/{record.job_id}/outputs"
    given = given_of(b"".join(jobs.stream(record, INPUTS_LIST)))
    assert [one.name for one in given] == [f"{number}.csv" for number in range(300)]
    one = given[123]
    assert b"".join(jobs.stream(record, INPUTS, start=one.start, end=one.end)) == b"a,b\n123,x\n"


async def test_files_may_be_texts_in_json(client: httpx.AsyncClient, jobs: JobStore) -> None:
    files = ["a,b\n1,x\n", "data:text/csv;name=two.csv;base64,YSxiCjIseQo="]

    answer = await client.post(PATH, json={"user_id": "ada", "job_id": trained(jobs), "input_files": files})

    record = jobs.get("ada", answer.json()["job_id"])
    assert [one.name for one in given_of(b"".join(jobs.stream(record, INPUTS_LIST)))] == ["1.csv", "two.csv"]
    assert b"".join(jobs.stream(record, INPUTS)) == b"a,b\n1,x\na,b\n2,y\n"


async def test_what_is_wrong_with_a_file_is_the_jobs_to_tell(client: httpx.AsyncClient, jobs: JobStore) -> None:
    files = form(("good.csv", b"a,b\n1,x\n"), ("bad.csv", b"%PDF-1.4"), ("empty.csv", b""))

    answer = await client.post(PATH, data={"user_id": "ada", "job_id": trained(jobs)}, files=files)

    assert answer.status_code == 202
    assert jobs.get("ada", answer.json()["job_id"]).batch == Batch(files=3)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "at least 1 item"),
        (["no file!"], "is no file"),
        (["https://example.org/a.csv"], "has a URL"),
        (["s3://foreign/a.csv"], "has not allowed"),
        (["s3://foreign/a*/*"], "has not allowed"),
    ],
)
async def test_a_request_that_says_nonsense_is_refused(
    client: httpx.AsyncClient, jobs: JobStore, files: list[str], told: str
) -> None:
    answer = await client.post(PATH, json={"user_id": "ada", "job_id": trained(jobs), "input_files": files})

    assert answer.status_code == 422
    assert told in json.dumps(answer.json()["detail"])
    assert answer.json()["detail"][0]["loc"][:2] == ["body", "input_files"]


async def test_a_training_takes_no_list_and_one_field_once(client: httpx.AsyncClient) -> None:
    files = [("input_file", ("a.csv", b"a\n1\n")), ("input_file", ("b.csv", b"a\n1\n"))]

    answer = await client.post("/api/v1/train", data={"user_id": "ada"}, files=files)

    assert answer.status_code == 422
    assert "given twice" in answer.text


async def test_the_same_request_with_one_key_makes_one_batch(client: httpx.AsyncClient, jobs: JobStore) -> None:
    data = {"user_id": "ada", "job_id": trained(jobs)}
    files = form(("1.csv", b"a,b\n1,x\n"), ("2.csv", b"a,b\n2,x\n"))

    first, again = [await client.post(PATH, data=data, files=files, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    other = await client.post(PATH, data=data, files=files[::-1], headers={"Idempotency-Key": "k"})

    assert first.json()["job_id"] == again.json()["job_id"]
    assert other.status_code == 409


async def test_what_became_of_each_file_is_listed_and_each_output_is_there(
    client: httpx.AsyncClient, jobs: JobStore, tmp_path: Path
) -> None:
    path = await ended(client, jobs, tmp_path)

    first = (await client.get(f"{path}/outputs", params={"limit": 2})).json()
    rest = (await client.get(f"{path}/outputs", params={"after": first["after"]})).json()
    failed = (await client.get(f"{path}/outputs", params={"failed": True})).json()

    assert [one["name"] for one in first["files"] + rest["files"]] == ["1.csv", "2.csv", "3.csv"]
    assert (first["total"], rest["after"]) == (3, None)
    assert [(one["number"], one["error"]["title"], one["link"]) for one in failed["files"]] == [(2, "Bad csv", None)]
    assert (await client.get(rest["files"][0]["link"])).text == "b\nz\n"
    assert (await client.get(f"{path}/outputs/2")).status_code == 409
    assert "is empty" in (await client.get(f"{path}/outputs/2")).text
    assert (await client.get(f"{path}/outputs/4")).status_code == 404


async def test_the_output_is_an_archive_that_comes_in_ranges_too(
    client: httpx.AsyncClient, jobs: JobStore, tmp_path: Path
) -> None:
    path = await ended(client, jobs, tmp_path)

    whole = await client.get(f"{path}/output")
    part = await client.get(f"{path}/output", headers={"Range": "bytes=10-19"})

    assert whole.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(whole.content)) as read:
        assert {name: read.read(name) for name in read.namelist()} == {"1.csv": b"b\nx\n", "3.csv": b"b\nz\n"}
    assert part.content == whole.content[10:20]


async def test_nothing_is_listed_before_the_end_nor_of_a_single_file(client: httpx.AsyncClient, jobs: JobStore) -> None:
    data = {"user_id": "ada", "job_id": trained(jobs)}
    waiting = (await client.post(PATH, data=data, files=form(("1.csv", b"a,b\n1,x\n")))).json()["links"]["job"]
    single = (await client.post("/api/v1/inference/run", json=data | {"input_file": "a,b\n1,x\n"})).json()["links"]["job"]

    for path in (waiting, single):
        assert (await client.get(f"{path}/outputs")).status_code == 409


async def test_all_objects_under_a_prefix_are_a_batch(s3_endpoint: str, tmp_path: Path) -> None:
    settings = on_s3(tmp_path, s3_endpoint)
    jobs = job_store(settings)
    for key in ("in/", "in/a.csv", "in/b/c.csv", "index.csv"):
        jobs.objects.put(key, b"a,b\n1,x\n" if key != "in/" else b"")
    transport = httpx.ASGITransport(create_app(settings, jobs, RememberingQueue()))
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as client:
        body = {"user_id": "ada", "job_id": trained(jobs), "input_file": f"s3://{settings.aws_bucket_name}/in/*"}

        answer = await client.post("/api/v1/inference/run", json=body)
        none = await client.post("/api/v1/inference/run", json=body | {"input_file": f"s3://{settings.aws_bucket_name}/no/*"})
        foreign = await client.post("/api/v1/inference/run", json=body | {"input_file": f"s3://{settings.aws_bucket_name}/*"})
        anothers = f"s3://{settings.aws_bucket_name}/files/bob/*"
        of_bob = await client.post("/api/v1/inference/run", json=body | {"input_file": anothers})

    record = jobs.get("ada", answer.json()["job_id"])
    given = given_of(b"".join(jobs.stream(record, INPUTS_LIST)))
    assert [(one.name, one.size) for one in given] == [("a.csv", 8), ("b/c.csv", 8)]
    assert [one.address for one in given] == [f"s3://{settings.aws_bucket_name}/in/{name}" for name in ("a.csv", "b/c.csv")]
    assert given[0].etag == jobs.objects.head("in/a.csv").etag
    assert (none.status_code, "without an object" in none.text) == (422, True)
    assert (foreign.status_code, "not this user's" in foreign.text) == (422, True)
    assert (of_bob.status_code, "not this user's" in of_bob.text) == (422, True)


def on_s3(tmp_path: Path, endpoint: str) -> Settings:
    bucket, access = f"b-{uuid.uuid4().hex[:12]}", {"aws_access_key_id": "id", "aws_secret_access_key": "secret"}
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **access).create_bucket(Bucket=bucket)
    secrets = {name: SecretStr(value) for name, value in access.items()} | {"api_key": SecretStr("key")}
    named = {"aws_bucket_name": bucket, "aws_endpoint_url": endpoint, "allowed_buckets": (bucket,)}
    return Settings(data_dir=tmp_path / "data", _env_file=None).model_copy(update=named | secrets)


async def ended(client: httpx.AsyncClient, jobs: JobStore, folder: Path) -> str:
    """The path of a batch of three files, of which the second failed."""
    files = form(("1.csv", b"a,b\n1,x\n"), ("2.csv", b""), ("3.csv", b"a,b\n3,z\n"))
    answer = await client.post(PATH, data={"user_id": "ada", "job_id": trained(jobs)}, files=files)
    record = jobs.claim("ada", answer.json()["job_id"], "1")
    archive = io.BytesIO()
    members = []
    for name, content in (("1.csv", b"b\nx\n"), ("3.csv", b"b\nz\n")):
        (folder / "made").write_bytes(content)
        members.append(append(archive, name, folder / "made"))
    archive.write(directory(members, archive.tell()))
    made = [
        FileMade(number=1, name="1.csv", output="1.csv", start=members[0].start, bytes_out=4),
        FileMade(number=2, name="2.csv", error=Problem(title="Bad csv", detail="2.csv: is empty")),
        FileMade(number=3, name="3.csv", output="3.csv", start=members[1].start, bytes_out=4),
    ]
    stored: dict[str, Any] = {OUTPUTS: archive.getvalue(), OUTPUTS_LIST: batch.made_as_json(made)}
    jobs.finish(record, JobStatus.SUCCEEDED, files=stored, batch=Batch(files=3, done=3, failed=1))
    return str(answer.json()["links"]["job"])
