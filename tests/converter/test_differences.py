"""What is otherwise between two converters."""

from dataclasses import replace

from converter.differences import in_rows, in_words
from converter.manifest import Converter
from tests.converter.asked import LIMITS, table

OLD = Converter("SELECT UPPER(a) AS b FROM input", ("a",), output_header=("b",))


def test_a_column_that_is_made_otherwise_is_told_with_both() -> None:
    new = replace(OLD, statement="SELECT LOWER(a) AS b FROM input")

    assert in_words(new, OLD) == ["b: a in small letters; before, a in capitals"]


def test_new_and_lost_columns_and_steps_are_told() -> None:
    new = replace(OLD, statement="SELECT a AS c FROM input WHERE a <> 'x'", output_header=("c",))

    assert in_words(new, OLD) == [
        "c: a new column, a, as it is",
        "b: no longer a column",
        "new: only rows where a is not “x” are kept",
    ]


def test_alike_converters_have_nothing_to_tell() -> None:
    assert in_words(OLD, OLD) == []


def test_cells_that_differ_are_told_by_row() -> None:
    new = replace(OLD, statement="SELECT CASE WHEN a = 'x' THEN a ELSE UPPER(a) END AS b FROM input")

    apart = in_rows(new, OLD, table("a w x y"), limits=LIMITS)

    assert apart.rows == 1
    assert [(one.row, one.expected, one.actual) for one in apart.cells] == [(2, "X", "x")]
