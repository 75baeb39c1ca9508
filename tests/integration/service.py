"""The service as a person starts it, asked over HTTP from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import psutil

from actors.loopback import free_ports
from tests.model_server import CLIENT_EXPECTED, CLIENT_INPUT

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "serve_app.py")


class Service:
    """A running service in a process of its own, with data, log and ports of its own."""

    def __init__(
        self,
        folder: Path,
        command: Sequence[str] = COMMAND,
        settings: Mapping[str, str] = MappingProxyType({}),
        port: int | None = None,
        cwd: Path = ROOT,
    ) -> None:
        self.port, self.dashboard = port or free_port(), free_port()
        environment = {
            **os.environ,
            "PORT": str(self.port),
            "DASHBOARD_PORT": str(self.dashboard),
            "DATA_DIR": str(folder / "data"),
            "FASTAPI_AND_WEP_APP_SECRET_KEY": "key",
            "SLOTS_PER_NODE": "2",
            "RESCAN_SECONDS": "1",
            **settings,
        }
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers={"X-API-KEY": "key"}, timeout=30)
        self.log = folder / "log"
        eventually(self._is_healthy, 150)

    def submit(self, path: str, **body: Any) -> str:
        answer = self.client.post(path, json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job_id"])

    def train(self) -> str:
        return self.submit(
            "/api/v1/train",
            user_id="ada",
            input_file=CLIENT_INPUT,
            expected_output_file=CLIENT_EXPECTED,
            job_title="Orders",
            owner="sales",
            column_instructions={"total_price": "the product", "order_status": "with a capital"},
        )

    def ended(self, job_id: str) -> dict[str, Any]:
        def final() -> dict[str, Any] | None:
            record: dict[str, Any] = self.client.get(f"/api/v1/ada/{job_id}").raise_for_status().json()
            return record if record["status"] in ("succeeded", "failed", "cancelled") else None

        record: dict[str, Any] = eventually(final, 60)
        return record

    def family(self) -> list[psutil.Process]:
        return family(self.process.pid)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def _is_healthy(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.client.get("/health").status_code == 200
        except httpx.TransportError:
            return False


def eventually(found: Callable[[], Any], seconds: float) -> Any:
    """What the condition gives once it holds. There is no event to wait for across HTTP, so it is asked again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = found()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"did not come about within {seconds} s")


def family(pid: int) -> list[psutil.Process]:
    """The process, and all below it behind it; nothing where it is no more."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def free_port() -> int:
    return free_ports(1)[0]
