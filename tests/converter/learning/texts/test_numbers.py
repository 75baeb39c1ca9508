"""Numbers are read, calculated and written as people mean them, from two or three rows."""

import pytest

from tests.converter.learning.texts.learner import learned

CASES = {
    "currency and thousands": ("$1,234.50 => 1234.5\n$12.30 => 12.3\n$7.00 => 7", "$2,000.10", ["2000.1"]),
    "thousands and cents": ("1234.5 => $1,234.50\n12.3 => $12.30\n7 => $7.00", "2000.1", ["$2,000.10"]),
    "decimal commas": ("1.234,50 => 1234.50\n12,30 => 12.30\n999,99 => 999.99", "2.000.000,10", ["2000000.10"]),
    "decimal commas written": ("1234.5 => 1.234,50\n12.3 => 12,30\n7 => 7,00", "2000000.1", ["2.000.000,10"]),
    "accounting signs": ("(1,234.50) => -1234.50\n12.30 => 12.30\n(7.00) => -7.00", "(2,000.10)", ["-2000.10"]),
    "shares as percent": ("0.25 => 25%\n0.5 => 50%\n0.123 => 12.3%", "0.99", ["99%"]),
    "decimal places that are always written": ("243.1 => 243.100\n12.5 => 12.500\n2345.23292 => 2345.233", "10", ["10.000"]),
    "digits that are kept": ("029.3 => 29.3\n030.4 => 30.4\n031.0 => 31.0", "001.32256", ["1.32256"]),
    "leading zeros": ("3.4 => 03.40\n123.4567 => 123.46\n1.82 => 01.82", "43.3235", ["43.32"]),
    "leading zeros as a part": ("3.4 => 03.4\n123.4567 => 123.46\n1.82 => 01.82", "102; 9", ["102", "09"]),
    "numbers of codes, longer ones whole": ("7 => 0007\n12 => 0012\n345 => 0345", "123456", ["123456"]),
    "decimal commas with leading zeros": ("3.5 => 03,50\n12.25 => 12,25", "123.5", ["123,50"]),
    "thousands and as many decimals as there are": (
        "1234567 => 1,234,567\n9123.5 => 9,123.5\n88 => 88",
        "2500.25",
        ["2,500.25"],
    ),
    "digits that further rows have": ("0.748 => 748\n-0.661 => -661\n2 => 2000", "0.3377", ["337.7"]),
    "degrees with a sign and decimals later": (
        "1 deg C => 33.8 F\n7 deg C => 44.6 F\n18 deg C => 64.4 F",
        "-2.5 deg C",
        ["27.5 F"],
    ),
    "significant digits": ("17 b => 7.71107 kg\n39 b => 17.6901 kg\n198 b => 89.8113 kg", "33 b", ["14.9685 kg"]),
    "exponents": ("2.431 => 2.43E0\n1.5857E+0 => 1.59E0\n1234567890 => 1.23E9", "13.33e-11", ["1.33E-10"]),
    "a known factor rather than a rounder one": ("10 => 37.85\n25 => 94.64", "1", ["3.79"]),
    "temperatures": ("1 C => 33.8 F\n7 C => 44.6 F\n18 C => 64.4 F", "-40 C", ["-40 F"]),
    "units beside the amounts": ("10 KB => 10240\n2 MB => 2097152\n512 B => 512", "1 GB", ["1073741824"]),
    "multiples, rounded up": ("12 => 15\n17 => 20\n20 => 20", "21", ["25"]),
    "halves": ("1.14 => 1.0\n1.45 => 1.5\n1.82 => 2.0", "43.32", ["43.5"]),
    "spans": ("40.88 => 40-45\n27.95 => 25-30\n22.16 => 20-25", "45.0", ["45-50"]),
    "spans of whole numbers": ("100 => 76-100\n51 => 51-75\n86 => 76-100", "26", ["26-50"]),
    "spans within a date": (
        "2031-01-31 05:54 => 45-60\n1990-01-17 13:32 => 30-45\n2002-03-14 13:16 => 15-30",
        "1985-01-21 05:04",
        ["0-15"],
    ),
    "a product with the places that the example shows": (
        "10 | 2.5 => 25.0\n5 | 10.0 => 50.0\n1 | 100.0 => 100.0",
        "3 | 1.5",
        ["4.5"],
    ),
    "a discount": ("100 | 10 => 90.00\n80 | 25 => 60.00\n59.99 | 50 => 30.00", "200 | 5", ["190.00"]),
    "a change in percent": ("100 | 110 => 10.0%\n200 | 150 => -25.0%\n80 | 100 => 25.0%", "50 | 75", ["50.0%"]),
    "days between": (
        "2024-01-01 | 2024-01-31 => 30\n2024-02-01 | 2024-03-01 => 29\n2023-12-25 | 2024-01-01 => 7",
        "2024-01-01 | 2024-12-31",
        ["365"],
    ),
    "ages": (
        "1990-05-12 | 2024-01-01 => 33\n2000-01-01 | 2024-01-01 => 24\n1985-12-31 | 2023-06-30 => 37",
        "1970-02-02 | 2020-02-01",
        ["49"],
    ),
    "minutes as hours": ("90 => 1h 30m\n45 => 0h 45m\n125 => 2h 5m", "600", ["10h 0m"]),
    "seconds as a clock": ("3661 => 1:01:01\n59 => 0:00:59\n7385 => 2:03:05", "86399", ["23:59:59"]),
    "hexadecimal": ("255 => FF\n16 => 10\n10 => A", "4095", ["FFF"]),
    "colours": ("255 | 160 | 0 => #FFA000\n18 | 52 | 86 => #123456", "0 | 1 | 254", ["#0001FE"]),
    "hexadecimal read": ("FF => 255\n10 => 16\nA => 10", "fff", ["4095"]),
    "Roman numerals": ("4 => IV\n9 => IX\n1990 => MCMXC", "2024", ["MMXXIV"]),
    "Roman numerals read": ("IV => 4\nIX => 9\nMCMXC => 1990", "MMXXIV", ["2024"]),
    "ordinals": ("1 => 1st\n2 => 2nd\n13 => 13th\n23 => 23rd", "101; 4; 111", ["101st", "4th", "111th"]),
}


