"""Values of the rows around: the row before, running sums, ranks, totals of a group, what was last filled."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlglot import exp

from converter.learning import sql
from converter.learning.kinds import Column, Kind, Value
from converter.learning.nodes import Frame, Function, Node

NUMBER, TEXT = Kind.NUMBER, Kind.TEXT


@dataclass(frozen=True)
class WindowFunction:
    """A window function: its value for each row of a partition in order, given the partition's argument values."""

    name: str
    template: str
    compute: Callable[[list[Any]], list[Any]]
    kind: Kind | None = None
    cost: float = 2.0
    ordered: bool = True
    exact: bool = True
    frame: tuple[int, int] | None = None
    """How many rows before and after it takes in, where not all that came."""
    complete: bool = False
    """Whether it is blank until all of these are there."""


def _running(values: list[Decimal | None]) -> list[Decimal | None]:
    total: Decimal | None = None
    found = []
    for value in values:
        if value is not None:
            total = value if total is None else total + value
        found.append(total)
    return found


def _all(function: Callable[[list[Any]], Any]) -> Callable[[list[Any]], list[Any]]:
    def compute(values: list[Any]) -> list[Any]:
        filled = [value for value in values if value is not None]
        return [function(filled) if filled else None] * len(values)

    return compute


def _counted(values: list[Any]) -> list[Any]:
    count, found = 0, []
    for value in values:
        count += value is not None
        found.append(Decimal(count))
    return found


def _filled_down(values: list[Any]) -> list[Any]:
    last, found = None, []
    for value in values:
        last = value if value is not None else last
        found.append(last)
    return found


LAG = WindowFunction("lag", "lag({0})", lambda values: [None, *values[:-1]])
LEAD = WindowFunction("lead", "lead({0})", lambda values: [*values[1:], None])
RUNNING_SUM = WindowFunction("running sum", "sum({0})", _running)
GROUP_SUM = WindowFunction("total", "sum({0})", _all(sum), ordered=False)
GROUP_MAX = WindowFunction("greatest", "max({0})", _all(max), ordered=False)
GROUP_MIN = WindowFunction("least", "min({0})", _all(min), ordered=False)
GROUP_AVERAGE = WindowFunction(
    "average", "avg({0})", _all(lambda values: sum(values) / len(values)), ordered=False, exact=False
)
FIRST = WindowFunction("first", "first_value({0})", lambda values: [values[0]] * len(values))
ROW_NUMBER = WindowFunction(
    "row number", "row_number()", lambda values: [Decimal(at + 1) for at in range(len(values))], NUMBER, 2.0
)
COUNT = WindowFunction("count", "count(*)", lambda values: [Decimal(len(values))] * len(values), NUMBER, 2.2, ordered=False)
RUNNING_COUNT = WindowFunction("running count", "count({0})", lambda values: _counted(values), NUMBER, 2.4)
COUNT_IF = WindowFunction("times", "count_if({0})", lambda values: _counted([value or None for value in values]), NUMBER, 2.4)
FILL_DOWN = WindowFunction("filled down", "last_value({0} IGNORE NULLS)", _filled_down, None, 1.6)
FILL_UP = WindowFunction(
    "filled up", "first_value({0} IGNORE NULLS)", lambda values: _filled_down(values[::-1])[::-1], None, 2.4
)

PERCENT_OF = Function(
    "percent of",
    Kind.NUMBER,
    "100 * {0} / nullif({1}, 0)",
    lambda one, all_: 100 * one / all_ if all_ else None,
    1.5,
    exact=False,
)

PERCENT_CHANGE = Function(
    "percent change",
    NUMBER,
    "100 * ({0} - {1}) / nullif({1}, 0)",
    lambda one, other: 100 * (one - other) / other if other else None,
    2.0,
    exact=False,
)
WHERE = Function("where", NUMBER, "CASE WHEN {0} THEN {1} END", lambda flag, value: value if flag else None, 0.5, total=True)
"""The number of the rows that a condition keeps."""


def in_order(rows: Sequence[int], keys: Column, *, descending: bool) -> list[int]:
    """The rows by their keys, blank ones last; equal ones stay as they came."""
    filled = sorted((at for at in rows if keys[at] is not None), key=lambda at: keys[at], reverse=descending)  # type: ignore[arg-type,return-value]
    return filled + [at for at in rows if keys[at] is None]


