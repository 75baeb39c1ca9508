"""What an example does not show is not done: further files come out right where a shorter way would have fitted too."""

from tests.converter.learning.learned import converted, learned, statement, table


def test_whole_numbers_without_their_marks_are_not_rounded() -> None:
    given = table("town|people\na|1,240\nb|987\nc|12,300\nd|8,015")
    expected = table("town|people\na|1240\nb|987\nc|12300\nd|8015")
    assert converted(given, expected, table("town|people\nx|1,239.5")) == [("x", "1239.5")]


def test_a_moment_in_columns_of_its_units_is_put_together() -> None:
    given = table("Y|M|D|H|MI|S|v\n2023|4|9|3|5|7|a\n2023|11|20|14|40|0|b\n2024|1|3|0|59|31|c")
    expected = table("at|v\n2023-04-09T03:05:07|a\n2023-11-20T14:40:00|b\n2024-01-03T00:59:31|c")
    assert converted(given, expected, table("Y|M|D|H|MI|S|v\n2025|12|1|9|8|2|z")) == [("2025-12-01T09:08:02", "z")]


def test_a_date_in_columns_of_its_units_is_put_together() -> None:
    given = table("day|month|year|v\n9|4|2023|a\n20|11|2022|b\n3|1|2024|c")
    expected = table("v|date\na|09.04.2023\nb|20.11.2022\nc|03.01.2024")
    assert converted(given, expected, table("day|month|year|v\n1|12|2025|z\n31|2|2025|y")) == [("z", "01.12.2025"), ("y", None)]


def test_numbers_in_the_notations_of_several_countries_are_read_one_by_one() -> None:
    given = table("a|p\nx|$1,249.50\ny|89,90 €\nz|1.315,00 €\nu|£45.25\nw|£2,000.00", delimiter="|")
    expected = table("a|p\nx|1249.50\ny|89.90\nz|1315.00\nu|45.25\nw|2000.00")
    assert converted(given, expected, table("a|p\nx|12.480,75 €\ny|$3.10")) == [("x", "12480.75"), ("y", "3.10")]


def test_milliseconds_become_minutes_and_seconds() -> None:
    given = table("song|ms\na|203840\nb|187090\nc|59600\nd|365999")
    expected = table("song|length\na|3:23\nb|3:07\nc|0:59\nd|6:05")
    assert converted(given, expected, table("song|ms\nx|241999")) == [("x", "4:01")]


def test_what_several_values_share_is_what_all_others_get() -> None:
    given = table("n|team\na|Sales\nb|IT\nc|Finance\nd|Stock\ne|Sales\nf|Legal\ng|IT")
    expected = table("n|group\na|all;crm\nb|all;root\nc|all;erp\nd|all\ne|all;crm\nf|all\ng|all;root")
    assert converted(given, expected, table("n|team\nx|Canteen\ny|IT")) == [("x", "all"), ("y", "all;root")]


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
