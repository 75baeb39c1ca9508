"""The search for a whole program: which SELECT over `input` gives the expected table.

Rows that already stand one for one need column programs only. Otherwise table operators reshape the input until they do
(`tables.exploration`), and a projection finishes. Every candidate reproduces the example in memory; the caller runs its
SQL and takes the first that holds there too. Candidates are ranked by description length: the likeliest meant comes first.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from converter.learning.clock import now
from converter.learning.findings import ColumnProgram
from converter.synthesis.columns import explain_column
from converter.synthesis.confidence import confidence_of
from converter.synthesis.decisions import by_heart
from converter.synthesis.excerpts import excerpts, is_large, says_much_in_little
from converter.synthesis.sheet import Sheets
from converter.synthesis.splitting.split import split
from converter.synthesis.tables.alignment import is_reordered, keys, stand_alike
from converter.synthesis.tables.exploration import Path, explore
from converter.synthesis.tables.goal import Goal, goal_of
from converter.synthesis.tables.grid import Grid, grid_of
from converter.synthesis.tables.projection import UNEXPLAINED, Projected, project
from converter.synthesis.tables.query import query
from converter.synthesis.tables.wholes import has_whole
from converter.table import Example

MOST_PROGRAMS = 8
MOST_TRIALS = 6
"""On how many reshaped grids with a header column programs are tried; each takes a good part of a second."""
_TRIAL_SECONDS = 3.0
_COLUMN_SECONDS = 1.0
"""What a column may take though others wait: what is found out about the rows for the first serves them too."""
_RIVAL_SECONDS, _RIVAL_SHARE = 2.0, 0.25
"""How long (and for what share of the time) reshapings are looked for once the rows as they are have a program, but one that
tells rows apart."""
LEAST_COMPUTED = 1.0
"""What a computed column costs at least."""
DEAREST_COLUMN = 9.0
"""What a column computed after a reshaping may cost; dearer ones would explain any rows."""
_RIVALRY = 0.3
"""How much dearer than the best program its rivals may be to be looked for."""
_MOST_RESHAPING_SECONDS = 12.0
"""What is found at all is found in a second or two; the rest of the time would go to tables that nobody means."""
_EXCERPT_SHARE = 0.25
"""The share of the time that the search of one excerpt may take."""
_LEFT_FOR_WHOLE = 0.4
"""The share of the time that is left for all rows, which some groups are too large to be cut from."""
MOST_VERIFIED = 3
"""So many programs for an excerpt are held against the whole."""
_DIRECT_SHARE = 0.6
"""The share of the time that the rows as they are may take, before they are reshaped."""
_CONFIDENCE_SECONDS = 0.6
"""How long rows are left out, to see whether the others foretell them."""
LEAST_CONFIDENCE = 0.3
"""What a choice between programs has at least, unless all left-out rows came wrong."""
_BY_HEART = 0.45
"""The share of the cells' length from which on such a choice is dropped."""
_COMPUTED = frozenset(("text", "case", "date", "number", "default", "mapping", "conditional", "constant"))
_DOUBT = 1.5
"""How much dearer reshapings are still tried where the best so far tells rows apart: a list may stand for a filled column."""
_PATTERN_SHARE = 0.5
"""What a part of a pattern costs beside steps that reshape: several fields at once are likelier split so than one by one."""
PATIENCE = 40
"""How many grids are looked at after the first program, for a cheaper one."""
_PATIENCE_COMPUTED = 12
"""The same where rows that stand one for one had all their columns computed: that seldom happens by chance."""


@dataclass(frozen=True)
class Program:
    """A whole SELECT over the relation `input`."""

    query: exp.Expression
    cost: float
    columns: tuple[ColumnProgram, ...]
    ragged: bool
    rowwise: bool


@dataclass(frozen=True)
class SearchResult:
    """Programs that reproduce the example, best first, or the one that explains most of its columns."""

    programs: tuple[Program, ...]
    partial: Program | None
    columns: tuple[ColumnProgram, ...]

    @property
    def program(self) -> Program | None:
        """The best program."""
        return self.programs[0] if self.programs else None


