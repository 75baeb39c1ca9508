"""Moments so much later or earlier as another column of the row says."""

from tests.converter.learning.learned import converted, rows, table


def test_invoices_are_due_after_the_days_that_are_agreed() -> None:
    given = table("""
no  | issued     | terms   | sum
101 | 03.01.2025 | 30 days | 120.00
102 | 17.01.2025 | 14 days | 75.50
103 | 20.02.2025 | 60 days | 310.00
""")
    expected = table("""
no  | due
101 | 2025-02-02
102 | 2025-01-31
103 | 2025-04-21
""")
    further = table("""
no  | issued     | terms   | sum
201 | 15.12.2025 | 45 days | 99.00
202 | 28.02.2028 | 7 days  | 12.00
""")

    assert converted(given, expected, further) == rows(("201", "2026-01-29"), ("202", "2028-03-06"))


def test_a_lesson_is_over_when_its_minutes_are() -> None:
    given = table("""
room | begins | minutes
A1   | 08:15  | 45
B2   | 11:40  | 90
C3   | 14:05  | 30
""")
    expected = table("""
room | from  | to
A1   | 08:15 | 09:00
B2   | 11:40 | 13:10
C3   | 14:05 | 14:35
""")
    further = table("""
room | begins | minutes
D4   | 09:50  | 20
E5   | 18:30  | 105
""")

    assert converted(given, expected, further) == rows(("D4", "09:50", "10:10"), ("E5", "18:30", "20:15"))


def test_a_film_ends_after_its_length_in_hours_and_minutes() -> None:
    given = table("""
film   | start            | length
Alpha  | 2025-03-01 18:00 | 1h 45m
Beta   | 2025-03-01 20:30 | 2h 10m
Gamma  | 2025-03-02 22:50 | 1h 30m
""")
    expected = table("""
film   | ends
Alpha  | 1 Mar 2025, 19:45
Beta   | 1 Mar 2025, 22:40
Gamma  | 3 Mar 2025, 00:20
""")
    further = table("""
film   | start            | length
Delta  | 2025-12-31 23:15 | 58m
Omega  | 2025-11-09 10:00 | 3h
""")

    assert converted(given, expected, further) == rows(("Delta", "1 Jan 2026, 00:13"), ("Omega", "9 Nov 2025, 13:00"))


def test_a_warranty_ends_after_so_many_months() -> None:
    given = table("""
item    | bought     | months
drill   | 2023-05-12 | 24
kettle  | 2024-01-31 | 6
printer | 2024-08-30 | 36
""")
    expected = table("""
item    | until
drill   | 12/05/2025
kettle  | 31/07/2024
printer | 30/08/2027
""")
    further = table("""
item    | bought     | months
saw     | 2023-08-31 | 6
lamp    | 2024-11-03 | 12
""")

    assert converted(given, expected, further) == rows(("saw", "29/02/2024"), ("lamp", "03/11/2025"))


def test_weeks_that_are_counted_from_one_begin_with_the_first_day() -> None:
    given = table("""
course  | first      | w1 | w2 | w3
pottery | 2025-01-06 | 8  | 9  | 7
welding | 2025-02-19 | 4  |    | 5
""")
    expected = table("""
course  | day        | seats
pottery | 2025-01-06 | 8
pottery | 2025-01-13 | 9
pottery | 2025-01-20 | 7
welding | 2025-02-19 | 4
welding | 2025-03-05 | 5
""")
    further = table("""
course  | first      | w1 | w2 | w3
baking  | 2025-04-28 | 3  | 6  |
""")

    assert converted(given, expected, further) == rows(("baking", "2025-04-28", "3"), ("baking", "2025-05-05", "6"))


def test_a_train_left_as_long_before_it_came_as_it_took() -> None:
    given = table("""
train | arrives             | took
IC 5  | 2025-06-01 10:30:00 | 1:20
RE 7  | 2025-06-01 00:25:00 | 0:50
S 3   | 2025-06-02 17:05:00 | 0:35
""")
    expected = table("""
train | left
IC 5  | 2025-06-01 09:10
RE 7  | 2025-05-31 23:35
S 3   | 2025-06-02 16:30
""")
    further = table("""
train | arrives             | took
IC 9  | 2025-07-10 08:00:00 | 2:15
""")

    assert converted(given, expected, further) == rows(("IC 9", "2025-07-10 05:45"))
