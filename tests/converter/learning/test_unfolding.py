"""More rows out than in: columns to rows, families of columns side by side, lists in cells."""

from tests.converter.learning.learned import statement, table


def test_every_member_of_one_list_with_every_member_of_another():
    given = table("name;colours;sizes\nApron;Rust, Green;Short, Long\nGlove;;\nTowel;Blue;S, M, L", delimiter=";")
    expected = table(
        "name|colour|size\nApron|Rust|Short\nApron|Rust|Long\nApron|Green|Short\nApron|Green|Long\nGlove||\nTowel|Blue|S\nTowel|Blue|M\nTowel|Blue|L"
    )

    text = statement(given, expected)

    assert text.count("UNNEST") == 2
