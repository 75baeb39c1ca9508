"""PIVOT: headings that are values of the data, with totals beside and below.

Columns come from the data: another file has others. The statement first makes a cell for each row and heading, then turns it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlglot import exp, parse_one

from converter.learning import sql
from converter.learning.bank import Bank, Relation
from converter.learning.expressions.choices import Join
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Apply, ColumnRef, Constant, Node
from converter.learning.query import Query
from converter.learning.steps.grouping import FIRST, Aggregate, Groups, Key
from converter.learning.steps.keys import groupings
from converter.learning.steps.plan import Plan
from converter.learning.steps.sorting import orders
from converter.learning.steps.unfolding import Goal
from converter.learning.steps.windows import ROW_NUMBER, Window
from converter.learning.values import moments
from converter.learning.values.number_formats import numeric_target

_COST = 3.0
_ORDINAL = re.compile(r"(.*?)(\d+)\Z")
_JOINTS = ((" (", ")"), (" ", ""), (" - ", ""), (", ", ""), ("_", ""), ("-", ""), ("/", ""), (": ", ""))
MOST_ROWS = 5000
MOST_PLANS = 3


@dataclass(frozen=True)
class _Headings:
    """An expression of the rows whose values are the names of the expected columns at `places`."""

    node: Node
    values: Column
    places: tuple[int, ...]
    in_order: bool
    """Whether the columns stand in the order of their names; else in that of their first row."""


@dataclass(frozen=True)
class PivotQuery(Query):
    """The statement of a pivot: `statement` is complete, whatever columns are asked for."""

    statement: exp.Expression | None = None

    def select(self, names: Sequence[str], outputs: Sequence[Node]) -> exp.Expression:
        """The statement."""
        assert self.statement is not None
        return self.statement.copy()


def pivots(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans that turn values into columns."""
    if plan.frame.size > MOST_ROWS or len(goal.names) < 3 or plan.query.tables:
        return
    for totals in (False, True):
        body = _without_totals(goal) if totals else goal
        if body is None or body.size < 1:
            continue
        found = False
        for headings in _headings(plan, body):
            for made in _pivoted(plan, goal, body, headings, totals):
                found = True
                yield made
        if found:
            return
    for prefix, places in _ordinals(goal):
        yield from _numbered(plan, goal, prefix, places)


def _numbered(plan: Plan, goal: Goal, prefix: str, places: Sequence[int]) -> Iterator[Plan]:
    """The rows of each group side by side, in columns that are numbered."""
    from converter.learning.explanation import Workspace, explain

    keys = [at for at in range(len(goal.names)) if at not in places]
    if not keys:
        return
    names = [goal.names[at] for at in keys]
    made = 0
    for grouped in groupings(plan, [goal.columns[at] for at in keys], names):
        frame = grouped.frame
        made += 1
        if made > MOST_PLANS:
            return
        if (
            not isinstance(frame, Groups)
            or grouped.unsorted is not None
            or any(len(rows) > len(places) for rows in frame.groups)
        ):
            continue
        cells: list[str | None] = [None] * frame.base.size
        for row, rows in enumerate(frame.groups):
            for at, place in zip(rows, places, strict=False):
                cells[at] = goal.columns[place][row]
        shown: list[Node] = []
        for at in keys:
            found = explain(Workspace(grouped.bank, _deadline()), goal.columns[at], goal.names[at], depth=0)
            shown += [node for one in found if (node := _of_rows(one.node, frame)) is not None][:1]
        values = explain(Workspace(frame.bank_below, _deadline()), tuple(cells), None, depth=0)
        if not values or len(shown) < len(keys):
            continue
        tree = _side_by_side(grouped, prefix, names, shown, values[0].node, keys[0] < places[0])
        yield _finished(plan, grouped, goal, tree, values[0].cost)
        return


