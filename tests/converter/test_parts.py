"""A file cut into parts, converted apart and put together again, is what it is when it is converted whole."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter import parts
from converter.conversion import RunReport, run
from converter.manifest import Check, Converter, Heading
from converter.parts import Cutting, convert_part, cut, is_splittable, merged, record_ends

IDENTITY = Converter("SELECT a, b FROM input WHERE a <> '3'", ("a", "b"), output_header=("a", 'b "x"\nc'))
FILLED = Check("b is filled", "SELECT _row FROM output WHERE b IS NULL")
KNOWN = Check("a is known", "SELECT _row, a FROM input WHERE a = '7'")


def in_parts(folder: Path, content: bytes, converter: Converter, part_bytes: int) -> tuple[bytes, RunReport, Cutting]:
    path = folder / "given.csv"
    path.write_bytes(content)
    cutting = cut(path, converter, part_bytes)
    assert cutting is not None
    outputs, reports = b"", []
    for number, part in enumerate(cutting.parts):
        given_part, made = folder / "part.csv", folder / "made-part.csv"
        given_part.write_bytes(cutting.header + content[part.start : part.end])
        reports.append(convert_part(converter, given_part, made, dialect=cutting.dialect, is_first=number == 0))
        outputs += made.read_bytes()
    return outputs, merged(reports, converter, path, cutting, 1.0), cutting


ROWS = [f'{number},"text; {number}\n\tand ""more"""' if number % 3 else f"{number}," for number in range(20)]


@pytest.mark.parametrize(
    ("delimiter", "line_end", "mark", "header"),
    [(",", "\n", "", True), (";", "\r\n", "\ufeff", True), ("\t", "\n", "", False), ("|", "\r\n", "", False)],
)
def test_parts_make_the_same_bytes(tmp_path: Path, delimiter: str, line_end: str, mark: str, header: bool) -> None:
    rows = [row.replace(",", delimiter, 1) for row in ROWS]
    content = (mark + line_end.join([*(["a,b".replace(",", delimiter)] if header else []), *rows])).encode()
    columns = ("a", "b") if header else ("column_1", "column_2")
    converter = replace(IDENTITY, statement=f"SELECT {columns[0]}, {columns[1]} FROM input", input_columns=columns)
    converter = replace(converter, input_has_header=header, output_header=IDENTITY.output_header if header else None)

    joined, report, cutting = in_parts(tmp_path, content, converter, 150)

    whole = run(converter, tmp_path / "given.csv", tmp_path / "whole.csv")
    assert len(cutting.parts) == 3
    assert joined == (tmp_path / "whole.csv").read_bytes()
    assert (report.rows_in, report.rows_out, report.bytes_out) == (whole.rows_in, whole.rows_out, whole.bytes_out)


@pytest.mark.parametrize(
    ("statement", "begins"),
    [
        ("SELECT upper(a) AS a, COLUMNS('^Q') FROM input", b"a,Q1,Q 2\nB,0,\n"),
        ("SELECT * EXCLUDE (_row) FROM (UNPIVOT input ON COLUMNS('^Q') INTO NAME q VALUE v) ORDER BY _row", b"a,q,v\nb,Q1,0\n"),
    ],
    ids=["as columns", "as rows"],
)
def test_parts_of_a_family_of_columns_make_the_same_bytes(tmp_path: Path, statement: str, begins: bytes) -> None:
    converter = Converter(statement, ("a",), input_patterns=("^Q",), heading=Heading.DATA)
    content = ("Q1,a,Q 2\n" + "".join(f"{number},b,\n" for number in range(40))).encode()

    joined, report, _ = in_parts(tmp_path, content, converter, 100)

    whole = run(converter, tmp_path / "given.csv", tmp_path / "whole.csv")
    assert joined == (tmp_path / "whole.csv").read_bytes()
    assert joined.startswith(begins)
    assert (report.rows_out, report.bytes_out) == (whole.rows_out, whole.bytes_out)


def test_broken_checks_name_rows_of_the_whole(tmp_path: Path) -> None:
    converter = replace(IDENTITY, checks=(FILLED, KNOWN), output_header=("a", "b"))
    content = ("a,b\n" + "".join(row + "\n" for row in ROWS)).encode()

    _, report, _ = in_parts(tmp_path, content, converter, 150)

    whole = run(converter, tmp_path / "given.csv", tmp_path / "whole.csv")
    assert report.broken_checks == whole.broken_checks
    assert len(report.broken_checks) == 2


@pytest.mark.parametrize("content", ["a,b\n1,é\n2,é\n3,é\n".encode("cp1252"), b'a,b\n1, "2"\n3,4\n5,6\n', b"a,b\n1,2\n"])
def test_a_file_that_is_not_plain_or_too_small_is_not_cut(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "given.csv").write_bytes(content)

    assert cut(tmp_path / "given.csv", IDENTITY, 6) is None


def test_a_converter_that_looks_at_many_rows_is_not_split() -> None:
    assert is_splittable(IDENTITY)
    assert not is_splittable(replace(IDENTITY, statement="SELECT a, count(*) AS b FROM input GROUP BY a"))
    assert not is_splittable(replace(IDENTITY, checks=(Check("sum", "SELECT 1 WHERE (SELECT count(*) FROM output) > 9"),)))


cells = st.sampled_from(["x", "", '"y"', '"a\nb"', '"a""\r\n,"', '""'])
records = st.lists(st.tuples(cells, cells).map(",".join), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records, st.lists(st.integers(0, 80), min_size=1, max_size=4, unique=True), st.integers(1, 9))
def test_records_end_where_they_end(tmp_path: Path, rows: list[str], positions: list[int], chunk: int) -> None:
    lines = [row + "\n" for row in rows]
    (tmp_path / "given.csv").write_text("".join(lines), newline="")
    ends = [sum(map(len, lines[: at + 1])) for at in range(len(lines))]
    wanted = sorted(position for position in positions if position < ends[-1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_CHUNK", chunk)
        found = record_ends(tmp_path / "given.csv", wanted)

    assert found == sorted({next(end for end in ends if end > position) for position in wanted})
