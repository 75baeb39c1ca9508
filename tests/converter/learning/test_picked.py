from tests.converter.learning.learned import converted, rows, table


def test_the_state_of_the_newest_line_though_lines_come_in_any_order():
    given = table(
        """claim | day | state | paid
        C1 | 2025-02-03 | open | 5
        C2 | 2025-01-14 | open | 7
        C2 | 2025-03-28 | closed | 0
        C1 | 2025-03-11 | paid | 4
        C3 | 2025-03-30 | open | 8
        C2 | 2025-03-05 | open | 1
        C1 | 2025-01-20 | new | 2"""
    )
    expected = table(
        """claim | first | last | state
        C1 | 2025-01-20 | 2025-03-11 | paid
        C2 | 2025-01-14 | 2025-03-28 | closed
        C3 | 2025-03-30 | 2025-03-30 | open"""
    )
    further = table(
        """claim | day | state | paid
        D1 | 2025-05-02 | reopened | 9
        D1 | 2025-05-01 | closed | 0
        D1 | 2025-04-01 | open | 3"""
    )
    assert converted(given, expected, further) == rows(("D1", "2025-04-01", "2025-05-02", "reopened"))


def test_the_winner_of_each_seat():
    given = table(
        """seat | name | votes
        North | Ann | 120
        North | Bob | 340
        North | Cy | 95
        South | Dee | 410
        South | Eli | 405
        West | Flo | 77
        West | Gil | 201"""
    )
    expected = table("seat | winner | votes | cast\nNorth | Bob | 340 | 555\nSouth | Dee | 410 | 815\nWest | Gil | 201 | 278")
    further = table("seat | name | votes\nEast | Zoe | 9\nEast | Yan | 10\nEast | Xi | 8")
    assert converted(given, expected, further) == rows(("East", "Yan", "10", "27"))
