from tests.converter.learning.learned import converted, rows, table


def test_a_code_of_padded_numbers_and_a_part_that_may_lack():
    given = table(
        """dept | item | size | colour | qty
        7 | 453 | xl | red | 12
        12 | 20881 | m | Navy | 30
        7 | 98 | | black | 4
        3 | 1205 | s | white | 18
        21 | 7 | | Silver | 9"""
    )
    expected = table(
        """sku | qty
        07-00453-XL-RED | 12
        12-20881-M-NAV | 30
        07-00098-BLA | 4
        03-01205-S-WHI | 18
        21-00007-SIL | 9"""
    )
    further = table("dept | item | size | colour | qty\n33 | 5 | m | green | 2\n4 | 31 | | pink | 1")
    assert converted(given, expected, further) == rows(("33-00005-M-GRE", "2"), ("04-00031-PIN", "1"))
