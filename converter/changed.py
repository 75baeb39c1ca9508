"""An example's rows with one cell changed, as rows of its kind could come: where programs that all fit the example part.

Cells of other rows first (new combinations), then other dates, numbers and words of the same form, blanks last.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from converter.table import Cell, Row, Table

MOST_CHANGED = 96
"""Changed rows, at most: a few for each column of a wide table."""
_BASE_ROWS = 40

_NUMBER = re.compile(r"[-+]?\d+(?P<fraction>[.,]\d+)?")
_DATE = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})")


@dataclass(frozen=True)
class ChangedRow:
    """A row that could come, and the column in which it differs from a row of the example."""

    row: Row
    column: str


def changed_rows(table: Table, *, most: int = MOST_CHANGED) -> list[ChangedRow]:
    """Rows with one cell changed, column by column in turns, the likeliest kinds of change first; none that the table has."""
    base = table.rows[:_BASE_ROWS]
    kinds = [list(_of_column(base, at)) for at in range(table.width)]
    known = set(table.rows)
    found: dict[Row, ChangedRow] = {}
    for turn in range(max(map(len, kinds), default=0)):
        for at, changes in enumerate(kinds):
            if turn < len(changes) and len(found) < most:
                position, cell = changes[turn]
                row = (*base[position][:at], cell, *base[position][at + 1 :])
                if row not in known:
                    found.setdefault(row, ChangedRow(row, table.columns[at]))
    return list(found.values())


def _of_column(base: tuple[Row, ...], at: int) -> Iterator[tuple[int, Cell]]:
    """Positions and new cells."""
    cells = [row[at] for row in base]
    count = len(cells)
    if not count:
        return
    for step in (1, count // 2):
        # In another row each time, so that combinations are new that a rule should know nothing of.
        position = (at + step) % count
        other = cells[(position + 1 + step) % count]
        if other != cells[position]:
            yield position, other
    told: set[Cell] = set(cells)
    for position in dict.fromkeys((at % count, (at + 1) % count)):
        for cell in (*dates(cells[position] or ""), *variations(cells[position] or "", cells[(position + 1) % count] or "")):
            if cell not in told:
                told.add(cell)
                yield position, cell
    yield (at + 2) % count, None


def dates(cell: str) -> Iterator[str]:
    """The date with other numbers of its own form: day and month that are not alike, and may be taken for one another."""
    date = _DATE.fullmatch(cell)
    if date:
        one, mark, two, three = date.groups()
        if len(one) == 4:
            yield f"{one}{mark}{'04' if len(two) == 2 else '4'}{mark}{'03' if len(three) == 2 else '3'}"
        else:
            yield f"{'03' if len(one) == 2 else '3'}{mark}{'04' if len(two) == 2 else '4'}{mark}{three}"


def variations(cell: str, other: str) -> Iterator[str]:
    """The cell as another row might have it; words come from the `other` row."""
    if not cell:
        return
    date, number = _DATE.fullmatch(cell), _NUMBER.fullmatch(cell)
    if date:
        one, mark, two, three = date.groups()
        # A day after the twelfth tells days from months.
        yield f"{one}{mark}{two}{mark}28" if len(one) == 4 else f"28{mark}{two}{mark}{three}"
    elif number:
        mark = (number["fraction"] or "")[:1]
        yield (cell.removeprefix("-") if cell.startswith("-") else f"-{cell}")
        yield f"1234{mark}56" if mark else f"1{cell}7"
        yield "0"
    else:
        words, more = cell.split(" "), other.split(" ")
        within = more[min(1, len(more) - 1)] or words[0]
        yield " ".join([*words[:-1], within, words[-1]]) if len(words) > 1 else f"{cell}s"
        yield cell.upper() if cell != cell.upper() else cell.lower()
        yield "Other" if cell[0].isupper() else "other"
