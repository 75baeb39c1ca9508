"""Rows are kept by a list of a column's values, however many there are; a blank is in no list."""

from converter.learning.bank import Bank, frame_of
from converter.learning.conditions import Conditions
from tests.converter.learning.learned import converted, table

_GIVEN = """no | title | state | team
    1 | Leak in cellar | open | North
    2 | Broken lamp | done | South
    3 | New key | waiting | North
    4 | Graffiti | rejected | East
    5 | Lift stuck | open | East
    6 | Wet wall | ordered | South
    7 | Loose tile | done | North
    8 | Bins full | waiting | East
    9 | Fence | withdrawn | South
    10 | Gate | ordered | North"""


def _numbers(expected_numbers: str, rows: str) -> str:
    titles = {line.split("|")[0].strip(): line.split("|")[1].strip() for line in rows.splitlines()[1:]}
    return "no | title\n" + "\n".join(f"{one} | {titles[one]}" for one in expected_numbers.split())


def test_three_states_are_listed_where_these_tell_which_rows_stay() -> None:
    further = """no | title | state | team
        20 | Roof | withdrawn | North
        21 | Door | ordered | East
        22 | Path | open | South
        23 | Shed | done | North
        24 | Pump | waiting | South
        25 | Sink | rejected | East"""
    result = converted(table(_GIVEN), table(_numbers("1 3 5 6 8 10", _GIVEN)), table(further))
    assert [row[0] for row in result] == ["21", "22", "24"]


def test_a_list_that_holds_for_the_rows_is_found_and_no_other() -> None:
    given = table(_GIVEN)
    conditions = Conditions.shared(Bank(frame_of(given)))
    wanted = sum(1 << at for at, row in enumerate(given.rows) if row[2] in ("open", "waiting", "ordered"))
    found = conditions.listing(wanted)
    assert found
    assert all(one.rows == wanted for one in found)
    assert {value for one in found for value in one.node.key[1]} >= {"open", "waiting", "ordered"}  # type: ignore[attr-defined]
    assert not conditions.listing(wanted ^ 1), "no column of values that come back tells these rows"
