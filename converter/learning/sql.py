"""SQL from templates: `sql("split_part({0}, ', ', 2)", argument)` is a sqlglot tree with the arguments in their places.

A template is parsed once. Arguments are put into brackets where the place binds more tightly than they do.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlglot import exp, parse_one

_LOOSE = (exp.Binary, exp.Not, exp.Is, exp.Between, exp.In, exp.Case, exp.Unary)
_PLAIN_NAME = __import__("re").compile(r"[a-z_][a-z0-9_]*\Z")


@lru_cache(maxsize=4096)
def _parsed(template: str) -> exp.Expr:
    return parse_one(template, dialect="duckdb")


def sql(template: str, *arguments: exp.Expression, own: bool = False) -> exp.Expression:
    """The template's tree, `{0}`, `{1}`… standing for the arguments: copies of them, unless they are its `own` to take."""
    names = [f"_argument_{at}" for at in range(len(arguments))]
    tree = _parsed(template.format(*names) if arguments else template)
    given = dict(zip(names, arguments, strict=True))
    return _filled(tree, given, {name for name, one in given.items() if own and one.parent is None})


def _filled(node: Any, given: Mapping[str, exp.Expression], free: set[str]) -> Any:
    """A copy of the template's node with the arguments in it, copied but for those that are `free` to be taken."""
    if isinstance(node, list):
        return [_filled(one, given, free) for one in node]
    if not isinstance(node, exp.Expr):
        return node
    if isinstance(node, exp.Column) and node.name in given and not node.table:
        argument = given[node.name] if node.name in free else given[node.name].copy()
        free.discard(node.name)
        parent = node.parent
        tight = isinstance(parent, exp.Binary | exp.Unary | exp.Is | exp.Between | exp.Bracket) or (
            isinstance(parent, exp.In) and node.arg_key == "this"
        )
        return exp.Paren(this=argument) if tight and _is_loose(argument, parent) else argument
    return type(node)(**{key: _filled(value, given, free) for key, value in node.args.items()})


def _is_loose(argument: exp.Expr, parent: exp.Expr | None) -> bool:
    if isinstance(argument, exp.Paren) or not isinstance(argument, _LOOSE):
        return False
    if isinstance(argument, exp.Dot | exp.Neg | exp.Bracket):
        return isinstance(argument, exp.Neg) and isinstance(parent, exp.Bracket)
    if isinstance(argument, exp.Case):
        return isinstance(parent, exp.Bracket)
    # What associates needs no brackets: a || b || c, a AND b AND c, a * b * c.
    return not (type(argument) is type(parent) and isinstance(parent, exp.DPipe | exp.And | exp.Or | exp.Add | exp.Mul))


def column(name: str) -> exp.Expression:
    """A column by its name, quoted where it has to be."""
    return exp.column(exp.to_identifier(name, quoted=not _PLAIN_NAME.match(name) or name in _KEYWORDS))


def quoted(name: str) -> str:
    """The name of a column as DuckDB reads it, in quotes where it needs them."""
    return column(name).sql(dialect="duckdb")


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''").replace("{", "{{").replace("}", "}}") + "'"


def text(value: str) -> exp.Expression:
    """A text as a literal."""
    return exp.Literal.string(value)


# Words that DuckDB reserves, or that mean something else where they stand bare.
_KEYWORDS = frozenset(
    [
        "all",
        "analyse",
        "analyze",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "asymmetric",
        "both",
        "case",
        "cast",
        "check",
        "collate",
        "column",
        "constraint",
        "create",
        "default",
        "deferrable",
        "desc",
        "describe",
        "distinct",
        "do",
        "else",
        "end",
        "except",
        "false",
        "fetch",
        "for",
        "foreign",
        "from",
        "group",
        "having",
        "in",
        "initially",
        "intersect",
        "into",
        "lambda",
        "lateral",
        "leading",
        "limit",
        "not",
        "null",
        "offset",
        "on",
        "only",
        "or",
        "order",
        "pivot",
        "pivot_longer",
        "pivot_wider",
        "placing",
        "primary",
        "qualify",
        "references",
        "returning",
        "select",
        "show",
        "some",
        "summarize",
        "symmetric",
        "table",
        "then",
        "to",
        "trailing",
        "true",
        "union",
        "unique",
        "unpivot",
        "using",
        "variadic",
        "when",
        "where",
        "window",
        "with",
        "left",
        "right",
        "full",
        "inner",
        "outer",
        "join",
        "cross",
        "natural",
        "is",
        "isnull",
        "notnull",
        "like",
        "ilike",
        "similar",
        "glob",
        "anti",
        "semi",
        "asof",
        "positional",
        "at",
        "date",
        "time",
        "timestamp",
        "interval",
        "values",
        "row",
        "rows",
        "range",
        "groups",
        "current",
        "user",
        "input",
        "output",
        "tablesample",
        "position",
        "set",
        "map",
        "struct",
        "end",
        "start",
    ]
)
