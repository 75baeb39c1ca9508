"""Conditions on a row: what is empty, what looks like a number, what is equal to what, and two of these together.

Conditions on structure are tables' own; conditions on values are those that column programs choose by
(`converter.synthesis.predicates`).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from sqlglot import exp

from converter.learning.clock import now
from converter.synthesis import predicates
from converter.synthesis.sheet import sheet_of
from converter.synthesis.tables.grid import Grid, Source, literal
from converter.synthesis.tables.numbers import Reading, number, reading_of
from converter.table import Cell, Row


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
        return bool(re.search(self.pattern, row[self.column] or "")) != self.negated

    def sql(self, source: Source) -> str:
        """`regexp_matches(c, pattern)`."""
        negation = "NOT " if self.negated else ""
        return f"{negation}regexp_matches(coalesce({source.cell(self.column)}, ''), {literal(self.pattern)})"


WIDEST = 10
"""The width up to which every column's shape is looked at."""

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
        return 0.6 + 0.02 * len(self.text) + 0.6 * bool(number(self.text)) + 0.5 * self.is_single

    def holds(self, row: Row) -> bool:
        """Whether the cell is the text."""
        return ((row[self.column] or "") == self.text) != self.negated

    def sql(self, source: Source) -> str:
        """`c = text`, where a missing cell is another."""
        operator = "IS DISTINCT FROM" if self.negated else "IS NOT DISTINCT FROM"
        return f"{source.cell(self.column)} {operator} {literal(self.text)}"


@dataclass(frozen=True)
class StartsWith:
    """The cell of a column begins with a text."""

    column: int
    text: str

    @property
    def cost(self) -> float:
        """A remembered text costs more than a shape."""
        return 0.6 + 0.05 * len(self.text)

    def holds(self, row: Row) -> bool:
        """Whether the cell begins so."""
        return (row[self.column] or "").startswith(self.text)

    def sql(self, source: Source) -> str:
        """`starts_with(c, text)`; NULL where the cell is missing."""
        return f"starts_with({source.cell(self.column)}, {literal(self.text)})"


def common_start(texts: Collection[str]) -> str:
    """The longest text that all begin with."""
    lowest, highest = min(texts, default=""), max(texts, default="")
    length = next((at for at, pair in enumerate(zip(lowest, highest, strict=False)) if pair[0] != pair[1]), len(lowest))
    return lowest[:length]


