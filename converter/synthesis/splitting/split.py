"""The output columns that one input column is split into, by a pattern's groups or by places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from sqlglot import exp

from converter.learning.shapes import MOST_ROWS, shape
from converter.learning.splitting.coverage import Coverage, coverages, delimited
from converter.learning.splitting.pattern import Pattern, Segment, pattern_of
from converter.learning.splitting.widths import are_padded, width_pattern, widths
from converter.synthesis.operators.substrings import Slice
from converter.synthesis.tables.exploration import Path
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, identifier, literal
from converter.synthesis.tables.operator import Operator
from converter.synthesis.tables.projection import Projected
from converter.synthesis.term import Column
from converter.table import Cell

MOST_PROVEN = 2000
"""So many rows are tried in memory; the engine tries all of them."""


@dataclass(frozen=True)
class Split:
    """A path on which output columns, by their places, are split off an input column."""

    path: Path
    columns: dict[int, Projected]


@dataclass(frozen=True)
class MatchPattern(Operator):
    """Adds a column of what the groups of a pattern match, under the names of the output columns."""

    title: ClassVar[str] = "split"
    keeps_rows: ClassVar[bool] = True
    column: int
    pattern: Pattern
    groups: tuple[str, ...]
    name: str

    @property
    def cost(self) -> float:
        """What the pattern costs."""
        return self.pattern.cost

    def apply(self, grid: Grid) -> Grid | None:
        """The same grid: the groups are no cells."""
        return grid

    def select(self, source: Source) -> str:
        """`regexp_extract` with a name for each group."""
        groups = ", ".join(map(literal, self.groups))
        extract = f"regexp_extract({source.cell(self.column)}, {literal(self.pattern.regex)}, [{groups}])"
        return f"SELECT *, {extract} AS {identifier(self.name)} FROM {source.relation}"


def split(path: Path, goal: Goal) -> Split | None:
    """The output columns that make up an input column of the path's grid, each as a part of it; None where there are none."""
    steps: list[MatchPattern] = []
    columns: dict[int, Projected] = {}
    tables = path.grid.columns, goal.expected.columns
    for coverage in (*coverages(*tables), *delimited(*tables)):
        if any(segment.column in columns for segment in coverage.segments):
            continue
        aligned = widths(coverage.segments) if are_padded(coverage.segments) else None
        found = _by_place(path.grid, goal, coverage, aligned) if aligned else None
        if found is None:
            step = _step(path.grid, goal, coverage, aligned, len(steps))
            if step is None:
                continue
            steps.append(step)
            found = _groups(step, coverage)
        columns |= found
    if not columns:
        return None
    longer = Path((*path.steps, *steps), (*path.grids, *(path.grid for _ in steps)), path.cost)
    return Split(longer, columns)


def _groups(step: MatchPattern, coverage: Coverage) -> dict[int, Projected]:
    share = step.cost / len(step.groups)
    captured = (segment.column for segment in coverage.segments if segment.column is not None)
    return {
        at: Projected(exp.column(name, table=step.name, quoted=True), "split", share)
        for at, name in zip(captured, step.groups, strict=True)
    }


def _by_place(grid: Grid, goal: Goal, coverage: Coverage, aligned: list[int]) -> dict[int, Projected] | None:
    """Slices, if they give every row's cells."""
    source = Column(coverage.source, grid.as_table().columns[coverage.source])
    found = slices(source, coverage.segments, aligned)
    for at, term in found.items():
        target = goal.expected.columns[at][:MOST_PROVEN]
        if any((term.value(row) or None) != cell for row, cell in zip(grid.rows, target, strict=False)):
            return None
    return {at: Projected(term.sql(), "split", 0.5) for at, term in found.items()}


def slices(source: Column, segments: Sequence[Segment], widths: Sequence[int]) -> dict[int, Slice]:
    """The output columns as characters from one place to another."""
    places = [1]
    for width in widths:
        places.append(places[-1] + width)
    fields = zip(segments, (*pairwise(places), (places[-1], None)), strict=True)
    return {
        segment.column: Slice(source, start, None if end is None else end - start)
        for segment, (start, end) in fields
        if segment.column is not None
    }


def _step(grid: Grid, goal: Goal, coverage: Coverage, aligned: list[int] | None, number: int) -> MatchPattern | None:
    """The likeliest pattern that gives every row's cells, as a step."""
    patterns = [width_pattern(coverage.segments, aligned)] if aligned else []
    found = pattern_of(_sampled(coverage.segments), coverage.others[:MOST_ROWS])
    for pattern in (*patterns, *([found] if found else [])):
        columns = tuple(column for column in pattern.columns if column is not None)
        if _is_right(pattern, columns, grid.columns[coverage.source], goal):
            names = goal.expected.names or ()
            taken = {name.casefold() for name in grid.names or ()}
            name = next(name for name in _names(number) if name not in taken)
            return MatchPattern(coverage.source, pattern, tuple(names[at] for at in columns), name)
    return None


def _is_right(pattern: Pattern, columns: tuple[int, ...], texts: Sequence[Cell], goal: Goal) -> bool:
    """Whether the pattern's groups are the cells of the output columns, all of them empty where it does not match."""
    for row, text in zip(goal.expected.rows, texts[:MOST_PROVEN], strict=False):
        parts = pattern.parts(text or "") or ("",) * len(columns)
        if any(part != (row[at] or "") for part, at in zip(parts, columns, strict=True)):
            return False
    return True


def _names(number: int) -> Iterator[str]:
    yield from ("parts" if place == 0 else f"parts_{place + 1}" for place in range(number, number + 100))


def _sampled(segments: tuple[Segment, ...]) -> list[Segment]:
    """The segments for the first row of each shape, and others until there are enough."""
    rows = list(dict.fromkeys(zip(*(segment.texts for segment in segments), strict=True)))
    firsts: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in rows[:MOST_PROVEN]:
        firsts.setdefault(tuple(map(shape, row)), row)
    chosen = list(dict.fromkeys((*list(firsts.values())[:MOST_ROWS], *rows)))[:MOST_ROWS]
    texts = list(zip(*chosen, strict=True))
    return [Segment(segment.column, cells) for segment, cells in zip(segments, texts, strict=True)]
