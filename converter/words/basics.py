"""Columns, values and choices in words, and functions by their names."""

from collections.abc import Callable

from sqlglot import exp

from converter.words.dates import date_in, part_of, read_date
from converter.words.formats import number_format, quoted
from converter.words.saying import BLANK, call, condition, listed, phrase

_MOST_LISTED = 4


def _column(tree: exp.Expr) -> str:
    return "the row's number" if tree.name == "_row" else tree.name


def _literal(tree: exp.Expr) -> str:
    return (quoted(tree.name) if tree.name else BLANK) if tree.args.get("is_string") else tree.name


def _anonymous(tree: exp.Expr) -> str:
    name, given = tree.name.upper(), tree.expressions
    if name == "TRY_STRPTIME" and (read := read_date(tree)) is not None:
        return f"{date_in(read[0])}, read as {listed(read[1], 'or')}"
    if name == "PRINTF" and len(given) == 2:
        return " ".join(filter(None, (phrase(given[1]), number_format(given[0].name))))
    if name == "DATE_PART" and len(given) == 2:
        return part_of(given[0].name, given[1])
    if name in ("DATE_SUB", "DATESUB") and len(given) == 3:
        return f"the full {given[0].name}s from {phrase(given[1])} to {phrase(given[2])}"
    if name in _NAMED and given:
        return _NAMED[name].format(*(phrase(one) for one in given))
    return call(tree)


_NAMED = {
    "STRIP_ACCENTS": "{0} without accents",
    "LIST_SUM": "the sum of {0}",
    "LIST_DISTINCT": "each once of {0}",
    "LIST_SORT": "{0} in order",
    "LIST_REVERSE": "{0} in reverse order",
    "LIST_COUNT": "how many of {0} there are",
    "REVERSE": "{0} backwards",
}


def _case(tree: exp.Expr) -> str:
    base, default = tree.this, tree.args.get("default")
    branches = tree.args["ifs"]
    if base is not None and all(
        isinstance(one.this, exp.Literal) and isinstance(one.args["true"], exp.Literal) for one in branches
    ):
        pairs = [f"{phrase(one.args['true'])} for {phrase(one.this)}" for one in branches]
        return f"a word for {phrase(base)}: {listed(pairs)}, else {_else(default)}"
    told = []
    for one in branches:
        when = condition(one.this) if base is None else f"{phrase(base)} is {phrase(one.this)}"
        told.append(f"{phrase(one.args['true'])} where {when}")
    return f"{'; '.join(told[:_MOST_LISTED])}{'; …' * (len(told) > _MOST_LISTED)}, else {_else(default)}"


def _else(default: exp.Expr | None) -> str:
    return BLANK if default is None or isinstance(default, exp.Null) else phrase(default)


def _coalesce(tree: exp.Expr) -> str:
    return f"{phrase(tree.this)}, or {listed([phrase(one) for one in tree.expressions], 'or')} where that is blank"


def _nullif(tree: exp.Expr) -> str:
    other = tree.expression
    if isinstance(other, exp.Literal) and other.name in ("", "0"):
        return phrase(tree.this)
    return f"{phrase(tree.this)}, blank where it is {phrase(other)}"


PHRASES: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Column: _column,
    exp.Identifier: lambda tree: tree.name,
    exp.Literal: _literal,
    exp.Boolean: lambda tree: "true" if tree.this else "false",
    exp.Null: lambda _: BLANK,
    exp.Paren: lambda tree: phrase(tree.this),
    exp.Alias: lambda tree: phrase(tree.this),
    exp.Anonymous: _anonymous,
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.If: lambda tree: f"{phrase(tree.args['true'])} where {condition(tree.this)}, else {_else(tree.args.get('false'))}",
}
