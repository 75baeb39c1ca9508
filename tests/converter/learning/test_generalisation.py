"""What an example does not show is not done: further files come out right where a shorter way would have fitted too."""

from tests.converter.learning.learned import converted, learned, statement, table


def test_codes_that_mean_something_are_mapped_and_amounts_beside_them_are_not() -> None:
    given = table("d|rain\na|0.42\nb|T\nc|0.00\nd|M\ne|1.08\nf|T\ng|M")
    expected = table("d|note\na|\nb|trace\nc|\nd|missing\ne|\nf|trace\ng|missing")
    assert "0.42" not in statement(given, expected)
    assert converted(given, expected, table("d|rain\nx|0.77\ny|T")) == [("x", None), ("y", "trace")]


def test_numbers_that_a_column_of_the_name_has_are_copied_and_not_counted_anew() -> None:
    given, expected = table("id|name\n1|ada\n2|bob\n3|cy"), table("id|label\n1|ada\n2|bob\n3|cy")
    program = learned(given, expected)
    assert program is not None
    assert not any("ROW_NUMBER" in one.node.sql().sql(dialect="duckdb") for one in program.columns[0])
    assert converted(given, expected, table("id|name\n7|eve")) == [("7", "eve")]
