"""One column into many: the splitting that the example shows holds for rows that it does not show."""

import re

import pytest

from converter.learning.printing import printed
from converter.learning.search import search
from converter.learning.splitting.pattern import Segment, pattern_of
from converter.table import Example, Table
from tests.converter.learning.lessons import run


def single(texts: list[str]) -> Table:
    return Table(("line",), tuple((text,) for text in texts), ("line",))


def parted(given: list[str], expected: list[list[str]], new: list[str]) -> list[list[str]]:
    """What the program learned from `given` and its parts makes of new texts."""
    names = tuple(f"part {at + 1}" for at in range(len(expected[0])))
    wanted = Table(names, tuple(tuple(row) for row in expected), names)
    found = search(Example(single(given), wanted), seconds=10)
    assert found.programs
    return run(printed(found.programs[0].query()), single(new))


def parts(*lines: str) -> list[list[str]]:
    return [line.split("|") for line in lines]


CASES = {
    "the delimiter's first place counts where a field may hold it again": (
        ["rain - heavy", "sun - warm"],
        parts("rain| - |heavy", "sun| - |warm"),
        ["snow - wet - deep"],
        parts("snow| - |wet - deep"),
    ),
    "its last place counts where the example says so": (
        ["a-b-1", "c-2", "d-e-f-33"],
        parts("a-b|-|1", "c|-|2", "d-e-f|-|33"),
        ["x-y-44"],
        parts("x-y|-|44"),
    ),
    "a field may be empty": (
        ["ann (3 - 5)", "bo (7 - )"],
        parts("ann| (|3| - |5|)", "bo| (|7| - ||)"),
        ["cy (8 - 9)", "dee (1 - )"],
        parts("cy| (|8| - |9|)", "dee| (|1| - ||)"),
    ),
    "marks that are dropped may have words": (
        ["Up (2009) 96 min", "7 Days (1999) 136 min"],
        parts("Up|2009|96", "7 Days|1999|136"),
        ["Se7en (1995) 127 min"],
        parts("Se7en|1995|127"),
    ),
    "a number beside words is told by its digits, since words may have blanks": (
        ["Spain 1 - 7 Chile", "Malta 2 - 0 Peru"],
        parts("Spain|1|7|Chile", "Malta|2|0|Peru"),
        ["South Korea 0 - 3 Ivory Coast"],
        parts("South Korea|0|3|Ivory Coast"),
    ),
    "without delimiters the kind of character parts": (
        ["AB123", "XYZ9"],
        parts("AB|123", "XYZ|9"),
        ["Q55"],
        parts("Q|55"),
    ),
    "what is the same everywhere may still be data": (
        ["k 2024-05-01 x", "m 2024-05-01 y"],
        parts("k| |2024-05-01| |x", "m| |2024-05-01| |y"),
        ["n 2023-12-31 z"],
        parts("n| |2023-12-31| |z"),
    ),
    "rows of another kind stay empty": (
        ["price", "$5", "$17"],
        [["", ""], ["$", "5"], ["$", "17"]],
        ["€ 8", "cost"],
        [["€ ", "8"], ["", ""]],
    ),
    "aligned fields have widths": (
        ["id  name   x", "1   Bo     y", "22  Al Xi  z"],
        parts("id  |name   |x", "1   |Bo     |y", "22  |Al Xi  |z"),
        ["333 C   D  w", "4          v"],
        parts("333 |C   D  |w", "4   |       |v"),
    ),
    "aligned fields leave rows of another kind empty": (
        ["-", "1   Bo     y", "22  Al     z"],
        [["", "", ""], ["1   ", "Bo     ", "y"], ["22  ", "Al     ", "z"]],
        ["4   Cy     v", "--"],
        [["4   ", "Cy     ", "v"], ["", "", ""]],
    ),
}


@pytest.mark.parametrize(("given", "expected", "new", "wanted"), CASES.values(), ids=CASES)
def test_a_split_holds_for_new_rows(
    given: list[str], expected: list[list[str]], new: list[str], wanted: list[list[str]]
) -> None:
    assert parted(given, expected, new) == wanted


@pytest.mark.parametrize(
    "rows",
    [
        ["a1|;b|2", "xx9|;|4"],
        ["7|, |x, y", "88|, |z"],
        ["Ab|Cd", "X|Yzz"],
        ["((|1|))", "((|22|))"],
        ["|=|q", "p|=|q=r"],
    ],
)
def test_a_pattern_means_what_its_regular_expression_means(rows: list[str]) -> None:
    columns = zip(*parts(*rows), strict=True)
    pattern = pattern_of([Segment(at, texts) for at, texts in enumerate(columns)], [])
    assert pattern is not None
    python = re.compile(pattern.regex.replace(r"\p{Lu}", "[A-Z]").replace(r"\p{Ll}", "[a-z]").replace(r"\pL", "A-Za-z"))

    for text in ["a1b2z", "7, x, y", "AbCdEf", "((1))", "=q=r", "", "p=q"]:
        match = python.match(text)
        assert pattern.parts(text) == (match.groups() if match else None)


def test_an_expected_table_without_any_text_teaches_nothing() -> None:
    empty = Table(("a", "b"), ((None, None), (None, None)), ("a", "b"))

    found = search(Example(single(["x", "y"]), empty), seconds=1)

    assert not found.programs
