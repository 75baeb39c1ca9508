"""Arithmetic."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from converter.learning.kinds import Kind
from converter.learning.nodes import Constant, Function, Node

NUMBER = Kind.NUMBER


def _divided(one: Decimal, other: Decimal) -> Decimal | None:
    try:
        return one / other
    except (DivisionByZero, InvalidOperation, Overflow):
        return None


_MOST_TENTHS = 9

ADD = Function("add", NUMBER, "{0} + {1}", lambda one, other: one + other, 1.0)
SUBTRACT = Function("subtract", NUMBER, "{0} - {1}", lambda one, other: one - other, 1.0)
MULTIPLY = Function("multiply", NUMBER, "{0} * {1}", lambda one, other: one * other, 1.0)
# A denominator of zero gives a blank in SQL as here.
DIVIDE = Function("divide", NUMBER, "{0} / nullif({1}, 0)", _divided, 1.5, exact=False)
DIVIDE_BY = Function("divide by", NUMBER, "{0} / {1}", _divided, 1.0, exact=False)
NEGATE = Function("negate", NUMBER, "-{0}", lambda one: -one, 0.5)
ABSOLUTE = Function("abs", NUMBER, "abs({0})", abs, 0.6)
OR_ZERO = Function("or zero", NUMBER, "coalesce({0}, 0)", lambda one: Decimal(0) if one is None else one, 0.5, total=True)
NOT_ZERO = Function("not zero", NUMBER, "nullif({0}, 0)", lambda one: one or None, 0.8)
# The engine's own greatest() leaves blanks out, and would make nought of one.
GREATEST_ZERO = Function("at least zero", NUMBER, "if({0} < 0, 0, {0})", lambda one: max(one, Decimal(0)), 0.8)
GREATEST = Function("greatest", NUMBER, "greatest({0}, {1})", max, 1.6)
LEAST = Function("least", NUMBER, "least({0}, {1})", min, 1.6)
WITHIN_A_DAY = Function("within a day", NUMBER, "({0} + 86400) % 86400", lambda one: (one + 86400) % 86400, 1.0)
WHOLE = Function("whole", NUMBER, "floor({0})", lambda one: one // 1, 0.6)
LENGTH = Function("length", NUMBER, "length({0})", lambda text: Decimal(len(text)), 2.5)


def unless(value: Decimal) -> Function:
    """A number, blank where it is the one that stands for a reading that failed."""
    return Function("unless", NUMBER, f"nullif({{0}}, {value:f})", lambda one: None if one == value else one, 0.5, (value,))


def as_written(places: int) -> Function:
    """A number cut to the decimals with which a column shows it."""
    template = f"CAST({{0}} AS DECIMAL(28, {places}))" if places else "round({0})"
    unit = Decimal(1).scaleb(-places)
    return Function("as written", NUMBER, template, lambda one: one.quantize(unit, ROUND_HALF_UP), 0.2, (places,))


def count_filled(many: int) -> Function:
    """How many of so many texts are filled."""
    listed = ", ".join(f"{{{at}}}" for at in range(many))
    template = f"len(list_filter([{listed}], one -> one <> ''))"
    return Function("count filled", NUMBER, template, lambda *values: Decimal(sum(map(bool, values))), 2.5, (many,), total=True)


def over_columns(name: str, many: int) -> Function:
    """The average (`avg`) or sum (`sum`) of those of so many numbers that are there; none where all are blank."""
    listed = ", ".join(f"{{{at}}}" for at in range(many))

    def compute(*values: Decimal | None) -> Decimal | None:
        found = [value for value in values if value is not None]
        if not found:
            return None
        total = sum(found, Decimal(0))
        return total / len(found) if name == "avg" else total

    return Function(f"{name} over columns", NUMBER, f"list_{name}([{listed}])", compute, 2.5, (many,), total=True, exact=False)


def scaled(node: Node, factor: Decimal, cost: float) -> Node:
    """The number times a factor; a division where that is shorter to write.

    A thousandth is multiplied by: the engine's divisions are floating, and 510.5 / 1000 rounded to three digits is 0.510 there.
    """
    inverse = 1 / factor if factor else factor
    if (
        node.exact
        and factor.is_finite()
        and factor.normalize().as_tuple().digits == (1,)
        and 0 < -factor.adjusted() <= _MOST_TENTHS
    ):
        return MULTIPLY(node, Constant(factor.normalize(), NUMBER, cost))
    if abs(factor) < 1 and inverse == inverse.to_integral() and abs(inverse) < 10**9:
        return DIVIDE_BY(node, Constant(inverse.to_integral(), NUMBER, cost))
    short = Decimal(f"{inverse:.13g}").normalize()
    size = len(factor.normalize().as_tuple().digits)
    if size > 10 > len(short.as_tuple().digits) and abs(short * factor - 1) < Decimal("1e-14"):
        return DIVIDE_BY(node, Constant(short, NUMBER, cost))
    return MULTIPLY(node, Constant(factor, NUMBER, cost))


def shifted(node: Node, amount: Decimal, cost: float) -> Node:
    """The number plus an amount."""
    if amount < 0:
        return SUBTRACT(node, Constant(-amount, NUMBER, cost))
    return ADD(node, Constant(amount, NUMBER, cost))


ROUNDINGS = (("nearest", 0.0), ("down", 0.3), ("up", 0.5), ("toward", 1.5), ("away", 1.8), ("even", 2.0))
"""Ways to round with what they cost: the nearest, down, up, toward zero, away from it, halves to the even one."""
_DIGITS = {
    "nearest": "round({0})",
    "down": "floor({0})",
    "up": "ceil({0})",
    "toward": "trunc({0})",
    "away": "sign({0}) * ceil(abs({0}))",
    "even": "round_even({0}, 0)",
}
_MODES = {
    "nearest": ROUND_HALF_UP,
    "down": ROUND_FLOOR,
    "up": ROUND_CEILING,
    "toward": ROUND_DOWN,
    "away": ROUND_UP,
    "even": ROUND_HALF_EVEN,
}


def rounded_to(name: str, step: Decimal) -> Function:
    """The multiple of the step that the number is rounded to."""
    mode = _MODES[name]

    def compute(number: Decimal) -> Decimal:
        return (number / step).to_integral_value(rounding=mode) * step

    places = -int(step.normalize().as_tuple().exponent)
    if name == "nearest" and step == Decimal(1).scaleb(-places):
        template = f"round({{0}}, {places})" if places else "round({0})"
    elif step == 1:
        template = _DIGITS[name]
    elif step < 1:
        # Times a whole number, since a division would leave the exact decimals.
        times = f"{(1 / step).normalize():f}"
        template = f"{_DIGITS[name].replace('{0}', f'{{0}} * {times}')} / {times}"
    else:
        template = f"{_DIGITS[name].replace('{0}', f'{{0}} / {step:f}')} * {step:f}"
    return Function("rounded", NUMBER, template, compute, 1.4, (name, step), exact=False)
