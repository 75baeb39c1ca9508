"""How a statement's rows come about, in words: a sentence for each step, in the order in which they happen."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from converter.words.saying import condition, listed, phrase
from converter.words.tables import ordering

_MOST_KEYS = 4


@dataclass(frozen=True)
class Step:
    """A step of the rows, in a sentence, and the SQL that says so."""

    explanation: str
    sql: str

    def to_json(self) -> dict[str, str]:
        """The same as a JSON object."""
        return {"explanation": self.explanation, "sql": self.sql}


def steps(query: exp.Expr) -> list[Step]:
    """The steps of the query and of what it selects from; none where the rows are the input's, as they stand."""
    return list(_of_query(query))


def _of_query(query: exp.Expr) -> Iterator[Step]:
    if isinstance(query, exp.Subquery):
        query = query.this
    for table in query.ctes if hasattr(query, "ctes") else ():
        yield from _of_query(table.this)
    if isinstance(query, exp.SetOperation):
        yield from _of_query(query.this)
        yield from _of_query(query.expression)
        yield _step("the rows of several tables are put one below the other", query)
    if isinstance(query, exp.Select):
        yield from _of_select(query)
    yield from _of_end(query)


def _of_select(query: exp.Select) -> Iterator[Step]:
    source = query.args.get("from_")
    if source is not None:
        yield from _of_source(source.this)
    for join in query.args.get("joins") or ():
        yield from _of_source(join.this)
        on = join.args.get("on")
        using = [one.name for one in join.args.get("using") or ()]
        how = f" where {condition(on)}" if on is not None else f" by {listed(using)}" if using else ""
        kept = ", and rows without one are kept" if join.args.get("side") == "LEFT" else ""
        yield _step(f"each row is joined with the rows of {join.this.alias_or_name}{how}{kept}", join)
    where = query.args.get("where")
    if where is not None:
        yield _step(f"only rows where {condition(where.this)} are kept", where.this)
    for unnest in _unnested(query):
        yield _step(phrase(unnest), unnest)
    group = query.args.get("group")
    if group is not None:
        keys = [_key(query, one) for one in group.expressions]
        yield _step(f"rows with the same {listed(keys)} become one" if keys else "all rows become one", group)
    elif any(_aggregates(one) for one in query.expressions):
        yield _step("all rows become one", query.expressions[0])
    having = query.args.get("having")
    if having is not None:
        yield _step(f"of these, only those where {condition(having.this)} are kept", having.this)
    qualify = query.args.get("qualify")
    if qualify is not None:
        yield _step(f"only rows where {condition(qualify.this)} are kept", qualify.this)
    if query.args.get("distinct") is not None:
        yield _step("rows that are alike are kept once", query.args["distinct"])


def _of_source(source: exp.Expr) -> Iterator[Step]:
    if isinstance(source, exp.Subquery):
        inner = source.this
        yield from [_pivoted(inner)] if isinstance(inner, exp.Pivot) else _of_query(inner)
    for pivot in source.args.get("pivots") or ():
        yield _pivoted(pivot)
    if isinstance(source, exp.Pivot):
        yield _pivoted(source)
    if isinstance(source, exp.Table) and source.name in ("preamble", "footer"):
        yield _step(f"the lines {'above' if source.name == 'preamble' else 'below'} the table are read", source)


def _pivoted(pivot: exp.Expr) -> Step:
    columns = [phrase(one) for one in pivot.expressions]
    if pivot.args.get("unpivot"):
        named = f" ({listed(columns)})" if columns else ""
        return _step(f"columns become rows: one for each of the columns{named}", pivot)
    return _step(f"rows become columns: one for each {listed(columns) or 'value'}", pivot)


def _of_end(query: exp.Expr) -> Iterator[Step]:
    order, limit, offset = (query.args.get(name) for name in ("order", "limit", "offset"))
    if order is not None:
        keys = [one for one in order.expressions if not _is_position(one.this)]
        if keys:
            yield _step(f"rows are sorted by {ordering(keys)}", order)
    if offset is not None:
        yield _step(f"the first {phrase(offset.expression)} rows are left out", offset)
    if limit is not None:
        yield _step(f"only the first {phrase(limit.expression)} rows are kept", limit)


def _is_position(tree: exp.Expr) -> bool:
    """Whether the key puts rows in the order in which they came: `_row`, or the first one of a group."""
    inner = tree.this if isinstance(tree, (exp.Min, exp.Window)) else tree
    inner = inner.this if isinstance(inner, exp.Min) else inner
    return isinstance(inner, exp.Column) and inner.name == "_row"


def _key(query: exp.Select, key: exp.Expr) -> str:
    """A grouping key; the output column that a number stands for."""
    if isinstance(key, exp.Literal) and not key.is_string and key.name.isdigit() and int(key.name) <= len(query.expressions):
        return phrase(query.expressions[int(key.name) - 1])
    return phrase(key)


def _unnested(query: exp.Select) -> Iterator[exp.Expr]:
    for item in query.expressions:
        for node in item.find_all(exp.Explode):
            if node.find_ancestor(exp.Select) is query:
                yield node


def _aggregates(item: exp.Expr) -> bool:
    return any(
        node.find_ancestor(exp.Window) is None and node.find_ancestor(exp.Subquery) is None
        for node in item.find_all(exp.AggFunc)
    )


def _step(text: str, tree: exp.Expr) -> Step:
    return Step(text, tree.sql(dialect="duckdb"))
