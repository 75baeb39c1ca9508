"""Pivots whose columns the data decides, told so that DuckDB gives their tree.

`PIVOT t ON product IN (SELECT …)` is two statements to DuckDB: one that finds the columns, one that fills them; of those it
serializes none. With the name of a list of columns in place of the SELECT it is one, and the SELECT is then told beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb

COLUMNS_FOUND = "columns_found_in_the_data"
"""What a pivot's `pivot_enum` is in the tree where its columns are found in the data."""

# Each is looked for in all that follows it.
_MOST_PIVOTS = 20
_PIVOTS = {"PIVOT", "PIVOT_WIDER"}
_QUERIES = {"SELECT", "WITH", "FROM", "VALUES"}
_KNOWN = {"INPUT", "OUTPUT", "PREAMBLE", "FOOTER", "PIVOTED", "RECURSIVE"}
_AFTER_COLUMNS = {"USING", "GROUP", "ORDER", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", ";"}


@dataclass(frozen=True)
class _Token:
    word: str
    start: int
    end: int
    depth: int
    """How many brackets are open around it; a bracket stands outside of itself."""


def with_named_columns(statement: str) -> str:
    """The statement with `IN columns_found_in_the_data` in each PIVOT that finds its columns, and `USING max((SELECT …))` for
    the SELECT that finds them, so that whoever walks the tree meets it within the names that it can use.

    For looking at, not to be run. A statement without such a PIVOT is given back as it is.
    """
    text = statement.encode()
    tokens = list(_tokens(text))
    if sum(token.word in _PIVOTS for token in tokens) > _MOST_PIVOTS:
        return statement
    edits = sorted(edit for at, token in enumerate(tokens) if token.word in _PIVOTS for edit in _edits(text, tokens, at))
    made, done = b"", 0
    for start, end, replacement in edits:
        # What stands within a SELECT that finds columns has been told with it.
        if start >= done:
            made += text[done:start] + replacement.encode()
            done = end
    return (made + text[done:]).decode()


def steps(statement: str) -> list[str]:
    """The statement as what to run one after the other, the last one for its result: each WITH of its own as a table first.

    DuckDB finds a pivot's columns outside of the statement, where its WITH is not known. Statements that hide a relation's
    name, or have no WITH, are one step.
    """
    text = statement.encode()
    tokens = list(_tokens(text))
    made: list[str] = []
    at = 1
    while tokens and tokens[0].word == "WITH" and at < len(tokens):
        outer = [one for one in range(at, len(tokens)) if tokens[one].depth == 0]
        is_as = next((one for one in outer if tokens[one].word == "AS"), None)
        opened = next((one for one in outer if is_as is not None and one > is_as and tokens[one].word == "("), None)
        closed = next((one for one in outer if opened is not None and one > opened and tokens[one].word == ")"), None)
        if is_as is None or opened is None or closed is None or tokens[at].word.strip('"') in _KNOWN:
            return [statement]
        name, columns = tokens[at], text[tokens[at].end : tokens[is_as].start].decode().strip()
        called = text[name.start : name.end].decode()
        body = text[tokens[opened].end : tokens[closed].start].decode()
        made.append(f"CREATE OR REPLACE TEMP TABLE {called} AS SELECT * FROM (\n{body}\n) AS {called}{columns}")
        at = closed + 2
        if closed + 1 >= len(tokens) or tokens[closed + 1].word != ",":
            return [*made, text[tokens[closed].end :].decode()]
    return [statement]


def _tokens(text: bytes) -> Iterator[_Token]:
    found = duckdb.tokenize(text.decode())
    depth = 0
    for (start, kind), (end, _) in zip(found, [*found[1:], (len(text), None)], strict=True):
        word = text[start:end].decode().strip()
        if kind == duckdb.token_type.comment:
            continue
        depth -= word == ")"
        yield _Token(word.upper(), start, start + len(text[start:end].rstrip()), depth)
        depth += word == "("


def _edits(text: bytes, tokens: Sequence[_Token], pivot: int) -> Iterator[tuple[int, int, str]]:
    """Which bytes of a PIVOT become what, in their order."""
    depth = tokens[pivot].depth
    rest = [at for at in range(pivot + 1, len(tokens)) if tokens[at].depth <= depth]
    closed = next((at for at in rest if tokens[at].depth < depth), len(tokens))
    own = [at for at in rest if at < closed]
    on = next((at for at in own if tokens[at].word == "ON"), None)
    if on is None:
        return
    after = next((at for at in own if at > on and tokens[at].word in _AFTER_COLUMNS), closed)
    finding = []
    borders = [on, *(at for at in own if on < at < after and tokens[at].word == ","), after]
    for before, following in pairwise(borders):
        item = [tokens[at] for at in range(before + 1, following)]
        within = next((at for at, one in enumerate(item) if one.word == "IN" and one.depth == depth), None)
        if not item:
            continue
        if within is None:
            yield item[0].start, item[-1].end, f"({text[item[0].start : item[-1].end].decode()}) IN {COLUMNS_FOUND}"
        elif [one.word in _QUERIES for one in item[within + 2 : within + 3]] == [True]:
            finding.append(text[item[within + 2].start : item[-1].start].decode())
            yield item[within + 1].start, item[-1].end, COLUMNS_FOUND
    told = ", ".join(f"max(({with_named_columns(query)}\n))" for query in finding)
    if told and after < closed and tokens[after].word == "USING":
        yield tokens[after].end, tokens[after].end, f" {told},"
    elif told:
        end = tokens[after - 1].end
        yield end, end, f" USING {told}"
