"""Ways to write numbers, in Python and in SQL."""

import duckdb
import pytest

from converter.learning.values.number_formats import NumberFormat

FORMATS = [
    NumberFormat(None),
    NumberFormat(None, significant=3),
    NumberFormat(None, most=2),
    NumberFormat(None, float_like=True),
    NumberFormat(None, width=2),
    NumberFormat(0),
    NumberFormat(2),
    NumberFormat(2, ","),
    NumberFormat(2, group=","),
    NumberFormat(2, plus=True),
    NumberFormat(2, before="$"),
    NumberFormat(2, after=" kg"),
]


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("format", FORMATS, ids=str)
def test_a_format_says_that_it_has_a_type_where_what_its_sql_gives_is_no_text(format: NumberFormat, exact: bool) -> None:
    function = format.function(exact=exact)
    text = function.template.format("CAST(12.5 AS DECIMAL(28, 10))")

    [(kind,)] = duckdb.sql(f"SELECT typeof({text})").fetchall()

    assert function.typed == (kind != "VARCHAR")
