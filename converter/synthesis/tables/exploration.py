"""Best-first search for the steps that turn one grid into another.

A* over grids in memory, after Foofah (Jin et al., SIGMOD 2017): nodes are grids, edges are operator instances that their class
proposes for the grid and the goal, the estimate is `Goal.distance`. A grid that lost a cell which the goal needs is not
followed, and equal grids are followed once, by their cheapest path.
"""

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from converter.learning.clock import now
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid
from converter.synthesis.tables.operator import Operator, all_operators

MOST_STEPS = 6
LARGE = 2000
"""Rows from which on only operators are proposed that scale."""
MOST_CELLS = 20_000
MOST_HELD_CELLS = 1_500_000
"""Cells of all grids that are kept, some 300 MB; beyond that only paths that were found before are gone through."""


@dataclass(frozen=True)
class Path:
    """Steps from the input, and the grids before, between and after them."""

    steps: tuple[Operator, ...]
    grids: tuple[Grid, ...]
    cost: float

    @property
    def grid(self) -> Grid:
        """The grid after all steps."""
        return self.grids[-1]


def explore(
    start: Grid, goal: Goal, *, deadline: float, weight: float = 1.0, bound: Callable[[], float] = lambda: math.inf
) -> Iterator[Path]:
    """Grids reachable from `start`, the most promising first, until none is left or the deadline has passed.

    Paths that cost more than `bound`, which may fall meanwhile, are not followed.
    """
    whole = {cell for row in start.rows for cell in row}
    text = _text(start)
    needed = [cell for cell in goal.cells if cell in whole or (len(cell) >= 4 and cell in text)]
    if goal.headed:
        # A number may be expected for another reason than that it stood in the input: it was computed.
        needed = [cell for cell in needed if cell.isalpha()]
    order, held = count(), 0
    seen: dict[tuple, float] = {}
    waiting = [(weight * goal.distance(start), next(order), Path((), (start,), 0.0))]
    while waiting and now() < deadline:
        _, _, path = heapq.heappop(waiting)
        if path.cost > bound() or seen.get(_identity(path.grid), math.inf) < path.cost:
            continue
        yield path
        if len(path.steps) >= MOST_STEPS or held > MOST_HELD_CELLS:
            continue
        for following in _following(path, goal, needed, deadline, bound()):
            identity = _identity(following.grid)
            if following.cost < seen.get(identity, math.inf):
                seen[identity] = following.cost
                held += following.grid.width * len(following.grid.rows)
                estimate = following.cost + weight * goal.distance(following.grid)
                heapq.heappush(waiting, (estimate, next(order), following))


def _following(path: Path, goal: Goal, needed: list[str], deadline: float, bound: float) -> Iterator[Path]:
    is_large = len(path.grid.rows) > LARGE
    for kind in all_operators():
        if is_large and not kind.scales:
            continue
        for step in kind.propose(path.grid, goal):
            if now() > deadline:
                return
            if path.cost + step.cost > bound:
                continue
            grid = step.apply(path.grid)
            if grid is None or not grid.rows or not 0 < grid.width * len(grid.rows) <= MOST_CELLS:
                continue
            text = _text(grid)
            if all(cell in text for cell in needed):
                yield Path((*path.steps, step), (*path.grids, grid), path.cost + step.cost)


def _text(grid: Grid) -> str:
    return "\0".join(cell for row in grid.rows for cell in row if cell)


def _identity(grid: Grid) -> tuple:
    return (grid.is_ragged, grid.rows)
