"""Rows that count for two: a match for home and away, a payment for who gives and who gets. Each becomes two rows.

The columns of the two sides are told by their names (`home`, `away`, `home_goals`, `away_goals`; `HG`, `AG`) or stand in one
cell (`2-1`). A row of a side has its own values and those of the other side.
"""

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from converter.learning import sql
from converter.learning.bank import Relation
from converter.learning.kinds import Column
from converter.learning.nodes import ColumnRef
from converter.learning.query import Table
from converter.learning.steps.aggregation import AGAINST, FOR
from converter.learning.steps.families import Block
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal, side_by_side

_COST = 0.5
LEAST_SHARED = 2
MOST_WIDTH = 30
_SCORE = re.compile(r"\d+(\s*[-:–]\s*)\d+\Z")


def sides(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans with a row for each side of each row, where an expected column has the keys of both."""
    refs = [ref for ref in plan.frame.refs if isinstance(ref, ColumnRef)]
    if goal.size < 2 or len(refs) < 3 or len(refs) > MOST_WIDTH or "sides" in plan.steps:
        return
    for one, other in _keys(plan, refs, goal):
        made = _scores_parted(plan, refs, one, other)
        inner = [ref for ref in made.frame.refs if isinstance(ref, ColumnRef)]
        block = _block([ref.name for ref in inner], one, other)
        for unfolded in side_by_side(made, inner, block, goal, labelled=True):
            yield Plan(unfolded.frame, unfolded.query, unfolded.cost + _COST, (*plan.steps, "sides"))


def _keys(plan: Plan, refs: Sequence[ColumnRef], goal: Goal) -> Iterator[tuple[int, int]]:
    """Pairs of columns that have keys in common, all of which an expected column shows once."""
    columns = [plan.frame.values(ref) for ref in refs]
    wanted = [set(column) for column in goal.columns if None not in column and len(set(column)) == goal.size]
    for at, one in enumerate(columns):
        for place in range(at + 1, len(columns)):
            other = columns[place]
            if len(set(one) & set(other)) < LEAST_SHARED or any(a == b for a, b in zip(one, other, strict=True) if a):
                continue
            union = {value for value in (*one, *other) if value}
            if any(union == cells and not all(_is_number(str(cell)) for cell in cells) for cells in wanted):
                yield at, place


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+\d.,]+", text))


def _block(names: Sequence[str], one: int, other: int) -> Block:
    """The columns of both sides: the keys, and those whose names differ as theirs do."""
    words = _difference(names[one], names[other])
    stem = re.sub(r"\W+", " ", re.sub(re.escape(words[0]), " ", names[one])).strip() or "key"
    fields: list[tuple[str, tuple[int | None, ...]]] = [(stem, (one, other)), (f"other {stem}", (other, one))]
    places = {name.casefold(): at for at, name in enumerate(names)}
    for at, name in enumerate(names):
        if at in (one, other):
            continue
        for first, second in (words, (words[0][:1], words[1][:1])):
            mirrored = _replaced(name, first, second)
            place = places.get(mirrored.casefold()) if mirrored else None
            if place is not None and place not in (at, one, other):
                rest = re.sub(r"[\W_]+", " ", _replaced(name, first, "") or "").strip() or "value"
                fields += [(rest + FOR, (at, place)), (rest + AGAINST, (place, at))]
                break
    return Block(words, tuple(fields))


def _difference(one: str, other: str) -> tuple[str, str]:
    """The words in which two names differ: of `Home team` and `Away team` the first ones."""
    first, second = re.findall(r"[^\W_]+", one), re.findall(r"[^\W_]+", other)
    if len(first) == len(second):
        words = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
        if len(words) == 1:
            return words[0]
    return one, other


def _replaced(name: str, word: str, by: str) -> str | None:
    """The name with its first word replaced, or that beginning of it where `word` is one letter."""
    if not word:
        return None
    pattern = rf"(?<![^\W_]){re.escape(word)}" + (r"(?![^\W_])" if len(word) > 1 else "")
    found, count = re.subn(pattern, by, name, count=1, flags=re.IGNORECASE)
    return found if count else None


def _scores_parted(plan: Plan, refs: Sequence[ColumnRef], one: int, other: int) -> Plan:
    """The plan with a column of two numbers (`2-1`) parted into one for each side."""
    words = _difference(refs[one].name, refs[other].name)
    for ref in refs:
        values = plan.frame.values(ref)
        marks = {match[1] for value in values if value and (match := _SCORE.match(str(value)))}
        if len(marks) != 1 or not all(value is None or _SCORE.match(str(value)) for value in values):
            continue
        mark = marks.pop()
        names = [f"{word} {ref.name}" for word in words]
        if {name.casefold() for name in names} & {one.name.casefold() for one in refs}:
            continue
        parts: list[Column] = [tuple(str(value).split(mark)[at] if value else None for value in values) for at in (0, 1)]
        frame = Relation(
            [*(one.name for one in refs), *names],
            [*(plan.frame.values(one) for one in refs), *parts],
            [*refs, *(ColumnRef(name) for name in names)],
        )
        cut = [
            exp.alias_(sql.sql(f"split_part({{0}}, {sql.literal(mark)}, {at})", ref.sql()), sql.column(name).this)
            for at, name in enumerate(names, 1)
        ]
        tree = exp.select(exp.Star(), *cut).from_(exp.to_identifier(plan.query.relation))
        return Plan(frame, plan.query.over(Table("parted", tree)), plan.cost, plan.steps)
    return plan
