"""The SQL of a path: the output columns over the steps, which become one SELECT where they can and common table expressions
where they cannot.

A step's relation is merged into the one statement that reads it when that changes nothing: a filter becomes its WHERE, plain
expressions stand in for the columns that name them, and the last grouping, sorting or windows stand in the final SELECT.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import cast

import duckdb
from sqlglot import exp, parse_one

from converter.learning.layouts.exploration import Path
from converter.learning.layouts.grid import Source

_CLAUSES = ("where", "group", "having", "qualify", "order", "limit", "distinct")
Relations = list[tuple[str, exp.Select]]


def query(path: Path, columns: Mapping[str, exp.Expression]) -> exp.Expression:
    """The SELECT that carries out the path's steps over `input` and gives `columns` (name to expression) in order."""
    relations: Relations = []
    relation = "input"

    def add(title: str, text: str) -> str:
        name = _unused(title, [name for name, _ in relations])
        relations.append((name, cast(exp.Select, parse_one(text, read="duckdb"))))
        return name

    for step, grid in zip(path.steps, path.grids, strict=False):
        source = Source(relation, grid.names, grid.is_open)
        if step.reads_lists(source):
            relation = add("lists", f"SELECT {source.all_cells} AS cells, _row FROM {relation}")
            source = replace(source, relation=relation)
        relation = add(step.title, step.select(source))
    selected = [_named(expression, name) for name, expression in columns.items()]
    select = exp.select(*selected).from_(relation)
    if path.steps:
        select = select.order_by("_row", dialect="duckdb")
    relations.append(("", select))
    _merge(relations)
    _prune(relations)
    *before, (_, select) = relations
    for name, statement in before:
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


def _merge(relations: Relations) -> None:
    """Merges relations into the statements that read them, the last first."""
    for at in range(len(relations) - 2, -1, -1):
        name, inner = relations[at]
        readers = [table for _, select in relations[at + 1 :] for table in select.find_all(exp.Table) if table.name == name]
        if len(readers) != 1 or not isinstance(inner, exp.Select):
            continue
        outer = readers[0].find_ancestor(exp.Select)
        if outer is None or outer.args.get("joins") or outer.args["from_"].this is not readers[0]:
            continue
        is_final = outer is relations[-1][1]
        if (
            _merge_narrowing(outer, inner)
            or _merge_filter(outer, inner, is_final=is_final)
            or _merge_columns(outer, inner, is_final=is_final)
        ):
            del relations[at]


def _merge_narrowing(outer: exp.Select, inner: exp.Select) -> bool:
    """`SELECT * EXCLUDE (…) FROM r` goes where the reader names the columns that it takes."""
    only = inner.expressions[0] if len(inner.expressions) == 1 else None
    is_narrowing = isinstance(only, exp.Star) and not any(inner.args.get(clause) for clause in _CLAUSES)
    if not is_narrowing or _is_star(inner) or outer.find(exp.Star, exp.Columns):
        return False
    outer.set("from_", inner.args["from_"].copy())
    return True


def _merge_filter(outer: exp.Select, inner: exp.Select, *, is_final: bool) -> bool:
    """`SELECT * FROM r WHERE c` becomes the reader's WHERE; its QUALIFY only the final statement's."""
    if not _is_star(inner) or inner.args.get("joins"):
        return False
    clauses = {clause for clause in _CLAUSES if inner.args.get(clause)}
    windowed = outer.args.get("group") or outer.args.get("qualify") or outer.find(exp.Window, exp.AggFunc, exp.Unnest)
    if not clauses <= {"where"} and not (is_final and clauses <= {"where", "qualify", "order", "limit"} and not windowed):
        return False
    _take_over(outer, inner)
    if inner.args.get("limit"):
        outer.set("limit", inner.args["limit"].copy())
    return True


def _merge_columns(outer: exp.Select, inner: exp.Select, *, is_final: bool) -> bool:
    """The reader's columns become the expressions that they name."""
    made = {one.alias_or_name: one.this if isinstance(one, exp.Alias) else one for one in inner.expressions}
    opaque = (exp.Unnest, exp.Subquery, exp.Explode, exp.Columns)
    if "*" in made or _has_star(outer) or inner.args.get("joins") or inner.find(*opaque):
        return False
    is_plain = not any(inner.args.get(clause) for clause in _CLAUSES if clause != "where") and not any(
        expression.find(exp.Window, exp.AggFunc) for expression in made.values()
    )
    uses = Counter(column.name for column in _columns(outer))
    if any(uses[name] > 1 and not isinstance(expression, exp.Column) for name, expression in made.items() if name != "_row"):
        return False
    if _is_star(outer):
        if not is_plain or any(uses[name] and not isinstance(made[name], exp.Column) for name in made):
            return False
        outer.set("expressions", [one.copy() for one in inner.expressions])
        _substitute(outer, made, skip=outer.expressions)
        _take_over(outer, inner)
        return True
    # A condition on what is grouped or counted cannot stand in the WHERE before it.
    is_blocked = any(outer.args.get(clause) for clause in ("where", "group", "qualify", "limit"))
    if not is_plain and (not is_final or is_blocked or outer.find(exp.Window, exp.AggFunc, exp.Unnest)):
        return False
    limit = inner.args.get("limit")
    if is_final and _is_by_position(outer):
        outer.set("order", None)
        _substitute(outer, made, skip=())
        outer.set("order", _order_of(made["_row"]))
    else:
        _substitute(outer, made, skip=())
    _take_over(outer, inner)
    if limit is not None:
        outer.set("limit", limit.copy())
    _qualify_order(outer)
    return True


