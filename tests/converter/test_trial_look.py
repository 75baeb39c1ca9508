"""A look in this process at what statements of our own make: the same as the one behind the walls."""

from dataclasses import replace

import pytest

from converter.errors import InputMismatch, LimitExceeded
from converter.manifest import Converter
from converter.preview import Bounds, Look, look_at_table
from converter.sandbox import Limits
from converter.table import Table
from converter.trial_look import look_at_own
from tests.converter.asked import LIMITS, table

ROWS = table("name,age,note ann,31,x bob,12, cy,45,y di,9,")
OLD = "SELECT name, age FROM input WHERE CAST(age AS INT) > 10"


def both(converter: Converter, rivals: list[str], given: Table, **bounds: int) -> tuple[Look, Look]:
    looks = [one(converter, rivals, given, limits=LIMITS, bounds=Bounds(**bounds)) for one in (look_at_own, look_at_table)]
    own, walled = (replace(one, seconds=0.0) for one in looks)
    return own, walled


@pytest.mark.parametrize(
    ("statement", "header", "rivals"),
    [
        (OLD, ("name", "age"), []),
        (OLD, ("name", "age"), ["SELECT name, age FROM input WHERE CAST(age AS INT) > 20"]),
        ("SELECT name, note IS NULL AS blank FROM input", ("name", "blank"), []),
        ("SELECT unnest([name, age]) AS made FROM input", ("made",), []),
        ("SELECT count(*) AS n FROM input", ("n",), []),
        ("SELECT count(*) AS n FROM input", ("n",), ["SELECT count(note) AS n FROM input"]),
        ("SELECT * FROM input ORDER BY _row DESC", None, []),
    ],
)
def test_it_sees_what_the_look_behind_the_walls_sees(statement: str, header: tuple[str, ...] | None, rivals: list[str]) -> None:
    own, walled = both(Converter(statement, ("name", "age", "note"), output_header=header), rivals, ROWS)

    assert own == walled
    assert own.rows_in == 4


def test_columns_that_the_converter_does_not_take_or_spells_otherwise_are_no_matter() -> None:
    converter = Converter("SELECT * EXCLUDE (AGE) FROM input", ("AGE", "name"), output_header=("name",))

    own, walled = both(converter, [], ROWS)

    assert own == walled
    assert own.given_columns == ("AGE", "name")


def test_no_more_rows_are_looked_at_than_asked_for() -> None:
    own, walled = both(Converter(OLD, ("name", "age", "note"), output_header=("name", "age")), [], ROWS, rows=2, first=1)

    assert own == walled
    assert (own.rows_in, len(own.first), own.is_whole) == (2, 1, False)


def test_a_statement_can_speak_of_the_lines_around_the_table() -> None:
    given = replace(ROWS, preamble=(("of May",),))
    statement = "SELECT name, (SELECT cells[1] FROM preamble WHERE line = 1) AS month FROM input"

    own, walled = both(Converter(statement, ("name",), output_header=("name", "month")), [], given)

    assert own == walled
    assert own.first[0][2] == (("ann", "of May"),)


def test_a_statement_that_takes_too_long_is_stopped() -> None:
    slow = "SELECT name, (SELECT sum(x.range * y.range) FROM range(100000) x, range(100000) y) AS n FROM input"

    with pytest.raises(LimitExceeded, match=r"longer than 0\.2 s"):
        look_at_own(Converter(slow, ("name",), output_header=("name", "n")), (), ROWS, limits=Limits(seconds=0.2))


def test_a_table_that_does_not_fit_is_told() -> None:
    with pytest.raises(InputMismatch):
        look_at_own(Converter(OLD, ("name", "size"), output_header=("name", "age")), (), ROWS, limits=LIMITS)
