"""Pivots that find their columns are looked at whole: nothing of a statement escapes the first wall in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter.errors import RefusedStatement
from converter.families import finds_columns
from converter.pivots import steps, with_named_columns
from converter.statement import check

FORBIDDEN = "getenv('HOME')"
HOLE = "@"


@st.composite
def relations(draw: st.DrawFn, depth: int = 2) -> str:
    """A relation with holes for expressions; below a pivot there may be others."""
    if depth == 0:
        return "input"
    source = draw(relations(depth=depth - 1))
    kind = draw(st.sampled_from(["plain", "select", "found", "listed", "two", "unpivot"]))
    inner = source if source == "input" else f"({source})"
    return {
        "plain": f"PIVOT {inner} ON a || {HOLE} USING max({HOLE}) GROUP BY b",
        "select": f"SELECT a, {HOLE} AS \"x (\" FROM {inner} -- ( IN\n WHERE '(' <> {HOLE}",
        "found": f"PIVOT {inner} ON a IN (SELECT {HOLE} FROM {inner}) USING max({HOLE}) AS m, min(b) GROUP BY b",
        "listed": f"PIVOT {inner} ON a IN ('x', 'y)') USING max({HOLE})",
        "two": f"PIVOT {inner} ON a IN (SELECT {HOLE} FROM input /* ) */ GROUP BY 1), b",
        "unpivot": f"SELECT {HOLE} AS a FROM (UNPIVOT input ON COLUMNS('^Q') INTO NAME b VALUE c)",
    }[kind]


@settings(max_examples=150, deadline=None)
@given(relations(), st.integers(0, 30))
def test_a_forbidden_function_is_refused_wherever_it_stands(relation: str, place: int) -> None:
    holes = relation.count(HOLE)
    parts = relation.split(HOLE)
    fills = ["'v'"] * holes
    harmless = "".join(part + fill for part, fill in zip(parts, [*fills, ""], strict=True))
    fills[place % holes] = FORBIDDEN
    hostile = "".join(part + fill for part, fill in zip(parts, [*fills, ""], strict=True))

    check(f"SELECT * FROM ({harmless}\n)")
    with pytest.raises(RefusedStatement, match="getenv"):
        check(f"SELECT * FROM ({hostile}\n)")


@pytest.mark.parametrize(
    "statement", ["SELECT 'PIVOT t ON x' AS a FROM input", 'SELECT "PIVOT" FROM input', "SELECT a FROM input -- PIVOT t ON x"]
)
def test_statements_without_a_pivot_stay_as_they_are(statement: str) -> None:
    assert with_named_columns(statement) == statement
    assert not finds_columns(statement)


def test_each_with_of_a_statement_is_a_step_before_its_result() -> None:
    made = steps("WITH a AS (SELECT ')' FROM input), b(x, y) AS MATERIALIZED (SELECT 1, 2)\nSELECT * FROM a, b")

    assert made == [
        "CREATE OR REPLACE TEMP TABLE a AS SELECT * FROM (\nSELECT ')' FROM input\n) AS a",
        "CREATE OR REPLACE TEMP TABLE b AS SELECT * FROM (\nSELECT 1, 2\n) AS b(x, y)",
        "\nSELECT * FROM a, b",
    ]


@pytest.mark.parametrize("statement", ["SELECT 1", "WITH input AS (SELECT 1) SELECT * FROM input", "WITH a AS"])
def test_what_cannot_be_taken_apart_is_one_step(statement: str) -> None:
    assert steps(statement) == [statement]
