"""Values that go down: cells that stand only in the first row of a block, headings of sections above their rows.

They become expressions of the frame (windows over all rows, before any are left out), so that filters, groups and columns use
them as any other.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from converter.learning.alignment import Alignment
from converter.learning.bank import Relation
from converter.learning.conditions import Condition, Conditions
from converter.learning.expressions.choices import Case
from converter.learning.expressions.predicates import bits, negation
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import ColumnRef, Constant, Function, Node
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal
from converter.learning.steps.windows import FILL_DOWN, Window

_FILL_COST = 0.5
_SECTION_COST = 1.5
_ONLY_COST = 1.5
MOST_CONDITIONS = 3
MOST_WIDTH = 12


def filled(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """The plan with the columns filled down that are filled in the first row of a block only."""
    shown = {cell for column in goal.columns for cell in column if cell}
    found: list[Window] = []
    for ref in plan.frame.refs:
        values = plan.frame.values(ref)
        if not isinstance(ref, ColumnRef) or ref.kind is not Kind.TEXT or not values or values[0] is None or None not in values:
            continue
        if _is_shown_blank(values, goal):
            continue
        down = _filled_down(ref)
        if any(value in shown or _is_part(str(value), shown) for value in set(values) if value):
            found.append(down)
    if found:
        yield _with(plan, [*found, *_beside(plan, found)], _FILL_COST, "fill down")


def _is_shown_blank(values: Column, goal: Goal) -> bool:
    """Whether the column is shown with its blanks: then these are what they say, and stand for no value above."""
    given = set(values)
    return any(None in column and len(cells := {*column} - {None}) > 1 and cells < given for column in goal.columns)


def lists_records(plan: Plan) -> bool:
    """Whether several columns are filled in the same rows only, from the first one on: rows are lines of records."""
    shapes = Counter(_blanks(plan.frame.values(ref)) for ref in plan.frame.refs if isinstance(ref, ColumnRef))
    return any(count > 1 and not shape[0] and any(shape) and not all(shape) for shape, count in shapes.items())


def _beside(plan: Plan, found: Sequence[Window]) -> Iterator[Window]:
    """The other columns that are filled in the same rows: a record's state tells which records stay, shown or not."""
    taken = {down.argument for down in found}
    shapes = {_blanks(plan.frame.values(down.argument)) for down in found if down.argument is not None}
    for ref in plan.frame.refs:
        if isinstance(ref, ColumnRef) and ref not in taken and _blanks(plan.frame.values(ref)) in shapes:
            yield _filled_down(ref)


def _blanks(values: Column) -> tuple[bool, ...]:
    return tuple(value is None for value in values)


def _is_part(value: str, shown: set[str]) -> bool:
    return any(len(cell) > 1 and (cell in value or value in cell) for cell in shown)


def _filled_down(node: Node) -> Window:
    alias = next(iter(node.sources)).lower() if node.sources else "heading"
    return Window(FILL_DOWN, node, early=True, alias=f"{alias}_above" if alias.isidentifier() else "above", table="filled")


def _with(plan: Plan, nodes: Sequence[Node], cost: float, step: str) -> Plan:
    frame = Relation(plan.frame.names, plan.frame.columns, [*plan.frame.refs, *nodes])
    return Plan(frame, plan.query, plan.cost + cost, (*plan.steps, step))


def sections(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans in which what a row above says (a section's heading) stands in every row; found where expected cells show it."""
    if goal.size >= plan.frame.size:
        return
    chosen = Alignment(plan.bank, goal.columns).selection
    if chosen is None or not chosen.in_order:
        return
    found: dict[tuple[Node, tuple[int, ...]], list[Condition]] = {}
    for target in goal.columns:
        for ref in plan.frame.refs:
            if ref.kind is not Kind.TEXT:
                continue
            heads = _headings(plan.frame.values(ref), chosen.rows, target)
            if heads is not None and (ref, heads) not in found:
                found[ref, heads] = _conditions(plan, heads, chosen.rows)
    wanted = bits([at in chosen.rows for at in range(plan.frame.size)])
    for at in range(max(map(len, found.values()), default=0)):
        held = {key: options[min(at, len(options) - 1)] for key, options in found.items() if options}
        made = _with(plan, [_heading(ref, one) for (ref, _), one in held.items()], _SECTION_COST + 0.3 * at, "section")
        for one in held.values():
            if one.rows ^ wanted == (1 << plan.frame.size) - 1:
                # What is no heading stays.
                frame = made.frame.among(chosen.rows)
                yield Plan(frame, made.query.filtered(negation(one.node)), made.cost, (*made.steps, "filter"))
                break
        yield made


def _headings(values: Column, kept: Sequence[int], target: Sequence[str | None]) -> tuple[int, ...] | None:
    """The rows above that have the target's cells in them, the nearest that are not kept; None where some row has none."""
    inside = set(kept)
    heads: set[int] = set()
    hits = 0
    for row, cell in zip(kept, target, strict=True):
        if not cell:
            continue
        word = re.compile(rf"(?<!\w){re.escape(cell)}(?!\w)", re.IGNORECASE)
        above = next((at for at in range(row - 1, -1, -1) if at not in inside and word.search(str(values[at] or ""))), None)
        if above is None or word.search(str(values[row] or "")):
            return None
        heads.add(above)
        hits += 1
    return tuple(sorted(heads)) if hits >= 2 and heads and len(heads) < hits + 1 else None


def _heading(ref: Node, condition: Condition) -> Node:
    return Window(
        FILL_DOWN,
        Case([(condition.node, ref)], Constant(None), condition.cost * 0.5 + ref.cost),
        early=True,
        alias="section",
        table="sections",
    )


def _conditions(plan: Plan, heads: tuple[int, ...], kept: Sequence[int]) -> list[Condition]:
    """What tells heading rows from those below: it holds for all of them, and for no row from a heading to its last row."""
    wanted = bits([at in heads for at in range(plan.frame.size)])
    barred = 0
    for head, following in zip(heads, (*heads[1:], plan.frame.size), strict=True):
        last = max((row for row in kept if head < row < following), default=head)
        barred |= sum(1 << at for at in range(head + 1, last + 1))
    conditions = Conditions.shared(plan.bank)
    found = [
        one
        for one in (*_alone(plan), *conditions.all())
        if one.rows & wanted == wanted and not one.rows & barred and not one.node.looks_around
    ]
    return sorted(found, key=lambda one: one.cost)[:MOST_CONDITIONS]


def _alone(plan: Plan) -> Iterator[Condition]:
    """Whether a cell stands alone in its row: all others are blank."""
    refs = [ref for ref in plan.frame.refs if isinstance(ref, ColumnRef)]
    if not 2 <= len(refs) <= MOST_WIDTH:
        return
    for ref in refs[:2]:
        others = [one for one in refs if one != ref]
        slots = ", ".join(f"{{{at}}}" for at in range(1, len(refs)))
        template = f"coalesce({slots}) IS NULL" if len(others) > 1 else "{1} IS NULL"
        node = Function("alone", Kind.BOOLEAN, "{0} IS NOT NULL AND " + template, _is_alone, _ONLY_COST, total=True)(
            ref, *others
        )
        rows = bits(plan.frame.values(node))
        if rows:
            yield Condition(node, rows, _ONLY_COST, "blank")


def _is_alone(own: object, *others: object) -> bool:
    return own is not None and all(value is None for value in others)
