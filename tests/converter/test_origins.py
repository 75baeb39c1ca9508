"""The statement that says which input row each output row comes from."""

import pytest

from converter.origins import traced
from converter.table import Table
from converter.trial import rows_of

TABLE = Table(("a", "v", "_origin"), (("1", "x;y", "1"), ("2", "", "2"), ("3", "z", "3")), ("a", "v", "_origin"))


@pytest.mark.parametrize(
    ("statement", "origins"),
    [
        ("SELECT a FROM input", ["1", "2", "3"]),
        ("SELECT a FROM input WHERE v <> ''", ["1", "3"]),
        ("SELECT a FROM input ORDER BY a DESC", ["3", "2", "1"]),
        ("WITH t AS (SELECT *, UNNEST(STRING_SPLIT(v, ';')) AS m FROM input) SELECT m FROM t", ["1", "1", "2", "3"]),
        ("WITH t AS (SELECT a AS b, _row FROM input) SELECT b FROM t ORDER BY _row", ["1", "2", "3"]),
        ("SELECT a, COUNT(*) OVER () AS n FROM input", ["1", "2", "3"]),
        ("SELECT a, (SELECT MAX(v) FROM input) AS m FROM input", ["1", "2", "3"]),
    ],
)
def test_each_output_row_has_its_input_row_behind_it(statement: str, origins: list[str]) -> None:
    text = traced(statement)

    assert text is not None
    assert [row[-1] for row in rows_of(text, TABLE)] == origins
    assert [row[:-1] for row in rows_of(text, TABLE)] == rows_of(statement, TABLE)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT a, COUNT(*) AS n FROM input GROUP BY a",
        "SELECT COUNT(*) AS n FROM input",
        "SELECT DISTINCT a FROM input",
        "SELECT * EXCLUDE (_row) FROM input",
        "SELECT a FROM input UNION ALL SELECT v FROM input",
        "SELECT one.a FROM input AS one JOIN input AS other ON one.a = other.v",
        "SELECT a, n, v FROM (UNPIVOT input ON COLUMNS(* EXCLUDE (a, _row)) INTO NAME n VALUE v)",
        "no SQL at all",
    ],
)
def test_rows_without_a_single_origin_have_none(statement: str) -> None:
    assert traced(statement) is None
