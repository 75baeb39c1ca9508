"""How the engine is set up for a run."""

from pathlib import Path

import pytest

from converter import engine


@pytest.mark.parametrize(("memory_mib", "waiting"), [(1024, "64.0 MiB"), (32, "32.0 MiB")])
def test_what_waits_to_be_written_is_bounded_whatever_memory_there_is(tmp_path: Path, memory_mib: int, waiting: str) -> None:
    file = {"path": str(tmp_path / "file.csv")}
    arguments = {"source": file, "target": file, "threads": 1, "memory_bytes": memory_mib << 20, "scratch": str(tmp_path)}

    connection = engine._connect(arguments)

    assert connection.execute("SELECT current_setting('operator_memory_limit')").fetchall() == [(waiting,)]
