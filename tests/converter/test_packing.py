"""Outputs as their names ask for them: packed, or as workbooks."""

import gzip
from pathlib import Path

import openpyxl
import pytest

from converter import packing
from converter.conversion import run
from converter.errors import LimitExceeded
from converter.manifest import Converter
from converter.reading import read_table

CSV = 'id,name,n\n007,=1+1,2.50\n-3,"a\nb, c",12345678901234567890\n0,-0,1e5\n'
SAME = Converter("SELECT id, name, n FROM input", ("id", "name", "n"), output_header=("id", "name", "n"))


def made(folder: Path, name: str) -> Path:
    (folder / "given.csv").write_text(CSV)
    run(SAME, folder / "given.csv", folder / name)
    return folder / name


def test_an_output_named_gz_is_packed(tmp_path: Path) -> None:
    assert gzip.decompress(made(tmp_path, "made.csv.gz").read_bytes()).decode() == CSV


def test_an_output_named_xlsx_is_a_workbook_that_reads_as_the_csv_does(tmp_path: Path) -> None:
    path = made(tmp_path, "made.xlsx")

    cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["Data"].iter_rows()]
    assert cells[1:] == [["007", "=1+1", 2.5], [-3, "a\nb, c", "12345678901234567890"], [0, "-0", "1e5"]]
    assert read_table(path).rows == read_table(tmp_path / "given.csv").rows


def test_more_than_a_sheet_can_have_is_refused_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "SHEET_ROWS", 2)

    with pytest.raises(LimitExceeded, match="write a CSV"):
        made(tmp_path, "made.xlsx")

    assert not (tmp_path / "made.xlsx").exists()
