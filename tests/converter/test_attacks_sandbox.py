"""The second wall against code that took the process over: what it may take, and what its answers may do to us."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from actors.scratch import scratch_folder
from converter.answer import sound, sound_checks
from converter.conversion import run
from converter.errors import ConverterError, LimitExceeded, StatementFailed
from converter.manifest import Converter
from converter.sandbox import Limits, call
from converter.telling import TEXT_CHARACTERS
from converter.watch import Room

TARGETS = "tests.converter.sandbox_targets"
QUICK = Limits(seconds=20, memory_bytes=1 << 30)


def inside(folder: Path, function: str, limits: Limits = QUICK, **arguments: Any) -> dict[str, Any]:
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return call(f"{TARGETS}:{function}", arguments, readable=[], writable=work, limits=limits)


def test_many_files_count_together(tmp_path: Path) -> None:
    limits = Limits(seconds=20, output_bytes=1 << 20, spill_bytes=1 << 20)

    with pytest.raises(LimitExceeded, match="past its limit of 1 MiB") as stopped:
        inside(tmp_path, "flood_by_many", limits, into=str(tmp_path / "work"), size=1 << 20)

    assert stopped.value.limit == "output"
    assert sum(path.stat().st_size for path in (tmp_path / "work").iterdir()) < 2 << 30


def test_small_files_are_bounded_in_number(tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="files"):
        inside(tmp_path, "flood_by_many", into=str(tmp_path / "work"), size=1)


def test_threads_are_bounded(tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="threads"):
        inside(tmp_path, "threads", Limits(seconds=20, memory_bytes=64 << 30))


def test_no_folder_can_be_made(tmp_path: Path) -> None:
    assert "not permitted" in inside(tmp_path, "attempt", what="folder", path=str(tmp_path / "work" / "deep"))["failed"]


def test_folders_that_cannot_be_taken_away_hold_up_no_later_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / "workflow-left"
    left.mkdir()
    (left / "lock").touch()
    monkeypatch.setattr("actors.scratch._YOUNG_SECONDS", -1)

    def too_deep(*_: Any, **__: Any) -> None:
        raise RecursionError

    monkeypatch.setattr(shutil, "rmtree", too_deep)
    with pytest.raises(RecursionError), scratch_folder() as scratch:  # The last step is Python's own folder.
        assert scratch.is_dir()


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "null",
        "1e999",
        '{"error": 1}',
        '{"error": {}}',
        '{"error": {"class": "_listed", "text": 1, "attributes": {"__class__": 1}}}',
        '{"error": {"class": "LimitExceeded", "text": "x", "attributes": {"args": [1], "with_traceback": 1}}}',
        '{"answer": []}',
        "[" * 100_000,
        '{"answer": {}',
    ],
)
def test_a_forged_answer_is_a_failure_of_the_statements(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConverterError):
        inside(tmp_path, "forge", text=text)


GOOD = {"rows_in": 1, "rows_out": 1, "names": ["a"], "unchecked": [0], "rejected": 0, "broken": []}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        GOOD | {"rows_in": "1"},
        GOOD | {"rows_out": -1},
        GOOD | {"unchecked": [1]},
        GOOD | {"unchecked": ["0"]},
        GOOD | {"unchecked": 0},
        GOOD | {"names": [1]},
        GOOD | {"rejected": -1},
        GOOD | {"broken": [{}]},
        GOOD | {"broken": 7},
        {"unreadable": 7},
    ],
)
def test_an_answer_of_another_form_is_none(answer: dict[str, Any]) -> None:
    assert sound(GOOD, 1) == GOOD
    with pytest.raises(StatementFailed, match="no sound answer"):
        sound(answer, 1)


@pytest.mark.parametrize("told", [1, {}, {"check": 1, "rows_broken": 1, "rows": [], "values": []}, None, "x"])
def test_a_told_check_of_another_form_is_none(told: Any) -> None:
    with pytest.raises(StatementFailed, match="no sound answer"):
        sound_checks({"broken_checks": [told]})


def test_what_an_answer_tells_is_bounded() -> None:
    broken = {"check": "c\x1b[2J" * 1000, "rows_broken": 1, "rows": [1] * 999, "values": ["v" * 10_000_000] * 999}

    told = json.dumps(sound_checks({"broken_checks": [broken]}))

    assert len(told) < 20_000
    assert "\\u001b" not in told


def test_an_errors_text_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(StatementFailed) as failed:
        inside(tmp_path, "complain", length=60_000_000)

    assert len(str(failed.value)) < TEXT_CHARACTERS + 50


def test_an_error_that_the_statement_makes_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text("a\n1\n")
    converter = Converter("SELECT error(repeat('A', 60000000)) AS a FROM input", ("a",), output_header=("a",))

    with pytest.raises(ConverterError) as failed:
        run(converter, tmp_path / "given.csv", tmp_path / "made.csv")

    assert len(str(failed.value)) < TEXT_CHARACTERS + 50


def test_a_plain_select_cannot_fill_the_disk(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text("a\n1\n")
    converter = Converter("SELECT repeat('x', 1000) AS a FROM input, range(10000000)", ("a",), output_header=("a",))
    started = time.monotonic()

    with pytest.raises(LimitExceeded) as stopped:
        run(converter, tmp_path / "given.csv", tmp_path / "made.csv", limits=Limits(output_bytes=32 << 20))

    assert (stopped.value.limit, [path.name for path in tmp_path.iterdir()]) == ("output", ["given.csv"])
    assert time.monotonic() - started < 30


def test_what_a_run_may_write_is_no_more_than_is_free(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free

    room = Room.of(tmp_path, 1 << 60, 1 << 60, 0.25)

    assert room.output <= free / 2
    assert room.total <= free / 2


def test_what_is_spilled_is_bounded(tmp_path: Path) -> None:
    rows = "".join(f"{number},{'x' * 200}\n" for number in range(200_000))
    (tmp_path / "given.csv").write_text("a,b\n" + rows)
    converter = Converter("SELECT b AS a FROM input AS l, range(20) ORDER BY md5(a) || b", ("a", "b"), output_header=("a",))
    limits = Limits(seconds=60, memory_bytes=512 << 20, spill_bytes=16 << 20)

    with pytest.raises(LimitExceeded) as stopped:
        run(converter, tmp_path / "given.csv", tmp_path / "made.csv", limits=limits)

    assert stopped.value.limit in ("memory", "output")
