"""Programs that fit an example as the converter does, and do something else with other rows: what a person is asked about.

The search tells other expressions for a column and other programs; kept are those that give the example's table and part from
the converter on changed rows (`changed`).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest

from sqlglot import exp, parse_one

from converter.families import columns_listed

MOST_RIVALS = 4
_MOST_TRIED = 10
_SECONDS = 1.5
"""How long programs are tried; each is run over the whole example."""


def with_expression(statement: str, at: int, expression: str) -> str:
    """The statement with another expression for its output column `at`."""
    query = parse_one(statement, read="duckdb")
    made = query.expressions[at]
    made.replace(exp.alias_(parse_one(expression, read="duckdb"), made.alias_or_name, quoted=True))
    return query.sql(dialect="duckdb")


def candidates(statement: str, alternatives: Sequence[Sequence[str]], others: Iterable[str]) -> Iterator[str]:
    """Statements that may be rivals, likeliest first: each column's next expression, other programs, further expressions."""
    listed = columns_listed(statement)
    turns = list(zip_longest(*alternatives[:listed]))
    yield from (with_expression(statement, at, one) for at, one in enumerate(turns[0] if turns else ()) if one is not None)
    yield from others
    for turn in turns[1:]:
        yield from (with_expression(statement, at, one) for at, one in enumerate(turn) if one is not None)


def kept(statement: str, found: Iterable[str], fits: Callable[[str], bool], differs: Callable[[str], bool]) -> tuple[str, ...]:
    """Of the statements found the first few that fit and differ, each once; as far as the time goes."""
    until = time.monotonic() + _SECONDS
    seen: set[str] = {statement}
    rivals: list[str] = []
    for tried, one in enumerate(found):
        if len(rivals) == MOST_RIVALS or tried == _MOST_TRIED or time.monotonic() > until:
            break
        if one not in seen and fits(one) and differs(one):
            rivals.append(one)
        seen.add(one)
    return tuple(rivals)
