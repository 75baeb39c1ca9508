"""One cell split into columns or rows at a delimiter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar, Self

from converter.learning.layouts.goal import Goal
from converter.learning.layouts.grid import Grid, Source, identifier, literal, unique_names
from converter.learning.layouts.step import Step
from converter.table import Cell, Row

_MARKS = (re.compile(r" ?[^\w\s] ?"), re.compile(r" ?[^\w\s]{2,} ?"), re.compile(r"\s+"))


@dataclass(frozen=True)
class SplitColumn(Step):
    """Splits a column into as many as the example shows, at a delimiter."""

    title: ClassVar[str] = "split"
    column: int
    delimiter: str
    parts: int

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Delimiters between whose parts the goal has cells."""
        if grid.is_ragged:
            return
        for column, cells in enumerate(grid.columns):
            for delimiter, parts in _delimiters(cells, goal):
                if parts <= 12:
                    yield cls(column, delimiter, parts)

    @property
    def cost(self) -> float:
        """Many parts are a little less likely."""
        return 0.9 + 0.03 * self.parts

    def apply(self, grid: Grid) -> Grid | None:
        """The columns with the parts in place of the cell."""
        assert grid.names is not None
        at = self.column
        rows = tuple(row[:at] + self._split(row[at]) + row[at + 1 :] for row in grid.rows)
        return Grid(rows, self._names(grid.names))

    def select(self, source: Source) -> str:
        """`string_split` and its elements."""
        assert source.names is not None
        names = self._names(source.names)
        cell = source.cell(self.column)
        columns = [source.cell(at) for at in range(len(source.names))]
        columns[self.column : self.column + 1] = [
            f"string_split({cell}, {literal(self.delimiter)})[{part + 1}] AS {identifier(names[self.column + part])}"
            for part in range(self.parts)
        ]
        after = self.column + 1
        for at in range(after, len(source.names)):
            columns[at + self.parts - 1] += f" AS {identifier(names[at + self.parts - 1])}"
        return f"SELECT {', '.join(columns)}, _row FROM {source.relation}"

    def _split(self, cell: Cell) -> tuple[Cell, ...]:
        parts = [part or None for part in cell.split(self.delimiter)] if cell else []
        return tuple((parts + [None] * self.parts)[: self.parts])

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        at = self.column
        return unique_names([*names[:at], *(f"{names[at]}_{n + 1}" for n in range(self.parts)), *names[at + 1 :]])


@dataclass(frozen=True)
class SplitRows(Step):
    """Gives each part of a cell, or of several cells in step, a row of its own, the other cells repeated."""

    title: ClassVar[str] = "exploded"
    columns: tuple[int, ...]
    delimiter: str
    is_evident: bool = True

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Delimiters between whose parts the goal has cells."""
        if grid.is_ragged:
            return
        found: dict[str, list[int]] = {}
        for column, cells in enumerate(grid.columns):
            for delimiter, _ in _delimiters(cells, goal):
                yield cls((column,), delimiter)
                found.setdefault(delimiter, []).append(column)
        for delimiter, columns in found.items():
            counts = {tuple((row[at] or "").count(delimiter) for at in columns) for row in grid.rows}
            if len(columns) > 1 and all(len(set(each)) == 1 for each in counts):
                yield cls(tuple(columns), delimiter, goal.headed or len(counts) > 1)

    @property
    def cost(self) -> float:
        """One clear step; several lists that have as many parts in every row may be meant otherwise."""
        return 1.0 + 0.5 * (not self.is_evident)

    def apply(self, grid: Grid) -> Grid | None:
        """A row for each part; rows without text stay."""
        rows = tuple(part for row in grid.rows for part in self._parts(row))
        return Grid(rows, grid.names) if len(rows) <= 20_000 else None

    def select(self, source: Source) -> str:
        """UNNEST of `string_split`, numbered again."""
        lists = {at: f"string_split(coalesce({source.cell(at)}, ''), {literal(self.delimiter)})" for at in self.columns}
        unnested = source.columns({at: f"UNNEST({parts})" for at, parts in lists.items()})
        place = f"generate_subscripts({lists[self.columns[0]]}, 1)"
        return (
            f"SELECT {source.columns()}, row_number() OVER (ORDER BY _row, _part) AS _row FROM "
            f"(SELECT {unnested}, {place} AS _part, _row FROM {source.relation})"
        )

    def _parts(self, row: Row) -> Iterator[Row]:
        divided = [(row[at] or "").split(self.delimiter) for at in self.columns]
        for parts in zip_longest(*divided):
            cells = list(row)
            for at, part in zip(self.columns, parts, strict=True):
                cells[at] = part or None
            yield tuple(cells)


def _delimiters(cells: tuple[Cell, ...], goal: Goal) -> Iterator[tuple[str, int]]:
    """Delimiters of which at least half of the parts are wanted cells, with the most parts that a cell has."""
    texts = [cell for cell in cells if cell and not goal.wants(cell)]
    runs = {run for text in texts[:50] for kind in _MARKS for run in kind.findall(text)}
    marks = {mark for run in runs for mark in (run, run.strip()) if mark}
    for mark in sorted(marks, key=lambda mark: (-len(mark), mark)):
        divided = [text.split(mark) for text in texts if mark in text]
        parts = [part for text in divided for part in text if part]
        if parts and 2 * sum(map(goal.resembles, parts)) >= len(parts):
            yield mark, max(len(text) for text in divided)
