"""Jobs whose worker, sandbox, queue or store fails under them: real processes killed, real requests failed."""

import asyncio
import contextlib
import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import psutil
import pytest
import ray

from actors.gateway import JobGateway
from actors.queue import NAME, NAMESPACE
from converter.manifest import Converter
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, JobStatus
from settings import Settings
from tests.integration.faulty_s3 import Fault, FaultyS3
from tests.integration.running import COPY, ENDLESS_ROWS, SLOW, Running, eventually, stored

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    ray.init(address="local", num_cpus=2, _node_ip_address="127.0.0.1", include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, rescan_seconds=1, store_patience_seconds=2, aws_bucket_name=None, _env_file=None)


@pytest.fixture
def running(settings: Settings) -> Iterator[Running]:
    made = Running(settings)
    yield made
    ray.kill(made.queue)


def test_a_job_survives_its_worker(running: Running) -> None:
    record = running.slow_inference()

    running.worker(record).kill()

    ended = running.ended(record)
    assert (ended.status, ended.crashes, ended.attempt) == (JobStatus.SUCCEEDED, 1, 2)
    assert running.output(ended).startswith("a\n")
    assert running.jobs.open_jobs() == []


def test_a_job_survives_its_sandbox(running: Running) -> None:
    record = running.slow_inference()

    running.sandbox(record).kill()

    ended = running.ended(record)
    assert (ended.status, ended.crashes) == (JobStatus.SUCCEEDED, 1)


def test_a_job_that_loses_its_worker_each_time_fails_and_says_so(running: Running) -> None:
    record = running.inference(ENDLESS_ROWS, SLOW, max_attempts=2)

    for _ in range(2):
        worker = running.worker(record)
        worker.kill()
        worker.wait()

    ended = running.ended(record)
    assert ended.status is JobStatus.FAILED
    assert ended.error is not None
    assert "2 attempts" in ended.error.detail


def test_jobs_survive_the_queue_and_nobody_has_to_ask(running: Running) -> None:
    records = [running.inference(5), running.slow_inference(), running.inference(5)]
    running.worker(records[1])

    os.kill(_pid_of_queue(running), signal.SIGKILL)

    assert {running.ended(record).status for record in records} == {JobStatus.SUCCEEDED}
    assert running.jobs.open_jobs() == []


def test_a_running_job_is_cancelled_within_two_seconds_and_its_sandbox_killed(running: Running) -> None:
    record = running.inference(ENDLESS_ROWS, SLOW)
    sandbox = running.sandbox(record)

    running.jobs.cancel("ada", record.job_id)
    ray.get(running.queue.cancel.remote("ada", record.job_id), timeout=2)

    eventually(lambda: not sandbox.is_running(), 2)
    assert ray.get(running.queue.status.remote())["queue_info"]["active_jobs"] == 0
    assert running.status(record) is JobStatus.CANCELLED


def test_a_job_that_was_replaced_while_it_ran_runs_anew(running: Running) -> None:
    record = running.inference(ENDLESS_ROWS, SLOW)
    running.worker(record)
    new = JobRecord.new(user_id="ada", kind=JobKind.INFERENCE, job_id=record.job_id)
    text = Converter(COPY, ("a",), output_header=("a",)).dumps().encode()

    stored = running.jobs.replace(new, {"input.csv": b"a\nnew\n", "converter.sql": text})
    stopping = running.queue.cancel.remote("ada", record.job_id)
    ray.get([stopping, running.queue.submit.remote(OpenJob.of(stored))])

    assert running.output(running.ended(record)) == "a\nnew\n"


def test_a_job_fails_at_its_deadline(running: Running) -> None:
    # Long enough to be found running on a busy machine.
    record = running.inference(ENDLESS_ROWS, SLOW, deadline_seconds=5)
    sandbox = running.sandbox(record)

    ended = running.ended(record)

    assert (ended.status, ended.error and ended.error.title) == (JobStatus.FAILED, "Deadline exceeded")
    assert not sandbox.is_running()


def test_jobs_wait_for_a_disk_that_is_full(tmp_path: Path, settings: Settings) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(small)], capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    full = settings.model_copy(update={"data_dir": small, "store_patience_seconds": 0})
    record = stored(job_store(full), 1000, COPY)
    ballast = small / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    running = Running(full)
    try:
        eventually(lambda: _is_between_attempts(running), 30)
        assert running.status(record) is JobStatus.QUEUED

        ballast.unlink()

        assert running.ended(record).status is JobStatus.SUCCEEDED
    finally:
        ray.kill(running.queue)
        subprocess.run(["umount", "--lazy", str(small)], check=True)


@pytest.fixture
def s3(s3_endpoint: str) -> Iterator[FaultyS3]:
    proxy = FaultyS3(s3_endpoint)
    yield proxy
    proxy.stop()


@pytest.fixture
def on_s3(s3: FaultyS3, s3_endpoint: str, settings: Settings) -> Iterator[Running]:
    access = {"aws_access_key_id": "id", "aws_secret_access_key": "secret"}
    bucket = f"b-{uuid.uuid4().hex[:12]}"
    boto3.client("s3", endpoint_url=s3.url, region_name="us-east-1", **access).create_bucket(Bucket=bucket)
    sound = Settings(**(settings.model_dump() | access | {"aws_endpoint_url": s3_endpoint, "aws_bucket_name": bucket}))
    made = Running(sound.model_copy(update={"aws_endpoint_url": s3.url}), job_store(sound))
    yield made
    ray.kill(made.queue)


@pytest.mark.parametrize(("fault", "times"), [(Fault.UNAVAILABLE, 12), (Fault.LOST_REPLY, 8), (Fault.SLOW, 6)])
def test_jobs_survive_a_store_that_fails(s3: FaultyS3, on_s3: Running, fault: Fault, times: int) -> None:
    records = [on_s3.inference(5) for _ in range(3)]

    with s3.failing(fault, times):
        ended = [on_s3.ended(record) for record in records]

    assert s3.happened == times
    assert {record.status for record in ended} == {JobStatus.SUCCEEDED}
    assert {on_s3.output(record) for record in ended} == {"a\n0\n1\n2\n3\n4\n"}
    assert {record.crashes for record in ended} == {0}


async def test_a_new_release_takes_over_without_a_lost_job_or_a_refused_call(settings: Settings) -> None:
    old, new = (JobGateway(settings.model_copy(update={"learn_seconds": seconds})) for seconds in (1.0, 2.0))
    jobs = job_store(settings)
    await old.start()
    records = [stored(jobs, 400, SLOW), stored(jobs, 5, COPY)]
    for record in records:
        await old.submit(record)

    takeover = asyncio.create_task(new.start())
    for _ in range(3):
        records.append(await asyncio.to_thread(stored, jobs, 5, COPY))
        await old.submit(records[-1])
    await takeover

    def ended() -> bool:
        return all(jobs.get("ada", record.job_id).status is JobStatus.SUCCEEDED for record in records)

    await asyncio.to_thread(eventually, ended, 60)
    assert (await new.status())["queue_info"]["queue_size"] == 0
    await old.status()
    ray.kill(ray.get_actor(NAME, NAMESPACE))


def _pid_of_queue(running: Running) -> int:
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "ray::JobQueue" in " ".join(process.cmdline()):
                return process.pid
    raise AssertionError("no queue runs")


def _is_between_attempts(running: Running) -> bool:
    """Whether the one job waits for its next attempt: it waits though slots are free."""
    info = ray.get(running.queue.status.remote())["queue_info"]
    return bool(info["queue_size"] == 1 and info["active_jobs"] == 0 and info["available_workers"])
