"""An example that grows by what a person puts right: corrected rows, and answers to questions.

The old rows stay, so what was right before stays right. Where each output row comes from one input row, a new row's output
takes the place of what the likeliest program makes of it. Elsewhere (groups, joins) a program that gives the answer says the
rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from converter.conversion import run_table
from converter.errors import BadCorrection
from converter.manifest import Converter
from converter.origins import traced
from converter.rejecting import ORIGIN
from converter.sandbox import Limits
from converter.table import Cell, Example, Row, Table

Cells = Mapping[str, Cell]


@dataclass(frozen=True)
class Correction:
    """A row of the input and the rows that it should become; of these, columns left out are as the converter makes them.

    `programs` are those that an answer to a question stands for (0 is the converter); empty for a row of a person's own.
    """

    given: Cells
    expected: tuple[Cells, ...]
    programs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Grown:
    """The new example; its input's rows from `first_new` (counted from 1) on are new. `origins` say which input row each
    expected row comes from; empty where that cannot be told."""

    example: Example
    first_new: int
    origins: tuple[int, ...]


def grown(
    example: Example,
    converter: Converter,
    rivals: Sequence[str],
    corrections: Sequence[Correction],
    *,
    limits: Limits,
    allow_unsandboxed: bool = False,
) -> Grown:
    """The example with the corrections in it. Raises `BadCorrection` for what cannot be put in, and as `run_table` does."""
    given = example.input
    if converter.ragged or (example.input.header is not None and not converter.input_has_header):
        raise BadCorrection("rows", "this example was learned from the lines of a file, not from a table; give a new example")
    new = tuple(_row(one.given, given.columns, f"rows[{at}].given") for at, one in enumerate(corrections))
    for at, one in enumerate(corrections):
        for row in one.expected:
            _row(row, example.expected.columns, f"rows[{at}].expected")
    table = replace(given, rows=(*given.rows, *new))
    first_new = len(given.rows) + 1
    programs = [converter, *(replace(converter, statement=one) for one in rivals)]
    run = _Run(limits, allow_unsandboxed)
    if traced(converter.statement) is None:
        expected = _by_program(example, table, programs, corrections, run)
        return Grown(Example(table, expected), first_new, ())
    rows, origins = _by_origin(example, table, programs, corrections, run)
    return Grown(Example(table, replace(example.expected, rows=rows)), first_new, origins)


@dataclass(frozen=True)
class _Run:
    limits: Limits
    allow_unsandboxed: bool

    def made(self, converter: Converter, table: Table) -> Table:
        bare = replace(converter, checks=())
        return run_table(bare, table, limits=self.limits, allow_unsandboxed=self.allow_unsandboxed)

    def made_with_origins(self, converter: Converter, table: Table) -> list[tuple[int, Row]]:
        """The output's rows, each with the input row that it comes from; nothing where that cannot be told."""
        statement = traced(converter.statement)
        if statement is None:
            return []
        numbered = Table(
            (*table.columns, ORIGIN),
            tuple((*row, str(at)) for at, row in enumerate(table.rows, 1)),
            None if table.header is None else (*table.columns, ORIGIN),
            table.preamble,
            table.footer,
        )
        header = converter.output_header
        asked = replace(
            converter,
            statement=statement,
            input_columns=(*converter.input_columns, ORIGIN),
            output_header=None if header is None else (*header, ORIGIN),
        )
        return [(int(row[-1] or 0), row[:-1]) for row in self.made(asked, numbered).rows]


def _row(cells: Cells, columns: Sequence[str], place: str) -> Row:
    unknown = [name for name in cells if name not in columns]
    if unknown:
        raise BadCorrection("rows", f"{place} has a column {unknown[0]!r} that is not there; there are {', '.join(columns)}")
    return tuple(cells.get(name) for name in columns)


def _by_origin(
    example: Example, table: Table, programs: Sequence[Converter], corrections: Sequence[Correction], run: _Run
) -> tuple[tuple[Row, ...], tuple[int, ...]]:
    """The expected rows: what the program that gives most of the corrections makes, with the corrected rows in their places."""
    first_new, columns = len(example.input.rows) + 1, example.expected.columns
    outcomes = [run.made_with_origins(program, table) for program in programs]
    base = max(range(len(programs)), key=lambda at: (_agreeing(outcomes[at], corrections, columns, first_new), -at))
    made = list(outcomes[base])
    old = [(origin, row) for origin, row in made if origin < first_new]
    if len(old) == len(example.expected.rows) and [origin for origin, _ in old] == sorted(origin for origin, _ in old):
        # As they were given, to the letter.
        old = [(origin, row) for (origin, _), row in zip(old, example.expected.rows, strict=True)]
        made = [*old, *((origin, row) for origin, row in made if origin >= first_new)]
    for number, one in enumerate(corrections, first_new):
        drafts = [row for origin, row in outcomes[0] if origin == number]
        wanted = [_filled(cells, columns, drafts, at) for at, cells in enumerate(one.expected)]
        places = [at for at, (origin, _) in enumerate(made) if origin == number]
        before = [at for at, (origin, _) in enumerate(made) if origin < number]
        at = places[0] if places else (before[-1] + 1 if before else 0)
        made = [entry for entry in made if entry[0] != number]
        made[at:at] = [(number, row) for row in wanted]
    return tuple(row for _, row in made), tuple(origin for origin, _ in made)


def _filled(cells: Cells, columns: Sequence[str], drafts: Sequence[Row], at: int) -> Row:
    """The expected row, its columns that were left out as in the converter's."""
    draft = drafts[min(at, len(drafts) - 1)] if drafts else (None,) * len(columns)
    return tuple(cells.get(name, made) for name, made in zip(columns, draft, strict=True))


def _agreeing(
    made: Sequence[tuple[int, Row]], corrections: Sequence[Correction], columns: Sequence[str], first_new: int
) -> int:
    """How many of the corrections the program makes itself."""
    found = 0
    for number, one in enumerate(corrections, first_new):
        rows = [row for origin, row in made if origin == number]
        found += len(rows) == len(one.expected) and all(
            (dict(zip(columns, row, strict=False)).get(name) or "") == (cell or "")
            for row, cells in zip(rows, one.expected, strict=True)
            for name, cell in cells.items()
        )
    return found


def _by_program(
    example: Example, table: Table, programs: Sequence[Converter], corrections: Sequence[Correction], run: _Run
) -> Table:
    """The expected table where rows have no single origin: a program's that gives all answers, or its rows but for one."""
    chosen = set(range(len(programs))).intersection(*(one.programs for one in corrections if one.programs))
    if not chosen:
        raise BadCorrection("answers", "the answers stand for different programs; answer one question after the other")
    made = run.made(programs[min(chosen)], table)
    own = [one for one in corrections if not one.programs]
    if not own:
        return replace(example.expected, rows=made.rows)
    new = [at for at, row in enumerate(made.rows) if row not in set(example.expected.rows)]
    if len(own) > 1 or len(new) != 1 or len(own[0].expected) > 1:
        problem = "output rows do not come from one input row each here (groups or joined rows): correct one row at a time"
        raise BadCorrection("rows", problem)
    filled = [_filled(cells, example.expected.columns, [made.rows[new[0]]], 0) for cells in own[0].expected]
    return replace(example.expected, rows=(*made.rows[: new[0]], *filled, *made.rows[new[0] + 1 :]))
