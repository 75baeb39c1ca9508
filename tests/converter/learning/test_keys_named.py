"""Texts with keys in them: a column that is named as a key has its value, of whatever form it is in further rows."""

from tests.converter.learning.learned import converted, rows, table


def test_a_line_of_a_log_gives_the_values_of_the_keys_that_are_named():
    given = table(
        "at|line\n"
        "1|<4> fw drop: IF=lan0 OF= KIND=TCP FROM=10.1.1.7 PORT=443 SIZE=60\n"
        "2|<4> fw drop: IF=lan1 OF=wan KIND=UDP FROM=10.1.1.9 PORT=53 SIZE=84\n"
        "3|<6> fw pass: IF= OF=wan KIND=ICMP FROM=10.2.0.1 CODE=0 SIZE=48"
    )
    expected = table("at|kind|port|of\n1|TCP|443|\n2|UDP|53|wan\n3|ICMP||wan")
    further = table(
        "at|line\n8|<4> fw drop: IF=lan2 OF=vpn KIND=47 FROM=fd00::1 SIZE=90\n9|<6> fw pass: IF= OF= KIND=TCP PORT=n/a"
    )

    assert converted(given, expected, further) == rows(("8", "47", None, "vpn"), ("9", "TCP", "n/a", None))


def test_values_in_quotes_and_up_to_a_comma_end_there():
    given = table('log\nuser="ann b" status: late, by 4\nuser="bo" status: on time, by 0\nuser="cy d" status: late, by 9')
    expected = table("user|status\nann b|late\nbo|on time\ncy d|late")
    further = table('log\nuser="Zoë O\'N." status: not seen, by 1')

    assert converted(given, expected, further) == rows(("Zoë O'N.", "not seen"))


def test_the_end_of_another_key_is_no_key():
    given = table("log\nMAXID=9 ID=a1 x\nMAXID=7 ID=b22 y\nMAXID=8 ID=c3 z")
    expected = table("id\na1\nb22\nc3")

    assert converted(given, expected, table("log\nMAXID=5 ID=77-k w")) == rows(("77-k",))


def test_a_value_goes_on_to_the_mark_that_stands_before_other_keys():
    given = table(
        "no|extras\n1|Height:Tall M,Ink:Sea Blue\n2|Ink:Rust,Text:KP\n3|Ink:Rust\n4|Height:EU 41\n5|\n"
        "6|Height:9-12,Ink:Red,Text:MIA"
    )
    expected = table("no|height|ink|text\n1|Tall M|Sea Blue|\n2||Rust|KP\n3||Rust|\n4|EU 41||\n5|||\n6|9-12|Red|MIA")
    further = table("no|extras\n7|Ink:Dark / Light,Text:Q & R")

    assert converted(given, expected, further) == rows(("7", None, "Dark / Light", "Q & R"))
