"""Which programs over a table's columns give the cells of an output column, best first, as SQL.

A sample of the rows is searched (`decisions.explain`); what it finds is held against all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from converter.synthesis.decisions import explain
from converter.synthesis.sample import sampled
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Column
from converter.table import Cell, Table


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
    rows = sampled(table.rows, wanted)
    columns = tuple(Column(index, name) for index, name in enumerate(table.columns))
    sheet = Sheet(columns, tuple(table.rows[row] for row in rows), deadline)
    found = []
    for cost, term in explain(sheet, tuple(wanted[row] for row in rows), name, most):
        if all((term.value(row) or "") == cell for row, cell in zip(table.rows, wanted, strict=True)):
            found.append(Candidate(term.sql(), cost, term.kind))
    return found
