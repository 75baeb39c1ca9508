"""The first architecture of the comparison: FastAPI, and a ProcessPoolExecutor of 32 workers in the server's own process.

Built plainly and to its advantage: the same HTTP application, store and job function as ours, so that nothing but the queue
differs; everything is imported before the workers are forked, and they are forked before the first request.

    .venv/bin/python -m bench.peers.pool       (settings from the environment, as for the service)
"""

import multiprocessing
import secrets
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

import uvicorn

from actors import workflow
from api.app import create_app
from bench.peers.workers import WORKERS, preload, status, warmed
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobRecord
from settings import Settings


class PoolQueue:
    """What waits and runs in this process's pool."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        preload(settings)
        self._pool = ProcessPoolExecutor(WORKERS, multiprocessing.get_context("fork"))
        self._futures: dict[str, Future[Any]] = {}
        for future in [self._pool.submit(warmed, settings) for _ in range(WORKERS)]:
            future.result()

    async def admit(self, user_id: str) -> None:
        """The pool's own queue is unbounded."""

    async def submit(self, record: JobRecord) -> None:
        future = self._pool.submit(workflow.attempt, OpenJob.of(record), secrets.token_hex(8), self._settings)
        self._futures[record.job_id] = future
        future.add_done_callback(lambda _: self._futures.pop(record.job_id, None))

    async def cancel(self, user_id: str, job_id: str) -> None:
        # A pool can take back what waits, not stop what runs.
        if job_id in self._futures:
            self._futures[job_id].cancel()

    async def position(self, user_id: str, job_id: str) -> None:
        """A pool does not tell."""

    async def status(self) -> dict[str, Any]:
        return status(len(self._futures))


def main() -> None:
    """Serves until it is stopped."""
    settings = Settings().with_api_key()
    app = create_app(settings, job_store(settings), PoolQueue(settings))
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning")


if __name__ == "__main__":
    main()
