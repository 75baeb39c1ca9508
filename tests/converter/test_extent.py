"""The table in a file: where it begins and ends, and that a plain one keeps every row."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import BadCsv
from converter.extent import TableRows, as_header, below, filled, heading_at, is_figure
from converter.reading import read_example, read_table, read_whole
from converter.table import Row, Table

FIGURES = [["1", "2.5", "2026-01-02"], ["2", "7", "2026-01-03"]]


def read(folder: Path, content: str, *, header: bool = True) -> Table:
    path = folder / "given.csv"
    path.write_text(content, encoding="utf-8", newline="")
    return read_table(path, header=header)


@pytest.mark.parametrize(
    ("content", "preamble"),
    [
        ("Report\n\na,b\n1,2\n", 2),
        ("Report\na,b\n1,2\n3,4\n", 1),
        ("Account:,DE02,,\n,,,\nFrom:,1,,\nDate,Payee,Text,Amount\n26.02.2018,Edeka,Food,-41\n", 3),
        ("Report,,\nDate,Payee,Amount\n1,x,2\n", 1),
        ("Report,\n,\nname,amount\nx,2\n", 2),
        ("Statement,77\nPeriod,May\nDate,Payee,Amount\n1,x,2\n2,y,3\n", 2),
        ("Statement,77,Giro\nDate,Payee,Text,Amount\n1,x,u,2\n2,y,v,3\n", 1),
        ("Device;\n#Range;\n01;02;\n#Start;5;\n\n#Date;#Text;#From;#Amount;\n1;x;y;2;\n2;u;v;3;\n3;u;;4;\n", 5),
        ("Country report\n\nCountry,2019,2020\nFR,1,2\n", 2),
        ("Units: g\na,b,\n1,2,\n3,4,\n", 1),
    ],
)
def test_lines_above_the_heading_stand_apart(tmp_path: Path, content: str, preamble: int) -> None:
    table = read(tmp_path, content)

    lines = content.splitlines()
    assert len(table.preamble) == preamble
    assert table.header == tuple(lines[preamble].replace(";", ",").rstrip(",").split(","))
    assert len(table.rows) == len(lines) - preamble - 1
    assert [len(row) for row in table.preamble] == [
        len(line.replace(";", ",").split(",")) if line else 0 for line in lines[:preamble]
    ]


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2\n",
        "1,2\n3,4\n",
        "name,\nBob,x\nAnn,y\n",
        "name,city,,\nBob,Paris,x,y\nAnn,Rome,z,w\n",
        "Class;Teacher;Cakes;;Raffle;\n;;Sold;EUR;Sold;EUR\n1a;Ms R;24;36,00;50;25,00\n",
        "name,phone,email\nBob,,\nAnn,1,x\nCy,,\n",
        ",a,b\nx,1,2\n",
        "id,how,,,\n,Friends,Search,News,Other\n1,x,,,\n",
        "name\nBob\nAnn\n",
        "date,text\n1,x\n,y\n,\n2,z\n",
        "a,b\nTotal,5\n",
        "date,payee,amount\n1,x,2\nTotal,,2\n",
    ],
)
def test_a_plain_table_keeps_every_row(tmp_path: Path, content: str) -> None:
    table = read(tmp_path, content)

    assert (table.preamble, table.footer) == ((), ())
    assert len(table.rows) == content.count("\n") - 1


@pytest.mark.parametrize(
    ("content", "rows", "footer"),
    [
        ("id,b,c\n1,2,3\n(1 rows affected)\n", 1, 1),
        ("id,b,c\n1,2,3\n(1 row affected),,\n", 1, 1),
        ("name\nBob\n(1 row)\n", 1, 1),
        ("id,name\n1,x\n2,y\nEnd of report\n", 2, 1),
        ("id,b,c\n1,2,3\n\nTotal:\nAll good\n", 1, 2),
        ("id,b,c\n1,2,3\n\n\nNote,,\n\nPage 1,,\n", 1, 3),
        ("id,b,c\n1,2,3\n,,\nEnd,,\n", 1, 1),
        ("id,b,c\n1,2,3\n4,5,6\n7,8,9\n\nother,table,with,more\n1,2,3,4\n", 3, 2),
        ("date,text,amount\n1,x,2\n2,y,3\n\n;;;\n", 2, 1),
    ],
)
def test_lines_below_the_table_stand_apart(tmp_path: Path, content: str, rows: int, footer: int) -> None:
    table = read(tmp_path, content)

    assert (len(table.rows), len(table.footer)) == (rows, footer)


def test_a_blank_line_ends_nothing_where_rows_go_on(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b,c\n1,2,3\n\n4,5,6\n")

    assert table.rows == (("1", "2", "3"), ("4", "5", "6"))
    assert table.notes == ("row 3 has nothing on the line; blank lines are passed over",)


def test_rows_without_their_last_cells_are_filled(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,c\n1,2\n3\n4,5,6\n7\n").rows == (
        ("1", "2", None),
        ("3", None, None),
        ("4", "5", "6"),
        ("7", None, None),
    )


def test_columns_at_the_end_without_a_name_or_a_cell_are_left_out(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b,,\n1,2,,\n")

    assert (table.header, table.rows) == (("a", "b"), (("1", "2"),))
    assert table.notes == ("2 columns without a name or a cell at the end passed over",)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a,b,c\n1,2,3\n4,5,6,7\n", "row 3: has 4 cells, the header has 3"),
        ("a,b\n1,2,3\n4,5,6\n", "row 2: has 3 cells, the header has 2"),
        ("id,text,n\n1,x,2\n2,y,3\n3,cut\nhere,4\n5,z,6\n", "row 5: has 2 cells, the header has 3, and 'here' stands where"),
    ],
)
def test_a_broken_row_is_refused_with_its_number(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(BadCsv, match=problem):
        read(tmp_path, content)


RECORDS = "01,Account,77\n02,line,x\n03,call,a,b,c\n03,call,d,e,f\n02,line,y\n03,call,a,b,c\n"
BLOCKS = "GROUP,A\nHEADING,ID,TYPE\nDATA,1,x\n\nGROUP,B\nHEADING,ID,TOP,BASE\nDATA,1,2,3\nDATA,1,3,4\n"


@pytest.mark.parametrize("content", [RECORDS, BLOCKS, "x\n", "a,1\nb,2\nc,3\n", "a,b\n", ",\n,\n"])
def test_whatever_the_lines_are_they_make_an_example(tmp_path: Path, content: str) -> None:
    for name in ("input.csv", "expected.csv"):
        (tmp_path / name).write_text(content)

    example = read_example(tmp_path / "input.csv", tmp_path / "expected.csv")

    wanted = [line.split(",") if line else [""] for line in content.splitlines()]
    assert example.lines is not None
    assert [[cell or "" for cell in row[: len(line)]] for row, line in zip(example.lines.rows, wanted, strict=True)] == wanted


def test_an_expected_file_of_records_is_read_as_lines(tmp_path: Path) -> None:
    (tmp_path / "expected.csv").write_text(RECORDS)

    table = read_whole(tmp_path / "expected.csv")

    assert (table.header, table.rows[0]) == (None, ("01", "Account", "77", None, None))


def test_nothing_of_an_expected_file_stands_apart(tmp_path: Path) -> None:
    (tmp_path / "expected.csv").write_text("a,b,c\n1,2,3\n\nEnd,,\n")

    table = read_whole(tmp_path / "expected.csv")

    assert table.rows == (("1", "2", "3"), ("End", None, None))


@pytest.mark.parametrize("cell", ["1", "-2.50", "1,234.5", "2026-01-02", "10:30", "2026-01-02T10:30:00Z", "€ 5", "1e5", "5 pm"])
def test_figures_are_told_from_words(cell: str) -> None:
    assert is_figure(cell)
    assert not is_figure(f"{cell} rows")
    assert not is_figure("word")


words = st.text("abcdefgh", min_size=1, max_size=6)
numbers = st.integers(0, 10_000).map(str)
plain_rows = st.integers(2, 5).flatmap(
    lambda width: st.tuples(
        st.lists(words, min_size=width, max_size=width, unique_by=str.casefold),
        st.lists(st.lists(numbers | words, min_size=width, max_size=width), min_size=1, max_size=150),
    )
)


def parsed(table: list[list[str]]) -> list[Row]:
    file = io.StringIO()
    csv.writer(file).writerows(table)
    return [tuple(cell or None for cell in row) for row in csv.reader(io.StringIO(file.getvalue()))]


@given(plain_rows)
def test_a_table_of_full_rows_is_all_table(drawn: tuple[list[str], list[list[str]]]) -> None:
    header, rows = drawn
    lines = parsed([header, *rows])

    at = heading_at(lines)
    body = TableRows(below(lines, at, iter(())), len(header), "given.csv")

    assert (at, list(body), body.footer) == (0, lines[1:], ())


above_lines = st.lists(st.lists(words, min_size=0, max_size=1), min_size=1, max_size=5)


@given(plain_rows, above_lines, st.booleans(), st.lists(words, min_size=1, max_size=3))
def test_a_table_is_found_between_remarks(
    drawn: tuple[list[str], list[list[str]]], above: list[list[str]], padded: bool, below_lines: list[str]
) -> None:
    header, rows = drawn
    if len(header) < 3:
        return
    table = [[*row[:-1], str(at)] for at, row in enumerate(rows)]
    width = len(header) if padded else 0
    remarks = [(*line, *[None] * (width - len(line))) for line in [["Report"], *above, []]]
    ending = [(line, *[None] * (width - 1)) for line in below_lines]
    lines: list[Row] = [*remarks, *parsed([header, *table]), (), *ending]

    at = heading_at(lines)
    names = as_header(lines[at])
    body = TableRows(below(lines, at, iter(())), len(names), "given.csv")

    assert names == tuple(header)
    assert [list(row) for row in body] == table
    assert body.footer == tuple(ending)


def test_the_filled_width_of_a_row_passes_over_blanks_at_its_end() -> None:
    assert [filled(row) for row in ((), (None,), ("a", "", " "), (None, "b"))] == [0, 0, 1, 2]
