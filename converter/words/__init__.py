"""A converter in words, for somebody who reads no SQL: a sentence for each output column and for each step of the rows.

It is derived from the statement alone, so it holds for what the search wrote, what a model wrote, and what a person edited.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from converter.words.rows import Step, steps
from converter.words.saying import phrase

_MOST_EXPANSIONS = 4


@dataclass(frozen=True)
class ColumnWords:
    """An output column: what it is, and which columns of the input it is made of (as far as that can be told)."""

    explanation: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """`columns` in their order, `steps` as they happen."""

    columns: tuple[ColumnWords, ...]
    steps: tuple[Step, ...]


def explained(statement: str, names: Sequence[str]) -> Explanation:
    """The statement in words, for output columns of these names.

    What cannot be told apart (a statement that sqlglot does not read, columns that the data decides) is told as what it is.
    """
    try:
        query = parse_one(statement, read="duckdb")
        if not isinstance(query, exp.Query):
            raise ValueError("no query")
        made = {one.alias_or_name.casefold(): one for one in _selected(query)}
        listed = list(_selected(query))
        columns = tuple(_column(query, made, listed, at, name) for at, name in enumerate(names))
        return Explanation(columns, tuple(steps(query)))
    except (SqlglotError, ValueError, AttributeError, KeyError, RecursionError):
        # Words are for people; a statement too odd for them still runs, and its SQL stands beside.
        return Explanation(tuple(ColumnWords("made as its SQL says") for _ in names), ())


def expression_words(expression: str) -> str:
    """An expression alone, in words; the expression itself where it cannot be read."""
    try:
        return _sentence(parse_one(expression, read="duckdb"))
    except (SqlglotError, ValueError, AttributeError, KeyError, RecursionError):
        return expression


def _selected(query: exp.Expr) -> list[exp.Expr]:
    while isinstance(query, (exp.SetOperation, exp.Subquery)):
        query = query.this
    return list(query.expressions) if isinstance(query, exp.Select) else []


def _column(query: exp.Query, made: dict[str, exp.Expr], items: list[exp.Expr], at: int, name: str) -> ColumnWords:
    is_listed = at < len(items) and not any(isinstance(one, (exp.Star, exp.Columns)) for one in items[: at + 1])
    item = items[at] if is_listed else made.get(name.casefold())
    if item is None:
        return ColumnWords(
            f"{name}, as it is" if any(isinstance(one, exp.Star) for one in items) else "a column that the data gives"
        )
    tree = _expanded(query, item.unalias())
    sources = tuple(dict.fromkeys(one.name for one in tree.find_all(exp.Column) if one.name != "_row"))
    return ColumnWords(_sentence(tree), sources)


def _sentence(tree: exp.Expr) -> str:
    if isinstance(tree, exp.Column):
        return f"{tree.name}, as it is"
    if isinstance(tree, exp.Literal):
        return f"always {phrase(tree)}"
    if isinstance(tree, exp.Null):
        return "always blank"
    return phrase(tree)


def _expanded(query: exp.Query, tree: exp.Expr) -> exp.Expr:
    """The expression with the columns that tables before it compute written out, where those are expressions themselves."""
    tables = {one.alias_or_name: one.this for one in query.ctes}
    tree = tree.copy()
    for _ in range(_MOST_EXPANSIONS):
        computed = {
            item.alias: item.this
            for table in tables.values()
            for item in _selected(table)
            if isinstance(item, exp.Alias) and not isinstance(item.this, exp.Column)
        }
        found = [one for one in tree.find_all(exp.Column) if one.name in computed]
        if not found:
            break
        for one in found:
            inner = exp.paren(computed[one.name].copy())
            if one is tree:
                tree = inner
            else:
                one.replace(inner)
        if len(tree.sql()) > 2000:
            break
    while isinstance(tree, exp.Paren):
        tree = tree.this
    return tree


__all__ = ["ColumnWords", "Explanation", "Step", "explained", "expression_words"]
