"""Balances: a column that is the running sum of movements, within a key, the movements explained as any other column.

What is summed is found backwards: the differences to the row before are a column of their own; whatever explains it is summed.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from converter.learning.around import Around
from converter.learning.bank import Bank
from converter.learning.columns import Candidate, ColumnSearch
from converter.learning.expressions.choices import Case
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, Constant, Node
from converter.learning.steps.windows import RUNNING_SUM, Window
from converter.learning.values.number_formats import NumberFormat

_COST = 2.0
_LEAST_SEEN = 0.6
"""So many of the movements have to stand in a column, with or without a sign."""
MOST_PARTITIONS = 8
_PLAIN = NumberFormat(None)
Explained = Callable[[tuple[str | None, ...]], Sequence[Candidate]]


def running_sums(bank: Bank, search: ColumnSearch, explained: Explained) -> Iterator[Candidate]:
    """Running sums for the search's column, which is a number in every row; `explained` gives candidates for the movements."""
    numeric = search.numeric
    if numeric is None or search.size < 3 or any(value is None for value in numeric.values):
        return
    amounts = {abs(value) for entry in bank.numbers for value in entry.values if isinstance(value, Decimal)}
    for around in Around.all(bank)[:1]:
        if around.early:
            return
        for partition in around.partitions[:MOST_PARTITIONS]:
            moved = _movements(bank, numeric.values, partition)
            if len(set(moved)) < 2 or sum(abs(value) in amounts for value in moved) < _LEAST_SEEN * len(moved):
                continue
            for one in explained(tuple(_PLAIN.write(value) for value in moved))[:2]:
                node = number_of(one.node, bank)
                if node is None or node.looks_around or isinstance(node, Constant):
                    continue
                total = Window(RUNNING_SUM, node, partition, order=bank.frame.order)
                written = numeric.formats[0].of(total)
                cost = one.cost + _COST + 0.4 * sum(key.cost for key in partition)
                if all(text == value for text, value in zip(bank.frame.values(written), search.target, strict=True)):
                    yield Candidate(written, cost, search.full)


def _movements(bank: Bank, values: Sequence[Decimal | None], partition: Sequence[Node]) -> list[Decimal]:
    keys = list(zip(*(bank.frame.values(node) for node in partition), strict=True)) if partition else [()] * len(values)
    last: dict[tuple[object, ...], Decimal] = {}
    moved = []
    for key, value in zip(keys, values, strict=True):
        now = value or Decimal(0)
        moved.append(now - last.get(key, Decimal(0)))
        last[key] = now
    return moved


def number_of(node: Node, bank: Bank) -> Node | None:
    """The number that a text expression writes, where it is one."""
    if node.kind is Kind.NUMBER:
        return node
    if isinstance(node, Apply) and node.function.name == "written" and node.parts[0].kind is Kind.NUMBER:
        return node.parts[0]
    if isinstance(node, Constant):
        try:
            return Constant(Decimal(str(node.value or 0)), Kind.NUMBER, node.cost)
        except ArithmeticError:
            return None
    if isinstance(node, Case):
        found = [number_of(part, bank) for part in (*(value for _, value in node.branches), node.default)]
        results = [one for one in found if one is not None]
        if len(results) < len(found):
            return None
        made = Case(
            [(condition, result) for (condition, _), result in zip(node.branches, results, strict=False)],
            results[-1],
            node.cost,
        )
        made.kind = Kind.NUMBER
        return made
    return next((entry.node for entry in bank.numbers if entry.node.parts and entry.node.parts[0] == node), None)
