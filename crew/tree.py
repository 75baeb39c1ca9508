"""A statement's tree by sqlglot, for looking at what a program does; what is allowed is said by DuckDB's own parser alone."""

from functools import lru_cache

import sqlglot
from sqlglot import exp


@lru_cache(maxsize=16)
def parsed(statement: str) -> exp.Query | None:
    """The statement's tree, shared, so only to be read; None where sqlglot cannot read it."""
    try:
        tree = sqlglot.parse_one(statement, dialect="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError):
        return None
    return tree if isinstance(tree, exp.Query) else None


def gives_cells(statement: str) -> bool:
    """Whether the statement's result is one column `cells`: a list of cells a row."""
    query = parsed(statement)
    return query is not None and [name.casefold() for name in query.named_selects] == ["cells"]