@pytest.mark.parametrize("case", CASES)
def test_numbers(case: str) -> None:
    lines, further, expected = CASES[case]

    assert learned(lines, further) == expected


def test_a_ratio_is_not_taken_for_a_line_through_few_digits() -> None:
    assert learned("10 | 4 => 2.50\n9 | 3 => 3.00\n7 | 2 => 3.50", "8 | 5; 1 | 4") == ["1.60", "0.25"]


def test_digits_beside_thousands_marks_are_those_of_the_number() -> None:
    made = learned("1234567 => 1,234,567\n8900 => 8,900\n450 => 450", "123456789.1; 1234.25")

    assert made == ["123,456,789.1", "1,234.25"]


def test_zeros_in_front_stay_where_the_example_strips_none() -> None:
    assert learned("$1,200.50 => 1200.50\n$15.00 => 15.00", "$007.50") == ["007.50"]


def test_zeros_in_front_go_where_the_example_strips_them() -> None:
    assert learned("$0,200.50 => 200.50\n$15.00 => 15.00", "$007.50") == ["7.50"]


def test_products_are_rounded_half_away_from_zero() -> None:
    made = learned("1.50 | 4 => 6.00\n0.25 | 10 => 2.50\n3.00 | 7 => 21.00", "0.005 | 1; -0.005 | 1; 0.335 | 3")

    assert made == ["0.01", "-0.01", "1.01"]


def test_thousandths_are_rounded_half_away_from_zero_too() -> None:
    made = learned("2481 g => 2.481 kg\n96.2 g => 0.096 kg\n7 g => 0.007 kg", "510.5 g; 1.5 g")

    assert made == ["0.511 kg", "0.002 kg"]


def test_numbers_of_many_digits_are_texts_and_stop_no_search() -> None:
    long = ["12345678901234567890123456789012", "92345678901234567890123456789013", "72345678901234567890123456789014"]

    assert learned("\n".join(f"no {one} => {one}" for one in long), "no 5") == ["5"]
