"""A number with a percentage of it added, taken off, or taken out again, the percentage being another column.

Value added tax, discounts, scrap, tips: the rate stands in the row; where it is blank there is none. And what one number is
more or less than another, in percent or as a share of either: growth, margins, reductions.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import islice, permutations

from converter.learning.bank import Bank, Entry
from converter.learning.constants import Wanted, wanted_of
from converter.learning.expressions.numbers import MULTIPLY, scaled
from converter.learning.kinds import Kind
from converter.learning.nodes import Function, Node
from converter.learning.proposals.goal import Goal
from converter.learning.steps.windows import PERCENT_CHANGE
from converter.learning.values.number_formats import NumberFormat

MOST_RATES, MOST_AMOUNTS = 10, 40
MOST_RATED = 4
"""So many columns are taken for percentages where groups are added up."""
_HIGHEST = 100.0
_COST = -0.5
"""That a column is named as a rate or so says what it is for."""


MOST_CHANGING = 12
LEAST_SHARES, LEAST_WHOLE = 2, 3
"""So many different numbers have to agree; more where they are whole, as numbers up to a hundred are hit by chance."""


def _less(template: str, whole: int) -> Function:
    def compute(one: Decimal, base: Decimal) -> Decimal | None:
        return whole * (base - one) / base if base else None

    return Function("less than", Kind.NUMBER, template, compute, 2.0, (whole,), exact=False)


def _change(one: Decimal, base: Decimal) -> Decimal | None:
    return (one - base) / base if base else None


_PERCENT_LESS = _less("100 * ({1} - {0}) / nullif({1}, 0)", 100)
_SHARE_LESS = _less("({1} - {0}) / nullif({1}, 0)", 1)
_CHANGE = Function("change", Kind.NUMBER, "({0} - {1}) / nullif({1}, 0)", _change, 2.0, exact=False)


def _functions(whole: int) -> tuple[Function, ...]:
    """What is done with an amount and its rate, of which `whole` is all: 100 for percent, 1 for a share."""
    over = f" / {whole}" if whole > 1 else ""
    out = f"{{0}} * {whole} / ({whole} + {{1}})" if whole > 1 else "{0} / (1 + {1})"

    def made(name: str, template: str, compute: Callable[[Decimal, Decimal], Decimal], cost: float) -> Function:
        return Function(name, Kind.NUMBER, template, compute, cost, (whole,), exact=False)

    return (
        made("plus percent", f"{{0}} * ({whole} + {{1}}){over}", lambda one, rate: one * (whole + rate) / whole, 1.5),
        made("less percent", f"{{0}} * ({whole} - {{1}}){over}", lambda one, rate: one * (whole - rate) / whole, 1.5),
        made("without percent", out, lambda one, rate: one * whole / (whole + rate), 2.0),
        made("percent within", f"{{0}} * {{1}} / ({whole} + {{1}})", lambda one, rate: one * rate / (whole + rate), 2.0),
    )


_OF = {100: _functions(100), 1: _functions(1)}


def percentages(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Amounts, and products of two, with a rate of the row."""
    numeric = goal.numeric
    if numeric is None or not numeric.formats or len(goal.places) < 2:
        return
    format = numeric.formats[0]
    wanted = wanted_of(numeric.values, format)
    yield from _changes(goal, format, wanted)
    bank = goal.bank
    rates = [entry for entry in bank.zeroed if bank.frame.combines(entry.node) and _is_rate(entry, wanted)][:MOST_RATES]
    if not rates:
        return
    products = (entry for entry in bank.pairs if entry.node.key[0] == "multiply")
    for amount in (*bank.zeroed[:MOST_AMOUNTS], *islice(products, MOST_AMOUNTS)):
        for rate in rates:
            if amount.node.sources & rate.node.sources:
                continue
            whole = 1 if all(abs(rate.floats[at] or 0.0) <= 1 for at, _, _ in wanted) else 100
            for at, function in enumerate(_OF[whole]):
                if _fits(amount, rate, whole, at, wanted):
                    yield goal.written(function(amount.node, rate.node), format), _COST


def rated(bank: Bank) -> list[Entry]:
    """Numbers by the percentages that another column has, made once: their shares, what they are with these or less these."""
    kept: list[Entry] | None = bank.__dict__.get("_rated")
    if kept is None:
        numbers = bank.numbers[:MOST_CHANGING]
        rates = [one for one in numbers if _are_percent(one.floats)]
        pairs = [
            (amount.node, rate.node)
            for rate in rates[:MOST_RATED]
            for amount in numbers
            if not amount.node.sources & rate.node.sources
        ]
        shares = [scaled(MULTIPLY(*pair), Decimal("0.01"), 1.0) for pair in pairs]
        changed = [function(*pair) for pair in pairs for function in _OF[100][:2]]
        kept = bank.__dict__["_rated"] = [bank.made(node) for node in (*shares, *changed)]
    return kept


def _are_percent(values: Sequence[float | None]) -> bool:
    filled = [value for value in values if value is not None]
    return all(0 <= value <= _HIGHEST for value in filled) and max(filled, default=0.0) > 1


def _changes(goal: Goal, format: NumberFormat, wanted: Wanted) -> Iterator[tuple[Node, float]]:
    """By how much one number is more or less than another, as a share of one of the two."""
    if len({value for _, value, _ in wanted}) < (LEAST_WHOLE if format.places == 0 else LEAST_SHARES):
        return
    entries = [
        entry
        for entry in goal.bank.numbers
        if goal.bank.frame.combines(entry.node) and all(entry.floats[at] is not None for at, _, _ in wanted)
    ][:MOST_CHANGING]
    for one, other in permutations(entries, 2):
        if one.node.sources == other.node.sources:
            continue
        for whole, function in ((100, PERCENT_CHANGE), (100, _PERCENT_LESS), (1, _CHANGE), (1, _SHARE_LESS)):
            if all(_is_change(one, other, whole, function, row) for row in wanted):
                yield goal.written(function(one.node, other.node), format), 0.0


def _is_change(one: Entry, other: Entry, whole: int, function: Function, row: tuple[int, float, float]) -> bool:
    at, value, near = row
    mine, base = one.floats[at] or 0.0, other.floats[at] or 0.0
    if not base:
        return False
    made = whole * (mine - base) / base
    return abs((made if function in (PERCENT_CHANGE, _CHANGE) else -made) - value) <= near * 1.000001 + 1e-9


def _is_rate(entry: Entry, wanted: Wanted) -> bool:
    values = [entry.floats[at] for at, _, _ in wanted]
    return all(value is not None and 0 <= value < _HIGHEST for value in values) and any(values)


def _fits(amount: Entry, rate: Entry, whole: int, function: int, wanted: Wanted) -> bool:
    for at, value, near in wanted:
        one, share = amount.floats[at], rate.floats[at]
        if one is None or share is None:
            return False
        share /= whole
        made = (one * (1 + share), one * (1 - share), one / (1 + share), one * share / (1 + share))[function]
        if abs(made - value) > near * 1.000001 + 1e-9:
            return False
    return True
