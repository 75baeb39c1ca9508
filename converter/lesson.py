"""Learning a converter from one example: synthesis proposes, the engine decides.

A program counts as learned only when its SQL, run by DuckDB over the example's input, gives the expected table.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from converter import rivals
from converter.changed import changed_rows
from converter.comparison import Comparison
from converter.errors import BadCsv
from converter.families import fixed_columns, members, names_in, patterns, takes_heading_from_data
from converter.learning.clock import SLACK, counted
from converter.learning.collecting import seldom_collected
from converter.learning.doubt import has_choices, repeats_values, says_by_heart, succession
from converter.learning.excerpts import excerpts, is_large, says_much_in_little
from converter.learning.expressions.choices import Lookup
from converter.learning.faults import contained
from converter.learning.findings import LEAST_CONFIDENCE, NOTHING, ColumnProgram, Finding, findings, partial_columns
from converter.learning.printing import printed
from converter.learning.programs import Outcome, Program
from converter.learning.search import search
from converter.learning.trace import Trace
from converter.manifest import Check, Converter, Heading
from converter.mappings import unseen_value_checks
from converter.order import is_rowwise
from converter.table import Example, Table
from converter.trial import interrupted, loaded, text_of, verified
from converter.writing import Blanks

_CHANGED_BASE = 40
"""Rows of the example beside which changed ones are looked at."""
_CHOSEN_TEXT = 0.24
"""How much less sure a choice between single texts is: of 21 on the open cases 5 were right elsewhere, so none is offered."""
_MAPPED_TEXT = 0.515
"""The same of a map, which knows what it knows: a text that it does not name is told. A prior, enough to be offered."""
_CHOSEN_FORM = 0.65
"""The same of a choice between ways to rewrite a text; a prior."""
_REPEATED = 0.3
"""The same where the texts of a map are the values themselves, written otherwise; a prior."""
_CHECKED_COLUMNS = 200
"""Of wider tables only the first columns get checks: each takes milliseconds of every run, and a manifest 1,000 at most."""
_SEARCH_SECONDS = 6.0
"""What the search may take of processor time: real tables of 25 columns take a tenth of it."""
_EXCERPT_SHARE = 0.25
"""The share of the time that the search of one excerpt may take."""
_LINES_SECONDS = 2.0
"""What the search over a file's lines may take, where the table gave nothing."""
_ENGINE_SECONDS = 10.0
"""How long the engine may try what the search has found, on the wall: milliseconds, but of a busy machine's."""


@dataclass(frozen=True)
class ColumnEvidence:
    """What is known about one output column: how it is made, how sure that is, and what else would fit."""

    name: str
    explained: bool
    confidence: float
    expression: str | None
    alternatives: Sequence[str]
    matches: int
    total: int

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "column": self.name,
            "explained": self.explained,
            "confidence": round(self.confidence, 3),
            "expression": self.expression,
            "alternatives": list(self.alternatives),
            "cells_matched": self.matches,
            "cells": self.total,
        }


