"""A part of each cell of a column taken out: what stands between the texts that all cells have in common."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.learning.layouts.conditions import common_start
from converter.learning.layouts.goal import Goal
from converter.learning.layouts.grid import Grid, Source, literal
from converter.learning.layouts.step import Step
from converter.table import Cell


@dataclass(frozen=True)
class Extract(Step):
    """Takes what stands between a fixed beginning and a fixed end of the cell; a cell without them becomes empty."""

    title: ClassVar[str] = "extracted"
    column: int
    before: str
    after: str

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Columns whose cells hold wanted cells between constant texts."""
        if grid.is_ragged:
            return
        for column, cells in enumerate(grid.columns):
            parts = list(_wanted_parts({cell for cell in cells if cell and not goal.wants(cell)}, goal))
            if not parts:
                continue
            before = common_start([start for start, _ in parts])
            after = common_start([end[::-1] for _, end in parts])[::-1]
            if any((start, end) == (before, after) for start, end in parts):
                yield cls(column, before, after)

    @property
    def cost(self) -> float:
        """Constant texts are remembered, so they cost by length."""
        return 0.9 + 0.01 * (len(self.before) + len(self.after))

    def apply(self, grid: Grid) -> Grid | None:
        """The grid with the parts in place of the cells."""
        at = self.column
        return Grid(tuple((*row[:at], self._part(row[at]), *row[at + 1 :]) for row in grid.rows), grid.names)

    def select(self, source: Source) -> str:
        """`regexp_extract` of what stands between."""
        pattern = f"^{re.escape(self.before)}([\\s\\S]*){re.escape(self.after)}$"
        part = f"regexp_extract({source.cell(self.column)}, {literal(pattern)}, 1)"
        return f"SELECT {source.columns({self.column: part})}, _row FROM {source.relation}"

    def _part(self, cell: Cell) -> Cell:
        text = cell or ""
        enclosed = text.startswith(self.before) and text.endswith(self.after)
        if not enclosed or len(text) < len(self.before) + len(self.after):
            return None
        return text[len(self.before) : len(text) - len(self.after)] or None


def _wanted_parts(texts: set[str], goal: Goal) -> Iterator[tuple[str, str]]:
    """For each text that holds a wanted cell: what stands before and after the longest one."""
    for text in texts:
        inside = [cell for cell in goal.cells if len(cell) > 1 and cell in text]
        if inside:
            longest = max(inside, key=len)
            start = text.index(longest)
            yield text[:start], text[start + len(longest) :]
