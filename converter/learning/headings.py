"""A heading that is written as the first row: of a table that was read without one, where the rows below it are data."""

import re
from collections.abc import Sequence

from sqlglot import exp

from converter.learning import sql
from converter.table import Row, Table

LEAST_ROWS = 3
_NUMERIC = re.compile(r"[-+]?[\d.,:/ %-]+\Z")


def written_heading(given: Table, expected: Table) -> Row | None:
    """The expected table's first row, where it is a heading: names that the input's cells do not have."""
    if expected.header is not None or len(expected.rows) < LEAST_ROWS:
        return None
    first = expected.rows[0]
    if any(not cell or _NUMERIC.match(cell) for cell in first) or len(set(first)) < len(first):
        return None
    below = [set(column) - {None} for column in zip(*expected.rows[1:], strict=True)]
    if any(cell in column for cell, column in zip(first, below, strict=True)):
        return None
    lines = ["\0".join(filter(None, row)) for row in given.rows]
    copied = any(all(cell in line for cell in first if cell) for line in lines)
    copied = copied or set(first) <= {cell for row in given.rows for cell in row}
    return None if copied else first


def with_heading(tree: exp.Expression, heading: Sequence[str | None], names: Sequence[str]) -> exp.Expression:
    """The statement with the heading as a row before its own."""
    tables = tree.args.get("with_")
    tree.set("with_", None)
    cells = [exp.alias_(sql.text(cell or ""), sql.column(name).this) for cell, name in zip(heading, names, strict=True)]
    rows = exp.Subquery(this=tree) if tree.args.get("order") or tree.args.get("limit") else tree
    union = exp.union(exp.select(*cells), rows, distinct=False)
    if tables is not None:
        union.set("with_", tables)
    return union
