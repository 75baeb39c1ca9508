"""Converters carried out on files, in the real sandbox."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter.conversion import run, run_table
from converter.errors import BadCsv, InputMismatch, LimitExceeded, RefusedStatement, StatementFailed
from converter.manifest import Check, Converter
from converter.reading import read_table
from converter.sandbox import Limits
from converter.table import Table, column_names


def identity(*names: str, header: bool = True, **more: object) -> Converter:
    picked = ", ".join(f'"{name}"' for name in names)
    return Converter(f"SELECT {picked} FROM input", names, header, names if header else None, **more)  # type: ignore[arg-type]


def converted(converter: Converter, folder: Path, content: bytes) -> bytes:
    (folder / "given.csv").write_bytes(content)
    run(converter, folder / "given.csv", folder / "made.csv")
    return (folder / "made.csv").read_bytes()


def test_text_stays_text(tmp_path: Path) -> None:
    content = b'a,b,c\n007,1e5,NULL\n, "",\n" x ",\t,"a ""b"", c"\n'.replace(b', "",', b',"",')

    assert converted(identity("a", "b", "c"), tmp_path, content) == content.replace(b'" x "', b" x ")


def test_paths_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    # Python 3.11 gives a relative scratch folder beside a relative path.
    assert converted(identity("a"), Path(), b"a\n1\n") == b"a\n1\n"


def test_rows_keep_their_order_in_a_large_file(tmp_path: Path) -> None:
    content = b"a,b\n" + b"".join(b"%d,x\n" % number for number in range(300_000))

    assert converted(identity("a", "b"), tmp_path, content) == content


@pytest.mark.parametrize(
    "content",
    [
        "a;b\n1;é\n".encode(),
        "a,b\r\n1,é\n".encode(),
        "\ufeffa,b\n1,é\n".encode(),
        "a,b\n1,é\n".encode("utf-16"),
        "a,b\n1,é\n".encode("cp1252"),
        "a,b\n\n1,é\n\n\n".encode(),
        'a,b\n1,"é"\n'.encode(),
        "b,other,A\né,9,1\n".encode(),
    ],
    ids=["semicolon", "mixed line ends", "byte order mark", "utf-16", "cp1252", "blank lines", "quoted", "other order"],
)
def test_the_same_table_gives_the_same_output_however_it_is_written(tmp_path: Path, content: bytes) -> None:
    assert converted(identity("a", "b"), tmp_path, content) == "a,b\n1,é\n".encode()


def test_what_the_engine_reads_otherwise_is_read_as_rfc_4180_says(tmp_path: Path) -> None:
    content = b'a,b\n1, "x" y\n2,"y"z\n'

    assert converted(identity("a", "b"), tmp_path, content) == b'a,b\n1," ""x"" y"\n2,yz\n'


def test_the_position_of_a_row_is_known(tmp_path: Path) -> None:
    converter = Converter("SELECT _row AS n, a FROM input", ("a",), output_header=("n", "a"))

    assert converted(converter, tmp_path, b"a\nx\ny\n") == b"n,a\n1,x\n2,y\n"


def test_repeated_names_are_written_as_they_are(tmp_path: Path) -> None:
    converter = Converter("SELECT a, a FROM input", ("a",), output_header=("x", "x"))

    assert converted(converter, tmp_path, b"a\n1\n") == b"x,x\n1,1\n"


def test_a_lone_missing_cell_is_still_a_row(tmp_path: Path) -> None:
    assert converted(identity("a"), tmp_path, b'a\n1\n""\n2\n') == b'a\n1\n""\n2\n'


def test_rows_of_cells_are_as_long_as_they_are(tmp_path: Path) -> None:
    converter = Converter(
        "SELECT list(column_2 ORDER BY _row) AS cells FROM input GROUP BY column_1 ORDER BY min(_row)",
        ("column_1", "column_2"),
        input_has_header=False,
        ragged=True,
    )

    assert converted(converter, tmp_path, b"a,1\na,2\nb,3\n") == b"1,2\n3\n"


def test_without_a_header_short_rows_are_filled_and_wider_files_are_read(tmp_path: Path) -> None:
    assert converted(identity("column_1", "column_2", header=False), tmp_path, b"1\n2,3,4\n") == b"1,\n2,3\n"


def test_a_header_alone_gives_a_header_alone(tmp_path: Path) -> None:
    assert converted(identity("a", "b"), tmp_path, b"a,b\n") == b"a,b\n"


def test_columns_that_do_not_fit_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputMismatch, match=r"given\.csv.*has no column 'b'; it has 'c' instead"):
        converted(identity("a", "b"), tmp_path, b"a,c\n1,2\n")


def test_a_column_under_a_similar_name_is_pointed_out(tmp_path: Path) -> None:
    with pytest.raises(InputMismatch, match="rename 'Order ID' to 'order_id'"):
        converted(identity("order_id"), tmp_path, b"Order ID,c\n1,2\n")


def test_columns_in_another_case_are_taken_and_told(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text("B,extra,a\n1,2,3\n")

    report = run(identity("a", "b"), tmp_path / "given.csv", tmp_path / "made.csv")

    assert (report.taken_columns, report.ignored_columns) == ((("B", "b"),), ("extra",))


def test_a_ragged_row_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadCsv, match=r"given\.csv, row 3: has 3 cells, the header has 2"):
        converted(identity("a", "b"), tmp_path, b"a,b\n1,2\n3,4,5\n")

    assert [path.name for path in tmp_path.iterdir()] == ["given.csv"]


def test_a_heading_is_found_by_its_names_below_lines_of_other_number_and_width(tmp_path: Path) -> None:
    content = b"Bank;;\n;;\nFrom:;1;2;3;4\n\nB;a\n2;1\n\nEnd of list\n"
    (tmp_path / "given.csv").write_bytes(content)

    report = run(identity("a", "b"), tmp_path / "given.csv", tmp_path / "made.csv")

    assert (tmp_path / "made.csv").read_bytes() == b"a,b\n1,2\n"
    assert report.notes == (
        "2 lines above the heading kept apart, beginning with 'Bank'",
        "1 line below the table kept apart, beginning with 'End of list'",
    )


def test_a_statement_reads_the_lines_around_the_table(tmp_path: Path) -> None:
    statement = (
        "SELECT a, (SELECT cells[2] FROM preamble WHERE cells[1] = 'Account:') AS account, "
        "(SELECT max(line) FROM preamble) AS lines, (SELECT cells[1] FROM footer) AS last FROM input ORDER BY _row"
    )
    converter = Converter(statement, ("a", "b"), output_header=("a", "account", "lines", "last"))

    made = converted(converter, tmp_path, b"x,\nAccount:,77\n\na,b\n1,2\n3,4\n(2 rows affected)\n")

    assert made == b"a,account,lines,last\n1,77,3,(2 rows affected)\n3,77,3,(2 rows affected)\n"


def test_a_file_without_lines_around_it_has_empty_relations_of_them(tmp_path: Path) -> None:
    statement = "SELECT (SELECT count(*) FROM preamble) + (SELECT count(*) FROM footer) AS n, a FROM input"

    made = converted(Converter(statement, ("a",), output_header=("n", "a")), tmp_path, b"a,b\n1,2\n")

    assert made == b"n,a\n0,1\n"


def test_what_stands_below_a_table_and_is_as_wide_is_kept_from_the_statement(tmp_path: Path) -> None:
    content = b"a,b,c\n1,2,3\n4,5,6\n,,\nEnd of report,,\n"

    assert converted(identity("a", "b", "c"), tmp_path, content) == b"a,b,c\n1,2,3\n4,5,6\n"


def test_short_rows_and_a_delimiter_too_many_are_read_as_meant_and_told(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_bytes(b"a,b,c\n1,2\n\n3,4,5,\n6,7,8\n")

    report = run(identity("a", "b", "c"), tmp_path / "given.csv", tmp_path / "made.csv")

    assert (tmp_path / "made.csv").read_bytes() == b"a,b,c\n1,2,\n3,4,5\n6,7,8\n"
    assert report.notes == (
        "row 2 has fewer cells than the heading; the missing ones are taken as empty",
        "row 4 has a delimiter too many at the end; it is passed over",
        "row 3 has nothing on the line; blank lines are passed over",
    )


def test_an_exact_name_wins_over_one_in_another_case(tmp_path: Path) -> None:
    assert converted(identity("id", "name"), tmp_path, b"ID,id,NAME,name\n9,4,X,Di\n") == b"id,name\n4,Di\n"


def test_a_name_in_another_case_is_taken_from_the_same_place_first(tmp_path: Path) -> None:
    assert converted(identity("x", "id"), tmp_path, b"Id,ID,x\n1,2,3\n") == b"x,id\n3,2\n"


def test_lines_without_a_heading_may_make_a_table_with_one(tmp_path: Path) -> None:
    statement = "SELECT column_2 AS name, column_4 AS amount FROM input WHERE column_1 = '02' ORDER BY _row"
    columns = column_names(None, 4)
    converter = Converter(statement, columns, input_has_header=False, output_header=("name", "amount"))

    assert converted(converter, tmp_path, b"01,acc\n02,x,y,1\n03,a,b,c,d,e\n") == b"name,amount\nx,1\n"
    assert converted(converter, tmp_path, b"01,acc\n02,x\n") == b"name,amount\nx,\n"


def test_a_statement_that_reads_files_is_refused(tmp_path: Path) -> None:
    converter = Converter("SELECT content FROM read_text('/etc/passwd')", ("a",), output_header=("content",))

    with pytest.raises(RefusedStatement):
        converted(converter, tmp_path, b"a\n1\n")


def test_a_statement_that_fails_says_on_what(tmp_path: Path) -> None:
    converter = Converter("SELECT CAST(a AS INTEGER) AS a FROM input", ("a",), output_header=("a",))

    with pytest.raises(StatementFailed, match="'x'"):
        converted(converter, tmp_path, b"a\nx\n")


def test_a_date_in_an_error_stays_a_date(tmp_path: Path) -> None:
    converter = Converter("SELECT CAST(a AS DATE) AS a FROM input", ("a",), output_header=("a",))

    with pytest.raises(StatementFailed, match="03/04/2021"):
        converted(converter, tmp_path, b"a\n03/04/2021\n")


def test_a_statement_that_runs_on_is_stopped(tmp_path: Path) -> None:
    endless = Converter("SELECT count(*) AS n FROM range(1000000) a, range(1000000) b", ("a",), output_header=("n",))
    (tmp_path / "given.csv").write_text("a\n1\n")

    with pytest.raises(LimitExceeded) as stopped:
        run(endless, tmp_path / "given.csv", tmp_path / "made.csv", limits=Limits(seconds=1))

    assert stopped.value.limit == "time"


def test_the_smallest_memory_that_a_setting_allows_is_enough_for_a_small_file() -> None:
    table = Table(("a",), tuple((str(number),) for number in range(1000)), ("a",))
    limits = Limits(memory_bytes=256 << 20, threads=2)

    made = run_table(Converter("SELECT a FROM input ORDER BY a", ("a",), output_header=("a",)), table, limits=limits)

    assert len(made.rows) == 1000


def test_broken_checks_are_reported_with_their_rows(tmp_path: Path) -> None:
    check = Check("b is never empty", "SELECT _row FROM output WHERE coalesce(b, '') = ''")
    (tmp_path / "given.csv").write_text("a,b\n1,x\n2,\n3,\n")

    report = run(identity("a", "b", checks=(check,)), tmp_path / "given.csv", tmp_path / "made.csv")

    assert report.broken_checks == ({"check": "b is never empty", "rows_broken": 2, "rows": [2, 3], "values": []},)


cell = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=5))
def test_any_cell_survives_identity(rows: list[tuple[str | None, str | None]]) -> None:
    table = Table(("a", "b"), tuple(rows), ("a", "b"))

    assert run_table(identity("a", "b"), table).rows == table.rows


def test_output_is_delimited_as_the_converter_says(tmp_path: Path) -> None:
    assert converted(identity("a", "b", output_delimiter=";"), tmp_path, b"a,b\n1,2\n") == b"a;b\n1;2\n"
    assert read_table(tmp_path / "made.csv").columns == column_names(("a", "b"), 2)
