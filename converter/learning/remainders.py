"""Texts that begin or end as an expression says: what is left of them is a column of its own, which a choice may make.

`M20-29` is the first letter of one column and the band of another; no single expression gives the second part.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from converter.learning import atoms
from converter.learning.bank import Entry
from converter.learning.columns import Candidate, ColumnSearch, Target
from converter.learning.concatenation import joined
from converter.learning.names import name_cost
from converter.learning.nodes import Constant, Node, constant_cost

_COST = 1.0
_LEAST_ROWS = 4
"""That fewer texts begin alike with something is chance."""
_MOST = 2
"""So many beginnings, and ends, are tried."""
_SEPARATORS = " -–/:,;.|_"


def remainders(search: ColumnSearch, explained: Callable[[Target], Sequence[Candidate]]) -> Iterator[Candidate]:
    """Candidates that put an expression and what is explained of the rest together, for all filled cells of the column."""
    if len(search.places) < _LEAST_ROWS or search.full != search.filled:
        return
    for is_first in (True, False):
        for affix in _affixes(search, is_first=is_first):
            rest, separator = _rest(search, affix, is_first=is_first)
            for one in explained(rest)[:1]:
                if one.node.looks_around or isinstance(one.node, Constant):
                    continue
                parts: list[Node] = [affix.node, *([Constant(separator)] if separator else []), one.node]
                cost = affix.node.cost + name_cost(search.name, affix.node) / 2 + one.cost + _COST
                cost += constant_cost(separator) if separator else 0.0
                yield Candidate(joined(parts if is_first else parts[::-1], cost), cost, search.full)


def _affixes(search: ColumnSearch, *, is_first: bool) -> list[Entry]:
    """The cheapest expressions, not the same in all rows, as whose texts the cells begin or end and then go on."""
    found = []
    cells = [search.target[at] or "" for at in search.places]
    for entry in atoms.of(search.bank):
        texts = [entry.values[at] for at in search.places]
        if all(map(_goes_on, texts, cells, [is_first] * len(cells))) and len(set(texts)) > 1:
            found.append(entry)
    return sorted(found, key=lambda one: one.node.cost + name_cost(search.name, one.node) / 2)[:_MOST]


def _goes_on(text: object, cell: str, is_first: bool) -> bool:
    if not isinstance(text, str) or not 0 < len(text) < len(cell):
        return False
    return cell.startswith(text) if is_first else cell.endswith(text)


def _rest(search: ColumnSearch, affix: Entry, *, is_first: bool) -> tuple[Target, str]:
    """What is left of the cells, and the marks that stand between in all of them."""
    rest: list[str | None] = [None] * search.size
    for at in search.places:
        cell, text = search.target[at] or "", str(affix.values[at])
        rest[at] = cell[len(text) :] if is_first else cell[: -len(text)]
    filled = [text or "" for text in rest if text]
    turned = filled if is_first else [text[::-1] for text in filled]
    # What the least and the greatest begin with, all begin with.
    pairs = zip(min(turned), max(turned), strict=False)
    between = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1] and pair[0] in _SEPARATORS, pairs))
    if any(len(text) == len(between) for text in filled):
        return tuple(rest), ""
    cut = len(between)
    bare = [text and (text[cut:] if is_first else text[: len(text) - cut]) for text in rest]
    return tuple(bare), between if is_first else between[::-1]
