"""Lists whose members become columns."""

import pytest

from converter.families import takes_heading_from_data
from tests.converter.learning.learned import converted, learned, run, table

GIVEN = "id|name|likes\n1|Ana|hill; chess\n2|Bo|music\n3|Cleo|\n4|Dan|chess; music; baking\n5|Eve|hill"


def test_members_that_come_in_the_file_are_its_columns():
    expected = table("id|name|baking|chess|hill|music\n1|Ana||x|x|\n2|Bo||||x\n3|Cleo||||\n4|Dan|x|x||x\n5|Eve|||x|")
    program = learned(table(GIVEN), expected)

    assert program is not None
    statement = program.query().sql(dialect="duckdb")
    assert takes_heading_from_data(statement)
    found = run(statement, table("id|name|likes\n6|Gus|zither; art\n7|Hal|\n8|Ida|art; yoga"))
    assert found == [("6", "Gus", "x", None, "x"), ("7", "Hal", None, None, None), ("8", "Ida", "x", "x", None)]


def test_what_stands_where_a_member_is_not():
    expected = table(
        "id|who|baking|chess|hill|music\n1|ANA|0|1|1|0\n2|BO|0|0|0|1\n3|CLEO|0|0|0|0\n4|DAN|1|1|0|1\n5|EVE|0|0|1|0"
    )

    assert converted(table(GIVEN), expected, table("id|name|likes\n6|Gus|b; a\n7|Hal|c")) == [
        ("6", "GUS", "1", "1", "0"), ("7", "HAL", "0", "0", "1")
    ]  # fmt: skip


@pytest.mark.parametrize("names", ["hill|chess|music|baking", "baking|chess|hill|music|walks"])
def test_a_forms_own_columns_stay(names):
    members = names.split("|")
    given = table(GIVEN)
    lines = [
        "|".join([row[0] or "", row[1] or "", *("1" if one in (row[2] or "").split("; ") else "0" for one in members)])
        for row in given.rows
    ]
    program = learned(given, table("id|name|" + names + "\n" + "\n".join(lines)))

    assert program is None or not takes_heading_from_data(program.query().sql(dialect="duckdb"))
