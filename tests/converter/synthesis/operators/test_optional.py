"""Parts of a text that are written only where there is something to write."""

import pytest

from converter.synthesis.operators.optional import Optional
from converter.synthesis.term import Column
from tests.converter.synthesis.operators.learner import best, in_engine


@pytest.mark.parametrize(
    ("rows", "expected", "further", "made"),
    [
        (
            [("Ann", "M", "Lopez"), ("Bob", "", "Ray"), ("Sue", "T", "Poe")],
            ["Ann M. Lopez", "Bob Ray", "Sue T. Poe"],
            [("Al", None, "Doe"), ("Jo", "K", "May")],
            ["Al Doe", "Jo K. May"],
        ),
        (
            [("12 Oak St", "Apt 4", "Troy"), ("7 Elm Rd", None, "Oslo"), ("9 Fir Ln", "Unit B", "Rome")],
            ["12 Oak St, Apt 4, Troy", "7 Elm Rd, Oslo", "9 Fir Ln, Unit B, Rome"],
            [("3 Ash Ct", "", "Lima"), ("5 Yew Pl", "Floor 2", "Bonn")],
            ["3 Ash Ct, Lima", "5 Yew Pl, Floor 2, Bonn"],
        ),
        (
            [("Shoe", "red"), ("Hat", ""), ("Bag", "blue")],
            ["Shoe (red)", "Hat", "Bag (blue)"],
            [("Sock", "grey"), ("Cap", "")],
            ["Sock (grey)", "Cap"],
        ),
    ],
)
def test_marks_are_written_only_beside_what_is_filled(
    rows: list[tuple[str | None, ...]], expected: list[str], further: list[tuple[str | None, ...]], made: list[str]
) -> None:
    program = best(rows, expected)

    assert program is not None
    assert in_engine(program, further) == made


@pytest.mark.parametrize(("before", "after"), [("", ". "), (" (", ")"), (", ", "")])
def test_python_and_engine_agree(before: str, after: str) -> None:
    term, rows = Optional(Column(0, "column_1"), before, after), [("a",), ("",), (None,), ("b c",)]

    assert [term.value(row) for row in rows] == in_engine(term.sql(), rows)
