"""Numbers in an expression that only stand for the example's rows: the sum of a column, its greatest cell, a share's factor.

A program with such a number holds for the example alone. What computes it from all rows is likelier meant.
"""

from collections.abc import Iterator
from decimal import Decimal

from sqlglot import exp

from converter.synthesis.tables.grid import Grid
from converter.synthesis.tables.numbers import reading_of

_LEAST_DIGITS = 2
"""A number of a single digit agrees with too much by chance."""


def has_whole(expression: exp.Expression | None, grid: Grid) -> bool:
    """Whether the expression has a number that is told by a column of the grid as a whole."""
    if expression is None or len(grid.rows) < 2:
        return False
    wholes = grid.memo("wholes", lambda: tuple(_wholes(grid)))
    return any(_agrees(number, whole) for number in _numbers(expression) for whole in wholes)


def _numbers(expression: exp.Expression) -> Iterator[Decimal]:
    """The numbers that an expression calculates with."""
    for literal in expression.find_all(exp.Literal):
        if not literal.is_string and isinstance(literal.parent, exp.Add | exp.Sub | exp.Mul | exp.Div):
            number = Decimal(literal.this)
            if len(number.as_tuple().digits) >= _LEAST_DIGITS:
                yield number


def _wholes(grid: Grid) -> Iterator[Decimal]:
    """Each numeric column's sum, greatest, least and average, and what a share of the sum or the greatest is multiplied by."""
    for cells in grid.columns:
        reading = reading_of(cells)
        values = [value for cell in cells if (value := reading.value(cell)) is not None] if reading is not None else []
        if not values:
            continue
        total, greatest = sum(values, Decimal(0)), max(values)
        yield from (total, greatest, min(values), total / len(values))
        yield from (Decimal(scale) / whole for whole in (total, greatest) if whole for scale in (1, 100))


def _agrees(number: Decimal, whole: Decimal) -> bool:
    """Whether the number is the whole; with decimals, as near as a factor is that rounded cells leave open."""
    exponent = number.as_tuple().exponent
    step = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)
    return abs(number - whole) <= 2 * step if step < 1 else number == whole
