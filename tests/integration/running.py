"""A queue with a store of its own in the cluster that the test has started, and jobs for it."""

import contextlib
from typing import Any

import psutil
import ray

from actors.queue import JobQueue
from converter.manifest import Converter
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings
from tests.integration.service import eventually

COPY = "SELECT a FROM input ORDER BY _row"
# Work that no engine can shorten: some seconds for a few hundred rows, hours for thousands.
SLOW = "SELECT CAST(sum(length(x.a || y.a || z.a)) AS VARCHAR) AS a FROM input AS x, input AS y, input AS z"
ENDLESS_ROWS = 20_000


def stored(jobs: JobStore, rows: int, statement: str = COPY, **fields: Any) -> JobRecord:
    text = Converter(statement, ("a",), output_header=("a",)).dumps()
    given = "a\n" + "".join(f"{number}\n" for number in range(rows))
    record = JobRecord.new(user_id="ada", kind=JobKind.INFERENCE, **fields)
    return jobs.create(record, {"input.csv": given.encode(), "converter.sql": text.encode()})


class Running:
    """A queue of its own over a store of its own, which the test may look at by another way."""

    def __init__(self, settings: Settings, jobs: JobStore | None = None) -> None:
        self.jobs: JobStore = jobs or job_store(settings)
        self.queue: Any = JobQueue.remote(settings)  # type: ignore[attr-defined]
        ray.get(self.queue.status.remote())

    def inference(self, rows: int, statement: str = COPY, **fields: Any) -> JobRecord:
        """A stored and submitted job."""
        record = stored(self.jobs, rows, statement, **fields)
        ray.get(self.queue.submit.remote(OpenJob.of(record)))
        return record

    def slow_inference(self) -> JobRecord:
        """One that takes some seconds."""
        return self.inference(400, SLOW)

    def status(self, record: JobRecord) -> JobStatus:
        return self.jobs.get(record.user_id, record.job_id).status

    def ended(self, record: JobRecord, seconds: float = 60) -> JobRecord:
        eventually(lambda: self.status(record).is_final, seconds)
        return self.jobs.get(record.user_id, record.job_id)

    def output(self, record: JobRecord) -> str:
        return b"".join(self.jobs.stream(record, "output.csv")).decode()

    def worker(self, record: JobRecord) -> psutil.Process:
        """The process that runs the job, once it has a sandbox under it."""
        return self._worker_and_sandbox(record)[0]

    def sandbox(self, record: JobRecord) -> psutil.Process:
        """The sandbox of the job, once there is one: a fork of its worker's zygote."""
        return self._worker_and_sandbox(record)[1]

    def _worker_and_sandbox(self, record: JobRecord) -> tuple[psutil.Process, psutil.Process]:
        def found() -> tuple[psutil.Process, psutil.Process] | None:
            for one in psutil.process_iter(["cmdline"]):
                if record.job_id in " ".join(one.info["cmdline"] or ()):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        sandboxes = [run for zygote in one.children() for run in zygote.children()]
                        return (one, sandboxes[0]) if sandboxes else None
            return None

        processes: tuple[psutil.Process, psutil.Process] = eventually(found, 180)
        return processes
