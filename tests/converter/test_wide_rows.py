"""Rows of more cells than anything here should have to look at are told in one line, and soon."""

import time
from dataclasses import asdict
from pathlib import Path

import pytest

from converter import engine
from converter.errors import BadCsv
from converter.manifest import Converter
from converter.reading import read_table
from converter.rows import HEADING_LIMIT, ROW_LIMIT
from converter.source import PLAIN, Source


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("row", [1, 2])
def test_a_row_of_too_many_cells_is_named(tmp_path: Path, quoted: bool, row: int) -> None:
    cell = '"a"' if quoted else "a"
    (tmp_path / "wide.csv").write_text("a,b\n" * (row - 1) + ",".join([cell] * (ROW_LIMIT + 1)) + "\n")

    with pytest.raises(BadCsv, match=f"row {row}: has {ROW_LIMIT + 1} cells; at most {ROW_LIMIT} are read"):
        read_table(tmp_path / "wide.csv")


def test_a_heading_of_too_many_characters_is_named(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("a" * (HEADING_LIMIT + 1) + ",b\n1,2\n")

    with pytest.raises(BadCsv, match="row 1: has a first row of"):
        read_table(tmp_path / "long.csv")


def test_the_widest_heading_of_one_name_is_read_soon(tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text(",".join(["a"] * ROW_LIMIT) + "\n" + ",".join("1" * ROW_LIMIT) + "\n")
    started = time.monotonic()

    table = read_table(tmp_path / "wide.csv")

    assert (table.columns[1], table.width) == ("a_2", ROW_LIMIT)
    assert time.monotonic() - started < 3


def test_a_run_takes_time_by_the_number_of_columns_not_by_its_square(tmp_path: Path) -> None:
    path, limits = tmp_path / "wide.csv", {"memory_bytes": 1 << 30, "spill_bytes": 1 << 30, "threads": 1}

    def seconds(width: int) -> float:
        names = tuple(f"c{number}" for number in range(width))
        path.write_text(f"{','.join(names)}\n{','.join(names)}\n")
        one = Converter(f"SELECT {', '.join(names)} FROM input", names, output_header=names)
        layout = Source.of(path, PLAIN, one, path.name).layout
        source = {"path": str(path), "delimiter": ",", "columns": names, "skip_header": True, "layout": asdict(layout)}
        target = {"path": f"{path}.made", "delimiter": ",", "header": names, "columns": names, "blanks": "bare"}
        files = {"source": source, "target": target, "preamble": [], "footer": [], "scratch": str(tmp_path)}
        asked = {"columns": names, "statement": one.statement, "ragged": False, "checks": []}
        started = time.process_time()
        assert "unreadable" not in engine.convert(files | asked | limits)
        return time.process_time() - started

    # Four times as much, and what the engine takes in any case; by the square, 13 times as much was measured.
    assert seconds(4000) < 8 * seconds(1000)


def test_a_table_of_too_many_cells_is_named_and_a_sample_of_it_is_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large.csv").write_text("a,b\n" + "1,2\n" * 600)
    monkeypatch.setattr("converter.rows.TABLE_CELLS", 1000)
    monkeypatch.setattr("converter.rows.SAMPLE_CELLS", 100)

    with pytest.raises(BadCsv, match="row 501: has more than 1000 cells"):
        read_table(tmp_path / "large.csv")
    assert len(read_table(tmp_path / "large.csv", max_rows=400).rows) < 50
