from tests.converter.learning.learned import converted, rows, table


def test_a_fee_and_what_is_left_are_computed_from_the_total_beside_them():
    given = table(
        """seller | price | sold
        Moss | 4.10 | yes
        Ayre | 2.35 | yes
        Moss | 6.40 | yes
        Ayre | 5.00 | yes
        Pike | 3.60 | yes
        Ayre | 8.25 | yes"""
    )
    expected = table(
        """seller | total | fee | paid out
        Moss | 10.50 | 1.58 | 8.92
        Ayre | 15.60 | 2.34 | 13.26
        Pike | 3.60 | 0.54 | 3.06"""
    )
    further = table("seller | price | sold\nQuinn | 7.77 | yes\nRoss | 1.10 | yes\nQuinn | 0.45 | yes")
    assert converted(given, expected, further) == rows(("Quinn", "8.22", "1.23", "6.99"), ("Ross", "1.10", "0.17", "0.93"))


def test_a_mass_in_other_units_serves_a_share_of_it():
    given = table(
        """day | weight lb | fat %
        d1 | 182.4 | 22.0
        d2 | 181.0 |
        d3 | 179.8 | 21.5
        d4 | 180.6 | 21.8
        d5 | 178.2 |"""
    )
    expected = table(
        """day | weight kg | fat kg
        d1 | 82.7 | 18.2
        d2 | 82.1 |
        d3 | 81.6 | 17.5
        d4 | 81.9 | 17.9
        d5 | 80.8 |"""
    )
    further = table("day | weight lb | fat %\nd6 | 190.4 | 24.1\nd7 | 188.8 |")
    assert converted(given, expected, further) == rows(("d6", "86.4", "20.8"), ("d7", "85.6", None))


def test_a_class_goes_by_the_minutes_that_are_shown():
    given = table(
        """who | minutes | guest
        Tara | 100 | no
        Milo | 25 | no
        Bea | 45 | yes
        Milo | 35 | no
        Femi | 34 | no
        Bea | 14 | yes
        Anna | 93 | no"""
    )
    expected = table(
        """who | minutes | attendance
        Tara | 100 | present
        Milo | 60 | present
        Bea | 59 | partly
        Femi | 34 | partly
        Anna | 93 | present"""
    )
    further = table("who | minutes | guest\nOlaf | 61 | yes\nRita | 12 | no\nRita | 20 | no")
    assert converted(given, expected, further) == rows(("Olaf", "61", "present"), ("Rita", "32", "partly"))


def test_use_and_cost_between_readings():
    given = table(
        """day | counter | price
        2024-01-02 | 9410.2 | 31.4
        2024-01-31 | 9688.0 | 31.4
        2024-03-01 | 9925.7 | 31.4
        2024-04-02 | 10140.1 | 29.9
        2024-04-30 | 10301.4 | 29.9"""
    )
    expected = table(
        """from | to | days | used | a day | cost
        2024-01-02 | 2024-01-31 | 29 | 277.8 | 9.58 | 87.23
        2024-01-31 | 2024-03-01 | 30 | 237.7 | 7.92 | 74.64
        2024-03-01 | 2024-04-02 | 32 | 214.4 | 6.70 | 64.11
        2024-04-02 | 2024-04-30 | 28 | 161.3 | 5.76 | 48.23"""
    )
    further = table("day | counter | price\n2023-11-01 | 100.0 | 20.0\n2023-11-11 | 150.5 | 20.0\n2023-11-13 | 152.5 | 10.0")
    assert converted(given, expected, further) == rows(
        ("2023-11-01", "2023-11-11", "10", "50.5", "5.05", "10.10"), ("2023-11-11", "2023-11-13", "2", "2.0", "1.00", "0.20")
    )


def test_which_of_two_times_is_longer_is_asked_not_how_long_one_is() -> None:
    given = table(
        "boat|turn|home\nAlba|0:41:10|1:24:00\nBris|0:52:30|1:41:20\nCora|0:38:05|1:15:00\nDora|1:02:00|2:11:40\n"
        "Elsa|0:47:48|1:32:01\nFlora|0:35:59|1:16:20"
    )
    expected = table(
        "boat|out|back|wind\nAlba|0:41:10|0:42:50|against\nBris|0:52:30|0:48:50|with\nCora|0:38:05|0:36:55|with\n"
        "Dora|1:02:00|1:09:40|against\nElsa|0:47:48|0:44:13|with\nFlora|0:35:59|0:40:21|against"
    )
    further = table("boat|turn|home\nGreta|0:20:10|0:45:00\nHilda|1:30:00|2:50:30")

    assert converted(given, expected, further) == rows(
        ("Greta", "0:20:10", "0:24:50", "against"), ("Hilda", "1:30:00", "1:20:30", "with")
    )
