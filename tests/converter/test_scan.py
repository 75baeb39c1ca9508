"""Files that the engine may read as they are: what it then gives is what our own reader gives."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter import engine, scan
from converter.dialect import Dialect, read_rows, with_header
from converter.scan import is_plain
from converter.table import Row

DIALECT = Dialect("utf-8", ",")


def plain(folder: Path, content: bytes, width: int = 2, *, blank_lines: bool = True) -> bool:
    (folder / "given.csv").write_bytes(content)
    return is_plain(folder / "given.csv", ",", width, blank_lines=blank_lines)


def engine_rows(path: Path, width: int, *, header: bool) -> list[Row] | None:
    """The rows that DuckDB reads with the very options of a run, or None where it finds the file broken."""
    columns = [f"c{at}" for at in range(width)]
    source = {"path": str(path), "delimiter": ",", "columns": columns, "skip_header": header}
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            return connection.execute(f"SELECT * FROM {engine._reader(source, 2 << 20)}").fetchall()
    except duckdb.Error:
        return None


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
        b"a,b\n1,2,\n",
        b'a,b\n1, "2"\n',
        b'a,b\n1,"2" \n',
        b'a,b\n1,"2"x\n',
        b'a,b\n1,x"2"\n',
        b'a,b\n1,"2\n',
        b"a,b\n1,2\r\n",
        b"a,b\n1,2\r3,4\n",
        b"\na,b\n1,2\n",
        b"a,b\n1,\0\n",
    ],
)
def test_what_the_engine_reads_otherwise_is_not_plain(tmp_path: Path, content: bytes) -> None:
    assert not plain(tmp_path, content)


def test_blank_lines_are_rows_where_there_is_no_header_or_one_column(tmp_path: Path) -> None:
    assert not plain(tmp_path, b"1,2\n\n3,4\n", blank_lines=False)
    assert not plain(tmp_path, b"a\n1\n\n2\n", 1)


csv_text = st.lists(st.sampled_from([",", ",", "\n", "\n", "\r\n", "\r", '"', '""', " ", "x", "é", "1"]), max_size=24).map(
    "".join
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(csv_text, st.integers(1, 3), st.integers(1, 8), st.booleans())
def test_of_a_plain_file_the_engine_gives_the_rows_that_our_reader_gives(
    tmp_path: Path, text: str, width: int, chunk: int, header: bool
) -> None:
    path = tmp_path / "given.csv"
    first = ",".join("abc"[:width]) + "\n"
    path.write_bytes((first + text).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_CHUNK", chunk)
        if not is_plain(path, ",", width, blank_lines=header):
            return

    given_rows = engine_rows(path, width, header=header)

    if given_rows is not None:
        rows = read_rows(path, DIALECT, name="given.csv")
        assert given_rows == list(with_header(rows, name="given.csv")[1] if header else rows)
