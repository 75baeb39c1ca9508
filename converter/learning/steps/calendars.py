"""Steps that lack are filled in: each day from a group's first to its last, each month, hour or number, whether a row has it.

What no row has is blank in the other columns; nought or what stood last is then a choice of the column.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from operator import add
from typing import Any

from sqlglot import exp

from converter.learning import sql
from converter.learning.alignment import Feature
from converter.learning.bank import Entry, Relation
from converter.learning.kinds import Column, Kind, Value
from converter.learning.nodes import ColumnRef, Node
from converter.learning.query import Table
from converter.learning.steps.grouping import grouped
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal

_COST, _ALL_COST = 2.5, 0.5
MOST_ROWS, MOST_STEPS, MOST_KEYS = 500, 5000, 3
_STEPS = (
    ("1 day", timedelta(days=1)),
    ("1 hour", timedelta(hours=1)),
    ("30 minutes", timedelta(minutes=30)),
    ("15 minutes", timedelta(minutes=15)),
    ("10 minutes", timedelta(minutes=10)),
    ("5 minutes", timedelta(minutes=5)),
    ("1 minute", timedelta(minutes=1)),
    ("7 days", timedelta(days=7)),
)
_MONTH = "1 month"


def calendars(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """The plan with a row for each step, where an expected column shows them all."""
    size = plan.frame.size
    if not 3 <= size < goal.size or size > MOST_ROWS or plan.query.tables or plan.steps:
        return
    keys: list[tuple[ColumnRef, ...]] = [()]
    keys += [(ref,) for ref in plan.frame.refs if isinstance(ref, ColumnRef) and _comes_back(plan.frame.values(ref))][
        :MOST_KEYS
    ]
    for entry in [*plan.bank.moments[:4], *plan.bank.numbers[:6]]:
        source = entry.node.parts[0] if entry.node.parts else None
        if not isinstance(source, ColumnRef) or None in entry.values or (entry.node.kind is Kind.NUMBER and _broken(entry)):
            continue
        for key in keys:
            if source in key:
                continue
            groups = grouped(range(size), [plan.frame.values(one) for one in key])
            if any(len({entry.values[at] for at in rows}) < len(rows) for rows in groups):
                continue
            for everywhere in (False, True) if key else (False,):
                made = _filled_up(plan, goal, entry, source, key, groups, everywhere)
                if made is not None:
                    yield made
                    return


def _comes_back(values: Column) -> bool:
    return None not in values and 1 < len(set(values)) <= 0.6 * len(values)


def _broken(entry: Entry) -> bool:
    return any(value % 1 for value in entry.values if isinstance(value, Decimal))


def _filled_up(
    plan: Plan,
    goal: Goal,
    entry: Entry,
    source: ColumnRef,
    key: tuple[ColumnRef, ...],
    groups: list[list[int]],
    everywhere: bool,
) -> Plan | None:
    ends = [(min(held), max(held)) for rows in groups for held in [[entry.values[at] for at in rows]]]  # type: ignore[type-var]
    if everywhere:
        ends = [(min(low for low, _ in ends), max(high for _, high in ends))] * len(groups)  # type: ignore[type-var]
    for name, following in _ways(entry):
        series = [_series(low, high, following, goal.size) for low, high in ends]
        if sum(map(len, series)) != goal.size:
            continue
        steps = [(group, value) for group, held in enumerate(series) for value in held]
        for by_step in (False, True) if key else (False,):
            ordered = sorted(steps, key=lambda one: (one[1], one[0])) if by_step else steps
            if _is_shown(plan, goal, entry, key, groups, ordered):
                return _made(plan, entry, source, key, groups, ordered, name, everywhere=everywhere, by_step=by_step)
    return None


def _ways(entry: Entry) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """What the steps are called in SQL, with what comes after a value."""
    if entry.node.kind is Kind.NUMBER:
        yield "1", lambda value: value + 1
        return
    moments = [value for value in entry.values if isinstance(value, datetime)]
    if all(value.day == 1 and value.time() == moments[0].time() for value in moments):
        yield _MONTH, lambda value: value.replace(year=value.year + value.month // 12, month=value.month % 12 + 1)
    for name, step in _STEPS:
        if entry.node.kind is Kind.TIMESTAMP or step >= timedelta(days=1):
            yield name, partial(add, step)


def _series(low: Value, high: Value, following: Callable[[Any], Any], most: int) -> list[Value]:
    found: list[Value] = []
    while low <= high and len(found) <= min(most, MOST_STEPS):  # type: ignore[operator]
        found.append(low)
        low = following(low)
    return found


def _is_shown(
    plan: Plan,
    goal: Goal,
    entry: Entry,
    key: tuple[ColumnRef, ...],
    groups: list[list[int]],
    steps: Sequence[tuple[int, Value]],
) -> bool:
    """Whether expected columns have the steps, and the groups, in this order; and no group lacks rows that it had."""
    if any(one[0] == other[0] and one[1] == other[1] for one, other in pairwise(steps)):
        return False
    wanted = [_feature(value) for _, value in steps]
    if not any(all(one in cell for one, cell in zip(wanted, cells, strict=True)) for cells in goal.features):
        return False
    return all(
        any(tuple(column) == tuple(plan.frame.values(ref)[groups[group][0]] for group, _ in steps) for column in goal.columns)
        for ref in key
    )


def _feature(value: Value) -> Feature:
    if isinstance(value, datetime):
        return "date", value.strftime("%Y-%m-%d")
    return "number", f"{Decimal(str(value)).copy_abs().normalize():f}"


def _made(
    plan: Plan,
    entry: Entry,
    source: ColumnRef,
    key: tuple[ColumnRef, ...],
    groups: list[list[int]],
    steps: Sequence[tuple[int, Value]],
    name: str,
    *,
    everywhere: bool,
    by_step: bool,
) -> Plan:
    places = [{entry.values[at]: at for at in rows} for rows in groups]
    rows = [places[group].get(value) for group, value in steps]
    refs: list[Node] = [ColumnRef(source.name, kind=entry.node.kind), *key]
    columns: list[Column] = [tuple(value for _, value in steps)]
    columns += [tuple(plan.frame.values(ref)[groups[group][0]] for group, _ in steps) for ref in key]
    others = [ref for ref in plan.frame.refs if isinstance(ref, ColumnRef) and ref != source and ref not in key]
    refs += others
    columns += [tuple(None if at is None else plan.frame.values(ref)[at] for at in rows) for ref in others]
    frame = Relation([ref.name for ref in refs if isinstance(ref, ColumnRef)], columns, refs)
    query = plan.query.over(Table("steps", _steps(plan, entry, key, name, everywhere=everywhere)))
    query = query.over(Table("calendar", _joined(plan, entry, source, key, others, by_step=by_step), shuffles=True))
    return Plan(frame, query, plan.cost + _COST + _ALL_COST * everywhere, (*plan.steps, "calendar"))


def _steps(plan: Plan, entry: Entry, key: tuple[ColumnRef, ...], name: str, *, everywhere: bool) -> exp.Expression:
    relation, kind = plan.query.relation, {Kind.NUMBER: "BIGINT", Kind.DATE: "DATE"}.get(entry.node.kind, "TIMESTAMP")
    low, high = "min({0})", "max({0})"
    if entry.node.kind is Kind.NUMBER:
        low, high = f"CAST({low} AS BIGINT)", f"CAST({high} AS BIGINT)"
    if everywhere:
        low, high = f"(SELECT {low} FROM {relation})", f"(SELECT {high} FROM {relation})"
    step = name if entry.node.kind is Kind.NUMBER else f"INTERVAL '{name}'"
    series = sql.sql(f"CAST(unnest(generate_series({low}, {high}, {step})) AS {kind})", entry.node.sql())
    begins = [exp.alias_(sql.sql("min(_row)"), "begins")] if key else []
    tree = exp.select(*(ref.sql() for ref in key), *begins, exp.alias_(series, "step")).from_(exp.to_identifier(relation))
    return tree.group_by(*(ref.sql() for ref in key)) if key else tree


def _joined(
    plan: Plan,
    entry: Entry,
    source: ColumnRef,
    key: tuple[ColumnRef, ...],
    others: Sequence[ColumnRef],
    *,
    by_step: bool,
) -> exp.Expression:
    relation = plan.query.relation
    order = ("step, begins" if by_step else "begins, step") if key else "step"
    read = entry.node.sql()
    for column in [read] if isinstance(read, exp.Column) else read.find_all(exp.Column):
        column.set("table", exp.to_identifier(relation))
    conditions = [f"{relation}.{sql.quoted(ref.name)} = steps.{sql.quoted(ref.name)}" for ref in key]
    return (
        exp.select(
            exp.alias_(sql.sql(f"row_number() OVER (ORDER BY {order})"), "_row"),
            *(exp.column(sql.column(ref.name).this, table="steps") for ref in key),
            exp.alias_(exp.column("step"), exp.to_identifier(source.name, quoted=True)),
            *(exp.column(sql.column(ref.name).this, table=relation) for ref in others),
        )
        .from_("steps")
        .join(relation, on=[*conditions, sql.sql("{0} = steps.step", read)], join_type="left")
    )
