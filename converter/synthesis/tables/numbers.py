"""Numbers in text cells, as exact decimals, and how a computed number is written back as the example shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from converter.table import Cell

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")


def number(cell: Cell) -> Decimal | None:
    """The cell as a number, or None."""
    text = (cell or "").strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def are_numbers(cells: Sequence[Cell]) -> bool:
    """Whether every filled cell is a number, and there is one."""
    filled_cells = [cell for cell in cells if cell]
    return bool(filled_cells) and all(number(cell) is not None for cell in filled_cells)


def as_number(cell_sql: str) -> str:
    """The SQL of a text cell as an exact number; NULL where it is none."""
    return f"TRY_CAST({cell_sql} AS DECIMAL(30, 6))"


@dataclass(frozen=True)
class NumberFormat:
    """How a number is written: with a fixed count of decimals, or with as few as it needs."""

    decimals: int | None

    def text(self, value: Decimal) -> str:
        """The number as text."""
        if self.decimals is not None:
            return f"{value.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP):f}"
        short = f"{value.quantize(Decimal(1).scaleb(-6), ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
        return "0" if short in ("", "-0") else short

    def sql(self, value_sql: str) -> str:
        """The SQL of the same."""
        if self.decimals is not None:
            return f"CAST(CAST({value_sql} AS DECIMAL(38, {self.decimals})) AS VARCHAR)"
        return f"rtrim(rtrim(CAST(CAST({value_sql} AS DECIMAL(38, 6)) AS VARCHAR), '0'), '.')"


def format_of(cells: Sequence[Cell]) -> NumberFormat | None:
    """The format that the filled cells are written in; None where they are no numbers."""
    if not are_numbers(cells):
        return None
    decimals = {len(cell.strip().partition(".")[2]) for cell in cells if cell}
    return NumberFormat(decimals.pop() if len(decimals) == 1 else None)
