"""Numbers in text cells, as exact decimals, and how a computed number is written back as the example shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from converter.table import Cell

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")
_MARKED = re.compile(r"(?:[A-Z]{3} )?[-+]?[$€£¥]? ?[-+]?\d{1,3}(?:,?\d{3})*(?:\.\d+)?(?: ?[%€]| [A-Z]{3})?")
_BESIDES = r"[^0-9.-]"


# The same cells are read for one aggregate after the other.
@lru_cache(maxsize=1 << 16)
def number(cell: Cell) -> Decimal | None:
    """The cell as a plain number, or None."""
    text = (cell or "").strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@dataclass(frozen=True)
class Reading:
    """How a column's numbers are read: plain ones, or such with marks of currency, thousands or percent about them."""

    is_marked: bool = False

    def value(self, cell: Cell) -> Decimal | None:
        """The number that the cell holds, or None."""
        return number(_bare(cell)) if self.is_marked and cell else number(cell)

    def sql(self, cell_sql: str) -> str:
        """The SQL of the same, an exact decimal; NULL where it is no number."""
        bare = f"regexp_replace({cell_sql}, '{_BESIDES}', '', 'g')" if self.is_marked else cell_sql
        return f"TRY_CAST({bare} AS DECIMAL(30, 6))"


def reading_of(cells: Sequence[Cell]) -> Reading | None:
    """How the filled cells are read as numbers; None where they are none."""
    filled_cells = [cell for cell in cells if cell]
    if not filled_cells:
        return None
    if all(number(cell) is not None for cell in filled_cells):
        return Reading()
    marked = all(_MARKED.fullmatch(cell.strip()) for cell in filled_cells)
    return Reading(True) if marked else None


def are_numbers(cells: Sequence[Cell]) -> bool:
    """Whether every filled cell is a plain number, and there is one."""
    return reading_of(cells) == Reading()


@dataclass(frozen=True)
class NumberFormat:
    """How a number is written: with a fixed count of decimals, or with as few as it needs."""

    decimals: int | None

    def has_room_for(self, cells: Sequence[Cell]) -> bool:
        """Whether the numbers in the cells are written in full."""
        return self.decimals is None or max((_decimals(cell) for cell in cells if cell), default=0) <= self.decimals

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
    decimals = {_decimals(cell) for cell in cells if cell}
    return NumberFormat(decimals.pop() if len(decimals) == 1 else None)


@lru_cache(maxsize=1 << 16)
def _bare(cell: str) -> str:
    return re.sub(_BESIDES, "", cell)


def _decimals(cell: str) -> int:
    return len(_bare(cell).partition(".")[2])


_IN_TEXT = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def bare_numbers(cells: Sequence[Cell]) -> tuple[Cell, ...] | None:
    """The one number that stands in each cell, without the text about it; None where a cell has none or several."""
    found: list[Cell] = []
    for cell in cells:
        inside = _IN_TEXT.findall(cell or "")
        if len(inside) != 1:
            return None
        found.append(inside[0].replace(",", ""))
    return tuple(found)
