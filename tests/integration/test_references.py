"""Inputs that are named where they lie, on a real cluster: read there, in one state, by the workers that need them."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import ray

from actors.workflow import Outcome, attempt
from converter.manifest import Converter
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, JobStatus, Source
from jobs.references import SOURCE
from jobs.store import JobStore
from settings import Settings
from tests.integration.test_batch import on_s3

pytestmark = pytest.mark.integration

CONVERTER = Converter("SELECT b, a FROM input WHERE a <> '7'", ("a", "b"), output_header=("b", "a"))
CONTENT = ("a,b\n" + "".join(f"{number},text {number}\n" for number in range(20_000))).encode()
EXPECTED = ("b,a\n" + "".join(f"text {number},{number}\n" for number in range(20_000) if number != 7)).encode()
KEY = "in/large.csv"


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    ray.init(address="local", num_cpus=2, _node_ip_address="127.0.0.1", include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture(params=["whole", "in parts"])
def settings(request: pytest.FixtureRequest, s3_endpoint: str, tmp_path: Path) -> Settings:
    size = 100_000 if request.param == "in parts" else 1 << 30
    plain = Settings(data_dir=tmp_path / "data", split_bytes=size, part_bytes=150_000, _env_file=None)
    named = on_s3(plain, s3_endpoint)
    return named.model_copy(update={"allowed_buckets": (named.aws_bucket_name,), "allowed_url_hosts": ("localhost",)})


@pytest.fixture
def jobs(settings: Settings) -> JobStore:
    return job_store(settings)


def referring(jobs: JobStore, address: str, source: Source | None = None, **fields: Any) -> JobRecord:
    record = JobRecord.new(user_id="ada", kind=JobKind.INFERENCE, source=source or Source(), **fields)
    text = f'{{"address": "{address}"}}'.encode()
    return jobs.create(record, {SOURCE: text, "converter.sql": CONVERTER.dumps().encode()})


@ray.remote(num_cpus=1, max_retries=0)
def workflow(job: OpenJob, settings: Settings, attempt_id: str = "attempt-1") -> Outcome:
    return attempt(job, attempt_id, settings)


def ended(jobs: JobStore, record: JobRecord, settings: Settings) -> JobRecord:
    ray.get(workflow.remote(OpenJob.of(record), settings))
    return jobs.get("ada", record.job_id)


def test_an_object_is_converted_from_where_it_lies(settings: Settings, jobs: JobStore) -> None:
    etag = jobs.objects.put(KEY, CONTENT)

    done = ended(jobs, referring(jobs, f"s3://{settings.aws_bucket_name}/{KEY}", Source(etag=etag)), settings)

    assert (done.status, done.error) == (JobStatus.SUCCEEDED, None)
    assert b"".join(jobs.stream(done, "output.csv")) == EXPECTED
    assert {item.key.rpartition("/")[2] for item in jobs.objects.list(f"files/ada/{done.job_id}/")} == {
        SOURCE, "converter.sql", "output.csv",
    }  # fmt: skip


def test_an_object_that_has_changed_is_not_read(settings: Settings, jobs: JobStore) -> None:
    etag = jobs.objects.put(KEY, CONTENT)
    record = referring(jobs, f"s3://{settings.aws_bucket_name}/{KEY}", Source(etag=etag))
    jobs.objects.put(KEY, CONTENT + b"1,more\n")

    done = ended(jobs, record, settings)

    assert done.status is JobStatus.FAILED
    assert done.error is not None
    assert (done.error.title, "submit it again" in done.error.detail) == ("Has changed", True)


def test_a_bucket_that_may_no_longer_be_named_is_not_read(settings: Settings, jobs: JobStore) -> None:
    etag = jobs.objects.put(KEY, CONTENT)
    record = referring(jobs, f"s3://{settings.aws_bucket_name}/{KEY}", Source(etag=etag))

    done = ended(jobs, record, settings.model_copy(update={"allowed_buckets": ()}))

    assert done.error is not None
    assert "ALLOWED_BUCKETS" in done.error.detail


def test_a_packed_object_is_unpacked_by_the_job(settings: Settings, jobs: JobStore) -> None:
    etag = jobs.objects.put(KEY, gzip.compress(CONTENT))

    done = ended(jobs, referring(jobs, f"s3://{settings.aws_bucket_name}/{KEY}", Source(etag=etag)), settings)

    assert b"".join(jobs.stream(done, "output.csv")) == EXPECTED
    assert done.report is not None
    assert "unpacked from gz" in done.report["notes"]


@pytest.fixture
def url() -> Iterator[str]:
    """A server that breaks its first connection off in the middle, and gives the rest of it when it is asked for."""
    broken = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers["Range"] or "bytes=0-"
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            assert bool(start) == broken.is_set()
            self.send_response(206 if start else 200)
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
            self.send_header("Content-Length", str(len(CONTENT) - start))
            self.send_header("ETag", '"1"')
            self.end_headers()
            self.wfile.write(CONTENT[start : None if broken.is_set() else len(CONTENT) // 2])
            broken.set()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/orders.csv"
        server.shutdown()
        thread.join()


def test_a_url_is_fetched_by_the_job_over_a_broken_connection(settings: Settings, jobs: JobStore, url: str) -> None:
    done = ended(jobs, referring(jobs, url), settings)

    assert (done.status, done.error) == (JobStatus.SUCCEEDED, None)
    assert b"".join(jobs.stream(done, "output.csv")) == EXPECTED
    assert done.source == Source(etag='"1"', size=len(CONTENT), fetched=len(CONTENT))
    assert "fetching" in [one.phase for one in done.events]
    assert jobs.parts(done) == {}


def test_a_url_whose_host_may_no_longer_be_named_is_not_fetched(settings: Settings, jobs: JobStore, url: str) -> None:
    done = ended(jobs, referring(jobs, url), settings.model_copy(update={"allowed_url_hosts": ()}))

    assert done.error is not None
    assert "not public" in done.error.detail
