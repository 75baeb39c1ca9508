"""PIVOT: headings that are values of the data, with totals beside and below.

Columns come from the data: another file has others. The statement first makes a cell for each row and heading, then turns it.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice, pairwise

from sqlglot import exp

from converter.learning import clock, sql
from converter.learning.balances import number_of
from converter.learning.bank import Bank, Relation
from converter.learning.conditions import Condition, Conditions
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, ColumnRef, Constant, Node, anew
from converter.learning.steps.families import blocks
from converter.learning.steps.grouping import FIRST, Aggregate, Groups, Key
from converter.learning.steps.keys import groupings
from converter.learning.steps.pivot_headings import headings, ordinals
from converter.learning.steps.pivot_statements import Headings, Ordering, Over, PivotQuery, pivoted, side_by_side
from converter.learning.steps.plan import Plan
from converter.learning.steps.sorting import orders
from converter.learning.steps.unfolding import Goal
from converter.learning.steps.unfolding import side_by_side as side_by_side_rows
from converter.learning.values import moments
from converter.learning.values.number_formats import numeric_target

_COST = 3.0
_FIELDS = 5.0
"""Columns of different kinds are rather fields by their names than as many as the data has."""
_MARKED = 3.0
"""A mark in each cell that has rows is the likelier, where an expression of these costs more."""
MOST_ROWS = 5000
MOST_PLANS = 3
LEAST_RISING = 4
"""So many rows whose numbers rise are hardly in that order by chance."""
MOST_FILTERS = 3
"""So many conditions are tried that leave out the rows of cells that are shown as empty."""


def pivots(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans that turn values into columns."""
    if plan.frame.size > MOST_ROWS or len(goal.names) < 3:
        return
    if not plan.query.tables:
        yield from _of_blocks(plan, goal)
    for totals in (False, True):
        body = _without_totals(goal) if totals else goal
        if body is None or body.size < 1:
            continue
        found = False
        for heading in headings(plan, body):
            for one, its in chain([(plan, heading)], _of_some(plan, body, heading)):
                for made in _pivoted(one, goal, body, its, totals):
                    found = True
                    yield made
        if found:
            return
    for prefix, places in ordinals(goal):
        yield from _numbered(plan, goal, prefix, places)


