"""The program that nearly fits an example: for columns that nothing explains, the expression that gives most of their cells."""

from collections.abc import Sequence

from converter.learning.columns import Candidate, ColumnSearch
from converter.learning.nodes import Constant
from converter.learning.query import Query
from converter.learning.search import Program, Search, frame_of
from converter.learning.steps.plan import Plan
from converter.synthesis.printing import printed
from converter.table import Example

LEAST_SHARE = 0.5
"""What gives fewer of a column's cells does not nearly fit it; the column is blank then."""


def nearest(example: Example, *, seconds: float) -> str | None:
    """Its statement, with all columns of the expected table; None where not even the rows can be told."""
    search = Search(example, seconds=seconds)
    outcome = search.run()
    if outcome.programs:
        best = outcome.programs[0]
        return printed(best.query())
    if outcome.partial is not None:
        plan, found = outcome.partial
    elif len(example.input.rows) == len(search.expected[0] if search.expected else ()):
        plan, found = Plan(frame_of(example.input), Query()), tuple(() for _ in search.expected)
    else:
        return None
    columns = tuple(
        (_best(plan, target, search.labels[at] if search.headed else None, held),)
        for at, (target, held) in enumerate(zip(search.expected, found, strict=True))
    )
    ordered = Search._ordered(plan, columns) or plan
    return printed(Program(ordered, columns, tuple(search.names), search.heading).query())


def _best(plan: Plan, target: Sequence[str | None], name: str | None, held: Sequence[Candidate]) -> Candidate:
    """The candidate that gives most of the column's cells, the cheapest of those."""
    blank = Candidate(Constant(None), 0.0, 0)
    if held:
        return held[0]
    found = ColumnSearch(plan.bank, tuple(target), name).candidates()
    best = max(found, key=lambda one: (one.rows.bit_count(), -one.cost), default=blank)
    return best if best.rows.bit_count() >= LEAST_SHARE * len(target) else blank
