"""Values by their keys: a record's lines say what they are (`Phone: 555`, `Price,12`); a column has its key's value."""

import re
from collections.abc import Iterator, Sequence

from converter.learning.bank import Bank, Relation
from converter.learning.columns import ColumnSearch
from converter.learning.expressions.predicates import equals
from converter.learning.kinds import Kind
from converter.learning.names import likeness
from converter.learning.nodes import Constant, Node
from converter.learning.steps.grouping import FIRST, Aggregate, Groups

MOST_ROWS = 500
MOST_KEYS = 24
_NUMBER = re.compile(r"-?\d[\d.,]*")
_COST = -2.0
"""What a line's key says is seldom chance."""
_OWN_NAME_COST, _OTHER_NAME_COST = -1.5, 0.5
"""The column is named as the key, or otherwise."""


def by_key(groups: Groups, target: Sequence[str | None], name: str | None) -> Iterator[tuple[Node, float]]:
    """The value of each group's line with the key that the column asks for; blank where there is no such line."""
    if groups.base.size > MOST_ROWS or not any(target):
        return
    filled = sum(text is not None for text in target)
    for node, key, lines in _keys(groups):
        missing = any(text and line is None for text, line in zip(target, lines, strict=True))
        if missing or sum(line is not None for line in lines) > filled + 1:
            continue
        value = _value(groups, target, lines, node, key)
        if value is not None:
            extra = _OWN_NAME_COST if name and likeness(name, key) > 0.3 else _OTHER_NAME_COST
            yield Aggregate(FIRST, value, equals(node, key)), _COST + extra


def _keys(groups: Groups) -> list[tuple[Node, str, tuple[int | None, ...]]]:
    """The keys of the lines, each with the first line of each group that has it; made once."""
    found: list[tuple[Node, str, tuple[int | None, ...]]] | None = groups.__dict__.get("_line_keys")
    if found is not None:
        return found
    found = groups.__dict__["_line_keys"] = []
    bank = groups.bank_below
    seen: set[tuple[int | None, ...]] = set()
    for entry in (*bank.texts, *(piece for piece in bank.pieces if piece.node.cost < 3.2)):
        values = entry.values
        keys = list(dict.fromkeys(value for value in values if isinstance(value, str) and value))
        if entry.node.kind is not Kind.TEXT or not 2 <= len(keys) <= MOST_KEYS or len(keys) > 0.8 * groups.base.size:
            continue
        for key in keys:
            lines = tuple(next((at for at in rows if values[at] == key), None) for rows in groups.groups)
            if lines not in seen:
                seen.add(lines)
                found.append((entry.node, key, lines))
    return found


def _search(base: Relation, rows: tuple[int, ...], cells: tuple[str | None, ...]) -> ColumnSearch:
    """What the cells are made of in these lines; the same lines are those of other groups of the base too."""
    banks: dict[tuple[int, ...], Bank] = base.__dict__.setdefault("_line_banks", {})
    searches: dict[tuple[object, ...], ColumnSearch] = base.__dict__.setdefault("_line_searches", {})
    if (rows, cells) not in searches:
        bank = banks.get(rows)
        if bank is None:
            bank = banks[rows] = Bank(base.among(rows))
        searches[rows, cells] = ColumnSearch(bank, cells, None, inner=True)
    return searches[rows, cells]


def _value(groups: Groups, target: Sequence[str | None], lines: Sequence[int | None], key: Node, own: str) -> Node | None:
    """What the lines' values have to become. The lines have a bank of their own: other lines' values are of other kinds."""
    rows = tuple(line for line in lines if line is not None)
    cells = tuple(text for text, line in zip(target, lines, strict=True) if line is not None)
    texts = [[str(value) for ref in groups.base.refs if (value := groups.base.values(ref)[at])] for at in rows]
    if not all(_may_stand_in(cell or "", row) for cell, row in zip(cells, texts, strict=True)):
        return None
    search = _search(groups.base, rows, cells)
    for one in search.near():
        constant = isinstance(one.node, Constant) or one.node == key or one.node.looks_around
        if one.rows == search.full and not constant and set(cells) != {own}:
            return one.node
    return None


def _may_stand_in(cell: str, row: Sequence[str]) -> bool:
    """Whether the cell may be read in the row's texts: of a number, all but its last digit stand there, unless it is a time."""
    if not _NUMBER.fullmatch(cell) or any(":" in text for text in row):
        return True
    digits = _digits(cell)
    return any(
        _digits(number).startswith(digits[: max(1, len(digits) - 1)]) for text in row for number in _NUMBER.findall(text)
    )


def _digits(number: str) -> str:
    """A number's digits without the zeros at its ends."""
    return "".join(filter(str.isdigit, number)).strip("0")
