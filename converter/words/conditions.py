"""Conditions in words."""

from collections.abc import Callable

from sqlglot import exp

from converter.words.saying import bare, condition, listed, phrase
from converter.words.texts import list_words


def _compared(word: str) -> Callable[[exp.Expr], str]:
    def say(tree: exp.Expr) -> str:
        one, other = bare(tree.this), bare(tree.expression)
        if isinstance(other, exp.Literal) and not other.is_string and other.name == "0" and word in ("is below", "is above"):
            return f"{phrase(one)} is {'negative' if word == 'is below' else 'positive'}"
        return f"{phrase(one)} {word} {phrase(other)}"

    return say


def _not(tree: exp.Expr) -> str:
    inner = bare(tree.this)
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return f"{phrase(inner.this)} is filled"
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Boolean):
        return f"it is not so that {condition(bare(inner.this))}"
    if isinstance(inner, exp.In):
        return f"{phrase(inner.this)} is none of {listed([phrase(one) for one in inner.expressions])}"
    return f"it is not so that {condition(inner)}"


def _is(tree: exp.Expr) -> str:
    return f"{phrase(tree.this)} is blank" if isinstance(tree.expression, exp.Null) else condition(bare(tree.this))


def _equal(tree: exp.Expr) -> str:
    one, other = bare(tree.this), bare(tree.expression)
    if isinstance(other, exp.Literal) and other.is_string and not other.name:
        inner = one.this if isinstance(one, exp.Coalesce) else one
        return f"{phrase(inner)} is {'blank' if isinstance(tree, exp.EQ) else 'filled'}"
    return f"{phrase(one)} is {'' if isinstance(tree, (exp.EQ, exp.NullSafeEQ)) else 'not '}{phrase(other)}"


CONDITIONS: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Paren: lambda tree: condition(tree.this),
    exp.And: lambda tree: f"{condition(tree.this)} and {condition(tree.expression)}",
    exp.Or: lambda tree: f"{condition(tree.this)} or {condition(tree.expression)}",
    exp.Not: _not,
    exp.Is: _is,
    exp.EQ: _equal,
    exp.NEQ: _equal,
    exp.NullSafeNEQ: _equal,
    exp.NullSafeEQ: _equal,
    exp.LT: _compared("is below"),
    exp.GT: _compared("is above"),
    exp.LTE: _compared("is at most"),
    exp.GTE: _compared("is at least"),
    exp.In: lambda tree: f"{phrase(tree.this)} is {listed([phrase(one) for one in tree.expressions], 'or')}",
    exp.Between: lambda tree: f"{phrase(tree.this)} is from {phrase(tree.args['low'])} to {phrase(tree.args['high'])}",
    exp.StartsWith: lambda tree: f"{phrase(tree.this)} begins with {phrase(tree.expression)}",
    exp.EndsWith: lambda tree: f"{phrase(tree.this)} ends with {phrase(tree.expression)}",
    exp.Contains: lambda tree: f"{phrase(tree.this)} contains {phrase(tree.expression)}",
    exp.ArrayContains: lambda tree: f"{phrase(tree.expression)} is among {list_words(tree.this)}",
    exp.RegexpLike: lambda tree: f"{phrase(tree.this)} looks like {phrase(tree.expression)}",
    exp.Like: lambda tree: f"{phrase(tree.this)} looks like {phrase(tree.expression)}",
    exp.Exists: lambda _: "there is such a row",
}
