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

ROWS = 24
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
