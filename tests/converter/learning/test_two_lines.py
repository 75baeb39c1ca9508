"""Headings in two lines: groups of columns over the columns of each group."""

import pytest

from converter.families import fixed_columns, patterns, takes_heading_from_data
from tests.converter.learning.learned import learned, table

SCHOOL = (
    "class|head|cakes||raffle|\n||sold|euro|sold|euro\n1a|Rowan|24|36,00|50|25,00\n"
    "1b|Esser|||32|16,00\n2a|Dietl|18|27,50||\n2b|Orme|31|46,50|12|6,00"
)


def test_only_the_columns_before_the_groups_are_fixed():
    given = table(SCHOOL)
    expected = table("class|stall|sold\n1a|cakes|24\n1a|raffle|50\n1b|raffle|32\n2a|cakes|18\n2b|cakes|31\n2b|raffle|12")
    program = learned(given, expected)

    assert program is not None
    statement = program.query().sql(dialect="duckdb")
    assert patterns(statement) == (".*",)
    assert fixed_columns(statement, given.columns) == ("class", "head")
    assert not takes_heading_from_data(statement)


@pytest.mark.parametrize(
    "text",
    [
        "a|b|c|d|e\n|x|y|x|y\n1|2|3|4|5\n6|7|8|9|1",
        "a|b||c|\n1|x|y|x|y\n2|3|4|5|6\n3|4|5|6|7",
        "a|b||c|\n|x|x|y|y\n2|3|4|5|6\n3|4|5|6|7",
    ],
)
def test_what_is_no_second_line_stays_a_row(text):
    given = table(text)
    expected = table("a|b\n" + "\n".join("|".join(cell or "" for cell in row[:2]) for row in given.rows))
    program = learned(given, expected)

    assert program is not None
    assert "two lines" not in program.plan.steps
