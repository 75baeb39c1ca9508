"""Jobs through our service beside the same jobs through FastAPI + ProcessPoolExecutor(32) and FastAPI + Celery + Redis.

    make bench-tools                                                        (once: Celery, and redis-server from Debian)
    .venv/bin/python -m bench.throughput crew --jobs 32                     (3 model calls of 2 s a job)
    .venv/bin/python -m bench.throughput crew --jobs 128
    .venv/bin/python -m bench.throughput plain --jobs 500                   (no model)
    … --systems ours                                                        (one system alone; each takes some minutes)

All have 32 workers, one machine, one local folder as their store, the same HTTP application and the same job function
(`bench/peers/`); a stand-in model server answers. Each is given the time that its workers take to get ready: it has started
when it answers and all workers are there, and is asked for jobs when its processes rest. `crew`: all jobs are submitted, then
a client asks each endpoint in turn until the last job has ended; the ideal is model time ÷ workers. `plain`: eight clients
submit jobs, and no model is configured. Memory is in proportional set sizes: a worker's with what it has started, and
everything there is divided by the workers, both while all slots are busy. Processor time is that of all their processes; on a
machine with other work it says more than the clock. The table has a line for each system and measure.
"""

import argparse
import contextlib
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.integration.service import family, free_port
from tests.model_server import CLIENT_EXPECTED, CLIENT_INPUT, CLIENT_INSTRUCTIONS, serving

ROOT = Path(__file__).resolve().parent.parent
SYSTEMS = {
    "ours": [sys.executable, "serve_app.py"],
    "pool": [sys.executable, "-m", "bench.peers.pool"],
    "celery": [sys.executable, "-m", "bench.peers.celery_redis"],
}
WORKERS, CALLS, LATENCY = 32, 3, 2.0
# The processes of Ray's that carry out jobs, by how their names begin.
_WORKERS = ("ray::IDLE", "ray::_warm", "ray::train", "ray::inference")
# What takes processor time, by words of its command line.
PARTS = {
    "sandboxes": ("zygote.py",),
    "queue": ("ray::JobQueue", "redis-server"),
    "API": ("ray::ServeReplica", "ray::ProxyActor", "ray::HAProxyManager", "haproxy"),
    "Ray": ("gcs_server", "raylet", "dashboard", "log_monitor", "ray::", "runtime_env"),
}
START_SECONDS, END_SECONDS = 420, 540
# Between two looks at whether all plain jobs have ended; when the last one did stands in its record.
ASKING_SECONDS = 2.0
# Processes rest when for so long they take less than this share of a core.
REST_SECONDS, REST_SHARE, LONGEST_REST_SECONDS = 3.0, 0.5, 30.0
USER = "bench"
PLAIN_INPUT = "id,name,city\n1,Ada,Paris\n2,Bob,Rome\n3,Eve,Oslo\n"
PLAIN_EXPECTED = "city,name\nParis,ADA\nRome,BOB\nOslo,EVE\n"


