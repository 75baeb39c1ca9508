"""Columns that say whether a row has a value: a list's members, or the values of a category, as names over yes and no."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.synthesis.tables.alignment import stand_alike
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, identifier, literal, unique_names
from converter.synthesis.tables.operator import Operator
from converter.table import Cell

WIDEST = 24
DELIMITERS = (", ", "; ", " | ", ",", ";", "|", "/", " ")


@dataclass(frozen=True)
class AddIndicators(Operator):
    """Adds a column for each of some values: one text where a column's cell, or its list, has the value, another where not."""

    title: ClassVar[str] = "with_indicators"
    column: int
    delimiter: str
    """What parts a list; empty where the whole cell is the value."""
    values: tuple[tuple[str, str], ...]
    """The added columns' names and the value that each is for."""
    yes: str
    no: str

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Expected names that are values of a column, over cells of two texts, one of which goes with the value."""
        if not goal.headed or grid.is_ragged or grid.width > WIDEST or not stand_alike(grid, goal):
            return
        flags = {at: set(cells) for at, cells in enumerate(goal.expected.columns) if len(set(cells)) == 2}
        if len(flags) < 2:
            return
        for column, cells in enumerate(grid.columns):
            for delimiter in ("", *DELIMITERS):
                members = [_members(cell, delimiter) for cell in cells]
                plain = {member.casefold(): member for one in members for member in one}
                named = [(at, plain[goal.names[at].casefold()]) for at in flags if goal.names[at].casefold() in plain]
                pairs = {
                    tuple(goal.expected.columns[at][row] or "" for row in _first_rows(members, value)) for at, value in named
                }
                if len(named) > 1 and len(pairs) == 1:
                    yes, no = pairs.pop()
                    yield cls(column, delimiter, tuple((goal.names[at], value) for at, value in named), yes, no)

    @property
    def cost(self) -> float:
        """Names that turn up as values are strong evidence."""
        return 0.8 + 0.1 * bool(self.delimiter)

    def apply(self, grid: Grid) -> Grid | None:
        """The grid with the columns at its end."""
        assert grid.names is not None
        rows = tuple((*row, *self._flags(row[self.column])) for row in grid.rows)
        return Grid(rows, self._names(grid.names))

    def select(self, source: Source) -> str:
        """`CASE WHEN list_contains(…)` for each value."""
        assert source.names is not None
        cell, added = source.cell(self.column), self._names(source.names)[len(source.names) :]
        columns = (
            f"CASE WHEN {self._has(cell, value)} THEN {literal(self.yes)} ELSE {literal(self.no)} END AS {identifier(name)}"
            for name, (_, value) in zip(added, self.values, strict=True)
        )
        return f"SELECT {source.columns()}, {', '.join(columns)}, _row FROM {source.relation}"

    def _has(self, cell: str, value: str) -> str:
        if not self.delimiter:
            return f"{cell} = {literal(value)}"
        return f"list_contains(string_split({cell}, {literal(self.delimiter)}), {literal(value)})"

    def _flags(self, cell: Cell) -> Iterator[Cell]:
        members = _members(cell, self.delimiter)
        yield from ((self.yes if value in members else self.no) or None for _, value in self.values)

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return unique_names([*names, *(name for name, _ in self.values)])


def _members(cell: Cell, delimiter: str) -> list[str]:
    if not cell:
        return []
    return cell.split(delimiter) if delimiter else [cell]


def _first_rows(members: list[list[str]], value: str) -> list[int]:
    """The first row that has the value, and the first that has not."""
    return [next((at for at, one in enumerate(members) if (value in one) == flag), 0) for flag in (True, False)]
