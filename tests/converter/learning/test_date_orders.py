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