class System:
    """One of the systems, started; a context manager that stops it."""

    def __init__(self, name: str, folder: Path, model_url: str | None) -> None:
        self.port = free_port()
        self.environment = os.environ | {
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / '.bench'}",
            "PORT": str(self.port),
            "DASHBOARD_PORT": str(free_port()),
            "DATA_DIR": str(folder / name),
            "FASTAPI_AND_WEP_APP_SECRET_KEY": "key",
            "SLOTS_PER_NODE": str(WORKERS),
            "AWS_BUCKET_NAME": "",
        }
        if model_url is not None:
            self.environment |= {"OPENAI_BASE_URL": model_url, "OPENAI_API_KEY": "none", "OPENAI_MODEL": "right"}
        self._log = (folder / f"{name}.log").open("wb")
        self._process = subprocess.Popen(
            SYSTEMS[name], cwd=ROOT, env=self.environment, stdout=self._log, stderr=subprocess.STDOUT
        )
        self._name, self._folder = name, folder
        self.start_seconds = math.nan

    def __enter__(self) -> "System":
        began = time.monotonic()
        while time.monotonic() < began + START_SECONDS:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(httpx.TransportError), self.client() as client:
                if client.get("/health").status_code == 200 and len(self._workers()) >= WORKERS:
                    self.start_seconds = time.monotonic() - began
                    self._rest()
                    return self
            time.sleep(0.2)
        self.__exit__()
        sys.exit(f"{self._name} did not start:\n{(self._folder / f'{self._name}.log').read_text()[-2000:]}")

    def __exit__(self, *_: object) -> None:
        below = family(self._process.pid)
        self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(60)
        # What does not end with its parent; all of these are ours.
        for process in below:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._log.close()

    def client(self) -> httpx.Client:
        """A client with a connection of its own."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers={"X-API-KEY": "key"}, timeout=60)

    def memory(self) -> str:
        """MiB of memory that a worker and its sandboxes hold, and that there is in all a worker; shared pages counted once."""
        held: Counter[int] = Counter()
        parents: dict[int, int] = {}
        workers = self._workers()
        for process in family(self._process.pid):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                held[process.pid] = process.memory_full_info().pss
                parents[process.pid] = process.ppid()
        theirs = sum(size for pid, size in held.items() if pid in workers or _is_below(pid, workers, parents))
        mib = 1 << 20
        return f"{theirs / mib / len(workers):.0f} MiB a worker, {held.total() / mib / WORKERS:.0f} MiB all included"

    def _workers(self) -> set[int]:
        """The ids of the processes that carry out jobs: Ray tells what they are; a peer's have a zygote of their own each."""
        found = set()
        for process in family(self._process.pid):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                command = process.cmdline()
                if self._name == "ours" and command and command[0].startswith(_WORKERS):
                    found.add(process.pid)
                elif self._name != "ours" and any(argument.endswith("zygote.py") for argument in command):
                    found.add(process.ppid())
        return found

    def _rest(self) -> None:
        """Returns when nothing of the start goes on, or after a while: a machine with other work may never rest."""
        deadline = time.monotonic() + LONGEST_REST_SECONDS
        spent = math.inf
        while spent > 1000 * REST_SHARE * REST_SECONDS and time.monotonic() < deadline:
            used = self.processor_time()
            time.sleep(REST_SECONDS)
            spent = (self.processor_time() - used).total()

    def processor_time(self) -> Counter[str]:
        """Milliseconds of processor time so far, by what it went to, those who have ended and were waited for counted in."""
        used: Counter[str] = Counter()
        workers = self._workers()
        for process in family(self._process.pid):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                command, times = process.cmdline(), process.cpu_times()
                used[self._part(process, command, workers)] += round(1000 * sum(times[:4]))
        return used

    def _part(self, process: psutil.Process, command: list[str], workers: set[int]) -> str:
        said = " ".join(command)
        if process.pid in workers:
            return "attempts"
        for part, names in PARTS.items():
            if any(name in said for name in names):
                return part
        return "API and others" if self._name != "ours" else "others"


def _is_below(pid: int, ancestors: set[int], parents: dict[int, int]) -> bool:
    while (pid := parents.get(pid, 0)) != 0:
        if pid in ancestors:
            return True
    return False


def submit(client: httpx.Client, mode: str) -> str:
    """One training, of the client's example or of one that synthesis learns in milliseconds; gives the job's id."""
    given, expected = (CLIENT_INPUT, CLIENT_EXPECTED) if mode == "crew" else (PLAIN_INPUT, PLAIN_EXPECTED)
    body = {
        "user_id": USER,
        "input_file": given,
        "expected_output_file": expected,
        "job_title": "Orders",
        "owner": "bench",
        "column_instructions": CLIENT_INSTRUCTIONS if mode == "crew" else {},
        "mode": mode,
    }
    return str(client.post("/api/v1/train", json=body).raise_for_status().json()["job_id"])


def records(client: httpx.Client) -> list[dict[str, Any]]:
    """All jobs of the benchmark's user."""
    listed: list[dict[str, Any]] = client.get(f"/api/v1/users/{USER}/jobs", params={"limit": 1000}).raise_for_status().json()
    return listed


def is_final(record: dict[str, Any]) -> bool:
    return record["status"] in ("succeeded", "failed", "cancelled")


