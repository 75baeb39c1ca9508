"""Programs that recite an example's answers instead of computing them: told by what chooses the constants they hold.

Labels and lists of codes are legitimate wherever a rule chooses them (a band, a sign, a pattern) or a key that says something
on other rows too (a state, a category, a rate). What keys on the row's position, or on values of which nearly each row has
its own, is recited. Where neither is clear, the program stands and a person is asked.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from converter.table import Example
from crew.tree import parsed

_FEWEST = 3
"""Constants that are a list of answers; two of them are a yes and a no."""
_OWN_SHARE = 0.8
"""Above this share of distinct values among a key's filled cells, nearly each row has its own."""
_LONG = 12
_PART = 3

# Amounts, dates and sentences are no codes: another file has others.
_OWN_KIND = re.compile(r"[-+]?\d+[.,]\d+ | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.* | .{25,} | \S+(?:\s+\S+){3,}", re.VERBOSE)
# Answers that are computed from something, other than labels and codes.
_COMPUTED = re.compile(r"[-+]?[\d.,]*\d[.,]\d+ | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.* | .{25,}", re.VERBOSE)


@dataclass(frozen=True)
class Finding:
    """What is suspicious about the constants of one output column.

    `is_refused` where they are recited beyond doubt; else they may be a list of codes, and `why` says what to look at.
    """

    column: str
    why: str
    is_refused: bool


def findings(statement: str, example: Example, told: str = "") -> list[Finding]:
    """What of the statement's constants may be the example's answers, the worst first. Constants that a person `told` are none.

    Empty for a statement that sqlglot cannot read: DuckDB's own parser has the last word on that.
    """
    query = parsed(statement)
    if query is None:
        return []
    constants = {one.this for one in query.find_all(exp.Literal)} - {*example.input.columns, *(example.input.header or ())}
    found = [*_by_position(query, example), *_by_answers(query, constants, example, told)]
    return sorted(found, key=lambda one: not one.is_refused)


def _by_position(query: exp.Query, example: Example) -> Iterator[Finding]:
    """A program that chooses constants by the number of the row."""
    numbers: set[str] = set()
    names = _position_names(query)
    for case in query.find_all(exp.Case):
        numbers |= _numbers(case, names)
    if len(numbers) >= _FEWEST:
        shown = ", ".join(sorted(numbers, key=lambda one: (len(one), one))[:_FEWEST])
        column = example.expected.columns[0] if example.expected.width == 1 else "the output"
        yield Finding(column, f"it chooses what to write by the number of the row (_row is {shown}, …)", is_refused=True)


def _numbers(case: exp.Case, names: set[str]) -> set[str]:
    """The numbers of rows that a CASE tells apart."""
    found = set()
    if _is_position(case.this, names):
        found |= {one.this.this for one in case.args["ifs"] if isinstance(one.this, exp.Literal)}
    for chosen in case.args["ifs"]:
        for test in chosen.this.find_all(exp.EQ, exp.In):
            if _is_position(test.this, names):
                among = (test.args.get("expression"), *(test.args.get("expressions") or ()))
                found |= {one.this for one in among if isinstance(one, exp.Literal)}
    return found


def _by_answers(query: exp.Query, constants: set[str], example: Example, told: str) -> Iterator[Finding]:
    # Lists of answers also hide in one long constant that the program takes apart.
    long = [one for one in constants if len(one) >= _LONG]
    expected = example.expected
    for position, name in enumerate(expected.columns):
        cells = [cell for cell in expected.column(position) if cell]
        answers = set(cells)
        held = {
            cell for cell in answers if cell not in told and (cell in constants or any(cell in constant for constant in long))
        }
        if len(held) < _FEWEST or 2 * len(answers) <= len(cells) or 2 * len(held) < len(answers):
            continue
        finding = _of_column(query, constants, held, name, example)
        if finding is not None:
            yield finding


