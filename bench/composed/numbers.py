"""Output columns that are computed from numbers, of a row or of all rows; None where no column fits."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations
from random import Random

from bench.composed.columns import MONEY, Column, Kind, Notation, Rows
from bench.composed.conditions import comparable
from bench.composed.outputs import Output, computed, named, of_number, one_of, result_notation


def number_format(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A number in another notation."""
    column = one_of(chance, columns, Kind.NUMBER)
    if column is None or column.notation is None or column.notation.decimals != 2:
        return None
    notation = chance.choice([one for one in MONEY if one != column.notation])
    return of_number("number", named(chance, column), (column,), computed((column,), lambda value: value), notation)


def absolute(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A number without its sign, or with the other one."""
    found = [one for one in columns if one.kind is Kind.NUMBER and one.bounds[0] < 0 and one.notation]
    if not found:
        return None
    column = chance.choice(found)
    change = chance.choice((abs, lambda value: -value))
    assert column.notation is not None
    notation = Notation(column.notation.decimals)
    return of_number("sign change", named(chance, column), (column,), computed((column,), change), notation)


def sided(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A number where it has one sign, blank where it has the other: debit, credit."""
    found = [one for one in columns if one.kind is Kind.NUMBER and one.bounds[0] < 0]
    if not found:
        return None
    column = chance.choice(found)
    heading, sign = chance.choice((("Debit", -1), ("Credit", 1), ("Outflow", -1), ("Inflow", 1)))
    assert column.notation is not None
    exact = computed((column,), lambda value: abs(value) if value * sign > 0 else None)
    return of_number(
        "sided", heading, (column,), exact, Notation(column.notation.decimals), branch=lambda row: (row[column.name] or 0) > 0
    )


_PRODUCTS = (("count", "money"), ("count", "g"))
_QUOTIENTS = (
    *(("money", one) for one in ("count", "km", "l", "money")),
    ("km", "l"),
    ("points", "points"),
    ("count", "count"),
)


def _pair(chance: Random, columns: Sequence[Column], units: Sequence[tuple[str, str]]) -> tuple[Column, Column] | None:
    """Two columns of numbers that people put together: they count what one of these pairs says."""
    found = [(one, other) for one, other in permutations(columns, 2) if one.notation and (one.unit, other.unit) in units]
    return chance.choice(found) if found else None


def _decimals(*columns: Column) -> int:
    return max(one.notation.decimals for one in columns if one.notation)


def product(chance: Random, columns: Sequence[Column]) -> Output | None:
    """One number times another."""
    pair = _pair(chance, columns, _PRODUCTS)
    if pair is None:
        return None
    heading = chance.choice(("Total", "Line total", "Product", "Extended"))
    exact = computed(pair, lambda one, other: one * other)
    return of_number("product", heading, pair, exact, result_notation(chance, _decimals(*pair)))


def sum_of_two(chance: Random, columns: Sequence[Column]) -> Output | None:
    """Two numbers added, or one taken from the other."""
    pairs = list(comparable(columns))
    if not pairs:
        return None
    pair = chance.choice(pairs)
    heading, rule = chance.choice((("Total", lambda one, other: one + other), ("Difference", lambda one, other: one - other)))
    return of_number("sum", heading, pair, computed(pair, rule), result_notation(chance, _decimals(*pair)))


def quotient(chance: Random, columns: Sequence[Column]) -> Output | None:
    """One number divided by another."""
    pair = _pair(chance, columns, _QUOTIENTS)
    if pair is None or pair[1].bounds[0] <= 0:
        return None
    exact = computed(pair, lambda one, other: one / other)
    return of_number("quotient", f"{pair[0].name} per {pair[1].name}", pair, exact, result_notation(chance, 2))


_FACTORS = {
    "money": (("Gross", "1.2", 2), ("Tax", "0.19", 2), ("Commission", "0.05", 2), ("In cents", "100", 0), ("Half", "0.5", 2)),
    "g": (("Weight (kg)", "0.001", 3),),
    "km": (("Metres", "1000", 0), ("Miles", "0.621371", 1)),
    "points": (("Half", "0.5", 1), ("Doubled", "2", 0)),
}


def scaled(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A number times a constant."""
    found = [one for one in columns if one.unit in _FACTORS and one.kind is Kind.NUMBER]
    if not found:
        return None
    column = chance.choice(found)
    heading, factor, decimals = chance.choice(_FACTORS[column.unit])
    exact = computed((column,), lambda value: value * Decimal(factor))
    return of_number("scaled", heading, (column,), exact, result_notation(chance, decimals))


def timed_rate(chance: Random, columns: Sequence[Column]) -> Output | None:
    """Hours times a rate."""
    span, rates = one_of(chance, columns, Kind.SPAN), [one for one in columns if one.unit == "rate"]
    if span is None or not rates:
        return None
    exact = computed((span, rates[0]), lambda minutes, value: Decimal(minutes) * value / 60)
    return of_number("timed rate", "Amount", (span, rates[0]), exact, result_notation(chance, 2))


# Other rows.


def rank(chance: Random, columns: Sequence[Column]) -> Output | None:
    """The place of a number among all, the greatest first."""
    column = one_of(chance, columns, Kind.NUMBER)
    if column is None or column.blanks:
        return None
    name = column.name

    def text(rows: Rows, at: int) -> str:
        return str(1 + sum(row[name] > rows[at][name] for row in rows))

    return Output("rank", "Rank", (column,), text)


def share(chance: Random, columns: Sequence[Column]) -> Output | None:
    """The percentage that a number is of the sum of all."""
    column = one_of(chance, columns, Kind.NUMBER)
    if column is None or column.blanks or column.bounds[0] < 0:
        return None
    name = column.name

    def exact(rows: Rows, at: int) -> Decimal | None:
        # A row step may leave blanks.
        filled = [row[name] for row in rows if row[name] is not None]
        return None if rows[at][name] is None else 100 * rows[at][name] / sum(filled)

    return of_number("share", "Share %", (column,), exact, Notation(1))


def row_number(chance: Random, columns: Sequence[Column]) -> Output | None:
    """The row's number."""
    return Output("row number", chance.choice(("No.", "#", "Line")), (), lambda rows, at: str(at + 1))
