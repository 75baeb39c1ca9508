"""CSV as people have it, read with nothing lost."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.dialect import detect, read_rows, split_rows
from converter.errors import BadCsv
from converter.reading import read_table

ROWS = "id,name,città\n1,Zoë,Forlì\n2,José,München\n"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "given.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_text_is_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, ROWS.encode(encoding))

    table = read_table(path)

    assert table.header == ("id", "name", "città")
    assert table.rows == (("1", "Zoë", "Forlì"), ("2", "José", "München"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path, "a,b,c\n1,2,3\n".replace(",", delimiter).encode())

    assert detect(path).delimiter == delimiter


def test_decimal_commas_do_not_delimit(tmp_path: Path) -> None:
    path = written(tmp_path, b"1,5;2,5\n3,5;4,5\n")

    assert read_table(path, header=False).rows == (("1,5", "2,5"), ("3,5", "4,5"))


@pytest.mark.parametrize("content", [b"a,b\r\n1,2\r\n", b"a,b\n1,2\n", b"a,b\r1,2\r", b"a,b\r\n1,2\n", b"a,b\n1,2"])
def test_every_line_end_is_read(tmp_path: Path, content: bytes) -> None:
    assert read_table(written(tmp_path, content)).rows == (("1", "2"),)


def test_quotes_and_quoted_line_breaks_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, b'a,b\n"x, y","say ""hi""\nand go"\n')

    assert read_table(path).rows == (("x, y", 'say "hi"\nand go'),)


def test_a_quote_inside_a_cell_is_text(tmp_path: Path) -> None:
    path = written(tmp_path, b'size,what\n5" wide,pipe\n')

    assert read_table(path).rows == (('5" wide', "pipe"),)


def test_missing_and_empty_cells_are_told_apart(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, b'a,b\n,""\n')).rows == ((None, ""),)


def test_duplicate_and_empty_names_become_unique(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, b"a,A,,a\n1,2,3,4\n"))

    assert table.columns == ("a", "A_2", "column_3", "a_3")
    assert table.header == ("a", "A", "", "a")


def test_ragged_rows_without_a_header_are_filled(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n\nb,c\n\n\n")

    assert read_table(path, header=False).rows == (("a", None), (None, None), ("b", "c"))


def test_a_quote_never_closed_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, b'a,b\n1,2\n3,"4\n5,6\n')

    with pytest.raises(BadCsv, match="row 3: a quote"):
        read_table(path)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\x01\x02\x81\xff" * 30])
def test_what_is_no_csv_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadCsv, match=r"is empty|is binary"):
        read_table(written(tmp_path, content))


def test_a_byte_that_is_odd_only_late_in_the_file_is_seen(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n" + b"1,2\n" * 400_000 + "é,3\n".encode("cp1252"))

    assert detect(path).encoding == "cp1252"


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=6))
def test_rows_are_read_as_pythons_writer_wrote_them(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    lines = io.StringIO(file.getvalue(), newline="")

    read = [[cell or "" for cell in row] for row in split_rows(lines, ",", name="given.csv")]

    assert read == rows


def test_a_large_quoted_cell_is_read_in_linear_time(tmp_path: Path) -> None:
    path = written(tmp_path, b'a,b\n1,"' + b"line\n" * 200_000 + b'"\n')

    rows = list(read_rows(path, detect(path)))

    assert len(rows[1][1] or "") == 1_000_000
