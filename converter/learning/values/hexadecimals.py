"""Whole numbers in sixteens, as devices write them: `0x1F`."""

import re
from collections.abc import Iterator
from decimal import Decimal

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.values.reading import Reading, Texts, filled

_HEXADECIMAL = re.compile(r"0x[0-9A-Fa-f]{1,15}").fullmatch


def _value(text: str) -> Decimal | None:
    return Decimal(int(text, 16)) if _HEXADECIMAL(text) else None


HEXADECIMAL = Function("hexadecimal", Kind.NUMBER, "CAST(TRY_CAST({0} AS BIGINT) AS DECIMAL(28, 6))", _value, 1.2)


def readings(texts: Texts) -> Iterator[Reading]:
    """The column as numbers, where all of its cells are written so."""
    cells = filled(texts)
    if cells and all(map(_HEXADECIMAL, cells)):
        yield Reading(HEXADECIMAL)
