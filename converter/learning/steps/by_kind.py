"""Columns of groups that each tell of the rows of one kind: passed, failed and skipped; in and out; gains and losses.

One such column alone may fit by chance. Several that ask for different values of the same column hardly do, so they are
looked for together, over all output columns; so is one that is named by the very value that it asks for.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from converter.learning.bank import Bank, Entry
from converter.learning.conditions import Condition, Conditions
from converter.learning.expressions.numbers import NEGATE, NOT_ZERO, OR_ZERO
from converter.learning.expressions.predicates import equals, negation
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Apply, Node
from converter.learning.steps.grouping import (
    AVERAGE,
    COUNT,
    FIRST,
    LAST,
    MAXIMUM,
    MINIMUM,
    SUM,
    Aggregate,
    AggregateFunction,
    Groups,
)
from converter.learning.values.number_formats import NumericTarget, numeric_target
from converter.learning.wording import names_value

MOST_ROWS = 500
MOST_CONDITIONS, MOST_NUMBERS, MOST_OF_A_SET = 300, 12, 3
_KINDS = ("blank", "sign", "equal", "member", "pattern", "starts", "contains")
_PLACE = 1.2
"""What a column costs beside its aggregate: which of the values it asks for."""
_FUNCTION = 0.8
"""What it costs to do another thing with the rows of a kind than the sisters do."""
_NAMED = -1.0
"""The column is named by the value that it asks for."""
_ALONE = 1.0
"""All columns ask the same: the other rows are rather left out before grouping."""
_LEAST_NAMED = 0.5
LEAST_OF_DATA = 3
"""So many columns, named by all values of a column, are rather those of the data."""
_CONTRARY = 0.5
_FURTHER = 1.1
"""Another value of a column that is asked already."""
_LISTED = 1.1
"""Each value more that a list of values has, which are known by heart."""
_NEVER_SEVERAL = 1.0
"""No group has two rows of any kind, so that none shows that they are added: one may as well be picked."""
_SURE = 3.5
"""So much more (nats) the cells have to say than the choice of column and values does."""
_NEAR = 1e-9
_MOST_OF_CELL = 7.0
_ALIKE = 0.3
"""Cells that are all alike say so much less."""
Target = tuple[str | None, ...]
Made = dict[tuple[Target, str | None], tuple[Node, float]]


@dataclass(frozen=True)
class _Fit:
    """An aggregate of the rows of a kind that is what an output column shows."""

    at: int
    function: AggregateFunction
    argument: Node | None
    condition: Condition
    negative: bool
    lacking: Decimal | None
    """What is shown where a group has no such row; 1 where all have some."""
    named: float
    several: bool
    """Whether some group has several rows of the kind."""

    @property
    def cost(self) -> float:
        return 0.5 * self.condition.cost - 4.0 * self.named + (0.0 if self.function in (COUNT, SUM) else 2.0)


def by_kind(groups: Groups, expected: Sequence[Target], labels: Sequence[str | None]) -> Made:
    """The columns that tell of the rows of a kind each, by target and name, with their expressions and costs."""
    if groups.base.size > MOST_ROWS or groups.size == groups.base.size:
        return {}
    keys = {groups.values(ref) for ref in groups.refs if ref.is_key}
    targets = {
        at: one
        for at, column in enumerate(expected)
        if tuple(column) not in keys and (one := numeric_target(column)) is not None and one.formats
    }
    found: dict[frozenset[str], dict[int, list[_Fit]]] = defaultdict(lambda: defaultdict(list))
    for fit in _fits(groups, targets, labels):
        found[fit.condition.node.sources][fit.at].append(fit)
    families = [members for held in found.values() if (members := _family(held))]
    plain = {at for at, target in targets.items() if _is_plain(groups, target)}
    of_data = [one for one in families if _are_of_data(groups.bank_below, one, labels)]
    # Another column that tells the same rows apart does not make them others.
    asked = {ask for one in of_data for ask in _asks(one)}
    families = [one for one in families if _is_sure(one, targets, plain) and not _asks(one) <= asked]
    made: Made = {}
    for family in sorted(families, key=lambda one: -sum(_says(targets[fit.at]) - fit.cost for fit in one)):
        zeroed = any(fit.lacking == 0 and fit.function is SUM for fit in family)
        usual = max((fit.function for fit in family), key=lambda one: sum(fit.function is one for fit in family))
        alone = len({fit.condition.rows for fit in family}) == 1
        picked = not any(fit.several for fit in family)
        for fit in family:
            key = (tuple(expected[fit.at]), labels[fit.at])
            told = _ALONE if alone and len(family) > 1 else _NAMED * (fit.named >= _LEAST_NAMED)
            cost = fit.function.cost + _PLACE + told + _FUNCTION * (fit.function is not usual)
            cost += _NEVER_SEVERAL * (picked and fit.named < _LEAST_NAMED) + _LISTED * _listed(fit.condition.node)
            made.setdefault(key, (_written(fit, targets[fit.at], zeroed), cost))
    return made


def _listed(condition: Node) -> int:
    """How many values a condition lists beyond the first."""
    if isinstance(condition, Apply) and condition.function.name in ("in", "not in"):
        return len(condition.function.parameters) - 1
    return 0


def _asks(family: Sequence[_Fit]) -> set[tuple[int, int]]:
    return {(fit.at, fit.condition.rows) for fit in family}


def _written(fit: _Fit, target: NumericTarget, zeroed: bool) -> Node:
    node: Node = Aggregate(fit.function, fit.argument, fit.condition.node)
    if fit.negative:
        node = NEGATE(node)
    if fit.function is COUNT and fit.lacking is None:
        node = NOT_ZERO(node)
    if fit.function is not COUNT and (fit.lacking == 0 or (zeroed and fit.function is SUM)):
        node = OR_ZERO(node)
    return target.formats[0].of(node)


def _conditions(groups: Groups) -> Iterator[Condition]:
    """Plain conditions on the rows, for each set of rows some that ask different columns."""
    shared = Conditions.shared(groups.bank_below)
    full = (1 << groups.base.size) - 1
    count = 0
    for rows, held in list(shared.by_rows.items()):
        seen: set[frozenset[str]] = set()
        for one in held:
            if one.kind not in _KINDS or one.node.looks_around or one.node.sources in seen or len(seen) == MOST_OF_A_SET:
                continue
            seen.add(one.node.sources)
            count += 1
            yield one
            if one.kind == "pattern":
                yield Condition(negation(one.node), full & ~rows, one.cost + _CONTRARY, one.kind)
        if count > MOST_CONDITIONS:
            return


def _fits(groups: Groups, targets: dict[int, NumericTarget], labels: Sequence[str | None]) -> Iterator[_Fit]:
    masks = [sum(1 << at for at in rows) for rows in groups.groups]
    numbers = groups.bank_below.numbers[:MOST_NUMBERS]
    for condition in _conditions(groups):
        inside = [[at for at in rows if condition.rows >> at & 1] for rows in groups.groups]
        counts = [(condition.rows & mask).bit_count() for mask in masks]
        named = {at: names_value(condition.node, labels[at]) for at in targets}
        whole = all(len(mine) == len(rows) for mine, rows in zip(inside, groups.groups, strict=True))
        if whole:
            continue
        for at, target in targets.items():
            if any(counts) and all((value or 0) == count for value, count in zip(target.values, counts, strict=True)):
                lacking = {value for value, count in zip(target.values, counts, strict=True) if not count}
                if len(lacking) < 2:
                    yield _Fit(at, COUNT, None, condition, False, next(iter(lacking), Decimal(1)), named[at], max(counts) > 1)
        for entry in numbers:
            own = bool(entry.node.sources & condition.node.sources)
            if own and condition.kind != "sign":
                continue
            for function, compute in _COMPUTED[: 1 if own else None]:
                for at, sign, none in _shown(groups, targets, inside, entry, function, compute):
                    yield _Fit(at, function, entry.node, condition, sign < 0, none, named[at], max(counts) > 1)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


_COMPUTED: tuple[tuple[AggregateFunction, Callable[[Sequence[float]], float]], ...] = (
    (SUM, math.fsum),
    (MAXIMUM, max),
    (MINIMUM, min),
    (AVERAGE, _mean),
)


def _shown(
    groups: Groups,
    targets: Mapping[int, NumericTarget],
    inside: Sequence[Sequence[int]],
    entry: Entry,
    function: AggregateFunction,
    compute: Callable[[Sequence[float]], float],
) -> Iterator[tuple[int, int, Decimal | None]]:
    """The columns that show the number's aggregate over the rows within: place, sign, what stands where there are none."""
    active = {(at, sign) for at in targets for sign in ((1, -1) if function is SUM else (1,))}
    lacking: dict[tuple[int, int], set[Decimal | None]] = {key: set() for key in active}
    several = False
    for place, rows in enumerate(inside):
        values = [value for at in rows if (value := entry.floats[at]) is not None]
        several = several or len(values) > 1
        total = compute(values) if values else None
        for at, sign in list(active):
            wanted, near = targets[at].values[place], targets[at].formats[0].tolerance(0.0) + _NEAR
            if total is None:
                lacking[at, sign].add(wanted)
                fits = wanted in (None, 0) and len(lacking[at, sign]) == 1
            else:
                fits = wanted is not None and abs(sign * total - float(wanted)) <= near
            if not fits:
                active.discard((at, sign))
        if not active:
            return
    if function is not SUM and not several:
        return
    whole = groups.values(Aggregate(function, entry.node))
    for at, sign in active:
        written = targets[at].values
        if any(written) and not _are_near(whole, written, sign):
            yield at, sign, next(iter(lacking[at, sign]), Decimal(1))


