"""Arithmetic on numbers: lines, rounding to multiples, and sums, differences, products and ratios, in exact decimals."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from operator import add, mul, sub, truediv

from sqlglot import exp

from converter.synthesis.operators.numbers import (
    EXACT,
    SCALE,
    WIDTH,
    Derived,
    Number,
    Parsed,
    fitted,
    operation,
    places_of,
    plain,
    weight,
)
from converter.synthesis.operators.units import TEMPERATURES, is_known
from converter.synthesis.term import Column, call, cast
from converter.table import Row


@dataclass(frozen=True)
class Affine(Derived):
    """`factor * source + offset`."""

    factor: Decimal
    offset: Decimal = Decimal(0)

    @property
    def cost(self) -> float:
        if (self.factor, self.offset) in TEMPERATURES:
            return self.source.cost + 1.5
        told = 0.3 if self.factor != 1 and is_known(self.factor) else 0.25 * weight(self.factor)
        return self.source.cost + 0.8 + told + 0.25 * weight(self.offset)

    @property
    def places(self) -> int:
        return min(SCALE, max(self.source.places + places_of(self.factor), places_of(self.offset)))

    @property
    def is_decimal(self) -> bool:
        return self.source.is_decimal and not self._is_float

    @property
    def keeps_digits(self) -> bool:
        return self.source.keeps_digits and not self.offset and self.factor.normalize().as_tuple().digits == (1,)

    @property
    def _is_float(self) -> bool:
        """Whether it is multiplied as a float: a product has as many digits as its factors together, and 38 is all there is."""
        return self.factor != 1 and len(self.factor.as_tuple().digits) > 38 - WIDTH - 1

    def of(self, number: Decimal) -> Decimal | None:
        return EXACT.add(EXACT.multiply(number, self.factor), self.offset)

    def sql(self) -> exp.Expression:
        number = self.source.decimal(SCALE) if isinstance(self.source, Combined) else self.source.sql()
        if self.factor == -1 and self.offset > 0:
            return operation(exp.Sub, plain(self.offset), number)
        if self.factor != 1:
            number = cast(number, "DOUBLE") if self._is_float else number
            number = operation(exp.Mul, number, plain(self.factor))
        if self.offset > 0:
            return operation(exp.Add, number, plain(self.offset))
        return operation(exp.Sub, number, plain(-self.offset)) if self.offset else number


@dataclass(frozen=True)
class Whole(Derived):
    """How many times the divisor goes into a number, the rest left out."""

    divisor: Decimal

    @property
    def cost(self) -> float:
        return self.source.cost + 0.9 + 0.2 * weight(self.divisor)

    @property
    def places(self) -> int:
        return 0

    def of(self, number: Decimal) -> Decimal | None:
        return stepped(EXACT.divide(number, self.divisor), Decimal(1), "floor")

    def sql(self) -> exp.Expression:
        return call("floor", operation(exp.Div, self.source.sql(), plain(self.divisor)))


@dataclass(frozen=True)
class Remainder(Derived):
    """What remains of a number when the divisor is taken from it as often as it goes; of the number's own sign."""

    divisor: Decimal

    @property
    def cost(self) -> float:
        return self.source.cost + 0.9 + 0.2 * weight(self.divisor)

    @property
    def places(self) -> int:
        return self.source.places

    @property
    def is_decimal(self) -> bool:
        return self.source.is_decimal

    def of(self, number: Decimal) -> Decimal | None:
        return EXACT.remainder(number, self.divisor)

    def sql(self) -> exp.Expression:
        return operation(exp.Mod, self.source.sql(), plain(self.divisor))


@dataclass(frozen=True)
class Quotient(Derived):
    """`source / divisor`, to ten decimal places."""

    divisor: Decimal

    @property
    def cost(self) -> float:
        return self.source.cost + 0.8 + 0.25 * weight(self.divisor)

    @property
    def is_decimal(self) -> bool:
        return True

    def of(self, number: Decimal) -> Decimal | None:
        return fitted(EXACT.divide(number, self.divisor), SCALE)

    def sql(self) -> exp.Expression:
        number = self.source.decimal(SCALE) if isinstance(self.source, Combined) else self.source.sql()
        # A ratio is a binary float in DuckDB; as a decimal at once, its digits are those of the exact one.
        return cast(operation(exp.Div, number, plain(self.divisor)), f"DECIMAL({WIDTH}, {SCALE})")


ROUNDINGS = {
    "floor": ROUND_FLOOR,
    "round": ROUND_HALF_UP,
    "ceil": ROUND_CEILING,
    "trunc": ROUND_DOWN,
    "away": ROUND_UP,
    "even": ROUND_HALF_EVEN,
}


