"""Clues: what the other output columns say of the questions by which a column's cells are chosen.

An output that shows a computed number is rather decided by that number than by one that nobody sees. Where others are blank
since a text has not the form that they are read from, the form says what the row is.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from converter.learning import weights
from converter.learning.columns import Candidate, Target
from converter.learning.conditions import Condition, Conditions
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, ColumnRef, Constant, Node

_FORMS = frozenset(("contains", "starts", "pattern"))
MOST_COLUMNS = 2
"""So many columns that are blank in the same rows are counted."""
Other = tuple[Target, Candidate]
"""Another output column with the expression that makes it."""


def clued(conditions: Conditions, others: Sequence[Other]) -> Conditions:
    """The conditions, those cheaper of which other output columns speak."""
    shown = {number for _, made in others if (number := _computed(made.node)) is not None}
    found = _cheaper(conditions, [*conditions.by_rows], lambda one: weights.SHOWN * _asks_of(one.node, shown)) if shown else {}
    for rows, sources, count in _blanks(others):
        told = [found.get(side, conditions.by_rows.get(side, [])) for side in (rows, conditions.full & ~rows)]
        if any(told):
            found |= _cheaper(
                conditions,
                (rows, conditions.full & ~rows),
                lambda one, sources=sources, count=count: (  # type: ignore[misc]
                    weights.FORM * min(count, MOST_COLUMNS) * (one.kind in _FORMS and one.node.sources <= sources)
                ),
                found,
            )
    return conditions.replaced(found, frozenset(shown)) if found or shown else conditions


def _cheaper(
    conditions: Conditions,
    places: Sequence[int],
    discount: Callable[[Condition], float],
    known: dict[int, list[Condition]] | None = None,
) -> dict[int, list[Condition]]:
    """The conditions for these sets of rows, where the discount says something of one."""
    made: dict[int, list[Condition]] = {}
    for rows in places:
        held = (known or {}).get(rows) or conditions.by_rows.get(rows, [])
        priced = [replace(one, cost=one.cost + off) if (off := discount(one)) else one for one in held]
        if any(new is not old for new, old in zip(priced, held, strict=True)):
            made[rows] = sorted(priced, key=lambda one: one.cost)
    return made


def _computed(node: Node) -> Node | None:
    """The number that the column shows, where it is computed of several values."""
    if isinstance(node, Apply) and node.function.name == "written" and node.parts[0].kind is Kind.NUMBER:
        node = node.parts[0]
    is_computed = node.kind is Kind.NUMBER and any(_is_combined(one) for one in node.within())
    return node if is_computed else None


def _is_combined(node: Node) -> bool:
    return node.key[0] in ("aggregate", "window") or (
        len(node.parts) > 1 and sum(not isinstance(one, Constant) for one in node.parts) > 1
    )


def _asks_of(node: Node, shown: set[Node]) -> bool:
    return isinstance(node, Apply) and node.function.name == "bound" and node.parts[0] in shown


def _blanks(others: Sequence[Other]) -> list[tuple[int, frozenset[str], int]]:
    """The rows in which columns that are read out of texts are blank, the texts' columns, and how many columns."""
    found: dict[tuple[int, frozenset[str]], int] = {}
    for target, made in others:
        rows = sum(1 << at for at, text in enumerate(target) if not text)
        if rows and rows != (1 << len(target)) - 1 and not isinstance(made.node, ColumnRef | Constant):
            key = (rows, made.node.sources)
            found[key] = found.get(key, 0) + 1
    return [(rows, sources, count) for (rows, sources), count in found.items()]
