"""Headings that name weeks and quarters."""

import pytest

from tests.converter.learning.learned import converted, learned, rows, run, table

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


def test_sums_by_days_that_are_told_without_their_year():
    given = table(
        "at|what|sum\n2025-05-05 08:10|a|1.20\n2025-05-05 19:00|b|2.00\n2025-05-12 07:00|a|0.50\n2025-05-12 09:30|c|4.00"
    )
    expected = table("day|sum\nMon 5 May|3.20\nMon 12 May|4.50")
    further = table("at|what|sum\n2025-06-03 08:10|a|1.00\n2025-06-03 18:10|b|2.00\n2025-06-15 10:00|b|0.10")

    assert converted(given, expected, further) == rows(("Tue 3 Jun", "3.00"), ("Sun 15 Jun", "0.10"))


def test_counts_by_the_names_of_weekdays():
    given = table("no|date\n1|03.03.2025\n2|04.03.2025\n3|10.03.2025\n4|11.03.2025\n5|17.03.2025\n6|19.03.2025")
    expected = table("weekday|calls\nMonday|3\nTuesday|2\nWednesday|1")
    further = table("no|date\n7|21.04.2025\n8|25.04.2025\n9|02.05.2025")

    assert converted(given, expected, further) == rows(("Monday", "1"), ("Friday", "2"))
