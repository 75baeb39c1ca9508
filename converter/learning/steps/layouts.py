"""Tables without a heading whose cells stand in another way: folded, unfolded, records over several lines, blocks, lists.

A search over grids of cells (`converter.learning.layouts`) finds steps after which the rows stand one for one; the columns are
then explained like any others.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from converter.learning.bank import Relation
from converter.learning.clock import now
from converter.learning.kinds import Column
from converter.learning.layouts.exploration import Path, explore
from converter.learning.layouts.goal import Goal, goal_of, words_in
from converter.learning.layouts.grid import grid_of
from converter.learning.layouts.statement import query
from converter.learning.nodes import ColumnRef, Node
from converter.learning.query import Query
from converter.learning.splitting.coverage import coverages, delimited
from converter.learning.steps.plan import Plan
from converter.table import Example, Row

NATS = 1.5
"""What a unit of a path's cost is in the costs of programs."""
RIVALRY = 0.3
"""How much dearer than the cheapest path its rivals may be to be looked for."""
MOST_FOUND = 8
MOST_COMPUTED = 6
"""Of grids some of whose columns are still to be computed so many are looked at; each takes a good part of a second."""
LEAST_COMPUTED = 1.0
"""What a computed column costs at least, as a path's cost."""
WHOLE = 2.0
"""Parts that make up a column hardly do so by chance: so much is saved (in nats)."""
LEAST_SHARE = 0.8
"""Of rows that stand alike, so many have a word in common."""
PATIENCE = 40
"""How many grids are looked at after the first that fits, for a cheaper one."""


@dataclass(frozen=True)
class LayoutQuery(Query):
    """The statement of a path; a `ragged` one gives one column of lists, whose lengths come from the data."""

    path: Path | None = None
    ragged: bool = False

    def select(self, names: Sequence[str], outputs: Sequence[Node]) -> exp.Expression:
        """The path's steps and the outputs over the last."""
        assert self.path is not None
        if self.ragged:
            return query(self.path, {"cells": exp.column("cells")})
        return query(self.path, dict(zip(names, (node.sql() for node in outputs), strict=True)))


def layouts(example: Example, deadline: float) -> Iterator[Plan]:
    """Plans whose rows stand one for one against the expected ones after steps over grids, those with plain copies first."""
    goal, start = goal_of(example), grid_of(example.input)
    if not goal.cells:
        return
    exact: list[Path] = []
    computed: list[Path] = []
    parted: list[Path] = []
    patience = PATIENCE

    def bound() -> float:
        return min((path.cost for path in exact), default=math.inf) + RIVALRY

    for path in explore(start, goal, deadline=deadline, bound=bound):
        if any(path.steps[: len(one.steps)] == one.steps for one in parted):
            continue
        if path.steps and _is_exact(path, goal):
            exact.append(path)
        elif path.steps and _stand_alike(path, goal):
            if len(parted) < MOST_COMPUTED and _is_parted(path, goal, bound()):
                parted.append(path)
            elif len(computed) < MOST_COMPUTED and _may_be_computed(path, goal, bound()):
                computed.append(path)
        patience -= bool(exact)
        if patience < 0 or len(exact) >= MOST_FOUND or now() > deadline:
            break
    for path in sorted(exact, key=lambda path: path.cost):
        yield _plan(path, goal)
    for path in parted:
        yield replace(made := _plan(path, goal), cost=made.cost - WHOLE)
    for path in computed:
        yield _plan(path, goal)


def _is_exact(path: Path, goal: Goal) -> bool:
    """Whether the grid is the expected table, or has all its columns."""
    grid, expected = path.grid, goal.expected
    if grid.is_ragged:
        return not goal.headed and grid.trimmed == expected.trimmed
    if len(grid.rows) != len(expected.rows) or _open_columns(path, goal):
        return False
    # A column is copied once: the same cells in two places are rather of two rows.
    given = Counter(map(tuple, grid.columns))
    return all(count <= given[target] for target, count in Counter(map(tuple, expected.columns)).items() if any(target))


def _open_columns(path: Path, goal: Goal) -> list[int]:
    """The expected columns that are neither blank nor copies of the grid's."""
    known = set(path.grid.columns)
    return [at for at, target in enumerate(goal.expected.columns) if any(target) and target not in known]


def _may_be_computed(path: Path, goal: Goal, bound: float) -> bool:
    """Whether at least as many columns are copied as are to be computed."""
    opened = len(_open_columns(path, goal))
    return 2 * opened <= sum(map(any, goal.expected.columns)) and path.cost + LEAST_COMPUTED * opened <= bound


def _is_parted(path: Path, goal: Goal, bound: float) -> bool:
    """Whether the columns that are no copies are parts of a column each, several of one: one pattern tells them."""
    opened = _open_columns(path, goal)
    if len(opened) < 2 or path.cost + LEAST_COMPUTED > bound:
        return False
    targets = [goal.expected.columns[at] for at in opened]
    parts = (*coverages(path.grid.columns, targets), *delimited(path.grid.columns, targets))
    return len({one.column for part in parts for one in part.segments if one.column is not None}) == len(opened)


def _stand_alike(path: Path, goal: Goal) -> bool:
    """Whether there are as many rows, two at least, most of which share a word with the expected ones in their places."""
    rows, expected = path.grid.rows, goal.expected.rows
    if path.grid.is_ragged or not 2 <= len(rows) == len(expected):
        return False
    return sum(bool(_words(row) & _words(wanted)) for row, wanted in zip(rows, expected, strict=True)) >= LEAST_SHARE * len(
        rows
    )


def _words(row: Row) -> set[str]:
    return {word for cell in row if cell for word in words_in(cell)}


def _plan(path: Path, goal: Goal) -> Plan:
    grid = path.grid
    made = goal.expected if grid.names is None else grid
    names = made.names or ()
    columns: list[Column] = [tuple(column) for column in made.columns]
    frame = Relation(names, columns, [ColumnRef(name) for name in names])
    steps = tuple(step.title for step in path.steps)
    return Plan(frame, LayoutQuery(path=path, ragged=grid.is_ragged), NATS * path.cost, steps)
