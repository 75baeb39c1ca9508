"""As many jobs at once as four nodes have slots, on this machine: how near the ideal they end, and what a job costs.

    .venv/bin/python -m bench.nodes [--nodes 4] [--slots 32]            (inferences that compute)
    .venv/bin/python -m bench.nodes --crew --slots 16                   (trainings that wait for a model: 3 calls of 2 s)

Starts a head without slots and so many nodes (`ray.cluster_utils`), a queue whose workers are warm, and submits
a job for each slot. The ideal for inferences is the processor time that such jobs take when run one after the other, without
cluster and store, shared by all cores; for trainings it is the model's time. Memory is the workers' proportional set size while
all slots are busy. Prints one table. A node more costs some 0.5 GiB here, a worker what the table says.
"""

import argparse
import contextlib
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import ray
from ray.cluster_utils import Cluster

from actors.forking import fork_workers
from actors.queue import JobQueue
from converter.conversion import run
from converter.manifest import Converter
from converter.sandbox import Limits, warm_up_sandbox
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, Mode
from jobs.store import JobStore
from settings import Settings
from tests.model_server import CLIENT_EXPECTED, CLIENT_INPUT, CLIENT_INSTRUCTIONS, serving

CALLS, LATENCY = 3, 2.0
END_SECONDS = 400
# No engine can shorten it: some tenths of a second of a core for so many rows.
STATEMENT = "SELECT CAST(sum(length(x.a || y.a || z.a)) AS VARCHAR) AS a FROM input AS x, input AS y, input AS z"
ROWS = 220


def main() -> None:
    """Starts, measures, prints, stops."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nodes", type=int, default=4)
    parser.add_argument("--slots", type=int, default=32)
    parser.add_argument("--crew", action="store_true")
    options = parser.parse_args()
    number = options.nodes * options.slots
    with tempfile.TemporaryDirectory(prefix="nodes-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        # Below Ray's usual folder a cluster tells every other Ray on the machine of itself.
        os.environ["RAY_TMPDIR"] = folder
        with serving(LATENCY) if options.crew else contextlib.nullcontext() as url:
            if url is not None:
                # For the nodes too: only where a model is configured does what forks their workers import the crew.
                os.environ |= {"OPENAI_BASE_URL": url, "OPENAI_MODEL": "right", "OPENAI_API_KEY": "none"}
            settings = Settings(data_dir=Path(folder, "data"), aws_bucket_name=None)
            ideal = CALLS * LATENCY if options.crew else computing(Path(folder), number)
            line("ideal", f"{ideal:.1f} s")
            with cluster(options.nodes, options.slots):
                on_cluster(settings, number, ideal, training if options.crew else inference)


@contextlib.contextmanager
def cluster(nodes: int, slots: int) -> Iterator[None]:
    """A head without slots and so many nodes, to which this process is connected."""
    fork_workers()
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    try:
        for _ in range(nodes):
            made.add_node(num_cpus=slots)
        ray.init(address=made.address, log_to_driver=False)
        yield
    finally:
        ray.shutdown()
        made.shutdown()


def computing(folder: Path, number: int) -> float:
    """Seconds for so many inferences on all cores, from some that run one after the other in this process's sandbox."""
    (folder / "input.csv").write_bytes(content())
    converter = Converter(STATEMENT, ("a",), output_header=("a",))
    warm_up_sandbox()
    times = []
    for _ in range(10):
        began = time.perf_counter()
        run(converter, folder / "input.csv", folder / "output.csv", limits=Limits(threads=1))
        times.append(time.perf_counter() - began)
    return statistics.median(times) * number / (os.cpu_count() or 1)


def content() -> bytes:
    """The input of an inference."""
    return ("a\n" + "".join(f"{number}\n" for number in range(ROWS))).encode()


def inference(jobs: JobStore) -> JobRecord:
    """A stored job that computes."""
    text = Converter(STATEMENT, ("a",), output_header=("a",)).dumps()
    record = JobRecord.new(user_id="bench", kind=JobKind.INFERENCE)
    return jobs.create(record, {"input.csv": content(), "converter.sql": text.encode()})


def training(jobs: JobStore) -> JobRecord:
    """A stored job that waits for the model."""
    record = JobRecord.new(
        user_id="bench", kind=JobKind.TRAIN, mode=Mode.CREW, job_title="Orders", column_instructions=CLIENT_INSTRUCTIONS
    )
    return jobs.create(record, {"input.csv": CLIENT_INPUT.encode(), "expected.csv": CLIENT_EXPECTED.encode()})


def on_cluster(settings: Settings, number: int, ideal: float, make: Callable[[JobStore], JobRecord]) -> None:
    """Runs the jobs and prints how it went."""
    jobs = job_store(settings)
    began = time.monotonic()
    queue: Any = JobQueue.remote(settings)  # type: ignore[attr-defined]
    while ray.get(queue.status.remote())["queue_info"]["max_workers"] < number:
        time.sleep(0.1)
    ray.get(queue.warmed.remote())
    line(f"{number} workers warm after", f"{time.monotonic() - began:.1f} s")
    records = [make(jobs) for _ in range(number)]
    began = time.monotonic()
    ray.get([queue.submit.remote(OpenJob.of(record)) for record in records])
    most, busy_nodes, asked, memory = 0, 0, list[float](), 0.0
    while time.monotonic() - began < END_SECONDS:
        at = time.perf_counter()
        status = ray.get(queue.status.remote())
        asked.append(1000 * (time.perf_counter() - at))
        most = max(most, status["queue_info"]["active_jobs"])
        busy_nodes = max(busy_nodes, sum(bool(node["active_jobs"]) for node in status["nodes"]))
        if not memory and time.monotonic() - began > ideal / 2:
            memory = memory_of_workers()
        if not status["queue_info"]["active_jobs"] and not status["queue_info"]["queue_size"]:
            break
        time.sleep(0.05)
    seconds = time.monotonic() - began
    line("at once, at most", f"{most} jobs on {busy_nodes} nodes")
    line("time to finish", f"{seconds:.1f} s: {ideal / seconds:.0%} of the ideal")
    cuts = statistics.quantiles(asked, n=100)
    line("the queue's status meanwhile", f"{cuts[49]:.1f} ms p50, {cuts[98]:.1f} ms p99 ({len(asked)} asked)")
    line("memory", f"{memory / number:.0f} MiB a worker, {memory:.0f} MiB all workers")
    ended = Counter((record.status, record.attempt) for record in jobs.list_of("bench"))
    for (status, attempt), count in ended.items():
        line(f"{status} in attempt {attempt}", str(count))


def memory_of_workers() -> float:
    """MiB of the workers that run jobs and of their sandboxes."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if any(name in " ".join(process.cmdline()) for name in ("ray::inference", "ray::train", "zygote.py")):
                total += process.memory_full_info().pss
    return total / (1 << 20)


def line(name: str, value: str) -> None:
    """One line of the table."""
    print(f"{name:32} {value}", flush=True)


if __name__ == "__main__":
    main()
