"""Numbers times a factor or plus an amount, sums of neighbouring columns, three numbers put together."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from converter.learning import constants, weights
from converter.learning.bank import Bank, Entry
from converter.learning.expressions import numbers as arithmetic
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, Constant, Node
from converter.learning.proposals.goal import Goal
from converter.learning.steps.windows import GROUP_SUM, PERCENT_OF, Window

_ROUNDED = Decimal("0.000001")
MOST_SUMMED = 60
_UNITS = (60, 3600, 86_400)
"""The seconds of a minute, an hour and a day."""
MOST_IN_TRIPLES = 10
MOST_SPANS = 12
_AGREED = -4.0
"""Two factors of few digits with which every row agrees are hardly chance, however long they are to write."""
LEAST_WEIGHTED = 4
"""So many different numbers have to agree on two factors."""

LEAST_SHARES, SHARE_COST = 2, -3.5
"""What adds up to a hundred is shares of a whole, hardly by chance."""
LEAST_TOLD = 3
"""So many different numbers have to be shown before others are taken to be rounded to them."""


def scaled(goal: Goal, entries: Sequence[Entry], *, widely: bool = False) -> Iterator[tuple[Node, float]]:
    """Numbers times a factor or plus an amount, as the rows show it; both at once where it is asked for `widely`."""
    numeric = goal.numeric
    if numeric is None:
        return
    for format in [numeric.formats[0], *(one for one in numeric.formats[1:] if one.places is None and not one.float_like)]:
        wanted = constants.wanted_of(numeric.values, format)
        told = {value for value in numeric.values if value is not None}
        for entry in entries:
            if len(told) < LEAST_TOLD <= len({entry.values[at] for at in goal.places}):
                continue  # Rounded hard enough, any numbers become yes and no.
            if goal.bank.frame.is_grouped and entry.node.is_count and format.places == 0:
                continue  # What is counted is no measure.
            for node, cost in constants.fitted(entry, wanted, widely=widely):
                yield goal.written(node, format), cost + weights.NOT_SHOWN * (format.places == 0 and _hides_parts(goal, node))


def whole_units(goal: Goal, spans: Sequence[Entry]) -> Iterator[tuple[Node, float]]:
    """How many whole minutes, hours or days a span of time has."""
    numeric = goal.numeric
    if numeric is None or numeric.formats[0].places != 0:
        return
    wanted = [(at, float(value)) for at in goal.places if (value := numeric.values[at]) is not None]
    for size in _UNITS:
        for entry in spans:
            given = [(entry.floats[at], value) for at, value in wanted]
            if len(given) > 1 and all(seconds is not None and seconds // size == value for seconds, value in given):
                yield (
                    goal.written(arithmetic.WHOLE(arithmetic.scaled(entry.node, 1 / Decimal(size), 1.0)), numeric.formats[0]),
                    0.0,
                )


def _hides_parts(goal: Goal, node: Node) -> bool:
    """Whether whole numbers come of parts, though no row shows that they are rounded: a further row may show them."""
    factor = node.parts[-1] if len(node.parts) > 1 else None
    if not isinstance(factor, Constant) or not isinstance(factor.value, Decimal) or not isinstance(node, Apply):
        return False
    if node.function is not arithmetic.DIVIDE_BY and factor.value == factor.value.to_integral():
        given = [goal.bank.frame.values(node.parts[0])[at] for at in goal.places]
        places = {max(0, -int(value.as_tuple().exponent)) for value in given if isinstance(value, Decimal)}
        if len(places) == 1:
            return False  # Whole numbers, or amounts told in their smaller unit.
    values = [goal.bank.frame.values(node)[at] for at in goal.places]
    return all(isinstance(value, Decimal) and abs(value - round(value)) < _ROUNDED for value in values)


def weighted(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Two numbers, each times a factor of its own, added up: parts of a mark that count for so much each."""
    numeric = goal.numeric
    if numeric is None:
        return
    format = numeric.formats[0]
    wanted = constants.wanted_of(numeric.values, format)
    if len({value for _, value, _ in wanted}) < LEAST_WEIGHTED:
        return
    bank = goal.bank
    entries = [entry for entry in bank.zeroed if bank.frame.combines(entry.node)][:MOST_IN_TRIPLES]
    for one, other in combinations(entries, 2):
        if _source(one) == _source(other):
            continue
        # Blanks count as nothing.
        pair = [(one.floats[at] or 0.0, other.floats[at] or 0.0, value, near) for at, value, near in wanted]
        factors = _weights(pair)
        if factors is None:
            continue
        parts = [arithmetic.scaled(entry.node, factor, 1.0) for entry, factor in zip((one, other), factors, strict=True)]
        digits = sum(len(factor.normalize().as_tuple().digits) for factor in factors)
        yield goal.written(arithmetic.ADD(*parts), format), _AGREED + weights.DIGIT * digits


