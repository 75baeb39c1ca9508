"""A large file split over the slots of a cluster, and what becomes of it when something fails on the way."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import ray
from pydantic import SecretStr

from actors.splitting import convert_in_parts
from actors.workflow import attempt
from converter.conversion import run
from converter.errors import StatementFailed
from converter.manifest import Check, Converter
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings

pytestmark = pytest.mark.integration

CHECK = Check("a is short", "SELECT _row FROM output WHERE length(a) > 4")
CONVERTER = Converter("SELECT b, a FROM input WHERE a <> '7'", ("a", "b"), output_header=("b", "a"), checks=(CHECK,))
CONTENT = "a,b\r\n" + "".join(f'{number},"text {number}\r\nand ""more"""\r\n' for number in range(12_000))


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    ray.init(address="local", num_cpus=2, _node_ip_address="127.0.0.1", include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    plain = Settings(data_dir=tmp_path / "data", split_bytes=100_000, part_bytes=150_000, aws_bucket_name=None, _env_file=None)
    if request.param == "folder":
        return plain
    bucket, endpoint = f"b-{uuid.uuid4().hex[:12]}", request.getfixturevalue("s3_endpoint")
    access = {"aws_access_key_id": "id", "aws_secret_access_key": "secret"}
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **access).create_bucket(Bucket=bucket)
    secrets = {name: SecretStr(value) for name, value in access.items()}
    return plain.model_copy(update={"aws_bucket_name": bucket, "aws_endpoint_url": endpoint} | secrets)


@pytest.fixture
def jobs(settings: Settings) -> JobStore:
    return job_store(settings)


def stored(jobs: JobStore, converter: Converter = CONVERTER) -> JobRecord:
    record = JobRecord.new(user_id="ada", kind=JobKind.INFERENCE)
    return jobs.create(record, {"input.csv": CONTENT.encode(), "converter.sql": converter.dumps().encode()})


@ray.remote(num_cpus=1)
def workflow(job: OpenJob, settings: Settings) -> None:
    attempt(job, "attempt-1", settings)


def test_a_large_file_is_split_and_its_output_is_that_of_the_whole(settings: Settings, jobs: JobStore, tmp_path: Path) -> None:
    record = stored(jobs)

    # More workflows than slots: none may starve behind the others' parts.
    others = [stored(jobs) for _ in range(2)]
    ray.get([workflow.remote(OpenJob.of(one), settings) for one in (record, *others)])

    ended = jobs.get("ada", record.job_id)
    (tmp_path / "input.csv").write_text(CONTENT, newline="")
    whole = run(CONVERTER, tmp_path / "input.csv", tmp_path / "whole.csv")
    assert b"".join(jobs.stream(ended, "output.csv")) == (tmp_path / "whole.csv").read_bytes()
    assert {one.status for one in jobs.list_of("ada")} == {JobStatus.SUCCEEDED}
    assert ended.report is not None
    assert (ended.report["rows_out"], ended.report["broken_checks"]) == (whole.rows_out, list(whole.broken_checks))
    assert jobs.parts(ended) == {}


def test_parts_that_are_there_are_not_made_again(settings: Settings, jobs: JobStore, tmp_path: Path) -> None:
    record, given = stored(jobs), tmp_path / "input.csv"
    jobs.fetch(record, "input.csv", given)
    first = convert_in_parts(jobs, record, CONVERTER, given, settings)
    assert first is not None
    assert len(first.keys) == 3
    jobs.objects.delete(first.keys[1].replace(".csv", ".json"))
    jobs.objects.put(first.keys[0], b"kept")

    again = convert_in_parts(jobs, record, CONVERTER, given, settings)

    assert again is not None
    assert jobs.objects.get(again.keys[0]).data == b"kept"
    assert again.report.rows_out == first.report.rows_out


def test_a_part_that_fails_ends_the_whole_with_its_error(settings: Settings, jobs: JobStore, tmp_path: Path) -> None:
    failing = Converter("SELECT CAST(b AS INTEGER) AS b FROM input", ("a", "b"), output_header=("b",))
    record, given = stored(jobs, failing), tmp_path / "input.csv"
    jobs.fetch(record, "input.csv", given)

    with pytest.raises(StatementFailed, match="Could not convert string"):
        convert_in_parts(jobs, record, failing, given, settings)


def test_a_split_job_that_fails_leaves_no_parts(settings: Settings, jobs: JobStore) -> None:
    # Only the last rows cannot be converted, so the parts before them are made and kept.
    failing = Converter(
        "SELECT CASE WHEN CAST(a AS INTEGER) < 11990 THEN a ELSE CAST(CAST(b AS INTEGER) AS VARCHAR) END AS a FROM input",
        ("a", "b"),
        output_header=("a",),
    )
    record = stored(jobs, failing)

    ray.get(workflow.remote(OpenJob.of(record), settings))

    assert jobs.get("ada", record.job_id).status is JobStatus.FAILED
    assert jobs.parts(record) == {}
