"""ORDER BY: the keys that a person would name."""

from tests.converter.learning.learned import converted, rows, statement, table


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


def test_dates_with_the_year_first_are_sorted_by_year_month_and_day():
    given = table("no|due\n3|2025-03-04\n1|2025-03-02\n4|2025-03-09\n2|2025-03-02\n5|2025-03-06")
    expected = table("no|due\n1|2025-03-02\n2|2025-03-02\n3|2025-03-04\n5|2025-03-06\n4|2025-03-09")
    further = table("no|due\n7|2025-12-01\n8|2025-11-30\n9|2025-12-24")

    found = converted(given, expected, further)

    assert found == rows(("8", "2025-11-30"), ("7", "2025-12-01"), ("9", "2025-12-24"))


def test_the_order_of_a_scale_is_no_order_of_the_last_letters_of_its_words():
    given = table(
        "job|need|due\na|Soon|2025-06-03\nb|Urgent|2025-06-10\nc|Later|\nd|Urgent|2025-06-02\ne|Later|2025-06-07\n"
        "f|Urgent|\ng|Soon|2025-06-01"
    )
    expected = table(
        "job|need|due\nd|Urgent|2025-06-02\nb|Urgent|2025-06-10\nf|Urgent|\ne|Later|2025-06-07\nc|Later|\n"
        "g|Soon|2025-06-01\na|Soon|2025-06-03"
    )

    text = statement(given, expected)

    assert "'Urgent'" in text


def test_days_that_are_written_with_the_month_in_front_are_sorted_as_they_are_written():
    given = table("day|sum\n2025-03-10|4.00\n2025-03-10|6.50\n2025-03-08|7.25\n2025-03-08|1.00\n2025-03-07|3.00")
    expected = table("day|sum\n03/07/2025|3.00\n03/08/2025|8.25\n03/10/2025|10.50")
    further = table("day|sum\n2025-02-01|1.00\n2025-01-30|2.00\n2025-02-01|3.00\n2025-01-29|4.00")

    found = converted(given, expected, further)

    assert found == rows(("01/29/2025", "4.00"), ("01/30/2025", "2.00"), ("02/01/2025", "4.00"))


def test_groups_stay_as_they_begin_and_their_rows_stand_by_a_number_where_ranks_begin_anew():
    given = table(
        "club|team|pts\nWest|Reds|1,310\nNorth|Owls|980\nWest|Blues|1,904\nNorth|Jays|450\nNorth|Kites|1,120\nWest|Cats|1,002"
    )
    expected = table(
        "club|no|team|pts\nWest|1|Blues|1904\nWest|2|Reds|1310\nWest|3|Cats|1002\nNorth|1|Kites|1120\nNorth|2|Owls|980\nNorth|3|Jays|450"
    )
    further = table("club|team|pts\nEast|Ants|900\nSouth|Bees|2,000\nEast|Crows|1,700\nSouth|Dogs|700")

    assert converted(given, expected, further) == rows(
        ("East", "1", "Crows", "1700"),
        ("East", "2", "Ants", "900"),
        ("South", "1", "Bees", "2000"),
        ("South", "2", "Dogs", "700"),
    )


def test_times_are_sorted_as_times_and_those_without_one_come_last_as_they_came():
    given = table("bib|time\n4|1:02:10\n7|DNF\n9|58:30\n11|1:00:05\n12|DNS\n15|59:59\n16|DNF")
    expected = table("bib|time\n9|58:30\n15|59:59\n11|1:00:05\n4|1:02:10\n7|DNF\n12|DNS\n16|DNF")
    further = table("bib|time\n1|DNS\n2|1:10:00\n3|45:00\n5|DNF")

    assert converted(given, expected, further) == rows(("3", "45:00"), ("2", "1:10:00"), ("1", "DNS"), ("5", "DNF"))
