"""Rows that follow on one another become one."""

from tests.converter.learning.learned import converted, rows, table


def test_periods_that_adjoin_become_one():
    given = table(
        "person|from|to\nCleo|2024-03-05|2024-03-29\nCleo|2024-03-30|2024-04-14\nCleo|2024-05-09|2024-05-20\n"
        "Cleo|2024-05-21|2024-06-14\nCleo|2024-06-15|2024-07-01\nHana|2024-09-23|2024-10-14\n"
        "Hana|2024-10-15|2024-10-23\nHana|2024-10-24|2024-11-10\nPia|2024-08-11|2024-08-25\n"
        "Pia|2024-08-26|2024-09-16\nPia|2024-09-17|2024-10-11"
    )
    expected = table(
        "person|from|to\nCleo|2024-03-05|2024-04-14\nCleo|2024-05-09|2024-07-01\nHana|2024-09-23|2024-11-10\n"
        "Pia|2024-08-11|2024-10-11"
    )
    further = table(
        "person|from|to\nKai|2024-08-08|2024-08-14\nKai|2024-08-15|2024-08-22\nKai|2024-09-10|2024-09-24\n"
        "Otis|2024-03-04|2024-03-18\nOtis|2024-03-19|2024-04-09\nOtis|2024-04-27|2024-05-15\n"
        "Otis|2024-05-16|2024-06-02\nSam|2024-10-13|2024-10-31\nSam|2024-11-01|2024-11-13\nSam|2024-11-14|2024-12-06"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Kai", "2024-08-08", "2024-08-22"),
        ("Kai", "2024-09-10", "2024-09-24"),
        ("Otis", "2024-03-04", "2024-04-09"),
        ("Otis", "2024-04-27", "2024-06-02"),
        ("Sam", "2024-10-13", "2024-12-06"),
    )


def test_a_state_that_stays_is_one_row():
    given = table(
        "time|state\n08:00|idle\n08:10|idle\n08:20|stop\n08:30|run\n08:40|stop\n08:50|stop\n09:00|run\n09:10|run\n09:20|run"
    )
    expected = table(
        "state|start|end|rows\nidle|08:00|08:10|2\nstop|08:20|08:20|1\nrun|08:30|08:30|1\nstop|08:40|08:50|2\nrun|09:00|09:20|3"
    )
    further = table(
        "time|state\n08:00|run\n08:10|run\n08:20|run\n08:30|idle\n08:40|stop\n08:50|stop\n09:00|idle\n09:10|stop\n"
        "09:20|stop\n09:30|stop"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("run", "08:00", "08:20", "3"),
        ("idle", "08:30", "08:30", "1"),
        ("stop", "08:40", "08:50", "2"),
        ("idle", "09:00", "09:00", "1"),
        ("stop", "09:10", "09:30", "3"),
    )


def test_days_in_a_row_are_counted():
    given = table(
        "employee|sick day\nDoyle|2024-04-02\nDoyle|2024-04-03\nDoyle|2024-04-04\nDoyle|2024-04-05\n"
        "Hauser|2024-02-03\nKovac|2024-07-10\nKovac|2024-07-11\nKovac|2024-08-02\nKovac|2024-08-03"
    )
    expected = table(
        "employee|first|last|days\nDoyle|2024-04-02|2024-04-05|4\nHauser|2024-02-03|2024-02-03|1\n"
        "Kovac|2024-07-10|2024-07-11|2\nKovac|2024-08-02|2024-08-03|2"
    )
    further = table(
        "employee|sick day\nGomez|2024-07-15\nGomez|2024-07-16\nIvanov|2024-02-11\nIvanov|2024-03-01\n"
        "Ivanov|2024-03-02\nIvanov|2024-03-03\nIvanov|2024-03-04\nPark|2024-02-04\nPark|2024-02-05\nPark|2024-02-13\n"
        "Park|2024-02-14\nPark|2024-02-15\nPark|2024-02-16"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Gomez", "2024-07-15", "2024-07-16", "2"),
        ("Ivanov", "2024-02-11", "2024-02-11", "1"),
        ("Ivanov", "2024-03-01", "2024-03-04", "4"),
        ("Park", "2024-02-04", "2024-02-05", "2"),
        ("Park", "2024-02-13", "2024-02-16", "4"),
    )


def test_numbers_that_follow_become_ranges():
    given = table(
        "series|no\nA|17\nA|18\nA|19\nA|22\nA|23\nA|27\nA|28\nA|29\nB|11\nB|12\nB|16\nB|17\nB|18\nB|19\nB|25\nB|26\nB|27\nB|28"
    )
    expected = table("series|from|to\nA|17|19\nA|22|23\nA|27|29\nB|11|12\nB|16|19\nB|25|28")
    further = table("series|no\nA|47\nA|50\nA|51\nA|52\nA|57\nA|58\nB|19\nB|20\nB|27\nB|28\nB|29\nB|33")

    found = converted(given, expected, further)

    assert found == rows(
        ("A", "47", "47"), ("A", "50", "52"), ("A", "57", "58"), ("B", "19", "20"), ("B", "27", "29"), ("B", "33", "33")
    )


def test_contracts_that_follow_on_one_another_of_each_room():
    given = table(
        "contract|room|start|end|rent\nC10|R1|2022-05-01|2022-06-30|444\nC11|R1|2022-07-01|2022-09-30|644\n"
        "C12|R1|2022-10-01|2022-11-30|495\nC13|R1|2023-02-01|2023-04-30|499\nC14|R1|2023-05-01|2023-06-30|385\n"
        "C15|R1|2023-07-01|2023-09-30|614\nC16|R2|2022-05-01|2022-09-30|621\nC17|R2|2022-10-01|2022-12-31|326\n"
        "C18|R2|2023-01-01|2023-03-31|497\nC19|R3|2022-03-01|2022-05-31|502\nC20|R3|2022-06-01|2022-07-31|514"
    )
    expected = table(
        "room|start|end\nR1|2022-05-01|2022-11-30\nR1|2023-02-01|2023-09-30\nR2|2022-05-01|2023-03-31\nR3|2022-03-01|2022-07-31"
    )
    further = table(
        "contract|room|start|end|rent\nC10|R1|2022-05-01|2022-06-30|423\nC11|R1|2022-07-01|2022-09-30|636\n"
        "C12|R1|2022-12-01|2023-01-31|578\nC13|R2|2022-04-01|2022-08-31|666\nC14|R2|2022-11-01|2022-12-31|535\n"
        "C15|R3|2022-05-01|2022-06-30|527"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("R1", "2022-05-01", "2022-09-30"),
        ("R1", "2022-12-01", "2023-01-31"),
        ("R2", "2022-04-01", "2022-08-31"),
        ("R2", "2022-11-01", "2022-12-31"),
        ("R3", "2022-05-01", "2022-06-30"),
    )