@dataclass(frozen=True)
class Lesson:
    """What was learned. Without a converter, `reason` says why, and `partial` is a SELECT that explains a part.

    `rivals` are statements that fit the example too and make something else of other rows, the likeliest first. `trace` says
    what competed and why it lost; None where another learner than the search over expressions made the converter.
    """

    converter: Converter | None
    columns: tuple[ColumnEvidence, ...]
    reason: str
    partial: str | None
    seconds: float
    rivals: Sequence[str] = ()
    trace: Trace | None = field(default=None, compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object, for a report."""
        return {
            "learned": self.converter is not None,
            "statement": self.converter.statement if self.converter else None,
            "partial_statement": self.partial,
            "reason": self.reason,
            "columns": [column.to_json() for column in self.columns],
            "seconds": self.seconds,
            "search": self.trace.short() if self.trace is not None else [],
        }


def warm_up() -> None:
    """Learns from two rows, so that the first example that counts pays for no import and no engine."""
    table = Table(("a",), (("x 1",), ("y 2",)), ("a",))
    learn(Example(table, Table(("a",), (("X",), ("Y",)), ("a",))))


def learn(example: Example, *, seconds: float = 45.0) -> Lesson:
    """The best converter that reproduces the example, and the evidence for it.

    `seconds` on the wall bound the search; of CPU time it takes a third of that at most, so that what is found does not hang on
    what else the machine does. Raises `BadCsv` for an example without rows to learn from.
    """
    with counted(), seldom_collected():
        return _learn(example, seconds / SLACK)


def _learn(example: Example, seconds: float) -> Lesson:
    started = time.monotonic()
    for name, table in (("the input", example.input), ("the expected output", example.expected)):
        if not table.rows:
            raise BadCsv(name, "has only a header and no rows; there is nothing to learn from")
    known, outcome = _known(example, seconds, started)
    return _unsure(outcome, example, started) if known is None else _with_rivals(known, example)


def _with_rivals(lesson: Lesson, example: Example) -> Lesson:
    """The lesson with those of the other programs found that fit the example and part from its converter on changed rows."""
    if lesson.converter is None or not (lesson.rivals or any(one.alternatives for one in lesson.columns)):
        return replace(lesson, rivals=())
    return replace(lesson, rivals=rivals.Later(lambda: _rivals(lesson, example)))


def _rivals(lesson: Lesson, example: Example) -> tuple[str, ...]:
    converter = lesson.converter
    if converter is None or converter.ragged or converter.heading is Heading.DATA:
        return ()
    given = example if converter.input_has_header or example.lines is None else Example(example.lines, example.expected)
    changed = replace(given.input, rows=(*given.input.rows[:_CHANGED_BASE], *(one.row for one in changed_rows(given.input))))
    found = rivals.candidates(converter.statement, [one.alternatives for one in lesson.columns], lesson.rivals)
    with loaded(given.input) as whole, loaded(changed) as further, interrupted(whole, SLACK), interrupted(further, SLACK):

        def made(text: str) -> list[tuple[str, ...]] | None:
            try:
                return [tuple(text_of(cell) or "" for cell in row) for row in further.execute(text).fetchall()]
            except duckdb.Error:
                return None

        def fits(text: str) -> bool:
            comparison = verified(whole, text, given, ragged=False, heading=converter.heading)
            return comparison is not None and comparison.equal

        known = [made(converter.statement)]

        def differs(text: str) -> bool:
            cells = made(text)
            is_new = cells is not None and cells not in known
            known.extend([cells] if is_new else [])
            return is_new

        return rivals.kept(converter.statement, found, fits, differs)


def _known(example: Example, seconds: float, started: float) -> tuple[Lesson | None, Outcome]:
    """The first program that the engine confirms and that is likely enough, None where there is none; and the first outcome.

    Where the file as a table gives none, its lines are looked at: blocks and sections are no table. Of single texts the lines
    say nothing else.
    """
    first: Outcome | None = None
    ways = [example]
    # In less time than these may take the table is not looked through, and that it gave nothing says nothing of the file.
    if seconds >= _LINES_SECONDS and example.lines is not None and max(example.input.width, example.expected.width) > 1:
        ways.append(Example(example.lines, example.expected))
    is_unsure = False
    for given in ways:
        if is_unsure:
            break
        # Beyond the search's own: where a machine is busy, a program that fits must not seem to fail.
        with loaded(given.input) as connection, interrupted(connection, SLACK * seconds + _ENGINE_SECONDS):
            for made in _outcomes(given, min(seconds, _SEARCH_SECONDS if given is example else _LINES_SECONDS)):
                first = first or made
                found = list(findings(made))
                for finding in found:
                    with contained("statement"):
                        lesson, sure = _confirmed(connection, given, finding, started)
                        if lesson is not None and sure < LEAST_CONFIDENCE:
                            # What costs more than a program that is too unsure is no surer.
                            is_unsure = True
                            break
                        if lesson is not None:
                            others = _others(finding.program, [one.program for one in found if one is not finding])
                            trace = Trace(made, given.expected.columns, finding.program, finding.doubt)
                            return replace(lesson, rivals=others, trace=trace), first
    assert first is not None
    return None, first


def _others(program: Program, found: Sequence[Program]) -> Sequence[str]:
    """The statements of the program with another condition that keeps the same rows, and of the other programs found."""
    others = [*program.refiltered(), *found]
    return rivals.Later(lambda: tuple(printed(one.query()) for one in others), len(others))


def _outcomes(example: Example, seconds: float) -> Iterator[Outcome]:
    """What the search finds; of a large example for excerpts too, whose programs have to hold for the whole."""
    parts = list(excerpts(example)) if is_large(example) else []
    # Where few rows come of very many, most are made of groups that no excerpt holds.
    ways = [example, *parts] if says_much_in_little(example) else [*parts, example]
    for way in ways:
        made = Outcome()
        with contained("search"):
            made = search(way, seconds=seconds if way is example else _EXCERPT_SHARE * seconds)
        yield made


def _confirmed(
    connection: duckdb.DuckDBPyConnection, given: Example, finding: Finding, started: float
) -> tuple[Lesson | None, float]:
    """The program as a lesson, if the engine makes the expected table with it; and how sure it is, all rows apart."""
    text = printed(finding.program.query())
    heading = Heading.DATA if given.expected.header is not None and takes_heading_from_data(text) else Heading.FIXED
    ragged = finding.program.is_ragged
    comparison = verified(connection, text, given, ragged=ragged, heading=heading)
    if comparison is None or not comparison.equal:
        return None, 0.0
    is_alone = _is_text_alone(given)
    share = _choice_of_texts(finding.program) if is_alone else 1.0
    sure, told = finding.doubt.confidence * share, finding.doubt.told * share
    # Rows made of one row show its form once, and so do rows of which one is made.
    seen = succession(min(len(given.input.rows), len(given.expected.rows)))
    shown = told * seen if is_alone else min(told, seen) if finding.program.plan.steps else told
    evidence = _evidence(finding.columns, comparison) | {"confidence": round(shown, 3)}
    converter = package(text, given, ragged=ragged, evidence=evidence)
    return Lesson(converter, _columns(finding.columns, given), "", None, round(time.monotonic() - started, 3)), sure


def _choice_of_texts(program: Program) -> float:
    """How much less sure a program for single texts is that tells them apart."""
    if repeats_values(program.outputs):
        return _REPEATED
    if says_by_heart(program.outputs):
        return _MAPPED_TEXT if any(isinstance(node, Lookup) for node in program.outputs) else _CHOSEN_TEXT
    return _CHOSEN_FORM if has_choices(program.outputs) else 1.0


def _unsure(outcome: Outcome, example: Example, started: float) -> Lesson:
    """What the search found, without a converter: a program that is likely wrong, or one for some of the columns."""
    found = next(findings(outcome), None)
    columns: tuple[ColumnProgram, ...] = found.columns if found else ()
    program = found.program if found else None
    if program is None and outcome.partial is not None:
        plan, held = outcome.partial
        columns = partial_columns(plan, example.expected.columns, held)
        shown = tuple(candidates or (NOTHING,) for candidates in held)
        program = Program(plan, shown, tuple(example.expected.columns)) if any(held) else None
    columns = columns or tuple(ColumnProgram(name, "unexplained", None, (), 0.0, False) for name in example.expected.columns)
    evidence = _columns(columns, example)
    reason = _reason(evidence, has_partial=program is not None)
    text: str | None = None
    with contained("statement"):
        text = printed(program.query()) if program else None
    trace = Trace(outcome, example.expected.columns, found.program if found else None, found.doubt if found else None)
    return Lesson(None, evidence, reason, text, round(time.monotonic() - started, 3), trace=trace)


def _is_text_alone(example: Example) -> bool:
    return example.input.width == 1 and example.expected.header is not None


def package(
    text: str, example: Example, *, ragged: bool, evidence: dict[str, Any], heading: Heading | None = None
) -> Converter:
    """The statement with the manifest that it and the example give.

    Which input columns are fixed and which of a family follows from the statement's COLUMNS and `*`, as does the `heading`
    unless it is told; of `cells` it has to be, where the first row is the heading.
    """
    header = example.expected.header
    if heading is None:
        from_data = header is not None and not ragged and takes_heading_from_data(text)
        heading = Heading.DATA if from_data else Heading.FIXED
    ignored = {"ignored_rows": list(example.ignored)} if example.ignored else {}
    # Without a header a file has no names, and all its columns are taken in any case.
    has_names = example.input.header is not None
    return Converter(
        statement=text,
        input_columns=fixed_columns(text, example.input.columns) if has_names else example.input.columns,
        input_patterns=tuple(one for one in patterns(text) if _is_of(one, example.input)) if has_names else (),
        input_has_header=has_names,
        output_header=header if heading is Heading.FIXED else None,
        heading=heading,
        ragged=ragged,
        blanks=Blanks.unsaid(ragged=ragged),
        is_rowwise=not ragged and is_rowwise(text),
        evidence=evidence | ignored,
        checks=(*_checks(example, text, heading, ragged=ragged), *unseen_value_checks(text)),
    )


def _is_of(pattern: str, table: Table) -> bool:
    """Whether the pattern is one of the table's columns, and not of those that the statement makes itself."""
    return bool(members(table.columns, [pattern]))


def _evidence(columns: Sequence[ColumnProgram], comparison: Comparison) -> dict[str, Any]:
    return {
        "rows": comparison.rows_expected,
        "cells_matched": comparison.cells_matched,
        "cells": comparison.cells_total,
        "columns": [{"column": one.name, "kind": one.kind, "confidence": round(one.confidence, 3)} for one in columns],
    }


def _checks(example: Example, text: str, heading: Heading, *, ragged: bool) -> Iterator[Check]:
    """What the example shows of every row: a column that is filled throughout is not to be empty later."""
    expected = example.expected
    if expected.header is None or (heading is Heading.DATA and ragged):
        return
    # A further file need not have the columns that the data gave the example.
    named = names_in(text) if heading is Heading.DATA else {name.casefold() for name in expected.columns}
    for position, name in enumerate(expected.columns[:_CHECKED_COLUMNS]):
        if name.casefold() in named and all(expected.column(position)):
            quoted = '"' + name.replace('"', '""') + '"'
            yield Check(f"{name} is never empty", f"SELECT _row FROM output WHERE coalesce({quoted}, '') = ''")


def _columns(programs: Sequence[ColumnProgram], example: Example) -> tuple[ColumnEvidence, ...]:
    rows = len(example.expected.rows)
    return tuple(
        ColumnEvidence(
            name=one.name,
            explained=one.explained,
            confidence=one.confidence,
            expression=one.expression,
            alternatives=one.alternatives,
            matches=rows if one.explained else 0,
            total=rows,
        )
        for one in programs
    )


def _reason(columns: Sequence[ColumnEvidence], *, has_partial: bool) -> str:
    open_ones = [repr(one.name) for one in columns if not one.explained]
    done = [repr(one.name) for one in columns if one.explained]
    if not done:
        return "no program was found that turns the input into the expected output"
    if not open_ones and has_partial:
        return "the example is too small to tell what is meant: more than one way to make it is as likely; add rows to it"
    return f"explained: {', '.join(done)}; not explained: {', '.join(open_ones) or 'how the rows come about'}"
