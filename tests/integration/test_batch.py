"""Many files as one job on a real cluster: each file's end its own, whatever happens to the job on its way."""

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import ray
from pydantic import SecretStr

from actors.workflow import Outcome, attempt
from converter.manifest import Converter
from jobs import batch
from jobs.batch import INPUTS, INPUTS_LIST, OUTPUTS, OUTPUTS_LIST, FileGiven, FileMade
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import Batch, JobKind, JobRecord, JobStatus, OnError, RunOutcome
from jobs.store import JobStore
from settings import Settings
from tests.integration.running import SLOW, Running
from tests.integration.service import eventually

pytestmark = pytest.mark.integration

CONVERTER = Converter("SELECT b, a FROM input ORDER BY _row", ("a", "b"), output_header=("b", "a"))


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    ray.init(address="local", num_cpus=2, _node_ip_address="127.0.0.1", include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    plain = Settings(data_dir=tmp_path / "data", aws_bucket_name=None, _env_file=None)
    return on_s3(plain, request.getfixturevalue("s3_endpoint")) if request.param == "s3" else plain


def on_s3(plain: Settings, endpoint: str) -> Settings:
    bucket = f"b-{uuid.uuid4().hex[:12]}"
    access = {"aws_access_key_id": "id", "aws_secret_access_key": "secret"}
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **access).create_bucket(Bucket=bucket)
    secrets = {name: SecretStr(value) for name, value in access.items()}
    return plain.model_copy(update={"aws_bucket_name": bucket, "aws_endpoint_url": endpoint} | secrets)


@pytest.fixture
def jobs(settings: Settings) -> JobStore:
    return job_store(settings)


def stored(jobs: JobStore, contents: dict[str, bytes], converter: Converter = CONVERTER, **fields: Any) -> JobRecord:
    packed, files = b"", []
    for name, content in contents.items():
        files.append(FileGiven(name=name, start=len(packed), end=len(packed) + len(content)))
        packed += content
    return stored_as(jobs, packed, files, converter, **fields)


def stored_as(jobs: JobStore, packed: bytes, files: list[FileGiven], converter: Converter, **fields: Any) -> JobRecord:
    record = JobRecord.new(user_id="ada", kind=JobKind.INFERENCE, batch=Batch(files=len(files)), **fields)
    given = {INPUTS: packed, INPUTS_LIST: batch.given_as_json(files), "converter.sql": converter.dumps().encode()}
    return jobs.create(record, given)


@ray.remote(num_cpus=1, max_retries=0)
def workflow(job: OpenJob, settings: Settings, attempt_id: str = "attempt-1") -> Outcome:
    return attempt(job, attempt_id, settings)


def made(jobs: JobStore, record: JobRecord) -> list[FileMade]:
    return batch.made_of(b"".join(jobs.stream(record, OUTPUTS_LIST)))


def archive(jobs: JobStore, record: JobRecord) -> zipfile.ZipFile:
    read = zipfile.ZipFile(io.BytesIO(b"".join(jobs.stream(record, OUTPUTS))))
    assert read.testzip() is None
    return read


def numbered(count: int) -> dict[str, bytes]:
    return {f"in/{number}.csv": f"a,b\n{number},x\n".encode() for number in range(count)}


def test_all_files_are_converted_and_lie_in_one_archive(settings: Settings, jobs: JobStore) -> None:
    record = stored(jobs, numbered(150))

    ray.get(workflow.remote(OpenJob.of(record), settings))

    ended = jobs.get("ada", record.job_id)
    assert (ended.status, ended.outcome, ended.error) == (JobStatus.SUCCEEDED, RunOutcome.CLEAN, None)
    assert ended.batch == Batch(files=150, done=150)
    assert ended.rows == {"in": 150, "out": 150, "rejected": 0, "doubtful": 0}
    with archive(jobs, ended) as read:
        assert {name: read.read(name) for name in read.namelist()} == {
            f"in/{number}.csv": f"b,a\nx,{number}\n".encode() for number in range(150)
        }
    for one in made(jobs, ended):
        alone = b"".join(jobs.stream(ended, OUTPUTS, start=one.start, end=one.start + one.bytes_out))
        assert alone == f"b,a\nx,{one.number - 1}\n".encode()
    assert jobs.parts(ended) == {}
    assert ended.report is not None
    assert len(ended.report["outputs"]) == 150


def test_files_that_fail_are_told_one_by_one_and_the_others_are_there(settings: Settings, jobs: JobStore) -> None:
    contents = numbered(80) | {"in/7.csv": b"x\n1\n", "in/50.csv": b"", "in/79.csv": b"%PDF-1.4"}
    record = stored(jobs, contents)

    ray.get(workflow.remote(OpenJob.of(record), settings))

    ended = jobs.get("ada", record.job_id)
    assert (ended.status, ended.outcome) == (JobStatus.SUCCEEDED, RunOutcome.WITH_PROBLEMS)
    assert ended.batch == Batch(files=80, done=80, failed=3)
    failed = {one.name: one.error.title for one in made(jobs, ended) if one.error is not None}
    assert failed == {"in/7.csv": "Input mismatch", "in/50.csv": "Bad csv", "in/79.csv": "Bad csv"}
    assert ended.report is not None
    assert [one["number"] for one in ended.report["failed"]] == [8, 51, 80]
    with archive(jobs, ended) as read:
        assert len(read.namelist()) == 77


