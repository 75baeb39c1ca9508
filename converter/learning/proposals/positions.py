"""Numbers of rows: 1, 2, 3 through the table, from another number on, or within each group; also within a text (`R-001`)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from converter.learning.bank import Bank, Entry
from converter.learning.expressions import numbers as arithmetic
from converter.learning.kinds import Kind
from converter.learning.names import name_cost
from converter.learning.nodes import Constant, Function, Node
from converter.learning.proposals.goal import Goal
from converter.learning.steps.windows import ROW_NUMBER, Window
from converter.learning.values.number_formats import NumberFormat

LEAST_POSITIONS = 3
MOST_DIGITS = 6
_COST, _FROM_ANOTHER = 1.5, 1.0


def positions(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The number of the row in the output, where it counts through all rows."""
    size = goal.bank.frame.size
    if size < LEAST_POSITIONS or None in goal.target or goal.numeric is None or goal.bank.frame.windows_before:
        return
    first = goal.numeric.values[0]
    if first is None or first != first.to_integral() or goal.target != tuple(str(int(first) + at) for at in range(size)):
        return
    if first != 1 and set(goal.target) <= set(goal.bank.frame.names):
        return  # Years that name columns are read there.
    if any(entry.values == goal.target and (first != 1 or name_cost(goal.name, entry.node) < 0) for entry in goal.bank.texts):
        return  # A column has these numbers already.
    number = counted(goal.bank, int(first))
    node = goal.written(number, goal.numeric.formats[0])
    yield node, _COST + _FROM_ANOTHER * (first != 1) - node.cost


def counted(bank: Bank, first: int = 1, partition: Sequence[Node] = ()) -> Node:
    """The number of the row, the first one being `first`."""
    number = Window(ROW_NUMBER, None, partition, order=bank.frame.order)
    if first == 1:
        return number
    return arithmetic.ADD(number, Constant(Decimal(first - 1), Kind.NUMBER, 1.0))


def within_texts(bank: Bank, cells: Sequence[str | None]) -> list[Entry]:
    """The numbers of the rows as they stand in the cells, filled up with noughts where these are: `R-001`, `2024/7`."""
    from converter.learning.around import Around

    if bank.frame.size < LEAST_POSITIONS or bank.frame.windows_before or len(cells) < bank.frame.size or None in cells:
        return []
    found = []
    whole = NumberFormat(0)
    for partition in [(), *(one for around in Around.all(bank)[:1] for one in around.partitions if len(one) == 1)]:
        number = counted(bank, partition=partition)
        node = whole.of(number)
        values = [str(value) for value in bank.frame.values(node)]
        if len(set(values)) < 2:
            continue
        for width in range(1, MOST_DIGITS + 1):
            padded = [value.zfill(width) for value in values]
            if all(_is_in(text, str(cell)) for text, cell in zip(padded, cells, strict=True)):
                made = filled_up(width)(number) if padded != values else node
                found.append(Entry(made, bank.frame.values(made)))
    return found[-1:]


def filled_up(width: int) -> Function:
    """A whole number with noughts in front, to a width."""
    template = f"printf('%0{width}d', {{0}})"
    return Function("filled up", Kind.TEXT, template, lambda number: str(int(number)).zfill(width), 1.2, (width,))


def _is_in(number: str, cell: str) -> bool:
    """Whether the number stands in the text, no digit before or after it."""
    at = cell.find(number)
    while at >= 0:
        before, after = cell[at - 1 : at], cell[at + len(number) : at + len(number) + 1]
        if not before.isdigit() and not after.isdigit():
            return True
        at = cell.find(number, at + 1)
    return False
