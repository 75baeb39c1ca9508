"""Values by a key in a column: a table of what became of what, where the example shows a rule and not a list of rows."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from converter.synthesis.piece import Operator, Piece, cells_of, column, literal
from converter.table import Table

_MOST_KEYS = 40


def propose(table: Table, target: Sequence[str]) -> Iterator[Piece]:
    """A CASE over each column on which the target depends; a mapping of one key a row is no rule and is not proposed."""
    for at in range(table.width):
        cells = cells_of(table, at)
        pairs = dict(zip(cells, target, strict=True))
        is_function = all(pairs[cell] == wanted for cell, wanted in zip(cells, target, strict=True))
        if not is_function or not 2 <= len(pairs) < len(cells) or len(pairs) > _MOST_KEYS or len(set(target)) < 2:
            continue
        if pairs == {cell: cell for cell in pairs}:
            continue
        case = exp.Case(
            this=column(table, at),
            ifs=[exp.If(this=literal(key), true=literal(value)) for key, value in pairs.items() if key],
        )
        default = literal(pairs[""]) if "" in pairs else None
        expression: exp.Expression = case
        if default is not None:
            blank = exp.EQ(this=exp.Coalesce(this=column(table, at), expressions=[literal("")]), expression=literal(""))
            expression = exp.Case(ifs=[exp.If(this=blank, true=default)], default=case)
        yield Piece(expression, tuple(target), 3 + 2 * len(pairs), "mapping")


MAPPING = Operator("mapping", propose, is_whole=True)
