"""Expressions: a column of the frame, a constant, or a function applied to expressions.

A node has its values over a frame's rows, its SQL, and its cost, which is what ranking starts from; nothing else. Functions are
declared (`Function`): what they compute for one row, or for all rows at once, and the template of their SQL.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlglot import exp

from converter.learning import sql
from converter.learning.kinds import Column, Kind, Value


class Frame(Protocol):
    """What nodes are evaluated over: a relation's rows, at one stage of a program."""

    size: int

    def source(self, name: str) -> Column:
        """The values of the relation's column."""
        ...

    def values(self, node: "Node") -> Column:
        """The node's values, computed once."""
        ...


class Node:
    """An expression. Nodes are equal when they are written alike."""

    __slots__ = ("_hash", "_sources", "cost", "exact", "key", "kind", "parts")
    kind: Kind
    parts: tuple["Node", ...]
    cost: float
    key: tuple[Any, ...]
    exact: bool

    def __init__(self, kind: Kind, parts: tuple["Node", ...], cost: float, key: tuple[Any, ...], *, exact: bool = True) -> None:
        self.kind, self.parts, self.cost, self.key = kind, parts, cost, key
        for part in parts:
            exact = exact and part.exact
        self.exact = exact
        self._hash = hash(key)
        self._sources: frozenset[str] | None = None

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and (self is other or self.key == other.key)

    def __repr__(self) -> str:
        return self.sql().sql(dialect="duckdb")

    def evaluate(self, frame: Frame) -> Column:
        """The values over the frame's rows."""
        raise NotImplementedError

    def sql(self) -> exp.Expression:
        """The expression in DuckDB's SQL."""
        raise NotImplementedError

    def within(self) -> Iterator["Node"]:
        """Itself and the expressions that it is made of, the outermost first."""
        yield self
        for part in self.parts:
            yield from part.within()

    @property
    def sources(self) -> frozenset[str]:
        """The names of the columns that it reads."""
        if self._sources is None:
            self._sources = frozenset().union(*(part.sources for part in self.parts))
        return self._sources

    def of(self, parts: Sequence["Node"]) -> "Node":
        """The same made of other parts, where it `is_composed`."""
        raise NotImplementedError

    is_composed = False
    """Whether it is a function or a choice of its parts, whatever these are."""
    is_key = False
    """Whether it is a key of groups, seen from their frame."""
    aggregates = False
    """Whether it makes one value of a group's rows."""

    @property
    def looks_around(self) -> bool:
        """Whether its value depends on other rows than its own."""
        return any(part.looks_around for part in self.parts)

    @property
    def is_count(self) -> bool:
        """Whether SQL gives it as a whole number: a count, a rank, days between dates."""
        return False


class ColumnRef(Node):
    """A column of the relation. Blank cells are None; where quoted blanks were seen, SQL makes them so too."""

    __slots__ = ("name", "quoted_blanks")

    def __init__(self, name: str, *, quoted_blanks: bool = False, kind: Kind = Kind.TEXT) -> None:
        super().__init__(kind, (), COLUMN_COST, ("column", name))
        self.name, self.quoted_blanks = name, quoted_blanks

    def evaluate(self, frame: Frame) -> Column:
        return frame.source(self.name)

    def sql(self) -> exp.Expression:
        plain = sql.column(self.name)
        return sql.sql("nullif({0}, '')", plain) if self.quoted_blanks else plain

    @property
    def sources(self) -> frozenset[str]:
        return frozenset((self.name,))


class Constant(Node):
    """The same value in every row."""

    __slots__ = ("value",)

    def __init__(self, value: Value, kind: Kind = Kind.TEXT, cost: float | None = None) -> None:
        spent = constant_cost(value) if cost is None else cost
        super().__init__(kind, (), spent, ("constant", kind, value))
        self.value = value

    def evaluate(self, frame: Frame) -> Column:
        return (self.value,) * frame.size

    def sql(self) -> exp.Expression:
        if self.value is None:
            return exp.Null()
        if self.kind is Kind.NUMBER:
            if self.value < 0:  # type: ignore[operator]
                return exp.Neg(this=exp.Literal.number(str(-self.value)))  # type: ignore[operator]
            return exp.Literal.number(f"{self.value:f}")
        return sql.text(str(self.value))


