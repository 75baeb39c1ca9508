"""Parts of a text that are written only where there is something to write."""

import pytest

from tests.converter.learning.texts.learner import made as made_by


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
            [("3 Ash Ct", None, "Lima"), ("5 Yew Pl", "Floor 2", "Bonn")],
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
    assert made_by(rows, expected, further) == made
