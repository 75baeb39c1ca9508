"""Boolean functions: what a condition may ask of a value, each with its SQL and its value in Python."""

import operator
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import compress

from converter.learning.kinds import Column, Kind, Value
from converter.learning.nodes import Apply, Function, Node
from converter.learning.sql import literal

BOOLEAN = Kind.BOOLEAN
_POWERS = tuple(1 << at for at in range(1024))


def blank(node: Node) -> Node:
    """Whether the text is blank."""
    return Function("is blank", BOOLEAN, "{0} IS NULL", lambda value: value in (None, ""), 1.0, total=True)(node)


def is_filled(node: Node) -> Node:
    """Whether the text is not blank."""
    return Function("is filled", BOOLEAN, "{0} IS NOT NULL", lambda value: value not in (None, ""), 1.0, total=True)(node)


def equals(node: Node, value: str) -> Node:
    """Whether the text is the value."""
    template = f"{{0}} = {literal(value)}"
    return Function("equals", BOOLEAN, template, lambda text: text == value, 1.0, (value,), total=True)(node)


def differs(node: Node, value: str) -> Node:
    """Whether the text is another than the value; a blank is another."""
    template = f"{{0}} IS DISTINCT FROM {literal(value)}"
    return Function("differs", BOOLEAN, template, lambda text: text != value, 1.0, (value,), total=True)(node)


def member(node: Node, values: Sequence[str], *, inside: bool = True) -> Node:
    """Whether the text is one of the values; with `inside` False, whether it is none of them."""
    listed = ", ".join(map(literal, values))
    if inside:
        return Function("in", BOOLEAN, f"{{0}} IN ({listed})", lambda text: text in values, 1.0, tuple(values), total=True)(
            node
        )
    template = f"coalesce({{0}}, '') NOT IN ({listed})"
    return Function("not in", BOOLEAN, template, lambda text: text not in values, 1.0, tuple(values), total=True)(node)


def bound(node: Node, sign: str, limit: Decimal) -> Node:
    """Whether the number is beyond the limit; a blank never is."""
    stands = _STANDS[sign]
    return Function(
        "bound", BOOLEAN, f"{{0}} {sign} {limit:f}", lambda value: value is not None and stands(value, limit), 1.0,
        (sign, limit), total=True,
    )(node)  # fmt: skip


def compared(one: Node, sign: str, other: Node) -> Node:
    """Whether two values of a kind stand so to each other."""
    return Function("compared", BOOLEAN, f"{{0}} {sign} {{1}}", _STANDS[sign], 1.0, (sign,))(one, other)


def contrary(node: Node) -> Node | None:
    """What holds on the other side of a bound's limit or of a comparison, not where a blank is; None for other conditions."""
    if not isinstance(node, Apply) or node.function.name not in ("bound", "compared"):
        return None
    sign = node.function.parameters[0]
    if sign not in _CONTRARY:
        return None
    if node.function.name == "bound":
        return bound(node.parts[0], _CONTRARY[sign], node.function.parameters[1])
    return compared(node.parts[0], _CONTRARY[sign], node.parts[1])


_STANDS = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_CONTRARY = {"<": ">=", ">": "<=", ">=": "<", "<=": ">"}


def is_shown(node: Node) -> bool:
    """Whether it is a number that another output column shows, as it is or written as text."""
    return node.key[0] == "shown" or any(part.key[0] == "shown" for part in node.parts)


def starts(node: Node, beginning: str) -> Node:
    """Whether the text begins so."""
    template = f"starts_with({{0}}, {literal(beginning)})"
    return Function(
        "starts", BOOLEAN, template, lambda text: (text or "").startswith(beginning), 1.0, (beginning,), total=True
    )(node)


def ends(node: Node, end: str) -> Node:
    """Whether the text ends so."""
    template = f"ends_with({{0}}, {literal(end)})"
    return Function("ends", BOOLEAN, template, lambda text: (text or "").endswith(end), 1.0, (end,), total=True)(node)


def contains(node: Node, part: str) -> Node:
    """Whether the text has the part in it."""
    template = f"contains({{0}}, {literal(part)})"
    return Function("contains", BOOLEAN, template, lambda text: part in (text or ""), 1.0, (part,), total=True)(node)


def negation(node: Node) -> Node:
    """The contrary, true also where the condition is blank."""
    return Function("not", BOOLEAN, "({0}) IS NOT TRUE", lambda value: not value, 1.0, total=True)(node)


def since(node: Node, day: datetime) -> Node:
    """Whether the moment is the day or later."""
    template = f"{{0}} >= DATE '{day:%Y-%m-%d}'"
    return Function("since", BOOLEAN, template, lambda value: value is not None and value >= day, 1.0, (day,), total=True)(node)


def earlier(node: Node, day: datetime) -> Node:
    """Whether the moment is before the day."""
    template = f"{{0}} < DATE '{day:%Y-%m-%d}'"
    return Function("earlier", BOOLEAN, template, lambda value: value is not None and value < day, 1.0, (day,), total=True)(
        node
    )


def both(one: Node, other: Node) -> Node:
    """Whether both hold."""
    return Function("and", BOOLEAN, "{0} AND {1}", lambda a, b: bool(a and b), 1.0, total=True)(one, other)


def either(one: Node, other: Node) -> Node:
    """Whether one of the two holds."""
    return Function("or", BOOLEAN, "({0} OR {1})", lambda a, b: bool(a or b), 1.0, total=True)(one, other)


def bits(flags: Sequence[Value]) -> int:
    """The rows for which a flag is true, as bits."""
    if len(flags) <= len(_POWERS):
        return sum(compress(_POWERS, flags))
    return int("".join(["1" if flag else "0" for flag in reversed(flags)]), 2)


def is_present(node: Node) -> Node:
    """Whether the expression has a value."""
    return Function("is filled", BOOLEAN, "{0} IS NOT NULL", lambda value: value is not None, 1.0, total=True)(node)


def is_absent(node: Node) -> Node:
    """Whether the expression has no value."""
    return Function("is blank", BOOLEAN, "{0} IS NULL", lambda value: value is None, 1.0, total=True)(node)


def presence(node: Node, values: Column, cost: float) -> Iterator[tuple[str, Node, int, float]]:
    """The conditions that the expression has a value, and that it has none: kind, condition, rows, extra cost."""
    yield "blank", is_present(node), bits([value is not None for value in values]), cost
    yield "blank", is_absent(node), bits([value is None for value in values]), cost + 0.5
