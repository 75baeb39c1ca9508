"""Which expressions are the keys of a GROUP BY: those whose values are the expected column's, row for row of the groups."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations, product

from converter.learning import sql, weights
from converter.learning.alignment import Alignment
from converter.learning.bank import Bank
from converter.learning.conditions import Condition, Conditions
from converter.learning.expressions.choices import Coalesce, Join
from converter.learning.expressions.predicates import both
from converter.learning.kinds import Column
from converter.learning.names import name_cost
from converter.learning.nodes import Constant, Node
from converter.learning.steps.group_conditions import having, wholeness
from converter.learning.steps.grouping import Groups, Key, grouped
from converter.learning.steps.periods import periods
from converter.learning.steps.plan import Plan
from converter.learning.steps.selection import filters_for
from converter.learning.steps.unfolding import Goal
from converter.learning.values import moments

_GROUP_COST = 1.5
_KEY_COST = 0.6
MOST_KEYS = 3
MOST_OPTIONS = 3
MOST_FILTERS = 12
MOST_FILTER_COST = 7.5
MOST_HAVING = 2
MOST_JOINED, LONGEST_MARK = 8, 3
"""Of so many columns two may be put together to a key, with so long a mark between them."""
_DROPPED_COST = 1.0
_EMPTIED_COST = 1.2
"""A filter leaves out all rows of a group: rows are rather chosen without being grouped."""


@dataclass(frozen=True)
class _Option:
    node: Node
    values: Column
    cost: float


def groupings(plan: Plan, expected: Sequence[Sequence[str | None]], names: Sequence[str]) -> Iterator[Plan]:
    """Plans that group the plan's rows so that there is one group for each expected row, in its order."""
    size, wanted = plan.frame.size, len(expected[0]) if expected else 0
    if wanted >= size or not wanted:
        return
    options = {at: found for at, column in enumerate(expected) if (found := _options(plan.bank, column, names[at]))}
    seen: set[frozenset[Node]] = set()
    for count in range(1, MOST_KEYS + 1):
        for columns in combinations(options, count):
            if any(set(known) <= set(columns) for known in _made(seen, options)):
                continue
            for chosen in product(*(options[at] for at in columns)):
                keys = frozenset(one.node for one in chosen)
                if len(keys) < count or keys in seen:
                    continue
                for grouping in _grouped(plan, chosen, expected, columns):
                    seen.add(keys)
                    yield grouping


