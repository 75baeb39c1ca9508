"""Conditions on a whole group: any or all of its rows are so, its count, sum or latest date is beyond a bound.

Over groups they are those of HAVING and of a column's choices; over the rows the same as windows (QUALIFY).
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from converter.learning.bank import Bank, Entry, Relation
from converter.learning.conditions import Condition, Conditions
from converter.learning.expressions.predicates import bits, bound
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, Function, Node, anew
from converter.learning.steps.grouping import (
    COUNT,
    COUNT_DISTINCT,
    MAXIMUM,
    MINIMUM,
    SUM,
    Aggregate,
    AggregateFunction,
    Groups,
    Key,
)
from converter.learning.steps.signed_sums import signed_sums
from converter.learning.steps.windows import Window, WindowFunction
from converter.learning.values.number_formats import numeric_target

ANY = AggregateFunction("any", "bool_or({0})", any, Kind.BOOLEAN, 1.0)
ALL = AggregateFunction("all", "bool_and({0})", all, Kind.BOOLEAN, 1.0)
OR_FALSE = Function("or false", Kind.BOOLEAN, "coalesce({0}, FALSE)", bool, 0.0, total=True)
MOST_QUANTIFIED = 60
MOST_ROWS = 1000
MOST_PAIRED = 6
_DEAREST = 6.5
_MOST_KINDS = 4
_KINDS = ("blank", "sign", "equal", "member", "threshold", "starts", "contains", "pattern", "compared")
_COST = 2.0
_SHOWN = -1.5
"""A bound of what an output column shows."""
_SHOWN_SIGN = -5.0
"""Groups that come to nothing are left out."""
_MOST_WHOLE = 4.0
_OTHER_COUNT_COST = 1.5
_OF_A_KIND = 3.0
"""Rows of one of a few values are left out: what else their groups have in common is rather chance."""
_REPEATED_COST = 0.4
"""That a group has several rows is the plainest condition on it."""


def quantified(groups: Groups) -> Iterator[tuple[str, Node, int, float]]:
    """Whether any or all rows of a group meet a plain condition, with the groups that do so."""
    frame = groups.base
    if frame.size > MOST_ROWS or max(map(len, groups.groups), default=1) < 2:
        return
    held = [
        one
        for one in Conditions.shared(groups.bank_below).all()
        if one.kind in _KINDS and one.cost < _DEAREST and not one.node.looks_around
    ]
    masks = [sum(1 << at for at in rows) for rows in groups.groups]
    full = (1 << groups.size) - 1
    seen: set[int] = set()
    for one in sorted(held, key=lambda one: one.cost)[:MOST_QUANTIFIED]:
        for function in (ANY, ALL):
            flags = [bool(one.rows & mask) if function is ANY else one.rows & mask == mask for mask in masks]
            rows = bits(flags)
            if 0 < rows < full and rows not in seen:
                seen.add(rows)
                inner = one.node
                if function is ALL and _may_be_blank(inner, frame):
                    inner = OR_FALSE(inner)
                yield "group", Aggregate(function, inner), rows, one.cost - 2.5


def _may_be_blank(condition: Node, frame: Relation) -> bool:
    """Whether the condition is blank in SQL where what it asks is."""
    if isinstance(condition, Apply) and condition.function.name in ("is blank", "is filled"):
        return False
    return any(None in frame.values(ref) for ref in frame.refs if ref.sources & condition.sources)


class GroupConditions(Conditions):
    """The conditions on groups: of their rows, and bounds of their counts, sums, and first and last dates."""

    def _simple(self, extra: Sequence[Entry]) -> Iterator[tuple[str, Node, int, float]]:
        groups = self.bank.frame
        assert isinstance(groups, Groups)
        yield from groups.conditions()
        counted = self._number(Aggregate(COUNT))
        for least in (2, 3):
            node = bound(counted.node, ">=", Decimal(least))
            yield "blank", node, bits(groups.values(node)), _REPEATED_COST + 0.5 * (least - 2)
        node = bound(counted.node, "=", Decimal(1))
        yield "blank", node, bits(groups.values(node)), _REPEATED_COST + 1.0
        yield from self._thresholds(counted, "threshold", self.full, _OTHER_COUNT_COST)
        below = groups.bank_below
        for entry in below.numbers[:10]:
            for function in (SUM, MAXIMUM, MINIMUM):
                kind = "threshold" if function is SUM else "computed threshold"
                yield from self.of_number(self._number(Aggregate(function, entry.node)), kind)
        if len(below.numbers) <= MOST_PAIRED:
            for entry in below.pairs:
                if entry.node.key[0] == "subtract":
                    total = self._number(Aggregate(SUM, entry.node))
                    yield from (one for one in self.of_number(total, "computed threshold") if one[0] == "computed sign")
        for entry in below.moments[:6]:
            for function in (MAXIMUM, MINIMUM):
                aggregate = Aggregate(function, entry.node)
                yield from (one for one in self._of_moment(Entry(aggregate, groups.values(aggregate))) if one[0] != "pattern")
        for entry in below.texts:
            if entry.node not in groups.keys:
                distinct = self._number(Aggregate(COUNT_DISTINCT, entry.node))
                node = bound(distinct.node, ">", Decimal(1))
                yield "computed threshold", node, bits(groups.values(node)), 0.0

    def _number(self, node: Node) -> Entry:
        values = self.bank.frame.values(node)
        return Entry(node, values, tuple(None if value is None else float(value) for value in values))  # type: ignore[arg-type]


def having(groups: Groups, kept: Sequence[int], expected: Sequence[Sequence[str | None]] = ()) -> list[Condition]:
    """Conditions that hold for exactly these groups, the likeliest first; what the expected columns show is likelier."""
    if groups.base.size > MOST_ROWS:
        return []
    wanted = sum(1 << at for at in kept)
    if not wholeness(groups.groups):
        return []
    targets = [numeric_target(tuple(column)) for column in expected]
    shown = {tuple(one.values) for one in targets if one is not None and one.formats}
    found = []
    doubt = _OF_A_KIND * _are_of_a_kind(groups, kept)
    for one in GroupConditions(Bank(groups)).of(wanted):
        cost = _COST + one.cost + doubt
        inner = one.node.parts[0] if one.node.parts else one.node
        if inner.kind is Kind.NUMBER and tuple(groups.values(inner)[at] for at in kept) in shown:
            cost += _SHOWN_SIGN if one.kind.endswith("sign") else _SHOWN
        found.append(replace(one, cost=cost, kind="group"))
    found += _come_to_nothing(groups, kept, expected)
    return sorted(found, key=lambda one: one.cost)


def _come_to_nothing(groups: Groups, kept: Sequence[int], expected: Sequence[Sequence[str | None]]) -> Iterator[Condition]:
    """That a sum which an output column shows, some rows of it counted as negative, is not nought: all differences left."""
    among = groups.among(kept)
    for column in expected:
        for node, extra in signed_sums(among, column):
            total = node.parts[0]
            rows = bits([bool(value) for value in groups.values(total)])
            if rows == sum(1 << at for at in kept):
                cost = _COST + node.cost + extra + _SHOWN_SIGN
                yield Condition(bound(total, "<>", Decimal(0)), rows, cost, "group")


def _are_of_a_kind(groups: Groups, kept: Sequence[int]) -> bool:
    """Whether a column of few values, each of several rows, tells the rows of these groups from the others."""
    below = groups.bank_below
    rows = sum(1 << at for group in kept for at in groups.groups[group])
    for one in Conditions.shared(below).of(rows):
        if one.kind == "equal":
            for ref in below.frame.refs:
                values = Counter(below.frame.values(ref))
                if (
                    ref.sources == one.node.sources
                    and ref not in groups.keys
                    and 2 <= min(values.values()) < sum(values.values())
                ):
                    return len(values) <= _MOST_KINDS
    return False


def wholeness(groups: Sequence[Sequence[int]]) -> float:
    """What it costs to take for chance that groups are kept or left out as a whole."""
    return min(_MOST_WHOLE, math.log(2) * sum(len(rows) - 1 for rows in groups))


def as_window(node: Node, partition: Sequence[Node]) -> Node | None:
    """The condition on a group for each of its rows: aggregates become windows; None where it has what none can be."""

    def leaf(one: Node) -> Node | None:
        if isinstance(one, Key):
            return one.inner
        if not isinstance(one, Aggregate) or one.condition is not None:
            return None
        function = one.function

        def compute(values: list[object]) -> list[object]:
            mine = values if function.keeps_blanks else [value for value in values if value is not None]
            return [function.compute(mine) if mine or function.name.startswith("count") else None] * len(values)

        made = WindowFunction(function.name, function.template, compute, node.kind, function.cost, ordered=False)
        return Window(made, one.argument, partition)

    return anew(node, leaf)
