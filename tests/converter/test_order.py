"""Which statements keep the input's order by themselves."""

from pathlib import Path

import pytest

from converter.conversion import run
from converter.manifest import Converter
from converter.order import is_rowwise, without_needless_order

UNPIVOT = """WITH t AS (SELECT a, unnest(['x', 'y']) AS b, _row * 2 + unnest([0, 1]) AS _row FROM input)
SELECT a, b FROM t ORDER BY _row"""


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT upper(a), b FROM input WHERE a <> ''",
        "SELECT CASE WHEN a = '1' THEN b END FROM input",
        "WITH t AS (SELECT *, upper(a) AS b FROM input) SELECT a, b FROM t",
        "SELECT unnest(string_split(a, ',')) FROM input",
        "WITH kept AS (SELECT * FROM input WHERE a > '1') SELECT a FROM kept ORDER BY _row",
        UNPIVOT,
        "SELECT a, COLUMNS('^Q') FROM input",
        "SELECT upper(a) AS a, * EXCLUDE (a, _row) FROM input ORDER BY _row",
        "SELECT a, q, v FROM (UNPIVOT input ON COLUMNS('^Q') INTO NAME q VALUE v)",
        "SELECT a, q, v FROM (FROM input UNPIVOT INCLUDE NULLS (v FOR q IN (COLUMNS('^Q')))) ORDER BY _row",
        "WITH long AS (UNPIVOT input ON COLUMNS('^Q') INTO NAME q VALUE v) SELECT a, v FROM long WHERE v > '1' ORDER BY _row",
    ],
)
def test_statements_of_one_row_each_are_rowwise(statement: str) -> None:
    assert is_rowwise(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM input",
        "SELECT DISTINCT a FROM input",
        "SELECT a FROM input ORDER BY a",
        "SELECT a FROM input LIMIT 1",
        "SELECT _row, a FROM input",
        "SELECT rowid, a FROM input",
        "SELECT lag(a) OVER (ORDER BY _row) FROM input",
        "SELECT (SELECT max(a) FROM input) FROM input",
        "SELECT a FROM input UNION ALL SELECT a FROM input",
        "WITH t AS (SELECT * FROM input) SELECT * FROM t",
        "WITH t AS (SELECT * FROM input ORDER BY a) SELECT a FROM t",
        "WITH t AS (SELECT a FROM input) SELECT x.a FROM t x, t y",
        "SELECT * FROM input",
        "SELECT i.a FROM input i JOIN input j ON i.a = j.a",
        "SELECT a FROM input USING SAMPLE 10%",
        "SELECT sum(a) OVER () FROM input",
        "SELECT a FROM input ORDER BY _row DESC",
        "WITH t AS (SELECT a, 7 AS _row FROM input) SELECT a FROM t ORDER BY _row",
        "WITH t AS (SELECT a, min(_row) AS _row FROM input GROUP BY a) SELECT a FROM t ORDER BY _row",
        "WITH t AS (SELECT unnest([a, b]) AS a, _row FROM input) SELECT a FROM t ORDER BY _row",
        "WITH t AS (SELECT unnest([a, b]) AS a, _row * 2 + unnest([1, 0]) AS _row FROM input) SELECT a FROM t ORDER BY _row",
        "WITH t AS (SELECT a, _row FROM input WHERE _row > 2) SELECT a FROM t ORDER BY _row",
        "SELECT COLUMNS('^.') FROM input ORDER BY _row",
        "SELECT * FROM (PIVOT input ON a USING max(b) GROUP BY c)",
        "SELECT a, q FROM (UNPIVOT (SELECT * FROM input ORDER BY a) ON COLUMNS('^Q') INTO NAME q VALUE v)",
        "WITH t AS (UNPIVOT input ON COLUMNS('^Q') INTO NAME q VALUE v), "
        "u AS (SELECT a, _row * 2 + unnest([0, 1]) AS _row FROM t) SELECT a FROM u ORDER BY _row",
    ],
)
def test_statements_that_look_at_other_rows_are_not(statement: str) -> None:
    assert not is_rowwise(statement)


def test_a_needless_order_is_left_out_and_one_that_matters_is_not() -> None:
    assert without_needless_order(UNPIVOT).endswith("FROM t")
    assert without_needless_order('SELECT a FROM input WHERE a > 1 ORDER BY "_row" ;') == "SELECT a FROM input WHERE a > 1"
    assert without_needless_order("SELECT a FROM input ORDER BY a, _row") == "SELECT a FROM input ORDER BY a, _row"


def test_rows_keep_their_order_through_an_unpivot_without_sorting(tmp_path: Path) -> None:
    given = "".join(f"{number:0100},{number},x\n" for number in range(200_000))
    (tmp_path / "given.csv").write_text("a,Q1,Q2\n" + given)
    statement = "SELECT a, q FROM (UNPIVOT input ON COLUMNS('^Q') INTO NAME q VALUE v) ORDER BY _row"
    converter = Converter(statement, ("a",), output_header=("a", "q"), input_patterns=("^Q",))

    run(converter, tmp_path / "given.csv", tmp_path / "made.csv")

    lines = (tmp_path / "made.csv").read_text().splitlines()[1:]
    assert len(lines) == 400_000
    assert lines == sorted(lines)


def test_rows_keep_their_order_in_a_large_file_without_sorting(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text("a\n" + "".join(f"{number:0200}\n" for number in range(200_000)))
    converter = Converter(UNPIVOT, ("a",), output_header=("a", "b"))

    run(converter, tmp_path / "given.csv", tmp_path / "made.csv")

    lines = (tmp_path / "made.csv").read_text().splitlines()[1:]
    assert len(lines) == 400_000
    assert lines == sorted(lines)
