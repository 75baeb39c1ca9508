"""Texts in well-known encodings, parts of names and domains, and all that a pattern finds in a text."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from converter.learning.bank import Bank, Entry
from converter.learning.expressions import texts
from converter.learning.expressions.components import COMPONENTS
from converter.learning.expressions.encodings import encodings
from converter.learning.expressions.patterns import all_matches, compiled, escaped
from converter.learning.nodes import Function, Node
from converter.learning.proposals.goal import Goal

MOST_SOURCES = 24
MOST_COLUMNS = 6
_MOST_KEPT = 512
"""What is found in so many texts is kept: every output column asks for the same ones."""
_DEAREST_PIECE = 3.1
_FOUND = (
    ("[0-9]+", 1.6), (r"[0-9]+(?:\.[0-9]+)?", 1.8), (r"\p{Lu}", 1.7), ("[A-Z]", 1.8), (r"\p{Lu}{2,}", 1.8), ("[A-Z]{2,}", 2.0),
    ("[A-Z][a-z]+", 1.9), ("[A-Za-z]+", 1.8), (r"\pL+", 1.8), ("[A-Za-z0-9]+", 1.7), (r"[\pL0-9]+", 1.75),
    (r"\b[A-Za-z]", 2.0), (r"#[A-Za-z0-9_]+", 1.8), (r"@[A-Za-z0-9_]+", 1.8), (r"[\pL0-9._%+-]+@[\pL0-9.-]+", 1.8),
    (r"https?://[^ ]+", 1.8), ("[a-z]+", 1.9), ("[^A-Za-z0-9 ]+", 2.0),
)  # fmt: skip
"""What is looked for in a text, with what it costs to take all of it."""


def parts(bank: Bank, cells: Sequence[str], places: Sequence[int]) -> list[Entry]:
    """Encodings and components of columns and their pieces whose texts stand in the cells, in whatever case of letters."""
    found: list[Entry] = []
    columns = bank.texts[:MOST_COLUMNS]
    pieces = [one for one in bank.pieces if one.node.cost < _DEAREST_PIECE] if len(columns) < MOST_COLUMNS else []
    folded = [cell.casefold() for cell in cells]
    for rank, entry in enumerate((*columns, *pieces[:MOST_SOURCES])):
        given = [text for at in places if isinstance(text := entry.values[at], str) and text]
        if not given or len(given) < len(cells):
            continue
        for function, first in zip(_all() if rank < len(columns) else encodings(), _in_all(given[0]), strict=False):
            # Most are told so by the first text.
            if first and first in folded[0] and _stands(function, given, folded):
                for node in (function(entry.node), *(case(function(entry.node)) for case in texts.CASES)):
                    values = bank.frame.values(node)
                    if all(str(values[at] or "\0") in cell for at, cell in zip(places, cells, strict=True)):
                        found.append(Entry(node, values))
                        break
    return found


@cache
def _all() -> tuple[Function, ...]:
    return (*encodings(), *COMPONENTS)


@lru_cache(maxsize=_MOST_KEPT)
def _in_all(text: str) -> tuple[str, ...]:
    """What each of the functions makes of the text, in lower case; nothing where it is not of its kind."""
    return tuple((function.compute(text) or "").casefold() for function in _all())


def _stands(function: Function, given: Sequence[str], folded: Sequence[str]) -> bool:
    changed = False
    for text, cell in zip(given, folded, strict=True):
        made = function.compute(text)
        if not made or made.casefold() not in cell:
            return False
        changed = changed or made != text
    return changed


def all_found(goal: Goal) -> Iterator[tuple[Node, float]]:
    """All that a pattern finds in a column's texts, with a mark in between; in whatever case of letters."""
    cells = [goal.target[at] or "" for at in goal.places]
    folded = [cell.casefold() for cell in cells]
    if not cells:
        return
    for entry in goal.bank.texts[:MOST_COLUMNS]:
        given = [entry.values[at] for at in goal.places]
        sources = [text for text in given if isinstance(text, str)]
        if len(sources) < len(cells) or sources == cells:
            continue
        for node, rows in _bare(entry.node, sources):
            for pattern, cost in (*_FOUND, *_runs(cells)):
                matches = [_found_in(pattern, text) for text in rows]
                mark = _joint(matches, folded)
                if mark is not None and all(mark.join(row) == cell for row, cell in zip(matches, folded, strict=True)):
                    made = all_matches(pattern, mark, cost)(node)
                    yield from ((one, 0.0) for one in (made, *(case(made) for case in texts.CASES)))


@lru_cache(maxsize=_MOST_KEPT)
def _found_in(pattern: str, text: str) -> tuple[str, ...]:
    """All that the pattern finds in the text, in lower case."""
    return tuple(one.casefold() for one in compiled(pattern).findall(text))


def _bare(node: Node, sources: Sequence[str]) -> Iterator[tuple[Node, Sequence[str]]]:
    """The texts, and without the apostrophes that stand within words."""
    yield node, sources
    for mark in ("'", "’"):
        if any(mark in text for text in sources):
            yield texts.removed(mark)(node), [text.replace(mark, "") for text in sources]


def _runs(cells: Sequence[str]) -> Iterator[tuple[str, float]]:
    """A mark that comes several times in a row."""
    match = re.match(r"([^\w\s])\1+", cells[0])
    if match:
        yield f"{escaped(match[1])}{{2,}}", 2.0


def _joint(matches: Sequence[Sequence[str]], folded: Sequence[str]) -> str | None:
    """What stands between the first two matches of a cell that has two; None where no cell has or one does not begin so."""
    for row, cell in zip(matches, folded, strict=True):
        if len(row) > 1:
            end = cell.find(row[1], len(row[0]))
            return cell[len(row[0]) : end] if cell.startswith(row[0]) and 0 <= end <= len(row[0]) + 3 else None
    return None