@dataclass(frozen=True)
class _Finish:
    """A path and the output columns over its grid."""

    path: Path
    columns: tuple[Projected, ...]

    @property
    def cost(self) -> float:
        return self.path.cost + sum(column.cost for column in self.columns)

    @property
    def is_complete(self) -> bool:
        return UNEXPLAINED not in self.columns

    @property
    def is_plausible(self) -> bool:
        """Whether no column is told at such length that the rows are likelier to come about in another way."""
        return all(column.cost < DEAREST_COLUMN for column in self.columns)

    @property
    def has_choices(self) -> bool:
        """Whether a column tells rows apart, or repeats a cell that some rows have: it may come about in another way."""
        return any(column.kind in ("conditional", "mapping", "known constant") for column in self.columns)

    @property
    def has_wholes(self) -> bool:
        """Whether all columns are told, one of them by a number that stands for a whole column of the example."""
        return self.is_complete and any(has_whole(column.expression, self.path.grid) for column in self.columns)

    def is_confirmed(self, goal: Goal) -> bool:
        """Whether the example says enough for the program to be meant; if not, no answer is better than a wrong one.

        Columns that are the same in every row say nothing of the input, copies of a single row without names nothing of
        other rows, and lists of what stands for what do not show that the rows were reshaped.
        """
        kinds = {column.kind for column in self.columns}
        if kinds <= {"constant", "known constant"}:
            return False
        if self.path.steps:
            return goal.headed <= (not kinds <= {"conditional", "mapping", "constant", "known constant"})
        is_single = len(goal.expected.rows) == 1 and not goal.headed
        return not (is_single and kinds <= {"copy", "constant"})


def searches(example: Example, *, seconds: float) -> Iterator[SearchResult]:
    """What `search` finds for the example; for a large one, for excerpts of it and at last, with what scales, for all of it.

    Programs for an excerpt reproduce that only; the caller holds them against the whole, and goes on if none fits. All rows
    come first where few are expected from very many.
    """
    if not is_large(example):
        yield search(example, seconds=seconds)
        return
    deadline = now() + seconds
    parts: list[SearchResult] = []
    whole: SearchResult | None = None
    if says_much_in_little(example):
        whole = _of_all_rows(example, now() + _LEFT_FOR_WHOLE * seconds)
        yield whole
    for excerpt in excerpts(example):
        left = deadline - now()
        if left <= (0.0 if whole is not None else _LEFT_FOR_WHOLE * seconds):
            break
        found = search(excerpt, seconds=min(left, _EXCERPT_SHARE * seconds))
        parts.append(replace(found, programs=()))
        yield replace(found, programs=found.programs[:MOST_VERIFIED])
    if whole is None:
        whole = _of_all_rows(example, deadline)
    yield whole if whole.programs or not parts else parts[0]


def _of_all_rows(example: Example, deadline: float) -> SearchResult:
    goal = goal_of(example)
    finishes = _reshapings(grid_of(example.input), goal, deadline)
    return _result(_ranked(finishes), None, goal)


def search(example: Example, *, seconds: float) -> SearchResult:
    """Programs that turn the example's input into its expected table, found within `seconds`."""
    deadline, rivalry = now() + seconds, min(_RIVAL_SECONDS, _RIVAL_SHARE * seconds)
    goal, start = goal_of(example), grid_of(example.input)
    if not goal.cells:
        # Any program that writes nothing would do, so that the example says nothing.
        return _result([], None, goal)
    partial: _Finish | None = None
    finishes: list[_Finish] = []
    reordered = is_reordered(start, goal)
    if reordered:
        finishes = _reshapings(start, goal, min(deadline, now() + rivalry))
        if finishes:
            return _result(_ranked(finishes), None, goal)
    if len(start.rows) == len(goal.expected.rows) and start.rows:
        direct = _with_column_programs(Path((), (start,), 0.0), goal, now() + _DIRECT_SHARE * seconds)
        if direct.has_wholes:
            finishes = _reshapings(start, goal, min(deadline, now() + rivalry))
            finishes = [finish for finish in finishes if not finish.has_choices]
            return _result(_ranked([*finishes, direct]), None, goal)
        if direct.is_complete and not direct.has_choices:
            return _result([direct], None, goal)
        if direct.is_complete:
            finishes, deadline = [direct], min(deadline, now() + rivalry)
        partial = direct
    if not reordered:
        finishes += _reshapings(start, goal, deadline)
    return _result(_ranked(finishes), partial, goal)


