"""Several answers of a survey, a column for each, as one list of those that are ticked."""

from tests.converter.learning.learned import converted, rows, table


def test_questions_with_options_in_square_brackets() -> None:
    given = table("""
token | Which tools? [Saw] | Which tools? [Drill] | Which tools? [Paint brush] | Newsletter
a1    | Y                  | N                    | Y                          | Y
b2    | N                  | Y                    | N                          | N
c3    | Y                  | Y                    | N                          | Y
""")
    expected = table(
        """
token | tools
a1    | Saw|Paint brush
b2    | Drill
c3    | Saw|Drill
""".replace("Saw|", "Saw/")
    )
    further = table("""
token | Which tools? [Saw] | Which tools? [Drill] | Which tools? [Paint brush] | Newsletter
d4    | N                  | Y                    | Y                          | N
""")

    assert converted(given, expected, further) == rows(("d4", "Drill/Paint brush"))