def crew(system: System, jobs: int) -> Iterator[tuple[str, str]]:
    """Jobs that wait for a model; what the API answers meanwhile."""
    asked: dict[str, list[float]] = {"submit": [], "GET /health": [], "listing": [], "queue status": []}
    with system.client() as client:
        began = time.monotonic()
        for _ in range(jobs):
            asked["submit"].append(timed(lambda: submit(client, "crew")))
        memory: list[str] = []
        weighing = threading.Thread(target=lambda: memory.append(weighed(system)))
        weighing.start()
        listed: list[dict[str, Any]] = []
        while time.monotonic() - began < END_SECONDS:
            asked["GET /health"].append(timed(lambda: client.get("/health").raise_for_status()))
            asked["queue status"].append(timed(lambda: client.get("/api/v1/queue/status").raise_for_status()))
            asked["listing"].append(timed(lambda: listed.__setitem__(slice(None), records(client))))
            if len(listed) >= jobs and all(map(is_final, listed)):
                break
            time.sleep(0.1)
        seconds = time.monotonic() - began
    weighing.join()
    ideal = jobs * CALLS * LATENCY / WORKERS
    yield "succeeded", succeeded(listed, jobs)
    yield "time to finish", f"{seconds:.1f} s, ideal {ideal:.1f} s: {ideal / seconds:.0%} of ideal"
    for name, times in asked.items():
        yield name, latencies(times)
    yield "memory", memory[0]


def weighed(system: System) -> str:
    """The memory some seconds into the run, when all slots are busy."""
    time.sleep(LATENCY * 1.5)
    return system.memory()


def plain(system: System, jobs: int) -> Iterator[tuple[str, str]]:
    """Jobs that need no model, from eight clients at once."""
    clients = 8
    local = threading.local()

    def one(_: int) -> float:
        if not hasattr(local, "client"):
            local.client = system.client()
        return timed(lambda: submit(local.client, "synthesis"))

    began, used = time.time(), system.processor_time()
    with ThreadPoolExecutor(clients) as pool:
        submits = list(pool.map(one, range(jobs)))
    memory = system.memory()
    with system.client() as client:
        listed = records(client)
        while not (len(listed) >= jobs and all(map(is_final, listed))) and time.time() - began < END_SECONDS:
            # A listing of all takes as much of a core as two jobs: who asks often measures the asking.
            time.sleep(ASKING_SECONDS)
            listed = records(client)
    used = system.processor_time() - used
    seconds = max((moment(one["finished_at"]) for one in listed if is_final(one)), default=math.inf) - began
    waits = [1000 * (moment(one["finished_at"]) - moment(one["created_at"])) for one in listed if is_final(one)]
    yield "succeeded", succeeded(listed, jobs)
    yield "jobs per second", f"{jobs / seconds:.1f}"
    parts = ", ".join(f"{part} {spent / jobs:.1f}" for part, spent in used.most_common())
    yield "processor time", f"{used.total() / jobs:.0f} ms a job: {parts}"
    yield "submit", latencies(submits)
    yield "submit to end", latencies(waits)
    yield "memory", memory


def succeeded(listed: list[dict[str, Any]], jobs: int) -> str:
    """How many jobs succeeded, and what became of the others."""
    others = Counter(
        one["error"]["detail"] if one["error"] else one["status"] for one in listed if one["status"] != "succeeded"
    )
    missed = "".join(f"; {count}: {why}" for why, count in others.items())
    return f"{len(listed) - others.total()} of {jobs}{missed}"


def timed(call: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def latencies(times: list[float]) -> str:
    """Median and 99th percentile."""
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    return f"{cuts[49]:.1f} ms p50, {cuts[98]:.1f} ms p99 ({len(times)} asked)"


def main() -> None:
    """Runs the scenario on each system in turn, prints a line for each measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", choices=("crew", "plain"))
    parser.add_argument("--jobs", type=int, default=32)
    parser.add_argument("--systems", type=lambda text: text.split(","), default=list(SYSTEMS))
    options = parser.parse_args()
    with serving(LATENCY) if options.scenario == "crew" else contextlib.nullcontext() as url:
        print(f"{options.scenario}, {options.jobs} jobs, {WORKERS} workers, {os.cpu_count()} cores")
        for name in options.systems:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder, System(name, Path(folder), url) as system:
                print(f"{name:8} {'start':16} {system.start_seconds:.1f} s", flush=True)
                measures = crew(system, options.jobs) if options.scenario == "crew" else plain(system, options.jobs)
                for measure, value in measures:
                    print(f"{name:8} {measure:16} {value}", flush=True)


if __name__ == "__main__":
    main()
