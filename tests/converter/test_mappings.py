"""Values that a mapping was never shown are told, not lost."""

from pathlib import Path

import pytest

from converter.commands import main
from converter.mappings import unseen_value_checks

MAPPING = "SELECT CASE sex WHEN 'M' THEN 'Male' WHEN 'F' THEN 'Female' END AS name FROM input"


def test_a_mapping_is_checked_for_every_value_that_it_does_not_know() -> None:
    (check,) = unseen_value_checks(MAPPING)

    assert check.name == "name is known for every sex"
    assert check.sql == "SELECT _row, sex FROM input WHERE sex <> '' AND sex NOT IN ('M', 'F')"


def test_rows_that_are_filtered_away_do_not_count() -> None:
    (check,) = unseen_value_checks(MAPPING + " WHERE age > '3'")

    assert check.sql.endswith("AND ((age > '3'))")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT CASE a WHEN '1' THEN 'x' WHEN '2' THEN 'y' ELSE 'z' END AS b FROM input",
        "SELECT CASE WHEN a = '1' THEN 'x' END AS b FROM input",
        "SELECT CASE WHEN a = '1' THEN 'x' WHEN c = '2' THEN 'y' END AS b FROM input",
        "SELECT upper(a) AS b FROM input",
    ],
)
def test_what_is_no_mapping_of_one_column_is_not_checked(statement: str) -> None:
    assert list(unseen_value_checks(statement)) == []


def test_the_command_line_names_rows_and_values_that_were_never_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, wanted, more, learned = (tmp_path / name for name in ("given.csv", "wanted.csv", "more.csv", "converter.sql"))
    given.write_text("id,state\n1,new\n2,old\n3,new\n4,old\n5,new\n6,old\n")
    wanted.write_text("id,label\n1,fresh\n2,stale\n3,fresh\n4,stale\n5,fresh\n6,stale\n")
    more.write_text("id,state\n1,new\n2,odd\n")
    main(["learn", str(given), str(wanted), "-o", str(learned)])

    main(["run", str(learned), str(more), "-o", str(tmp_path / "made.csv")])

    assert "check broken: label is known for every state; in row 2; values: 'odd'" in capsys.readouterr().err
