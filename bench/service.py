"""The service at rest: how long it takes to start, what memory it holds, how fast GET /health answers.

    .venv/bin/python bench/service.py

Starts `serve_app.py` with data and ports of its own, asks GET /health from one client and from eight, sums the
proportional set size (PSS) of its processes, and stops it. Prints one table. Machines are shared: take magnitudes.
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent
REQUESTS = 1000
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
            print(f"{'start until GET /health answers':38} {time.monotonic() - started:8.1f} s")
            memory = sum(one.memory_full_info().pss for one in family(service.pid))
            print(f"{'memory at rest (PSS, all processes)':38} {memory / (1 << 20):8.0f} MiB")
            for clients in (1, 8):
                report(url, clients)
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


def family(pid: int) -> list[psutil.Process]:
    """The process and all below it."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def report(url: str, clients: int) -> None:
    """One line: latencies of `REQUESTS` requests from so many clients, each with one connection."""

    def ask(_: int) -> list[float]:
        times = []
        with httpx.Client() as client:
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
    name = f"GET /health, {clients} client{'s' * (clients > 1)}"
    print(f"{name:38} {cuts[49]:8.1f} ms p50 {cuts[98]:8.1f} ms p99 {rate:8.0f} requests/s")


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
