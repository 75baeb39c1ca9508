"""Which numbers of a row are likely combined, and how: sums and ratios, discounts and changes, amounts in mixed units."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, islice, pairwise, permutations

from converter.synthesis.operators.arithmetic import Affine, Combined, Quotient
from converter.synthesis.operators.numbers import Number, Parsed
from converter.synthesis.term import Column

MOST_COLUMNS, MOST_WITHIN, MOST_COMBINED = 6, 4, 400


def combined(numbers: Sequence[Number]) -> Iterator[Number]:
    """Combinations of whole columns' numbers and of numbers within texts, likelier ones first; at most `MOST_COMBINED`."""
    whole = [one for one in numbers if isinstance(one, Parsed) and isinstance(one.source, Column)][:MOST_COLUMNS]
    within = [one for one in numbers if isinstance(one, Parsed) and one not in whole][:MOST_WITHIN]
    yield from islice(_all(whole, within), MOST_COMBINED)


def _all(whole: list[Parsed], within: list[Parsed]) -> Iterator[Number]:
    yield from _of_two(whole)
    yield from _of_two(within)
    yield from _mixed(within)
    yield from _mixed(whole)
    yield from _discounts(whole[:4])
    if len(whole) > 2:
        yield Combined(tuple(whole), "+")
    for three in combinations(whole[:5], 3):
        yield Combined(three, "+")
        yield Combined(three, "*")
    for left, middle, right in permutations(whole[:4], 3):
        yield Combined((left, Combined((middle, right), "*")), "+")
        yield Combined((left, Combined((middle, right), "*")), "-")
        for sign in "+-":
            yield Combined((Combined((left, middle), sign), right), "*")
            yield Combined((Combined((left, middle), sign), right), "/")
            yield Combined((Combined((left, middle), sign), right), "-")


def _of_two(numbers: list[Parsed]) -> Iterator[Number]:
    for left, right in combinations(numbers, 2):
        yield from (Combined((left, right), sign) for sign in ("+", "*", "greatest", "least"))
    for left, right in permutations(numbers, 2):
        yield Combined((left, right), "-")
        yield Combined((left, right), "/")
    for left, right in permutations(numbers[:4], 2):
        yield Combined((Combined((left, right), "-"), right), "/")
        yield Combined((left, right, right), "/")
    yield from (Combined((one, one), "*") for one in numbers[:4])


_SHARES = (Decimal(1), Decimal("0.01"))
"""A discount of 0.2, and one of 20 percent."""


def _discounts(numbers: list[Parsed]) -> Iterator[Number]:
    """Numbers, and products of two, less a share or with a surcharge that another tells."""
    for rate in numbers:
        others = [one for one in numbers if one is not rate]
        bases = [(one,) for one in others] + list(combinations(others, 2))
        for share in _SHARES:
            for sign in (-1, 1):
                yield from (Combined((*base, Affine(rate, sign * share, Decimal(1))), "*") for base in bases)


_SIZES = tuple(map(Decimal, (60, 12, 16, 14, 24, 7)))
"""How many of the smaller unit the larger is: hours and minutes, feet and inches, pounds and ounces, …"""


def _mixed(numbers: list[Parsed]) -> Iterator[Number]:
    """Amounts told in two or three units, in the smallest or the largest of them."""
    for left, right in pairwise(numbers):
        yield Combined((left, Quotient(right, Decimal(60))), "+")
        yield from (Combined((Affine(left, size), right), "+") for size in _SIZES)
    for first, second, third in zip(numbers, numbers[1:], numbers[2:], strict=False):
        yield Combined((Affine(first, Decimal(3600)), Affine(second, Decimal(60)), third), "+")
        yield Combined((first, Quotient(second, Decimal(60)), Quotient(third, Decimal(3600))), "+")
