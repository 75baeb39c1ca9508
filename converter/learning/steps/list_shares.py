"""Amounts that the members of a list share: how many a list has is counted before each member gets a row of its own."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqlglot import exp

from converter.learning import sql
from converter.learning.bank import Entry, Relation
from converter.learning.expressions.lists import members_of
from converter.learning.kinds import Kind
from converter.learning.nodes import ColumnRef
from converter.learning.query import Table, named
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import MARKS, Goal, lists
from converter.learning.values.number_formats import NumericTarget, numeric_target

_COST = 0.5
_NAME = "members"


def list_shares(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans with a row for each member of a list, where an expected column has the shares of a number of the list's row."""
    if goal.size <= plan.frame.size or _NAME in {name.casefold() for name in plan.frame.names}:
        return
    found = (numeric_target(tuple(column)) for column in goal.columns)
    targets = [one for one in found if one is not None and one.formats and one.formats[0].places is not None]
    columns = [ref for ref in plan.frame.refs if isinstance(ref, ColumnRef) and ref.kind is Kind.TEXT]
    for ref in columns if targets else ():
        for mark in MARKS:
            counts = [len(members_of(str(value), mark)) if value else 0 for value in plan.frame.values(ref)]
            if max(counts) > 1 and any(_are_shares(one, counts, target) for one in plan.bank.numbers for target in targets):
                yield from lists(_counted(plan, ref, mark, counts), goal)
                return


def _are_shares(entry: Entry, counts: Sequence[int], target: NumericTarget) -> bool:
    """Whether the wanted numbers are the entry's, each divided by its row's count, and not these themselves."""
    near = 0.5 * 10.0 ** -(target.formats[0].places or 0) + 1e-9
    wanted = {float(value) for value in target.values if value is not None}
    given = [(value, count) for value, count in zip(entry.floats, counts, strict=True) if value is not None and count]
    shares = [value / count for value, count in given]
    return (
        len(wanted) > 2
        and all(any(abs(one - share) <= near for share in shares) for one in wanted)
        and not all(any(abs(one - value) <= near for value, _ in given) for one in wanted)
    )


def _counted(plan: Plan, ref: ColumnRef, mark: str, counts: Sequence[int]) -> Plan:
    """The plan with a column that says how many members the row's list has."""
    refs = [one for one in plan.frame.refs if isinstance(one, ColumnRef)]
    columns = [*(plan.frame.values(one) for one in refs), tuple(Decimal(count) for count in counts)]
    many = ColumnRef(_NAME, kind=Kind.NUMBER)
    frame = Relation([*(one.name for one in refs), _NAME], columns, [*refs, many])
    length = sql.sql(f"len(string_split({{0}}, {sql.literal(mark)}))", ref.sql())
    tree = exp.select(exp.Star(), named(length, _NAME)).from_(exp.to_identifier(plan.query.relation))
    return Plan(frame, plan.query.over(Table("counted", tree)), plan.cost + _COST, (*plan.steps, "count members"))