def _side_by_side(
    grouped: Plan, prefix: str, names: Sequence[str], shown: Sequence[Node], value: Node, before: bool
) -> exp.Expression:
    """The SQL: how many columns there are is the size of the largest group."""
    frame = grouped.frame
    assert isinstance(frame, Groups)
    number = Window(ROW_NUMBER, None, frame.keys, order=frame.base.order)
    heading = sql.sql(f"{sql.literal(prefix)} || {{0}}", number.sql())
    first = exp.Window(this=sql.sql("min(_row)"), partition_by=[key.sql() for key in frame.keys])
    outputs = [*(_as(node.sql(), name) for node, name in zip(shown, names, strict=True)), _as(heading, "heading")]
    outputs += [_as(value.sql(), "cell"), _as(first, "first_row")]
    relation = exp.to_identifier(grouped.query.relation)
    select = exp.select(*outputs).from_(relation)
    sizes = exp.select(_as(sql.sql("count(*)"), "size")).from_(relation.copy()).group_by(*(key.sql() for key in frame.keys))
    if grouped.query.where:
        select = select.where(*(node.sql() for node in grouped.query.where))
        sizes = sizes.where(*(node.sql() for node in grouped.query.where))
    listed = ", ".join(map(_quoted, names))
    text = sql.literal(prefix).replace("{{", "{").replace("}}", "}")
    places = f"SELECT unnest(range(1, max(size) + 1)) AS place FROM ({sizes.sql(dialect='duckdb')})"
    within = f"SELECT {text} || place FROM ({places}) ORDER BY place"
    star = f"* EXCLUDE ({listed}, first_row)"
    columns = f"{listed}, {star}" if before else f"{star}, {listed}"
    pivot = f"PIVOT cells ON heading IN ({within}) USING first(cell) GROUP BY {listed}, first_row"
    whole: exp.Select = parse_one(f"SELECT {columns} FROM ({pivot}) ORDER BY first_row", dialect="duckdb")  # type: ignore[assignment]
    return whole.with_("cells", as_=select)


def _without_totals(goal: Goal) -> Goal | None:
    """The goal without its last row, where that is the sum of those above."""
    if goal.size < 3:
        return None
    for column in goal.columns[1:]:
        numeric = numeric_target(column)
        if numeric is None or numeric.values[-1] is None:
            continue
        if sum((value for value in numeric.values[:-1] if value is not None), Decimal(0)) == numeric.values[-1]:
            return Goal.of([column[:-1] for column in goal.columns], goal.names)
    return None


# Headings.


def _headings(plan: Plan, goal: Goal) -> Iterator[_Headings]:
    names = list(goal.names)
    frame, bank = plan.frame, plan.bank
    nodes: list[Node] = [entry.node for entry in (*bank.texts, *bank.cased)]
    for format in moments.output_formats([name for name in names if any(map(str.isdigit, name))][:1]):
        nodes += [moments.written(format.format, entry.node.kind)(entry.node) for entry in bank.moments]
    for one in bank.texts[:12]:
        for other in bank.texts[:12]:
            if one is not other and len(set(other.values)) > 1:
                for between, after in _JOINTS:
                    if any(between in name and name.endswith(after) for name in names):
                        nodes.append(
                            Join([one.node, Constant(between), other.node, *([Constant(after)] if after else [])], 3.0)
                        )
    nodes += [entry.node for entry in bank.pieces if entry.node.cost < 3.0]
    seen: set[tuple[int, ...]] = set()
    for node in nodes:
        values = frame.values(node)
        found = list(dict.fromkeys(str(value) for value in values if value))
        places = tuple(at for at, name in enumerate(names) if name in set(found))
        if len(places) < 2 or len(places) < len(found) or places in seen or places != tuple(range(places[0], places[-1] + 1)):
            continue
        ordered = [names[at] for at in places]
        if ordered == sorted(ordered) or ordered == found:
            seen.add(places)
            yield _Headings(node, values, places, ordered == sorted(ordered))


