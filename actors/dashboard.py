"""Ray's dashboard, started beside the rest: Ray waits for it before it goes on, 2 of the 11 s until the service answers."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from threading import get_native_id
from typing import Any

# Above the service's own, below what jobs have (actors/priority.py). A thread's is its own, and its children's.
_NICENESS = 10


class DashboardMissing(RuntimeError):
    """Ray's dashboard did not start."""


class Dashboard:
    """One that is started with the next Ray of this process."""

    def __init__(self) -> None:
        self._starting: Future[None] = Future()
        self._starting.set_exception(RuntimeError("Ray has not started it"))
        # The thread stays as long as this process: the kernel ends what Ray starts once the thread that started it has ended.
        self._executor = ThreadPoolExecutor(1, "dashboard", lambda: os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICENESS))
        self._logs = "dashboard.log"

    def start(self, node: Any, made: Any, options: dict[str, Any]) -> None:
        """Has `made`, which is Ray's own way to start it, go on by itself, at a lower priority than what it is beside."""
        self._logs = f"{node.get_logs_dir_path()}/dashboard.log"
        self._starting = self._executor.submit(made, node, **options)

    def wait(self) -> None:
        """Returns once it answers. Raises `DashboardMissing` where it does not start."""
        failure = self._starting.exception()
        if failure is not None:
            raise DashboardMissing(f"Ray's dashboard does not start; {self._logs} says why") from failure


def start_beside() -> Dashboard:
    """Has the Ray that this process starts next not wait for its dashboard. Ray 2.60 has no option for that."""
    from ray._private.node import Node

    dashboard, made = Dashboard(), Node.start_api_server

    def beside(self: Node, **options: Any) -> None:
        dashboard.start(self, made, options)

    Node.start_api_server = beside
    return dashboard
