"""Spans of time that are computed: a pace from seconds and a distance, the legs of a race added up."""

from tests.converter.learning.learned import converted, rows, table


def test_a_pace_is_the_seconds_for_each_kilometre() -> None:
    given = table("""
run     | seconds | km
canal   | 1812    | 6.02
track   | 1203    | 5
forest  | 4410    | 12.40
evening | 2750    | 8.1
""")
    expected = table("""
run     | pace
canal   | 5:01
track   | 4:01
forest  | 5:56
evening | 5:40
""")
    further = table("""
run   | seconds | km
hill  | 3000    | 7.5
beach | 954     | 3.00
""")

    assert converted(given, expected, further) == rows(("hill", "6:40"), ("beach", "5:18"))


def test_the_legs_of_a_race_add_up() -> None:
    given = table("""
bib | swim  | bike    | run
7   | 12:10 | 1:05:00 | 24:31
9   | 10:55 | 0:58:40 | 27:02
12  | 14:03 | 1:12:09 | 31:45
""")
    expected = table("""
bib | total
7   | 1:41:41
9   | 1:36:37
12  | 1:57:57
""")
    further = table("""
bib | swim  | bike    | run
20  | 11:00 | 1:00:30 | 22:40
""")

    assert converted(given, expected, further) == rows(("20", "1:34:10"))


def test_hours_on_three_days_add_up() -> None:
    given = table("""
who | mon  | tue  | wed
Ann | 7:30 | 8:00 | 6:45
Bob | 4:15 | 8:20 | 8:50
Cyd | 8:00 | 7:10 | 3:30
""")
    expected = table("""
who | hours
Ann | 22:15
Bob | 21:25
Cyd | 18:40
""")
    further = table("""
who | mon  | tue  | wed
Dan | 9:05 | 9:10 | 9:15
""")

    assert converted(given, expected, further) == rows(("Dan", "27:30"))


def test_times_of_less_than_an_hour_are_minutes() -> None:
    given = table("""
bib | start | finish
3   | 1:30  | 58:12
4   | 2:00  | 1:02:45
8   | 2:30  | 59:59
9   | 0:30  | 1:10:20
""")
    expected = table("""
bib | time
3   | 56:42
4   | 1:00:45
8   | 57:29
9   | 1:09:50
""")
    further = table("""
bib | start | finish
11  | 3:00  | 1:02:10
12  | 0:15  | 1:00:14
""")

    assert converted(given, expected, further) == rows(("11", "59:10"), ("12", "59:59"))