def _weights(pairs: Sequence[tuple[float, float, float, float]]) -> tuple[Decimal, Decimal] | None:
    """The two factors of few digits, above zero, with which every row agrees: least squares, rounded."""
    aa = sum(a * a for a, _, _, _ in pairs)
    bb = sum(b * b for _, b, _, _ in pairs)
    ab = sum(a * b for a, b, _, _ in pairs)
    ac = sum(a * c for a, _, c, _ in pairs)
    bc = sum(b * c for _, b, c, _ in pairs)
    determinant = aa * bb - ab * ab
    if determinant <= 1e-9 * aa * bb:
        return None
    first, second = (ac * bb - bc * ab) / determinant, (bc * aa - ac * ab) / determinant
    for places in range(4):
        one, other = Decimal(f"{first:.{places}f}"), Decimal(f"{second:.{places}f}")
        if one > 0 and other > 0 and all(abs(float(one) * a + float(other) * b - c) <= near for a, b, c, near in pairs):
            return None if one == other == 1 else (one, other)
    return None


def sums(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Sums over neighbouring columns, blanks as zero."""
    numeric = goal.numeric
    if numeric is None or len(goal.bank.zeroed) < 3:
        return
    bank = goal.bank
    entries = [zeroed for entry, zeroed in zip(bank.numbers, bank.zeroed, strict=True) if bank.frame.combines(entry.node)][
        :MOST_SUMMED
    ]
    places = numeric.formats[0].places
    tolerance = 0.5 * 10.0**-places * 1.000001 if places is not None else 1e-9
    wanted = [(at, float(value)) for at, value in enumerate(numeric.values) if value is not None]
    for start in range(len(entries) - 2):
        totals = [0.0] * goal.size
        for end in range(start, len(entries)):
            floats = entries[end].floats
            if any(floats[at] is None for at, _ in wanted):
                break
            for at, _ in wanted:
                totals[at] += floats[at]  # type: ignore[operator]
            if end >= start + 2 and all(abs(totals[at] - value) <= tolerance for at, value in wanted):
                node: Node = entries[start].node
                for entry in entries[start + 1 : end + 1]:
                    node = arithmetic.ADD(node, entry.node)
                for format in numeric.formats:
                    yield goal.written(node, format), 4.0 - 0.8 * node.cost


def over_columns(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Averages over neighbouring columns, blanks left out; averages and sums of what one map makes of several columns."""
    numeric = goal.numeric
    if numeric is None:
        return
    entries = [entry for entry in goal.bank.numbers if goal.bank.frame.combines(entry.node)][:MOST_SUMMED]
    for name, columns in (("avg", entries), ("avg", goal.bank.sisters), ("sum", goal.bank.sisters)):
        for format in numeric.formats[:2]:
            if name == "avg" and format.places == 0:
                # Whole numbers are hit by too many averages.
                continue
            for start, end in _averaged(name, columns, numeric.values, format.places):
                nodes = [entry.node for entry in columns[start:end]]
                node = arithmetic.over_columns(name, len(nodes))(*nodes)
                yield goal.written(node, format), 1.0 - 0.85 * sum(one.cost for one in nodes)


def _averaged(
    name: str, entries: Sequence[Entry], values: Sequence[Decimal | None], places: int | None
) -> Iterator[tuple[int, int]]:
    """The runs of neighbouring columns, two at least, whose average or sum is wanted."""
    tolerance = 0.5 * 10.0**-places * 1.000001 if places is not None else 1e-9
    wanted = [(at, float(value)) for at, value in enumerate(values) if value is not None]
    if len({value for _, value in wanted}) < 2:
        return
    for start in range(len(entries) - 1):
        totals, counts = [0.0] * len(values), [0] * len(values)
        for end in range(start, len(entries)):
            for at, _ in wanted:
                value = entries[end].floats[at]
                if value is not None:
                    totals[at] += value
                    counts[at] += 1
            if end > start and all(
                counts[at] and abs((totals[at] / counts[at] if name == "avg" else totals[at]) - value) <= tolerance
                for at, value in wanted
            ):
                yield start, end + 1


def shares(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Numbers in percent, or as parts, of their total: the column itself adds up to a hundred, or one."""
    numeric = goal.numeric
    if numeric is None or len(goal.places) < LEAST_SHARES or len(goal.places) < goal.size:
        return
    for format in numeric.formats[:2]:
        wanted = constants.wanted_of(numeric.values, format)
        whole = sum(value for _, value, _ in wanted)
        unit = next((one for one in (100, 1) if abs(whole - one) <= sum(half for _, _, half in wanted)), None)
        for entry in goal.bank.numbers if unit else ():
            total = sum(value or 0.0 for value in entry.floats)
            if total and all(abs((entry.floats[at] or 0.0) / total * unit - value) <= half for at, value, half in wanted):  # type: ignore[operator]
                share = PERCENT_OF if unit == 100 else arithmetic.DIVIDE
                yield goal.written(share(entry.node, Window(GROUP_SUM, entry.node)), format), SHARE_COST


def filled_columns(goal: Goal) -> Iterator[tuple[Node, float]]:
    """How many of neighbouring columns are filled."""
    numeric = goal.numeric
    texts = goal.bank.texts[:MOST_SUMMED]
    if numeric is None or len(texts) < 2 or not any(None in entry.values for entry in texts):
        return
    wanted = [(at, numeric.values[at]) for at in goal.places]
    flags = [[bool(entry.values[at]) for at, _ in wanted] for entry in texts]
    for start in range(len(texts) - 1):
        counts = [int(flag) for flag in flags[start]]
        for end in range(start + 1, len(texts)):
            counts = [count + flag for count, flag in zip(counts, flags[end], strict=True)]
            if all(count == value for count, (_, value) in zip(counts, wanted, strict=True)):
                names = [entry.node for entry in texts[start : end + 1]]
                yield goal.written(arithmetic.count_filled(len(names))(*names), numeric.formats[0]), 1.0 - 0.7 * len(names)
                return


def triples(bank: Bank) -> list[Entry]:
    """Three numbers put together, and spans less minutes. Made once for a bank."""
    found: list[Entry] | None = bank.__dict__.get("_triples")
    if found is None:
        found = bank.__dict__["_triples"] = [bank.made(node) for node in _triples(bank)]
    return found


def differences(bank: Bank) -> list[Entry]:
    """Those triples that are a difference."""
    return [entry for entry in triples(bank) if entry.node.key[0] == "subtract"]


def _triples(bank: Bank) -> Iterator[Node]:
    entries = [zeroed for entry, zeroed in zip(bank.numbers, bank.zeroed, strict=True) if bank.frame.combines(entry.node)][
        :MOST_IN_TRIPLES
    ]
    sources = [_source(entry) for entry in entries]
    for one, two in combinations(range(len(entries)), 2):
        if sources[one] == sources[two]:
            continue
        for inner in (arithmetic.ADD, arithmetic.SUBTRACT, arithmetic.MULTIPLY):
            pair = inner(entries[one].node, entries[two].node)
            for three in range(len(entries)):
                if three in (one, two) or sources[three] in (sources[one], sources[two]):
                    continue
                for outer in (arithmetic.ADD, arithmetic.SUBTRACT, arithmetic.MULTIPLY, arithmetic.DIVIDE):
                    if outer is inner is arithmetic.ADD and three < two:
                        continue
                    yield outer(pair, entries[three].node)
                    if inner is arithmetic.SUBTRACT and outer in (arithmetic.MULTIPLY, arithmetic.DIVIDE):
                        yield outer(inner(entries[two].node, entries[one].node), entries[three].node)
                    if inner is arithmetic.MULTIPLY and outer is arithmetic.SUBTRACT:
                        # What is paid, with what that costs.
                        yield outer(arithmetic.NEGATE(pair), entries[three].node)
                    if inner is not arithmetic.ADD and outer is arithmetic.SUBTRACT:
                        yield arithmetic.SUBTRACT(entries[three].node, pair)
                    elif outer is arithmetic.SUBTRACT:
                        less = arithmetic.SUBTRACT(entries[three].node, entries[one].node)
                        yield arithmetic.SUBTRACT(less, entries[two].node)
    for span in [one for one in bank.spans if one.node.parts][:MOST_SPANS]:
        for entry in entries:
            minutes = arithmetic.MULTIPLY(entry.node, Constant(Decimal(60), Kind.NUMBER, 1.0))
            yield arithmetic.SUBTRACT(span.node, minutes)
        for other in bank.spans[:MOST_SPANS]:
            if str(other.node.key[0]).startswith("seconds of") and not other.node.sources & span.node.sources:
                yield arithmetic.SUBTRACT(span.node, other.node)


def _source(entry: Entry) -> Node:
    node = entry.node
    while node.parts:
        node = node.parts[0]
    return node
