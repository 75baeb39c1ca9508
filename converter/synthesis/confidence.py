"""How sure a column's program is: whether it would have been learned without a row, and of which kind it is.

A row is left out, the column is learned from the others, and its best program is asked for the row that it has not seen. The
weights are a logistic regression of "right on all further rows" over 414 examples of two to five rows from public benchmarks.
"""

import math
from collections.abc import Sequence

from converter.learning.clock import now
from converter.learning.shapes import MOST_ROWS
from converter.synthesis.columns import explain_column
from converter.synthesis.sheet import Sheets
from converter.table import Cell, Table

MOST_FOLDS = 4
BASE, FORESEEN, CHOSEN = 0.8, 2.1, -1.7
"""Log odds: to begin with, where all left-out rows come right, and for a choice between programs or a list of values."""
_CHOICES = frozenset(("conditional", "mapping", "constant"))


def confidence_of(table: Table, target: Sequence[Cell], kind: str, *, deadline: float, sheets: Sheets) -> float:
    """How likely the best program for `target` is right on rows that the example does not show, from 0 to 1.

    `sheets` are of rows of the table, shared by its targets.
    """
    odds = BASE + FORESEEN * _foreseen(table, target, deadline, sheets) + (CHOSEN if kind in _CHOICES else 0.0)
    fitted = 1 / (1 + math.exp(-odds))
    # Rows beyond the sample were no part of the search; by Laplace's rule of succession each speaks for the program.
    unseen = max(0, len(table.rows) - MOST_ROWS)
    return max(fitted, (unseen + 1) / (unseen + 2)) if unseen else fitted


def _foreseen(table: Table, target: Sequence[Cell], deadline: float, sheets: Sheets) -> float:
    """The part of the left-out rows that come right, half where there was no time to try."""
    rows = range(len(table.rows)) if len(table.rows) > 1 else range(0)
    tried = right = 0
    for left_out in rows[:: max(1, len(rows) // MOST_FOLDS)][:MOST_FOLDS]:
        if now() > deadline:
            break
        others = Table(table.columns, (*table.rows[:left_out], *table.rows[left_out + 1 :]))
        cells = (*target[:left_out], *target[left_out + 1 :])
        learned = explain_column(others, cells, deadline=deadline, most=1, sheets=sheets)
        tried += 1
        right += bool(learned) and (learned[0].term.value(table.rows[left_out]) or "") == (target[left_out] or "")
    return right / tried if tried else 0.5
