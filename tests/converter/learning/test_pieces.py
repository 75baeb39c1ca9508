"""A row for each piece, and numbers in sixteens: the row step and the notation whose code the documentation shows."""

from tests.converter.learning.learned import converted, rows, table


def test_a_row_is_made_for_each_piece() -> None:
    given = table("item|count|shelf\nbolt|2|a\nnut|3|b\ngear|1|a")
    expected = table("label|shelf\nBOLT|a\nBOLT|a\nNUT|b\nNUT|b\nNUT|b\nGEAR|a")

    made = converted(given, expected, table("item|count|shelf\ncog|2|c\npin|0|d\nrod|1|e"))

    assert made == rows(("COG", "c"), ("COG", "c"), ("ROD", "e"))


def test_the_pieces_of_rows_that_are_left_out_are_not_counted() -> None:
    given = table("box|boxes|to\nA|2|Bern\nB|1|Graz\nC|4|Bern")
    expected = table("box|address\nA|to Bern\nA|to Bern\nB|to Graz\nC|to Bern\nC|to Bern\nC|to Bern\nC|to Bern")

    made = converted(given, expected, table("box|boxes|to\nX||Bern\nY|2|Linz"))

    assert made == rows(("Y", "to Linz"), ("Y", "to Linz"))


def test_numbers_in_sixteens_are_numbers() -> None:
    given = table("device|register|scale\np1|0x1F|2\np2|0xA0|3\np3|0x07|5\np4|0xff|1")
    expected = table("device|value\np1|62\np2|480\np3|35\np4|255")

    assert converted(given, expected, table("device|register|scale\np9|0x10|4")) == rows(("p9", "64"))
