"""Amounts with the unit named beside them, brought to one unit: `10 KB` and `2 MB` as bytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from converter.synthesis.operators.numbers import EXACT, SCALE, Number, decimal_of, fitted, operation, parsed_number, plain
from converter.synthesis.operators.substrings import Extract
from converter.synthesis.operators.units import SYMBOLS
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Term, literal
from converter.table import Row

_AMOUNT = r"-?[0-9]+(?:\.[0-9]+)?"
_SYMBOL = r"[A-Za-zµ°]+"


@dataclass(frozen=True)
class Measured(Number):
    """The amount that a text tells, in the unit of the dimension that `base` names. An unknown unit gives NULL."""

    source: Term
    dimension: int
    base: str

    @property
    def cost(self) -> float:
        return self.source.cost + 3.0

    @property
    def keeps_digits(self) -> bool:
        return True

    @property
    def _factors(self) -> dict[str, Decimal]:
        units = SYMBOLS[self.dimension]
        return {symbol: EXACT.divide(size, units[self.base]).normalize() for symbol, size in units.items()}

    def number(self, row: Row) -> Decimal | None:
        amount = decimal_of(Extract(self.source, _AMOUNT, 0, 0.0).value(row))
        factor = self._factors.get(Extract(self.source, _SYMBOL, 0, 0.0).value(row) or "")
        return None if amount is None or factor is None else fitted(EXACT.multiply(amount, factor), SCALE)

    def sql(self) -> exp.Expression:
        amount = parsed_number(Extract(self.source, _AMOUNT, 0, 0.0).sql(), SCALE)
        ifs = [exp.If(this=literal(symbol), true=plain(factor)) for symbol, factor in self._factors.items()]
        return operation(exp.Mul, amount, exp.Case(this=Extract(self.source, _SYMBOL, 0, 0.0).sql(), ifs=ifs))


def measured_numbers(sheet: Sheet) -> Iterator[Number]:
    """Columns that tell amounts in different units of one dimension, in each unit that gives short numbers."""
    for column in sheet.filled():
        told = [re.fullmatch(rf"\s*{_AMOUNT}\s*({_SYMBOL})\s*", text or "") for text in sheet.texts(column)]
        symbols = {match.group(1) for match in told if match}
        if not all(told) or len(symbols) < 2:
            continue
        for at, units in enumerate(SYMBOLS):
            if symbols <= units.keys():
                yield from (Measured(column, at, base) for base in _bases(units))


def _bases(units: dict[str, Decimal]) -> Iterator[str]:
    """One symbol for each size for which the others are exact decimals of few digits."""
    sizes: set[Decimal] = set()
    for symbol, size in units.items():
        factors = [EXACT.divide(one, size).normalize() for one in units.values()]
        if size not in sizes and all(len(factor.as_tuple().digits) <= 12 for factor in factors):
            sizes.add(size)
            yield symbol
