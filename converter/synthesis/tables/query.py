"""The SQL of a path: one common table expression a step, and the output columns over the last."""

from collections.abc import Mapping
from functools import cache
from typing import cast

import duckdb
from sqlglot import exp, parse_one

from converter.synthesis.tables.exploration import Path
from converter.synthesis.tables.grid import Source


def query(path: Path, columns: Mapping[str, exp.Expression]) -> exp.Expression:
    """The SELECT that carries out the path's steps over `input` and gives `columns` (name to expression) in order."""
    relations: list[tuple[str, exp.Expression]] = []
    relation = "input"
    for step, grid in zip(path.steps, path.grids, strict=False):
        text = step.select(Source(relation, grid.names))
        relation = _unused(step.title, [name for name, _ in relations])
        relations.append((relation, cast(exp.Expression, parse_one(text, read="duckdb"))))
    selected = [_named(expression, name) for name, expression in columns.items()]
    select = exp.select(*selected).from_(relation)
    if not all(step.keeps_rows for step in path.steps):
        select = select.order_by("_row", dialect="duckdb")
    for name, statement in relations:
        select = select.with_(name, as_=statement)
    return _plainly_quoted(select)


def _named(expression: exp.Expression, name: str) -> exp.Expression:
    if isinstance(expression, exp.Column) and expression.name == name:
        return expression.copy()
    return cast(exp.Expression, exp.alias_(expression.copy(), name, quoted=True))


def _unused(title: str, taken: list[str]) -> str:
    name, number = title, 1
    while name in taken:
        number += 1
        name = f"{title}_{number}"
    return name


def _plainly_quoted(select: exp.Expression) -> exp.Expression:
    """Without the quotes that nobody needs: around lower-case words that are no keywords."""
    for identifier in select.find_all(exp.Identifier):
        if identifier.quoted and _is_plain(identifier.name):
            identifier.set("quoted", False)
    return select


def _is_plain(name: str) -> bool:
    return name.isidentifier() and name.isascii() and name not in _keywords() and name.lower() not in _keywords()


@cache
def _keywords() -> frozenset[str]:
    """DuckDB's own list of words that an identifier may not be."""
    with duckdb.connect() as connection:
        found = connection.execute("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'")
        return frozenset(name for (name,) in found.fetchall())
