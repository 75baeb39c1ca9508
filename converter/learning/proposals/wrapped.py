"""Cells that are something else with fixed text around it, or filled up to a width."""

import re
from collections.abc import Iterator, Sequence

from converter.learning.concatenation import joined
from converter.learning.expressions.texts import TEXT
from converter.learning.nodes import Constant, Function, Node, constant_cost
from converter.learning.proposals.goal import Goal
from converter.learning.proposals.rewriting import rewritten_as
from converter.learning.sql import literal

_PAD_COST = 1.6
LEAST_WIDTH = 2
LEAST_HELD = 3
"""Shorter texts stand in others by chance."""


def filled_up(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Cells that are filled up to a width with blanks or zeros, to the left or to the right of what they show."""
    cells = [goal.target[at] or "" for at in goal.places]
    if len(cells) < 2 or goal.is_part:
        return
    yield from _at_the_point(goal, cells)
    for mark, to_left in ((" ", True), (" ", False), ("0", True)):
        bare = [cell.lstrip(mark) if to_left else cell.rstrip(mark) for cell in cells]
        width = _width(bare, cells)
        if width < LEAST_WIDTH or not all(bare) or len({len(text) for text in bare}) == 1:
            continue
        spread: list[str | None] = [None] * goal.size
        for at, text in zip(goal.places, bare, strict=True):
            spread[at] = text
        for node, cost in goal.part(spread, cells):
            yield _padded(mark, width, to_left=to_left)(node), cost - node.cost


def _width(bare: Sequence[str], cells: Sequence[str]) -> int:
    """The width to which those that are shorter are filled up; 0 where there is none, or no longer ones stay as they are."""
    widths = {len(cell) for text, cell in zip(bare, cells, strict=True) if text != cell}
    width = widths.pop() if len(widths) == 1 else 0
    return width if all(len(cell) >= width for cell in cells) else 0


def _padded(mark: str, width: int, *, to_left: bool) -> Function:
    """The text filled up to the width; what is longer stays."""
    name = "lpad" if to_left else "rpad"
    template = f"{name}({{0}}, greatest({width}, CAST(length({{0}}) AS INTEGER)), {literal(mark)})"

    def compute(text: str) -> str:
        return text.rjust(width, mark) if to_left else text.ljust(width, mark)

    return Function("filled up", TEXT, template, compute, _PAD_COST, (mark, width, to_left))


_DECIMAL = re.compile(r"( *-?[0-9]*)([.,])([0-9]* *)").fullmatch


def _at_the_point(goal: Goal, cells: Sequence[str]) -> Iterator[tuple[Node, float]]:
    """Numbers that are filled up with blanks so that their points stand below one another."""
    found = [match for cell in cells if (match := _DECIMAL(cell))]
    points = {match[2] for match in found}
    if len(found) < len(cells) or len(points) != 1 or not any(" " in cell for cell in cells):
        return
    whole, decimals = [match[1] for match in found], [match[3] for match in found]
    left = _width([one.lstrip(" ") for one in whole], whole)
    right = _width([one.rstrip(" ") for one in decimals], decimals)
    if left or right:
        point = points.pop()
        for entry in goal.bank.texts:
            yield _aligned(point, left, right)(entry.node), 0.0


def _aligned(point: str, left: int, right: int) -> Function:
    """The number with blanks before and after it: its whole part and its decimals get so wide, at the least."""
    before = f"{{:>{left}}}" if left else "{}"
    after = f"{{:<{right}}}" if right else "{}"
    parts = f"split_part({{0}}, {literal(point)}, 1), split_part({{0}}, {literal(point)}, 2)"
    template = f"format({literal(before + point + after)}, {parts})"

    def compute(text: str) -> str:
        whole, _, decimals = text.partition(point)
        return whole.rjust(left) + point + decimals.partition(point)[0].ljust(right)

    return Function("aligned at the point", TEXT, template, compute, _PAD_COST + 1.0, (point, left, right))


def between_constants(goal: Goal) -> Iterator[tuple[Node, float]]:
    """A text rewritten, with a beginning and an end that all cells have."""
    cells = [goal.target[at] or "" for at in goal.places]
    if len(set(cells)) < 2:
        return
    start, end = _shared(cells), _shared([cell[::-1] for cell in cells])
    if not start and not end:
        return
    inner = [cell[start : len(cell) - end] for cell in cells]
    if not all(inner):
        return
    first, last = cells[0][:start], cells[0][len(cells[0]) - end :]
    for node in rewritten_as(goal, inner):
        parts = [*([Constant(first)] if first else []), node, *([Constant(last)] if last else [])]
        yield joined(parts, node.cost + constant_cost(first) * bool(first) + constant_cost(last) * bool(last)), 0.0


def of_one_row(goal: Goal) -> Iterator[tuple[Node, float]]:
    """A column's text with fixed text around it, as a single row has it: what another row like it gets."""
    for entry in goal.bank.texts:
        for at in goal.places:
            text, cell = entry.values[at], goal.target[at] or ""
            if not isinstance(text, str) or text == cell or text not in cell:
                continue
            if len(text) < LEAST_HELD or not any(map(str.isalpha, text)):
                continue  # Numbers are calculated with.
            before, _, after = cell.partition(text)
            parts = [*([Constant(before)] if before else []), entry.node, *([Constant(after)] if after else [])]
            yield joined(parts, entry.node.cost + sum(constant_cost(part) for part in (before, after) if part)), 0.0


def _shared(cells: Sequence[str]) -> int:
    """How many characters all begin with, up to the last mark among them."""
    length = 0
    while all(len(cell) > length and cell[length] == cells[0][length] for cell in cells):
        length += 1
    while length and cells[0][length - 1].isalnum():
        length -= 1
    return length
