"""Look-ups in the same table: a value of the row whose key another column has, as the name of the row that `Father` says, and
how many rows name a row so. What names the row may be a part of a text: the number above `1.2.3` is `1.2`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqlglot import exp

from converter.learning import sql
from converter.learning.bank import Bank, Entry
from converter.learning.columns import ColumnSearch
from converter.learning.kinds import Column, Kind
from converter.learning.marks import is_nothing
from converter.learning.nodes import ColumnRef, Frame, Node

_COST = 1.0
LEAST_ROWS = 2
LEAST_NAMED = 2
"""A part of a text names so many rows at the least, one of them more than once."""
MOST_ROWS = 2000
MOST_SEARCHES = 4


class Looked(Node):
    """The value of an expression in the row whose `key` is this row's `reference`; blank where there is none."""

    __slots__ = ("key_column", "reference", "value")

    def __init__(self, reference: Node, key: Node, value: Node) -> None:
        parts = (reference, key, value)
        cost = _COST + sum(part.cost for part in parts)
        super().__init__(value.kind, parts, cost, ("looked up", *(part.key for part in parts)))
        self.reference, self.key_column, self.value = reference, key, value

    def evaluate(self, frame: Frame) -> Column:
        origin = getattr(frame, "origin", None)
        if origin is not None:
            before = origin[0].values(self)
            return tuple(before[at] for at in origin[1])
        found: dict[object, object] = {}
        for key, value in zip(frame.values(self.key_column), frame.values(self.value), strict=True):
            if key is not None:
                found.setdefault(key, value)
        return tuple(found.get(one) for one in frame.values(self.reference))  # type: ignore[misc]

    def sql(self) -> exp.Expression:
        first = sql.sql("arg_min({0}, _row)", self.value.sql())
        where = exp.EQ(this=_of(self.key_column, "other"), expression=_of(self.reference, "input"))
        return exp.Subquery(this=exp.select(first).from_("input AS other").where(where))


class Referring(Node):
    """How many rows name this row's `key` as their `reference`."""

    __slots__ = ("key_column", "reference")

    def __init__(self, reference: Node, key: Node) -> None:
        cost = _COST + 0.5 * (reference.cost + key.cost)
        super().__init__(Kind.NUMBER, (reference, key), cost, ("referring", reference.key, key.key))
        self.reference, self.key_column = reference, key

    def evaluate(self, frame: Frame) -> Column:
        origin = getattr(frame, "origin", None)
        if origin is not None:
            before = origin[0].values(self)
            return tuple(before[at] for at in origin[1])
        counts = Counter(frame.values(self.reference))
        return tuple(Decimal(counts[key]) if key is not None else Decimal(0) for key in frame.values(self.key_column))

    @property
    def looks_around(self) -> bool:
        return True

    @property
    def is_count(self) -> bool:
        return True

    def sql(self) -> exp.Expression:
        where = exp.EQ(this=_of(self.reference, "other"), expression=_of(self.key_column, "input"))
        return exp.Subquery(this=exp.select(exp.Count(this=exp.Star())).from_("input AS other").where(where))


def _of(node: Node, table: str) -> exp.Expression:
    # Trees of columns are shared: what is changed is a copy.
    tree = node.sql().copy()
    for column in tree.find_all(exp.Column):
        column.set("table", exp.to_identifier(table))
    return tree


def referring(bank: Bank) -> list[Entry]:
    """Numbers of the rows that refer to a row, for each column whose texts are another one's, which names the rows."""
    found: list[Entry] | None = bank.__dict__.get("_referring")
    if found is not None:
        return found
    found = bank.__dict__["_referring"] = []
    frame = bank.frame
    if not frame.is_input or not 3 <= frame.size <= MOST_ROWS:
        return found
    texts = [entry for entry in bank.texts if isinstance(entry.node, ColumnRef)]
    for key in texts:
        if None in key.values or len(set(key.values)) < frame.size:
            continue
        names = set(key.values)
        for reference in texts:
            filled = [value for value in reference.values if value is not None]
            if reference is not key and len(filled) >= LEAST_ROWS and names.issuperset(filled):
                node = Referring(reference.node, key.node)
                found.append(bank.made(node))
    return found


def looked_up(bank: Bank, target: Sequence[str | None]) -> Iterator[tuple[Node, float]]:
    """Look-ups that may give the column."""
    frame = bank.frame
    if frame.origin is not None and len(frame.origin[1]) < frame.origin[0].size:
        # What is looked up may stand in rows that were left out.
        base, rows_kept = frame.origin
        if base.origin is not None or base.is_grouped:
            return
        shown: list[str | None] = [None] * base.size
        known = 0
        for row, text in zip(rows_kept, target, strict=True):
            shown[row], known = text, known | 1 << row
        yield from _looked_up(bank.__dict__.setdefault("_before", Bank(base)), shown, known)
        return
    yield from _looked_up(bank, target, (1 << frame.size) - 1)


def _looked_up(bank: Bank, target: Sequence[str | None], kept: int) -> Iterator[tuple[Node, float]]:
    """Look-ups over all rows that give the target in those that are kept."""
    frame = bank.frame
    if not frame.is_input or not 3 <= frame.size <= MOST_ROWS:
        return
    searched = 0
    texts = [entry for entry in bank.texts if isinstance(entry.node, ColumnRef)]
    for key in texts:
        if None in key.values or len(set(key.values)) < frame.size:
            continue
        places = {value: at for at, value in enumerate(key.values)}
        for reference in (*(one for one in texts if one is not key), *_parts_that_name(bank, key)):
            rows = [
                places.get(value) if value is not None and kept >> at & 1 else None for at, value in enumerate(reference.values)
            ]
            filled = [
                value for at, value in enumerate(reference.values) if value and kept >> at & 1 and not is_nothing(str(value))
            ]
            if len(filled) < LEAST_ROWS or sum(row is not None for row in rows) < max(LEAST_ROWS, 0.5 * len(filled)):
                continue
            cells: list[str | None] = [None] * frame.size
            wanted, fits = 0, True
            for row, text in zip(rows, target, strict=True):
                if row is None:
                    continue
                fits = fits and (not wanted >> row & 1 or cells[row] == text)
                cells[row] = text
                wanted |= 1 << row
            if not fits or not wanted or not any(cells) or searched == MOST_SEARCHES:
                continue
            searched += 1
            search = ColumnSearch(bank, tuple(cells), None, rows=wanted, inner=True)
            for one in search.read():
                if one.rows & wanted == wanted and not one.node.looks_around:
                    if one.node.kind is Kind.TEXT:
                        yield Looked(reference.node, key.node, one.node), 0.0
                    break


def _parts_that_name(bank: Bank, key: Entry) -> list[Entry]:
    """Parts of texts each of which is a row's key, another row's than its own, where it is not empty."""
    known: dict[Node, list[Entry]] = bank.__dict__.setdefault("_parts_that_name", {})
    if key.node not in known:
        names = set(key.values)
        found = known[key.node] = []
        for entry in bank.pieces:
            filled = [value for value in entry.values if value]
            different = len(set(filled))
            own = any(one and one == mine for one, mine in zip(entry.values, key.values, strict=True))
            if LEAST_NAMED <= different < len(filled) and names.issuperset(filled) and not own:
                found.append(entry)
    return known[key.node]


__all__ = ["Looked", "Referring", "looked_up", "referring"]
