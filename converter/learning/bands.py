"""Bands of a number: texts that stand for one stretch of its values each, such as grades by points.

One choice is made, that of the number; each further bound costs only its digits. So bands are cheaper than as many conditions
that have nothing to do with each other, and they say something of values that the example never showed, as a map does not.
"""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from converter.learning import weights
from converter.learning.bank import Bank, Entry
from converter.learning.bounds import limits
from converter.learning.columns import Candidate, Target
from converter.learning.conditions import MOST_NUMBERS_PAIRED, PLAIN_NUMBER
from converter.learning.expressions.choices import Case
from converter.learning.expressions.predicates import blank, bound, is_absent
from converter.learning.names import name_cost
from converter.learning.nodes import Constant, Node

MOST_BANDS = 9
LEAST_BANDS = 3
"""Two texts are a condition and what else there is."""
_CONTRARY = {">=": "<", ">": "<="}


def bands(
    bank: Bank,
    target: Target,
    wanted: int,
    name: str | None,
    best: Callable[[int], Candidate | None],
    shown: Collection[Node] = (),
) -> Iterator[Candidate]:
    """Choices of a text by the stretch in which a number of the frame lies; `best` gives what explains the rows of one.

    `shown` are numbers that other output columns show: such a one is at hand, however long it is.
    """
    places = [at for at in range(len(target)) if wanted >> at & 1]
    texts = {target[at] for at in places}
    if not LEAST_BANDS <= len(texts) <= MOST_BANDS or len(texts) > 0.7 * len(places):
        return
    entries = [*bank.numbers, *bank.spans]
    if len(bank.numbers) <= MOST_NUMBERS_PAIRED:
        entries += bank.pairs
    chance = weights.ALTERNATIVES * math.log(max(1, len(entries)))
    for entry in entries:
        yield from _by_sign(entry, target, places, wanted, best, chance)
        made = _by(bank, entry, target, places, best)
        if made is not None:
            branches, default, cost = made
            cost += name_cost(name, entry.node) / 2
            if entry.node in shown:
                cost += weights.CONDITION["threshold"] + weights.SHOWN
            else:
                kind = "threshold" if entry.node.cost <= PLAIN_NUMBER + 1 else "computed threshold"
                cost += weights.CONDITION[kind] + chance + max(0.0, entry.node.cost - PLAIN_NUMBER)
            yield Candidate(Case(branches, default, cost), cost, wanted)


def _by_sign(
    entry: Entry, target: Target, places: Sequence[int], wanted: int, best: Callable[[int], Candidate | None], chance: float
) -> Iterator[Candidate]:
    """A text for less than nought, one for nought, one for more."""
    values = [entry.values[at] for at in places]
    if len({target[at] for at in places}) != LEAST_BANDS or Decimal(0) not in values or None in values:
        return
    signs = [(value > 0) - (value < 0) for value in values if isinstance(value, Decimal)]
    found = [best(sum(1 << at for at, one in zip(places, signs, strict=True) if one == sign)) for sign in (-1, 1, 0)]
    if len(set(signs)) == LEAST_BANDS and all(found):
        below, above, none = (one for one in found if one is not None)
        cost = weights.CONDITION["sign"] + chance + max(0.0, entry.node.cost - PLAIN_NUMBER)
        cost += sum(one.cost + weights.BAND for one in (below, above, none))
        cost += weights.SINGLE * weights.BAND_OF_ONE * sum(signs.count(sign) == 1 for sign in (-1, 1, 0))
        branches = [(bound(entry.node, "<", Decimal(0)), below.node), (bound(entry.node, ">", Decimal(0)), above.node)]
        yield Candidate(Case(branches, none.node, cost), cost, wanted)


def _by(
    bank: Bank, entry: Entry, target: Target, places: Sequence[int], best: Callable[[int], Candidate | None]
) -> tuple[list[tuple[Node, Node]], Node, float] | None:
    """The branches and the default by one number, with their cost without that of the number."""
    absent = [at for at in places if not isinstance(entry.values[at], Decimal)]
    ordered = sorted((at for at in places if isinstance(entry.values[at], Decimal)), key=lambda at: entry.values[at])  # type: ignore[arg-type,return-value]
    stretches = [list(run) for _, run in groupby(ordered, key=lambda at: target[at])]
    if not LEAST_BANDS <= len(stretches) <= MOST_BANDS or len({target[run[0]] for run in stretches}) < len(stretches):
        return None
    gaps: list[tuple[Decimal, Decimal]] = []
    for low, high in pairwise(stretches):
        below, above = entry.values[low[-1]], entry.values[high[0]]
        if not isinstance(below, Decimal) or not isinstance(above, Decimal) or below == above:
            return None
        gaps.append((below, above))
    cost, branches = _blanks(bank, entry, target, absent)
    if branches is None:
        return None
    nodes: list[Node] = []
    for run in stretches:
        one = best(sum(1 << at for at in run))
        if one is None:
            return None
        nodes.append(one.node)
        cost += one.cost + weights.BAND + weights.SINGLE * weights.BAND_OF_ONE * (len(run) == 1)
    sign, limits_, digits = _limits(gaps)
    # From the highest band down; the lowest is what is left.
    default, *higher = nodes
    branches += [(bound(entry.node, sign, limit), node) for limit, node in zip(limits_[::-1], higher[::-1], strict=True)]
    # A blank is in no band: where the example does not say what becomes of it, it stays one.
    if absent and not any(target[at] is not None for at in absent) and default.key != Constant(None).key:
        branches.append((bound(entry.node, _CONTRARY[sign], limits_[0]), default))
        default = Constant(None)
    return branches, default, cost + digits


def _blanks(bank: Bank, entry: Entry, target: Target, absent: Sequence[int]) -> tuple[float, list[tuple[Node, Node]] | None]:
    """The branch for rows without the number: none is needed where these are blank; None where they differ."""
    texts = {target[at] for at in absent}
    if not texts or texts == {None}:
        return 0.0, []
    source = next((one.node for one in bank.texts if one.node in entry.node.parts), None)
    if len(texts) > 1:
        return 0.0, None
    lacks = is_absent(entry.node) if source is None else blank(source)
    return weights.CONDITION["blank"] + weights.BRANCH, [(lacks, Constant(next(iter(texts))))]


def _limits(gaps: Sequence[tuple[Decimal, Decimal]]) -> tuple[str, list[Decimal], float]:
    """One way to write the bound for all gaps, the one of the roundest limits."""
    choices: list[tuple[float, str, list[Decimal]]] = []
    for sign in (">=", ">"):
        of_sign = ([(cost, limit) for mark, limit, cost in limits(low, high) if mark == sign] for low, high in gaps)
        found = [min(one) for one in of_sign if one]
        if len(found) == len(gaps):
            choices.append((sum(cost for cost, _ in found), sign, [limit for _, limit in found]))
    if not choices:
        # Some limits are the value below, some the value above: the one above is always a limit.
        return ">=", [high for _, high in gaps], 2.0 * len(gaps)
    cost, sign, found_limits = min(choices, key=lambda one: one[0])
    return sign, found_limits, cost
