"""When the fork server forks at all; that its forks are workers is shown on a local Ray (tests/integration/test_forking.py)."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from ray._private.parameter import RayParams

from actors.forking import fork_workers, server, worker


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
