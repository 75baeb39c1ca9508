"""Lists whose members are each rewritten alike."""

from tests.converter.learning.learned import converted, rows, table


def test_each_date_of_a_list_is_written_otherwise() -> None:
    given = table(
        "course ; days\nA ; 2026-03-04|2026-03-11\nB ; 2026-04-20\nC ; 2026-05-01|2026-05-08|2026-12-15", delimiter=";"
    )
    expected = table(
        "course ; days\nA ; 04.03.2026, 11.03.2026\nB ; 20.04.2026\nC ; 01.05.2026, 08.05.2026, 15.12.2026", delimiter=";"
    )
    further = table("course ; days\nD ; 2027-01-31|2027-02-28", delimiter=";")

    assert converted(given, expected, further) == rows(("D", "31.01.2027, 28.02.2027"))
