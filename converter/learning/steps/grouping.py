"""GROUP BY: keys that make the expected rows, and aggregates as the columns of a frame of groups."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlglot import exp

from converter.learning import sql
from converter.learning.bank import Bank, Relation
from converter.learning.kinds import Column, Kind, Value
from converter.learning.nodes import Frame, Node

NUMBER = Kind.NUMBER


@dataclass(frozen=True)
class AggregateFunction:
    """An aggregate: its value of a group's values, in the rows' order; blanks are left out before."""

    name: str
    template: str
    compute: Callable[[list[Any]], Any]
    kind: Kind | None = None
    cost: float = 1.5
    exact: bool = True
    keeps_blanks: bool = False


def _median(values: list[Decimal]) -> Decimal:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _deviation(values: list[Decimal]) -> Decimal | None:
    if len(values) < 2:
        return None
    mean = sum(values, Decimal(0)) / len(values)
    return (sum(((value - mean) ** 2 for value in values), Decimal(0)) / (len(values) - 1)).sqrt()


def _variation(values: list[Decimal]) -> Decimal | None:
    deviation, mean = _deviation(values), sum(values, Decimal(0)) / len(values)
    return 100 * deviation / mean if deviation is not None and mean else None


def _error(values: list[Decimal]) -> Decimal | None:
    deviation = _deviation(values)
    return deviation / Decimal(len(values)).sqrt() if deviation is not None else None


SUM = AggregateFunction("sum", "sum({0})", sum, NUMBER, 1.2)
COUNT = AggregateFunction("count", "count(*)", lambda values: Decimal(len(values)), NUMBER, 1.5, keeps_blanks=True)
COUNT_FILLED = AggregateFunction("count filled", "count({0})", lambda values: Decimal(len(values)), NUMBER, 2.5)
COUNT_DISTINCT = AggregateFunction(
    "count distinct", "count(DISTINCT {0})", lambda values: Decimal(len(set(values))), NUMBER, 2.2
)
MINIMUM = AggregateFunction("min", "min({0})", min, None, 1.6)
MAXIMUM = AggregateFunction("max", "max({0})", max, None, 1.6)
AVERAGE = AggregateFunction("avg", "avg({0})", lambda values: sum(values) / len(values), NUMBER, 1.6, exact=False)
MEDIAN = AggregateFunction("median", "median({0})", _median, NUMBER, 2.4, exact=False)
DEVIATION = AggregateFunction("stddev", "stddev_samp({0})", _deviation, NUMBER, 2.6, exact=False)
VARIATION = AggregateFunction(
    "coefficient of variation", "100 * stddev_samp({0}) / nullif(avg({0}), 0)", _variation, NUMBER, 2.6, exact=False
)
ERROR = AggregateFunction("standard error", "stddev_samp({0}) / sqrt(count({0}))", _error, NUMBER, 3.0, exact=False)
FIRST = AggregateFunction("first", "arg_min({0}, _row)", lambda values: values[0], None, 1.8)
LAST = AggregateFunction("last", "arg_max({0}, _row)", lambda values: values[-1], None, 2.0)

OF_NUMBERS = (SUM, MINIMUM, MAXIMUM, AVERAGE, MEDIAN, DEVIATION, VARIATION, ERROR, FIRST, LAST)
OF_MOMENTS = (MINIMUM, MAXIMUM)
OF_TEXTS = (FIRST, LAST)


class Aggregate(Node):
    """An aggregate of an expression over a group's rows, those that a condition keeps."""

    __slots__ = ("argument", "condition", "function")
    aggregates = True

    def __init__(self, function: AggregateFunction, argument: Node | None = None, condition: Node | None = None) -> None:
        parts = tuple(part for part in (argument, condition) if part is not None)
        kind = function.kind or (argument.kind if argument is not None else NUMBER)
        key = ("aggregate", function.name, argument.key if argument else None, condition.key if condition else None)
        super().__init__(
            kind,
            parts,
            function.cost + sum(part.cost for part in parts) + 1.0 * (condition is not None),
            key,
            exact=function.exact,
        )
        self.function, self.argument, self.condition = function, argument, condition

    def evaluate(self, frame: Frame) -> Column:
        if not isinstance(frame, Groups):
            raise TypeError("an aggregate is evaluated over groups")
        values = frame.base.values(self.argument) if self.argument is not None else (Decimal(1),) * frame.base.size
        kept = frame.base.values(self.condition) if self.condition is not None else None
        found: list[Value] = []
        for rows in frame.groups:
            mine = [values[at] for at in rows if kept is None or kept[at]]
            if not self.function.keeps_blanks:
                mine = [value for value in mine if value is not None]
            found.append(self.function.compute(mine) if mine or self.function.name.startswith("count") else None)
        return tuple(found)

    def sql(self) -> exp.Expression:
        tree = sql.sql(self.function.template, *([self.argument.sql()] if self.argument is not None else []))
        if self.condition is not None:
            tree = exp.Filter(this=tree, expression=exp.Where(this=self.condition.sql()))
        return tree

    @property
    def is_count(self) -> bool:
        return self.function.name.startswith("count")

    @property
    def looks_around(self) -> bool:
        return False


