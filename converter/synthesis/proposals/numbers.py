"""Arithmetic over one or two columns and a constant, in decimals throughout, written as the example writes it."""

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation

from sqlglot import exp

from converter.synthesis.piece import Operator, Piece, cells_of, column, decimals
from converter.table import Table

_MOST_DIGITS = 15
_Compute = Callable[[Decimal, Decimal], Decimal]
_OPERATIONS: tuple[tuple[type[exp.Binary], _Compute, bool], ...] = (
    (exp.Mul, lambda left, right: left * right, True),
    (exp.Add, lambda left, right: left + right, True),
    (exp.Sub, lambda left, right: left - right, False),
    (exp.Div, lambda left, right: left / right, False),
)


def propose(table: Table, target: Sequence[str]) -> Iterator[Piece]:
    """Whole cells that are a number computed from others; nothing where the target is not numbers of one format."""
    places = {decimals(cell) for cell in target}
    if len(places) != 1 or None in places:
        return
    digits = places.pop() or 0
    numbers = {at: values for at in range(table.width) if (values := _numbers(cells_of(table, at)))}
    for left, these in numbers.items():
        yield _formatted(_number(table, left), these, digits, 2.5)
        yield from _with_constant(table, left, these, target, digits)
        for right, those in numbers.items():
            for operation, compute, commutes in _OPERATIONS:
                if left == right or (commutes and right < left):
                    continue
                values = _computed(compute, these, those)
                if values:
                    made = operation(this=_number(table, left), expression=_number(table, right))
                    yield _formatted(made, values, digits, 3)


def _with_constant(table: Table, at: int, values: list[Decimal], target: Sequence[str], digits: int) -> Iterator[Piece]:
    if len(set(values)) < 2:
        return
    wanted = [Decimal(cell) for cell in target]
    largest = max(range(len(values)), key=lambda row: abs(values[row]))
    if values[largest]:
        factor = (wanted[largest] / values[largest]).normalize()
        if len(factor.as_tuple().digits) <= 6 and factor not in (0, 1):
            yield _formatted(
                exp.Mul(this=_number(table, at), expression=_constant(factor)), [v * factor for v in values], digits, 4
            )
    shift = wanted[0] - values[0]
    if shift:
        yield _formatted(exp.Add(this=_number(table, at), expression=_constant(shift)), [v + shift for v in values], digits, 4)


def _formatted(number: exp.Expr, values: list[Decimal], digits: int, cost: float) -> Piece:
    step = Decimal(1).scaleb(-digits)
    texts = tuple(f"{value.quantize(step, ROUND_HALF_UP):f}" for value in values)
    rounded = exp.Anonymous(this="round", expressions=[number, exp.convert(digits)])
    return Piece(_cast(_cast(rounded, digits), None), texts, cost, "number")


def _number(table: Table, at: int) -> exp.Expression:
    return exp.TryCast(this=column(table, at), to=exp.DataType.build("DECIMAL(18, 6)"))


def _cast(expression: exp.Expr, digits: int | None) -> exp.Expression:
    kind = "VARCHAR" if digits is None else f"DECIMAL(38, {digits})"
    return exp.Cast(this=expression, to=exp.DataType.build(kind, dialect="duckdb"))


def _constant(value: Decimal) -> exp.Expression:
    return exp.Literal.number(f"{value:f}")


def _numbers(cells: Sequence[str]) -> list[Decimal]:
    """The cells as numbers; none where one of them is not, or has more digits than the engine's decimals hold."""
    if not all(decimals(cell) is not None and len(cell) <= _MOST_DIGITS for cell in cells):
        return []
    return [Decimal(cell) for cell in cells]


def _computed(compute: _Compute, these: list[Decimal], those: list[Decimal]) -> list[Decimal]:
    try:
        return [compute(one, other) for one, other in zip(these, those, strict=True)]
    except (DivisionByZero, InvalidOperation):
        return []


NUMBERS = Operator("numbers", propose, is_whole=True)
