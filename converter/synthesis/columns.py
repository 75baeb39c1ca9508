"""Which expressions over a table's columns give the cells of an output column, best first.

The search goes from the output backwards: a cell is a chain of pieces that operators propose and of constants, and the
cheapest chain that spells every row's cell is a shortest path through the product of the rows' positions (FlashFill's
version space, Gulwani, POPL 2011, walked by Dijkstra instead of being built). No operator is known here by name.
"""

import heapq
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from sqlglot import exp

from converter.synthesis.piece import Operator, Piece, literal
from converter.synthesis.proposals.dates import DATES
from converter.synthesis.proposals.defaults import DEFAULTS
from converter.synthesis.proposals.mapping import MAPPING
from converter.synthesis.proposals.numbers import NUMBERS
from converter.synthesis.proposals.text import TEXT
from converter.table import Cell, Table

OPERATORS: tuple[Operator, ...] = (TEXT, DATES, NUMBERS, DEFAULTS, MAPPING)

# Beyond this many rows a chain is searched on the first ones and held against all.
_SEARCHED_ROWS = 24
_MOST_STATES = 20_000
_MOST_PIECES = 7
_CONSTANT, _CHARACTER = 1.6, 0.25
_CHAIN = 0.4


@dataclass(frozen=True)
class Candidate:
    """An expression in SQL that gives the column's cells in every row of the example; lower cost is likelier meant."""

    expression: exp.Expression
    cost: float
    kind: str


def explain_column(
    table: Table, target: Sequence[Cell], *, deadline: float, name: str | None = None, most: int = 5
) -> list[Candidate]:
    """Ranked expressions for `target`, a cell a row of `table`, found before `deadline` (`time.monotonic()`).

    `name`, the output column's, breaks ties: a column of the same name is the likelier source.
    """
    wanted = tuple(cell or "" for cell in target)
    if not wanted:
        return []
    found: list[Candidate] = []
    if len(set(wanted)) == 1:
        found.append(Candidate(literal(wanted[0]), 2.5 if len(wanted) > 1 else 20, "constant"))
    pieces: list[Piece] = []
    for operator in OPERATORS:
        for piece in operator.propose(table, wanted):
            if time.monotonic() > deadline:
                break
            if piece.cells == wanted:
                found.append(Candidate(piece.expression, piece.cost - _same_name(piece, name), piece.kind))
            elif not operator.is_whole:
                pieces.append(piece)
    if not found or min(one.cost for one in found) > 3:
        found += _chains(pieces, wanted, deadline)
    return _distinct(sorted(found, key=lambda one: one.cost))[:most]


def _same_name(piece: Piece, name: str | None) -> float:
    is_same = (
        isinstance(piece.expression, exp.Column) and name is not None and piece.expression.name.casefold() == name.casefold()
    )
    return 0.2 if is_same else 0


def _chains(pieces: Sequence[Piece], wanted: tuple[str, ...], deadline: float) -> Iterator[Candidate]:
    """The cheapest chain, where there is one that takes something from the table."""
    rows = range(min(len(wanted), _SEARCHED_ROWS))
    texts = tuple(wanted[row] for row in rows)
    usable = [
        piece for piece in pieces if all(piece.cells[row] in texts[row] for row in rows) and any(piece.cells[: len(rows)])
    ]
    path = _shortest(usable, texts, deadline)
    if path is None:
        return
    cost, chain = path
    spelt = tuple("".join(one if isinstance(one, str) else one.cells[row] for one in chain) for row in range(len(wanted)))
    if spelt == wanted and any(isinstance(one, Piece) for one in chain):
        yield Candidate(_joined(chain), cost, "text")


_Chain = tuple[Piece | str, ...]


def _shortest(pieces: Sequence[Piece], texts: tuple[str, ...], deadline: float) -> tuple[float, _Chain] | None:
    start, end = (0,) * len(texts), tuple(map(len, texts))
    order = count()
    queue: list[tuple[float, int, tuple[int, ...], _Chain]] = [(0.0, next(order), start, ())]
    done: set[tuple[int, ...]] = set()
    while queue and len(done) < _MOST_STATES and time.monotonic() < deadline:
        cost, _, at, chain = heapq.heappop(queue)
        if at == end:
            return cost, chain
        if at in done or len(chain) >= _MOST_PIECES:
            continue
        done.add(at)
        for piece in pieces:
            if all(text.startswith(cell, place) for text, cell, place in zip(texts, piece.cells, at, strict=False)):
                after = tuple(place + len(cell) for place, cell in zip(at, piece.cells, strict=False))
                if after != at:
                    heapq.heappush(queue, (cost + piece.cost + _CHAIN, next(order), after, (*chain, piece)))
        if chain and isinstance(chain[-1], str):
            continue
        for length in range(1, _common_prefix(texts, at) + 1):
            constant = texts[0][at[0] : at[0] + length]
            after = tuple(place + length for place in at)
            price = cost + _CONSTANT + _CHARACTER * length * (2 if constant[-1:].isalnum() else 1)
            heapq.heappush(queue, (price, next(order), after, (*chain, constant)))
    return None


def _common_prefix(texts: tuple[str, ...], at: tuple[int, ...]) -> int:
    length, most = 0, min(len(text) - place for text, place in zip(texts, at, strict=True))
    while length < most and len({text[place + length] for text, place in zip(texts, at, strict=True)}) == 1:
        length += 1
    return length


def _joined(chain: _Chain) -> exp.Expression:
    parts = [literal(one) if isinstance(one, str) else one.expression.copy() for one in chain]
    return parts[0] if len(parts) == 1 else exp.Anonymous(this="concat", expressions=parts)


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    seen: set[str] = set()
    kept = []
    for one in candidates:
        text = one.expression.sql(dialect="duckdb")
        if text not in seen:
            seen.add(text)
            kept.append(one)
    return kept