def _ordinals(goal: Goal) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Columns named by a word and their number: `Med 1`, `Med 2`."""
    matches = [_ORDINAL.match(name) for name in goal.names]
    for prefix in dict.fromkeys(match[1] for match in matches if match and match[1]):
        places = [at for at, match in enumerate(matches) if match and match[1] == prefix]
        if [int(matches[at][2]) for at in places] == list(range(1, len(places) + 1)) and len(places) > 1:  # type: ignore[index]
            yield prefix, tuple(places)


# The cells.


def _pivoted(plan: Plan, goal: Goal, body: Goal, headings: _Headings, totals: bool) -> Iterator[Plan]:
    rest = [at for at in range(len(body.names)) if at not in headings.places]
    sums = [at for at in rest if _is_total(body, headings.places, at)]
    keys = [at for at in rest if at not in sums]
    if not keys or len(sums) > 1:
        return
    columns = [body.columns[at] for at in keys]
    made = 0
    for grouped in groupings(plan, columns, [body.names[at] for at in keys]):
        made += 1
        if made > MOST_PLANS:
            return
        statement = _statement(plan, grouped, goal, body, headings, keys, sums[0] if sums else None, totals)
        if statement is not None:
            yield _finished(plan, grouped, goal, *statement)
            return


def _is_total(goal: Goal, places: Sequence[int], at: int) -> bool:
    own = numeric_target(goal.columns[at])
    if own is None or any(value is None for value in own.values):
        return False
    parts = [numeric_target(goal.columns[place]) for place in places]
    sums = [sum((part.values[row] or Decimal(0) for part in parts if part is not None), Decimal(0)) for row in range(goal.size)]
    return all(one == other for one, other in zip(own.values, sums, strict=True))


def _finished(plan: Plan, grouped: Plan, goal: Goal, statement: exp.Expression, cost: float) -> Plan:
    frame = Relation(goal.names, goal.columns, [ColumnRef(name) for name in goal.names])
    query = PivotQuery(statement=statement, row=None)
    return Plan(frame, query, grouped.cost + cost + _COST, (*grouped.steps, "pivot"))


def _statement(
    plan: Plan, grouped: Plan, goal: Goal, body: Goal, headings: _Headings, keys: Sequence[int], total: int | None, totals: bool
) -> tuple[exp.Expression, float] | None:
    from converter.learning.explanation import Workspace, explain

    frame = grouped.frame
    if not isinstance(frame, Groups) or frame.size != body.size:
        return None
    deadline = _deadline()
    shown: list[Node] = []
    cost = 0.0
    for at in keys:
        found = explain(Workspace(grouped.bank, deadline), body.columns[at], body.names[at], depth=0)
        node = next((made for one in found if (made := _of_rows(one.node, frame)) is not None), None)
        if node is None:
            return None
        shown.append(node)
        cost += found[0].cost
    cells = _cells(frame, body, headings)
    if cells is None:
        return None
    groups, target, default = cells
    below = Groups(frame.bank_below, [*frame.keys, headings.node], groups)
    values = [
        one for one in explain(Workspace(Bank(below), deadline), target, None, depth=0) if not isinstance(one.node, Constant)
    ]
    if not values:
        return None
    value = _aggregated(values[0].node, {*frame.keys, headings.node})
    cost += values[0].cost
    ordering = _ordering(grouped, shown, [body.names[at] for at in keys], [body.columns[at] for at in keys])
    if ordering is None:
        return None
    beside = None
    if total is not None:
        inner = _number(value)
        numeric = numeric_target(body.columns[total])
        if inner is None or numeric is None:
            return None
        beside = (goal.names[total], inner, numeric.formats[0])
    tree = _written(grouped, body, headings, keys, shown, value, default, beside, ordering, totals, goal)
    return tree, cost


def _deadline() -> float:
    from converter.synthesis import clock

    return clock.now() + 1.5


def _of_rows(node: Node, frame: Groups) -> Node | None:
    """The expression over the rows below, where it is the same for all rows of a group."""
    if isinstance(node, Key):
        return node.inner
    if isinstance(node, Constant):
        return node
    if isinstance(node, Aggregate):
        argument = node.argument
        if argument is None or node.condition is not None or node.function.name not in ("first", "last", "min", "max"):
            return None
        values = frame.base.values(argument)
        return argument if all(len({values[at] for at in rows}) == 1 for rows in frame.groups) else None
    if isinstance(node, Apply):
        parts = [_of_rows(part, frame) for part in node.parts]
        return (
            None if any(part is None for part in parts) else Apply(node.function, [part for part in parts if part is not None])
        )
    return None


def _aggregated(node: Node, keys: set[Node]) -> Node:
    """The cell's expression, what is the same in all its rows taken from the first."""
    if isinstance(node, Key):
        return node if node.inner in keys else Aggregate(FIRST, node.inner)
    if isinstance(node, Apply):
        return Apply(node.function, [_aggregated(part, keys) for part in node.parts])
    return node


