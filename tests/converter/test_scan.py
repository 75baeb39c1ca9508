"""Files that the engine may read as they are: what it then gives is what our own reader gives."""

from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter import engine, scan
from converter.dialect import Dialect
from converter.extent import TableRows, as_header, below
from converter.rows import read_rows
from converter.scan import Layout, is_plain
from converter.table import Row


def plain(folder: Path, content: bytes, width: int = 2, *, blank_lines: bool = True, layout: Layout | None = None) -> bool:
    path = folder / "given.csv"
    path.write_bytes(content)
    return is_plain(path, ",", width, layout or Layout.glimpse(path, ","), blank_lines=blank_lines)


def engine_rows(
    path: Path, layout: Layout, width: int, *, header: bool, threads: int = 1, line_limit: int = 2 << 20, delimiter: str = ","
) -> list[Row] | None:
    """The rows that DuckDB reads with the very options of a run, or None where it finds the file broken."""
    columns = [f"c{at}" for at in range(width)]
    source = {"path": str(path), "delimiter": delimiter, "columns": columns, "skip_header": header, "layout": asdict(layout)}
    cells = ", ".join(engine._cell(source, column) for column in columns)
    try:
        with duckdb.connect(config={"threads": threads}) as connection:
            return connection.execute(f"SELECT {cells} FROM {engine._reader(source, line_limit)}").fetchall()
    except duckdb.Error:
        return None


def our_rows(path: Path, *, header: bool, delimiter: str = ",") -> list[Row]:
    rows = read_rows(path, Dialect("utf-8", delimiter), name="given.csv")
    if not header:
        return list(rows)
    names = as_header(next(rows))
    return list(TableRows(below([], -1, rows), len(names), "given.csv"))


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"a,b\r\n1,2\r\n",
        b"a,b\n1,2",
        b"a,b\n1,\n,\n",
        b'a,b\r\n1,"x\ny ""z"" \r\n"\r\n',
        b'a,b\n"","1,5"\n',
        b"a,b\n\n1,2\n\n\n",
        "\ufeffa,b\n1,é\n".encode(),
    ],
)
def test_an_ordinary_file_is_plain(tmp_path: Path, content: bytes) -> None:
    assert plain(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n1, "2"\n',
        b'a,b\n1,"2" \n',
        b'a,b\n1,"2"x\n',
        b'a,b\n1,x"2"\n',
        b'a,b\n1,"2\n',
        b'a,b\n1,""\n1,2,\n',
        b"a,b\r\n1,2\n",
        b"a,b\r\n1,2\r3,4\r\n",
        b"\na,b\n1,2\n",
        b"a,b\n1,\0\n",
    ],
)
def test_what_the_engine_reads_otherwise_is_not_plain(tmp_path: Path, content: bytes) -> None:
    assert not plain(tmp_path, content)


@pytest.mark.parametrize("content", [b"a,b\n1,2,\n", b"a,b\n1,2,", b"a,b\n1,2\r\n", b"a,b\n1,2\r3,4\n", b"a,b\n1\n"])
def test_what_is_plain_and_broken_the_engine_rejects(tmp_path: Path, content: bytes) -> None:
    assert plain(tmp_path, content)
    assert engine_rows(tmp_path / "given.csv", Layout.glimpse(tmp_path / "given.csv", ","), 2, header=True) is None


def test_blank_lines_are_rows_where_there_is_no_header_or_one_column(tmp_path: Path) -> None:
    assert not plain(tmp_path, b"1,2\n\n3,4\n", blank_lines=False)
    assert not plain(tmp_path, b"a\n1\n\n2\n", 1)


def test_the_beginning_tells_what_quoted_cells_are_like(tmp_path: Path) -> None:
    for content, blanks, breaks in (
        (b'a,b\n1,"2, ""3"""\n', False, False),
        (b'a,b\n1,""\n', True, False),
        (b'a,b\n1,"2\n3"\n', True, True),
        (b'a,b\n1,",2"\n', True, True),
        (b'a,b\n1,""",2"\n', True, True),
    ):
        (tmp_path / "given.csv").write_bytes(content)

        assert Layout.glimpse(tmp_path / "given.csv", ",") == Layout(True, blanks, breaks)


def test_what_comes_later_is_held_to_the_layout(tmp_path: Path) -> None:
    no_blanks, no_breaks = Layout(True, False, False), Layout(True, True, False)

    assert not plain(tmp_path, b'a,b\n1,""\n', layout=no_blanks)
    assert plain(tmp_path, b'a,b\n1,""\n', layout=no_breaks)
    assert not plain(tmp_path, b'a,b\n1,"2\n3"\n', layout=no_breaks)
    assert not plain(tmp_path, b'a,b\n1,",2"\n', layout=no_breaks)
    assert plain(tmp_path, b'a,b\n1,"2\n3"\n', layout=no_breaks.with_any_cells())


def test_a_mark_behind_a_quote_within_a_cell_is_no_break(tmp_path: Path) -> None:
    assert plain(tmp_path, b'a,b\n"","say ""yes"", and go"\n', layout=Layout(True, True, False))


