"""CSV as people have it, read with nothing lost."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter.detection import detect, glimpse
from converter.dialect import Dialect, Hints
from converter.errors import BadCsv
from converter.reading import read_table
from converter.rows import read_rows, split_rows

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


def test_a_backslash_before_a_quote_is_told_by_the_text_behind_it(tmp_path: Path) -> None:
    # No delimiter within the cell: it splits evenly both ways.
    assert read_table(written(tmp_path, b'a,b\n1,"x \\"q\\" y"\n2,z\n')).rows == (("1", 'x "q" y'), ("2", "z"))
    assert read_table(written(tmp_path, b'a,b\n"C:\\x\\",1\n"D:\\","y"\n')).rows == (("C:\\x\\", "1"), ("D:\\", "y"))


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


@settings(deadline=None)
@given(st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=6))
def test_rows_are_read_as_pythons_writer_wrote_them(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    lines = io.StringIO(file.getvalue(), newline="")

    read = [[cell or "" for cell in row] for row in split_rows(lines, Dialect("utf-8", ","), name="given.csv")]

    assert read == rows


def test_a_large_quoted_cell_is_read_in_linear_time(tmp_path: Path) -> None:
    path = written(tmp_path, b'a,b\n1,"' + b"line\n" * 200_000 + b'"\n')

    rows = list(read_rows(path, detect(path)))

    assert len(rows[1][1] or "") == 1_000_000


def found(folder: Path, text: str) -> tuple[Dialect, list[tuple[str | None, ...]]]:
    path = written(folder, text.encode())
    dialect = detect(path)
    return dialect, list(read_rows(path, dialect))


@pytest.mark.parametrize("delimiter", ["^", "~", ":", "#", "§", "\x01", "\x1f", "||", "::"])
def test_a_rare_delimiter_is_found_and_told(tmp_path: Path, delimiter: str) -> None:
    dialect, rows = found(tmp_path, 'id,name,n\n4,"Di,x",8\n5,Bo,\n'.replace(",", delimiter))

    assert rows == [("id", "name", "n"), ("4", f"Di{delimiter}x", "8"), ("5", "Bo", None)]
    assert dialect.notes == (f"cells are taken to be delimited by {delimiter!r}; name the delimiter if it is another",)


def test_columns_aligned_by_spaces_are_found(tmp_path: Path) -> None:
    _, rows = found(tmp_path, "id   name     amount\n 1   Bob Lee    2.50\n12   Ann       14.00\n")

    assert rows == [("id", "name", "amount"), ("1", "Bob Lee", "2.50"), ("12", "Ann", "14.00")]


@pytest.mark.parametrize(
    "text",
    [
        "full name\nBob Lee\nAnn Ray\n",
        "time\n10:30\n11:45\n",
        "text\na|b\nc|d\n",
        "url\nhttp://a\nhttp://b\n",
        "tags\n#a\n#b\n",
        "name\nLee; Bob\nRay; Ann\n",
    ],
)
def test_a_file_of_one_column_stays_one(tmp_path: Path, text: str) -> None:
    _, rows = found(tmp_path, text)

    assert rows == [(line,) for line in text.splitlines()]


def test_the_delimiter_is_that_of_the_table_not_of_the_lines_above_it(tmp_path: Path) -> None:
    dialect, _ = found(tmp_path, "Report, May, all\n\nid;name;amount\n1;x;2\n2;y;3\n3;z;4\n")

    assert dialect.delimiter == ";"


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_line_that_tells_the_delimiter_is_none_of_the_table(tmp_path: Path, line: str) -> None:
    _, rows = found(tmp_path, f"{line}\r\na;b,c\r\n1;2,3\r\n")

    assert rows == [("a", "b,c"), ("1", "2,3")]


def test_a_quote_behind_a_backslash_is_part_of_its_cell(tmp_path: Path) -> None:
    dialect, rows = found(tmp_path, 'a,b\n1,"x \\" y, z"\n2,"c:\\\\d"\n')

    assert rows == [("a", "b"), ("1", 'x " y, z'), ("2", "c:\\d")]
    assert "backslash" in dialect.notes[0]


def test_a_backslash_at_a_cells_end_escapes_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, 'a,b\n"c:\\d\\",2\n"x",3\n')[1] == [("a", "b"), ("c:\\d\\", "2"), ("x", "3")]


@pytest.mark.parametrize("text", ["a,b\n'1,5','x'\n'it''s',2\n", "'a','b'\n'1,5','x'\n'it''s','2'\n"])
def test_cells_in_single_quotes_are_read(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text)[1] == [("a", "b"), ("1,5", "x"), ("it's", "2")]


def test_apostrophes_that_delimit_nothing_stay(tmp_path: Path) -> None:
    assert found(tmp_path, "a,b\n'001',x\n'tis,y\n")[1][1:] == [("'001'", "x"), ("'tis", "y")]


def test_a_formula_that_keeps_a_text_from_being_a_number_is_that_text(tmp_path: Path) -> None:
    dialect, rows = found(tmp_path, 'id,name,x\n="00123",x,"=""07"""\n="1,2",=A1,"y"\n')

    assert rows == [("id", "name", "x"), ("00123", "x", "07"), ("1,2", "=A1", "y")]
    assert 'cells such as ="007"' in dialect.notes[0]