def _number(node: Node) -> Node | None:
    """The number that a cell writes."""
    if isinstance(node, Apply) and node.function.name == "written" and node.parts[0].kind is Kind.NUMBER:
        return node.parts[0]
    return node if node.kind is Kind.NUMBER else None


def _cells(frame: Groups, body: Goal, headings: _Headings) -> tuple[list[list[int]], tuple[str | None, ...], str | None] | None:
    """The rows of each cell that has some, its text, and what stands where there are none."""
    values = frame.base.values(headings.node)
    groups: list[list[int]] = []
    target: list[str | None] = []
    empty: set[str | None] = set()
    for row, rows in enumerate(frame.groups):
        for place in headings.places:
            mine = [at for at in rows if values[at] == body.names[place]]
            cell = body.columns[place][row]
            if mine:
                groups.append(mine)
                target.append(cell)
            else:
                empty.add(cell)
    if len(empty) > 1 or not groups:
        return None
    return groups, tuple(target), next(iter(empty), None)


def _ordering(
    grouped: Plan, shown: Sequence[Node], names: Sequence[str], columns: Sequence[Sequence[str | None]]
) -> list[tuple[exp.Expression | None, str, bool]] | None:
    """The sort keys: a key's name, or an expression that becomes a hidden column."""
    if grouped.unsorted is None:
        return [(sql.sql("min(min(_row))"), "first_row", False)]
    found = orders(grouped.unsorted.bank, grouped.unsorted.rows, [Key(node) for node in shown])
    if not found:
        return None
    ordering: list[tuple[exp.Expression | None, str, bool]] = []
    frame = grouped.unsorted.bank.frame
    for at, key in enumerate(found[0][0], 1):
        node = _of_rows(key.node, frame) if isinstance(frame, Groups) else None
        if node is None:
            return None
        name = next((name for one, name in zip(shown, names, strict=True) if one == node), None)
        if name is not None:
            ordering.append((None, name, key.descending))
        else:
            ordering.append((sql.sql("min(min({0}))", node.sql()), f"sort_{at}", key.descending))
    taken = {name for _, name, _ in ordering}
    rest = [at for at, name in enumerate(names) if name not in taken]
    if rest and taken <= set(names):
        known = [columns[names.index(name)] for _, name, _ in ordering]
        rows = list(zip(*known, *(columns[at] for at in rest), strict=True))
        within = [
            one[len(known) :] <= other[len(known) :]
            for one, other in zip(rows, rows[1:], strict=False)
            if one[: len(known)] == other[: len(known)] and None not in (*one, *other)
        ]
        if all(within):
            return ordering + [(None, names[at], False) for at in rest]
    return [*ordering, (sql.sql("min(min(_row))"), "first_row", False)]


# The SQL.


