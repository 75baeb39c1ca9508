"""A dashboard that starts beside the rest; that it then answers is shown on a service (tests/integration/test_service.py)."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from actors.dashboard import Dashboard, DashboardMissing

NODE = SimpleNamespace(get_logs_dir_path=lambda: "/logs")
_PR_SET_PDEATHSIG = 1


def test_its_start_is_not_waited_for_until_it_is_asked_for() -> None:
    dashboard, go_on, started = Dashboard(), threading.Event(), []

    def start(node: object, port: int) -> None:
        go_on.wait()
        started.append((node, port))

    dashboard.start(NODE, start, {"port": 8265})
    assert not started
    go_on.set()
    dashboard.wait()

    assert started == [(NODE, 8265)]


def test_one_that_does_not_start_is_told_of() -> None:
    dashboard = Dashboard()

    def start(_: object) -> None:
        raise OSError("the port is taken")

    dashboard.start(NODE, start, {})
    with pytest.raises(DashboardMissing, match=r"/logs/dashboard\.log says why"):
        dashboard.wait()


def test_one_that_ray_never_starts_is_told_of() -> None:
    with pytest.raises(DashboardMissing):
        Dashboard().wait()


def test_what_is_started_has_less_of_the_processors_and_outlives_its_start() -> None:
    """Ray has the kernel end what it starts with the thread that started it."""
    dashboard, made = Dashboard(), []

    def start(_: object) -> None:
        script = "import os; print(os.getpriority(os.PRIO_PROCESS, 0), flush=True); input()"
        made.append(
            subprocess.Popen(
                [sys.executable, "-c", script],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                preexec_fn=lambda: ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL),
            )
        )

    dashboard.start(NODE, start, {})
    dashboard.wait()

    priority, _ = made[0].communicate(b"\n", timeout=30)
    assert made[0].returncode == 0
    assert int(priority) > os.getpriority(os.PRIO_PROCESS, 0)
