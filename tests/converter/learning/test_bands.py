"""Texts that stand for stretches of a number's values."""

import pytest

from tests.converter.learning.learned import converted, statement, table

GRADES = (
    "pupil|points|grade",
    "A|91|one",
    "B|78|two",
    "C|55|three",
    "D|84|two",
    "E|97|one",
    "F|61|three",
    "G|40|four",
    "H|31|four",
)


def of(*lines: str, columns: tuple[int, ...]) -> str:
    return "\n".join("|".join(line.split("|")[at] for at in columns) for line in lines)


def test_grades_by_points_hold_for_points_that_never_came() -> None:
    given, expected = table(of(*GRADES, columns=(0, 1))), table(of(*GRADES, columns=(0, 2)))
    made = converted(given, expected, table("pupil|points\nX|99\nY|80\nZ|12\nW|58"))
    assert [row[1] for row in made] == ["one", "two", "four", "three"]
    assert statement(given, expected).count("points") == 3


@pytest.mark.parametrize(("text", "level"), [("6.3", "high"), ("4.7", "middle"), ("2.2", "low")])
def test_a_number_is_chosen_by_its_size_not_by_its_first_digit(text: str, level: str) -> None:
    lines = (
        "site|ph|level",
        "a|6.0|high",
        "b|4.1|middle",
        "c|5.9|middle",
        "d|2.4|low",
        "e|6.2|high",
        "f|3.9|low",
        "g|4.8|middle",
    )
    given, expected = table(of(*lines, columns=(0, 1))), table(of(*lines, columns=(0, 2)))
    assert converted(given, expected, table(f"site|ph\nx|{text}")) == [("x", level)]


def test_rows_without_the_number_stay_blank() -> None:
    lines = ("item|age|group", "a|3|new", "b||", "c|45|old", "d|12|used", "e|2|new", "f|60|old", "g|15|used", "h||")
    given, expected = table(of(*lines, columns=(0, 1))), table(of(*lines, columns=(0, 2)))
    made = converted(given, expected, table("item|age\nx|\ny|1\nz|99"))
    assert [row[1] for row in made] == [None, "new", "old"]
