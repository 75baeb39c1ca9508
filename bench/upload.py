"""How much memory the API takes while large files are sent to it

    .venv/bin/python -m bench.upload [GIB]

Starts the service with limits that allow such files, learns a converter, and sends files of GIB (2 where not given) to it, made
while they are sent: a body by itself, and a form with the client. Meanwhile it looks at the memory of the process that answers
HTTP. Ends with a table.
"""

import contextlib
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil

from client import Client
from tests.integration.service import CLIENT_INPUT, Service

_HEAD, _, _ROWS = CLIENT_INPUT.partition("\n")
_BLOCK = _ROWS.encode() * 20_000
_LOOK_SECONDS = 0.05


def pieces(size: int) -> Iterator[bytes]:
    """A CSV of so many bytes or a little more."""
    yield f"{_HEAD}\n".encode()
    for _ in range(size // len(_BLOCK) + 1):
        yield _BLOCK


class Watched:
    """The most memory that a process takes (RSS) within the block, beyond what it took before."""

    def __init__(self, process: psutil.Process) -> None:
        self._process, self._over = process, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.before = self.most = process.memory_info().rss

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            with contextlib.suppress(psutil.NoSuchProcess):
                self.most = max(self.most, self._process.memory_info().rss)


def by_itself(service: Service, training: str, size: int) -> str:
    """Sends the file as the whole body; gives the job's id."""
    answer = httpx.post(
        f"{service.client.base_url}/api/v1/inference/run",
        params={"user_id": "ada", "job_id": training},
        headers={"X-API-KEY": "key", "Content-Type": "text/csv"},
        content=pieces(size),
        timeout=httpx.Timeout(60, read=600),
    )
    return str(answer.raise_for_status().json()["job_id"])


def in_a_form(service: Service, training: str, size: int) -> str:
    """Sends the file in a form with the client, from disk; gives the job's id."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file, Client(str(service.client.base_url), "key", "ada") as client:
        for piece in pieces(size):
            file.write(piece)
        file.flush()
        return client.convert(training, file.name, wait=False).job_id


def main() -> None:
    """Runs and prints."""
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 2) * (1 << 30))
    limits = {"MAX_UPLOAD_BYTES": str(size + (1 << 30)), "SPOOL_BYTES": str(4 * size + (1 << 30))}
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        service = Service(Path(folder), settings=limits)
        try:
            training = service.train()
            service.ended(training)
            print(f"{'a file of ' + str(size >> 20) + ' MiB':28} {'seconds':>8} {'before':>8} {'more':>8}  MiB of memory")
            ways: dict[str, Callable[[Service, str, int], str]] = {"as the body": by_itself, "in a form": in_a_form}
            for name, send in ways.items():
                process = next(one for one in service.family() if "ServeReplica" in " ".join(one.cmdline()))
                began = time.monotonic()
                with Watched(process) as watched:
                    job_id = send(service, training, size)
                seconds = time.monotonic() - began
                service.client.post(f"/api/v1/ada/{job_id}/cancel")
                print(f"{name:28} {seconds:8.0f} {watched.before >> 20:8} {watched.most - watched.before >> 20:8}", flush=True)
        finally:
            service.stop()


if __name__ == "__main__":
    main()
