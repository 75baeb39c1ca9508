"""A burst of small jobs on workers that are cold, just warmed, and warmed and then idle for a while.

    .venv/bin/python -m bench.warm_workers [SLOTS] [IDLE_SECONDS]

For each a Ray of its own with so many slots, and as many inference jobs of one row at once. Prints the time from the
burst until all have ended. Machines are shared: take magnitudes.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import ray
from ray.util.state import list_workers

from actors.queue import JobQueue
from converter.manifest import Converter
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord
from settings import Settings


def main() -> None:
    """Measures and prints."""
    slots = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    idle = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    for name, is_warm, pause in (("cold", False, 0.0), ("warm", True, 0.0), (f"warm, then idle for {idle:g} s", True, idle)):
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(data_dir=Path(folder), aws_bucket_name=None, warm_workers=is_warm)
            ray.init(address="local", num_cpus=slots, log_to_driver=False, _node_ip_address="127.0.0.1")
            try:
                queue: Any = JobQueue.remote(settings)  # type: ignore[attr-defined]
                ray.get(queue.warmed.remote() if is_warm else queue.start.remote())
                time.sleep(pause)
                print(f"{name:30} {workers():4} workers before {burst(queue, settings, slots):8.2f} s", flush=True)
            finally:
                ray.shutdown()


def workers() -> int:
    """How many worker processes there are."""
    return sum(one.is_alive and one.worker_type == "WORKER" for one in list_workers(limit=1000))


def burst(queue: Any, settings: Settings, number: int) -> float:
    """Seconds until so many jobs, submitted at once, have ended."""
    jobs = job_store(settings)
    text = Converter("SELECT a FROM input ORDER BY _row", ("a",), output_header=("a",)).dumps().encode()
    files = {"input.csv": b"a\n1\n", "converter.sql": text}
    records = [jobs.create(JobRecord.new(user_id="u", kind=JobKind.INFERENCE), files) for _ in range(number)]
    began = time.perf_counter()
    ray.get([queue.submit.remote(OpenJob.of(record)) for record in records])
    while not all(jobs.get("u", record.job_id).status.is_final for record in records):
        time.sleep(0.02)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