def categories(grid: Grid) -> Iterator[Condition]:
    """A value that comes back in a column of few values, or any other value than it."""
    for column, cells in enumerate(grid.columns[:WIDEST]):
        counts = Counter(cell for cell in cells if cell)
        if not 1 < len(counts) <= min(MOST_CATEGORIES, len(cells) // 2):
            continue
        for text, count in counts.items():
            if count > 1:
                yield Equals(column, text)
            yield Equals(column, text, negated=True, is_single=count == 1)


MOST_CATEGORIES = 6


def conditions(grid: Grid) -> Iterator[Condition]:
    """The conditions that tell some rows of the grid from others, cheap ones first."""
    seen: set[tuple[bool, ...]] = set()
    for condition in _candidates(grid):
        flags = tuple(condition.holds(row) for row in grid.rows)
        if any(flags) and not all(flags) and flags not in seen:
            seen.add(flags)
            yield condition


@dataclass(frozen=True)
class Holds:
    """A predicate over values: a text, a member of a list, a number or a date above or below a bound."""

    predicate: predicates.Predicate

    @property
    def cost(self) -> float:
        """What the predicate costs, on the scale of the conditions on structure."""
        return max(0.1, self.predicate.cost - 0.5)

    def holds(self, row: Row) -> bool:
        """Whether the predicate holds for the row."""
        return self.predicate.holds(row)

    def sql(self, source: Source) -> str:
        """The predicate, with a negated comparison turned around."""
        expression = self.predicate.condition.expression
        if not self.predicate.is_negated:
            return expression.sql("duckdb")
        if isinstance(expression, exp.EQ) and isinstance(expression.this, exp.Column):
            return f"{expression.this.sql('duckdb')} IS DISTINCT FROM {expression.expression.sql('duckdb')}"
        turned = _TURNED.get(type(expression))
        if turned is not None:
            return turned(this=expression.this, expression=expression.expression).sql("duckdb")
        return self.predicate.expression.sql("duckdb")


_TURNED: dict[type[exp.Expression], type[exp.Expression]] = {exp.GTE: exp.LT, exp.GT: exp.LTE, exp.EQ: exp.NEQ}


@dataclass(frozen=True)
class ComparesColumns:
    """Two columns of numbers compared with each other."""

    left: int
    operator: str
    right: int
    readings: tuple[Reading, Reading]
    cost: float = 0.7

    def holds(self, row: Row) -> bool:
        """Whether both are numbers, and the comparison holds."""
        left, right = self.readings[0].value(row[self.left]), self.readings[1].value(row[self.right])
        if left is None or right is None:
            return False
        return {"<": left < right, ">": left > right, "=": left == right, "<>": left != right}[self.operator]

    def sql(self, source: Source) -> str:
        """The comparison of decimals; NULL where one is missing."""
        left, right = self.readings[0].sql(source.cell(self.left)), self.readings[1].sql(source.cell(self.right))
        return f"{left} {self.operator} {right}"


@dataclass(frozen=True)
class Both:
    """Two conditions, joined by AND, or with `either` by OR."""

    first: Condition
    second: Condition
    either: bool = False

    @property
    def cost(self) -> float:
        """More than both."""
        return 0.6 + self.first.cost + self.second.cost

    def holds(self, row: Row) -> bool:
        """Whether both hold, or one of them."""
        if self.either:
            return self.first.holds(row) or self.second.holds(row)
        return self.first.holds(row) and self.second.holds(row)

    def sql(self, source: Source) -> str:
        """The conditions in brackets."""
        return f"({self.first.sql(source)}) {'OR' if self.either else 'AND'} ({self.second.sql(source)})"


MOST_TELLING = 6
MOST_PARTNERS = 40
DEAR = 1.0
"""Where the cheapest single condition costs more, two joined ones are looked at."""
_SECONDS = 1.0


def telling(grid: Grid, kept: Sequence[bool]) -> list[Condition]:
    """Conditions that hold for exactly the rows that are kept, the likeliest first; joined ones where no cheap one does."""
    truths = [(condition, _mask(condition, grid.rows)) for condition in _all_conditions(grid, kept)]
    wanted = sum(1 << at for at, keep in enumerate(kept) if keep)
    found: list[Condition] = [condition for condition, truth in truths if truth == wanted]
    if all(condition.cost > DEAR for condition in found):
        found += _joined(truths, wanted, (1 << len(kept)) - 1)
    return sorted(found, key=lambda condition: condition.cost)[:MOST_TELLING]


def _mask(condition: Condition, rows: Sequence[Row]) -> int:
    return sum(1 << at for at, row in enumerate(rows) if condition.holds(row))


def _all_conditions(grid: Grid, kept: Sequence[bool]) -> Iterator[Condition]:
    yield from _candidates(grid)
    yield from _remembering(grid, kept)
    if grid.names is None:
        return
    yield from _comparing(grid)
    sheet = sheet_of(grid.as_table(), now() + _SECONDS)
    for condition in (*predicates.conditions(sheet), *predicates.memberships(sheet, tuple(kept))):
        yield Holds(predicates.Predicate(condition, False))
        yield Holds(predicates.Predicate(condition, True))


def _joined(truths: list[tuple[Condition, int]], wanted: int, whole: int) -> Iterator[Condition]:
    """Pairs whose intersection, or union, is what is wanted."""
    for either in (False, True):
        # By De Morgan, rows outside of a union are the intersection of the complements.
        aim = whole & ~wanted if either else wanted
        cheapest: dict[int, Condition] = {}
        for condition, truth in sorted(truths, key=lambda entry: entry[0].cost):
            about = whole & ~truth if either else truth
            if about & aim == aim and about != whole:
                cheapest.setdefault(about, condition)
        partners = sorted(cheapest.items(), key=lambda entry: entry[1].cost)[:MOST_PARTNERS]
        for (one, first), (other, second) in combinations(partners, 2):
            if one & other == aim:
                yield Both(first, second, either)


def _comparing(grid: Grid) -> Iterator[Condition]:
    readings = [reading_of(cells) for cells in grid.columns]
    numeric = [(at, reading) for at, reading in enumerate(readings) if reading is not None][:WIDEST]
    for (left, first), (right, second) in combinations(numeric, 2):
        for operator in ("<", ">", "=", "<>"):
            yield ComparesColumns(left, operator, right, (first, second))


def _remembering(grid: Grid, kept: Sequence[bool]) -> Iterator[Condition]:
    for column, cells in enumerate(grid.columns):
        inside = {cell or "" for cell, keep in zip(cells, kept, strict=True) if keep}
        outside = {cell or "" for cell, keep in zip(cells, kept, strict=True) if not keep}
        shared = common_start(inside) if reading_of(cells) is None else ""
        for start in dict.fromkeys((shared, shared[:1])):
            if start and not any(cell.startswith(start) for cell in outside):
                yield StartsWith(column, start)
        if len(inside) == 1:
            yield Equals(column, min(inside), is_single=sum(kept) == 1)
        if len(outside) == 1:
            yield Equals(column, min(outside), negated=True, is_single=len(kept) - sum(kept) == 1)


def cell_shapes(cells: Sequence[Cell], column: int) -> Iterator[Condition]:
    """Conditions on the cells of one column alone."""
    yield Filled(column)
    yield Empty(column)
    for pattern in PATTERNS:
        yield Looks(column, pattern)
        yield Looks(column, pattern, negated=True)


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