def test_a_lone_carriage_return_ends_a_row_with_one_blank_cell_too_many(tmp_path: Path) -> None:
    assert not plain(tmp_path, b'a\n,\r""\n', layout=Layout(True, True, True), width=1)


def test_both_line_ends_at_once_are_a_blank_line_among_line_feeds(tmp_path: Path) -> None:
    assert not plain(tmp_path, b"a\nb\r\nc\n", width=1)
    assert plain(tmp_path, b"a,b\n1,2\r\n3,4\n")


marks = [",", ",", "\n", "\n", "\r\n", "\r", '"', '""', " ", "x", "\u00e9", "1"]
any_text = st.lists(st.sampled_from(marks), max_size=24).map("".join)
cell_text = st.lists(st.sampled_from([",", '"', " ", "x", "\n", "\r\n", "\r"]), max_size=4).map("".join)
# Quoted in the usual way, with a few mistakes.
cell = cell_text.flatmap(
    lambda text: st.sampled_from([text, '"' + text.replace('"', '""') + '"', '"' + text.replace('"', '""') + '"', ""])
)
table = st.tuples(
    st.lists(st.lists(cell, min_size=1, max_size=3), max_size=6), st.sampled_from(["\n", "\n", "\r\n", "\r"])
).map(lambda drawn: "".join(",".join(row) + drawn[1] for row in drawn[0]))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    any_text | table,
    st.integers(1, 3),
    st.tuples(st.integers(1, 8), st.sampled_from([4, 8, 1 << 20])),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
)
def test_of_a_plain_file_the_engine_gives_the_rows_that_our_reader_gives(
    tmp_path: Path, text: str, width: int, read: tuple[int, int], header: bool, line_end: str, any_cells: bool, vectors: bool
) -> None:
    path = tmp_path / "given.csv"
    path.write_bytes((",".join("abc"[:width]) + line_end + text).encode())
    layout = Layout.glimpse(path, ",")
    if any_cells:
        layout = layout.with_any_cells()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_CHUNK", read[0])
        patch.setattr(scan, "_RECORD_LIMIT", read[1])
        patch.setattr(scan, "_VECTORS_BYTES", 0 if vectors else 1 << 40)
        if not is_plain(path, ",", width, layout, blank_lines=header):
            return

    given_rows = engine_rows(path, layout, width, header=header)

    if given_rows is not None:
        assert given_rows == our_rows(path, header=header)


@settings(max_examples=1000, deadline=None)
@given(any_text | table, st.sampled_from([",", ";", "|"]), st.booleans())
def test_side_by_side_or_one_by_one_the_same_quoted_cells_are_regular(text: str, delimiter: str, blanks: bool) -> None:
    records = (text.replace(",", delimiter) + "\n").encode()
    looked_at = scan._Scan(delimiter, 2, Layout(True, blanks, False), False, 0)

    regular = looked_at._has_regular_quotes(records, records)

    assert regular == (scan._lines(delimiter, blanks=blanks).fullmatch(records) is not None)


row_text = st.lists(st.sampled_from([",", '"', " ", "x", "yz", "\u00e9"]), max_size=3).map("".join)
quoted_cell = row_text.map(lambda text: '"' + text.replace('"', '""') + '"' if text and not text.isalpha() else text)
long_table = st.lists(st.tuples(quoted_cell, quoted_cell).map(",".join), min_size=20, max_size=200)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(long_table, st.sampled_from(["\n", "\r\n"]), st.sampled_from([100, 250, 400]))
def test_an_engine_that_begins_in_the_middle_loses_no_row(
    tmp_path: Path, rows: list[str], line_end: str, line_limit: int
) -> None:
    path = tmp_path / "given.csv"
    path.write_bytes((line_end.join(["a,b", *rows]) + line_end).encode())
    layout = Layout.glimpse(path, ",")
    if not is_plain(path, ",", 2, layout, blank_lines=True):
        return

    with pytest.MonkeyPatch.context() as patch:
        # Several threads and many beginnings, as in a large file.
        patch.setattr(engine, "_BUFFER_BYTES", 2 * line_limit)
        given_rows = engine_rows(path, layout, 2, header=True, threads=4, line_limit=line_limit)

    if given_rows is not None:
        assert given_rows == our_rows(path, header=True)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    any_text | table, st.integers(1, 3), st.booleans(), st.sampled_from(["\t", ";", "|", "^", "~", "#", ":", "\x01", "\x1f"])
)
def test_of_a_plain_file_in_any_dialect_the_engine_gives_the_rows_that_our_reader_gives(
    tmp_path: Path, text: str, width: int, header: bool, delimiter: str
) -> None:
    path = tmp_path / "given.csv"
    path.write_bytes((",".join("abc"[:width]) + "\n" + text).replace(",", delimiter).encode())
    layout = Layout.glimpse(path, delimiter)
    if not Dialect("utf-8", delimiter).is_usual or not is_plain(path, delimiter, width, layout, blank_lines=header):
        return

    given_rows = engine_rows(path, layout, width, header=header, delimiter=delimiter)

    if given_rows is not None:
        assert given_rows == our_rows(path, header=header, delimiter=delimiter)
