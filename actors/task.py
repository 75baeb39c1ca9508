"""The Ray task of one attempt: named after its job, of one logical CPU, in a worker of its own."""

from typing import Any

import ray

from actors.turn import turn
from actors.workflow import Outcome, attempt
from jobs.open_job import OpenJob
from jobs.record import JobRecord
from logs import about, configure
from settings import Settings


@ray.remote(num_cpus=1, max_retries=0)
def workflow(job: OpenJob, attempt_id: str, settings: Settings, queue: Any) -> Outcome:
    """One attempt at a job, in a worker of its own, which tells the queue of each change between its start and its end."""
    configure(settings)
    has_begun = False

    def changed(record: JobRecord) -> None:
        nonlocal has_begun
        # The queue knows of both by itself, and a call takes 1.6 ms of processor time.
        if has_begun and not record.status.is_final:
            queue.changed.remote(record.user_id, record.job_id)
        has_begun = True

    with about(job_id=job.job_id, user_id=job.user_id, attempt_id=attempt_id), turn():
        return attempt(job, attempt_id, settings, changed)
