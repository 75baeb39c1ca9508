"""Headings that name weeks and quarters."""

import pytest

from tests.converter.learning.learned import learned, run, table

GIVEN = table(
    "date|who|hours\n2024-03-07|Nagy|6.5\n2024-03-04|Costa|3\n2024-03-11|Costa|7.5\n2024-03-10|Costa|2\n"
    "2024-03-12|Nagy|1\n2024-03-18|Nagy|8\n2024-03-20|Costa|5.75"
)
FURTHER = table("date|who|hours\n2024-04-01|Abel|1.5\n2024-04-09|Abel|2.5\n2024-04-07|Kim|4")


@pytest.mark.parametrize("form", ["W{}", "KW {}", "2024-W{}", "Week {}"])
def test_hours_by_the_week_of_a_date_and_other_weeks_in_a_further_file(form):
    weeks = "|".join(form.format(one) for one in (10, 11, 12))
    expected = table(f"who|{weeks}|total\nCosta|5.00|7.50|5.75|18.25\nNagy|6.50|1.00|8.00|15.50")
    program = learned(GIVEN, expected)

    assert program is not None
    found = run(program.query().sql(dialect="duckdb"), FURTHER)
    assert found == [("Abel", "1.50", "2.50", "4.00"), ("Kim", "4.00", None, "4.00")]


@pytest.mark.parametrize("form", ["{q}", "{y}-{q}", "{q} {y}"])
def test_sums_by_the_quarter(form):
    given = table(
        "day|shop|sum\n2024-01-05|A|10\n2024-02-07|B|20\n2024-05-01|A|5\n2024-08-30|B|7\n2024-09-01|A|1\n2024-06-06|B|2\n2024-06-09|B|3"
    )
    names = "|".join(form.format(q=f"Q{one}", y=2024) for one in (1, 2, 3))
    program = learned(given, table(f"shop|{names}\nA|10|5|1\nB|20|5|7"))

    assert program is not None
    found = run(program.query().sql(dialect="duckdb"), table("day|shop|sum\n2024-04-02|C|3\n2024-10-09|C|4\n2024-04-05|C|1"))
    assert found == [("C", "4", "4")]
