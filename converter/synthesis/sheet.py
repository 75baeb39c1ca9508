"""The example's input as the operators look at it: rows, column terms, and what was found out about them, once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from converter.learning.clock import now
from converter.synthesis.term import Column, Term, values
from converter.table import Cell, Row, Table

Found = TypeVar("Found")


@dataclass
class Sheet:
    """Rows to learn from. `memo` keeps what operators find out about them, so that several targets share the work."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    deadline: float
    known: dict[Any, Any] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        """Whether the time for learning is over; loops ask and stop."""
        return now() > self.deadline

    def memo(self, key: Any, find: Callable[[], Found]) -> Found:
        """What `find` gives, found once."""
        if key not in self.known:
            self.known[key] = find()
        return cast(Found, self.known[key])

    def texts(self, term: Term) -> tuple[Cell, ...]:
        """The term's text in every row."""
        return self.memo(("texts", term), lambda: values(term, self.rows))

    def filled(self) -> list[Column]:
        """The columns that hold a text in some row."""
        return self.memo("filled", lambda: [column for column in self.columns if any(self.texts(column))])


class Sheets:
    """The sheets of one table's rows: those of the same rows share what was found out about them."""

    def __init__(self) -> None:
        self._last: dict[tuple[Row, ...], Sheet] = {}

    def of(self, columns: tuple[Column, ...], rows: tuple[Row, ...], deadline: float) -> Sheet:
        """A sheet of these rows; `deadline` is of `clock.now`."""
        last = self._last.get(rows)
        # What was found out by one that ran out of time may be half of it.
        known = {} if last is None or last.is_late else last.known
        sheet = self._last[rows] = Sheet(columns, rows, deadline, known)
        return sheet


def sheet_of(table: Table, deadline: float) -> Sheet:
    """The sheet of a table; `deadline` is of `clock.now`."""
    columns = tuple(Column(index, name) for index, name in enumerate(table.columns))
    return Sheet(columns, table.rows, deadline)