def _of_blocks(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Values side by side in several columns (`Break 1`, `Price 1`, `Break 2`) turned into columns named by them."""
    names = set(goal.names)
    showing = [ref for ref in plan.frame.refs if names & {value for value in plan.frame.values(ref) if isinstance(value, str)}]
    if len(showing) < 2:
        return
    refs = [ref for ref in plan.frame.refs if isinstance(ref, ColumnRef)]
    for block in blocks([ref.name for ref in refs]):
        if len(block.fields) > 1:
            for made in side_by_side_rows(plan, refs, block, goal):
                yield from pivots(made, goal)


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
        if any(goal.columns[place][row] for row, rows in enumerate(frame.groups) for place in places[len(rows) :]):
            # A value that no row of the group can have given.
            continue
        cells: list[str | None] = [None] * frame.base.size
        for row, rows in enumerate(frame.groups):
            for at, place in zip(rows, places, strict=False):
                cells[at] = goal.columns[place][row]
        values = explain(Workspace(frame.bank_below, deadline()), tuple(cells), None, depth=0)
        if not values:
            continue
        workspace = Workspace(grouped.bank, deadline())
        shown: list[Node] = []
        for at in keys:
            found = explain(workspace, goal.columns[at], goal.names[at], depth=0)
            key = next((node for one in found if (node := _of_rows(one.node, frame)) is not None), None)
            if key is None:
                break
            shown.append(key)
        if len(shown) < len(keys):
            continue
        tree = side_by_side(grouped, prefix, names, shown, values[0].node, keys[0] < places[0])
        yield finished(grouped, goal, tree, values[0].cost)
        return


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


# The cells.


def _of_some(plan: Plan, body: Goal, heading: Headings) -> Iterator[tuple[Plan, Headings]]:
    """The rows that a condition keeps, such as those passed, where cells that have rows show what others show without any."""
    keys = [at for at in range(len(body.names)) if at not in heading.places]
    grouped = next(groupings(plan, [body.columns[at] for at in keys], [body.names[at] for at in keys]), None) if keys else None
    if grouped is None or not isinstance(grouped.frame, Groups) or grouped.query.where or grouped.query.having:
        return
    cells = _cells(grouped.frame, body, heading)
    if cells is None or cells[2] not in cells[1]:
        return
    groups, target, default = cells
    filled = [(sum(1 << at for at in rows), text != default) for rows, text in zip(groups, target, strict=True)]
    held = sorted(Conditions.shared(plan.bank).all(), key=lambda one: one.cost)
    fitting = (one for one in held if all(bool(one.rows & rows) == shown for rows, shown in filled))
    for condition in islice((one for one in fitting if not one.node.looks_around), MOST_FILTERS):
        yield from _kept(plan, body, heading, condition)


def _kept(plan: Plan, body: Goal, heading: Headings, condition: Condition) -> Iterator[tuple[Plan, Headings]]:
    """The rows that the condition keeps, and what their headings are."""
    kept = [at for at in range(plan.frame.size) if condition.rows >> at & 1]
    filters = plan.asking(condition.node, condition.cost, Conditions.shared(plan.bank).of(condition.rows))
    query, steps = plan.query.filtered(condition.node), (*plan.steps, "filter")
    made = Plan(plan.frame.among(kept), query, plan.cost + condition.cost, steps, filters=filters)
    yield from ((made, one) for one in headings(made, body) if one.places == heading.places)


def _pivoted(plan: Plan, goal: Goal, body: Goal, heading: Headings, totals: bool) -> Iterator[Plan]:
    rest = [at for at in range(len(body.names)) if at not in heading.places]
    sums = [at for at in rest if _is_total(body, heading.places, at)]
    keys = [at for at in rest if at not in sums]
    if not keys or len(sums) > 1:
        return
    columns = [body.columns[at] for at in keys]
    end = deadline()
    for made, grouped in enumerate(groupings(plan, columns, [body.names[at] for at in keys])):
        if made == MOST_PLANS or clock.now() > end:
            return
        statement = _statement(plan, grouped, goal, body, heading, keys, sums[0] if sums else None, totals, end)
        if statement is None:
            continue
        tree, cost, value = statement
        yield finished(grouped, goal, tree, cost)
        # What the cells ask may be asked of all rows, of which other columns tell too.
        asked = {node.condition for node in value.within() if isinstance(node, Aggregate)}
        for condition in Conditions.shared(plan.bank).all() if asked - {None} else ():
            if condition.node in asked:
                for one, its in _kept(plan, body, heading, condition):
                    yield from _pivoted(one, goal, body, its, totals)
        return


def _is_total(goal: Goal, places: Sequence[int], at: int) -> bool:
    own = numeric_target(goal.columns[at])
    if own is None or any(value is None for value in own.values):
        return False
    parts = [numeric_target(goal.columns[place]) for place in places]
    sums = [sum((part.values[row] or Decimal(0) for part in parts if part is not None), Decimal(0)) for row in range(goal.size)]
    return all(one == other for one, other in zip(own.values, sums, strict=True))


def finished(plan: Plan, goal: Goal, statement: exp.Expression, cost: float) -> Plan:
    """The plan whose statement is complete: it makes all expected columns."""
    frame = Relation(goal.names, goal.columns, [ColumnRef(name) for name in goal.names])
    query = PivotQuery(statement=statement, row=None)
    return Plan(frame, query, plan.cost + cost + _COST, (*plan.steps, "pivot"), filters=plan.filters)


def _statement(
    plan: Plan,
    grouped: Plan,
    goal: Goal,
    body: Goal,
    headings: Headings,
    keys: Sequence[int],
    total: int | None,
    totals: bool,
    end: float,
) -> tuple[exp.Expression, float, Node] | None:
    from converter.learning.explanation import Workspace, explain

    frame = grouped.frame
    if not isinstance(frame, Groups) or frame.size != body.size:
        return None
    shown: list[Node] = []
    cost = 0.0
    for at in keys:
        found = explain(Workspace(grouped.bank, end), body.columns[at], body.names[at], depth=0)
        node = next((made for one in found if (made := _of_rows(one.node, frame)) is not None), None)
        if node is None:
            node = next((made for one in found if (made := Over.over(one.node, frame.keys)) is not None), None)
        if node is None:
            return None
        shown.append(node)
        cost += found[0].cost
    cells = _cells(frame, body, headings)
    if cells is None:
        return None
    groups, target, default = cells
    marks = len(groups) < frame.size * len(headings.places) and len(set(target)) == 1
    below = Groups(frame.bank_below, [*frame.keys, headings.node], groups)
    found = explain(Workspace(Bank(below), end), target, None, depth=0)
    values = [one for one in found if not isinstance(one.node, Constant)]
    if marks and (not values or values[0].cost > _MARKED):
        # A mark where something stands, nothing elsewhere.
        values = [one for one in found if isinstance(one.node, Constant) and one.node.value]
    if not values:
        return None
    value = _aggregated(values[0].node, {*frame.keys, headings.node})
    cost += values[0].cost
    ordering = _ordering(grouped, shown, [body.names[at] for at in keys], [body.columns[at] for at in keys])
    if ordering is None:
        return None
    beside = None
    if total is not None:
        inner = _number(value) or number_of(values[0].node, Bank(below), blank=None)
        inner = _aggregated(inner, {*frame.keys, headings.node}) if inner is not None else None
        numeric = numeric_target(body.columns[total])
        if inner is None or numeric is None:
            return None
        beside = (goal.names[total], inner, numeric.formats[0])
    tree = pivoted(grouped, body, headings, keys, shown, value, default, beside, ordering, totals, goal)
    return tree, cost + _FIELDS * _are_fields([body.columns[place] for place in headings.places]), value


def _are_fields(columns: Sequence[Sequence[str | None]]) -> bool:
    """Whether the columns are of different kinds: fields of a form, of which there are always the same."""
    kinds = set()
    for column in columns:
        cells = list(dict.fromkeys(filter(None, column)))
        is_number = numeric_target(tuple(cells)) is not None
        kinds.add("number" if is_number else "moment" if cells and moments.formats(cells) else "text")
    return len(kinds) > 1


def deadline() -> float:
    """Until when the columns of one pivot are explained."""
    return clock.now() + 1.5


def _of_rows(node: Node, frame: Groups) -> Node | None:
    """The expression over the rows below, where it is the same for all rows of a group."""

    def leaf(one: Node) -> Node | None:
        if isinstance(one, Key):
            return one.inner
        argument = one.argument if isinstance(one, Aggregate) and one.condition is None else None
        if argument is None or one.key[1] not in ("first", "last", "min", "max"):
            return None
        values = frame.base.values(argument)
        return argument if all(len({values[at] for at in rows}) == 1 for rows in frame.groups) else None

    return anew(node, leaf)


def _aggregated(node: Node, keys: set[Node]) -> Node:
    """The cell's expression, what is the same in all its rows taken from the first."""

    def leaf(one: Node) -> Node:
        return Aggregate(FIRST, one.inner) if isinstance(one, Key) and one.inner not in keys else one

    return anew(node, leaf) or node


def _number(node: Node) -> Node | None:
    """The number that a cell writes."""
    if isinstance(node, Apply) and node.function.name == "written" and node.parts[0].kind is Kind.NUMBER:
        return node.parts[0]
    return node if node.kind is Kind.NUMBER else None


def _cells(frame: Groups, body: Goal, headings: Headings) -> tuple[list[list[int]], tuple[str | None, ...], str | None] | None:
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


def _is_over_cells(node: Node) -> bool:
    """Whether it is made of a key's cells: there is no such value before the cells are."""
    return isinstance(node, Over) or any(map(_is_over_cells, node.parts))


def _rising(node: Node, column: Sequence[str | None], frame: Relation) -> exp.Expression | None:
    """The number that a key's column is, where it rises from row to row: hours stand in their order, also where one lacks.

    Where the rows stand as they first come, they rise since those of the file do.
    """
    numeric = numeric_target(tuple(column))
    if numeric is None or None in numeric.values or len(column) < LEAST_RISING or not isinstance(frame, Groups):
        return None
    if any(one >= other for one, other in pairwise(numeric.values)):  # type: ignore[operator]
        return None
    numbers = (entry.node for entry in frame.bank_below.numbers if entry.node.parts and entry.node.parts[0] == node)
    return next((sql.sql("min(min({0}))", number.sql()) for number in numbers), None)


def _ordering(
    grouped: Plan, shown: Sequence[Node], names: Sequence[str], columns: Sequence[Sequence[str | None]]
) -> Ordering | None:
    """The sort keys: a key's name, or an expression that becomes a hidden column."""
    if grouped.unsorted is None:
        first = (sql.sql("min(min(_row))"), "first_row", False)
        rising = (_rising(node, column, grouped.frame) for node, column in zip(shown, columns, strict=True))
        return next(([(key, "sort_1", False)] for key in rising if key is not None), [first])
    keys = [Key(node) for node in shown if not _is_over_cells(node)]
    found = orders(grouped.unsorted.bank, grouped.unsorted.rows, keys)
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
            for one, other in pairwise(rows)
            if one[: len(known)] == other[: len(known)] and None not in (*one, *other)
        ]
        if all(within):
            return ordering + [(None, names[at], False) for at in rest]
    return [*ordering, (sql.sql("min(min(_row))"), "first_row", False)]
