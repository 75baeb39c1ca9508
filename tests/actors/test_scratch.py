import os
import tempfile
import time
from pathlib import Path

import pytest

from actors.scratch import scratch_folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def aged(folder: Path) -> None:
    os.utime(folder, (time.time() - 3600,) * 2)


def test_a_scratch_folder_is_gone_afterwards(temporary: Path) -> None:
    with scratch_folder() as scratch:
        (scratch / "file").write_text("x")

    assert list(temporary.iterdir()) == []


def test_what_a_killed_worker_left_is_taken_away_but_not_what_is_in_use(temporary: Path) -> None:
    left = temporary / "workflow-left"
    left.mkdir()
    aged(left)
    with scratch_folder() as used:
        aged(used.parent)

        with scratch_folder():
            assert not left.exists()
            assert used.exists()
