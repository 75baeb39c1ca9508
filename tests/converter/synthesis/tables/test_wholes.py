"""Which numbers of an expression stand for the example's rows alone."""

import pytest
from sqlglot import parse_one

from converter.synthesis.tables.grid import Grid
from converter.synthesis.tables.wholes import has_whole

SCORES = Grid((("Ann", "104"), ("Bob", "169"), ("Cy", "47")), ("name", "score"))


@pytest.mark.parametrize(
    ("expression", "is_whole"),
    [
        ("169 - score", True),
        ("score * 0.3125", True),
        ("score - 106.67", True),
        ("168 - score", False),
        ("score * 2", False),
        ("CAST(score AS DECIMAL(47, 2))", False),
        ("name", False),
    ],
)
def test_a_number_that_a_whole_column_tells(expression: str, is_whole: bool) -> None:
    assert has_whole(parse_one(expression, read="duckdb"), SCORES) == is_whole
