"""Conditions on how a row looks: what is empty, what looks like a number, what is equal to what."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from converter.learning.layouts.grid import Grid, Source, literal
from converter.table import Row

_MOST_KEPT = 20_000
"""So many looks at a cell are kept: each grid on the way has the same cells."""


class Condition(Protocol):
    """A test of a row by itself."""

    @property
    def cost(self) -> float:
        """How unlikely it is that the condition is meant."""

    def holds(self, row: Row) -> bool:
        """Whether the row passes."""

    def sql(self, source: Source) -> str:
        """The same in SQL; never NULL."""


@dataclass(frozen=True)
class Filled:
    """The cell of a column is not empty."""

    column: int
    cost: float = 0.1

    def holds(self, row: Row) -> bool:
        """Whether the cell is filled."""
        return bool(row[self.column])

    def sql(self, source: Source) -> str:
        """`coalesce(c, '') <> ''`."""
        return f"coalesce({source.cell(self.column)}, '') <> ''"


@dataclass(frozen=True)
class Empty:
    """The cell of a column is empty."""

    column: int
    cost: float = 0.2

    def holds(self, row: Row) -> bool:
        """Whether the cell is empty."""
        return not row[self.column]

    def sql(self, source: Source) -> str:
        """`coalesce(c, '') = ''`."""
        return f"coalesce({source.cell(self.column)}, '') = ''"


@dataclass(frozen=True)
class AnyFilled:
    """The row is not blank."""

    cost: float = 0.0

    def holds(self, row: Row) -> bool:
        """Whether any cell is filled."""
        return any(row)

    def sql(self, source: Source) -> str:
        """`len(list_filter(cells, …)) > 0`."""
        return f"len(list_filter({source.cells()}, cell -> cell <> '')) > 0"


@dataclass(frozen=True)
class Blank:
    """The row is blank."""

    cost: float = 0.1

    def holds(self, row: Row) -> bool:
        """Whether no cell is filled."""
        return not any(row)

    def sql(self, source: Source) -> str:
        """`len(list_filter(cells, …)) = 0`."""
        return f"len(list_filter({source.cells()}, cell -> cell <> '')) = 0"


@dataclass(frozen=True)
class AllFilled:
    """No cell of the row is empty. For grids with names."""

    width: int
    cost: float = 0.2

    def holds(self, row: Row) -> bool:
        """Whether all cells are filled."""
        return all(row)

    def sql(self, source: Source) -> str:
        """`len(list_filter(cells, …)) = width`."""
        return f"len(list_filter({source.cells()}, cell -> cell <> '')) = {self.width}"


@dataclass(frozen=True)
class OnlyFilled:
    """One column is filled and all others are empty: a title between the records."""

    column: int
    cost: float = 0.1

    def holds(self, row: Row) -> bool:
        """Whether the cell stands alone in its row."""
        return bool(row[self.column]) and sum(map(bool, row)) == 1

    def sql(self, source: Source) -> str:
        """The cell is filled, and nothing else in the row."""
        alone = f"len(list_filter({source.cells()}, cell -> cell <> '')) = 1"
        return f"coalesce({source.cell(self.column)}, '') <> '' AND {alone}"


@lru_cache(maxsize=_MOST_KEPT)
def _is_found(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


@dataclass(frozen=True)
class Looks:
    """The cell of a column matches a pattern, or with `negated` does not."""

    column: int
    pattern: str
    negated: bool = False

    @property
    def cost(self) -> float:
        """Longer patterns are less likely meant."""
        return 0.25 + 0.01 * len(self.pattern) + 0.1 * self.negated

    def holds(self, row: Row) -> bool:
        """Whether the pattern is found in the cell."""
        return _is_found(self.pattern, row[self.column] or "") != self.negated

    def sql(self, source: Source) -> str:
        """`regexp_matches(c, pattern)`."""
        negation = "NOT " if self.negated else ""
        return f"{negation}regexp_matches(coalesce({source.cell(self.column)}, ''), {literal(self.pattern)})"


WIDEST = 10
"""The width up to which every column's shape is looked at."""

_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]*%?")
PATTERNS = (
    r"(?i)\btotal\b",
    r"^#",
    r"^[0-9]+$",
    r"^[-+(]?[$€£]? ?[0-9][0-9.,]*[)%]?$",
    r"^[0-9]",
    r"[0-9]",
    r"^[A-Za-z]",
    r"^[A-Z]+$",
    r"^[A-Z]",
    r"^[a-z]",
    r"^[A-Za-z ]+$",
    r":$",
    r":",
    r",",
    r"@",
    r"-",
    r"/",
    r"\(",
    r" ",
)
"""Shapes of cells that people tell kinds of rows apart by: numbers, words, marks."""


@dataclass(frozen=True)
class Equals:
    """The cell of a column is a certain text, or with `negated` any other: a total, a repeated header."""

    column: int
    text: str
    negated: bool = False
    is_single: bool = False

    @property
    def cost(self) -> float:
        """A remembered text costs more than a shape, and more where it stands in one row only or is a number, save nothing."""
        return 0.6 + 0.02 * len(self.text) + 0.6 * bool(_NUMBER.fullmatch(self.text)) + 0.5 * self.is_single

    def holds(self, row: Row) -> bool:
        """Whether the cell is the text."""
        return ((row[self.column] or "") == self.text) != self.negated

    def sql(self, source: Source) -> str:
        """`c = text`, where a missing cell is another."""
        operator = "IS DISTINCT FROM" if self.negated else "IS NOT DISTINCT FROM"
        return f"{source.cell(self.column)} {operator} {literal(self.text)}"


def common_start(texts: Collection[str]) -> str:
    """The longest text that all begin with."""
    lowest, highest = min(texts, default=""), max(texts, default="")
    length = next((at for at, pair in enumerate(zip(lowest, highest, strict=False)) if pair[0] != pair[1]), len(lowest))
    return lowest[:length]


def conditions(grid: Grid) -> Iterator[Condition]:
    """The conditions that tell some rows of the grid from others, cheap ones first."""
    seen: set[tuple[bool, ...]] = set()
    for condition in _candidates(grid):
        flags = tuple(condition.holds(row) for row in grid.rows)
        if any(flags) and not all(flags) and flags not in seen:
            seen.add(flags)
            yield condition


def _candidates(grid: Grid) -> Iterator[Condition]:
    yield AnyFilled()
    if not grid.is_ragged:
        yield AllFilled(grid.width)
    for column in range(grid.width):
        yield Filled(column)
        yield OnlyFilled(column)
        yield Empty(column)
    for column in range(grid.width if grid.width <= WIDEST else 0):
        for pattern in PATTERNS:
            yield Looks(column, pattern)
            yield Looks(column, pattern, negated=True)
