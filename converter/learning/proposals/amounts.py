"""Cells that are numbers: rounded to steps, the nearest or the bounds of the step that a number lies in."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import combinations

from converter.learning.bank import Bank, Entry, number_entry
from converter.learning.expressions import numbers as arithmetic
from converter.learning.kinds import Kind, Value
from converter.learning.nodes import Function, Node
from converter.learning.proposals.goal import Goal
from converter.learning.values import coordinates, units
from converter.learning.values.numbers import rounded
from converter.learning.values.reading import filled

# Steps that people round to, the likeliest first.
_STEPS = tuple(
    Decimal(text)
    for text in """1 10 100 1000 0.1 0.01 5 50 0.5 0.05 0.25 20 25 15 500 10000 100000 0.001 250 2 30 60 0.2""".split()  # noqa: SIM905 - so they are easier read
)

_OFFSET = 3.0
"""An amount is added to a rounded number."""


def stepped(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Numbers rounded, down or up to a step, and as far from it as all rows agree."""
    numeric = goal.numeric
    if numeric is None or not numeric.formats:
        return
    wanted = [(at, numeric.values[at]) for at in goal.places]
    if len(wanted) < 2 or any(value is None for _, value in wanted):
        return
    for entry in (*goal.bank.numbers, *goal.bank.extracted_numbers):
        pairs = [(entry.values[at], value) for at, value in wanted]
        if any(mine is None for mine, _ in pairs) or len({mine for mine, _ in pairs}) < 2:
            continue
        for node, cost in _rounded(entry, pairs):  # type: ignore[arg-type]
            for format in numeric.formats:
                yield goal.written(node, format), cost


@cache
def _rounding(name: str, rank: int) -> Function:
    return arithmetic.rounded_to(name, _STEPS[rank])


def _rounded(entry: Entry, pairs: Sequence[tuple[Decimal, Decimal]]) -> Iterator[tuple[Node, float]]:
    found = 0
    for rank, step in enumerate(_STEPS):
        if not any(mine % step for mine, _ in pairs) or len({wanted % step for _, wanted in pairs if wanted >= 0}) > 1:
            continue
        ways: list[tuple[float, Node]] = []
        for name, penalty in arithmetic.ROUNDINGS:
            function = _rounding(name, rank)
            mine, wanted = pairs[0]
            offset = wanted - function.compute(mine)
            if any(wanted - function.compute(mine) != offset for mine, wanted in pairs):
                continue
            if abs(offset) > step or (offset and name not in ("down", "up")) or (ways and name == "even"):
                continue
            node = function(entry.node)
            ways.append((penalty + (_OFFSET if offset else 0.0), arithmetic.shifted(node, offset, 1.0) if offset else node))
        if ways:
            # A bound that is made from another bound may be cheaper than the best by itself.
            for extra, bound in sorted(ways, key=lambda way: way[0])[:2]:
                yield bound, 0.12 * rank + extra
            found += 1
        if found > 2:
            return


