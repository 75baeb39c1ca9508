"""Columns turned into rows: fold, unpivot, melt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, literal, unique_names
from converter.synthesis.tables.operator import Operator


@dataclass(frozen=True)
class Fold(Operator):
    """Gives each of some columns a row of its own, beside the columns that are kept (Potter's Wheel's fold)."""

    title: ClassVar[str] = "folded"
    kept: tuple[int, ...]
    folded: tuple[int, ...]
    by_column: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """The last columns, from every column on."""
        for kept, folded in _divisions(grid):
            yield cls(kept, folded)
            if len(grid.rows) > 1:
                yield cls(kept, folded, by_column=True)

    @property
    def cost(self) -> float:
        """Row by row is the usual order."""
        return 1.0 + 0.4 * self.by_column

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each folded cell."""
        return _folded(self, grid, grid.rows, [()] * len(self.folded), ("value",))

    def select(self, source: Source) -> str:
        """UNNEST of a list of the folded columns."""
        names = unique_names([*_kept_names(self, source), "value"])
        return (
            f"SELECT {_kept_columns(self, source)}UNNEST({source.cells(self.folded)}) AS {_quoted(names[-1])}, "
            f"{_position(self, '_row', source.relation)} AS _row FROM {source.relation}"
        )


@dataclass(frozen=True)
class FoldUnderHeader(Operator):
    """As `Fold`, and writes the first row's cell over each folded column beside its value."""

    title: ClassVar[str] = "unpivoted"
    kept: tuple[int, ...]
    folded: tuple[int, ...]
    by_column: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Columns over which the first row has cells that the goal wants."""
        if len(grid.rows) < 2:
            return
        for kept, folded in _divisions(grid):
            if sum(goal.wants(grid.rows[0][at]) for at in folded) * 2 > len(folded):
                yield cls(kept, folded)
                if len(grid.rows) > 2:
                    yield cls(kept, folded, by_column=True)

    @property
    def cost(self) -> float:
        """A little above `Fold`."""
        return 1.1 + 0.4 * self.by_column

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each folded cell of the rows under the header."""
        headings = [(grid.rows[0][at],) for at in self.folded]
        return _folded(self, grid, grid.rows[1:], headings, ("key", "value"))

    def select(self, source: Source) -> str:
        """UNNEST of the header's cells beside UNNEST of the row's."""
        names = unique_names([*_kept_names(self, source), "key", "value"])
        body, header = Source("body", source.names), Source("header", source.names)
        columns = "".join(f"body.{body.cell(at)}, " for at in self.kept)
        keys = ", ".join(f"header.{header.cell(at)}" for at in self.folded)
        values = ", ".join(f"body.{body.cell(at)}" for at in self.folded)
        return (
            f"SELECT {columns}UNNEST([{keys}]) AS {_quoted(names[-2])}, UNNEST([{values}]) AS {_quoted(names[-1])}, "
            f"{_position(self, 'body._row', source.relation)} AS _row FROM {source.relation} AS body "
            f"CROSS JOIN (SELECT * FROM {source.relation} ORDER BY _row LIMIT 1) AS header WHERE body._row > header._row"
        )


@dataclass(frozen=True)
class Unpivot(Operator):
    """As `Fold`, and writes the folded column's name beside its value."""

    title: ClassVar[str] = "unpivoted"
    kept: tuple[int, ...]
    folded: tuple[int, ...]
    labels: tuple[str, ...]
    by_column: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """The columns whose names the goal has as cells."""
        if not goal.headed or grid.names is None:
            return
        folded = tuple(at for at, name in enumerate(grid.names) if goal.wants(name))
        if len(folded) < 2:
            return
        kept = tuple(at for at in range(grid.width) if at not in folded)
        labels = tuple(grid.names[at] for at in folded)
        yield cls(kept, folded, labels)
        if len(grid.rows) > 1:
            yield cls(kept, folded, labels, by_column=True)

    @property
    def cost(self) -> float:
        """Names that turn up as cells are strong evidence."""
        return 0.9 + 0.4 * self.by_column

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each folded cell, with its column's name."""
        return _folded(self, grid, grid.rows, [(label,) for label in self.labels], ("key", "value"))

    def select(self, source: Source) -> str:
        """UNNEST of the names beside UNNEST of the cells."""
        names = unique_names([*_kept_names(self, source), "key", "value"])
        labels = ", ".join(map(literal, self.labels))
        return (
            f"SELECT {_kept_columns(self, source)}UNNEST([{labels}]) AS {_quoted(names[-2])}, "
            f"UNNEST({source.cells(self.folded)}) AS {_quoted(names[-1])}, "
            f"{_position(self, '_row', source.relation)} AS _row FROM {source.relation}"
        )


_Folding = Fold | FoldUnderHeader | Unpivot


def _divisions(grid: Grid) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The ways to keep the first columns and fold the others."""
    if grid.is_ragged:
        return
    for first in range(min(grid.width - 1, 8)):
        yield tuple(range(first)), tuple(range(first, grid.width))


def _folded(step: _Folding, grid: Grid, rows: tuple, labels: list[tuple], added: tuple[str, ...]) -> Grid | None:
    if grid.names is None or len(rows) * len(step.folded) > 20_000:
        return None
    places = list(zip(step.folded, labels, strict=True))
    made = [[(*(row[k] for k in step.kept), *label, row[at]) for at, label in places] for row in rows]
    if step.by_column:
        made = [list(column) for column in zip(*made, strict=True)]
    names = unique_names([*(grid.names[at] for at in step.kept), *added])
    return Grid(tuple(row for group in made for row in group), names)


def _kept_names(step: _Folding, source: Source) -> list[str]:
    assert source.names is not None
    return [source.names[at] for at in step.kept]


def _kept_columns(step: _Folding, source: Source) -> str:
    return "".join(f"{source.cell(at)}, " for at in step.kept)


def _position(step: _Folding, row: str, relation: str) -> str:
    """A `_row` for the unnested rows: unique, and in the order of rows or of columns."""
    count = len(step.folded)
    places = ", ".join(map(str, range(count)))
    if step.by_column:
        return f"{row} + UNNEST([{places}]) * (SELECT max(_row) FROM {relation})"
    return f"{row} * {count} + UNNEST([{places}])"


def _quoted(name: str) -> str:
    return '"' + name + '"'