def _is_by_position(select: exp.Select) -> bool:
    order = select.args.get("order")
    keys = order.expressions if order is not None else []
    return len(keys) == 1 and isinstance(keys[0].this, exp.Column) and keys[0].this.name == "_row"


def _has_star(select: exp.Select) -> bool:
    """Whether the statement takes all columns beside others."""
    return not _is_star(select) and any(isinstance(one, exp.Star) for one in select.expressions)


def _order_of(position: exp.Expression) -> exp.Order:
    """The ORDER BY that a row's new position stands for."""
    if isinstance(position, exp.Window) and isinstance(position.this, exp.RowNumber) and not position.args.get("partition_by"):
        return cast(exp.Order, position.args["order"].copy())
    return exp.Order(expressions=[exp.Ordered(this=position.copy(), nulls_first=False)])


def _take_over(outer: exp.Select, inner: exp.Select) -> None:
    """The reader reads what the relation read, with its conditions and groups."""
    outer.set("from_", inner.args["from_"].copy())
    inside, outside = inner.args.get("where"), outer.args.get("where")
    if inside is not None:
        both = [_bracketed(inside.this), _bracketed(outside.this)] if outside is not None else [inside.this.copy()]
        outer.set("where", exp.Where(this=exp.and_(*both, copy=False)))
    for clause in ("group", "having", "qualify"):
        if inner.args.get(clause):
            outer.set(clause, inner.args[clause].copy())


def _bracketed(condition: exp.Expression) -> exp.Expression:
    return exp.Paren(this=condition.copy()) if isinstance(condition, exp.Or) else condition.copy()


def _substitute(outer: exp.Select, made: Mapping[str, exp.Expression], skip: Sequence[exp.Expression]) -> None:
    """Every column of the reader by what it names; an output column keeps its name."""
    skipped = {id(column) for one in skip for column in one.find_all(exp.Column)}
    for column in [column for column in _columns(outer) if id(column) not in skipped]:
        expression = made.get(column.name)
        if expression is None:
            continue
        replacement = expression.copy()
        if column.parent is outer and column.arg_key == "expressions":
            same = isinstance(replacement, exp.Column) and replacement.name == column.name
            column.replace(replacement if same else exp.alias_(replacement, column.name, quoted=True))
        else:
            simple = isinstance(replacement, exp.Column | exp.Func | exp.Literal | exp.Window | exp.Bracket)
            column.replace(replacement if simple else exp.Paren(this=replacement))


def _qualify_order(select: exp.Select) -> None:
    """In an ORDER BY a name means the output column, so that an input column of the same name needs its table."""
    table = select.args["from_"].this
    order = select.args.get("order")
    if order is None or not isinstance(table, exp.Table):
        return
    changed = {one.alias for one in select.expressions if isinstance(one, exp.Alias)}
    for column in order.find_all(exp.Column):
        if column.name in changed and not column.table:
            column.set("table", exp.to_identifier(table.name))


def _columns(select: exp.Select) -> list[exp.Column]:
    return [column for column in select.find_all(exp.Column) if not isinstance(column.this, exp.Star)]


def _is_star(select: exp.Select) -> bool:
    only = select.expressions[0] if len(select.expressions) == 1 else None
    return isinstance(only, exp.Star) and not only.args.get("except_")


def _prune(relations: Relations) -> None:
    """Leaves out the columns that no later statement reads."""
    for at in range(len(relations) - 2, -1, -1):
        _, select = relations[at]
        later = [statement for _, statement in relations[at + 1 :]]
        if not isinstance(select, exp.Select) or any(statement.find(exp.Star) for statement in (select, *later)):
            continue
        used = {"_row"} | {column.name for statement in later for column in statement.find_all(exp.Column)}
        kept = [one for one in select.expressions if one.alias_or_name in used or one.find(exp.Unnest, exp.Explode)]
        select.set("expressions", kept)


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
