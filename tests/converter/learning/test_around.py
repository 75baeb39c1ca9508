"""Columns that other rows give: running values, ranks, gaps, totals, the row before and after."""

from tests.converter.learning.learned import learned, statement, table


def test_keys_that_name_themselves_are_looked_up_without_end():
    given = table("id|twin|size|label\n1|2|5|w\n2|1|6|x\n3|4|7|y\n4|3|8|z")
    expected = table("id|total\n1|90\n2|17\n3|55\n4|31")

    assert learned(given, expected) is None or statement(given, expected)
