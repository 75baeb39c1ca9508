"""What the search aims at, and how far a grid is from it.

The estimate is a light relative of Foofah's table edit distance (Jin, Anderson, Cafarella, Jagadish: "Foofah: Transforming
Data By Example", SIGMOD 2017): it counts which cells that belong in one row, or one column, of the expected table already
stand so.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from converter.synthesis.tables.grid import Grid, grid_of
from converter.table import Cell, Example


@dataclass(frozen=True)
class Goal:
    """The expected grid and what operators ask about it."""

    expected: Grid
    headed: bool

    @cached_property
    def cells(self) -> Counter[str]:
        """How often each filled cell is expected."""
        return Counter(cell for row in self.expected.rows for cell in row if cell)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The expected header, or no names."""
        return self.expected.names or () if self.headed else ()

    @cached_property
    def row_sets(self) -> tuple[frozenset[str], ...]:
        """The filled cells of each expected row."""
        return tuple(frozenset(cell for cell in row if cell) for row in self.expected.rows)

    @cached_property
    def column_sets(self) -> tuple[frozenset[str], ...]:
        """The filled cells of each expected column."""
        return tuple(frozenset(cell for cell in column if cell) for column in self.expected.columns)

    def wants(self, cell: Cell) -> bool:
        """Whether the cell stands in the expected table as it is."""
        return bool(cell) and cell in self.cells

    def distance(self, grid: Grid) -> float:
        """About how many steps are missing from `grid` to the expected table; 0 where the cells stand alike."""
        filled_cells = sum(1 for row in grid.rows for cell in row if cell)
        if not filled_cells:
            return math.inf
        rows = _cohesion(grid.rows, self.row_sets)
        columns = _cohesion(grid.columns, self.column_sets)
        surplus = abs(math.log(filled_cells / max(1, self.cells.total())))
        length = abs(math.log(len(grid.rows) / max(1, len(self.expected.rows))))
        return 3.0 * (1 - rows) + 1.5 * (1 - columns) + 0.7 * surplus + 0.7 * length


def goal_of(example: Example) -> Goal:
    """The goal that an example sets."""
    return Goal(grid_of(example.expected), example.expected.header is not None)


def _cohesion(lines: Sequence[Sequence[Cell]], wanted: Sequence[frozenset[str]]) -> float:
    """The share of wanted cells that one single line holds together, best line for each wanted one; 0 to 1."""
    places: dict[str, set[int]] = {}
    for at, line in enumerate(lines):
        for cell in line:
            if cell:
                places.setdefault(cell, set()).add(at)
    total = sum(len(cells) for cells in wanted)
    found = 0
    for cells in wanted:
        together = Counter(at for cell in cells for at in places.get(cell, ()))
        found += max(together.values(), default=0)
    return found / total if total else 1.0
