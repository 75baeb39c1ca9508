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


def test_a_line_whose_own_cell_is_blank_is_left_out_whichever_it_is():
    given = table(
        "child|born|bcg|polio|measles\nIda|2019-04-02|2019-04-09|2019-06-11|2020-05-20\nJon|2020-01-15||2020-03-18|\n"
        "Kai|2020-02-28|2020-03-07||2021-03-30\nLea|2021-07-01|2021-07-09|2021-09-01|"
    )
    expected = table(
        "child|code|vaccine|given\nIda|V1|Tuberculosis|09/04/2019\nIda|V2|Poliomyelitis|11/06/2019\nIda|V3|Measles|20/05/2020\n"
        "Jon|V2|Poliomyelitis|18/03/2020\nKai|V1|Tuberculosis|07/03/2020\nKai|V3|Measles|30/03/2021\n"
        "Lea|V1|Tuberculosis|09/07/2021\nLea|V2|Poliomyelitis|01/09/2021"
    )
    further = table(
        "child|born|bcg|polio|measles\nMia|2022-02-02|||2023-02-09\nNed|2022-03-03||2022-05-04|2023-04-01\nOla|2022-04-04|||"
    )

    assert converted(given, expected, further) == rows(
        ("Mia", "V3", "Measles", "09/02/2023"),
        ("Ned", "V2", "Poliomyelitis", "04/05/2022"),
        ("Ned", "V3", "Measles", "01/04/2023"),
    )


def test_a_line_that_the_example_always_has_is_left_out_where_its_own_cell_is_blank():
    given = table("unit|home|mobile|office\n4|0301 55|0170 1|030 9\n7||0171 2|030 8\n8|0302 66||030 7\n9|||030 6")
    expected = table(
        "unit|kind|number\n4|H|0301 55\n4|M|0170 1\n4|W|030 9\n7|M|0171 2\n7|W|030 8\n8|H|0302 66\n8|W|030 7\n9|W|030 6"
    )

    found = converted(given, expected, table("unit|home|mobile|office\n11|0303 77|0172 3|\n12|||030 5"))

    assert found == rows(("11", "H", "0303 77"), ("11", "M", "0172 3"), ("12", "W", "030 5"))
