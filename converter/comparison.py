"""Two tables held against each other, cell by cell, into a report that a person can read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from converter.table import Cell, Row, Table

SHOWN_DIFFERENCES = 20
_SHOWN_CHARACTERS = 80


@dataclass(frozen=True)
class Difference:
    """One cell that differs. `row` counts the rows below the header from 1."""

    row: int
    column: str
    expected: Cell
    actual: Cell

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column!r}: expected {_shown(self.expected)}, found {_shown(self.actual)}"


@dataclass(frozen=True)
class Comparison:
    """How far one table is another. `differences` are the first few; `matches` counts each expected column's equal cells."""

    rows_expected: int
    rows_actual: int
    missing_columns: tuple[str, ...]
    unexpected_columns: tuple[str, ...]
    is_reordered: bool
    cells_matched: int
    cells_total: int
    matches: tuple[tuple[str, int], ...]
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        """Whether both have the same columns, in the same order, and the same cells."""
        return not (
            self.missing_columns
            or self.unexpected_columns
            or self.is_reordered
            or self.rows_expected != self.rows_actual
            or self.cells_matched != self.cells_total
        )

    def describe(self) -> str:
        """A report for people, some lines long."""
        return "\n".join((*self.summary(), *map(str, self.differences)))

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {"equal": self.equal, **asdict(self), "matches": dict(self.matches)}

    def summary(self) -> Iterator[str]:
        """The report without the single cells, a line each."""
        if self.equal:
            yield f"equal: {self.rows_expected} rows, {self.cells_total} cells"
            return
        yield f"{self.cells_matched} of {self.cells_total} cells match"
        if self.rows_expected != self.rows_actual:
            yield f"rows: {self.rows_expected} expected, {self.rows_actual} there"
        if self.missing_columns:
            yield f"columns missing: {', '.join(map(repr, self.missing_columns))}"
        if self.unexpected_columns:
            yield f"columns not expected: {', '.join(map(repr, self.unexpected_columns))}"
        if self.is_reordered:
            yield "columns are in another order than expected"
        for column, matched in self.matches:
            if matched < self.rows_expected:
                yield f"column {column!r}: {matched} of {self.rows_expected} cells match"


def compare(actual: Table, expected: Table) -> Comparison:
    """Compares by column name and row position.

    A missing cell and an empty one count as equal, since most readers of CSV cannot tell them apart. Tables without
    headers are compared by position, and a row is as long as its last filled cell.
    """
    headed = expected.header is not None and actual.header is not None
    pairs, missing, unexpected = _by_name(actual, expected) if headed else _by_position(actual, expected)
    matched: Counter[str] = Counter()
    differences: list[Difference] = []
    rows = max(len(actual.rows), len(expected.rows))
    for index in range(rows):
        mine, theirs = _row(actual, index), _row(expected, index)
        for name, here, there in pairs:
            found, wanted = _cell(mine, here), _cell(theirs, there)
            if mine is not None and theirs is not None and (found or "") == (wanted or ""):
                matched[name] += 1
            elif len(differences) < SHOWN_DIFFERENCES:
                differences.append(Difference(index + 1, name, wanted, found))
    positions = [here for _, here, _ in pairs if here is not None]
    return Comparison(
        rows_expected=len(expected.rows),
        rows_actual=len(actual.rows),
        missing_columns=missing,
        unexpected_columns=unexpected,
        is_reordered=positions != sorted(positions),
        cells_matched=matched.total(),
        cells_total=rows * len(pairs),
        matches=tuple((name, matched[name]) for name, _, _ in pairs),
        differences=tuple(differences),
    )


_Pairs = list[tuple[str, int | None, int | None]]
"""Column names with their position in the actual and in the expected table; None where a table lacks the column."""


def _by_name(actual: Table, expected: Table) -> tuple[_Pairs, tuple[str, ...], tuple[str, ...]]:
    # `header` is told apart exactly: a repeated name is matched by its place among its equals.
    mine = {key: position for position, key in enumerate(_keys(actual.header or ()))}
    theirs = _keys(expected.header or ())
    pairs: _Pairs = [(key[0], mine.get(key), position) for position, key in enumerate(theirs)]
    missing = tuple(name for name, here, _ in pairs if here is None)
    return pairs, missing, tuple(key[0] for key in mine if key not in set(theirs))


def _keys(header: tuple[str, ...]) -> list[tuple[str, int]]:
    seen: Counter[str] = Counter()
    keys = []
    for name in header:
        keys.append((name, seen[name]))
        seen[name] += 1
    return keys


def _by_position(actual: Table, expected: Table) -> tuple[_Pairs, tuple[str, ...], tuple[str, ...]]:
    widest = max(actual.width, expected.width)
    names = max((actual, expected), key=lambda table: table.width).columns
    pairs: _Pairs = [
        (names[at], at if at < actual.width else None, at if at < expected.width else None) for at in range(widest)
    ]
    return pairs, (), ()


def _row(table: Table, index: int) -> Row | None:
    return table.rows[index] if index < len(table.rows) else None


def _cell(row: Row | None, position: int | None) -> Cell:
    return None if row is None or position is None else row[position]


def _shown(cell: Cell) -> str:
    if cell is None:
        return "nothing"
    return repr(cell) if len(cell) <= _SHOWN_CHARACTERS else f"{cell[:_SHOWN_CHARACTERS]!r}…"