def _parts(frame: Frame, partition: tuple[Node, ...]) -> Sequence[Sequence[int]]:
    """The rows of each part, made once: very many windows are computed over the same ones."""
    kept: dict[tuple[Node, ...], Sequence[Sequence[int]]] = frame.__dict__.setdefault("_parts", {})
    found = kept.get(partition)
    if found is None:
        parts: dict[tuple[Value, ...], list[int]] = {}
        columns = [frame.values(one) for one in partition]
        for at, key in enumerate(zip(*columns, strict=True) if columns else [()] * frame.size):
            parts.setdefault(key, []).append(at)
        found = kept[partition] = tuple(parts.values())
    return found


class Window(Node):
    """A window function of an argument over partitions, in the frame's order or by a key of its own.

    An early one is computed over all rows, before any are left out or grouped; `alias` and `table` are what it is called where
    it has to become a column of a table before.
    """

    __slots__ = ("alias", "argument", "by", "descending", "early", "function", "order", "partition", "table")

    def __init__(
        self,
        function: WindowFunction,
        argument: Node | None,
        partition: Sequence[Node] = (),
        *,
        by: Node | None = None,
        descending: bool = False,
        order: Sequence[exp.Expression] = (),
        early: bool = False,
        alias: str = "around",
        table: str = "computed",
        extra: float = 0.0,
    ) -> None:
        parts = tuple(part for part in (argument, *partition, by) if part is not None)
        kind = function.kind or (argument.kind if argument is not None else NUMBER)
        cost = function.cost + sum(part.cost * (1.0 if part is argument else 0.6) for part in parts) + 0.3 * descending + extra
        own = (tuple(one.key for one in partition), by.key if by else None, descending, early)
        super().__init__(
            kind, parts, cost, ("window", function.name, argument.key if argument else None, *own), exact=function.exact
        )
        self.function, self.argument, self.partition, self.by, self.descending = (
            function,
            argument,
            tuple(partition),
            by,
            descending,
        )
        self.order, self.early, self.alias, self.table = tuple(order), early, alias, table

    def evaluate(self, frame: Frame) -> Column:
        origin = getattr(frame, "origin", None)
        if self.early and origin is not None:
            before = origin[0].values(self)
            return tuple(before[at] for at in origin[1])
        argument = frame.values(self.argument) if self.argument is not None else (None,) * frame.size
        result: list[Value] = [None] * frame.size
        for rows in _parts(frame, self.partition):
            ordered = rows if self.by is None else in_order(rows, frame.values(self.by), descending=self.descending)
            for at, value in zip(ordered, self.function.compute([argument[at] for at in ordered]), strict=True):
                result[at] = value
        return tuple(result)

    @property
    def is_count(self) -> bool:
        return self.function.kind is NUMBER

    def sql(self) -> exp.Expression:
        call = sql.sql(self.function.template, *([self.argument.sql()] if self.argument is not None else []))
        tree: exp.Expression = exp.Window(this=call, partition_by=[one.sql() for one in self.partition])
        if self.function.ordered:
            keys: list[exp.Expression] = []
            if self.by is not None:
                keys.append(exp.Ordered(this=self.by.sql(), desc=self.descending))
            keys += [one.copy() for one in self.order or (exp.Ordered(this=exp.column("_row")),)]
            tree.set("order", exp.Order(expressions=keys))
            if self.function in (FILL_UP,):
                tree.set("spec", exp.WindowSpec(kind="ROWS", start="CURRENT ROW", end="UNBOUNDED", end_side="FOLLOWING"))
            if self.function.frame is not None:
                tree = self._within_rows(tree, self.function.frame)
        if self.early:
            tree.meta.update(early=True, alias=self.alias, table=self.table)
        return tree

    def _within_rows(self, tree: exp.Expression, rows: tuple[int, int]) -> exp.Expression:
        """The window over some rows before and after; blank where there are fewer and all are asked for."""
        before, after = rows
        spec = exp.WindowSpec(kind="ROWS", start=exp.Literal.number(before), start_side="PRECEDING", end="CURRENT ROW")
        if after:
            spec.set("end", exp.Literal.number(after))
            spec.set("end_side", "FOLLOWING")
        tree.set("spec", spec)
        if not self.function.complete:
            return tree
        assert self.argument is not None
        counted = tree.copy()
        counted.set("this", sql.sql("count({0})", self.argument.sql()))
        least = exp.EQ(this=counted, expression=exp.Literal.number(before + after + 1))
        return exp.Case().when(least, tree)

    @property
    def looks_around(self) -> bool:
        return True