def _of_column(query: exp.Query, constants: set[str], held: set[str], name: str, example: Example) -> Finding | None:
    """What chooses the answers that the program holds for one column."""
    holds = f"it holds the answers of column {name!r} as constants"
    names = _position_names(query)
    if not any(table.name.casefold() == "input" for table in query.find_all(exp.Table)):
        return Finding(name, f"{holds} and reads nothing of the input", is_refused=True)
    chosen: list[Any] = [one for one in query.find_all(exp.Bracket, exp.Func) if _uses_position(one, names)]
    chosen += [one for one in query.find_all(exp.Case) if _numbers(one, names)]
    chosen += query.find_all(exp.Values) if _joins_position(query, names) else []
    if any(_holds(one, held) for one in chosen):
        return Finding(name, f"{holds}, chosen by the number of the row", is_refused=True)
    if any(_holds(one, held) for one in query.find_all(exp.Explode, exp.Unnest)):
        return Finding(name, f"{holds} in a list that becomes rows", is_refused=True)
    key = _key(constants - held, example)
    if key is None:
        return None
    column, values = key
    shown = ", ".join(map(repr, sorted(values)[:_FEWEST]))
    by_value = f"{holds}, chosen by single values of {column!r} ({shown}, …)"
    if _mostly(values, _OWN_KIND) or _mostly(held, _COMPUTED):
        return Finding(name, f"{by_value}, of which nearly each row has its own", is_refused=True)
    why = (
        f"{name!r} is looked up in a list of {len(values)} values of {column!r} ({shown}, …) that the example alone supports: "
        "see whether it is a list of codes, and whether all of them are in it"
    )
    return Finding(name, why, is_refused=False)


def _key(constants: Collection[str], example: Example) -> tuple[str, set[str]] | None:
    """The input column whose single values stand in the program, if nearly each row has its own; with those values."""
    best: tuple[str, set[str]] | None = None
    for position, name in enumerate(example.input.columns):
        cells = [cell for cell in example.input.column(position) if cell]
        values = {cell for cell in set(cells) if cell in constants or _stands_for(cell, constants, cells)}
        is_own = len(set(cells)) > _OWN_SHARE * len(cells) and 2 * len(values) >= len(set(cells))
        if is_own and len(values) > (len(best[1]) if best else 1):
            best = name, values
    return best


def _stands_for(cell: str, constants: Collection[str], cells: Sequence[str]) -> bool:
    """Whether a constant is a part of this cell and of no other: a pattern that picks one row."""
    parts = (one.strip("%^$.*") for one in constants)
    return any(len(one) >= _PART and one in cell and sum(one in other for other in cells) == 1 for one in parts)


def _mostly(texts: Collection[str], form: re.Pattern[str]) -> bool:
    return 2 * sum(form.fullmatch(text) is not None for text in texts) > len(texts)


def _holds(node: Any, held: set[str]) -> bool:
    """Whether some of the answers stand in the node, one by one or in one long constant."""
    literals = [one.this for one in node.find_all(exp.Literal)]
    return sum(any(cell == one or (len(one) >= _LONG and cell in one) for one in literals) for cell in held) >= _FEWEST


def _uses_position(node: Any, names: set[str]) -> bool:
    """Whether one of a function's own arguments is the row's number."""
    own = [*node.args.values(), *node.expressions]
    is_choice = isinstance(node, exp.Case | exp.If)
    return not is_choice and any(isinstance(one, exp.Expression) and _is_position(one, names) for one in own)


def _joins_position(query: exp.Query, names: set[str]) -> bool:
    """Whether a join is by the row's number."""
    by_name = any(one.name.casefold() in names for join in query.find_all(exp.Join) for one in join.args.get("using") or ())
    return by_name or any(_is_position(side, names) for one in query.find_all(exp.EQ) for side in (one.this, one.expression))


def _is_position(node: exp.Expression | None, names: set[str]) -> bool:
    """Whether the node is the row's number, shifted at most: what else is computed from it may be a rule."""
    is_shifted = isinstance(node, exp.Add | exp.Sub) and isinstance(node.expression, exp.Literal | exp.Neg)
    if isinstance(node, exp.Paren | exp.Cast) or (node is not None and is_shifted):
        return _is_position(node.this, names)
    if isinstance(node, exp.Window):
        return isinstance(node.this, exp.RowNumber) and not node.args.get("partition_by")
    return isinstance(node, exp.Column) and node.name.casefold() in names


def _position_names(query: exp.Query) -> set[str]:
    """`_row`, and the names that the program gives it."""
    names = {"_row", "rowid"}
    for alias in query.find_all(exp.Alias):
        if _is_position(alias.this, names):
            names.add(alias.alias.casefold())
    return names
