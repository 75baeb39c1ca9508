"""Why an example that a person has corrected cannot be learned: which old row and which new one contradict each other.

Rows with the same cells and different outputs contradict each other in any case. Otherwise the row is looked for without which
the example can be learned.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from converter.corrections import Grown
from converter.table import Cell, Example, Row, Table

SECONDS = 20.0
"""How long rows are left out in turn."""
_MOST_TRIED = 12


@dataclass(frozen=True)
class Contradiction:
    """An old row and a new one (rows of the example's input, from 1) that no program found makes both.

    `column` is where rows with the same cells differ in their outputs, `old` and `new` those cells.
    """

    old_row: int
    new_row: int
    given: dict[str, Cell]
    text: str
    column: str | None = None
    old: Cell = None
    new: Cell = None

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "old_row": self.old_row,
            "new_row": self.new_row,
            "given": self.given,
            "column": self.column,
            "old": self.old,
            "new": self.new,
            "text": self.text,
        }


def contradictions(grown: Grown, learns: Callable[[Example], bool]) -> list[Contradiction]:
    """The pairs that contradict each other; `learns` says whether an example can be learned.

    Rows of which the outputs are not known (`origins` is empty) are taken to stand one for one.
    """
    found = list(open_ones(grown))
    return found or _hidden(grown, learns)


def _outputs(grown: Grown) -> dict[int, list[Row]]:
    rows = grown.example.expected.rows
    origins = grown.origins or tuple(range(1, len(rows) + 1))
    made: dict[int, list[Row]] = {number: [] for number in range(1, len(grown.example.input.rows) + 1)}
    for origin, row in zip(origins, rows, strict=False):
        made.setdefault(origin, []).append(row)
    return made


def open_ones(grown: Grown) -> list[Contradiction]:
    """New rows with the cells of an old one and other outputs: what makes both goes by where they stand, not what they are."""
    table, made = grown.example.input, _outputs(grown)
    old = {_plain(row): at for at, row in reversed(list(enumerate(table.rows[: grown.first_new - 1], 1)))}
    found = []
    for number, row in enumerate(table.rows[grown.first_new - 1 :], grown.first_new):
        at = old.get(_plain(row))
        if at is None or _all_plain(made[at]) == _all_plain(made[number]):
            continue
        column, before, after = _unlike(made[at], made[number], grown.example.expected)
        said = (
            f"{column} is {_shown(before)} in one and {_shown(after)} in the other"
            if column is not None
            else f"one becomes {len(made[at])} rows and the other {len(made[number])}"
        )
        text = f"rows {at} and {number} of the example have the same cells, and {said}"
        found.append(Contradiction(at, number, dict(zip(table.columns, row, strict=True)), text, column, before, after))
    return found


def _hidden(grown: Grown, learns: Callable[[Example], bool]) -> list[Contradiction]:
    """For each new row the old one without which the example can be learned; the most alike are tried first."""
    table, until = grown.example.input, time.monotonic() + SECONDS
    found = []
    for number in range(grown.first_new, len(table.rows) + 1):
        row = table.rows[number - 1]
        given = dict(zip(table.columns, row, strict=True))
        others = sorted(range(1, grown.first_new), key=lambda at: -_alike(table.rows[at - 1], row))
        for at in others[:_MOST_TRIED]:
            if time.monotonic() > until:
                break
            if learns(_without(grown, {at})):
                text = f"without row {at} of the example it could be learned with row {number}; nothing found makes both"
                found.append(Contradiction(at, number, given, text))
                break
        else:
            if others:
                text = f"nothing found makes row {number} and the old rows; row {others[0]} is the most like it"
                found.append(Contradiction(others[0], number, given, text))
    return found


def _without(grown: Grown, numbers: set[int]) -> Example:
    table, expected = grown.example.input, grown.example.expected
    origins = grown.origins or tuple(range(1, len(expected.rows) + 1))
    kept = tuple(row for origin, row in zip(origins, expected.rows, strict=False) if origin not in numbers)
    rows = tuple(row for at, row in enumerate(table.rows, 1) if at not in numbers)
    return Example(replace(table, rows=rows), replace(expected, rows=kept))


def _unlike(one: Sequence[Row], other: Sequence[Row], expected: Table) -> tuple[str | None, Cell, Cell]:
    if len(one) != 1 or len(other) != 1:
        return None, None, None
    return next(
        (name, mine, theirs)
        for name, mine, theirs in zip(expected.columns, one[0], other[0], strict=True)
        if (mine or "") != (theirs or "")
    )


def _alike(one: Row, other: Row) -> int:
    return sum((mine or "") == (theirs or "") for mine, theirs in zip(one, other, strict=False))


def _plain(row: Row) -> Row:
    return tuple(cell or None for cell in row)


def _all_plain(rows: Sequence[Row]) -> list[Row]:
    return [_plain(row) for row in rows]


def _shown(cell: Cell) -> str:
    return f"“{cell}”" if cell else "blank"
