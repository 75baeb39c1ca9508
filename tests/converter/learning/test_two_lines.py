"""Headings in two lines: groups of columns over the columns of each group."""

import pytest

from converter.families import fixed_columns, patterns, takes_heading_from_data
from tests.converter.learning.learned import converted, learned, rows, table

SCHOOL = (
    "class|head|cakes||raffle|\n||sold|euro|sold|euro\n1a|Rowan|24|36,00|50|25,00\n"
    "1b|Esser|||32|16,00\n2a|Dietl|18|27,50||\n2b|Orme|31|46,50|12|6,00"
)


def test_each_group_of_columns_becomes_a_row_and_other_files_have_other_groups():
    given = table(SCHOOL + "\nTotal||73|110,00|94|47,00")
    expected = table(
        "class|head|stall|sold|euro\n1a|Rowan|cakes|24|36.00\n1a|Rowan|raffle|50|25.00\n1b|Esser|raffle|32|16.00\n"
        "2a|Dietl|cakes|18|27.50\n2b|Orme|cakes|31|46.50\n2b|Orme|raffle|12|6.00"
    )
    further = table(
        "class|head|toys||plants||books|\n||sold|euro|sold|euro|sold|euro\n3a|Aas|15|41,20|||20|10,00\n"
        "3b|Pires|||44|66,00||\nTotal||15|41,20|44|66,00|20|10,00"
    )

    assert converted(given, expected, further) == rows(
        ("3a", "Aas", "toys", "15", "41.20"), ("3a", "Aas", "books", "20", "10.00"), ("3b", "Pires", "plants", "44", "66.00")
    )


def test_three_fields_under_each_name_and_sums_over_the_groups():
    given = table("site|north|||south||\n|low|high|n|low|high|n\nA|1|9|4|2|8|3\nB|3|7|5|1|6|2\nC|2|5|1|4|9|9")
    expected = table("site|side|low|high\nA|north|1|9\nA|south|2|8\nB|north|3|7\nB|south|1|6\nC|north|2|5\nC|south|4|9")
    further = table("site|east|||west||\n|low|high|n|low|high|n\nD|5|6|7|||\nE|||||2|")

    assert converted(given, expected, further) == rows(("D", "east", "5", "6"), ("E", "west", None, "2"))


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
