"""A check is told of, whatever it does: it never ends a conversion, and never speaks for the client's file."""

import time
from pathlib import Path
from typing import Any

import pytest

from converter.conversion import run
from converter.errors import StatementFailed
from converter.manifest import Check, Converter
from converter.sandbox import Limits

LIMITS = Limits(seconds=8, memory_bytes=1 << 30)


def converted(tmp_path: Path, *checks: str, statement: str = "SELECT a FROM input", ragged: bool = False) -> dict[str, Any]:
    """What is told of each check, by its number, of a conversion that has to be right."""
    (tmp_path / "given.csv").write_text("a\n1\n2\n")
    named = tuple(Check(str(number), sql) for number, sql in enumerate(checks))
    converter = Converter(statement, ("a",), output_header=("a",), ragged=ragged, checks=named)

    report = run(converter, tmp_path / "given.csv", tmp_path / "made.csv", limits=LIMITS)

    assert (tmp_path / "made.csv").read_text() == "a\n1\n2\n"
    return {one["check"]: one for one in report.broken_checks}


FAILING = {
    "text for a number": "SELECT 'abc' FROM output",
    "not a number": "SELECT CAST('nan' AS DOUBLE) FROM output",
    "infinity": "SELECT CAST('inf' AS DOUBLE) FROM output",
    "a failing cast": "SELECT _row FROM output WHERE CAST(a || 'x' AS INTEGER) > 0",
    "an error": "SELECT _row FROM output WHERE error('CSV Error: x') IS NULL",
    "a bomb of memory": "SELECT length(repeat(a, 2000000000) || repeat(a, 2000000001)) FROM output",
    "a bomb in a condition": "SELECT _row FROM output WHERE length(repeat(a, 2000000000) || repeat(a, 2000000001)) > 1",
    "no column": "SELECT _row FROM output WHERE nothing > 1",
    "a foreign table": "SELECT _row FROM duckdb_settings()",
    "the clock": "SELECT _row FROM output WHERE current_date IS NULL",
    "no statement": "SELEC",
    "two statements": "SELECT 1; SELECT 2",
    "a list": "SELECT [1, 2] FROM output",
}


@pytest.mark.parametrize("sql", FAILING.values(), ids=FAILING)
def test_a_check_that_fails_is_told_of_and_the_others_are_made(tmp_path: Path, sql: str) -> None:
    told = converted(tmp_path, sql, "SELECT _row, a FROM output WHERE a = '2'")

    assert told["0"]["problem"]
    assert told["0"]["rows_broken"] == 0
    assert (told["1"]["rows"], told["1"]["values"]) == ([2], ["2"])


def test_a_check_without_end_is_told_of_within_the_checks_budget(tmp_path: Path) -> None:
    started = time.monotonic()

    told = converted(tmp_path, "SELECT count(*) FROM range(1000000000000) a, range(1000000) b", "SELECT _row FROM output")

    assert "longer than" in told["0"]["problem"]
    assert told["1"]["rows"] == [1, 2]
    assert time.monotonic() - started < LIMITS.seconds


def test_values_of_a_broken_check_are_bounded(tmp_path: Path) -> None:
    told = converted(tmp_path, "SELECT _row, repeat('v', 10000000) FROM output")

    assert len(told["0"]["values"][0]) < 600


def test_a_statement_that_speaks_of_a_csv_error_blames_itself(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text("a\n1\n")
    converter = Converter("SELECT error('CSV Error on Line: 3') AS a FROM input", ("a",), output_header=("a",))

    with pytest.raises(StatementFailed, match="the converter's statement failed"):
        run(converter, tmp_path / "given.csv", tmp_path / "made.csv")
