"""When the fork server forks at all; that its forks are workers is shown on a local Ray (tests/integration/test_forking.py)."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ray._private.parameter import RayParams

from actors.forking import fork_workers, serve_early, server, worker


def test_ray_is_given_our_worker_unless_it_is_given_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RayParams, "__init__", RayParams.__init__)

    fork_workers()

    assert RayParams().worker_path == worker.__file__
    assert RayParams(worker_path="other.py").worker_path == "other.py"


def test_a_process_with_threads_is_not_forked() -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        with pytest.raises(RuntimeError, match="a fork would lack"):
            server.require_one_thread()
    finally:
        over.set()
        thread.join()


def test_changed_code_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "converter").mkdir()
    (tmp_path / "converter" / "table.py").write_text("a = 1\n")
    monkeypatch.setattr(server, "ROOT", str(tmp_path))
    code = server.Code()

    (tmp_path / "converter" / "table.pyc").write_text("compiled")
    assert code.is_as_it_was()

    (tmp_path / "converter" / "added.py").write_text("b = 2\n")
    assert not code.is_as_it_was()


def test_where_nobody_listens_there_is_no_answer(tmp_path: Path) -> None:
    assert worker.asked(str(tmp_path / "nobody"), []) == b""


def test_a_server_that_goes_without_an_answer_is_no_answer(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "server"))
        listening.listen()

        def hang_up() -> None:
            listening.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        assert worker.asked(str(tmp_path / "server"), ["--worker-id=1"]) == b""
        thread.join()


def test_a_process_whose_forks_would_make_the_same_ids_is_not_forked() -> None:
    script = """
import ray
from actors.forking import server

server.require_own_random_numbers()
ray.ObjectRef.from_random()
server.require_own_random_numbers()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=server.ROOT, capture_output=True, text=True, timeout=60)

    assert done.stderr.rstrip().endswith("RuntimeError: forks would make the same random numbers")
    assert done.stderr.count("line 7, in <module>") == 1


def test_what_is_imported_before_a_raylet_is_known_leaves_ray_out() -> None:
    """Ray's library reads from the environment who its raylet is, as it is loaded."""
    script = "import sys; from actors.forking import server; server.import_ours(); print([*sys.modules].count('ray'))"

    done = subprocess.run([sys.executable, "-c", script], cwd=server.ROOT, capture_output=True, text=True, timeout=60)

    assert done.stdout == "0\n", done.stderr


def test_an_early_server_leaves_another_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(worker.EARLY, "")
    serve_early(tmp_path)
    path = tmp_path / "fork"
    assert wait_for(path.is_socket)
    monkeypatch.setenv("OPENAI_MODEL", "another")

    assert worker.asked(str(path), [], serve_at=str(tmp_path / "raylet.fork")) == b""

    assert not path.exists()
    assert "changed since: OPENAI_MODEL" in capfd.readouterr().err


def test_an_early_server_that_nobody_asks_ends_with_who_started_it(tmp_path: Path) -> None:
    script = f"""
import pathlib, time
from actors.forking import serve_early
serve_early(pathlib.Path({str(tmp_path)!r}))
while not pathlib.Path({str(tmp_path / "fork")!r}).is_socket():
    time.sleep(0.01)
"""
    # It holds the pipe's other end for as long as it is there.
    subprocess.run([sys.executable, "-c", script], cwd=server.ROOT, stdout=subprocess.PIPE, check=True, timeout=60)


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()
