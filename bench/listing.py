"""A page of one user's 10,000 jobs, as `GET /api/v1/users/{id}/jobs` asks the store for it.

    .venv/bin/python -m bench.listing [JOBS]

Writes that many records to a folder, and 1,000 at most to moto's S3 server (more take minutes), reads all pages once, then
times pages of 100: the newest, one from the middle, and a filter that has to look at every job; each also just after a change
by another process. Prints a table. moto is a test server: from S3 a listing of 1,000 keys comes sooner than from it.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

from jobs.folder import FolderStore
from jobs.listing import Choice, record_key
from jobs.objects import ObjectStore
from jobs.record import JobKind, JobRecord, JobStatus, new_job_id
from jobs.s3 import S3Store
from jobs.store import JobStore

LIMIT, ROUNDS, S3_JOBS = 100, 100, 1000
START = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measures both stores."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{f'one user, pages of {LIMIT}, {ROUNDS} rounds':64}{'p50 ms':>12}{'p99 ms':>10}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        measure(f"folder, {count} jobs", FolderStore(Path(folder)), count)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    access = {"aws_access_key_id": "id", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", **access).create_bucket(Bucket="bench")
    measure(
        f"S3 (moto), {min(count, S3_JOBS)} jobs",
        S3Store("bench", endpoint_url=f"http://{host}:{port}", access_key_id="id", secret_access_key="secret"),
        min(count, S3_JOBS),
    )
    server.stop()


def measure(name: str, objects: ObjectStore, count: int) -> None:
    """Fills the store and prints its lines."""
    records = [record(number) for number in range(count)]
    for one in records:
        objects.put(record_key(one.user_id, one.job_id), one.model_dump_json().encode())
    jobs, other = JobStore(objects), JobStore(objects)
    began = time.perf_counter()
    cursor, middle, seen = None, None, 0
    while True:
        page = jobs.page("ada", 1000, cursor)
        seen, cursor = seen + len(page.records), page.next_cursor
        middle = middle or (cursor if seen >= count // 2 else None)
        if cursor is None:
            break
    print(f"{name + ': all pages, the first time':64}{1000 * (time.perf_counter() - began):12.0f}")

    waiting = iter(reversed(records))

    def change() -> None:
        other.cancel("ada", next(waiting).job_id)

    failed = Choice(status=JobStatus.FAILED)
    # As in any folder that nobody has written to for a moment.
    time.sleep(1.5)
    for what, ask, before in (
        ("the newest page", lambda: jobs.page("ada", LIMIT), None),
        ("a page from the middle", lambda: jobs.page("ada", LIMIT, middle), None),
        ("the newest page, a job of it changed", lambda: jobs.page("ada", LIMIT), change),
        ("a page from the middle, a job changed", lambda: jobs.page("ada", LIMIT, middle), change),
        ("failed ones, of which there is none", lambda: jobs.page("ada", LIMIT, None, failed), None),
        ("failed ones, a job changed", lambda: jobs.page("ada", LIMIT, None, failed), change),
    ):
        report(f"{name}: {what}", ask, before)


def report(what: str, ask: Callable[[], object], before: Callable[[], None] | None) -> None:
    """One line: the latencies of `ROUNDS` calls."""
    times = []
    for _ in range(ROUNDS):
        if before is not None:
            before()
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
    cuts = statistics.quantiles(times, n=100)
    print(f"{what:64}{cuts[49]:12.1f}{cuts[98]:10.1f}", flush=True)


def record(number: int) -> JobRecord:
    """A waiting job."""
    moment = START + timedelta(minutes=number)
    one = JobRecord.new(user_id="ada", kind=JobKind.INFERENCE, job_id=new_job_id(moment), job_title="Orders", owner="sales")
    return one.model_copy(update={"created_at": moment})


if __name__ == "__main__":
    main()
