"""Columns that other rows give: running values, ranks, gaps, totals, the row before and after."""

from tests.converter.learning.learned import converted, learned, rows, statement, table


def test_running_sums_within_a_key():
    given = table("day|item|moved\n1|A|5\n1|B|7\n2|A|3\n3|B|-2\n4|A|-1")
    expected = table("day|item|moved|stock\n1|A|5|5\n1|B|7|7\n2|A|3|8\n3|B|-2|5\n4|A|-1|7")

    found = converted(given, expected, table("day|item|moved\n1|C|4\n2|D|1\n3|C|-4\n4|D|6"))

    assert found == rows(("1", "C", "4", "4"), ("2", "D", "1", "1"), ("3", "C", "-4", "0"), ("4", "D", "6", "7"))


def test_a_balance_of_movements_whose_sign_is_in_another_column():
    given = table("doc|kind|item|count\n1|IN|A|200\n2|IN|B|500\n3|OUT|A|60\n4|OUT|B|120\n5|IN|A|15\n6|OUT|B|12\n7|IN|B|40")
    expected = table("doc|item|balance\n1|A|200\n2|B|500\n3|A|140\n4|B|380\n5|A|155\n6|B|368\n7|B|408")

    found = converted(given, expected, table("doc|kind|item|count\n1|IN|C|10\n2|OUT|C|4\n3|IN|D|8\n4|OUT|C|1"))

    assert found == rows(("1", "C", "10"), ("2", "C", "6"), ("3", "D", "8"), ("4", "C", "5"))


def test_days_since_the_row_before_after_sorting():
    given = table("when|km\n05/10/2024|8\n02/10/2024|6\n29/09/2024|12\n27/09/2024|9\n21/09/2024|5\n20/09/2024|7")
    expected = table(
        "when|km|gap|so far\n20/09/2024|7||7\n21/09/2024|5|1|12\n27/09/2024|9|6|21\n29/09/2024|12|2|33\n"
        "02/10/2024|6|3|39\n05/10/2024|8|3|47"
    )

    found = converted(given, expected, table("when|km\n14/02/2025|3\n28/01/2025|2\n30/01/2025|4"))

    assert found == rows(("28/01/2025", "2", None, "2"), ("30/01/2025", "4", "2", "6"), ("14/02/2025", "3", "15", "9"))


def test_rank_within_a_group_with_ties():
    given = table(
        "event|who|points\nJump|Ada|92\nJump|Bea|88\nThrow|Ada|70\nJump|Cara|92\nThrow|Dina|\nJump|Eve|75\nThrow|Cara|81"
    )
    expected = table("event|who|place\nJump|Ada|1\nJump|Bea|3\nThrow|Ada|2\nJump|Cara|1\nThrow|Dina|\nJump|Eve|4\nThrow|Cara|1")

    found = converted(given, expected, table("event|who|points\nRun|Ida|5\nRun|Jo|\nRun|Kim|9\nRun|Lea|9"))

    assert found == rows(("Run", "Ida", "3"), ("Run", "Jo", None), ("Run", "Kim", "1"), ("Run", "Lea", "1"))


def test_share_of_the_group_after_a_filter():
    given = table(
        "ward|who|votes\nEast|Ana|60\nEast|Ben|40\nWest|Cy|30\nEast|(spoilt)|11\nWest|Di|70\nWest|Eve|20\nWest|(spoilt)|3"
    )
    expected = table("ward|who|share\nEast|Ana|60.0\nEast|Ben|40.0\nWest|Cy|25.0\nWest|Di|58.3\nWest|Eve|16.7")

    found = converted(given, expected, table("ward|who|votes\nNorth|Flo|1\nNorth|(spoilt)|9\nNorth|Gil|3"))

    assert found == rows(("North", "Flo", "25.0"), ("North", "Gil", "75.0"))


def test_gaps_over_a_bound_between_rows_of_a_key():
    given = table(
        "host|at|load\na|2025-01-01 00:00|1\na|2025-01-01 00:05|2\na|2025-01-01 00:30|3\nb|2025-01-01 00:00|4\n"
        "b|2025-01-01 00:11|5\n"
        "b|2025-01-01 00:21|6\nb|2025-01-01 01:21|7\na|2025-01-01 00:40|8\na|2025-01-01 01:00|9"
    )
    expected = table(
        "host|from|to|minutes\na|2025-01-01 00:05|2025-01-01 00:30|25\nb|2025-01-01 00:00|2025-01-01 00:11|11\n"
        "b|2025-01-01 00:21|2025-01-01 01:21|60\na|2025-01-01 00:40|2025-01-01 01:00|20"
    )

    found = converted(
        given,
        expected,
        table("host|at|load\nc|2025-02-01 23:55|1\nd|2025-02-01 23:56|1\nd|2025-02-02 00:01|1\nc|2025-02-02 00:06|2"),
    )

    assert found == rows(("c", "2025-02-01 23:55", "2025-02-02 00:06", "11"))


def test_pairs_of_rows_become_one_with_the_time_between():
    given = table(
        "who|at|event\nAna|2024-05-06 08:00|IN\nAna|2024-05-06 12:00|OUT\nBob|2024-05-06 09:15|IN\nAna|2024-05-06 12:45|IN\n"
        "Bob|2024-05-06 18:00|OUT\nAna|2024-05-06 17:00|OUT\nAna|2024-05-07 07:50|IN\nAna|2024-05-07 16:20|OUT"
    )
    expected = table(
        "who|day|in|out|hours\nAna|2024-05-06|08:00|12:00|4.00\nBob|2024-05-06|09:15|18:00|8.75\nAna|2024-05-06|12:45|17:00|4.25\n"
        "Ana|2024-05-07|07:50|16:20|8.50"
    )

    found = converted(
        given,
        expected,
        table(
            "who|at|event\nCem|2024-06-01 10:00|IN\nDee|2024-06-01 10:30|IN\nCem|2024-06-01 11:00|OUT\nDee|2024-06-01 10:45|OUT"
        ),
    )

    assert found == rows(("Cem", "2024-06-01", "10:00", "11:00", "1.00"), ("Dee", "2024-06-01", "10:30", "10:45", "0.25"))


def test_the_name_of_the_row_that_another_column_names():
    given = table("id|name|boss\n1|Kim Ray|\n2|Lou Fay|1\n3|Max Orr|1\n4|Nia Bell|2\n5|Pat Quin|9")
    expected = table("id|who|reports to\n1|Kim Ray|\n2|Lou Fay|Kim Ray\n3|Max Orr|Kim Ray\n4|Nia Bell|Lou Fay\n5|Pat Quin|")

    found = converted(given, expected, table("id|name|boss\n7|Al Bo|8\n8|Cy Do|\n9|Ed Fu|7"))

    assert found == rows(("7", "Al Bo", "Cy Do"), ("8", "Cy Do", None), ("9", "Ed Fu", "Al Bo"))


def test_keys_that_name_themselves_are_looked_up_without_end():
    given = table("id|twin|size|label\n1|2|5|w\n2|1|6|x\n3|4|7|y\n4|3|8|z")
    expected = table("id|total\n1|90\n2|17\n3|55\n4|31")

    assert learned(given, expected) is None or statement(given, expected)
