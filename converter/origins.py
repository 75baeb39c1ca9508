"""Which input row an output row comes from: the statement with one more column that says so.

Possible where every output row is made of one input row: no groups, no joins, no rows put together. Filters, sorting, windows,
UNNEST and UNPIVOT keep a row's origin.
"""

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from converter.rejecting import ORIGIN


def traced(statement: str) -> str | None:
    """The statement with the column `_origin` behind its own, or None where its rows have no single origin."""
    try:
        tree = parse_one(statement, read="duckdb")
        if not isinstance(tree, exp.Select) or not _is_traceable(tree):
            return None
        stars = [node for item in tree.expressions for node in item.find_all(exp.Star, exp.Columns)]
        # COUNT(*) takes no columns.
        top_stars = any(not isinstance(star.parent, exp.Count) for star in stars)
        if top_stars:
            return None
        for select in tree.find_all(exp.Select):
            is_inner = select.find_ancestor(exp.Subquery) is not None and not _is_source(select)
            if not is_inner and not any(isinstance(item, exp.Star) for item in select.expressions):
                select.select(exp.column(ORIGIN), copy=False)
        return tree.sql(dialect="duckdb")
    except (SqlglotError, RecursionError):
        return None


def _is_traceable(tree: exp.Select) -> bool:
    if tree.find(exp.SetOperation, exp.Distinct, exp.Group, exp.Join):
        return False
    if any(pivot.args.get("unpivot") is not True or _takes_all(pivot) for pivot in tree.find_all(exp.Pivot)):
        return False
    return not any(node.find_ancestor(exp.Window) is None and not _in_scalar(node) for node in tree.find_all(exp.AggFunc))


def _takes_all(pivot: exp.Expr) -> bool:
    """Whether it would take `_origin` for one of the columns that become rows."""
    return any(not isinstance(one.this, exp.Literal) for one in pivot.find_all(exp.Columns)) or pivot.find(exp.Star) is not None


def _in_scalar(node: exp.Expr) -> bool:
    select = node.find_ancestor(exp.Select)
    return select is not None and isinstance(select.parent, exp.Subquery) and not _is_source(select)


def _is_source(select: exp.Select) -> bool:
    """Whether the SELECT is one that another selects from, or a common table expression."""
    holder = select.parent
    if isinstance(holder, exp.CTE):
        return True
    return isinstance(holder, exp.Subquery) and isinstance(holder.parent, (exp.From, exp.Pivot))