def together(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """The plan with all its rows as one group, where a single row is expected under names."""
    if goal.size == 1 and plan.frame.size > 1 and not plan.query.group:
        groups = Groups(plan.bank, [], [list(range(plan.frame.size))])
        yield Plan(groups, replace(plan.query.grouped(), row=None), plan.cost + _GROUP_COST, (*plan.steps, "group"))


def _made(seen: set[frozenset[Node]], options: dict[int, list[_Option]]) -> list[tuple[int, ...]]:
    """The sets of expected columns that already are keys: more columns beside them are no keys of their own."""
    found = []
    for keys in seen:
        found.append(tuple(at for at, known in options.items() if any(one.node in keys for one in known)))
    return [one for one in found if one]


def _options(bank: Bank, column: Sequence[str | None], name: str) -> list[_Option]:
    wanted = {text or None for text in column}
    found: list[_Option] = []
    for entry in (*bank.texts, *bank.cased, *(piece for piece in bank.pieces if piece.node.cost < 3.2)):
        values: Column = tuple(value or None for value in entry.values)
        if wanted <= set(values):
            found.append(_Option(entry.node, values, entry.node.cost))
        elif None in values and "" not in entry.values and len(wanted - set(values)) == 1 and None not in wanted:
            default = next(iter(wanted - set(values)))
            filled_up = Coalesce([entry.node, Constant(default)], entry.node.cost + 2.0)
            found.append(_Option(filled_up, bank.frame.values(filled_up), filled_up.cost))
    filled = [text for text in dict.fromkeys(column) if text]
    short = moments.formats_without_year(filled[:12])
    for format in (*moments.output_formats(filled[:12])[:2], *short) if filled else ():
        for entry in bank.moments:
            node = moments.written(format.format, entry.node.kind)(entry.node)
            values = bank.frame.values(node)
            if wanted <= set(values):
                found.append(_Option(node, values, node.cost + format.cost))
    for period in periods(filled, [entry.node for entry in bank.moments]):
        values = bank.frame.values(period)
        if wanted <= set(values):
            found.append(_Option(period, values, period.cost))
    if not found and None not in wanted:
        found += _put_together(bank, wanted)
    found.sort(key=lambda one: one.cost + name_cost(name, one.node))
    kept: list[_Option] = []
    for option in found:
        if all(option.values != known.values for known in kept):
            kept.append(option)
    return kept[:MOST_OPTIONS]


def _put_together(bank: Bank, wanted: Collection[str | None]) -> Iterator[_Option]:
    """Two columns with a mark between that together are what is expected: `Desk: Repair`."""
    text = str(min(wanted, key=str))
    entries = [entry for entry in bank.texts if any(value and str(value) in text for value in entry.values)][:MOST_JOINED]
    for one, other in permutations(entries, 2):
        pairs = dict.fromkeys(zip(one.values, other.values, strict=True))
        marks = {
            text[len(str(a)) : -len(str(b))] for a, b in pairs if a and b and text.startswith(str(a)) and text.endswith(str(b))
        }
        for mark in sorted(mark for mark in marks if 0 < len(mark) <= LONGEST_MARK and not any(map(str.isalnum, mark))):
            node = Join([one.node, Constant(mark), other.node], one.node.cost + other.node.cost)
            values = bank.frame.values(node)
            if set(wanted) <= set(values):
                yield _Option(node, values, node.cost)


def _grouped(
    plan: Plan, chosen: Sequence[_Option], expected: Sequence[Sequence[str | None]], columns: Sequence[int]
) -> Iterator[Plan]:
    wanted = [tuple(text or None for text in row) for row in zip(*(expected[at] for at in columns), strict=True)]
    if len(set(wanted)) < len(wanted):
        return
    rows_of: dict[tuple[object, ...], list[int]] = {row: [] for row in wanted}
    dropped = False
    for at, row in enumerate(zip(*(one.values for one in chosen), strict=True)):
        if row in rows_of:
            rows_of[row].append(at)
        else:
            dropped = True
    if any(not rows for rows in rows_of.values()) or all(len(rows) == 1 for rows in rows_of.values()):
        return
    keys = tuple(one.node for one in chosen)
    cost = (
        _GROUP_COST
        + sum(_KEY_COST + 0.5 * one.cost for one in chosen)
        + 0.3 * sum(at > place for place, at in enumerate(columns))
    )
    base = replace(plan, cost=plan.cost + cost)
    if not dropped:
        yield from _in_order(base, keys, [rows_of[row] for row in wanted])
    else:
        kept = sorted(at for rows in rows_of.values() for at in rows)
        filters = [one for one in filters_for(plan.bank, kept) if not one.node.looks_around]
        read = frozenset().union(*(key.sources for key in keys))
        named = [one for one in filters if one.kind == "blank" and one.node.sources <= read]
        if not named:
            yield from _kept_groups(base, keys, wanted, chosen, expected)
        # Where rows without a key are left out, nothing else is meant.
        yield from _filtered(base, keys, wanted, chosen, named or filters)


def _filtered(
    plan: Plan,
    keys: Sequence[Node],
    wanted: Sequence[tuple[object, ...]],
    chosen: Sequence[_Option],
    filters: Sequence[Condition],
) -> Iterator[Plan]:
    """Groups of the rows that one of the conditions keeps, which leaves out those whose key is not expected."""
    groups = grouped(range(plan.frame.size), [one.values for one in chosen])
    for condition in filters:
        # That a row's own value leaves out whole groups is chance, unless it is the same in all rows of each.
        chance = 0.0 if _is_of_groups(plan, condition.node, groups) else wholeness(groups)
        yield from _after_filter(plan, keys, wanted, chosen, condition.node, condition.rows, condition.cost + chance)


def _is_of_groups(plan: Plan, condition: Node, groups: Sequence[Sequence[int]]) -> bool:
    """Whether what the condition reads is the same in all rows of each group."""
    columns = [plan.frame.values(ref) for ref in plan.frame.refs if ref.sources & condition.sources]
    return all(len({column[at] for at in rows}) == 1 for column in columns for rows in groups)


def _kept_groups(
    plan: Plan,
    keys: Sequence[Node],
    wanted: Sequence[tuple[object, ...]],
    chosen: Sequence[_Option],
    expected: Sequence[Sequence[str | None]],
) -> Iterator[Plan]:
    """Groups of all rows, those that a condition on the whole group keeps."""
    rows_of: dict[tuple[object, ...], list[int]] = {}
    for at, row in enumerate(zip(*(one.values for one in chosen), strict=True)):
        rows_of.setdefault(row, []).append(at)
    groups = Groups(plan.bank, keys, list(rows_of.values()))
    places = {row: at for at, row in enumerate(rows_of)}
    whole = replace(plan, frame=groups)
    held = having(groups, [places[row] for row in wanted], expected)
    for condition in held[:MOST_HAVING]:
        base = replace(plan, cost=plan.cost + condition.cost, filters=whole.asking(condition.node, condition.cost, held))
        for made in _in_order(base, keys, [rows_of[row] for row in wanted]):
            yield replace(
                made,
                query=made.query.filtered(condition.node),
                steps=(*plan.steps, "group", "having", *made.steps[len(plan.steps) + 1 :]),
            )


def after_filters(plan: Plan, groups: Groups, asked: Collection[Node] = ()) -> Iterator[Plan]:
    """Plans that leave out some rows of the groups too: by plain conditions under which each expected group keeps a row,
    and a group that is not expected keeps none; by two values together where no condition alone does.

    `groups` are those expected, of the plan's rows. `asked` are conditions that columns over all rows ask: these come first.
    """
    keys = groups.keys
    chosen = [_Option(node, tuple(value or None for value in plan.frame.values(node)), node.cost) for node in keys]
    wanted = list(zip(*([value or None for value in groups.values(Key(node))] for node in keys), strict=True))
    masks: dict[tuple[object, ...], int] = {}
    for at, row in enumerate(zip(*(one.values for one in chosen), strict=True)):
        masks[row] = masks.get(row, 0) | 1 << at
    keyed = sum(mask for row, mask in masks.items() if None not in row or row in wanted)
    for one in Conditions.shared(plan.bank).of(keyed):
        if one.kind == "blank":
            # Rows without a key go first.
            yield from after_filters(_kept(plan, one.node, one.rows, one.cost), groups, asked)
            return
    expected, others = ([mask for row, mask in masks.items() if (row in wanted) == held] for held in (True, False))
    plain = (one for one in Conditions.shared(plan.bank).all() if one.cost <= MOST_FILTER_COST and not one.node.looks_around)
    held = sorted(plain, key=lambda one: (one.node not in asked, one.cost))
    wide = [one for one in held if all(one.rows & mask for mask in expected)]
    found = [one for one in wide if not any(one.rows & mask for mask in others)][:MOST_FILTERS]
    if not found:
        values = [one for one in wide if one.kind == "equal"][:MOST_FILTERS]
        pairs = [(one, other, one.rows & other.rows) for one, other in combinations(values, 2)]
        found = [
            Condition(both(one.node, other.node), rows, one.cost + other.cost + weights.BOTH, "both")
            for one, other, rows in pairs
            if all(rows & mask for mask in expected) and not any(rows & mask for mask in others)
        ]
        found.sort(key=lambda one: one.cost)
    for one in found[:MOST_FILTERS]:
        yield from _after_filter(plan, keys, wanted, chosen, one.node, one.rows, one.cost + _EMPTIED_COST * bool(others))


def _kept(plan: Plan, node: Node, rows: int, cost: float) -> Plan:
    """The plan's rows that the condition keeps, which costs so much."""
    kept = [at for at in range(plan.frame.size) if rows >> at & 1]
    filters = plan.asking(node, cost, Conditions.shared(plan.bank).of(rows))
    query, steps = plan.query.filtered(node), (*plan.steps, "filter")
    return Plan(plan.frame.among(kept), query, plan.cost + cost + _DROPPED_COST, steps, filters=filters)


def _after_filter(
    plan: Plan,
    keys: Sequence[Node],
    wanted: Sequence[tuple[object, ...]],
    chosen: Sequence[_Option],
    node: Node,
    rows: int,
    cost: float,
) -> Iterator[Plan]:
    kept = [at for at in range(plan.frame.size) if rows >> at & 1]
    filtered = _kept(plan, node, rows, cost)
    rows_of: dict[tuple[object, ...], list[int]] = {row: [] for row in wanted}
    for at, row in enumerate(zip(*(tuple(one.values[place] for place in kept) for one in chosen), strict=True)):
        if row not in rows_of:
            return
        rows_of[row].append(at)
    if all(rows_of.values()) and any(len(rows) > 1 for rows in rows_of.values()):
        yield from _in_order(filtered, keys, [rows_of[row] for row in wanted])


def _in_order(plan: Plan, keys: Sequence[Node], groups: Sequence[Sequence[int]]) -> Iterator[Plan]:
    """The groups' plan, sorted where the groups do not stand in the order in which they begin."""
    begin = [rows[0] for rows in groups]
    order = sorted(range(len(groups)), key=lambda at: begin[at])
    frame = Groups(plan.bank, keys, [groups[at] for at in order])
    query = replace(plan.query, group=tuple(keys), row=sql.sql("min(_row)"), order=())
    made = Plan(frame, query, plan.cost, (*plan.steps, "group"), filters=plan.filters)
    if order == sorted(order):
        yield made
        return
    places = {at: place for place, at in enumerate(order)}
    yield made.reordered([places[at] for at in range(len(groups))])


__all__ = ["Alignment", "after_filters", "groupings"]
