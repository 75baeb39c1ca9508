"""Conditions by the rows for which they hold."""

from converter.learning.bank import Bank, frame_of
from converter.learning.conditions import Conditions
from converter.learning.expressions.predicates import equals
from converter.table import Table

HEADER = ("order", "day", "state")


def _repeated(*rows: tuple[str, str, str]) -> int:
    """How many of the states come back, a record counted once."""
    bank = Bank(frame_of(Table(HEADER, rows, HEADER)))
    states = dict.fromkeys(row[2] for row in rows)
    groups = {state: sum(1 << at for at, row in enumerate(rows) if row[2] == state) for state in states}
    return Conditions(bank).rarity(bank.texts[2].node, groups)[0]


def test_each_row_counts_where_all_are_filled() -> None:
    assert _repeated(("1", "Mon", "open"), ("2", "Tue", "open"), ("3", "Wed", "paid"), ("4", "Thu", "void")) == 1


def test_lines_of_a_record_count_once() -> None:
    # As many records as rows before the last, which is a line of the one before it.
    begun = (("1", "Mon", "paid"), ("2", "Tue", "open"), ("3", "Wed", "done"), ("4", "Thu", "void"))

    assert _repeated(*begun, ("", "", "void")) == 0
    assert _repeated(*begun, ("5", "Fri", "void")) == 1


def test_a_telephone_that_comes_twice_stands_for_less_than_a_mark_that_does() -> None:
    calls = [("1", "071 220 1190", "a"), ("2", "021 338 4415", "b"), ("3", "0316 445 118", "x"), ("4", "0316 445 118", "x")]
    rows = [*calls, ("5", "079 555 0122", "c")]
    bank = Bank(frame_of(Table(HEADER, tuple(rows), HEADER)))
    shared = {one.node: one.cost for one in Conditions(bank).by_rows[0b01100]}

    telephone, mark = equals(bank.texts[1].node, "0316 445 118"), equals(bank.texts[2].node, "x")
    assert shared[telephone] > shared[mark] + 1.0
