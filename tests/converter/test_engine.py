"""How the engine is set up for a run."""

from pathlib import Path

import pytest

from converter import engine
from converter.errors import StatementFailed


@pytest.mark.parametrize(("memory_mib", "waiting"), [(1024, "64.0 MiB"), (32, "32.0 MiB")])
def test_what_waits_to_be_written_is_bounded_whatever_memory_there_is(tmp_path: Path, memory_mib: int, waiting: str) -> None:
    file = {"path": str(tmp_path / "file.csv")}
    arguments = {
        "source": file,
        "target": file,
        "threads": 1,
        "memory_bytes": memory_mib << 20,
        "scratch": str(tmp_path),
        "spill_bytes": 1 << 30,
    }

    connection = engine._connect(arguments)

    assert connection.execute("SELECT current_setting('operator_memory_limit')").fetchall() == [(waiting,)]


@pytest.mark.parametrize("folder", ["plain", "with spaces", "it's"])
def test_an_error_names_no_path_of_ours(tmp_path: Path, folder: str) -> None:
    given = tmp_path / "given.csv"
    given.write_text("a\n1\n")
    layout = {"line_feeds": True, "quoted_blanks": False, "quoted_breaks": False}
    source = {"path": str(given), "delimiter": ",", "columns": ["a"], "skip_header": True, "layout": layout}
    # There is no such folder, as when somebody has taken it away meanwhile.
    scratch = tmp_path / folder / ".converting-x"
    target = {"path": str(scratch / "output.csv"), "delimiter": ",", "header": ["a"], "columns": ["a"]}
    limits = {"threads": 1, "memory_bytes": 256 << 20, "scratch": str(scratch), "spill_bytes": 1 << 30}
    conversion = {"source": source, "columns": ["a"], "statement": "SELECT a FROM input", "target": target, "ragged": False}

    with pytest.raises(StatementFailed, match="the output") as failed:
        engine.convert(conversion | limits | {"checks": []})

    assert "converting" not in str(failed.value)