def is_number(node: Node, sign: str, limit: int) -> Node:
    """Whether a whole number that the engine counts is so."""
    compute = {
        "=": lambda value: value == limit,
        ">": lambda value: value > limit,
        ">=": lambda value: value >= limit,
        "<=": lambda value: value <= limit,
    }
    return Function("counted", Kind.BOOLEAN, f"{{0}} {sign} {limit}", compute[sign], 0.5, (sign, limit))(node)


class Rank(Node):
    """The rank of a row within its partition by a number, equal ones alike."""

    __slots__ = ("by", "dense", "descending", "early", "partition")

    def __init__(
        self, by: Node, partition: Sequence[Node], *, descending: bool, dense: bool = False, early: bool = False
    ) -> None:
        parts = (by, *partition)
        super().__init__(
            NUMBER,
            parts,
            2.0 + by.cost + sum(one.cost for one in partition) + 0.3 * dense,
            ("rank", descending, dense, early, *(one.key for one in parts)),
        )
        self.by, self.partition, self.descending, self.dense, self.early = by, tuple(partition), descending, dense, early

    def evaluate(self, frame: Frame) -> Column:
        origin = getattr(frame, "origin", None)
        if self.early and origin is not None:
            before = origin[0].values(self)
            return tuple(before[at] for at in origin[1])
        values = frame.values(self.by)
        result: list[Value] = [None] * frame.size
        for rows in _parts(frame, self.partition):
            places = self._places([values[at] for at in rows])
            for at in rows:
                result[at] = places[values[at]]
        return tuple(result)

    def _places(self, values: Sequence[Value]) -> dict[Value, Decimal]:
        """The rank of each of the values; the blank ones come last."""
        filled = sorted([value for value in values if value is not None], reverse=self.descending)
        places: dict[Value, Decimal] = {}
        for at, value in enumerate(filled):
            places.setdefault(value, Decimal((len(places) if self.dense else at) + 1))
        places[None] = Decimal((len(places) if self.dense else len(filled)) + 1)
        return places

    @property
    def is_count(self) -> bool:
        return True

    def sql(self) -> exp.Expression:
        order = exp.Order(expressions=[exp.Ordered(this=self.by.sql(), desc=self.descending, nulls_first=False)])
        call = sql.sql("dense_rank()" if self.dense else "rank()")
        tree = exp.Window(this=call, partition_by=[one.sql() for one in self.partition], order=order)
        if self.early:
            tree.meta.update(early=True, alias="rank", table="computed")
        return tree

    @property
    def looks_around(self) -> bool:
        return True


def is_of_neighbour(node: Node) -> bool:
    """Whether it takes a value from one other row of the rows around, or the least, the greatest or the mean of a group."""
    own = isinstance(node, Window) and node.function in (LAG, LEAD, FIRST, GROUP_MIN, GROUP_MAX, GROUP_AVERAGE)
    return own or (node.looks_around and any(map(is_of_neighbour, node.parts)))


class Beginning(Node):
    """The place of the first row of each row's partition, before any rows are left out."""

    __slots__ = ("partition",)

    def __init__(self, partition: Sequence[Node]) -> None:
        parts = tuple(partition)
        super().__init__(NUMBER, parts, 1.0 + sum(part.cost for part in parts), ("beginning", *(part.key for part in parts)))
        self.partition = parts

    def evaluate(self, frame: Frame) -> Column:
        origin = getattr(frame, "origin", None)
        if origin is not None:
            before = origin[0].values(self)
            return tuple(before[at] for at in origin[1])
        first: dict[tuple[Value, ...], Decimal] = {}
        keys = list(zip(*(frame.values(one) for one in self.partition), strict=True))
        for at, key in enumerate(keys):
            first.setdefault(key, Decimal(at))
        return tuple(first[key] for key in keys)

    def sql(self) -> exp.Expression:
        tree = exp.Window(this=sql.sql("min(_row)"), partition_by=[one.sql() for one in self.partition])
        tree.meta.update(early=True, alias="beginning", table="computed")
        return tree

    @property
    def looks_around(self) -> bool:
        return True


def partitions(texts: Sequence[tuple[Node, Column]], size: int) -> Iterator[tuple[Node, ...]]:
    """Ways to part the rows: not at all, by a text column that comes back, by two of them."""
    yield ()
    repeated = [node for node, values in texts if 1 < len(set(values)) < size and (len(set(values)) <= 0.8 * size)]
    for node in repeated[:6]:
        yield (node,)
    for at, one in enumerate(repeated[:4]):
        for other in repeated[at + 1 : 4]:
            yield (one, other)
