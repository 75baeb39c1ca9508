"""Statements that look at all rows of a file that is larger than the memory that they may take."""

from pathlib import Path

import pytest

from converter.conversion import run
from converter.manifest import Converter
from converter.sandbox import Limits

pytestmark = pytest.mark.integration

ROWS = 3_000_000
LIMITS = Limits(seconds=600, memory_bytes=384 << 20, threads=1)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows whose first column, all different, is in no order; 150 MB, and more than twice as much in the engine's memory."""
    path = tmp_path_factory.mktemp("large") / "input.csv"
    with path.open("w") as file:
        file.write("id,name\n")
        # Multiplied by what has no factor in common with it, each number below ROWS comes once.
        for number in range(ROWS):
            file.write(f"{number * 1_000_003 % ROWS:07},customer of the number {number:09} in a long line\n")
    return path


def test_a_full_sort_stays_within_its_memory(large: Path, tmp_path: Path) -> None:
    converter = Converter("SELECT id, name FROM input ORDER BY id, _row", ("id", "name"), output_header=("id", "name"))

    report = run(converter, large, tmp_path / "output.csv", limits=LIMITS)

    assert report.rows_out == ROWS
    with (tmp_path / "output.csv").open() as file:
        next(file)
        assert all(line.startswith(f"{number:07},") for number, line in enumerate(file))


def test_groups_as_many_as_rows_stay_within_their_memory(large: Path, tmp_path: Path) -> None:
    grouped = "SELECT name, CAST(count(*) AS VARCHAR) AS n, min(id) AS id FROM input GROUP BY name ORDER BY name"
    converter = Converter(grouped, ("id", "name"), output_header=("name", "n", "id"))

    report = run(converter, large, tmp_path / "output.csv", limits=LIMITS)

    assert report.rows_out == ROWS
