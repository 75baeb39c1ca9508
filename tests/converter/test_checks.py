"""What a run says of its converter's checks."""

from pathlib import Path
from typing import Any

from converter.conversion import run
from converter.manifest import Check, Converter

SUM = Check("all add up", "SELECT 1 WHERE (SELECT sum(CAST(b AS INTEGER)) FROM output) <> 6")


def broken(folder: Path, content: str, *checks: Check, statement: str = "SELECT a, b FROM input") -> list[dict[str, Any]]:
    (folder / "given.csv").write_text(content)
    converter = Converter(statement, ("a", "b"), output_header=("a", "b"), checks=checks)
    return list(run(converter, folder / "given.csv", folder / "made.csv").broken_checks)


def test_a_condition_on_the_output_names_the_rows_that_break_it(tmp_path: Path) -> None:
    check = Check("b is filled", "SELECT _row FROM output WHERE coalesce(b, '') = ''")

    assert broken(tmp_path, "a,b\n1,x\n2,\n", check) == [{"check": "b is filled", "rows_broken": 1, "rows": [2], "values": []}]
    assert broken(tmp_path, "a,b\n1,x\n", check) == []


def test_columns_without_a_header_are_checked_by_their_position(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text("1,x\n2,\n")
    alone = Check("the second is filled", "SELECT _row FROM output WHERE coalesce(column_2, '') = ''")
    both = Check("the first is kept", "SELECT o._row FROM output o JOIN input i USING (_row) WHERE o.column_1 <> i.column_1")
    statement = "SELECT column_1, column_2 FROM input"
    converter = Converter(statement, ("column_1", "column_2"), input_has_header=False, checks=(alone, both))

    report = run(converter, tmp_path / "given.csv", tmp_path / "made.csv")

    assert (tmp_path / "made.csv").read_text() == "1,x\n2,\n"
    assert [(one["check"], one["rows"]) for one in report.broken_checks] == [("the second is filled", [2])]


def test_lists_of_cells_are_checked_as_lists(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text("a,b\n1,x\n2,y z\n")
    alone = Check("two at most", "SELECT _row FROM output WHERE len(cells) > 2")
    both = Check("a is first", "SELECT o._row FROM output o JOIN input i USING (_row) WHERE o.cells[1] <> i.a")
    statement = "SELECT list_concat([a], string_split(b, ' ')) AS cells FROM input"
    converter = Converter(statement, ("a", "b"), ragged=True, checks=(alone, both))

    report = run(converter, tmp_path / "given.csv", tmp_path / "made.csv")

    assert (tmp_path / "made.csv").read_text() == "1,x\n2,y,z\n"
    assert [(one["check"], one["rows"]) for one in report.broken_checks] == [("two at most", [2])]


def test_a_condition_on_the_input_tells_rows_and_values(tmp_path: Path) -> None:
    check = Check("a is 1 or 2", "SELECT _row, a FROM input WHERE a NOT IN ('1', '2')")

    found = broken(tmp_path, "a,b\n1,x\n5,y\n5,z\n", check, statement="SELECT a, b FROM input WHERE b = 'x'")

    assert found == [{"check": "a is 1 or 2", "rows_broken": 2, "rows": [2, 3], "values": ["5"]}]


def test_an_assertion_about_all_rows_is_evaluated(tmp_path: Path) -> None:
    assert broken(tmp_path, "a,b\n1,2\n2,4\n", SUM) == []
    assert [one["rows_broken"] for one in broken(tmp_path, "a,b\n1,2\n2,5\n", SUM)] == [1]


def test_a_check_that_cannot_be_evaluated_does_not_stop_the_conversion(tmp_path: Path) -> None:
    check = Check("b is positive", "SELECT _row FROM output WHERE CAST(b AS INTEGER) <= 0")

    (found,) = broken(tmp_path, "a,b\n1,x\n", check)

    assert "Could not convert string 'x'" in found["problem"]
    assert (tmp_path / "made.csv").read_text() == "a,b\n1,x\n"


def test_only_the_first_rows_are_listed_however_many_break_a_check(tmp_path: Path) -> None:
    check = Check("b is filled", "SELECT _row FROM output WHERE b IS NULL")

    (found,) = broken(tmp_path, "a,b\n" + "1,\n" * 50_000, check)

    assert (found["rows_broken"], found["rows"]) == (50_000, list(range(1, 21)))
