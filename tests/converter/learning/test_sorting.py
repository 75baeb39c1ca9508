"""ORDER BY: the keys that a person would name."""

from tests.converter.learning.learned import converted, rows, table


def test_equal_counts_stand_in_the_order_of_their_names():
    given = table("band|song\nTern|One\nMoss|Two\nTern|One\nKite|Six\nTern|Two\nAsh|Four\nMoss|Two\nAsh|Five")
    expected = table("band|plays|songs\nTern|3|2\nAsh|2|2\nMoss|2|1\nKite|1|1")
    further = table("band|song\nVole|a\nRook|b\nVole|a\nRook|c\nBat|d\nBat|e\nBat|f\nElm|x")

    found = converted(given, expected, further)

    assert found == rows(("Bat", "3", "3"), ("Rook", "2", "2"), ("Vole", "2", "1"), ("Elm", "1", "1"))


def test_a_report_by_two_keys_is_sorted_by_both():
    given = table("job|client|hours\nSite|Orr|1.50\nType|Brand|2.00\nShop|Orr|2.50\nSite|Orr|2.00\nType|Brand|1.00")
    expected = table("client|job|hours\nBrand|Type|3.00\nOrr|Shop|2.50\nOrr|Site|3.50")
    further = table("job|client|hours\nZinc|Ash|9.00\nApp|Zoe|1.00\nMast|Ash|1.00")

    found = converted(given, expected, further)

    assert found == rows(("Ash", "Mast", "1.00"), ("Ash", "Zinc", "9.00"), ("Zoe", "App", "1.00"))
