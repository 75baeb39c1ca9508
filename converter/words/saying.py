"""An expression in words: what an output column is, for somebody who reads no SQL.

`phrase` gives a noun ("the first 3 characters of code"), `condition` a clause ("amount is below 0"). What each kind of node is
called stands in the modules of `_vocabulary`; what is in none is told by its function's name and what it is made of.
"""

from collections.abc import Callable, Sequence
from functools import cache

from sqlglot import exp

BLANK = "blank"
_MOST_LISTED = 4
_LONGEST = 600

_Words = dict[type[exp.Expr], Callable[[exp.Expr], str]]


@cache
def _vocabulary() -> tuple[_Words, _Words]:
    """The words for things and for conditions."""
    # Not above: each of them tells its parts by `phrase`.
    from converter.words import basics, conditions, dates, numbers, tables, texts

    things = basics.PHRASES | dates.PHRASES | texts.PHRASES | numbers.PHRASES | tables.PHRASES
    return things, conditions.CONDITIONS


def phrase(tree: exp.Expr) -> str:
    """The expression as a noun phrase."""
    things, conditions = _vocabulary()
    found = next((say for kind, say in things.items() if isinstance(tree, kind)), None)
    if found is None and isinstance(tree, (exp.Predicate, exp.Connector, exp.Not, *conditions)):
        return f"whether {condition(tree)}"
    said = found(tree) if found is not None else call(tree)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def condition(tree: exp.Expr) -> str:
    """The expression as a clause that is true or not."""
    found = next((say for kind, say in _vocabulary()[1].items() if isinstance(tree, kind)), None)
    return found(tree) if found is not None else f"{phrase(tree)} is true"


def texts(tree: exp.Expr) -> list[str]:
    """The literals of a list, or the one literal."""
    items = tree.expressions if isinstance(tree, (exp.Array, exp.Tuple)) else [tree]
    return [one.name for one in items if isinstance(one, exp.Literal)]


def listed(words: Sequence[str], word: str = "and") -> str:
    """a, b and c; the first few where there are many."""
    if len(words) > _MOST_LISTED:
        return f"{', '.join(words[: _MOST_LISTED - 1])} {word} {len(words) - _MOST_LISTED + 1} more"
    return f" {word} ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def after(word: str) -> Callable[[exp.Expr], str]:
    """Tells the argument with these words behind it."""
    return lambda tree: f"{phrase(bare(tree.this))} {word}"


def bare(tree: exp.Expr) -> exp.Expr:
    """The expression without brackets around it."""
    while isinstance(tree, exp.Paren):
        tree = tree.this
    return tree


def call(tree: exp.Expr) -> str:
    """Any other function, by its name and what it is made of."""
    given = [one for one in tree.iter_expressions() if not isinstance(one, (exp.DataType, exp.Identifier))]
    name = (tree.name if isinstance(tree, exp.Anonymous) else type(tree).__name__).replace("_", " ")
    name = "".join(f" {one.lower()}" if one.isupper() and not name.isupper() else one for one in name).strip().lower()
    said = [phrase(one) for one in given]
    return f"{name} of {listed(said)}" if said else name
