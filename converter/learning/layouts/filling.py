"""Blanks filled from the rows above or below."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.learning.layouts.conditions import WIDEST
from converter.learning.layouts.goal import Goal
from converter.learning.layouts.grid import Grid, Source
from converter.learning.layouts.step import Step
from converter.table import Cell


@dataclass(frozen=True)
class Fill(Step):
    """Fills the blanks of columns with the nearest filled cell above or below (Wrangler's fill)."""

    title: ClassVar[str] = "filled"
    columns: tuple[int, ...]
    upward: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Single columns with blanks, and all of these together."""
        if grid.is_ragged or grid.width > WIDEST:
            return
        gaps = [at for at, cells in enumerate(grid.columns) if any(cells) and not all(cells)]
        for chosen in [(at,) for at in gaps] + ([tuple(gaps)] if len(gaps) > 1 else []):
            yield cls(chosen)
            yield cls(chosen, upward=True)

    @property
    def cost(self) -> float:
        """Filling down is usual, filling up is rare."""
        return 0.8 + 0.1 * (len(self.columns) - 1) + 0.5 * self.upward

    def apply(self, grid: Grid) -> Grid | None:
        """The grid with fewer blanks; None where nothing was filled."""
        columns = list(grid.columns)
        for at in self.columns:
            columns[at] = tuple(carried(columns[at][::-1]))[::-1] if self.upward else tuple(carried(columns[at]))
        rows = tuple(zip(*columns, strict=True))
        return Grid(rows, grid.names) if rows != grid.rows else None

    def select(self, source: Source) -> str:
        """The last filled value of the column up to this row."""
        order = "_row DESC" if self.upward else "_row"
        replaced = {
            at: f"last_value(nullif({source.cell(at)}, '') IGNORE NULLS) OVER (ORDER BY {order})" for at in self.columns
        }
        return f"SELECT {source.columns(replaced)}, _row FROM {source.relation}"


def carried(cells: Iterable[Cell]) -> Iterator[Cell]:
    """The cells, a blank one with what stands in the last filled one before it."""
    last: Cell = None
    for cell in cells:
        last = cell or last
        yield last