def _are_near(one: Column, other: Sequence[Decimal | None], sign: int, near: float = _NEAR) -> bool:
    """Whether the aggregate over all rows is the same: then nothing is asked of them."""
    pairs = zip(one, other, strict=True)
    return all(
        a is b is None or (isinstance(a, Decimal) and b is not None and abs(sign * float(a) - float(b)) <= near)
        for a, b in pairs
    )


def _family(held: dict[int, list[_Fit]]) -> list[_Fit]:
    """The fits of columns that go together: for each the likeliest, no two of them the same."""
    chosen: list[_Fit] = []
    taken: set[tuple[str, Node | None, int]] = set()
    usual: dict[Node | None, int] = defaultdict(int)
    for fits in held.values():
        for argument in {fit.argument for fit in fits}:
            usual[argument] += 1
    ranked = sorted(
        (min(fits, key=lambda fit: (fit.cost - usual[fit.argument], len(fit.condition.node.key))) for fits in held.values()),
        key=lambda fit: fit.cost,
    )
    for best in ranked:
        for fit in sorted(held[best.at], key=lambda fit: fit.cost - usual[fit.argument]):
            key = (fit.function.name, fit.argument, fit.condition.rows)
            if key not in taken:
                taken.add(key)
                chosen.append(fit)
                break
    return _kinds(chosen)


