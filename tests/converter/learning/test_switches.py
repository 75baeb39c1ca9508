"""Switches: what is done with each row depends on the value of one column."""

from tests.converter.learning.learned import converted, learned, rows, table


def test_sister_columns_are_decided_by_one_column():
    given = table(
        "when|kind|item|amount|price|note\n2025-01-02|in|bolt|40|12.10|bolt came\n2025-01-04|gift|nut|5|0.40|nut, a gift\n"
        "2025-01-05|out|bolt|7|12.90|bolt left\n2025-01-07|found|washer|3|0.20|washer found\n"
        "2025-01-09|out|nut|2|0.50|nut left\n2025-01-11|in|nut|90|0.35|nut came"
    )
    expected = table(
        "day|gone|what went|came|what came\n2025-01-02|||40|bolt\n2025-01-04|||5|nut\n2025-01-05|7|bolt||\n"
        "2025-01-07|||3|washer\n2025-01-09|2|nut||\n2025-01-11|||90|nut"
    )
    further = table(
        "when|kind|item|amount|price|note\n2025-02-01|found|bolt|1|9.99|left behind, a bolt\n"
        "2025-02-03|out|hinge|4|3.10|sold\n2025-02-04|gift|hinge|6|0.00|Gone"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("2025-02-01", None, None, "1", "bolt"),
        ("2025-02-03", "4", "hinge", None, None),
        ("2025-02-04", None, None, "6", "hinge"),
    )


def test_a_switch_has_a_branch_for_each_way_to_compute():
    given = table(
        "id|how|hours|rate|fixed\n1|hourly|2|50|\n2|fixed|||300\n3|free|1||\n"
        "4|hourly|3|40|\n5|fixed|||120\n6|free|9||\n7|hourly|5|10|"
    )
    expected = table("id|bill\n1|100\n2|300\n3|0\n4|120\n5|120\n6|0\n7|50")
    further = table("id|how|hours|rate|fixed\n11|free|4||\n12|hourly|6|70|\n13|fixed|||80")

    assert converted(given, expected, further) == rows(("11", "0"), ("12", "420"), ("13", "80"))


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
