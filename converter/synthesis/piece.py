"""What a column operator is: a source of expressions over a table's columns, declared once.

An operator proposes; it never decides. What it proposes carries the cells that it gives for each row of the example, so
that the search can match it against the output, whole or as a piece of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from converter.table import Cell, Table

Propose = Callable[[Table, Sequence[str]], Iterator["Piece"]]


@dataclass(frozen=True)
class Piece:
    """An expression and the text that it gives for each row. `cost` is its description length: lower is likelier meant."""

    expression: exp.Expression
    cells: tuple[str, ...]
    cost: float
    kind: str


@dataclass(frozen=True)
class Operator:
    """A named way of making cells. `propose(table, target)` gives pieces; `is_whole` says that they are whole cells only."""

    name: str
    propose: Propose
    is_whole: bool = False


def column(table: Table, at: int) -> exp.Expression:
    """The column at `at` as SQL; quoted, since names are as the file has them."""
    return exp.column(table.columns[at], quoted=True)


def cells_of(table: Table, at: int) -> tuple[str, ...]:
    """The column's cells as text; missing ones are empty."""
    return tuple(cell or "" for cell in table.column(at))


def call(name: str, *arguments: exp.Expression | str | int) -> exp.Expression:
    """A DuckDB function's call, printed under this very name."""
    return exp.Anonymous(
        this=name, expressions=[literal(one) if not isinstance(one, exp.Expression) else one for one in arguments]
    )


def literal(value: str | int) -> exp.Expression:
    """A constant."""
    return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)


def decimals(text: Cell) -> int | None:
    """How many digits stand behind the point of a plain number; None for what is none."""
    if text is None:
        return None
    digits = text.removeprefix("-")
    whole, point, fraction = digits.partition(".")
    if not whole.isascii() or not whole.isdigit() or (point and not (fraction.isascii() and fraction.isdigit())):
        return None
    return len(fraction)
