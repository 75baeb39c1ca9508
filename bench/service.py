"""The service at rest and with all slots busy: its start, its memory, how fast it answers.

    .venv/bin/python -m bench.service

Starts `serve_app.py` with data and ports of its own, asks GET /health from one client and from eight, sums the
proportional set size (PSS) of its processes; then has every slot run trainings, asks what clients ask meanwhile, and stops
it. Prints one table. Machines are shared: take magnitudes.
"""

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.integration.service import ROOT, family, free_port

REQUESTS = 1000
TRAININGS = 40
START_SECONDS = 180


def main() -> None:
    """Measures and prints."""
    port, dashboard = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PORT": str(port), "DASHBOARD_PORT": str(dashboard), "DATA_DIR": folder}
        started = time.monotonic()
        service = subprocess.Popen(
            [sys.executable, "serve_app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}/health"
            wait_until_healthy(url, service)
            print(f"{'start until GET /health answers':48} {time.monotonic() - started:8.1f} s")
            memory = sum(one.memory_full_info().pss for one in family(service.pid))
            print(f"{'memory at rest (PSS, all processes)':48} {memory / (1 << 20):8.0f} MiB")
            for clients in (1, 8):
                report("GET /health", url, {}, clients)
            busy(f"http://127.0.0.1:{port}", (Path(folder) / "api_key").read_text().strip())
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(60)


def wait_until_healthy(url: str, service: subprocess.Popen[bytes]) -> None:
    """Returns at the first answer."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if service.poll() is not None:
            sys.exit("the service ended at its start")
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass  # It does not listen yet.
        time.sleep(0.1)
    sys.exit("the service did not answer")


def busy(base: str, key: str) -> None:
    """Lines with all slots busy: as many trainings wait as keep them so, and are cancelled at the end."""
    headers = {"X-API-KEY": key}
    with httpx.Client(base_url=base, headers=headers, timeout=30) as client:
        jobs = [submit(client, number) for number in range(TRAININGS)]
        paths = {
            "GET /health": "/health",
            "a page of the user's jobs": "/api/v1/users/bench/jobs",
            "queue status": "/api/v1/queue/status",
            "a job's record": f"/api/v1/bench/{jobs[-1]}",
        }
        for what, path in paths.items():
            before = use(client)
            report(f"{what}, slots {before}", base + path, headers, 1)
        print(f"{'slots busy at the end':48} {use(client):>8}")
        client.delete("/api/v1/delete/user/bench").raise_for_status()


def use(client: httpx.Client) -> str:
    """How many slots are in use of how many."""
    workers = client.get("/api/v1/queue/status").raise_for_status().json()["queue_info"]
    return f"{workers['active_jobs']}/{workers['max_workers']}"


def submit(client: httpx.Client, number: int) -> str:
    """A training that takes seconds of a core: sums of products among many columns of numbers."""
    rng = random.Random(number)
    rows = [[rng.randint(100, 999) for _ in range(8)] for _ in range(40)]
    given = "\n".join([",".join("abcdefgh"), *(",".join(map(str, row)) for row in rows)]) + "\n"
    expected = "\n".join(["x,y", *(f"{r[0] * r[3] % 97},{hash((r[1], r[2])) % 1000}" for r in rows)]) + "\n"
    body = {"user_id": "bench", "job_title": "busy", "owner": "bench", "input_file": given, "expected_output_file": expected}
    return str(client.post("/api/v1/train", json=body).raise_for_status().json()["job_id"])


def report(what: str, url: str, headers: dict[str, str], clients: int) -> None:
    """One line: latencies of `REQUESTS` requests from so many clients, each with one connection."""

    def ask(_: int) -> list[float]:
        times = []
        with httpx.Client(headers=headers) as client:
            for _ in range(REQUESTS // clients):
                began = time.perf_counter()
                client.get(url).raise_for_status()
                times.append(1000 * (time.perf_counter() - began))
        return times

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        times = [one for many in pool.map(ask, range(clients)) for one in many]
    rate = len(times) / (time.perf_counter() - began)
    cuts = statistics.quantiles(times, n=100)
    name = f"{what}, {clients} client{'s' * (clients > 1)}"
    print(f"{name:48} {cuts[49]:8.1f} ms p50 {cuts[98]:8.1f} ms p99 {rate:8.0f} requests/s")


if __name__ == "__main__":
    main()
