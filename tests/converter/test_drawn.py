"""Tables drawn with dashes, told from all that looks like them. How each kind is read, `test_files_page` shows."""

from pathlib import Path

import pytest

from converter.errors import BadCsv
from converter.reading import read_table, read_whole


def written(folder: Path, text: str) -> Path:
    path = folder / "given.txt"
    path.write_text(text)
    return path


def test_a_drawn_table_within_a_quoted_cell_is_text_of_it(tmp_path: Path) -> None:
    cell = "see:\n| a | b |\n|---|---|\n| 1 | 2 |\n"

    assert read_table(written(tmp_path, f'id,note\n1,"{cell}"\n2,x\n')).rows == (("1", cell), ("2", "x"))


@pytest.mark.parametrize("text", ["a,bcd\n1,2\n-,---\n", "amount,bcd\n--,---\n1,2\n", "a|b\n-|-\n1|2\n"])
def test_dashes_in_place_of_values_are_a_row(tmp_path: Path, text: str) -> None:
    assert len(read_table(written(tmp_path, text)).rows) == 2


def test_an_expected_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    assert len(read_whole(written(tmp_path, "a,b\n-,---\n1,2\n")).rows) == 2


def test_names_in_quotes_are_cells_and_no_lines(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, '"Name, first"\n"Doe, Ann"\n"Lee, Bo"\n')).rows == (("Doe, Ann",), ("Lee, Bo",))


def test_text_over_a_gap_between_columns_is_refused_with_its_line(tmp_path: Path) -> None:
    # Behind what is looked at to find the columns.
    lines = ["id  b", "--- -", *["123 x"] * 20_000, "12345"]

    with pytest.raises(BadCsv, match="row 20003: has text where the dashes"):
        read_table(written(tmp_path, "\n".join(lines)))


def test_pages_repeat_a_heading_that_comes_once(tmp_path: Path) -> None:
    page = "Report  page\n-------\n|a |b |\n-------\n|1 |x |\n-------\n"

    table = read_table(written(tmp_path, page + page.replace("1", "2")), header=False)

    assert [row for row in table.rows if row[1]] == [("a", "b"), ("1", "x"), ("2", "x")]
