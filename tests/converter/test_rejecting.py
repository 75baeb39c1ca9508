"""Rows that are not sound, taken out of what is converted and kept with the reason."""

from pathlib import Path

import pytest

from converter.conversion import run
from converter.manifest import Check, Converter
from converter.soundness import Kind, all_checks, checks_of_a_run, column_of, kind_of, reading_checks

KNOWN = Check("size is known for every code", "SELECT _row, code FROM input WHERE code <> '' AND code NOT IN ('a', 'b')")
SIZES = Converter(
    statement="SELECT TRY_CAST(amount AS DECIMAL(18, 2)) AS amount, CASE code WHEN 'a' THEN 'L' WHEN 'b' THEN 'S' END AS size "
    "FROM input",
    input_columns=("amount", "code"),
    output_header=("amount", "size"),
    is_rowwise=True,
    checks=(KNOWN, Check("size is never empty", "SELECT _row FROM output WHERE coalesce(size, '') = ''")),
)


def converted(converter: Converter, text: str, folder: Path) -> tuple[str, str]:
    """The output and the rejects."""
    (folder / "in.csv").write_text(text)
    report = run(converter, folder / "in.csv", folder / "out.csv", rejects_path=folder / "rejects.csv")
    rejects = (folder / "rejects.csv").read_text()
    assert report.rows_rejected == len(rejects.splitlines()) - 1
    assert report.rows_in == report.rows_out + report.rows_rejected
    return (folder / "out.csv").read_text(), rejects


def test_rows_with_unknown_and_blank_values_are_left_out_and_kept_as_they_were(tmp_path: Path) -> None:
    output, rejects = converted(SIZES, "note,amount,code\nx,1,a\ny,2,q\nz,3,\nw,4,b\n", tmp_path)

    assert output == "amount,size\n1.00,L\n4.00,S\n"
    lines = rejects.splitlines()
    assert lines[0] == "row,reason,note,amount,code"
    assert lines[1].startswith("2,")
    assert "size is known for every code" in lines[1]
    assert lines[1].endswith(",y,2,q")
    assert lines[2] == "3,size is never empty,z,3,"


def test_a_value_that_cannot_be_read_is_rejected(tmp_path: Path) -> None:
    thorough = Converter(**{**SIZES.__dict__, "checks": all_checks(SIZES)})

    output, rejects = converted(thorough, "amount,code\n1,a\nn/a,b\n", tmp_path)

    assert output == "amount,size\n1.00,L\n"
    assert rejects.splitlines()[1] == "2,amount can be read wherever it is filled,n/a,b"


def test_where_all_rows_are_sound_the_rejects_have_only_a_heading(tmp_path: Path) -> None:
    output, rejects = converted(SIZES, "amount,code\n1,a\n", tmp_path)

    assert output == "amount,size\n1.00,L\n"
    assert rejects == "row,reason,amount,code\n"


def test_an_output_row_is_traced_to_its_input_row_behind_a_filter(tmp_path: Path) -> None:
    kept = Converter(
        statement="SELECT name FROM input WHERE kind = 'x'",
        input_columns=("name", "kind"),
        output_header=("name",),
        is_rowwise=True,
        checks=(Check("name is never empty", "SELECT _row FROM output WHERE coalesce(name, '') = ''"),),
    )
    (tmp_path / "in.csv").write_text("name,kind\na,x\n,y\n,x\nb,x\n")

    run(kept, tmp_path / "in.csv", tmp_path / "out.csv", rejects_path=tmp_path / "rejects.csv")

    assert (tmp_path / "out.csv").read_text() == "name\na\nb\n"
    assert (tmp_path / "rejects.csv").read_text() == "row,reason,name,kind\n3,name is never empty,,x\n"


def test_rejected_rows_are_in_no_sum(tmp_path: Path) -> None:
    summed = Converter(
        statement="SELECT kind, SUM(TRY_CAST(amount AS DECIMAL(18, 0))) AS total FROM input GROUP BY kind ORDER BY MIN(_row)",
        input_columns=("kind", "amount"),
        output_header=("kind", "total"),
        checks=(Check("amount is small", "SELECT _row, amount FROM input WHERE TRY_CAST(amount AS INT) > 99"),),
    )
    (tmp_path / "in.csv").write_text("kind,amount\nx,1\nx,100\ny,2\nx,3\n")

    report = run(summed, tmp_path / "in.csv", tmp_path / "out.csv", rejects_path=tmp_path / "rejects.csv")

    assert (tmp_path / "out.csv").read_text() == "kind,total\nx,4\ny,2\n"
    assert report.broken_checks == ({"check": "amount is small", "rows_broken": 1, "rows": [2], "values": ["100"]},)


def test_a_check_that_cannot_be_made_rejects_nothing_and_is_told(tmp_path: Path) -> None:
    odd = Converter(**{**SIZES.__dict__, "checks": (Check("odd", "SELECT nothing FROM input"),)})
    (tmp_path / "in.csv").write_text("amount,code\n1,a\n")

    report = run(odd, tmp_path / "in.csv", tmp_path / "out.csv", rejects_path=tmp_path / "rejects.csv")

    assert report.rows_rejected == 0
    assert "problem" in report.broken_checks[0]


def test_a_column_without_a_check_of_its_own_is_held_to_be_readable_in_each_run() -> None:
    names = [check.name for check in checks_of_a_run(SIZES, is_thorough=False)]

    assert names == ["size is known for every code", "size is never empty", "amount can be read wherever it is filled"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT TRY_CAST(SPLIT_PART(a, '-', 1) AS INT) AS b FROM input",
        "SELECT CASE WHEN a <> 'x' THEN TRY_CAST(a AS INT) END AS b FROM input",
        "WITH t AS (SELECT a FROM input) SELECT TRY_CAST(a AS INT) AS b FROM t",
    ],
)
def test_what_is_read_in_part_or_under_a_condition_only_is_held_to_nothing(statement: str) -> None:
    assert list(reading_checks(statement)) == []


def test_checks_are_told_by_kind_and_column() -> None:
    assert (kind_of("a is never empty"), column_of("a is never empty")) == (Kind.BLANK, "a")
    assert (kind_of("b is known for every c"), column_of("b is known for every c")) == (Kind.UNKNOWN, "c")
    assert (kind_of("d can be read wherever it is filled"), column_of("d can be read wherever it is filled")) == (
        Kind.UNREADABLE,
        "d",
    )
    assert (kind_of("total is positive"), column_of("total is positive")) == (Kind.CHECK, None)
