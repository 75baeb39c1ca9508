"""The program that nearly fits an example: each column by the expression that gives most of its cells, choices too.

A row that a program misses costs what it costs to say that it is mistaken, so a short rule with a mistaken row competes with a
long rule that knows that row by heart.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from converter.learning import weights
from converter.learning.bank import frame_of
from converter.learning.columns import Candidate, ColumnSearch
from converter.learning.decisions import Decisions
from converter.learning.explanation import Workspace
from converter.learning.expressions.predicates import bits
from converter.learning.headings import written_heading
from converter.learning.nodes import Constant
from converter.learning.programs import Outcome, Program
from converter.learning.query import Query
from converter.learning.search import Search
from converter.learning.steps.plan import Plan
from converter.learning.steps.sorting import in_order
from converter.table import Example

LEAST_SHARE = 0.5
"""What gives fewer of a column's cells does not nearly fit it; the column is blank then."""
_MOST_ROWS = 40
"""In larger examples no choice is looked for that misses a row: single expressions are."""
_DOUBTED = 10.0
"""A whole program's column that costs less is not held against what misses rows."""


@dataclass(frozen=True)
class Near:
    """A program with all columns of the expected table, and for each column the rows (bits) that it does not give."""

    program: Program
    missed: tuple[int, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the expected table, from 0, of which some cell is not given."""
        together = 0
        for rows in self.missed:
            together |= rows
        return tuple(at for at in range(together.bit_length()) if together >> at & 1)


def nearest(
    example: Example,
    *,
    outcome: Outcome | None = None,
    program: Program | None = None,
    ignored: Sequence[int] = (),
    seconds: float,
) -> Near | None:
    """What nearly fits; None where not even the rows can be told.

    `outcome` is what the search found, if it has run; `program` the one of it that was taken, whose dear columns are
    held against expressions that miss a row. Rows that are `ignored` (of the expected table, from 0) may be missed for nothing.
    """
    found = outcome
    if found is None:
        heading = written_heading(example.input, example.expected)
    else:
        # A search that found nothing took all expected rows for data in the end.
        first = program or next(iter(found.programs), None)
        heading = first.heading if first is not None else None
    search = Search(example, seconds=seconds, heading=heading)
    found = search.run() if found is None else found
    chosen = program or (found.programs[0] if found.programs else None)
    held: Sequence[Sequence[Candidate]]
    if chosen is not None:
        plan, held = chosen.plan, chosen.columns
    elif found.partial is not None:
        plan, held = found.partial
    elif len(example.input.rows) == search.goal.size:
        plan, held = Plan(frame_of(example.input), Query()), [()] * len(search.expected)
    else:
        return None
    if plan.frame.size != search.goal.size:
        return None
    workspace = Workspace(plan.bank, search.deadline, search.expected)
    labels = [search.labels[at] if search.headed else None for at in range(len(search.expected))]
    free = sum(1 << at for at in ignored)
    columns = [
        _near(workspace, target, label, one, free) for target, label, one in zip(search.expected, labels, held, strict=True)
    ]
    ordered = plan if chosen is not None else in_order(plan, [one.node for one in columns]) or plan
    made = Program(ordered, tuple((one,) for one in columns), tuple(search.names), search.heading)
    full = (1 << search.goal.size) - 1
    return Near(made, tuple(full & ~_given(plan, one, target) for one, target in zip(columns, search.expected, strict=True)))


def _near(
    workspace: Workspace, target: Sequence[str | None], name: str | None, held: Sequence[Candidate], free: int
) -> Candidate:
    """The likeliest for the column, where a row may be mistaken."""
    if held and held[0].cost < _DOUBTED:
        return held[0]
    search = workspace.searched(tuple(target), name)
    least = LEAST_SHARE * search.size
    found = search.candidates()
    options = [one for one in (*held[:1], *found, *_choices(workspace, search, found, free)) if one.rows.bit_count() >= least]
    whole = [one for one in options if one.rows == search.full or one in held[:1]]
    some = [one for one in options if not isinstance(one.node, Constant)] or options
    if not whole and not some:
        return Candidate(Constant(None), 0.0, search.blank)
    mistake = weights.MISTAKEN + math.log(search.size)
    return min((*whole, *some), key=lambda one: one.cost + mistake * (search.full & ~free & ~one.rows).bit_count())


def _choices(workspace: Workspace, search: ColumnSearch, candidates: Sequence[Candidate], free: int) -> list[Candidate]:
    """Choices of one condition or map that give all rows but one, or but those that are free to be missed."""
    found: list[Candidate] = []
    if search.size > _MOST_ROWS:
        return found
    for at in range(search.size) if not free else (0,):
        if workspace.is_late:
            break
        wanted = search.full & ~(free or 1 << at)
        choices = Decisions(workspace.conditions, candidates, search.target, search.name, wanted=wanted).plain()
        found += choices[:1]
    return found


def _given(plan: Plan, candidate: Candidate, target: Sequence[str | None]) -> int:
    values = plan.frame.values(candidate.node)
    return bits([(one or None) == (other or None) for one, other in zip(values, target, strict=True)])