def in_units(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Amounts whose unit stands beside them, in one unit: `500 g` and `12 lb` in kilograms."""
    numeric = goal.numeric
    if numeric is None or not numeric.formats:
        return
    for entry in converted(goal.bank):
        if _gives(goal, entry.values):
            yield goal.written(entry.node, numeric.formats[0]), 0.0


def converted(bank: Bank) -> list[Entry]:
    """Amounts in one unit each: of texts that name their units, of numbers whose units another column names."""
    kept: list[Entry] | None = bank.__dict__.get("_converted")
    if kept is None:
        kept = bank.__dict__["_converted"] = list(_converted(bank))
    return kept


def _converted(bank: Bank) -> Iterator[Entry]:
    for entry in bank.texts:
        found = [units.amount(text) if isinstance(text, str) else None for text in entry.values]
        seen = [one[1] for one in found if one]
        for name in units.dimensions(seen):
            for rank, target in enumerate(units.targets(name)):
                function = units.converted(name, seen, target)
                values = [function.compute(text) if one else None for text, one in zip(entry.values, found, strict=True)]
                yield number_entry(replace(function, cost=function.cost + _RARER * rank)(entry.node), tuple(values))
    for entry in bank.texts:
        seen = [value.strip().lower() for value in entry.values if isinstance(value, str)]
        for name in units.dimensions(seen) if len(set(seen)) <= MOST_UNITS else ():
            for number in bank.numbers:
                for rank, target in enumerate(units.targets(name)):
                    function = units.by_unit(name, seen, target)
                    node = replace(function, cost=function.cost + _RARER * rank)(number.node, entry.node)
                    yield number_entry(node, bank.frame.values(node))


def _gives(goal: Goal, values: Sequence[Value]) -> bool:
    """Whether the values are the column's numbers, as far as these show them, in all rows that have both."""
    numeric = goal.numeric
    if numeric is None:
        return False
    places = numeric.formats[0].places
    near = 0.5000001 * 10.0**-places if places is not None else 1e-9
    pairs = [(values[at], numeric.values[at]) for at in goal.places if values[at] is not None]
    return len(pairs) > 1 and all(
        wanted is not None and isinstance(value, Decimal) and abs(float(value) - float(wanted)) <= near
        for value, wanted in pairs
    )


def degrees(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Decimal degrees written as degrees, minutes and seconds; degrees, minutes and seconds of three columns as one number."""
    for function, wanted in coordinates.writers(goal.cells):
        for entry in goal.bank.numbers:
            given = [entry.values[at] for at in goal.places]
            if all(
                isinstance(value, Decimal) and abs(value - shown) < Decimal("0.001")
                for value, shown in zip(given, wanted, strict=True)
            ):
                yield function(entry.node), 0.0
    numeric = goal.numeric
    if numeric is None:
        return
    numbers = goal.bank.numbers
    for at in range(len(numbers) - 1):
        minutes = _part_of(numbers[at + 1].node, 60)
        node = arithmetic.ADD(numbers[at].node, minutes)
        ways = [node]
        if at + 2 < len(numbers):
            ways.insert(0, arithmetic.ADD(node, _part_of(numbers[at + 2].node, 3600)))
        for way in ways:
            values = goal.bank.frame.values(way)
            if _gives(goal, values):
                yield goal.written(way, numeric.formats[0]), 0.0
                return
            for entry in goal.bank.texts:
                if set(filled(entry.values)) <= set("NSEWnsew"):  # type: ignore[arg-type]
                    signed = arithmetic.MULTIPLY(HEMISPHERE(entry.node), way)
                    if _gives(goal, goal.bank.frame.values(signed)):
                        yield goal.written(signed, numeric.formats[0]), 0.0
                        return


def _part_of(node: Node, size: int) -> Node:
    return arithmetic.scaled(node, 1 / Decimal(size), 0.5)


HEMISPHERE = Function(
    "hemisphere",
    Kind.NUMBER,
    "CASE WHEN upper({0}) IN ('S', 'W') THEN -1 ELSE 1 END",
    lambda text: Decimal(-1 if text.upper() in "SW" else 1),
    0.8,
)


def clamped(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Numbers less an amount, zero where that is below it; the greater and the smaller of two columns."""
    numeric = goal.numeric
    if numeric is None or not numeric.formats:
        return
    format = numeric.formats[0]
    wanted = [(at, numeric.values[at]) for at in goal.places]
    for one, other in combinations(goal.bank.zeroed[:MOST_COMPARED], 2):
        for function in (arithmetic.GREATEST, arithmetic.LEAST):
            node = function(one.node, other.node)
            values = goal.bank.frame.values(node)
            if values not in (one.values, other.values) and _gives(goal, values):
                yield goal.written(node, format), 0.0
    zeros = [at for at, value in wanted if value == 0]
    others = [(at, value) for at, value in wanted if value]
    if not zeros or len(others) < 2 or any(value is None or value < 0 for _, value in others):
        return
    spans = {id(entry) for entry in goal.bank.spans}
    for entry in (*goal.bank.numbers, *goal.bank.pairs, *goal.bank.spans):
        for size in (1, 60, 3600) if id(entry) in spans else (1,):
            scaled = arithmetic.scaled(entry.node, 1 / Decimal(size), 0.8) if size > 1 else entry.node
            values = goal.bank.frame.values(scaled) if size > 1 else entry.values
            if any(values[at] is None for at, _ in wanted):
                continue
            amounts = {rounded(value - values[at], 2) for at, value in others if value is not None}  # type: ignore[operator]
            if len(amounts) != 1:
                continue
            amount = amounts.pop().normalize()
            if all(values[at] + amount <= 0 for at in zeros):  # type: ignore[operator]
                moved = (
                    arithmetic.shifted(scaled, amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount, 1.5)
                    if amount
                    else scaled
                )
                yield goal.written(arithmetic.GREATEST_ZERO(moved), format), 0.0


MOST_UNITS = 12
_RARER = 0.1
"""Each unit of a dimension after the likeliest."""
MOST_COMPARED = 12
__all__ = ["clamped", "converted", "degrees", "in_units", "stepped"]
