"""Output columns as values of others: overtime is made of the hours shown beside it, a state of a limit.

A column that nothing explains by itself, or only dearly, is looked for once more, with the explained columns in the bank.
"""

import copy
import math
from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from converter.learning.balances import number_of
from converter.learning.bank import Bank
from converter.learning.columns import Candidate
from converter.learning.explanation import Workspace, explain
from converter.learning.expressions.choices import Case
from converter.learning.expressions.numbers import as_written
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Apply, ColumnRef, Constant, Frame, Node
from converter.learning.values.number_formats import NumberFormat

MOST_SHOWN = 8
MOST_AGAIN = 4
DEAREST = 9.0
"""A column that costs more is looked for once more."""
_DEAR_CHOICE = 5.5
"""So is a choice between a number and what else stands there: packs times their size may be the same as the most but once."""
_MOST_COST, _MOST_COST_OF_CHOICE = 18.0, 16.0
"""What costs more itself is hardly meant: nothing is made of it. A map is dear by its length alone, a choice by its chance."""
_COST = 1.5


class Shown(Node):
    """The expression of an output column, which a reader sees as one value."""

    __slots__ = ("inner",)

    def __init__(self, inner: Node) -> None:
        super().__init__(inner.kind, (inner,), _COST, ("shown", inner.key), exact=inner.exact)
        self.inner = inner

    def evaluate(self, frame: Frame) -> Column:
        return frame.values(self.inner)

    def sql(self) -> exp.Expression:
        return self.inner.sql()

    @property
    def is_count(self) -> bool:
        return self.inner.is_count


def look_again(workspace: Workspace, found: dict[int, tuple[Candidate, ...]], labels: Sequence[str | None]) -> None:
    """Explains the columns that are open or dear by what the others show; `found` has each column's candidates."""
    price = {at: held[0].cost if held else math.inf for at, held in found.items()}
    dear = (at for at, cost in price.items() if cost > DEAREST or (cost > _DEAR_CHOICE and _is_number_chosen(found[at][0])))
    again = sorted(dear, key=lambda at: price[at])
    if len(again) > MOST_AGAIN:
        again = [at for at in again if not found[at]]
    if len(again) > MOST_AGAIN:
        return
    open_ = [at for at in again if not found[at]]
    # What is found now may serve one that was tried before it.
    for at in (*again, *(open_[:-1] if len(open_) > 1 else ())):
        if at in open_ and found[at]:
            continue
        own = _value(found[at][0].node, workspace.bank) if found[at] else None
        # What was found for the others may serve, but for what was made of this one.
        others = {place: held for place, held in found.items() if place != at and held and not _reads(held[0].node, own)}
        bank = with_shown(workspace.bank, others)
        if bank is None or workspace.is_late:
            continue
        made = explain(workspace.over(bank), workspace.expected[at], labels[at])
        found[at] = tuple(sorted((*made, *found[at]), key=lambda one: one.cost))


def _is_number_chosen(candidate: Candidate) -> bool:
    """Whether it is a choice in which a number is said by heart."""
    node = candidate.node
    results = (*(value for _, value in node.branches), node.default) if isinstance(node, Case) else ()
    return any(isinstance(one, Constant) and any(map(str.isdigit, str(one.value))) for one in results) and any(
        not isinstance(one, Constant) for one in results
    )


def with_shown(bank: Bank, columns: Mapping[int, Sequence[Candidate]]) -> Bank | None:
    """The bank over the same rows with the values of these output columns too; None where they add nothing to it."""
    found = list(_values(bank, columns))[:MOST_SHOWN]
    if not found:
        return None
    frame = copy.copy(bank.frame)
    frame.refs = (*frame.refs, *found)
    made = Bank(frame)
    made.sisters = bank.sisters
    return made


def _values(bank: Bank, columns: Mapping[int, Sequence[Candidate]]) -> Iterator[Node]:
    seen = {(entry.node.kind, entry.values) for entry in (*bank.texts, *bank.numbers, *bank.moments)}
    for _, candidates in sorted(columns.items()):
        if not candidates or candidates[0].cost > (_MOST_COST_OF_CHOICE if _chooses(candidates[0].node) else _MOST_COST):
            continue
        node = _value(candidates[0].node, bank)
        values = bank.frame.values(node)
        if isinstance(node, Constant | ColumnRef) or len(set(values)) < 2 or (node.kind, values) in seen:
            continue
        seen.add((node.kind, values))
        yield Shown(node)
        yield from _rounded(bank, candidates[0].node, values)


def _rounded(bank: Bank, written: Node, values: Column) -> Iterator[Node]:
    """The number as it is written, where that is another one: what a person reads off and goes on with."""
    format = written.function.parameters[0] if isinstance(written, Apply) and written.function.name == "written" else None
    if isinstance(format, NumberFormat) and format.places is not None and written.parts[0].kind is Kind.NUMBER:
        node = as_written(format.places)(written.parts[0])
        if bank.frame.values(node) != values:
            yield Shown(node)


def _reads(node: Node, shown: Node | None) -> bool:
    return (isinstance(node, Shown) and node.inner == shown) or any(_reads(part, shown) for part in node.parts)


def _chooses(node: Node) -> bool:
    return isinstance(node, Case) or any(map(_chooses, node.parts))


def _value(node: Node, bank: Bank) -> Node:
    """The number or moment that the column writes, in each case of a choice, else its text."""
    if isinstance(node, Case) and any(map(_is_number, (*(value for _, value in node.branches), node.default))):
        return number_of(node, bank, blank=None) or node
    is_written = isinstance(node, Apply) and node.function.name == "written" and len(node.parts) == 1
    if is_written and (node.parts[0].kind is Kind.NUMBER or node.parts[0].kind.is_moment):
        return node.parts[0]
    return node


def _is_number(node: Node) -> bool:
    """Whether it writes a number."""
    return isinstance(node, Apply) and node.function.name == "written" and node.parts[0].kind is Kind.NUMBER