def _written(
    grouped: Plan,
    body: Goal,
    headings: _Headings,
    keys: Sequence[int],
    shown: Sequence[Node],
    value: Node,
    default: str | None,
    beside: tuple[str, Node, object] | None,
    ordering: Sequence[tuple[exp.Expression | None, str, bool]],
    totals: bool,
    goal: Goal,
) -> exp.Expression:
    names = [body.names[at] for at in keys]
    key_trees = [node.sql() for node in shown]
    distinct = [tree for node, tree in zip(shown, key_trees, strict=True) if not isinstance(node, Constant)]
    heading = headings.node.sql()
    outputs: list[exp.Expression] = []
    last_row = [goal.columns[at][-1] for at in keys]
    for at, (name, tree) in enumerate(zip(names, key_trees, strict=True)):
        if totals:
            text = sql.text(last_row[at] or "") if last_row[at] else exp.Null()
            tree = sql.sql(
                "CASE WHEN grouping({1}) = 1 THEN {2} ELSE {0} END",
                exp.cast(tree, "VARCHAR") if last_row[at] else tree,
                distinct[0],
                text,
            )
        outputs.append(_as(tree, name))
    outputs.append(_as(heading, "heading"))
    cell = value.sql()
    if default is not None and numeric_target((default,)) is None:
        cell = sql.sql("CAST({0} AS VARCHAR)", cell)
    outputs.append(_as(cell, "cell"))
    hidden: list[str] = []
    partition = [tree.copy() for tree in distinct]
    if beside is not None:
        name, number, format = beside
        window = exp.Window(this=sql.sql("sum({0})", number.sql()), partition_by=[tree.copy() for tree in partition])
        written = sql.sql(format.template(exact=number.exact), window)  # type: ignore[attr-defined]
        outputs.append(_as(written, name))
    if totals:
        outputs.append(_as(sql.sql("grouping({0})", distinct[0]), "is_total"))
        hidden.append("is_total")
    for tree, name, _ in ordering:
        if tree is not None:
            outputs.append(_as(exp.Window(this=tree.copy(), partition_by=[one.copy() for one in partition]), name))
            hidden.append(name)
    select = exp.select(*outputs).from_(exp.to_identifier(grouped.query.relation))
    if grouped.query.where:
        select = select.where(*(node.sql() for node in grouped.query.where))
    if totals:
        listed = ", ".join(tree.sql(dialect="duckdb") for tree in distinct)
        inside = heading.sql(dialect="duckdb")
        group = parse_one(f"SELECT 1 GROUP BY GROUPING SETS (({listed}, {inside}), ({inside}))", dialect="duckdb").args["group"]
        select.set("group", group)
    else:
        select = select.group_by(*(tree.copy() for tree in distinct), heading.copy())
    kept = [*names, *([beside[0]] if beside is not None else [])]
    grouped_by = ", ".join(_quoted(name) for name in (*kept, *hidden))
    default_sql = (
        f"coalesce(first(cell), {sql.literal(default).replace('{{', '{').replace('}}', '}')})"
        if default is not None
        else "first(cell)"
    )
    if default is not None and numeric_target((default,)) is not None:
        default_sql = f"coalesce(first(cell), {default})"
    within = ""
    if not headings.in_order:
        where = select.args.get("where")
        source = exp.select(_as(heading, "heading")).from_(exp.to_identifier(grouped.query.relation))
        if where is not None:
            source = source.where(where.this.copy())
        source = source.group_by(heading.copy()).order_by(sql.sql("min(_row)"))
        within = f" IN ({source.sql(dialect='duckdb')})"
    star = f"* EXCLUDE ({grouped_by})"
    before = [name for at, name in zip(keys, names, strict=True) if at < headings.places[0]]
    after = [name for at, name in zip(keys, names, strict=True) if at > headings.places[0]] + (
        [beside[0]] if beside is not None else []
    )
    listed = ", ".join([*map(_quoted, before), star, *map(_quoted, after)])
    order = ", ".join(["is_total"] * totals + [f"{_quoted(name)}{' DESC' if down else ''}" for _, name, down in ordering])
    text = f"SELECT {listed} FROM (PIVOT cells ON heading{within} USING {default_sql} GROUP BY {grouped_by}) ORDER BY {order}"
    return parse_one(text, dialect="duckdb").with_("cells", as_=select)  # type: ignore[attr-defined]


def _as(tree: exp.Expression, name: str) -> exp.Expression:
    if isinstance(tree, exp.Column) and tree.name == name:
        return tree.copy()
    return exp.alias_(tree.copy(), sql.column(name).this)


def _quoted(name: str) -> str:
    return sql.column(name).sql(dialect="duckdb")


__all__ = ["ROW_NUMBER", "PivotQuery", "Window", "pivots", "replace"]