class TextList(Node):
    """A group's texts in one cell, of the rows that a condition keeps, in their order, a mark between; distinct: each once."""

    __slots__ = ("argument", "condition", "distinct", "mark", "ordered")
    aggregates = True

    def __init__(
        self, argument: Node, mark: str, condition: Node | None = None, *, distinct: bool = False, ordered: bool = False
    ) -> None:
        parts = (argument,) if condition is None else (argument, condition)
        super().__init__(
            Kind.TEXT,
            parts,
            2.0 + sum(part.cost for part in parts) + 0.5 * distinct + 0.4 * ordered,
            ("list", mark, distinct, ordered, *(part.key for part in parts)),
        )
        self.argument, self.mark, self.condition, self.distinct, self.ordered = argument, mark, condition, distinct, ordered

    def evaluate(self, frame: Frame) -> Column:
        if not isinstance(frame, Groups):
            raise TypeError("a list is made over groups")
        values = frame.base.values(self.argument)
        kept = frame.base.values(self.condition) if self.condition is not None else None
        found: list[Value] = []
        for rows in frame.groups:
            mine = [str(values[at]) for at in rows if values[at] not in (None, "") and (kept is None or kept[at])]
            mine = list(dict.fromkeys(mine)) if self.distinct else mine
            found.append(self.mark.join(sorted(mine) if self.ordered else mine) or None)
        return tuple(found)

    def sql(self) -> exp.Expression:
        parts = [part.sql() for part in self.parts]
        some = " FILTER (WHERE {1})" if self.condition is not None else ""
        mark = sql.literal(self.mark)
        if self.distinct and not self.ordered:
            # The engine's own list_distinct keeps no order.
            listed = f"list({{0}} ORDER BY _row){some}"
            once = f"list_filter({listed}, (one, at) -> list_position({listed}, one) = at)"
            return sql.sql(f"array_to_string({once}, {mark})", *parts)
        once, order = ("DISTINCT " if self.distinct else "", "{0}" if self.ordered else "_row")
        return sql.sql(f"string_agg({once}{{0}}, {mark} ORDER BY {order}){some}", *parts)

    @property
    def looks_around(self) -> bool:
        return False


class Key(Node):
    """A grouping key as a column of the groups' frame."""

    __slots__ = ("inner",)
    is_key = True

    def __init__(self, inner: Node) -> None:
        super().__init__(inner.kind, (inner,), inner.cost, inner.key, exact=inner.exact)
        self.inner = inner

    def evaluate(self, frame: Frame) -> Column:
        if not isinstance(frame, Groups):
            return frame.values(self.inner)
        values = frame.base.values(self.inner)
        return tuple(values[rows[0]] for rows in frame.groups)

    def sql(self) -> exp.Expression:
        return self.inner.sql()

    @property
    def looks_around(self) -> bool:
        return False


