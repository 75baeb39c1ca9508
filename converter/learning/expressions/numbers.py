"""Arithmetic."""

from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow

from converter.learning.kinds import Kind
from converter.learning.nodes import Constant, Function, Node

NUMBER = Kind.NUMBER


def _divided(one: Decimal, other: Decimal) -> Decimal | None:
    try:
        return one / other
    except (DivisionByZero, InvalidOperation, Overflow):
        return None


ADD = Function("add", NUMBER, "{0} + {1}", lambda one, other: one + other, 1.0)
SUBTRACT = Function("subtract", NUMBER, "{0} - {1}", lambda one, other: one - other, 1.0)
MULTIPLY = Function("multiply", NUMBER, "{0} * {1}", lambda one, other: one * other, 1.0)
# A denominator of zero gives a blank in SQL as here.
DIVIDE = Function("divide", NUMBER, "{0} / nullif({1}, 0)", _divided, 1.5, exact=False)
DIVIDE_BY = Function("divide by", NUMBER, "{0} / {1}", _divided, 1.0, exact=False)
NEGATE = Function("negate", NUMBER, "-{0}", lambda one: -one, 0.5)
ABSOLUTE = Function("abs", NUMBER, "abs({0})", abs, 0.6)
OR_ZERO = Function("or zero", NUMBER, "coalesce({0}, 0)", lambda one: Decimal(0) if one is None else one, 0.5, total=True)
GREATEST_ZERO = Function("at least zero", NUMBER, "greatest({0}, 0)", lambda one: max(one, Decimal(0)), 0.8)
WITHIN_A_DAY = Function("within a day", NUMBER, "({0} + 86400) % 86400", lambda one: (one + 86400) % 86400, 1.0)
LENGTH = Function("length", NUMBER, "length({0})", lambda text: Decimal(len(text)), 2.5)


def scaled(node: Node, factor: Decimal, cost: float) -> Node:
    """The number times a factor; a division where that is shorter to write."""
    inverse = 1 / factor if factor else factor
    if abs(factor) < 1 and inverse == inverse.to_integral() and abs(inverse) < 10**9:
        return DIVIDE_BY(node, Constant(inverse.to_integral(), NUMBER, cost))
    return MULTIPLY(node, Constant(factor, NUMBER, cost))


def shifted(node: Node, amount: Decimal, cost: float) -> Node:
    """The number plus an amount."""
    if amount < 0:
        return SUBTRACT(node, Constant(-amount, NUMBER, cost))
    return ADD(node, Constant(amount, NUMBER, cost))