def test_a_batch_of_which_nothing_comes_has_failed_and_says_why(settings: Settings, jobs: JobStore) -> None:
    record = stored(jobs, {"a.csv": b"x\n1\n", "b.csv": b""})

    ray.get(workflow.remote(OpenJob.of(record), settings))

    ended = jobs.get("ada", record.job_id)
    assert ended.status is JobStatus.FAILED
    assert ended.error is not None
    assert ended.error.title == "No file could be converted"
    assert "a.csv" in ended.error.detail
    assert len(made(jobs, ended)) == 2


def test_rejected_rows_lie_beside_the_outputs(settings: Settings, jobs: JobStore) -> None:
    number = Converter("SELECT CAST(TRY_CAST(a AS INT) + 1 AS VARCHAR) AS n FROM input", ("a",), output_header=("n",))
    record = stored(jobs, {"good.csv": b"a\n1\n", "bad.csv": b"a\n1\nmany\n"}, number, on_error=OnError.REJECT)

    ray.get(workflow.remote(OpenJob.of(record), settings))

    ended = jobs.get("ada", record.job_id)
    assert ended.rows is not None
    assert ended.rows["rejected"] == 1
    with archive(jobs, ended) as read:
        assert read.namelist() == ["good.csv", "bad.csv", "rejects/bad.csv"]
        assert b"many" in read.read("rejects/bad.csv")


def test_an_attempt_goes_on_where_the_last_one_was(settings: Settings, jobs: JobStore) -> None:
    contents = numbered(100)
    whole = stored(jobs, contents)
    ray.get(workflow.remote(OpenJob.of(whole), settings))
    record = stored(jobs, contents)
    first = jobs.claim("ada", record.job_id, "lost")
    work_of = batch_portions(jobs, first, settings)
    jobs.crashed("ada", record.job_id, "lost")

    ray.get(workflow.remote(OpenJob.of(record), settings, "second"))

    ended = jobs.get("ada", record.job_id)
    assert len(work_of) == 1
    assert ended.batch == Batch(files=100, done=100)
    assert b"".join(jobs.stream(ended, OUTPUTS)) == b"".join(jobs.stream(jobs.get("ada", whole.job_id), OUTPUTS))


def batch_portions(jobs: JobStore, record: JobRecord, settings: Settings) -> list[str]:
    """Has the first portion done, as if the attempt had died after it."""
    from actors import batch as batches

    done: list[str] = []

    def one_alone(portions: Any, settings: Settings) -> None:
        name, record, portion = portions[0]
        batches.done_here(record, portion, settings)
        done.append(name)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batches.convert_batch(jobs, record, settings, one_alone)
    return done


def test_objects_are_read_as_they_were_when_the_job_was_submitted(s3_endpoint: str, tmp_path: Path) -> None:
    settings = on_s3(Settings(data_dir=tmp_path / "data", _env_file=None), s3_endpoint)
    jobs = job_store(settings)
    keys = [f"files/ada/given/{name}.csv" for name in ("same", "changed", "gone")]
    etags = [jobs.objects.put(key, b"a,b\n1,x\n") for key in keys]
    addresses = [f"s3://{settings.aws_bucket_name}/{key}" for key in (*keys, "files/bob/given/x.csv")]
    files = [
        FileGiven(name=Path(address).name, end=8, address=address, etag=etag)
        for address, etag in zip(addresses, [*etags, etags[0]], strict=True)
    ]
    record = stored_as(jobs, b"", files, CONVERTER)
    jobs.objects.put(keys[1], b"a,b\n2,y\n")
    jobs.objects.delete(keys[2])
    jobs.objects.put("files/bob/given/x.csv", b"a,b\n1,x\n")

    ray.get(workflow.remote(OpenJob.of(record), settings))

    told = made(jobs, jobs.get("ada", record.job_id))
    assert [one.error and one.error.title for one in told] == [None, "Has changed", "Not there", "Not allowed"]


def test_a_running_batch_is_cancelled_within_seconds(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", _env_file=None, warm_workers=False)
    running = Running(settings)
    endless = b"a\n" + b"1\n" * 20_000
    slow = Converter(SLOW, ("a",), output_header=("a",))
    record = stored(running.jobs, {f"{number}.csv": endless for number in range(40)}, slow)
    ray.get(running.queue.submit.remote(OpenJob.of(record)))
    eventually(lambda: running.status(record) is JobStatus.RUNNING, 60)

    running.jobs.cancel("ada", record.job_id)
    ray.get(running.queue.cancel.remote("ada", record.job_id), timeout=20)

    ended = running.jobs.get("ada", record.job_id)
    assert ended.status is JobStatus.CANCELLED
    assert json.loads(ended.model_dump_json())["batch"]["files"] == 40
