"""What the search aims at, and how far a grid is from it.

The estimate is a light relative of Foofah's table edit distance (Jin, Anderson, Cafarella, Jagadish: "Foofah: Transforming
Data By Example", SIGMOD 2017): it counts which cells that belong in one row, or one column, of the expected table already
stand so.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from converter.learning.layouts.grid import Grid, grid_of
from converter.table import Cell, Example, Row

_WORD = re.compile(r"[^\W_]+(?:\.[0-9]+)?")
_RUN = re.compile(r"[0-9]+|[^\W\d_]+")


@dataclass(frozen=True, eq=False)
class Goal:
    """The expected grid and what operators ask about it."""

    expected: Grid
    headed: bool
    """Whether it has a heading, so that its width is not the data's."""

    @cached_property
    def cells(self) -> Counter[str]:
        """How often each filled cell is expected."""
        return Counter(cell for row in self.expected.rows for cell in row if cell)

    @cached_property
    def shapes(self) -> tuple["Shape", ...]:
        """The expected table, and the long table that a pivot would make it of."""
        whole = _shape(self.expected.rows, 0.0)
        long = _unpivoted(self.expected.rows)
        return (whole, _shape(long, 1.0)) if long else (whole,)

    def wants(self, cell: Cell) -> bool:
        """Whether the cell stands in the expected table as it is."""
        return bool(cell) and cell in self.cells

    @cached_property
    def words(self) -> frozenset[str]:
        """The expected cells and the words in them, whatever their case."""
        texts = [cell.casefold() for cell in self.cells]
        return frozenset(texts) | {word for text in texts for word in words_in(text)}

    def resembles(self, cell: Cell) -> bool:
        """Whether the cell, or each of its words, stands somewhere in the expected table, whatever its case."""
        text = (cell or "").strip().casefold()
        inside = words_in(text)
        return text in self.words or (bool(inside) and all(word in self.words for word in inside))

    @cached_property
    def _runs(self) -> frozenset[str]:
        return frozenset(run for text in self.cells for run in _RUN.findall(text.casefold()))

    def shows(self, cell: Cell) -> bool:
        """Whether most of the cell's runs of letters and digits stand in the expected table, as a reformatted date's do."""
        runs = _RUN.findall((cell or "").casefold())
        return self.wants(cell) or 2 * sum(run in self._runs for run in runs) > len(runs)

    def distance(self, grid: Grid) -> float:
        """About how many steps are missing from `grid` to the expected table; 0 where the cells stand alike."""
        filled_cells = sum(1 for row in grid.rows for cell in row if cell)
        if not filled_cells:
            return math.inf
        return min(shape.distance(grid, filled_cells) for shape in self.shapes)


@dataclass(frozen=True)
class Shape:
    """Which cells stand together in the rows and columns of a table to be reached, and what is to do after it."""

    rows: tuple[frozenset[str], ...]
    columns: tuple[frozenset[str], ...]
    filled: int
    beyond: float

    def distance(self, grid: Grid, filled_cells: int) -> float:
        """How far the grid is from the table."""
        rows = _cohesion(grid.rows, self.rows)
        columns = _cohesion(grid.columns, self.columns)
        surplus = abs(math.log(filled_cells / max(1, self.filled)))
        length = abs(math.log(len(grid.rows) / max(1, len(self.rows))))
        return 3.0 * (1 - rows) + 1.5 * (1 - columns) + 0.7 * surplus + 0.7 * length + self.beyond


def words_in(text: str) -> list[str]:
    """The words and numbers in a text, in lower case."""
    return _WORD.findall(text.casefold())


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


def _shape(rows: Sequence[Row], beyond: float) -> Shape:
    lines = tuple(frozenset(cell for cell in row if cell) for row in rows)
    columns = tuple(frozenset(cell for cell in column if cell) for column in zip(*rows, strict=True))
    return Shape(lines, columns, sum(1 for row in rows for cell in row if cell), beyond)


def _unpivoted(rows: Sequence[Row]) -> list[Row]:
    """Group, key and value of every cell, where the first row reads as keys over values."""
    heading, *body = rows or [()]
    groups = next((at for at, cell in enumerate(heading) if cell), 0)
    if not body or len(heading) - groups < 2 or not groups or not all(heading[groups:]):
        return []
    return [
        (*row[:groups], key, cell) for row in body for key, cell in zip(heading[groups:], row[groups:], strict=True) if cell
    ]