def test_a_byte_order_mark_within_a_file_is_no_text(tmp_path: Path) -> None:
    text = '\ufeff"a",b\n1,2\n\ufeff"x, y",4\n'

    assert found(tmp_path, text)[1] == [("a", "b"), ("1", "2"), ("x, y", "4")]


def test_what_a_person_says_of_a_file_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "a;b,c\n1;Ж,3\n".encode("koi8-r"))

    dialect = detect(path, hints=Hints(encoding="KOI8-R", delimiter="comma"))

    assert list(read_rows(path, dialect)) == [("a;b", "c"), ("1;Ж", "3")]
    assert dialect.notes == ()


@pytest.mark.parametrize(
    ("hint", "problem"), [({"encoding": "klingon"}, "no encoding"), ({"delimiter": '"'}, "cannot delimit")]
)
def test_what_is_no_hint_is_refused(hint: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Hints(**hint)


@pytest.mark.parametrize(("text", "delimiter"), [("\\t", "\t"), ("TAB", "\t"), ("\\x1f", "\x1f"), ("||", "||"), (";", ";")])
def test_a_delimiter_may_be_named(text: str, delimiter: str) -> None:
    assert Hints(delimiter=text).delimiter == delimiter


def test_bytes_that_are_none_of_the_encoding_that_was_named_are_refused_with_their_row(tmp_path: Path) -> None:
    path = written(tmp_path, b"id,name\n1,Zo\xc3\xa9\n2,L\xe9a\n")

    with pytest.raises(BadCsv, match=r"given\.csv, row 3: is not UTF-8 \(byte 0xE9"):
        list(read_rows(path, detect(path, hints=Hints(encoding="utf-8"))))


dialects = st.builds(
    Dialect,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1251", "shift_jis", "gb18030"]),
    st.sampled_from([",", ";", "\t", "|", "^", "~", ":", "#", "§", "\x01", "\x1f", "||"]),
    st.sampled_from(['"', "'"]),
    st.sampled_from([None, "\\"]),
)
any_cells = st.none() | st.text(st.sampled_from(",;|^~:#'\"\\ \t\n\r=01aZ"), max_size=6)


def as_written(rows: list[list[str | None]], dialect: Dialect, line_end: str, quote_all: bool) -> str:
    def as_cell(text: str | None) -> str:
        if text is None:
            return ""
        marks = (dialect.delimiter[0], dialect.quote, "\r", "\n")
        if text and not quote_all and not any(mark in text for mark in marks):
            return text
        escaped = text.replace("\\", "\\\\") if dialect.escape else text
        return dialect.quote + escaped.replace(dialect.quote, (dialect.escape or dialect.quote) + dialect.quote) + dialect.quote

    return "".join(dialect.delimiter.join(map(as_cell, row)) + line_end for row in rows)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(any_cells, min_size=2, max_size=3), min_size=1, max_size=6),
    dialects,
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_what_is_written_in_any_dialect_is_read_cell_by_cell(
    tmp_path: Path, rows: list[list[str | None]], dialect: Dialect, line_end: str, quote_all: bool
) -> None:
    text = as_written(rows, dialect, line_end, quote_all)
    try:
        path = written(tmp_path, text.encode(dialect.encoding))
    except UnicodeEncodeError:
        return

    assert [list(row) for row in read_rows(path, dialect)] == rows


names = st.lists(st.text("abcdefgh", min_size=2, max_size=5), min_size=3, max_size=3, unique=True)
amounts = st.decimals(0, 999, places=2).map(str)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names,
    st.lists(st.tuples(st.integers(1, 99).map(str), st.text("abcde ,;'", max_size=6), amounts), min_size=2, max_size=8),
    dialects,
    st.sampled_from(["\n", "\r\n"]),
)
def test_the_delimiter_and_the_quotes_of_an_ordinary_table_are_found(
    tmp_path: Path, header: list[str], rows: list[tuple[str, str, str]], dialect: Dialect, line_end: str
) -> None:
    table = [list(header), *([number, text.strip() or None, amount] for number, text, amount in rows)]
    # Where no cell shows how it is quoted, nobody can tell; and all are quoted here that have to be.
    dialect = replace(dialect, encoding="utf-8", escape=None)
    path = written(tmp_path, as_written(table, dialect, line_end, dialect.quote == "'").encode())

    assert [list(row) for row in read_rows(path, detect(path))] == table


# Both split each of the first 64 KiB's lines into two cells.
DOUBTFUL = "name;amount, net\n" + "Doe, Jo;5\n" * 8000


@pytest.mark.parametrize(
    "later",
    [
        "Prince;6\nDoe, Jo, jr.;7\n" * 20,
        # A line break, delimiters and a lone quote within quotes: no piece may begin there.
        '"Prince, the ""artist""\nformerly; known, as";6\n' * 4000,
    ],
)
def test_what_the_beginning_leaves_in_doubt_the_whole_file_decides(tmp_path: Path, later: str) -> None:
    path = written(tmp_path, (DOUBTFUL + later).encode())

    assert detect(path).delimiter == glimpse(path).delimiter == ";"
    assert read_table(path).width == 2


def test_a_beginning_that_leaves_no_doubt_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, b"a,b\n" + b"1,x;y\n" * 20_000)
    monkeypatch.setattr("converter.detection._further_lines", None)

    assert detect(path).delimiter == ","
