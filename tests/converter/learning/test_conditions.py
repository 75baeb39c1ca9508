"""Conditions by the rows for which they hold."""

from converter.learning.bank import Bank, frame_of
from converter.learning.conditions import Conditions
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
