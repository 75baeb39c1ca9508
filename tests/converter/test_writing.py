"""An output is written as the expected file of its example: its delimiter, its blank cells, its rows of several lengths."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import converter
from converter.conversion import run
from converter.dialect import Dialect
from converter.manifest import Converter, Heading
from converter.parts import convert_part, cut
from converter.rows import read_rows, split_rows
from converter.writing import Blanks, RowWriter, Writing

COPY = Converter("SELECT a, b FROM input", ("a", "b"), output_header=("a", "b"), is_rowwise=True)
# A blank of each kind that came, and one that the statement makes.
MADE = replace(COPY, statement="SELECT CASE WHEN a <> '2' THEN a END AS a, replace(b, 'x', '') AS b FROM input")
LISTS = replace(MADE, statement=f"SELECT [a, b] AS cells FROM ({MADE.statement})", ragged=True)
# Read by the engine as it is, and by ourselves, since a lone quote stands in a cell.
FILES = ('a,b\n1,x\n2,""\n3,\n', 'a,b\n1,x\n2,""\n3,\n"4" ,6"\n')


def learned(folder: Path, given: str, wanted: str) -> Converter:
    (folder / "in.csv").write_text(given)
    (folder / "wanted.csv").write_text(wanted)
    found = converter.learn(folder / "in.csv", folder / "wanted.csv").converter
    assert found is not None
    return found


def converted(folder: Path, one: Converter, text: str) -> str:
    (folder / "new.csv").write_text(text)
    run(one, folder / "new.csv", folder / "made.csv")
    return (folder / "made.csv").read_text()


@pytest.mark.parametrize("text", FILES)
@pytest.mark.parametrize("one", [MADE, LISTS])
@pytest.mark.parametrize(
    ("blanks", "rows"),
    [
        (Blanks.KEPT, '1,""\n,""\n3,\n'),
        (Blanks.BARE, "1,\n,\n3,\n"),
        (Blanks.QUOTED, '1,""\n"",""\n3,""\n'),
    ],
)
def test_blank_cells_are_of_one_form_or_kept_whatever_way_a_file_takes(
    tmp_path: Path, text: str, one: Converter, blanks: Blanks, rows: str
) -> None:
    made = converted(tmp_path, replace(one, blanks=blanks), text)

    assert made.removeprefix("a,b\n").startswith(rows)


@pytest.mark.parametrize("blanks", Blanks)
def test_blank_cells_are_the_same_in_parts_as_in_the_whole(tmp_path: Path, blanks: Blanks) -> None:
    given, one = tmp_path / "given.csv", replace(MADE, blanks=blanks)
    given.write_text("a,b\n" + "1,x\n2,\n" * 50 + '2,""\n3,"x"\n' * 50)
    run(one, given, tmp_path / "whole.csv")

    cutting = cut(given, one, 200)

    assert cutting is not None
    joined = b""
    for number, part in enumerate(cutting.parts):
        (tmp_path / "part.csv").write_bytes(cutting.header + given.read_bytes()[part.start : part.end])
        convert_part(one, tmp_path / "part.csv", tmp_path / "made.csv", dialect=cutting.dialect, is_first=number == 0)
        joined += (tmp_path / "made.csv").read_bytes()
    assert joined == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.parametrize(
    ("wanted", "blanks"),
    [
        ("b,a\nx,1\n,2\nz,3\n", Blanks.BARE),
        ('b,a\nx,1\n"",2\nz,3\n', Blanks.QUOTED),
    ],
)
@pytest.mark.parametrize("given", ["a,b\n1,x\n2,\n3,z\n", 'a,b\n1,x\n2,""\n3,z\n'])
def test_a_converter_writes_blank_cells_as_its_example_has_them(
    tmp_path: Path, given: str, wanted: str, blanks: Blanks
) -> None:
    one = learned(tmp_path, given, wanted)

    assert one.blanks is blanks
    assert converted(tmp_path, one, given) == wanted
    assert Converter.loads(one.dumps()) == one


@pytest.mark.parametrize("wanted", ["b,a\nx,1\ny,2\n", 'b,a\nx,1\n"",2\n,3\n'])
def test_where_the_example_tells_no_one_form_blank_cells_stay_as_they_came(tmp_path: Path, wanted: str) -> None:
    given = "a,b\n" + "".join(f"{row.split(',')[1]},{row.split(',')[0]}\n" for row in wanted.split()[1:])
    one = learned(tmp_path, given, wanted)

    assert one.blanks is Blanks.KEPT
    assert converted(tmp_path, one, 'a,b\n"",x\n,""\n4,\n') == 'b,a\nx,""\n"",\n,4\n'


RECORDS = "01,ACC,2024\n02,line1,5.00,,\n03,call,x,y,10\n02,line2,7.00,,\n03,call,z,w,2\n99,end\n"


def test_lines_of_records_come_out_as_long_as_they_came(tmp_path: Path) -> None:
    one = learned(tmp_path, RECORDS, RECORDS)

    assert converted(tmp_path, one, RECORDS) == RECORDS
    assert converted(tmp_path, one, "01,B,2025\n02,x,1,,\n03,c\n") == "01,B,2025\n02,x,1,,\n03,c,,,\n"
    assert Converter.loads(one.dumps()) == one


def test_where_first_cells_are_no_kinds_rows_end_with_their_last_cell() -> None:
    rows = [(str(number), "x", *([None] * (number % 3))) for number in range(1000)]

    assert Writing.of(rows, Dialect("utf-8", ",")).row_widths == {}


def test_a_blank_name_in_a_heading_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a,b,c\n1,2,3\n")
    one = Converter("SELECT a, b, c FROM input", ("a", "b", "c"), output_header=("a", "", "c"))

    run(one, tmp_path / "in.csv", tmp_path / "made.csv")

    assert (tmp_path / "made.csv").read_text() == "a,,c\n1,2,3\n"


@pytest.mark.parametrize(("field", "value"), [("blanks", '"none"'), ("row_widths", '{"a": 0}'), ("row_widths", "[1]")])
def test_a_manifest_that_says_else_is_damaged(field: str, value: str) -> None:
    text = replace(COPY, output_header=None, row_widths={"a": 1}, blanks=Blanks.BARE).dumps()
    good = {"blanks": '"bare"', "row_widths": '{\n  "a": 1\n }'}[field]

    with pytest.raises(converter.BadConverter, match="damaged"):
        Converter.loads(text.replace(good, value))


def test_rows_of_a_heading_from_the_data_are_never_cut() -> None:
    one = Converter("SELECT * FROM input", (), heading=Heading.DATA)

    assert one.written_like(Writing(row_widths={"a": 1})).row_widths is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.none() | st.text(st.sampled_from(',;"\n\r ax'), max_size=4), min_size=1, max_size=4), min_size=1),
    st.sampled_from(",;|\t"),
)
def test_what_is_written_is_read_back_cell_by_cell(rows: list[list[str | None]], delimiter: str) -> None:
    writer = RowWriter(delimiter, Blanks.KEPT)
    text = "".join(map(writer.line, rows))

    read = list(split_rows(io.StringIO(text, newline=""), Dialect("utf-8", delimiter), name="x"))

    assert read == [tuple("" if row == [None] else cell for cell in row) for row in rows]


def test_the_same_file_read_and_written_again_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(RECORDS)
    writer = RowWriter(",", Blanks.KEPT)

    rows = list(read_rows(tmp_path / "in.csv", Dialect("utf-8", ",")))

    assert "".join(map(writer.line, rows)) == RECORDS
