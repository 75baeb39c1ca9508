"""Sums in which the rows of some kinds count as negative: receipts less issues, deposits less withdrawals."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from converter.learning import weights
from converter.learning.conditions import Conditions
from converter.learning.expressions.predicates import differs, equals, member
from converter.learning.kinds import Kind
from converter.learning.listings import values_of
from converter.learning.nodes import Function, Node
from converter.learning.steps.grouping import SUM, Aggregate, Groups
from converter.learning.values.number_formats import NumberFormat, numeric_target

MOST_SIGNED = 400
_MOST_CONDITIONS, _MOST_NUMBERS = 20, 8
_MOST_KINDS = 6
"""A column of more values is none of kinds of rows."""


def signed_sums(groups: Groups, target: Sequence[str | None]) -> Iterator[tuple[Node, float]]:
    """Sums of a column that counts as negative in some rows: in those that one condition names, or those of some kinds."""
    numeric = numeric_target(tuple(target))
    if numeric is None or not numeric.formats or groups.base.size > MOST_SIGNED:
        return
    format = numeric.formats[0]
    found = list(_by_condition(groups, numeric.values, format)) or _by_kinds(groups, numeric.values, format)
    for condition, amount, cost in found:
        yield format.of(Aggregate(SUM, SIGNED_BY(condition, amount))), 0.5 * cost


def _by_condition(groups: Groups, wanted: Sequence[Decimal | None], format: NumberFormat) -> Iterator[tuple[Node, Node, float]]:
    below = groups.bank_below
    held = (one for one in Conditions.shared(below).all() if one.kind == "equal" and not one.node.looks_around)
    for one in sorted(held, key=lambda one: one.cost)[:_MOST_CONDITIONS]:
        for entry in below.numbers[:_MOST_NUMBERS]:
            floats = [
                None if value is None else value if one.rows >> at & 1 else -value for at, value in enumerate(entry.floats)
            ]
            if sums_are(groups, floats, wanted, format):
                yield one.node, entry.node, one.cost


def _by_kinds(groups: Groups, wanted: Sequence[Decimal | None], format: NumberFormat) -> Iterator[tuple[Node, Node, float]]:
    """The condition, the amount and the condition's cost where each of a column's few values has a sign of its own."""
    below = groups.bank_below
    conditions = Conditions.shared(below)
    for entry in below.texts:
        rows_of = values_of(entry.values)
        repeated, rarity = conditions.rarity(entry.node, rows_of)
        # Two kinds are told by one condition.
        if not 2 < len(rows_of) <= min(_MOST_KINDS, groups.size + 1) or not repeated or None in entry.values:
            continue
        kinds = list(rows_of)
        at_of = [kinds.index(str(value)) for value in entry.values]
        for number in below.numbers[:_MOST_NUMBERS]:
            for signs in product((1.0, -1.0), repeat=len(kinds)):
                floats = [None if value is None else value * signs[at_of[at]] for at, value in enumerate(number.floats)]
                if len(set(signs)) > 1 and sums_are(groups, floats, wanted, format):
                    added = [kind for kind, sign in zip(kinds, signs, strict=True) if sign > 0]
                    chance = weights.ALTERNATIVES * math.log(len(below.texts) * 2 ** len(kinds))
                    yield _is_one_of(entry.node, added, kinds), number.node, weights.CONDITION["member"] + rarity + chance


def _is_one_of(node: Node, added: Sequence[str], kinds: Sequence[str]) -> Node:
    if len(added) == 1:
        return equals(node, added[0])
    rest = [kind for kind in kinds if kind not in added]
    return differs(node, rest[0]) if len(rest) == 1 else member(node, added)


def sums_are(groups: Groups, floats: Sequence[float | None], values: Sequence[Decimal | None], format: NumberFormat) -> bool:
    """Whether the numbers' sums in the groups are these values, as the format writes them."""
    tolerance = 0.5 * 10.0**-format.places * 1.000001 if format.places is not None else 1e-9
    hits = 0
    for rows, wanted in zip(groups.groups, values, strict=True):
        if wanted is None:
            continue
        total = sum(floats[at] or 0.0 for at in rows)
        if abs(total - float(wanted)) > tolerance:
            return False
        hits += 1
    return hits > 0


SIGNED_BY = Function(
    "signed by",
    Kind.NUMBER,
    "CASE WHEN {0} THEN {1} ELSE -{1} END",
    lambda held, value: _signed_by(held, value),
    1.0,
    total=True,
)


def _signed_by(held: object, value: Decimal | None) -> Decimal | None:
    return None if value is None else value if held else -value