def _kinds(family: Sequence[_Fit]) -> list[_Fit]:
    """The family without those that ask for another value than one that no sister asks for: that is no kind, unless all do."""
    if len({fit.condition.rows for fit in family}) == 1:
        return list(family)
    kept = {fit.condition.rows for fit in family if not _is_other(fit)}
    if not kept:
        usual = Counter(fit.condition.rows for fit in family).most_common(1)[0][0]
        return [fit for fit in family if fit.condition.rows == usual]
    return [fit for fit in family if not _is_other(fit) or not any(rows & fit.condition.rows for rows in kept)]


def _is_other(fit: _Fit) -> bool:
    return isinstance(fit.condition.node, Apply) and fit.condition.node.function.name in ("differs", "not in")


def _are_of_data(bank: Bank, family: Sequence[_Fit], labels: Sequence[str | None]) -> bool:
    """Whether the columns are a column's values in the order of the data: a further file may have others."""
    ordered = sorted(family, key=lambda fit: fit.at)
    parts = ordered[0].condition.node.parts
    values = bank.frame.values(parts[0]) if parts else ()
    seen = [value for value in dict.fromkeys(values) if isinstance(value, str) and value]
    asked = [value for fit in ordered for value in seen if fit.condition.node == equals(parts[0], value)]
    # A heading may say more beside the value; and columns that are no numbers throughout are of the data with the others.
    named = [value for label in labels for value in seen if value in (label or "")]
    if len(named) < LEAST_OF_DATA or len(asked) < len(family):
        return False
    if len(named) != len(seen) or set(seen) != set(named):
        return False
    codes = [
        [next(entry.values[at] for at, value in enumerate(values) if value == name) for name in named] for entry in bank.numbers
    ]
    return any(one in (named, named[::-1]) for one in (seen, sorted(seen, key=str))) or any(
        None not in one and len(set(one)) == len(one) and one == sorted(one, key=str) for one in codes
    )


def _says(target: NumericTarget) -> float:
    """How much the cells say, in nats: large numbers are hardly met by chance, nor are numbers that differ."""
    differ = len(set(target.values)) > 1
    said = sum(min(_MOST_OF_CELL, math.log(2 + _size(value))) for value in target.values)
    return said if differ or len(target.values) == 1 else _ALIKE * said


def _size(value: Decimal | None) -> float:
    """The number without its decimal point, where it has one: as many others there might be."""
    digits = (value or Decimal(0)).normalize().as_tuple().digits
    return max(abs(float(value or 0)), float("".join(map(str, digits))))


def _is_plain(groups: Groups, target: NumericTarget) -> bool:
    """Whether an aggregate of all rows is what the column shows."""
    near = target.formats[0].tolerance(0.0) + _NEAR
    return any(
        _are_near(groups.values(ref), target.values, 1, near)
        for ref in groups.refs
        if isinstance(ref, Aggregate) and ref.kind is Kind.NUMBER and ref.function not in (FIRST, LAST)
    )


def _is_sure(family: Sequence[_Fit], targets: dict[int, NumericTarget], plain: Collection[int]) -> bool:
    named = [fit for fit in family if fit.named >= _LEAST_NAMED]
    conditions = {fit.condition.rows for fit in family}
    # What all rows give as well says nothing of kinds.
    telling = [fit for fit in family if fit.at not in plain]
    # Columns of several kinds tell of each other; of one kind each has to say so by itself.
    if not telling or (len(family if len(conditions) > 1 else telling) < 2 and not named):
        return False
    # Which column is asked is chosen once, for each further output column but one of its values.
    chance = max(fit.condition.cost for fit in family) + _FURTHER * (len(conditions) - 1)
    said = sum(_says(targets[fit.at]) for fit in family) + 3.0 * len(named) + 2.0 * (len(conditions) > 1)
    return said - chance > _SURE
