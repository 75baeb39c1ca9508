"""Rows that name their parents: the way from the top of the tree down to each, what stands at the top, how deep it is."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqlglot import exp, parse_one

from converter.learning import sql
from converter.learning.bank import Relation
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import ColumnRef
from converter.learning.query import Table
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal

_COST = 2.5
MOST_ROWS, MOST_NAMES = 2000, 8
LEAST_DEEP = 2
"""Where no row has so many above it, a look-up says as much."""
_MARKS = ("/", " / ", " > ", ">", " - ", ".", ": ", ":", "\\", " | ", "|", " → ", " » ", ", ", " ")
Ways = list[list[int]]


def trees(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """The plan with the way down to each row, where an expected column shows ways, or what stands at the top of them."""
    if plan.query.tables or plan.query.group or not 3 <= plan.frame.size <= MOST_ROWS:
        return
    refs = [ref for ref in plan.frame.refs if isinstance(ref, ColumnRef) and ref.kind is Kind.TEXT]
    for key in refs:
        keys = plan.frame.values(key)
        if None in keys or len(set(keys)) < len(keys):
            continue
        for parent in refs:
            ways = _ways(keys, plan.frame.values(parent)) if parent is not key else None
            if ways is None:
                continue
            for name in refs[:MOST_NAMES]:
                names = plan.frame.values(name)
                mark = _shown(goal, ways, names) if None not in names and name is not parent else None
                if mark is not None:
                    yield _made(plan, key, parent, name, ways, mark)
                    return


def _ways(keys: Column, parents: Column) -> Ways | None:
    """For each row the rows from the top down to it; None where these are no trees of some depth."""
    places = {key: at for at, key in enumerate(keys)}
    above = [
        places.get(parent) if parent is not None and parent != key else None for key, parent in zip(keys, parents, strict=True)
    ]
    if all(one is None for one in above) or any(
        parent and at is None and parent != key for key, parent, at in zip(keys, parents, above, strict=True)
    ):
        return None
    found: Ways = []
    for at in range(len(keys)):
        way, now = [at], above[at]
        while now is not None:
            if now in way:
                return None
            way.append(now)
            now = above[now]
        found.append(way[::-1])
    return found if max(map(len, found)) > LEAST_DEEP else None


def _shown(goal: Goal, ways: Ways, names: Column) -> str | None:
    """The mark between the names of ways that an expected column shows; the first mark where it shows what is at the top."""
    for mark in _MARKS:
        deep = {mark.join(str(names[at]) for at in way) for way in ways if len(way) > LEAST_DEEP}
        for column in goal.columns:
            if any(cell and any(one in cell for one in deep) for cell in column):
                return mark
    tops = tuple(str(names[way[0]]) for way in ways)
    return _MARKS[0] if any(tuple(column) == tops for column in goal.columns) else None


def _made(plan: Plan, key: ColumnRef, parent: ColumnRef, name: ColumnRef, ways: Ways, mark: str) -> Plan:
    frame = plan.frame
    names = frame.values(name)
    columns: Sequence[Column] = (
        tuple(mark.join(str(names[at]) for at in way) for way in ways),
        tuple(names[way[0]] for way in ways),
        tuple(Decimal(len(way) - 1) for way in ways),
    )
    added = [
        next(one for one in (text, f"{text}_", f"tree_{text}") if one not in frame.names) for text in ("path", "top", "level")
    ]
    kinds = (Kind.TEXT, Kind.TEXT, Kind.NUMBER)
    refs = [ColumnRef(one, kind=kind) for one, kind in zip(added, kinds, strict=True)]
    made = Relation((*frame.names, *added), (*frame.columns, *columns), (*frame.refs[: len(frame.names)], *refs))
    path, top, level = (sql.column(one).sql(dialect="duckdb") for one in added)
    own, above, label = (one.sql().sql(dialect="duckdb") for one in (key, parent, name))
    text = (
        f"WITH RECURSIVE tree AS (SELECT *, {label} AS {path}, {label} AS {top}, 0 AS {level} FROM {plan.query.relation} "
        f"WHERE {above} IS NULL OR {above} = {own} UNION ALL "
        f"SELECT child.*, tree.{path} || {sql.literal(mark)} || child.{_name(name)}, tree.{top}, tree.{level} + 1 "
        f"FROM {plan.query.relation} AS child JOIN tree ON child.{_name(parent)} = tree.{_name(key)} "
        f"AND child.{_name(key)} <> tree.{_name(key)}) SELECT * FROM tree"
    )
    tree = parse_one(text, into=exp.Select, dialect="duckdb")
    table = Table("ways", tree, shuffles=True)
    return Plan(made, plan.query.over(table), plan.cost + _COST, (*plan.steps, "trees"))


def _name(ref: ColumnRef) -> str:
    return sql.column(ref.name).sql(dialect="duckdb")