def _reshapings(start: Grid, goal: Goal, deadline: float) -> list[_Finish]:
    deadline = min(deadline, now() + _MOST_RESHAPING_SECONDS)
    goal = goal.until(deadline)
    finishes: list[_Finish] = []
    patience, trials = PATIENCE, MOST_TRIALS

    def bound() -> float:
        return min((finish.cost for finish in finishes), default=math.inf) + _RIVALRY

    for path in explore(start, goal, deadline=deadline, bound=bound):
        finish = _finish(path, goal) or _parted(path, goal)
        certain = (finish.path.cost + _DOUBT * finish.has_choices for finish in finishes if not finish.has_wholes)
        simplest = min(certain, default=math.inf)
        if finish is None and trials and path.steps and path.cost < simplest and _may_be_computed(path, goal, bound()):
            trials -= 1
            computed = _with_column_programs(path, goal, min(deadline, now() + _TRIAL_SECONDS))
            is_fitting = computed.is_complete and computed.is_plausible and (goal.headed or not computed.has_choices)
            finish = computed if is_fitting else None
            patience = min(patience, _PATIENCE_COMPUTED) if finish else patience
        if finish is not None:
            finishes.append(finish)
        patience -= bool(finishes)
        if patience < 0 or len(finishes) >= MOST_PROGRAMS:
            break
    return finishes


def _ranked(finishes: Sequence[_Finish]) -> list[_Finish]:
    """The cheapest first; at last those with numbers that stand for the example's rows alone."""
    return sorted(finishes, key=lambda finish: (finish.has_wholes, finish.cost))


def _finish(path: Path, goal: Goal) -> _Finish | None:
    """The projection that makes the path's grid the expected table, if there is one."""
    grid = path.grid
    if grid.is_ragged:
        equal = not goal.headed and grid.trimmed == goal.expected.trimmed
        return _Finish(path, (Projected(exp.column("cells"), "reshape", 0.0),)) if equal else None
    if len(grid.rows) != len(goal.expected.rows):
        return None
    finish = _Finish(path, project(grid, goal))
    return finish if finish.is_complete else None


def _parted(path: Path, goal: Goal) -> _Finish | None:
    """As `_finish`, for a table without header whose columns are copies, and parts of a column that is split."""
    if not path.steps or goal.headed or path.grid.is_ragged or not stand_alike(path.grid, goal):
        return None
    columns = list(project(path.grid, goal))
    if not any(column.kind == "copy" for column in columns):
        return None
    together = split(path, goal)
    if together is None:
        return None
    for at, column in together.columns.items():
        columns[at] = replace(column, cost=_PATTERN_SHARE * column.cost)
    finish = _Finish(together.path, tuple(columns))
    return finish if finish.is_complete else None


def _may_be_computed(path: Path, goal: Goal, bound: float) -> bool:
    """Whether the grid's rows stand one for one against the expected ones, so that columns can be computed within the bound.

    Without a header it takes as many copied columns to say so, and a second row.
    """
    if path.grid.is_ragged or not stand_alike(path.grid, goal):
        return False
    columns = project(path.grid, goal)
    open_columns = {at for at, column in enumerate(columns) if column is UNEXPLAINED}
    copies = sum(column.kind == "copy" for column in columns)
    if not goal.headed and (len(path.grid.rows) < 2 or copies < len(open_columns)):
        return False
    return path.cost + LEAST_COMPUTED * len(open_columns) <= bound and not open_columns & keys(path.grids[0], goal)


def _with_column_programs(path: Path, goal: Goal, deadline: float) -> _Finish:
    """Columns that a single column is split into, simple columns where they do, and column programs for the others."""
    table = path.grid.as_table()
    columns = list(project(path.grid, goal))
    together = split(path, goal)
    if together is not None:
        path = together.path
        columns = [together.columns.get(at, column) for at, column in enumerate(columns)]
    open_columns = [at for at, column in enumerate(columns) if column is UNEXPLAINED or _is_echo(column, path.grid)]
    sheets = Sheets()
    for done, at in enumerate(open_columns):
        left = deadline - now()
        share = now() + max(left / (len(open_columns) - done), min(left, _COLUMN_SECONDS))
        name = goal.names[at] if at < len(goal.names) else None
        candidates = explain_column(table, goal.expected.columns[at], deadline=share, name=name, most=4, sheets=sheets)
        if candidates:
            best, *others = sorted(candidates, key=lambda candidate: has_whole(candidate.expression, path.grid))
            columns[at] = Projected(best.expression, best.kind, best.cost, tuple(other.expression for other in others))
        if path.steps and (not candidates or columns[at].cost >= DEAREST_COLUMN):
            break  # A reshaping that leaves a column open, or takes much to tell it, is no program, and no part of one.
    return _Finish(path, tuple(columns))


