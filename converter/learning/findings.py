"""What the search found, as lessons are made of it: statements with the evidence for each column, the likeliest first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from converter.learning.bank import Relation
from converter.learning.columns import Candidate
from converter.learning.doubt import Doubt, doubt
from converter.learning.expressions.choices import Case, Coalesce, Lookup
from converter.learning.faults import contained
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import ColumnRef, Constant, Node
from converter.learning.programs import Outcome, Program
from converter.learning.steps.plan import Plan
from converter.learning.variants import further, values_on
from converter.rivals import Later

LEAST_CONFIDENCE = 0.5
"""What is less likely right than this is not offered: no answer is better than a wrong one."""
_PARTIAL = 0.5
"""How sure a choice is at the most where other columns could not be explained: as likely as not."""
_RIVALRY, _MOST_RIVALS = 4.0, 3
"""Of a column's other candidates those that cost no more than this beyond the first are told, so many at most."""
NOTHING = Candidate(Constant(None), 0.0, 0)
"""What stands in a column that is not explained."""


@dataclass(frozen=True)
class ColumnProgram:
    """How one output column is made, and how sure that is."""

    name: str
    kind: str
    expression: str | None
    alternatives: Sequence[str]
    confidence: float
    explained: bool


@dataclass(frozen=True)
class Finding:
    """A program found: its SQL as a tree, its columns, its confidence."""

    program: Program
    columns: tuple[ColumnProgram, ...]
    doubt: Doubt


def findings(outcome: Outcome) -> Iterator[Finding]:
    """The outcome's programs with their doubt."""
    programs = [program for program in outcome.programs if says_enough(program)]
    for at, program in enumerate(programs):
        rival = next(
            (other.cost - program.cost for other in programs[at + 1 :] if other.plan.steps != program.plan.steps), None
        )
        with contained("confidence"):
            found = doubt(program.plan, program.columns, rival=rival)
            yield Finding(program, _columns(program, found), found)


def says_enough(program: Program) -> bool:
    """Whether the example says something about other rows: not where all is constant, nor where one row is but copied under no
    name of its own, however many blank ones there are."""
    kinds = {kind_of(candidates[0].node) for candidates in program.columns}
    if kinds <= {"constant"}:
        return False
    named = zip(program.names, program.outputs, strict=True)
    agrees = any(isinstance(node, ColumnRef) and node.name.casefold() == name.casefold() for name, node in named if _says(name))
    if program.plan.steps or agrees or not kinds <= {"copy", "constant"}:
        return True
    return sum(map(any, zip(*program.plan.frame.columns, strict=True))) > 1


def _says(name: str) -> bool:
    """Whether the name is one that a person gave."""
    return not re.fullmatch(r"column_\d+", name)


def _columns(program: Program, found: Doubt) -> tuple[ColumnProgram, ...]:
    frame = further(program.plan.frame) if any(len(candidates) > 1 for candidates in program.columns) else None
    return tuple(
        _column(
            name,
            _differing(candidates, frame),
            share,
            found.confidence,
            program.plan.bank.twins.get(_values(program, candidates), ()),
        )
        for name, candidates, share in zip(program.names, program.columns, found.columns, strict=True)
    )


def _differing(candidates: tuple[Candidate, ...], frame: Relation | None) -> tuple[Candidate, ...]:
    """The first candidate, and those that are as likely and give something else on rows that could come."""
    best = candidates[0]
    rivals = [one for one in candidates[1:] if one.cost < best.cost + _RIVALRY]
    if frame is None or not rivals:
        return (best, *rivals)
    cells = values_on(best.node, frame)
    return (best, *(one for one in rivals if cells is None or values_on(one.node, frame) != cells))


def partial_columns(plan: Plan, names: Sequence[str], held: Sequence[tuple[Candidate, ...]]) -> tuple[ColumnProgram, ...]:
    """The columns of a program that is not whole: how sure each is by itself; those without a candidate are not explained."""
    found, frame = doubt(plan, [candidates or (NOTHING,) for candidates in held], rival=None), further(plan.frame)
    return tuple(
        _column(name, _differing(candidates, frame), share, _PARTIAL)
        if candidates
        else ColumnProgram(name, "unexplained", None, (), 0.0, False)
        for name, candidates, share in zip(names, held, found.columns, strict=True)
    )


def _values(program: Program, candidates: tuple[Candidate, ...]) -> Column:
    """What a plain part of a text is on the example's rows; nothing for what is computed."""
    node = candidates[0].node
    is_part = node.kind is Kind.TEXT and len(node.parts) == 1 and not node.looks_around
    return program.plan.frame.values(node) if is_part else ()


def _column(
    name: str, candidates: tuple[Candidate, ...], share: float, whole: float, twins: Sequence[Node] = ()
) -> ColumnProgram:
    best, *others = candidates
    near = [one.node for one in others]
    near += [node for node in twins if node != best.node and node.cost < best.cost + _RIVALRY]
    near = near[:_MOST_RIVALS]
    rivals = Later(lambda: tuple(node.sql().sql(dialect="duckdb", copy=False) for node in near), len(near))
    kind = kind_of(best.node)
    # A choice is no surer than the whole of which it is the doubtful part.
    sure = min(share, whole) if kind in ("mapping", "conditional") else share
    return ColumnProgram(name, kind, best.node.sql().sql(dialect="duckdb", copy=False), rivals, sure, True)


def kind_of(node: Node) -> str:
    """What an expression is, in a word."""
    if isinstance(node, ColumnRef):
        return "copy"
    if isinstance(node, Constant):
        return "constant"
    if isinstance(node, Lookup):
        return "mapping"
    return "conditional" if isinstance(node, Case | Coalesce) else "computed"
