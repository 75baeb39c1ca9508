"""Numbers in words."""

from collections.abc import Callable

from sqlglot import exp

from converter.words.dates import read_date
from converter.words.formats import number_format
from converter.words.saying import after, bare, listed, phrase


def _rounded(tree: exp.Expr) -> str:
    places = tree.args.get("decimals")
    said = phrase(tree.this)
    if isinstance(bare(tree.this), (exp.Cast, exp.TryCast, exp.Column)) and places is None:
        return f"{said}, as a whole number"
    return f"{said}, rounded" + (f" to {places.sql()} decimal place{'s' * (places.sql() != '1')}" if places is not None else "")


def _shifted(tree: exp.Expr) -> str:
    sign = "later" if isinstance(tree, exp.Add) else "earlier"
    one, other = bare(tree.this), bare(tree.expression)
    if isinstance(other, exp.Interval):
        amount = other.this.name if other.this is not None else ""
        unit = other.args["unit"].name.lower() if other.args.get("unit") is not None else ""
        return f"{phrase(one)}, {amount} {unit}{'s' * (amount != '1')} {sign}"
    if read_date(one) is not None and isinstance(other, exp.Literal):
        return f"{phrase(one)}, {other.name} day{'s' * (other.name != '1')} {sign}"
    return _arithmetic(tree)


def _arithmetic(tree: exp.Expr) -> str:
    one, other = phrase(bare(tree.this)), phrase(bare(tree.expression))
    word = next(text for kind, text in _ARITHMETIC.items() if isinstance(tree, kind))
    left = f"({one})" if isinstance(bare(tree.this), (exp.Add, exp.Sub)) and isinstance(tree, (exp.Mul, exp.Div)) else one
    right = f"({other})" if isinstance(bare(tree.expression), (exp.Add, exp.Sub)) else other
    return f"{left} {word} {right}"


_ARITHMETIC = {
    exp.Add: "plus", exp.Sub: "minus", exp.Mul: "times", exp.Div: "divided by", exp.IntDiv: "divided by", exp.Mod: "modulo",
}  # fmt: skip


def _extremes(word: str) -> Callable[[exp.Expr], str]:
    return lambda tree: f"the {word} of {listed([phrase(bare(one)) for one in (tree.this, *tree.expressions)])}"


def _negative(tree: exp.Expr) -> str:
    inner = bare(tree.this)
    return f"-{inner.name}" if isinstance(inner, exp.Literal) else f"{phrase(inner)} with its sign changed"


PHRASES: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Round: _rounded,
    exp.Floor: after("rounded down"),
    exp.Ceil: after("rounded up"),
    exp.Trunc: after("without its decimals"),
    exp.Abs: after("without its sign"),
    exp.Neg: _negative,
    exp.Add: _shifted,
    exp.Sub: _shifted,
    exp.Mul: _arithmetic,
    exp.Div: _arithmetic,
    exp.IntDiv: _arithmetic,
    exp.Mod: _arithmetic,
    exp.Greatest: _extremes("largest"),
    exp.Least: _extremes("smallest"),
    exp.Format: lambda tree: " ".join(filter(None, (phrase(tree.expressions[0]), number_format(tree.this.name)))),
}
