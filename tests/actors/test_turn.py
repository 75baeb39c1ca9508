"""Who computes when: places of a node, held by processes."""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from actors import turn as turns
from actors.turn import leave, turn

_ROOT = Path(__file__).parents[2]
_HOLD = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from actors import turn as turns
turns._PLACES, turns._LONGEST_SECONDS = 1, 60
with turns.turn():
    print("here", flush=True)
    if sys.stdin.readline() == "leave\\n":
        turns.leave()
        print("left", flush=True)
        sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(turns, "_PLACES", 1)
    monkeypatch.setattr(turns, "_LONGEST_SECONDS", 60)
    yield
    leave()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the only place, and leaves it when told so."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        yield process
        process.kill()


def entered() -> tuple[threading.Event, threading.Thread]:
    """A thread that takes a turn, and what it sets when it has one."""
    has_begun = threading.Event()

    def enter() -> None:
        with turn():
            has_begun.set()

    thread = threading.Thread(target=enter)
    thread.start()
    return has_begun, thread


def test_a_place_is_waited_for_until_its_process_leaves(other: subprocess.Popen[str]) -> None:
    has_begun, thread = entered()
    assert not has_begun.wait(0.3)

    assert other.stdin is not None
    other.stdin.write("leave\n")
    other.stdin.flush()

    assert has_begun.wait(10)
    thread.join()


def test_the_place_of_a_process_that_dies_is_free(other: subprocess.Popen[str]) -> None:
    has_begun, thread = entered()
    assert not has_begun.wait(0.3)

    other.kill()

    assert has_begun.wait(10)
    thread.join()


def test_one_that_never_leaves_delays_others_for_a_while(other: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PATIENCE_SECONDS", 0.2)
    began = time.monotonic()

    with turn():
        pass

    assert time.monotonic() - began >= 0.2
    assert other.poll() is None


def test_what_takes_long_goes_on_without_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_LONGEST_SECONDS", 0.1)
    with turn():
        has_begun, thread = entered()
        assert has_begun.wait(10)
        thread.join()


def test_there_are_as_many_places_as_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PLACES", 3)
    with ExitStack() as held:
        for _ in range(3):
            held.enter_context(turn())
        has_begun, thread = entered()
        assert not has_begun.wait(0.3)
        leave()
        assert has_begun.wait(10)
        thread.join()


def test_leaving_twice_or_without_a_place_is_nothing() -> None:
    with turn():
        leave()
        leave()
    leave()
