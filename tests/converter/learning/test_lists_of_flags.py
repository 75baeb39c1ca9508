"""Several answers of a survey, a column for each, as one list of those that are ticked."""

from tests.converter.learning.learned import converted, rows, table


def test_what_is_ticked_stands_in_the_brackets_of_the_headings() -> None:
    given = table("""
id | Pets (choice=Cat) | Pets (choice=Dog) | Pets (choice=Small bird) | Form
1  | Checked           | Unchecked         | Checked                  | done
2  | Unchecked         | Unchecked         | Unchecked                | done
3  | Unchecked         | Checked           | Unchecked                | open
4  | Checked           | Checked           | Unchecked                | done
""")
    expected = table("""
id | pets
1  | Cat, Small bird
2  |
3  | Dog
4  | Cat, Dog
""")
    further = table("""
id | Pets (choice=Cat) | Pets (choice=Dog) | Pets (choice=Small bird) | Form
5  | Checked           | Checked           | Checked                  | open
6  | Unchecked         | Unchecked         | Unchecked                | done
""")

    assert converted(given, expected, further) == rows(("5", "Cat, Dog, Small bird"), ("6", None))


def test_a_word_stands_where_nothing_is_ticked() -> None:
    given = table("""
who | allergy_nuts | allergy_milk | allergy_eggs | age
Ann | selected     |              | selected     | 31
Bob |              |              |              | 44
Cyd |              | selected     |              | 29
Dov | selected     | selected     | selected     | 50
""")
    expected = table("""
who | allergies
Ann | nuts; eggs
Bob | none
Cyd | milk
Dov | nuts; milk; eggs
""")
    further = table("""
who | allergy_nuts | allergy_milk | allergy_eggs | age
Eva |              | selected     | selected     | 18
Fay |              |              |              | 61
""")

    assert converted(given, expected, further) == rows(("Eva", "milk; eggs"), ("Fay", "none"))


def test_days_are_listed_for_which_the_answer_was_yes_in_another_language() -> None:
    given = table("""
Name  | Kann am Montag | Kann am Dienstag | Kann am Freitag
Uwe   | möglich        | nicht möglich    | möglich
Ilse  | nicht möglich  | nicht möglich    | möglich
Bernd | möglich        | möglich          | möglich
""")
    expected = table("""
Name  | Tage
Uwe   | Montag + Freitag
Ilse  | Freitag
Bernd | Montag + Dienstag + Freitag
""")
    further = table("""
Name  | Kann am Montag | Kann am Dienstag | Kann am Freitag
Karin | nicht möglich  | möglich          | nicht möglich
Otto  | möglich        | möglich          | nicht möglich
""")

    assert converted(given, expected, further) == rows(("Karin", "Dienstag"), ("Otto", "Montag + Dienstag"))


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
