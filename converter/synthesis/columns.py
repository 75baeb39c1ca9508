"""Which programs over a table's columns give the cells of an output column, best first, as SQL.

A sample of the rows is searched (`decisions.explain`); what it finds is held against all of them. Of programs that agree on
the rows and on changed ones, only the cheapest is an alternative.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from converter.learning.shapes import sampled
from converter.synthesis.decisions import explain
from converter.synthesis.sheet import Sheets
from converter.synthesis.term import Column, Term
from converter.table import Cell, Row, Table

MOST_RIVALS = 16
"""So many programs are compared by what they would do with other rows."""
MOST_DEARER = 4.0
"""A program that costs so much more than the best is no alternative."""


@dataclass(frozen=True)
class Candidate:
    """An expression in SQL that gives the column's cells in every row of the example; lower cost is likelier meant."""

    expression: exp.Expression
    cost: float
    kind: str
    term: Term


def explain_column(
    table: Table,
    target: Sequence[Cell],
    *,
    deadline: float,
    name: str | None = None,
    most: int = 5,
    sheets: Sheets | None = None,
) -> list[Candidate]:
    """Ranked expressions for `target`, a cell a row of `table`, found before `deadline` (of `clock.now`).

    `name`, the output column's, breaks ties: a column of the same name is the likelier source. `sheets` are the table's, for
    several targets that share them.
    """
    wanted = tuple(cell or "" for cell in target)
    if not wanted:
        return []
    rows = sampled(table.rows, wanted)
    columns = tuple(Column(index, name) for index, name in enumerate(table.columns))
    sheet = (sheets or Sheets()).of(columns, tuple(table.rows[row] for row in rows), deadline)
    found: dict[tuple[Cell, ...], Candidate] = {}
    changed = [row for example in sheet.rows[:4] for row in _changed(example)]
    for cost, term in explain(sheet, tuple(wanted[row] for row in rows), name, MOST_RIVALS):
        behaviour = tuple(term.value(row) or "" for row in changed)
        if behaviour in found or any((term.value(row) or "") != cell for row, cell in zip(table.rows, wanted, strict=True)):
            continue
        if found and cost > next(iter(found.values())).cost + MOST_DEARER:
            break
        found[behaviour] = Candidate(term.sql(), cost, term.kind, term)
        if len(found) == most:
            break
    return list(found.values())


def _changed(row: Row) -> Iterator[Row]:
    """Rows that might have been: without the first or the last word of each cell, with a word more, in other characters."""
    yield tuple(None for _ in row)
    for change in (_without_first, _without_last, _with_more, str.swapcase, _with_accents):
        yield tuple(change(cell) if cell else cell for cell in row)


_WORD = re.compile(r"\w+\W*|\W+")


def _without_first(text: str) -> str:
    return "".join(_WORD.findall(text)[1:])


def _without_last(text: str) -> str:
    return "".join(_WORD.findall(text)[:-1])


def _with_more(text: str) -> str:
    words = _WORD.findall(text)
    middle = len(words) // 2
    return "".join((*words[:middle], *words[middle : middle + 1], *words[middle:]))


def _with_accents(text: str) -> str:
    return text.replace("e", "\u00e9").replace("1", "12")
