"""Terms: the small programs that make one cell's text from a row, each of them Python and SQL at once.

`value` gives what the SQL gives: NULL is None, and a function of NULL is NULL. Where an operator's term lives, there lives
how it is proposed from an example (`operator.Operator`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlglot import exp, parse_one

from converter.table import Cell, Row


class Origin:
    """What parts of a text may have in common, such as a date that several of them tell. Subclasses are frozen."""

    @property
    def cost(self) -> float:
        """The description length, that of `inner` included."""
        raise NotImplementedError

    @property
    def inner(self) -> "Origin | None":
        """What it is made from."""
        return None


class Term:
    """A program from a row to a text. Subclasses are frozen dataclasses."""

    kind: ClassVar[str] = "text"

    @property
    def cost(self) -> float:
        """The description length, roughly in steps of a reader's attention; the lower, the likelier meant."""
        raise NotImplementedError

    def value(self, row: Row) -> Cell:
        """The text for one row, the same as the SQL gives."""
        raise NotImplementedError

    def sql(self) -> exp.Expression:
        """DuckDB SQL over the columns of the input."""
        raise NotImplementedError

    @property
    def is_optional(self) -> bool:
        """Whether it is meant to write nothing in some rows."""
        return False

    @property
    def origin(self) -> Origin | None:
        """What other parts of the text may share: it is described once."""
        return None

    @property
    def family(self) -> object:
        """What adjacent parts of a text share when they are told in one breath, such as one date in one format."""
        return None

    @property
    def styles(self) -> Iterable[tuple[str, str]]:
        """Kinds of things that it tells, each with the style: a reader expects one style for a kind within a text."""
        return ()

    @property
    def by_heart(self) -> str:
        """The text that it writes whatever the row says, that of the terms within it aside."""
        return ""

    def joined(self, parts: "Sequence[Term]") -> "Term":
        """Parts of one family, with constants between them, as a single term."""
        raise NotImplementedError


@dataclass(frozen=True)
class Column(Term):
    """A column's cell as it is."""

    kind: ClassVar[str] = "copy"
    index: int
    name: str

    @property
    def cost(self) -> float:
        return 1.0

    def value(self, row: Row) -> Cell:
        return row[self.index]

    def sql(self) -> exp.Expression:
        return exp.column(self.name, quoted=True)


@dataclass(frozen=True)
class Constant(Term):
    """The same text in every row. Letters cost more than punctuation, digits most: they are likelier to be data.

    `echoes` says how many of its words stand in every row of the input: those are likelier to be copied from there.
    """

    kind: ClassVar[str] = "constant"
    text: str
    echoes: int = 0

    @property
    def cost(self) -> float:
        letters = sum(0.9 if char.isdigit() else 0.35 if char.isalpha() else 0.2 for char in self.text)
        return 0.6 + letters + 1.5 * self.echoes

    @property
    def by_heart(self) -> str:
        return self.text

    def value(self, row: Row) -> Cell:
        return self.text

    def sql(self) -> exp.Expression:
        return literal(self.text)


def literal(value: str | int) -> exp.Expression:
    """A text or a whole number in SQL."""
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def call(name: str, *arguments: Any) -> exp.Expression:
    """A function's call, its name kept as DuckDB has it. Plain texts and whole numbers become literals."""
    return exp.Anonymous(this=name, expressions=[one if isinstance(one, exp.Expression) else literal(one) for one in arguments])


def cast(expression: exp.Expression, kind: str, *, attempt: bool = False) -> exp.Expression:
    """`CAST(expression AS kind)`, or TRY_CAST, which gives NULL for what does not fit."""
    make = exp.TryCast if attempt else exp.Cast
    return make(this=expression, to=exp.DataType.build(kind, dialect="duckdb"))


def template(text: str, **parts: exp.Expression) -> exp.Expression:
    """SQL written out, each column of a part's name being that part."""
    tree = parse_one(text, read="duckdb")

    def filled(node: exp.Expression) -> exp.Expression:
        return parts[node.name].copy() if isinstance(node, exp.Column) and node.name in parts else node

    return tree.transform(filled)


def values(term: Term, rows: Sequence[Row]) -> tuple[Cell, ...]:
    """The term's text for each row."""
    return tuple(term.value(row) for row in rows)
