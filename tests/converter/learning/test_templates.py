"""One row into several lines with constants, signs and columns of their own."""

from tests.converter.learning.learned import converted, rows, table


def test_a_row_becomes_two_lines_with_opposite_signs():
    given = table("ref|net|cost\nA|120.00|1.94\nB|35.50|0.73\nC|9.99|0.35")
    expected = table("ref|value|kind\nA|120.00|Sale\nA|-1.94|Charge\nB|35.50|Sale\nB|-0.73|Charge\nC|9.99|Sale\nC|-0.35|Charge")

    found = converted(given, expected, table("ref|net|cost\nX|7.00|0.10"))

    assert found == rows(("X", "7.00", "Sale"), ("X", "-0.10", "Charge"))


def test_the_second_line_repeats_nothing():
    given = table(
        "day|text|group|paid|got\n2025-01-02|Inn|Meals|20.10|\n2025-01-03|Shop|Goods|8.00|\n2025-01-05|Shop|Goods||3.30\n2025-01-09|Train|Travel|55.00|"
    )
    expected = table(
        "date|what|account|amount\n2025-01-02|Inn|Card|-20.10\n||Costs:Meals|20.10\n2025-01-03|Shop|Card|-8.00\n||Costs:Goods|8.00\n"
        "2025-01-05|Shop|Card|3.30\n||Costs:Goods|-3.30\n2025-01-09|Train|Card|-55.00\n||Costs:Travel|55.00"
    )

    found = converted(
        given, expected, table("day|text|group|paid|got\n2025-02-01|Kiosk|Papers|1.20|\n2025-02-02|Kiosk|Papers||0.20")
    )

    assert found == rows(
        ("2025-02-01", "Kiosk", "Card", "-1.20"),
        (None, None, "Costs:Papers", "1.20"),
        ("2025-02-02", "Kiosk", "Card", "0.20"),
        (None, None, "Costs:Papers", "-0.20"),
    )


def test_lines_whose_amount_is_zero_are_left_out_and_the_total_row_too():
    given = table(
        "no|who|gross|tax|fund|net\n1|Ann|100.00|20.00|5.00|75.00\n2|Bob|80.00|10.00|0.00|70.00\n3|Cy|60.00|6.00|3.00|51.00\n"
        "Total||240.00|36.00|8.00|196.00"
    )
    expected = table(
        "account|text|debit|credit\n700|Gross Ann|100.00|\n221|Tax Ann||20.00\n225|Fund Ann||5.00\n222|Net Ann||75.00\n"
        "700|Gross Bob|80.00|\n221|Tax Bob||10.00\n222|Net Bob||70.00\n700|Gross Cy|60.00|\n221|Tax Cy||6.00\n"
        "225|Fund Cy||3.00\n222|Net Cy||51.00"
    )

    found = converted(
        given, expected, table("no|who|gross|tax|fund|net\n9|Di|10.00|1.00|0.00|9.00\nTotal||10.00|1.00|0.00|9.00")
    )

    assert found == rows(("700", "Gross Di", "10.00", None), ("221", "Tax Di", None, "1.00"), ("222", "Net Di", None, "9.00"))
