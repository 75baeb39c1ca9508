"""Programs that fit an example as the converter does, and do something else with other rows: what a person is asked about.

The search tells other expressions for a column and other programs; kept are those that give the example's table and part from
the converter on changed rows (`changed`).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import overload

from sqlglot import exp, parse_one

from converter.families import columns_listed

MOST_RIVALS = 4
_MOST_TRIED = 10
_SECONDS = 1.5
"""How long programs are tried; each is run over the whole example."""


class Later(Sequence[str]):
    """Texts that are found out when somebody asks for them: most converters are learned without a question.

    `count` is how many there are, where that is known before.
    """

    def __init__(self, find: Callable[[], tuple[str, ...]], count: int | None = None) -> None:
        self._find, self._count = find, count

    @cached_property
    def _found(self) -> tuple[str, ...]:
        return self._find()

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        return self._found[at]

    def __len__(self) -> int:
        return len(self._found) if self._count is None else self._count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._found == tuple(other)

    def __hash__(self) -> int:
        return hash(self._found)


def with_expression(statement: str, at: int, expression: str) -> str:
    """The statement with another expression for its output column `at`."""
    return _with_expression(parse_one(statement, read="duckdb"), at, expression)


def _with_expression(query: exp.Expr, at: int, expression: str) -> str:
    """The same of a query, which is as it was in the end."""
    kept = query.expressions[at]
    made = exp.alias_(parse_one(expression, read="duckdb"), kept.alias_or_name, quoted=True)
    kept.replace(made)
    text = query.sql(dialect="duckdb")
    made.replace(kept)
    return text


def candidates(statement: str, alternatives: Sequence[Sequence[str]], others: Iterable[str]) -> Iterator[str]:
    """Statements that may be rivals, likeliest first: each column's next expression, other programs, further expressions."""
    listed = columns_listed(statement)
    turns = list(zip_longest(*alternatives[:listed]))
    query = parse_one(statement, read="duckdb")
    yield from (_with_expression(query, at, one) for at, one in enumerate(turns[0] if turns else ()) if one is not None)
    yield from others
    for turn in turns[1:]:
        yield from (_with_expression(query, at, one) for at, one in enumerate(turn) if one is not None)


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
