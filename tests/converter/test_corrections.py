"""An example that grows by what a person puts right."""

import pytest

from converter.contradictions import contradictions
from converter.corrections import Correction, Grown, grown
from converter.errors import BadCorrection
from converter.lesson import learn
from converter.table import Example, Row
from tests.converter.asked import LETTERS, LIMITS, learned, table


def rows(example: Example, *corrections: Correction) -> tuple[Row, ...]:
    """The expected rows of the example that has grown."""
    lesson, converter = learned(example)
    return grown(example, converter, lesson.rivals, corrections, limits=LIMITS).example.expected.rows


def put_right(correction: Correction) -> Grown:
    """The letters' example with a corrected row."""
    lesson, converter = learned(LETTERS)
    return grown(LETTERS, converter, lesson.rivals, [correction], limits=LIMITS)


def test_a_corrected_row_stands_behind_the_old_ones_which_stay() -> None:
    made = rows(LETTERS, Correction({"name": "zoe", "code": "A-1"}, ({"letter": "Z"},)))

    assert made == (*LETTERS.expected.rows, ("Z",))


def test_what_is_learned_from_it_is_what_the_row_says() -> None:
    lesson, converter = learned(LETTERS)
    made = grown(
        LETTERS, converter, lesson.rivals, [Correction({"name": "zoe", "code": "A-1"}, ({"letter": "Z"},))], limits=LIMITS
    )

    again = learn(made.example)

    assert again.converter is not None
    assert "name" in again.converter.statement
    assert "code" not in again.converter.statement


def test_a_column_that_is_left_out_is_as_the_converter_makes_it() -> None:
    example = Example(table("a,b 1,x 2,y 3,z"), table("b,a X,1 Y,2 Z,3"))

    assert rows(example, Correction({"a": "4", "b": "w"}, ({"a": "5"},)))[-1] == ("W", "5")


def test_a_row_may_be_left_out_or_become_two() -> None:
    example = Example(table("a 1 2 3"), table("a 1 2 3"))

    assert rows(example, Correction({"a": "4"}, ())) == example.expected.rows
    assert rows(example, Correction({"a": "4"}, ({"a": "x"}, {"a": "y"})))[-2:] == (("x",), ("y",))


def test_in_a_sorted_output_the_row_stands_where_the_program_puts_it() -> None:
    example = Example(table("n,s a,5 b,9 c,7 d,3"), table("n,s b,9 c,7 a,5 d,3"))

    assert rows(example, Correction({"n": "e", "s": "8"}, ({"n": "E"},)))[1] == ("E", "8")


def test_where_rows_are_grouped_an_answer_says_what_its_program_makes() -> None:
    example = Example(table("k,n a,1 b,2 a,3"), table("k,n a,4 b,2"))
    _, converter = learned(example)
    rival = converter.statement.replace("SUM(", "2 * AVG(")

    made = grown(example, converter, [rival], [Correction({"k": "c", "n": "5"}, ({"k": "c", "n": "10"},), (1,))], limits=LIMITS)

    assert [row[0] for row in made.example.expected.rows] == ["a", "b", "c"]
    assert made.origins == ()


def test_where_rows_are_grouped_one_row_at_a_time_can_be_put_right() -> None:
    example = Example(table("k,n a,1 b,2 a,3"), table("k,n a,4 b,2"))

    assert rows(example, Correction({"k": "c", "n": "5"}, ({"n": "6"},)))[-1] == ("c", "6")
    with pytest.raises(BadCorrection, match="one row at a time"):
        rows(example, Correction({"k": "c", "n": "5"}, ({"n": "6"},)), Correction({"k": "d", "n": "5"}, ({"n": "6"},)))


@pytest.mark.parametrize(
    "correction", [Correction({"nme": "x"}, ({"letter": "X"},)), Correction({"name": "x"}, ({"later": "X"},))]
)
def test_a_column_that_is_not_there_is_named(correction: Correction) -> None:
    with pytest.raises(BadCorrection, match=r"nme|later"):
        rows(LETTERS, correction)


def test_rows_with_the_same_cells_and_other_outputs_contradict_each_other() -> None:
    lesson, converter = learned(LETTERS)
    made = grown(
        LETTERS, converter, lesson.rivals, [Correction({"name": "bob", "code": "B-2"}, ({"letter": "Q"},))], limits=LIMITS
    )

    (pair,) = contradictions(made, lambda _: False)

    assert (pair.old_row, pair.new_row, pair.column, pair.old, pair.new) == (2, 5, "letter", "B", "Q")
    assert pair.text == "rows 2 and 5 of the example have the same cells, and letter is “B” in one and “Q” in the other"


def test_the_old_row_without_which_it_can_be_learned_contradicts_the_new_one() -> None:
    lesson, converter = learned(LETTERS)
    made = grown(
        LETTERS, converter, lesson.rivals, [Correction({"name": "bob", "code": "X-9"}, ({"letter": "Q"},))], limits=LIMITS
    )

    def learns(example: Example) -> bool:
        return ("bob", "B-2") not in example.input.rows

    (pair,) = contradictions(made, learns)

    assert (pair.old_row, pair.new_row) == (2, 5)
    assert "without row 2" in pair.text


def test_where_nothing_helps_the_row_most_like_it_is_named() -> None:
    lesson, converter = learned(LETTERS)
    made = grown(
        LETTERS, converter, lesson.rivals, [Correction({"name": "cy", "code": "X-9"}, ({"letter": "Q"},))], limits=LIMITS
    )

    (pair,) = contradictions(made, lambda _: False)

    assert (pair.old_row, pair.new_row) == (3, 5)