@dataclass(frozen=True)
class Stepped(Derived):
    """The source rounded to a multiple of `step`: floor, round, ceil, trunc (towards zero), away (from zero) or even.

    Halves are rounded away from zero, by `even` to the even neighbour, as bankers do.
    """

    step: Decimal
    mode: str

    @property
    def cost(self) -> float:
        # People count in ones, fives and quarters.
        odd = 0.35 * (self.step.normalize().as_tuple().digits == (2,))
        rarity = odd + {"round": 0.0, "floor": 0.05, "ceil": 0.3, "trunc": 0.5, "away": 0.5, "even": 0.5}[self.mode]
        return self.source.cost + 1.0 + rarity + 0.1 * len(self.step.normalize().as_tuple().digits)

    @property
    def places(self) -> int:
        return places_of(self.step)

    def of(self, number: Decimal) -> Decimal | None:
        return stepped(number, self.step, self.mode)

    def sql(self) -> exp.Expression:
        number = self.source.sql()
        if self.mode == "away":
            number = call("abs", number)
        if self.step == 1:
            steps: exp.Expression = number
        elif self.step > 1:
            steps = operation(exp.Div, number, plain(self.step))
        else:
            steps = operation(exp.Mul, number, plain(1 / self.step))
        rounded = (
            call("round_even", steps, 0) if self.mode == "even" else call("ceil" if self.mode == "away" else self.mode, steps)
        )
        if self.mode == "away":
            rounded = exp.Mul(this=rounded, expression=call("sign", self.source.sql()))
        if self.step == 1:
            return rounded
        if self.step > 1:
            return operation(exp.Mul, rounded, plain(self.step))
        return operation(exp.Div, rounded, plain(1 / self.step))


def stepped(number: Decimal, step: Decimal, mode: str) -> Decimal:
    """The multiple of `step` that the number is rounded to."""
    with localcontext(EXACT):
        return (number / step).to_integral_value(ROUNDINGS[mode]) * step


_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": add, "-": sub, "*": mul, "/": truediv, "greatest": max, "least": min,
}  # fmt: skip


def root_of(program: object) -> object:
    """What a program is made from in the end: a column."""
    while (source := getattr(program, "source", None)) is not None:
        program = source
    return program


def _is_within(number: Number) -> bool:
    """Whether the number is a part of a column's text."""
    while isinstance(number, Affine | Quotient):
        number = number.source
    return isinstance(number, Parsed) and not isinstance(number.source, Column)


@dataclass(frozen=True)
class Combined(Number):
    """Sum, difference, product, ratio, or the largest or smallest of numbers."""

    operands: tuple[Number, ...]
    sign: str

    @property
    def cost(self) -> float:
        told = sum(one.cost + 0.4 for one in self.operands) + (0.3 if self.sign == "/" else 0.0)
        # What lies within one text is found in it once.
        roots = [root_of(one) for one in self.operands]
        return told - 1.8 * (len(roots) - len(set(roots))) if all(map(_is_within, self.operands)) else told

    def number(self, row: Row) -> Decimal | None:
        told = [one.rounded(row, *exact) for one, exact in zip(self.operands, self._precisions, strict=True)]
        if self.sign in ("greatest", "least"):
            # DuckDB passes over what is missing.
            told = [one for one in told if one is not None] or [None]
        first, *others = told
        for other in others:
            if first is None or other is None or (self.sign == "/" and not other):
                return None
            with localcontext(EXACT):
                first = _OPERATIONS[self.sign](first, other)
        return fitted(first, SCALE) if first is not None and self.sign == "/" else first

    @property
    def is_decimal(self) -> bool:
        return True

    @property
    def _precisions(self) -> tuple[tuple[int, int], ...]:
        """Decimal places and digits of each operand.

        A product has as many digits as its factors together, and 38 is all there is. One factor has more than 18, or DuckDB
        multiplies in 64 bits, where products overflow.
        """
        if self.sign != "*":
            return ((SCALE, WIDTH),) * len(self.operands)
        return ((6, 19), (6, 19)) if len(self.operands) == 2 else ((3, 20), (3, 9), (3, 9))

    def _decimals(self) -> list[exp.Expression]:
        return [one.decimal(*exact) for one, exact in zip(self.operands, self._precisions, strict=True)]

    def sql(self) -> exp.Expression:
        if self.sign in ("greatest", "least"):
            return call(self.sign, *self._decimals())
        kind = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div}[self.sign]
        made, *others = self._decimals()
        for other in others:
            divisor = call("nullif", other, 0) if self.sign == "/" else other
            made = operation(kind, made, divisor)
        # As in a quotient, a decimal at once.
        return cast(made, f"DECIMAL({WIDTH}, {SCALE})") if self.sign == "/" else made
