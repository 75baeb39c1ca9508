"""A row for each piece, where a column says how many pieces a row stands for: a label for each of `3` boxes."""

from collections.abc import Iterator
from decimal import Decimal

from sqlglot import exp, parse_one

from converter.learning.bank import Relation
from converter.learning.query import Table
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal

_COST = 2.0


def pieces(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """The plans whose rows come as often as a number says, where that makes as many rows as are wanted."""
    if goal.size <= plan.frame.size:
        return
    for entry in plan.bank.numbers:
        counts = [int(value) if isinstance(value, Decimal) and value == int(value) >= 0 else 0 for value in entry.values]
        if sum(counts) != goal.size:
            continue
        places = [at for at, count in enumerate(counts) for _ in range(count)]
        columns = [tuple(column[at] for at in places) for column in plan.frame.columns]
        frame = Relation(plan.frame.names, columns, plan.frame.refs)
        frame.copied = tuple(places)
        many = exp.cast(entry.node.sql(), "BIGINT").sql(dialect="duckdb")
        text = f"SELECT *, unnest(range({many})) AS piece FROM {plan.query.relation}"
        tree = parse_one(text, into=exp.Select, dialect="duckdb")
        yield Plan(frame, plan.query.over(Table("pieces", tree, renumbers=True)), plan.cost + _COST, (*plan.steps, "pieces"))
