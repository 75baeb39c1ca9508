"""The stretch that a number or a time lies in, told by both of its ends."""

import pytest

from tests.converter.learning.texts.learner import learned

CASES = {
    "a bound lies in the stretch that it begins": ("33 => 30-40\n71 => 70-80\n58.5 => 50-60", "40; 90", ["40-50", "90-100"]),
    "ages in years": ("34 => 30-39\n7 => 0-9\n51 => 50-59", "40; 29", ["40-49", "20-29"]),
    "in words": ("12 => 10 to 15\n3 => 0 to 5\n22 => 20 to 25", "15; 99", ["15 to 20", "95 to 100"]),
    "money": ("$1,250 => 1000 – 1500\n$730 => 500 – 1000\n$2,900 => 2500 – 3000", "$1,500", ["1500 – 2000"]),
    "numbers that begin at one": ("3 => 1-5\n8 => 6-10\n10 => 6-10\n14 => 11-15", "5; 6", ["1-5", "6-10"]),
    "decimals that no row shows to be filled up": (
        "8,355,928.24 => 8,355,928.2 - 8,355,928.3\n23,450.72 => 23,450.7 - 23,450.8\n963.15 => 963.1 - 963.2",
        "5,225,606.91",
        ["5,225,606.9 - 5,225,607"],
    ),
    "decimals": ("2.74 => 2.5-3.0\n0.31 => 0.0-0.5\n1.9 => 1.5-2.0", "1.0", ["1.0-1.5"]),
    "half hours, seen in first halves": ("6:25PM => 6:00PM-6:30PM\n1:24PM => 1:00PM-1:30PM", "2:31PM", ["2:30PM-3:00PM"]),
    "two hours": ("14:20 => 14:00-16:00\n09:05 => 08:00-10:00", "23:59", ["22:00-00:00"]),
    "two hours from odd ones": ("14:20 => 1PM-3PM\n09:05 => 9AM-11AM\n11:59 => 11AM-1PM", "16:30", ["3PM-5PM"]),
    "some time between": ("11:12 => 10:30-11:50\n08:29 => 07:30-08:50\n12:41 => 12:00-13:20", "04:54", ["04:30-05:50"]),
    "within a date": ("2031-01-31 05:54 => 5AM-6AM\n1990-01-17 13:32 => 1PM-2PM", "2020-07-04 23:30", ["11PM-12AM"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_both_ends_of_a_stretch(case: str) -> None:
    lines, further, expected = CASES[case]

    assert learned(lines, further) == expected


def test_a_stretch_that_begins_at_each_time_itself_is_no_bin() -> None:
    assert learned("09:00 => 09:00-10:00\n14:30 => 14:30-15:30", "11:15") == ["11:15-12:15"]
