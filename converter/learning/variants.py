"""Rows that could come: an example's rows recombined and changed, to see where programs that fit the example differ.

Each column's cells are drawn anew from that column, some with other digits or letters of the same kind, so that lengths and
notations stay what they are. Made from a fixed seed: the same example always gives the same rows.
"""

import random
from collections.abc import Sequence

from converter.changed import changed_rows
from converter.learning.bank import Relation
from converter.learning.kinds import Column, Value
from converter.learning.nodes import Node
from converter.table import Table

ROWS, GROUPS = 24, 24
MOST_IN_GROUP = 24
"""Of larger groups so many rows are made: what programs do with them differs in few, and each takes time."""
_CHANGED = 0.35
_DIGITS = "0123456789"


def variants(frame: Relation, *, rows: int = ROWS) -> Relation:
    """A frame of changed rows with the frame's columns; made once, so that what was computed on it is kept."""
    kept: dict[int, Relation] = frame.__dict__.setdefault("_variants", {})
    if rows not in kept:
        kept[rows] = _variants(frame, rows)
    return kept[rows]


def _variants(frame: Relation, rows: int) -> Relation:
    chance = random.Random(frame.size)  # noqa: S311
    columns: list[Column] = []
    for column in frame.columns:
        columns.append(tuple(_changed(chance.choice(column), chance) if column else None for _ in range(rows)))
    return Relation(frame.names, columns, frame.refs)


def of_groups(base: Relation, groups: Sequence[Sequence[int]]) -> tuple[Relation, list[list[int]]]:
    """Rows that could come in such groups, and the groups: a column is blank, or the same, where it is so in a group.

    What only the first row of each group says, and what all of its rows say, is so by the kind of table; in what order their
    other cells stand may be chance.
    """
    chance = random.Random(base.size)  # noqa: S311
    longest = [chance.choice(groups)[:MOST_IN_GROUP] for _ in range(GROUPS)]
    as_long = [[one for one in groups if len(one) >= len(group)] for group in longest]
    places, made = 0, []
    for group in longest:
        made.append(list(range(places, places + len(group))))
        places += len(group)
    columns: list[Column] = []
    for column in base.columns:
        filled = [value for value in column if value is not None]
        cells: list[Value] = []
        for group, others in zip(longest, as_long, strict=True):
            like = chance.choice(others)[: len(group)]
            told = [column[at] for at in like]
            same = _changed(chance.choice(filled), chance) if len(group) > 1 and len({*told} - {None}) == 1 else None
            cells += [None if one is None else same or _changed(chance.choice(filled), chance) for one in told]
        columns.append(tuple(cells))
    return Relation(base.names, columns, base.refs), made


def further(frame: Relation) -> Relation | None:
    """Changed rows, and the frame's with one cell changed each: blank, of another sign, longer. None where a row is a group."""
    if frame.is_grouped or any(not (cell is None or isinstance(cell, str)) for column in frame.columns for cell in column):
        return None
    given = Table(frame.names, tuple(zip(*frame.columns, strict=True)))
    changed = [tuple(cell or None for cell in one.row) for one in changed_rows(given, most=ROWS)]
    rows = [*zip(*variants(frame).columns, strict=True), *changed]
    return Relation(frame.names, list(zip(*rows, strict=True)), frame.refs) if rows else None


def _changed(value: Value, chance: random.Random) -> Value:
    if not isinstance(value, str) or chance.random() > _CHANGED or not any(map(str.isdigit, value)):
        return value
    # Dates stay dates: only the last two digits change, and only to what two digits of a date may be.
    at = [place for place, character in enumerate(value) if character.isdigit()]
    out = list(value)
    run = [place for place in at if place >= at[-1] - 1]
    if len(run) == 2:
        out[run[0]], out[run[1]] = chance.choice("012"), chance.choice("123456789")
    else:
        out[at[-1]] = chance.choice(_DIGITS)
    return "".join(out)


def values_on(node: Node, frame: Relation) -> Column | None:
    """The node's values on changed rows; None where it cannot be evaluated there."""
    try:
        return frame.values(node)
    except (TypeError, ValueError, ArithmeticError, KeyError, IndexError):
        return None


def blank_share(values: Sequence[Value]) -> float:
    """How many of the values are blank."""
    return sum(value in (None, "") for value in values) / max(1, len(values))
