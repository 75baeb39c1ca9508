"""Switches: what is done with each row depends on the value of one column."""

from tests.converter.learning.learned import converted, learned, rows, table


def test_an_outcome_is_named_by_the_columns_that_give_the_value():
    given = table(
        "id|planned|revised|actual|remark\n1|5 May||7 May|x\n2|6 May|9 May||y\n3|8 May|||\n"
        "4|9 May|10 May|12 May|z\n5|3 May|4 May||w\n6|7 May|||"
    )
    expected = table(
        "id|date|by\n1|7 May|actual\n2|9 May|revised\n3|8 May|planned\n4|12 May|actual\n5|4 May|revised\n6|7 May|planned"
    )
    program = learned(given, expected)

    assert program is not None
    assert "remark" not in program.query().sql(dialect="duckdb")
    further = table("id|planned|revised|actual|remark\n7|1 June|||some\n8|2 June|3 June||")
    assert converted(given, expected, further) == rows(("7", "1 June", "planned"), ("8", "3 June", "revised"))
