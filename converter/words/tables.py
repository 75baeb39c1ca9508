"""What looks at other rows, in words: aggregates, windows, rows looked up."""

from collections.abc import Callable, Sequence

from sqlglot import exp

from converter.words.formats import quoted
from converter.words.saying import bare, condition, listed, phrase
from converter.words.texts import list_words


def _window(tree: exp.Expr) -> str:
    made, groups, order = tree.this, tree.args.get("partition_by") or [], tree.args.get("order")
    within = f" within each {listed([phrase(one) for one in groups])}" if groups else ""
    keys = [] if order is None else [one for one in order.expressions if one.this.name != "_row"]
    by = f", by {ordering(keys)}" if keys else ""
    if isinstance(made, exp.IgnoreNulls):
        made = made.this
    if isinstance(made, (exp.RowNumber, exp.Rank, exp.DenseRank)):
        return f"the {'number' if isinstance(made, exp.RowNumber) else 'rank'} of the row{within}{by}"
    if isinstance(made, (exp.Lag, exp.Lead)):
        return f"{phrase(made.this)} of the row {'before' if isinstance(made, exp.Lag) else 'after'}{within}{by}"
    if isinstance(made, (exp.FirstValue, exp.First)):
        return f"the first {phrase(made.this)}{within}{by}"
    if isinstance(made, (exp.LastValue, exp.Last)):
        return f"the last {phrase(made.this)} so far{within}{by}"
    return f"{phrase(made)}{' so far' if order is not None else ''}{within}{by}"


def ordering(keys: Sequence[exp.Expr]) -> str:
    """Sort keys in words."""
    return listed([f"{phrase(one.this)}{' (highest first)' if one.args.get('desc') else ''}" for one in keys])


def _counted(tree: exp.Expr) -> str:
    if isinstance(tree.this, exp.Star) or tree.this is None:
        return "how many rows there are"
    if isinstance(tree.this, exp.Distinct):
        return f"how many different {listed([phrase(one) for one in tree.this.expressions])} there are"
    return f"how many {phrase(tree.this)} there are"


def _gathered(tree: exp.Expr) -> str:
    mark = tree.args.get("separator")
    made = tree.this.this if isinstance(tree.this, exp.Order) else tree.this
    if isinstance(made, exp.Distinct):
        made, each = made.expressions[0], "each "
    else:
        each = "all "
    return f"{each}{phrase(made)} of the group, joined by {quoted(mark.name) if mark is not None else 'a comma'}"


def _filtered(tree: exp.Expr) -> str:
    return f"{phrase(tree.this)} where {condition(tree.expression.this)}"


def _aggregate(word: str) -> Callable[[exp.Expr], str]:
    return lambda tree: f"{word} {phrase(bare(tree.this))}"


_PLACES = {"preamble": "the lines above the table", "footer": "the lines below the table", "input": "another row"}


def _looked_up(tree: exp.Expr) -> str:
    inner = tree.this
    if isinstance(inner, exp.Select) and len(inner.expressions) == 1:
        source = inner.args.get("from_") or inner.args.get("from")
        name = source.this.name if source is not None else ""
        where = inner.args.get("where")
        told = f" where {condition(where.this)}" if where is not None else ""
        place = _PLACES.get(name, name)
        return f"{phrase(inner.expressions[0])}, from {place}{told}" if place else phrase(inner.expressions[0])
    return "what is looked up elsewhere"


PHRASES: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Window: _window,
    exp.Sum: _aggregate("the sum of"),
    exp.Avg: _aggregate("the average of"),
    exp.Min: _aggregate("the smallest"),
    exp.Max: _aggregate("the largest"),
    exp.Count: _counted,
    exp.GroupConcat: _gathered,
    exp.ArrayAgg: lambda tree: f"all {phrase(tree.this.this if isinstance(tree.this, exp.Order) else tree.this)} of the group",
    exp.ArgMin: lambda tree: f"the first {phrase(tree.this)}",
    exp.ArgMax: lambda tree: f"the last {phrase(tree.this)}",
    exp.First: _aggregate("the first"),
    exp.Last: _aggregate("the last"),
    exp.AnyValue: _aggregate("the"),
    exp.Filter: _filtered,
    exp.Explode: lambda tree: f"each part of {list_words(tree.this)}, gets a row of its own",
    exp.Star: lambda _: "all columns",
    exp.Subquery: lambda tree: _looked_up(tree),
}