def is_blank(node: Node) -> bool:
    """Whether the expression is blank in every row."""
    return isinstance(node, Constant) and node.value is None


def anew(node: Node, leaf: Callable[[Node], Node | None]) -> Node | None:
    """The expression with `leaf` of all that it is composed of, constants apart; None where one of these is None."""
    if isinstance(node, Constant):
        return node
    if not node.is_composed:
        return leaf(node)
    parts = [anew(part, leaf) for part in node.parts]
    return None if None in parts else node.of([part for part in parts if part is not None])


def text_of(node: Node) -> Node:
    """What a number is read from, whatever is done with it alone: what is but turned in its sign keeps its digits."""
    read = node.parts[0]
    while read.kind is Kind.NUMBER and len(read.parts) == 1:
        read = read.parts[0]
    return read


@dataclass(frozen=True)
class Function:
    """A function by name and parameters.

    `compute` takes one row's values and gives one; a blank argument gives a blank unless it is `total`. With `over_rows` it
    takes the arguments' columns (one tuple each) and gives a column.
    """

    name: str
    kind: Kind
    template: str = field(compare=False)
    compute: Callable[..., Any] = field(compare=False)
    cost: float = field(compare=False, default=1.0)
    parameters: tuple[Any, ...] = ()
    total: bool = field(compare=False, default=False)
    over_rows: bool = field(compare=False, default=False)
    exact: bool = field(compare=False, default=True)
    typed: bool = field(compare=False, default=False)
    """Whether its SQL is of a type of its own that prints as the text (a decimal, a date)."""

    counts: bool = field(compare=False, default=False)
    """Whether its SQL is of a type of whole numbers."""

    def __call__(self, *arguments: Node) -> "Apply":
        return Apply(self, arguments)


class Apply(Node):
    """A function applied to expressions."""

    __slots__ = ("function",)
    is_composed = True

    def __init__(self, function: Function, arguments: Sequence[Node]) -> None:
        parts = tuple(arguments)
        # Very many are made, most of one part: what is hashed of a part is known.
        if len(parts) == 1:
            (part,) = parts
            self.cost, self.exact = function.cost + part.cost, function.exact and part.exact
            self.key = (function.name, function.parameters, part.key)
            self._hash = hash((function.name, function.parameters, part._hash))
        else:
            self.cost, self.exact = function.cost + sum([part.cost for part in parts]), function.exact
            for part in parts:
                self.exact = self.exact and part.exact
            self.key = (function.name, function.parameters, *[part.key for part in parts])
            self._hash = hash((function.name, function.parameters, *[part._hash for part in parts]))
        self.kind, self.parts, self.function = function.kind, parts, function
        self._sources = None

    def of(self, parts: Sequence[Node]) -> "Apply":
        return Apply(self.function, parts)

    def evaluate(self, frame: Frame) -> Column:
        function, columns = self.function, [frame.values(part) for part in self.parts]
        if function.over_rows:
            return tuple(function.compute(*columns))
        compute = function.compute
        if function.total:
            return tuple(map(compute, *columns))
        if len(columns) == 1:
            return tuple([None if value is None else compute(value) for value in columns[0]])
        if len(columns) == 2:
            pairs = zip(*columns, strict=True)
            return tuple([None if one is None or other is None else compute(one, other) for one, other in pairs])
        return tuple([None if None in row else compute(*row) for row in zip(*columns, strict=True)])

    def sql(self) -> exp.Expression:
        return sql.sql(self.function.template, *(part.sql() for part in self.parts), own=True)

    @property
    def is_count(self) -> bool:
        return self.function.counts

    @property
    def looks_around(self) -> bool:
        return self.function.over_rows or any(part.looks_around for part in self.parts)


COLUMN_COST = 1.0


_FAR_DAYS = frozenset(
    ("9999-12-31", "31.12.9999", "31/12/9999", "12/31/9999", "99991231", "2099-12-31", "31.12.2099", "2100-01-01")
)
"""Days that everybody knows to stand for no end."""


def constant_cost(value: Value) -> float:
    """What a reader has to take in of a constant: letters cost little, digits more."""
    if value is None:
        return 0.5
    if value in ("0", "1"):
        return 1.2
    if value in _FAR_DAYS:
        return 2.5
    return 1.0 + sum(0.6 if character.isdigit() else 0.12 for character in str(value))