def _is_echo(column: Projected, grid: Grid) -> bool:
    """Whether a constant stands in every row of the grid, from where it is likelier copied."""
    if column.kind not in ("constant", "known constant") or column.expression is None:
        return False
    text = column.expression.name.casefold()
    return bool(text) and all(any(text in (cell or "").casefold() for cell in row) for row in grid.rows)


def _result(finishes: Sequence[_Finish], partial: _Finish | None, goal: Goal) -> SearchResult:
    confirmed = [finish for finish in finishes if finish.is_confirmed(goal)]
    if finishes and not confirmed:
        partial = finishes[0]
    finishes = confirmed
    programs = tuple(_program(finish, goal) for finish in finishes[:MOST_PROGRAMS])
    if programs:
        programs = (replace(programs[0], columns=_assured(programs[0].columns, finishes[0].path.grid, goal)), *programs[1:])
        doubtful = _doubtful(programs[0], finishes[0], goal)
        if doubtful:
            columns = (UNEXPLAINED if at in doubtful else column for at, column in enumerate(finishes[0].columns))
            programs, partial = (), _Finish(finishes[0].path, tuple(columns))
    explained = partial is not None and any(column is not UNEXPLAINED for column in partial.columns)
    part = _program(partial, goal) if partial is not None and explained and not programs else None
    shown = programs[0].columns if programs else part.columns if part else _unexplained(goal)
    return SearchResult(programs, part, shown)


def _program(finish: _Finish, goal: Goal) -> Program:
    """The steps as common table expressions, and the projection over the last."""
    path = finish.path
    outputs = (
        {"cells": finish.columns[0]}
        if path.grid.is_ragged
        else dict(zip(goal.expected.names or (), finish.columns, strict=True))
    )
    expressions = {name: column.expression for name, column in outputs.items() if column.expression is not None}
    return Program(
        query=query(path, expressions),
        cost=finish.cost,
        columns=_column_programs(finish, goal),
        ragged=path.grid.is_ragged,
        rowwise=all(step.keeps_rows for step in path.steps),
    )


def _column_programs(finish: _Finish, goal: Goal) -> tuple[ColumnProgram, ...]:
    names = goal.expected.names or ()
    columns = finish.columns if not finish.path.grid.is_ragged else finish.columns * len(names)
    return tuple(_column_program(name, column) for name, column in zip(names, columns, strict=True))


def _column_program(name: str, column: Projected) -> ColumnProgram:
    expression = column.expression.sql(dialect="duckdb") if column.expression is not None else None
    alternatives = tuple(alternative.sql(dialect="duckdb") for alternative in column.alternatives)
    confidence = 0.0 if expression is None else 1.0 / (1.0 + 0.2 * column.cost + 0.1 * len(alternatives))
    return ColumnProgram(name, column.kind, expression, alternatives, confidence, expression is not None)


def _assured(columns: tuple[ColumnProgram, ...], grid: Grid, goal: Goal) -> tuple[ColumnProgram, ...]:
    """The columns, those that are computed from the grid's with a confidence that comes from rows left out."""
    if grid.is_ragged or len(grid.rows) != len(goal.expected.rows):
        return columns
    deadline = now() + _CONFIDENCE_SECONDS
    table, sheets = grid.as_table(), Sheets()
    return tuple(
        replace(one, confidence=confidence_of(table, goal.expected.columns[at], one.kind, deadline=deadline, sheets=sheets))
        if one.kind in _COMPUTED
        else one
        for at, one in enumerate(columns)
    )


def _doubtful(program: Program, finish: _Finish, goal: Goal) -> frozenset[int]:
    """Choices that tell no row which they were not learned from, in about half of what it takes to know the cells by heart."""
    if finish.path.grid.is_ragged:
        return frozenset()
    return frozenset(
        at
        for at, (one, target) in enumerate(zip(program.columns, goal.expected.columns, strict=True))
        if one.kind == "conditional"
        and one.confidence < LEAST_CONFIDENCE
        and finish.columns[at].cost > _BY_HEART * by_heart(target)
    )


def _unexplained(goal: Goal) -> tuple[ColumnProgram, ...]:
    return tuple(_column_program(name, UNEXPLAINED) for name in goal.expected.names or ())
