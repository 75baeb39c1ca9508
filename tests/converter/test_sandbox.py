"""The second wall, tried for real: what hostile code wants, it does not get, root or not."""

import _thread
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from converter import errors
from converter.errors import LimitExceeded, SandboxKilled, StatementFailed
from converter.launcher import launcher
from converter.sandbox import Limits, available, call, rebuilt, warm_up_sandbox
from converter.sandboxed import described

ROOT = Path(__file__).parents[2]

TARGETS = "tests.converter.sandbox_targets"
QUICK = Limits(seconds=20, memory_bytes=1 << 30)


def inside(folder: Path, function: str, limits: Limits = QUICK, **arguments: Any) -> dict[str, Any]:
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return call(f"{TARGETS}:{function}", arguments, readable=[folder / "given.csv"], writable=work, limits=limits)


@pytest.fixture(params=["cold", "warm"])
def start(request: pytest.FixtureRequest) -> None:
    """The zygote as a first run finds it, and as later ones do."""
    if request.param == "cold":
        launcher(instead_of=launcher())
    else:
        warm_up_sandbox()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "given.csv").write_text("a\n1\n")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path


def test_this_machine_can_confine() -> None:
    assert available() == (True, "")


@pytest.mark.usefixtures("start")
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


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize("what", ["socket", "unix socket", "program", "fork", "raise limit"])
def test_no_network_no_programs_no_processes_no_higher_limits(folder: Path, what: str) -> None:
    assert re.search("not permitted|not allowed", inside(folder, "attempt", what=what)["failed"])


def test_no_other_process_can_be_signalled(folder: Path) -> None:
    for what in ("kill", "signal by file"):
        assert "Operation not permitted" in inside(folder, "attempt", what=what, pid=os.getpid())["failed"]


@pytest.mark.usefixtures("start")
def test_the_environment_is_empty(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    assert "OPENAI_API_KEY" not in inside(folder, "attempt", what="environment")["got"]


@pytest.mark.usefixtures("start")
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


@pytest.mark.usefixtures("start")
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


@pytest.mark.usefixtures("start")
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


def test_a_run_finds_nothing_that_the_run_before_left_in_memory(folder: Path) -> None:
    assert inside(folder, "remember") == {"times": 1}
    assert inside(folder, "remember") == {"times": 1}


@pytest.mark.usefixtures("start")
def test_a_run_has_no_descriptor_but_its_own(folder: Path) -> None:
    assert inside(folder, "descriptors") == {"open": [0, 1, 2, 3]}


def test_the_zygote_can_open_no_socket_and_run_no_program(tmp_path: Path) -> None:
    warm_up_sandbox()

    status = Path(f"/proc/{_zygote().pid}/status").read_text()

    assert re.search(r"NoNewPrivs:\s1\nSeccomp:\s2", status)


def test_a_killed_zygote_is_replaced_before_the_next_run(folder: Path) -> None:
    warm_up_sandbox()
    # Stopped first: the request waits in its socket when it dies, as if it had died a moment later.
    zygote = _zygote()
    zygote.suspend()
    threading.Timer(0.2, zygote.kill).start()

    assert inside(folder, "remember") == {"times": 1}


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize("whom", ["zygote", "run"])
def test_a_run_that_is_killed_says_so_and_the_next_one_works(folder: Path, whom: str) -> None:
    (folder / "work").mkdir()
    pid = folder / "work" / "pid"
    killing = threading.Thread(target=lambda: psutil.Process(_written_pid(pid) if whom == "run" else _parent_of(pid)).kill())
    killing.start()

    with pytest.raises(SandboxKilled):
        inside(folder, "report_pid", path=str(pid))

    killing.join()
    assert inside(folder, "remember") == {"times": 1}


def test_a_zygote_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    launcher(instead_of=launcher())
    thread = threading.Thread(target=warm_up_sandbox)
    thread.start()
    thread.join()

    assert _zygote().is_running()


def test_a_forked_process_has_a_zygote_of_its_own(folder: Path) -> None:
    warm_up_sandbox()
    forked = os.fork()
    if forked == 0:
        os._exit(0 if inside(folder, "remember") == {"times": 1} else 1)

    assert os.waitpid(forked, 0)[1] == 0
    assert inside(folder, "remember") == {"times": 1}


def test_runs_of_several_threads_do_not_mix(folder: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda number: inside(folder, "echo", number=number), range(12))

    assert list(answers) == [{"number": number} for number in range(12)]


def test_an_interrupt_at_any_moment_leaves_no_run(folder: Path) -> None:
    warm_up_sandbox()
    before = signal.signal(signal.SIGALRM, _interrupt)
    for milliseconds in range(0, 24):
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.0005 + milliseconds / 1000)
            inside(folder, "spin")
        except KeyboardInterrupt:
            pass

    signal.signal(signal.SIGALRM, before)
    assert not _zygote().children()


def test_a_cancelled_task_does_not_wait_for_its_run(folder: Path) -> None:
    (folder / "work").mkdir()
    pid = folder / "work" / "pid"
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    # As Ray does it: no signal reaches the process.
    cancelling = threading.Thread(target=lambda: (_written_pid(pid), _thread.interrupt_main()))
    cancelling.start()
    started = time.monotonic()

    with pytest.raises(KeyboardInterrupt):
        inside(folder, "report_pid", path=str(pid))

    cancelling.join()
    signal.signal(signal.SIGINT, before)
    assert time.monotonic() - started < QUICK.seconds / 2


def test_a_run_shares_our_session_so_that_its_priority_counts_against_ours(folder: Path) -> None:
    (folder / "work").mkdir()
    pid = folder / "work" / "pid"
    sessions: list[int] = []
    looking = threading.Thread(target=lambda: sessions.append(os.getsid(_written_pid(pid))))
    looking.start()

    with pytest.raises(LimitExceeded):
        inside(folder, "report_pid", path=str(pid))

    looking.join()
    assert sessions == [os.getsid(0)]


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _zygote() -> psutil.Process:
    return max(psutil.Process().children(), key=psutil.Process.create_time)


def _parent_of(pid: Path) -> int:
    return psutil.Process(_written_pid(pid)).ppid()


@pytest.mark.usefixtures("start")
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


def test_all_forks_of_a_process_have_its_zygote_and_wait_until_it_is_ready() -> None:
    script = """
import os
from converter import launcher
from converter.sandbox import warm_up_sandbox

launcher.share(lambda: None)
children = []
for _ in range(8):
    pid = os.fork()
    if pid == 0:
        warm_up_sandbox()
        os._exit(0 if isinstance(launcher.launcher(), launcher.SharedLauncher) else 1)
    children.append(pid)
print([os.waitpid(pid, 0)[1] for pid in children])
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout.strip() == str([0] * 8)


def test_a_fork_whose_zygote_is_gone_starts_one_of_its_own() -> None:
    script = """
import os
from converter import launcher
from converter.sandbox import warm_up_sandbox

launcher.share(lambda: None)
warm_up_sandbox()
first = launcher.launcher()
pid = os.fork()
if pid == 0:
    first.kill()
    while first.is_running:
        pass
    own = launcher.launcher()
    own.wait_until_ready()
    os._exit(0 if own is not first and own.is_running else 1)
print(os.waitpid(pid, 0)[1])
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout.strip() == "0"
