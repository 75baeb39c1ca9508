"""The second architecture of the comparison: FastAPI, and 32 Celery workers behind Redis.

Built plainly and to its advantage: the same HTTP application, store and job function as ours, so that nothing but the queue
differs; Celery's parent imports everything before it forks its workers, no worker hoards jobs, no results are kept.

    .venv/bin/python -m bench.peers.celery_redis           (starts redis-server, the workers and the API, and stops them)
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from typing import Any

import redis
import uvicorn
from celery import Celery
from celery.signals import worker_init, worker_process_init

from actors import workflow
from api.app import create_app
from bench.peers.workers import WORKERS, preload, status
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobRecord
from settings import Settings

_BROKER = os.environ.get("CELERY_BROKER", "redis://127.0.0.1:6379/0")
_UNFINISHED = "unfinished"

celery = Celery("peer", broker=_BROKER)
celery.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    # 32 workers get ready at once; after the default of 4 s, Celery would start those that are not in time anew.
    worker_proc_alive_timeout=300,
)


@celery.task(name="attempt")
def attempt(marker: str, attempt_id: str) -> None:
    """One job, in a worker."""
    try:
        workflow.attempt(OpenJob.parse(marker), attempt_id, _settings())
    finally:
        redis.Redis.from_url(_BROKER).decr(_UNFINISHED)


@cache
def _settings() -> Settings:
    return Settings().with_api_key()


@worker_init.connect
def _before_the_fork(**_: Any) -> None:
    preload(_settings())


@worker_process_init.connect
def _in_each_worker(**_: Any) -> None:
    workflow.prepare(_settings())


class CeleryQueue:
    """Hands jobs to Celery; how many are not finished is counted in Redis, since asking all workers takes a second."""

    def __init__(self) -> None:
        self._redis = redis.Redis.from_url(_BROKER)

    async def admit(self, user_id: str) -> None:
        """Redis bounds nothing."""

    async def submit(self, record: JobRecord) -> None:
        self._redis.incr(_UNFINISHED)
        attempt.apply_async((OpenJob.of(record).marker, secrets.token_hex(8)), task_id=record.job_id)

    async def cancel(self, user_id: str, job_id: str) -> None:
        celery.control.revoke(job_id, terminate=True)

    async def position(self, user_id: str, job_id: str) -> None:
        """Celery does not tell."""

    async def status(self) -> dict[str, Any]:
        return status(int(self._redis.get(_UNFINISHED) or 0))


def main() -> None:
    """Starts everything, serves until it is stopped, stops everything."""
    # Made once here, before two processes would each make a key of their own.
    _settings()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        redis_command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        environment = os.environ | {"CELERY_BROKER": f"redis://127.0.0.1:{port}/0"}
        serving = [sys.executable, "-m", "bench.peers.celery_redis", "api"]
        working = [sys.executable, "-m", "celery", "-A", "bench.peers.celery_redis:celery", "worker"]
        working += ["--pool", "prefork", "--concurrency", str(WORKERS), "--loglevel", "ERROR"]
        started = [subprocess.Popen(redis_command, stdout=subprocess.DEVNULL)]
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            started += [subprocess.Popen(command, env=environment) for command in (working, serving)]
            started[-1].wait()
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait(30)


def serve() -> None:
    """The API alone."""
    settings = _settings()
    app = create_app(settings, job_store(settings), CeleryQueue())
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning")


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["api"] else main()
