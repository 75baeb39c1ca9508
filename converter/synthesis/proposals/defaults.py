"""A constant where a cell is blank, the cell itself where it is not."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from converter.synthesis.piece import Operator, Piece, call, cells_of, column, literal
from converter.table import Table


def propose(table: Table, target: Sequence[str]) -> Iterator[Piece]:
    """For each column that equals the target wherever it is filled, with one text for the blanks."""
    for at in range(table.width):
        cells = cells_of(table, at)
        blanks = {wanted for cell, wanted in zip(cells, target, strict=True) if not cell}
        filled = [(cell, wanted) for cell, wanted in zip(cells, target, strict=True) if cell]
        if len(blanks) == 1 and filled and all(cell == wanted for cell, wanted in filled):
            made = exp.Coalesce(this=call("nullif", column(table, at), ""), expressions=[literal(blanks.pop())])
            yield Piece(made, tuple(target), 2, "default")


DEFAULTS = Operator("defaults", propose, is_whole=True)
