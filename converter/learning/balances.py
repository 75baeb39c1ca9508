"""Balances: a column that is the running sum of movements, within a key, the movements explained as any other column.

What is summed is found backwards: the differences to the row before are a column of their own; whatever explains it is summed.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from converter.learning.around import Around
from converter.learning.bank import ZERO, Bank, Entry
from converter.learning.columns import Candidate, ColumnSearch
from converter.learning.expressions.choices import Case
from converter.learning.expressions.numbers import SUBTRACT
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, Constant, Node
from converter.learning.steps.windows import RUNNING_SUM, Window
from converter.learning.values.number_formats import NumberFormat

_COST = 2.0
_LEAST_SEEN = 0.6
"""So many of the movements have to stand in a column, with or without a sign."""
MOST_PARTITIONS = 8
MOST_STARTS = 3
LEAST_ROWS, LEAST_GROUPS = 3, 4
"""Of fewer rows any numbers are sums; groups have more numbers to choose from."""
_PLAIN = NumberFormat(None)
Explained = Callable[[tuple[str | None, ...]], Sequence[Candidate]]


def running_sums(bank: Bank, search: ColumnSearch, explained: Explained) -> Iterator[Candidate]:
    """Running sums for the search's column, which is a number in every row; `explained` gives candidates for the movements."""
    numeric = search.numeric
    least = LEAST_GROUPS if bank.frame.is_grouped else LEAST_ROWS
    if numeric is None or search.size < least or any(value is None for value in numeric.values):
        return
    found: dict[tuple[Decimal, ...], Sequence[Candidate]] = {}
    amounts = {abs(value) for entry in bank.numbers for value in entry.values if isinstance(value, Decimal)}
    for around in Around.all(bank)[:1]:
        if around.early:
            return
        for partition in around.partitions[:MOST_PARTITIONS]:
            for start in (None, *_starts(bank, partition)):
                total = numeric.values if start is None else _used(start, numeric.values)
                moved = tuple(_movements(bank, total, partition))
                changes = [abs(value) for value in moved if value]
                if moved == numeric.values or len(set(moved)) < 2:
                    continue
                if sum(value in amounts for value in changes) < _LEAST_SEEN * max(2, len(changes)):
                    continue
                if moved not in found:
                    found[moved] = explained(tuple(_PLAIN.write(value) for value in moved))[:2]
                for one in found[moved]:
                    node = number_of(one.node, bank)
                    if node is None or node.looks_around or isinstance(node, Constant):
                        continue
                    added: Node = Window(RUNNING_SUM, node, partition, order=bank.frame.order)
                    cost = one.cost + _COST + 0.4 * sum(key.cost for key in partition)
                    if start is not None:
                        added, cost = SUBTRACT(start.node, added), cost + start.node.cost
                    written = numeric.formats[0].of(added)
                    if all(text == value for text, value in zip(bank.frame.values(written), search.target, strict=True)):
                        yield Candidate(written, cost, search.full)


def _starts(bank: Bank, partition: Sequence[Node]) -> list[Entry]:
    """Numbers that are the same in all rows of a key, and not in all rows: an allowance, of which a rest is left."""
    if not partition or bank.frame.is_grouped:
        return []
    keys = list(zip(*(bank.frame.values(node) for node in partition), strict=True))
    starts = []
    for entry in bank.numbers:
        pairs = set(zip(keys, entry.values, strict=True))
        if None not in entry.values and len(pairs) == len(set(keys)) < len(keys) and len(set(entry.values)) > 1:
            starts.append(entry)
    return starts[:MOST_STARTS]


def _used(start: Entry, values: Sequence[Decimal | None]) -> list[Decimal | None]:
    """What is gone of the number that each row begins with."""
    return [given - (value or 0) for given, value in zip(start.values, values, strict=True)]  # type: ignore[operator,misc]


def _movements(bank: Bank, values: Sequence[Decimal | None], partition: Sequence[Node]) -> list[Decimal]:
    keys = list(zip(*(bank.frame.values(node) for node in partition), strict=True)) if partition else [()] * len(values)
    last: dict[tuple[object, ...], Decimal] = {}
    moved = []
    for key, value in zip(keys, values, strict=True):
        now = value or Decimal(0)
        moved.append(now - last.get(key, Decimal(0)))
        last[key] = now
    return moved


def number_of(node: Node, bank: Bank, *, blank: Decimal | None = ZERO) -> Node | None:
    """The number that a text expression writes, where it is one; `blank` is what a blank counts as."""
    if node.kind is Kind.NUMBER:
        return node
    if isinstance(node, Apply) and node.function.name == "written" and node.parts[0].kind is Kind.NUMBER:
        return node.parts[0]
    if isinstance(node, Constant):
        try:
            return Constant(Decimal(str(node.value)) if node.value else blank, Kind.NUMBER, node.cost)
        except ArithmeticError:
            return None
    if isinstance(node, Case):
        found = [number_of(part, bank, blank=blank) for part in (*(value for _, value in node.branches), node.default)]
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
