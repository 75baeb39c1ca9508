"""Cells that are parts of a text, and cells that fall into parts, each found by itself."""

import re
from collections.abc import Iterator, Sequence
from itertools import product

from converter.learning.bank import Entry
from converter.learning.concatenation import joined, shared_cost
from converter.learning.expressions.choices import Coalesce
from converter.learning.nodes import Constant, Node, constant_cost
from converter.learning.proposals import substrings
from converter.learning.proposals.enclosed import enclosed
from converter.learning.proposals.goal import Goal

MOST_SOURCES = 8
MOST_PARTS = 6
MOST_WAYS = 5
MOST_IN_A_ROW = 5
MOST_TOGETHER = 6
PART_COST = 0.6
_MOST_COMPARED = 8
"""What so many cells share, all do in most cases."""
_LEAST_SHARED = 2
"""A single mark or letter between parts is tried by itself."""


def parts_of(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The patterns that find the cells within a column's texts, in whatever case of letters."""
    if not goal.cells:
        return
    for entry in _reaching(goal)[:MOST_SOURCES]:
        sources = [str(entry.values[at]) for at in goal.places]
        cells = [goal.target[at] or "" for at in goal.places]
        if sources == cells:
            continue
        folded = [_as_in(source, cell) for source, cell in zip(sources, cells, strict=True)]
        for function in (*substrings.parts(sources, folded), *enclosed(sources, folded)):
            yield function(entry.node), 0.0


def first_filled(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The first of several columns that is filled, where each that is filled is the cell unless one before it was."""
    open_places = set(goal.places)
    chosen: list[Entry] = []
    candidates = list(goal.bank.texts)
    while open_places and len(chosen) < MOST_IN_A_ROW:
        best = max(
            (entry for entry in candidates if _is_right(entry, goal, open_places)),
            key=lambda entry: sum(entry.values[at] is not None for at in open_places),
            default=None,
        )
        if best is None or not any(best.values[at] is not None for at in open_places):
            return
        chosen.append(best)
        candidates = [entry for entry in candidates if entry is not best]
        open_places = {at for at in open_places if best.values[at] is None}
    if len(chosen) > 1 and not open_places:
        nodes = [entry.node for entry in _in_input_order(chosen, goal)]
        yield Coalesce(nodes, sum(node.cost for node in nodes) + 0.6 * len(nodes)), 0.0


def _in_input_order(chosen: Sequence[Entry], goal: Goal) -> list[Entry]:
    """The columns as they stand in the input, save where a row shows that a later one comes first."""
    left = [entry for entry in goal.bank.texts if any(entry is one for one in chosen)]
    open_places, ordered = set(goal.places), []
    while left:
        best = next((entry for entry in left if _is_right(entry, goal, open_places)), None)
        if best is None:
            return list(chosen)
        ordered.append(best)
        left = [entry for entry in left if entry is not best]
        open_places = {at for at in open_places if best.values[at] is None}
    return ordered


def _is_right(entry: Entry, goal: Goal, places: set[int]) -> bool:
    return all(entry.values[at] is None or entry.values[at] == goal.target[at] for at in places)


def _reaching(goal: Goal) -> list[Entry]:
    """Columns whose texts have the cells in them."""
    found = []
    for entry in goal.bank.texts:
        pairs = [(entry.values[at], goal.target[at] or "") for at in goal.places]
        if all(isinstance(value, str) and cell.casefold() in value.casefold() for value, cell in pairs):
            found.append(entry)
    return found


def _as_in(source: str, cell: str) -> str:
    if cell in source:
        return cell
    start = source.casefold().find(cell.casefold())
    return source[start : start + len(cell)]


def in_segments(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Cells with the same marks between their parts: each part as a column of its own."""
    cells = [goal.target[at] or "" for at in goal.places]
    if len(cells) < 2:
        return
    tried = 0
    for marks in _marks(cells):
        columns = _parted(cells, marks)
        if columns is None or all(len(set(column)) == 1 for column in columns):
            continue
        tried += 1
        if tried > MOST_WAYS:
            return
        node = _joined(goal, columns, marks)
        if node is not None:
            yield node, 0.0


def _marks(cells: list[str]) -> Iterator[list[str]]:
    """What may stand between the parts, in order: what all cells have, those that are rarest first."""
    tokens = [re.findall(r"[^\W\d_]+|\d+|[^\w]+|_", cell) for cell in cells]
    shared = [
        token
        for token in dict.fromkeys(tokens[0])
        if not token[0].isdigit() and all(row.count(token) == tokens[0].count(token) for row in tokens)
    ]
    whole = [token for token in tokens[0] if token in shared]
    ways = [_shared_texts([re.findall(r"[^\W\d_]+|\d+|.", cell, re.DOTALL) for cell in cells[:_MOST_COMPARED]])]
    if all(row.count(" ") > 1 for row in tokens):
        ways.append([" "])
    for token in sorted(shared, key=lambda token: (token.isalnum(), token.isspace(), tokens[0].count(token))):
        ways.append([token] * tokens[0].count(token))
    weak = [token for token in whole if token.strip(" ") not in ("", ".", ",", ":")]
    ways += [weak, whole]
    seen = []
    for way in ways:
        if way and way not in seen and len(way) <= MOST_PARTS:
            seen.append(way)
            yield way


def _shared_texts(rows: Sequence[list[str]]) -> list[str]:
    """The longest texts that all rows of tokens have, in order, as those of a sentence around what changes."""
    run = _longest_run(rows)
    if not run:
        return []
    starts = [_place(row, run) for row in rows]
    before = [row[:start] for row, start in zip(rows, starts, strict=True)]
    after = [row[start + len(run) :] for row, start in zip(rows, starts, strict=True)]
    return [*_shared_texts(before), "".join(run), *_shared_texts(after)]


def _longest_run(rows: Sequence[list[str]]) -> list[str]:
    """The most tokens in a row that all rows have; what stands within a number or a date, or is but a blank, parts nothing."""
    first = min(rows, key=len)
    for length in range(len(first), 0, -1):
        for start in range(len(first) - length + 1):
            run = first[start : start + length]
            if run[0].isdigit() or _ends_in_number(run) or (len("".join(run)) < _LEAST_SHARED and run[0] not in "()[]"):
                continue
            if all(_place(row, run) >= 0 for row in rows):
                return run
    return []


def _ends_in_number(run: list[str]) -> bool:
    return run[-1].isdigit() or (run[-1] in (".", ",") and len(run) > 1 and run[-2].isdigit())


def _place(row: list[str], run: list[str]) -> int:
    return next((at for at in range(len(row) - len(run) + 1) if row[at : at + len(run)] == run), -1)


def _parted(cells: list[str], marks: list[str]) -> list[list[str]] | None:
    rows = []
    for cell in cells:
        row, rest = [], cell
        for mark in marks:
            before, found, rest = rest.partition(mark)
            if not found:
                return None
            row.append(before)
        rows.append([*row, rest])
    return [list(column) for column in zip(*rows, strict=True)]


def _joined(goal: Goal, columns: list[list[str]], marks: list[str]) -> Node | None:
    """The cheapest expressions of the parts together: what one is made from the others need not pay again."""
    siblings = [text for column in columns if len(set(column)) > 1 for text in column]
    order = sorted((at for at, column in enumerate(columns) if len(set(column)) > 1), key=lambda at: -len(set(columns[at])))
    choices: list[Sequence[tuple[Node, float]]] = []
    for at in order:
        if not all(columns[at]):
            return None
        spread: list[str | None] = [None] * goal.size
        for place, text in zip(goal.places, columns[at], strict=True):
            spread[place] = text
        found = goal.part(spread, siblings)
        if not found:
            return None
        choices.append(found)
    many = MOST_TOGETHER if len(choices) < 4 else 1
    cost, chosen = min((_together(way) for way in product(*(found[:many] for found in choices))), key=lambda way: way[0])
    solved = dict(zip(order, chosen, strict=True))
    parts: list[Node] = []
    text = ""
    for at, column in enumerate(columns):
        if at in solved:
            if text:
                parts.append(Constant(text))
            parts.append(solved[at])
            text = ""
        else:
            text += column[0]
        text += marks[at] if at < len(marks) else ""
    if text:
        parts.append(Constant(text))
    cost += sum(constant_cost(part.value) for part in parts if isinstance(part, Constant))
    return joined(parts, cost) if len(parts) > 1 else None


def _together(way: Sequence[tuple[Node, float]]) -> tuple[float, list[Node]]:
    parts: list[Node] = []
    cost = 0.0
    for node, price in way:
        cost += price + PART_COST - shared_cost(node, parts)
        parts.append(node)
    return cost, parts