class Groups(Relation):
    """A frame with a row for each group of the base's rows; its columns are the keys and aggregates of its expressions."""

    is_grouped = True

    def __init__(self, base: Bank, keys: Sequence[Node], groups: Sequence[Sequence[int]]) -> None:
        self.bank_below, self.base, self.keys = base, base.frame, tuple(keys)
        self.groups = tuple(tuple(rows) for rows in groups)
        super().__init__((), ())
        self.size = len(self.groups)
        self.order = (exp.Ordered(this=sql.sql("min(_row)")),)
        self.refs = tuple(self._columns())

    @property
    def likeness(self) -> tuple[object, ...]:
        """What the frame's expressions depend on."""
        return (type(self), self.base.likeness, self.keys, self.groups)

    def _columns(self) -> Iterator[Node]:
        seen: set[tuple[Kind, Column]] = set()
        for node in self._candidates():
            values = self.values(node)
            if any(value is not None for value in values) and (node.kind, values) not in seen:
                seen.add((node.kind, values))
                yield node

    def _candidates(self) -> Iterator[Node]:
        bank = self.bank_below
        yield from (Key(key) for key in self.keys)
        yield Aggregate(COUNT)
        for entry in bank.numbers:
            for function in OF_NUMBERS:
                yield Aggregate(function, entry.node)
        for entry in (*bank.texts, *bank.moments):
            if self.is_constant(entry.values):
                # What is the same in all rows of each group may be a key as well: no row is lost by it.
                yield Key(entry.node)
        for entry in bank.texts:
            for function in OF_TEXTS:
                yield Aggregate(function, entry.node)
        for entry in bank.moments:
            for function in OF_MOMENTS:
                yield Aggregate(function, entry.node)
        for entry in bank.spans[:4]:
            for function in (SUM, MAXIMUM, MINIMUM, AVERAGE):
                yield Aggregate(function, entry.node)
        for entry in bank.numbers:
            if None in entry.values:
                yield Aggregate(COUNT_FILLED, entry.node)
        for entry in bank.texts:
            yield Aggregate(COUNT_DISTINCT, entry.node)
            if None in entry.values:
                yield Aggregate(COUNT_FILLED, entry.node)

    def is_constant(self, values: Column) -> bool:
        """Whether the values are the same in all rows of each group."""
        if any(len({values[at] for at in rows}) > 1 for rows in self.groups):
            return False
        # Blanks may hide that only a group's first row has the value.
        several = [values[rows[0]] for rows in self.groups if len(rows) > 1]
        return None not in values or (None not in several and len(several) > 1)

    def combines(self, node: Node) -> bool:
        """Whether people compute with the aggregate: with sums, counts, averages and bounds."""
        return not isinstance(node, Aggregate) or node.function in (SUM, COUNT, AVERAGE, MINIMUM, MAXIMUM)

    def among(self, rows: Sequence[int]) -> "Groups":
        """Some of the groups, in the order given."""
        return Groups(self.bank_below, self.keys, [self.groups[at] for at in rows])

    def proposals(self, target: Sequence[str | None], name: str | None) -> Iterator[tuple[Node, float]]:
        """Lists of texts, and sums of what two columns make, and of some rows only, as the column shows them."""
        from converter.learning.steps import aggregation, keyed, picked

        yield from aggregation.proposed(self, target, name)
        yield from picked.picked(self, target)
        yield from keyed.by_key(self, target, name)

    def conditions(self) -> Iterator[tuple[str, Node, int, float]]:
        """Whether any or all rows of a group meet a condition."""
        from converter.learning.steps.group_conditions import quantified

        yield from quantified(self)


def grouped(rows: Sequence[int], keys: Sequence[Column]) -> list[list[int]]:
    """The rows in groups of equal keys, in the order in which the groups begin."""
    groups: dict[tuple[Value, ...], list[int]] = defaultdict(list)
    for at in rows:
        groups[tuple(column[at] for column in keys)].append(at)
    return list(groups.values())
