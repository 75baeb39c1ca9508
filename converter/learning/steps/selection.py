"""WHERE, QUALIFY and ORDER BY: which rows of a frame stay, and in what order, when each expected row is one of them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from itertools import permutations

from converter.learning import weights
from converter.learning.alignment import Alignment
from converter.learning.around import Around
from converter.learning.bank import Bank, Entry, Relation
from converter.learning.conditions import Condition, Conditions
from converter.learning.expressions.numbers import ADD, SUBTRACT
from converter.learning.expressions.predicates import bits, both, compared
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Apply, ColumnRef, Function, Node
from converter.learning.query import Table
from converter.learning.steps.firsts import firsts_among
from converter.learning.steps.group_conditions import as_window, having, wholeness
from converter.learning.steps.grouping import Groups, grouped
from converter.learning.steps.plan import Plan
from converter.learning.steps.sorting import options
from converter.learning.steps.windows import COUNT, LEAD, ROW_NUMBER, Rank, Window, is_number, partitions
from converter.learning.values.number_formats import numeric_target
from converter.learning.variants import blank_share
from converter.learning.weights import ALTERNATIVES, CONDITION

_FILTER_COST = 1.0
_FIRST_COST = 2.5
_USUAL, _USUAL_COUNTS = 1.0, (1, 2, 3, 5, 10)
"""So many are asked for mostly."""
_FIRST_NAMES_COST = 3.0
"""The first few by a number or date are asked for, hardly ever the first few by name."""
_GROUP_CONDITION_COST = 3.0
_BLANK_GROUP_COST = 2.5
"""Groups are seldom made by a column that is often blank."""
_MOST_FLAGS = 2
"""A number of so few values is a flag, whose greatest is no rank."""
_MOST_FROM_EACH = 4.0
_TABLE_COST = 0.8
_SHOWN = -7.0
"""A bound of a number that an output column shows."""
_MOST_HELD, _NEAR = 8, 1e-9
_SAID = -1.5
"""A filter asks for a value that an output column shows in all rows."""
_UNITS = (1, 60, 3600, 86400)
_ONE_LEFT_OUT_COST = 4.0
_ALONE_COST = 3.5
"""That a value comes but once is seldom meant."""
_SINGLE_PLAIN = 2.5
"""Where a condition on the row costs no more, none on other rows is looked for."""
_SINGLE_ENOUGH = 4.0
"""Where a single condition costs more, two together are tried."""
MOST_FILTERS = 3
MOST_ROWS_FOR_WINDOWS = 2000


def all_selections(plan: Plan, alignment: Alignment) -> Iterator[Plan]:
    """The selections of all rows that the alignment and its alternatives show."""
    seen = set()
    for one in (*alignment.alternatives(), alignment):
        if one.selection is not None and one.selection.rows not in seen:
            seen.add(one.selection.rows)
            yield from selections(plan, one)


def selections(plan: Plan, alignment: Alignment) -> Iterator[Plan]:
    """The plan with its rows filtered and sorted as the alignment shows it, in several ways where several fit."""
    chosen = alignment.selection
    if chosen is None:
        return
    kept = sorted(chosen.rows)
    if len(kept) < alignment.size and not chosen.in_order:
        yield from _first_few(plan, chosen.rows)
    filters: list[tuple[tuple[Node, ...], float, str]] = [((), 0.0, "")]
    rivals: list[Condition] = []
    if len(kept) < alignment.size:
        held = filters_for(plan.bank, kept, _shown_numbers(alignment, kept) if chosen.in_order else ())
        said = _said_by_all(alignment.expected)
        held = sorted(
            (replace(one, cost=one.cost + _SAID * (_asked_for(one) in said)) for one in held), key=lambda one: one.cost
        )
        filters = [((one.node,), one.cost + _FILTER_COST, "filter") for one in _of_each_kind(held)]
        filters += [(nodes, cost + _FILTER_COST, "filter") for nodes, cost in firsts_among(plan.bank, kept)]
        filters.sort(key=lambda one: one[1])
        rivals = [*held, *(Condition(reduce(both, nodes), 0, cost, "both") for nodes, cost, _ in filters if len(nodes) > 1)]
    for conditions, cost, step in filters:
        frame = plan.frame.among(kept) if conditions else plan.frame
        query = plan.query.filtered(*conditions) if conditions else plan.query
        if any(one.looks_around for one in conditions):
            frame.windows_before = True
        bank = Bank(frame) if conditions else plan.bank
        asked = plan.asking(reduce(both, conditions), cost - _FILTER_COST, rivals) if conditions else plan.filters
        filtered = Plan(frame, query, plan.cost + cost, (*plan.steps, step) if step else plan.steps, bank=bank, filters=asked)
        for made in (filtered, *_in_a_table(plan, frame, conditions, filtered)):
            if chosen.in_order:
                yield made
            else:
                place = {row: at for at, row in enumerate(kept)}
                yield made.reordered([place[row] for row in chosen.rows])


def _said_by_all(expected: Sequence[Sequence[str | None]]) -> set[object]:
    """Texts that an output column has in all rows: what they were chosen for stands beside them."""
    found = [set(column) for column in expected if len(column) > 1]
    return {text for one in found if len(one) == 1 for text in one if text}


def _asked_for(condition: Condition) -> object:
    """The value that a column has to have."""
    node = condition.node
    return node.function.parameters[-1] if isinstance(node, Apply) and node.function.name == "equals" else None


def _first_few(plan: Plan, rows: Sequence[int]) -> Iterator[Plan]:
    """The rows as the first few after sorting by one key."""
    if plan.query.group or plan.unsorted is not None:
        return
    for option in options(plan.bank):
        order = sorted(range(plan.frame.size), key=lambda at, ranks=option.ranks: (ranks[at], at))  # type: ignore[misc]
        if tuple(order[: len(rows)]) == tuple(rows):
            cost = _FIRST_COST - _USUAL * (len(rows) in _USUAL_COUNTS)
            query = replace(plan.query, order=(option.key,), limit=len(rows))
            yield Plan(
                plan.frame.among(rows),
                query,
                plan.cost + cost + 0.5 * math.log(len(rows)) + option.cost + _FIRST_NAMES_COST * option.is_text,
                (*plan.steps, "sort", "limit"),
            )
            return


def _in_a_table(plan: Plan, kept: Relation, conditions: Sequence[Node], filtered: Plan) -> Iterator[Plan]:
    """Rows that a window chose as a table of their own, so that further windows are computed over these."""
    refs = [ref for ref in kept.refs if isinstance(ref, ColumnRef)]
    if not any(one.looks_around for one in conditions) or plan.query.group:
        return
    frame = Relation([ref.name for ref in refs], [kept.values(ref) for ref in refs], refs)
    tree = plan.query.filtered(*conditions).rows()
    cost, query = filtered.cost + _TABLE_COST, plan.query.over(Table("kept", tree))
    yield Plan(frame, query, cost, (*plan.steps, "filter"), filters=filtered.filters)


def _of_each_kind(conditions: Sequence[Condition]) -> list[Condition]:
    """The likeliest condition of the row alone and of the rows around: the others leave the same rows for the same columns."""
    found: dict[bool, Condition] = {}
    for one in conditions:
        found.setdefault(one.node.looks_around, one)
    return list(found.values())


def _shown_numbers(alignment: Alignment, kept: Sequence[int]) -> list[list[Decimal]]:
    """The expected columns that are numbers throughout, of the rows that are kept."""
    found = [numeric_target(tuple(column)) for column in alignment.expected]
    return [list(filter(None, one.values)) for one in found if one is not None and None not in one.values and len(kept) > 1]


def filters_for(bank: Bank, kept: Sequence[int], shown: Sequence[Sequence[Decimal]] = ()) -> list[Condition]:
    """Conditions that hold for exactly these rows, the likeliest first: of the row alone, of two together, of its group.

    `shown` are numbers that the output shows of these rows: one that is asked for is rather one of them.
    """
    wanted = sum(1 << at for at in kept)
    conditions = Conditions.shared(bank)
    found = [*conditions.of(wanted), *conditions.listing(wanted)]
    found.sort(key=lambda one: one.cost)
    if not found or found[0].cost > _SINGLE_PLAIN:
        found += of_groups(bank, wanted)
    least = min((one.cost for one in found), default=math.inf)
    if least > 4.0 or (shown and least > _SINGLE_PLAIN):
        found += _of_around(bank, wanted, shown)
    if not found or min(one.cost for one in found) > _SINGLE_ENOUGH:
        found += conditions.conjunctions(wanted)
    if min((one.cost for one in found if not one.node.looks_around), default=math.inf) > _SINGLE_ENOUGH:
        found += _of_sums(bank, wanted)
    found.sort(key=lambda one: one.cost)
    # One that asks the row alone is among them.
    own = next((one for one in found if not one.node.looks_around), None)
    return [*found[:MOST_FILTERS], *([own] if own is not None and own not in found[:MOST_FILTERS] else [])]


def _of_sums(bank: Bank, wanted: int) -> Iterator[Condition]:
    """What two numbers make, held against a third one: stock and what is on order below the least that is kept."""
    if bank.frame.is_grouped:
        return
    numbers = [entry for entry in bank.numbers if None not in entry.floats and len(set(entry.floats)) > 1][:_MOST_HELD]
    sums = [(one, other, function(one.node, other.node), sign)
        for one, other in permutations(numbers, 2)
        for function, sign in ((ADD, 1.0), (SUBTRACT, -1.0))
        if one.node.parts != other.node.parts and (sign < 0 or numbers.index(one) < numbers.index(other))
    ]  # fmt: skip
    chance = ALTERNATIVES * math.log(1 + len(sums) * len(numbers))
    for one, other, made, sign in sums:
        floats = [(a or 0.0) + sign * (b or 0.0) for a, b in zip(one.floats, other.floats, strict=True)]
        for third in numbers:
            if third.node.parts in (one.node.parts, other.node.parts):
                continue
            signs = [(a > (b or 0.0) + _NEAR) - (a < (b or 0.0) - _NEAR) for a, b in zip(floats, third.floats, strict=True)]
            for compare, held in (("<", (-1,)), (">", (1,)), ("<=", (-1, 0)), (">=", (0, 1))):
                if bits([one in held for one in signs]) == wanted and (len(held) == 1 or 0 in signs):
                    yield Condition(compared(made, compare, third.node), wanted, CONDITION["compared"] + chance, "compared")


def _of_around(bank: Bank, wanted: int, shown: Sequence[Sequence[Decimal]]) -> Iterator[Condition]:
    """A gap to the row before or after over a bound; a column that differs from the row before."""
    conditions = Conditions.shared(bank)
    for around in Around.all(bank)[:1]:
        chance = weights.ALTERNATIVES * math.log(1 + len(around.changes))
        for entry in (*around.spans, *around.steps):
            asked = _SHOWN if _is_shown(entry, wanted, shown) else 0.0
            for _, node, rows, cost in conditions.of_number(entry, "computed threshold"):
                if rows == wanted:
                    yield Condition(node, rows, 1.5 + 0.4 * entry.node.cost + cost + asked, "group")
        for entry in around.changes:
            if bits(entry.values) == wanted:
                keys = [key for one in entry.node.within() if isinstance(one, Window) for key in one.partition]
                blank = _BLANK_GROUP_COST * any(blank_share(bank.frame.values(key)) for key in keys)
                cost = 1.5 + 0.4 * entry.node.cost + chance + blank + _few_left_out(bank, wanted)
                yield Condition(entry.node, wanted, cost, "group")


def _is_shown(entry: Entry, wanted: int, shown: Sequence[Sequence[Decimal]]) -> bool:
    """Whether an output column has the number of the kept rows, in some unit of time."""
    numbers = [abs(value) for at, value in enumerate(entry.values) if wanted >> at & 1 and isinstance(value, Decimal)]
    if len(numbers) < wanted.bit_count():
        return False
    units = [unit for unit in _UNITS if any(value >= unit for value in numbers)]
    return any([value // unit for value in numbers] == [abs(text) // 1 for text in one] for one in shown for unit in units)


def _few_left_out(bank: Bank, wanted: int) -> float:
    """What it costs that only a row or two are left out: what they share with the rows around hardly tells why."""
    return (
        _ONE_LEFT_OUT_COST / max(1, bank.frame.size - wanted.bit_count()) if bank.frame.size - wanted.bit_count() < 3 else 0.0
    )


def _counts(values: Column) -> bool:
    """Whether a number or date only rises, or falls, from row to row: the first of it are the first rows, whatever they are."""
    filled = [value for value in values if value is not None]
    return len(filled) == len(values) and filled in (sorted(filled), sorted(filled, reverse=True))


def _from_each(bank: Bank, partition: Sequence[Node], wanted: int, by: Node | None = None) -> float:
    """What speaks for a choice within groups: that as many rows of each group are kept hardly happens by another rule.

    Rows without the number `by` that is chosen by, such as headings repeated, are left out in any case.
    """
    if not partition:
        return 0.0
    present = [True] * bank.frame.size if by is None else [value is not None for value in bank.frame.values(by)]
    columns = [bank.frame.values(one) for one in partition]
    sizes: dict[tuple[object, ...], list[int]] = {}
    for at, key in enumerate(zip(*columns, strict=True)):
        if present[at]:
            sizes.setdefault(key, []).append(wanted >> at & 1)
    kept = {sum(flags) for flags in sizes.values() if len(flags) > 1}
    if len(kept) != 1 or 0 in kept or any(not sum(flags) for flags in sizes.values()):
        return 0.0
    count = kept.pop()
    return min(
        _MOST_FROM_EACH, 0.8 * sum(math.log(math.comb(len(flags), count)) for flags in sizes.values() if len(flags) > count)
    )


def _unordered(bank: Bank, partition: Sequence[Node], wanted: int, by: Node | None) -> float:
    """How much less a choice within groups is spoken for since rows without what is chosen by were left out in any case."""
    if by is None or None not in bank.frame.values(by):
        return 0.0
    return _from_each(bank, partition, wanted) - _from_each(bank, partition, wanted, by)


def _of_whole_groups(bank: Bank, partition: Sequence[Node], wanted: int, cost: float) -> Iterator[Condition]:
    """What any or all rows of a group are, its sum or latest date, where groups are kept or left out as a whole."""
    groups = Groups(bank, partition, grouped(range(bank.frame.size), [bank.frame.values(one) for one in partition]))
    kept = [at for at, rows in enumerate(groups.groups) if wanted >> rows[0] & 1]
    if any(len({wanted >> at & 1 for at in rows}) > 1 for rows in groups.groups) or not 0 < len(kept) < groups.size:
        return
    # The rows of one group, or of all but one, are rather those of a value.
    evidence = wholeness(groups.groups) if 1 < len(kept) < groups.size - 1 else 0.0
    for one in having(groups, kept)[:2]:
        node = as_window(one.node, partition)
        if node is not None:
            yield Condition(node, wanted, cost - _GROUP_CONDITION_COST + one.cost - evidence, "group")


def of_groups(bank: Bank, wanted: int) -> Iterator[Condition]:
    """The first or last of each group in some order, the first few; groups of a size."""
    frame = bank.frame
    if frame.size > MOST_ROWS_FOR_WINDOWS:
        return
    texts = [(entry.node, entry.values) for entry in bank.texts]
    # Another case makes other groups only where it makes fewer.
    texts += [(one.node, one.values) for one in bank.cased if len(set(one.values)) < len(set(frame.values(one.node.parts[0])))]
    orderings: list[tuple[Node | None, bool]] = [(None, False)]
    for entry in (*bank.moments, *bank.numbers):
        orderings += [(entry.node, True), (entry.node, False)]
    ways = list(partitions(texts, frame.size))
    chance = 0.4 * math.log(len(ways))
    for partition in ways:
        cost = _GROUP_CONDITION_COST + sum(0.7 * one.cost for one in partition) + chance - _from_each(bank, partition, wanted)
        cost += sum(_BLANK_GROUP_COST * (1 + share) for one in partition if (share := blank_share(frame.values(one))))
        if partition:
            counted = Window(COUNT, None, partition)
            values = frame.values(counted)
            for least in (2, 3):
                node = is_number(counted, ">=", least)
                if bits([value >= least for value in values]) == wanted:  # type: ignore[operator]
                    yield Condition(node, wanted, cost + 1.0 + _few_left_out(bank, wanted), "group")
            node = is_number(counted, "=", 1)
            if bits([value == 1 for value in values]) == wanted:
                yield Condition(node, wanted, cost + _ALONE_COST, "group")
        for by, descending in orderings:
            if not partition and (by is None or _counts(frame.values(by))):
                continue
            if by is not None and any(value is None and wanted >> at & 1 for at, value in enumerate(frame.values(by))):
                # The newest or the least has a date or a number.
                continue
            number = Window(ROW_NUMBER, None, partition, by=by, descending=descending)
            values = frame.values(number)
            for most in (1, 2, 3, 5, 10):
                if bits([value <= most for value in values]) == wanted:  # type: ignore[operator]
                    node = is_number(number, "=" if most == 1 else "<=", most)
                    price = cost + 1.5 * (most > 1) + 1.2 * (by is not None) + 0.5 * (not partition)
                    yield Condition(node, wanted, price + _unordered(bank, partition, wanted, by), "group")
                    break
            if by is not None and partition and len(set(frame.values(by))) > _MOST_FLAGS:
                tied = Rank(by, partition, descending=descending)
                flags = frame.values(tied)
                if bits([value == 1 for value in flags]) == wanted and flags != values:
                    yield Condition(is_number(tied, "=", 1), wanted, cost + 1.5, "group")
        if len(partition) == 1:
            yield from _of_whole_groups(bank, partition, wanted, cost)
        if partition:
            last = Window(LEAD, partition[0], partition)
            if bits([value is None for value in frame.values(last)]) == wanted:
                yield Condition(
                    Function("is last", Kind.BOOLEAN, "{0} IS NULL", lambda value: value is None, 0.5, total=True)(last),
                    wanted,
                    cost + 0.8,
                    "group",
                )
