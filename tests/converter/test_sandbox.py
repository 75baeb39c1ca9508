"""The second wall, tried for real: what hostile code wants, it does not get, root or not."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from converter import errors
from converter.errors import LimitExceeded, StatementFailed
from converter.sandbox import Limits, available, call, rebuilt
from converter.sandboxed import described

TARGETS = "tests.converter.sandbox_targets"
QUICK = Limits(seconds=20, memory_bytes=1 << 30)


def inside(folder: Path, function: str, limits: Limits = QUICK, **arguments: Any) -> dict[str, Any]:
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return call(f"{TARGETS}:{function}", arguments, readable=[folder / "given.csv"], writable=work, limits=limits)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "given.csv").write_text("a\n1\n")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path


def test_this_machine_can_confine() -> None:
    assert available() == (True, "")


def test_the_input_can_be_read_and_the_folder_written(folder: Path) -> None:
    assert inside(folder, "attempt", what="read", path=str(folder / "given.csv")) == {"got": "b'a\\n1\\n'"}
    assert inside(folder, "attempt", what="write", path=str(folder / "work" / "new")) == {"got": "1"}


@pytest.mark.parametrize("what", ["read", "duckdb read"])
@pytest.mark.parametrize("path", ["/etc/passwd", "secret.txt", "/proc/1/environ", "/work/main/settings.py"])
def test_no_other_file_can_be_read(folder: Path, what: str, path: str) -> None:
    tried = inside(folder, "attempt", what=what, path=str(folder / path))

    assert "failed" in tried or tried["got"] == "[]"


@pytest.mark.parametrize("what", ["write", "duckdb write"])
def test_nothing_else_can_be_written(folder: Path, what: str) -> None:
    inside(folder, "attempt", what=what, path=str(folder / "given.csv"))
    inside(folder, "attempt", what=what, path=str(folder / "outside.csv"))

    assert (folder / "given.csv").read_text() == "a\n1\n"
    assert not (folder / "outside.csv").exists()


@pytest.mark.parametrize("what", ["socket", "unix socket", "program", "fork", "raise limit"])
def test_no_network_no_programs_no_processes_no_higher_limits(folder: Path, what: str) -> None:
    assert re.search("not permitted|not allowed", inside(folder, "attempt", what=what)["failed"])


def test_no_other_process_can_be_signalled(folder: Path) -> None:
    for what in ("kill", "signal by file"):
        assert "Operation not permitted" in inside(folder, "attempt", what=what, pid=os.getpid())["failed"]


def test_the_environment_is_empty(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    assert "OPENAI_API_KEY" not in inside(folder, "attempt", what="environment")["got"]


def test_what_runs_too_long_is_killed(folder: Path) -> None:
    started = time.monotonic()

    with pytest.raises(LimitExceeded, match="longer than 1 s"):
        inside(folder, "spin", Limits(seconds=1))

    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT list(i) FROM range(1000000000) r(i)",
        "SELECT repeat('x', 2000000000) || repeat('y', 2000000000)",
        "SELECT printf('%2000000000d', 1) || printf('%2000000000d', 2)",
        "SELECT lpad('x', 2000000000, 'y') || lpad('x', 2000000000, 'z')",
        "SELECT list_reduce(range(100000000), lambda x, y: x + y)",
    ],
)
def test_memory_is_bounded_whatever_the_function(folder: Path, sql: str) -> None:
    with pytest.raises((LimitExceeded, StatementFailed)) as stopped:
        inside(folder, "query", Limits(seconds=10, memory_bytes=768 << 20), sql=f"SELECT length(x::VARCHAR) FROM ({sql}) t(x)")

    assert not isinstance(stopped.value, LimitExceeded) or stopped.value.limit in ("memory", "time")


def test_python_memory_is_bounded(folder: Path) -> None:
    with pytest.raises(LimitExceeded) as stopped:
        inside(folder, "exhaust")

    assert stopped.value.limit == "memory"


def test_the_size_of_a_file_is_bounded(folder: Path) -> None:
    with pytest.raises(LimitExceeded) as stopped:
        inside(folder, "flood", Limits(output_bytes=4 << 20), path=str(folder / "work" / "big"))

    assert stopped.value.limit == "output"


def test_an_endless_answer_is_bounded(folder: Path) -> None:
    with pytest.raises(LimitExceeded) as stopped:
        inside(folder, "chatter")

    assert stopped.value.limit == "output"


def test_a_crash_is_an_error_not_a_hang(folder: Path) -> None:
    with pytest.raises(StatementFailed, match="SIGABRT"):
        inside(folder, "crash")


def test_errors_come_back_as_they_were_raised() -> None:
    error = errors.BadCsv("given.csv", "is odd", row=3)

    again = rebuilt(described(error)["error"])

    assert isinstance(again, errors.BadCsv)
    assert (str(again), again.row) == (str(error), 3)


def test_the_child_dies_with_its_parent(folder: Path) -> None:
    program = f"""
from pathlib import Path
from converter.sandbox import Limits, call
work = Path({str(folder / "work")!r})
call("{TARGETS}:report_pid", {{"path": str(work / "pid")}}, readable=[], writable=work, limits=Limits())
"""
    (folder / "work").mkdir()
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2])
    child = _written_pid(folder / "work" / "pid")

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    assert _is_gone(child)


def test_an_interrupted_call_leaves_no_child(folder: Path) -> None:
    (folder / "work").mkdir()
    pid = folder / "work" / "pid"
    # A shell starts what it puts into the background deaf to it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Thread(target=lambda: (_written_pid(pid), os.kill(os.getpid(), signal.SIGINT)))
    timer.start()

    with pytest.raises(KeyboardInterrupt):
        inside(folder, "report_pid", path=str(pid))

    timer.join()
    signal.signal(signal.SIGINT, before)
    assert _is_gone(_written_pid(pid))


def _written_pid(path: Path) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.02)
    raise AssertionError("the child did not start")


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return True
        time.sleep(0.02)
    return False
