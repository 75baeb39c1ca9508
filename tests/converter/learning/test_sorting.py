"""ORDER BY: the keys that a person would name."""

from tests.converter.learning.learned import statement, table


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
