"""What stands in a group's row with the newest or oldest date, the greatest or least number: the last state, the winner."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from converter.learning import sql
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Frame, Node
from converter.learning.steps.grouping import Groups
from converter.learning.values.number_formats import numeric_target

_COST = 1.6
_BY_NUMBER = 1.2
"""What a state is goes by time rather than by an amount."""
MOST_VALUES, MOST_ORDERS = 24, 8
_ROUNDED = 0.05
"""By no more than this share of it a number differs from how it is shown, in few digits."""


class Picked(Node):
    """The value of an expression in the row of a group in which another one is greatest, or least. Blanks are passed over."""

    __slots__ = ("by", "greatest", "value")
    aggregates = True

    def __init__(self, value: Node, by: Node, *, greatest: bool) -> None:
        cost = _COST + value.cost + 0.6 * by.cost + _BY_NUMBER * (by.kind is Kind.NUMBER)
        super().__init__(value.kind, (value, by), cost, ("picked", greatest, value.key, by.key))
        self.value, self.by, self.greatest = value, by, greatest

    def evaluate(self, frame: Frame) -> Column:
        if not isinstance(frame, Groups):
            raise TypeError("what is picked is picked from groups")
        values, keys = frame.base.values(self.value), frame.base.values(self.by)
        best = max if self.greatest else min
        found: list[object] = []
        for rows in frame.groups:
            filled = [at for at in rows if values[at] is not None and keys[at] is not None]
            found.append(values[best(filled, key=lambda at: keys[at])] if filled else None)  # type: ignore[arg-type,return-value]
        return tuple(found)  # type: ignore[arg-type]

    @property
    def looks_around(self) -> bool:
        return False

    def sql(self) -> exp.Expression:
        return sql.sql("arg_max({0}, {1})" if self.greatest else "arg_min({0}, {1})", self.value.sql(), self.by.sql())


def picked(groups: Groups, target: Sequence[str | None]) -> Iterator[tuple[Node, float]]:
    """The texts and numbers of such rows that are the column's, where it is not the first or last row as well."""
    texts, numbers = _nodes(groups)
    wanted = tuple(target)
    yield from ((node, 0.0) for node in texts.get(wanted, ()))
    numeric = numeric_target(wanted)
    if numeric is None or not numeric.formats:
        return
    place, shown = next((at, float(value)) for at, value in enumerate(numeric.values) if value is not None)
    for node, floats in numbers:
        # Most are far from what is shown, however that is rounded.
        mine = floats[place]
        if mine is not None and abs(mine - shown) <= 0.5 + _ROUNDED * abs(shown):
            written = numeric.formats[0].of(node)
            if groups.values(written) == wanted:
                yield written, 0.0


def _nodes(groups: Groups) -> tuple[dict[Column, list[Node]], list[tuple[Node, tuple[float | None, ...]]]]:
    """What is picked from the groups: texts by their values, and numbers with these. Made once for all columns."""
    found = groups.__dict__.get("_picked")
    if found is not None:
        return found
    below = groups.bank_below
    texts: dict[Column, list[Node]] = {}
    numbers: list[tuple[Node, tuple[float | None, ...]]] = []
    for by in [*below.moments, *below.numbers][:MOST_ORDERS]:
        for greatest in (True, False):
            for value in below.texts[:MOST_VALUES]:
                if value.node not in by.node.parts:
                    node = Picked(value.node, by.node, greatest=greatest)
                    texts.setdefault(groups.values(node), []).append(node)
            for value in below.numbers[:MOST_VALUES]:
                if value.node != by.node:
                    node = Picked(value.node, by.node, greatest=greatest)
                    numbers.append((node, tuple(None if one is None else float(one) for one in groups.values(node))))  # type: ignore[arg-type]
    groups.__dict__["_picked"] = texts, numbers
    return texts, numbers
