"""Which number of a date is the day: what other columns of the file and the column's own days say of it."""

from tests.converter.learning.learned import converted, rows, statement, table


def test_days_over_twelve_of_one_column_say_which_is_the_day_in_the_others():
    given = table(
        "no|ordered|due|left\n1|03/25/2025|04/05/2025|x\n2|03/28/2025|05/04/2025|y\n3|04/17/2025|03/06/2025|z\n"
        "4|04/02/2025|06/03/2025|x"
    )
    expected = table("no|left\n3|z\n1|x\n2|y\n4|x")
    further = table("no|ordered|due|left\n7|05/02/2025|12/01/2025|x\n8|05/22/2025|11/09/2025|y")

    assert "%m/%d/%Y" in statement(given, expected)
    assert converted(given, expected, further) == rows(("8", "y"), ("7", "x"))


def test_days_of_one_month_are_likelier_than_one_day_of_many_months():
    given = table("no|day|paid\na|06/09/2025|5\nb|06/02/2025|6\nc|06/11/2025|7\nd|06/05/2025|4")
    expected = table("no|paid\nb|6\nd|4\na|5\nc|7")
    further = table("no|day|paid\ne|07/01/2025|4\nf|06/12/2025|1\ng|06/30/2025|2")

    assert converted(given, expected, further) == rows(("f", "1"), ("g", "2"), ("e", "4"))


def test_dates_with_the_year_first_have_the_month_next_however_they_are_used():
    given = table(
        "no|from|till\n1|2025-02-03|2025-02-05\n2|2025-03-01|2025-03-11\n3|2025-04-02|2025-04-09\n4|2025-05-01|2025-05-02"
    )
    expected = table("no|days\n1|2\n2|10\n3|7\n4|1")

    assert converted(given, expected, table("no|from|till\n5|2025-01-30|2025-02-02")) == rows(("5", "3"))
