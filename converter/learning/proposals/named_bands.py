"""Columns named by a stretch of a number: `31-60`, `over 90`, `65+`, `not due`.

Such a column has what lies within its stretch: counted or summed for a group, as it is for a row. The name gives the bounds.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from converter.learning.bank import Bank, Entry
from converter.learning.expressions.choices import Case
from converter.learning.expressions.numbers import OR_ZERO
from converter.learning.expressions.predicates import both, bound
from converter.learning.kinds import Kind
from converter.learning.names import words
from converter.learning.nodes import Apply, Constant, Node
from converter.learning.proposals.goal import Goal
from converter.learning.steps.grouping import COUNT, SUM, Aggregate, Groups
from converter.learning.values.number_formats import numeric_target

_COST = 0.5
_COUNTED = 0.3
"""Rows are rather counted than their numbers summed that come to the same."""
_OWN_MEASURE = 1.0
"""The amounts that lie within are summed themselves."""
_FURTHER = 0.3
"""Each reading of a name's words after the likeliest."""
MOST_MEASURES, MOST_AMOUNTS, MOST_DIFFERENCES = 12, 12, 40
_NUMBER = re.compile(r"\d+(?:[.]\d+)?")
_BELOW = frozenset(["under", "below", "less", "up", "bis", "unter", "until", "max", "younger", "smaller"])
_ABOVE = frozenset(["over", "above", "more", "plus", "from", "ab", "über", "older", "greater", "min", "exceeding"])
_NOT_YET = (frozenset({"current"}), frozenset({"not", "due"}), frozenset({"not", "yet", "due"}), frozenset({"nicht", "fällig"}))
Bounds = tuple[tuple[str, Decimal], ...]


def stretches(name: str) -> list[Bounds]:
    """What the name may say of a number, the likeliest first; nothing where it names no stretch."""
    numbers = [Decimal(text) for text in _NUMBER.findall(name)]
    said = words(name)
    if len(numbers) == 2 and numbers[0] < numbers[1]:
        low, high = numbers
        return [((one, low), (other, high)) for one, other in ((">=", "<="), (">", "<="), (">=", "<"))]
    if len(numbers) == 1:
        if said & _BELOW or "<" in name or "≤" in name:
            return [(("<", numbers[0]),), (("<=", numbers[0]),)]
        if ">" in name or said & _ABOVE:
            return [((">", numbers[0]),), ((">=", numbers[0]),)]
        if "+" in name or "≥" in name:
            return [((">=", numbers[0]),), ((">", numbers[0]),)]
    return [(("<=", Decimal(0)),), (("<", Decimal(0)),)] if not numbers and said in _NOT_YET else []


def _conditions(bank: Bank, name: str | None) -> Iterator[tuple[Node, float]]:
    """The name's stretch of each number of the rows, and of each number of days between two dates."""
    for rank, bounds in enumerate(stretches(name) if name else ()):
        for entry in (*bank.numbers[:MOST_MEASURES], *bank.spans[:MOST_MEASURES]):
            parts = [bound(entry.node, sign, limit) for sign, limit in bounds]
            yield (parts[0] if len(parts) == 1 else both(*parts)), _COST + _FURTHER * rank


def of_groups(groups: Groups, target: Sequence[str | None], name: str | None) -> Iterator[tuple[Node, float]]:
    """How many rows of each group lie within, or the sum of an amount of theirs."""
    numeric = numeric_target(tuple(target))
    if numeric is None or not numeric.formats or not name or not stretches(name):
        return
    below, format = groups.bank_below, numeric.formats[0]
    amounts = _amounts(below)
    for condition, cost in _conditions(below, name):
        held = groups.base.values(condition)
        inside = [[at for at in rows if held[at]] for rows in groups.groups]
        if not any(inside):
            continue
        if all(value is None or value == len(rows) for value, rows in zip(numeric.values, inside, strict=True)):
            yield _for(format.of(Aggregate(COUNT, None, condition)), cost - _COUNTED)
        for entry in amounts:
            if len(set(entry.values)) > 1 and _sums(entry, inside, numeric.values, format.tolerance(0.0)):
                total = Aggregate(SUM, entry.node, condition)
                cost += _OWN_MEASURE * bool(entry.node.sources & condition.sources)
                # Where no row lies within, sister columns tell whether it is blank or nought.
                for node in (total, OR_ZERO(total)):
                    yield _for(format.of(node), cost)


def of_rows(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The amount of a row that lies within, and what the others have: nothing, or nought."""
    if goal.bank.frame.is_grouped:
        return
    for condition, cost in _conditions(goal.bank, goal.name):
        held = goal.bank.frame.values(condition)
        outside = {text for text, flag in zip(goal.target, held, strict=True) if not flag}
        if not any(held) or len(outside) != 1:
            continue
        inside = [at for at, flag in enumerate(held) if flag]
        for node in _written(goal, inside):
            values = goal.bank.frame.values(node)
            if all((values[at] or None) == goal.target[at] for at in inside):
                yield _for(Case([(condition, node)], Constant(next(iter(outside))), cost), cost)
                break


def _written(goal: Goal, inside: Sequence[int]) -> Iterator[Node]:
    texts = {goal.target[at] for at in inside}
    if len(texts) == 1 and len(inside) > 1:
        yield Constant(next(iter(texts)))
    yield from (entry.node for entry in goal.bank.texts)
    if goal.numeric is not None:
        for entry in _amounts(goal.bank):
            yield goal.written(entry.node, goal.numeric.formats[0])


def _amounts(bank: Bank) -> list[Entry]:
    differences = [entry for entry in bank.pairs if entry.node.key[0] == "subtract"]
    return [*bank.numbers[:MOST_AMOUNTS], *differences[:MOST_DIFFERENCES]]


def _sums(entry: Entry, inside: Sequence[Sequence[int]], wanted: Sequence[Decimal | None], near: float) -> bool:
    hits = 0
    for rows, value in zip(inside, wanted, strict=True):
        total = sum(entry.floats[at] or 0.0 for at in rows)
        if abs(total - float(value or 0)) > near + 1e-9:
            return False
        hits += bool(rows) and value is not None
    return hits > 0


def _for(node: Node, cost: float) -> tuple[Node, float]:
    """The expression at a cost of its own: its length says little beside the name."""
    return node, cost - node.cost


Rule = tuple[object, ...]


def rule_of(node: Node) -> Rule | None:
    """By what a column is made that has what lies within a stretch: the number, the amount, what stands where there is none."""
    zeroed = False
    while not isinstance(node, Aggregate):
        if not node.parts:
            return None
        zeroed = zeroed or (isinstance(node, Apply) and node.function is OR_ZERO)
        node = node.parts[0]
    if node.condition is None:
        return None
    measure = node.condition
    while isinstance(measure, Apply) and measure.kind is Kind.BOOLEAN and measure.parts:
        measure = measure.parts[0]
    return measure.key, node.argument.key if node.argument is not None else None, zeroed
