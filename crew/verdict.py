"""The engine's verdict on a candidate: it is run in the sandbox on the whole example, and the difference is told.

What goes back to the agents never holds an expected cell of a row that is held out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from converter.comparison import Comparison, compare
from converter.conversion import run_table
from converter.errors import BadCsv, ConverterError, LimitExceeded, RefusedStatement, StatementFailed
from converter.families import finds_columns
from converter.lesson import package
from converter.manifest import Converter, Heading
from converter.sandbox import Limits
from converter.table import Example, Row, Table
from crew.profile import Profile, clipped, fenced
from crew.recited import findings
from crew.tree import gives_cells
from crew.vetting import check_confined

FEEDBACK_BYTES = 4_000
"""What the difference takes of a prompt, at most."""

_SHOWN_DIFFERENCES = 12
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class Verdict:
    """What became of a candidate. `converter` stands when it is right; `feedback` says to the Coder what is wrong.

    `hidden_wrong` are the held-out rows that come out wrong; where it `fits_shown` rows, they alone do. `doubts` are what a
    person should look at in a program that is right on the example.
    """

    statement: str
    converter: Converter | None
    comparison: Comparison | None
    problem: str
    feedback: str
    hidden_wrong: tuple[int, ...] = ()
    fits_shown: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def matched(self) -> float:
        """The share of the expected cells that come out right, 0 for a program that was not compared: refused, or failed."""
        if self.comparison is None or self.comparison.cells_total == 0:
            return 0.0
        return self.comparison.cells_matched / self.comparison.cells_total


def judge(statement: str, profile: Profile, limits: Limits, *, told: str = "", allow_unsandboxed: bool = False) -> Verdict:
    """Runs the candidate on the whole example. Constants that a person `told` are no memorised answers.

    Raises `SandboxUnavailable`, where no verdict can be had.
    """
    # Nothing parses what a model wrote before the sandbox has: a parser's own memory is a stranger's to fill.
    text = statement.strip().rstrip(";").rstrip()
    example = profile.example
    try:
        check_confined(text, ("input",), limits, allow_unsandboxed=allow_unsandboxed)
        suspicious = findings(text, example, told)
        if suspicious and suspicious[0].is_refused:
            return Verdict(text, None, None, suspicious[0].why, _refused(suspicious[0].why))
        converter, actual = _run(text, example, limits, allow_unsandboxed)
    except (RefusedStatement, StatementFailed, LimitExceeded, BadCsv) as error:
        return _not_run(text, error)
    comparison = compare(actual, example.expected)
    if comparison.equal:
        return Verdict(text, converter, comparison, "", "", fits_shown=True, doubts=tuple(one.why for one in suspicious))
    return _differs(text, actual, comparison, profile)


def _run(text: str, example: Example, limits: Limits, allow_unsandboxed: bool) -> tuple[Converter, Table]:
    """The statement as a converter, and what it makes of the example; which of the headings it gives, the example tells."""
    converter = package(text, example, ragged=gives_cells(text), evidence={})
    actual = run_table(converter, example.input, limits=limits, allow_unsandboxed=allow_unsandboxed)
    header = example.expected.header
    other = None
    if converter.ragged and header is not None and actual.rows and _filled(actual.rows[0]) == _filled(header):
        other = Heading.DATA
    elif converter.heading is Heading.DATA and not finds_columns(text) and actual.header != header:
        # A `*` whose columns have other names than the expected ones is meant by position.
        other = Heading.FIXED
    if other is not None:
        converter = package(text, example, ragged=converter.ragged, evidence={}, heading=other)
        actual = run_table(converter, example.input, limits=limits, allow_unsandboxed=allow_unsandboxed)
    return converter, actual


def _not_run(statement: str, error: ConverterError) -> Verdict:
    return Verdict(
        statement, None, None, str(error), "The statement did not run.\n" + fenced("error", clipped(str(error), 1_500))
    )


def _refused(problem: str) -> str:
    return (
        f"The statement was turned away before it was run: {problem}. It would be wrong on any other file. Labels and lists of "
        "codes may stand in it where a rule or a category chooses them."
    )


def _differs(statement: str, actual: Table, comparison: Comparison, profile: Profile) -> Verdict:
    expected = profile.example.expected
    wrong = tuple(at for at in _wrong_rows(actual, expected))
    hidden = tuple(at for at in wrong if at in profile.hidden)
    shown = [at for at in wrong if at not in profile.hidden]
    problem = _summary(comparison)
    lines = [f"{problem}."]
    fits_shown = not shown and bool(hidden) and comparison.rows_actual == comparison.rows_expected
    if fits_shown:
        problem = f"{problem}; it fits the rows that were shown, and {len(hidden)} rows held out come out wrong"
        lines.append(
            f"All rows that you were shown come out right, but {len(hidden)} held-out rows do not: "
            "the statement fits the shown rows only. Generalise; do not encode single values."
        )
    lines.append(fenced("difference", clipped("\n".join(_shown_differences(actual, expected, shown)), FEEDBACK_BYTES - 900)))
    return Verdict(statement, None, comparison, problem, clipped("\n".join(lines), FEEDBACK_BYTES), hidden, fits_shown)


def _summary(comparison: Comparison) -> str:
    parts = [f"{comparison.cells_matched} of {comparison.cells_total} cells match"]
    if comparison.rows_actual != comparison.rows_expected:
        parts.append(f"{comparison.rows_expected} rows were expected and {comparison.rows_actual} came out")
    if comparison.missing_columns or comparison.unexpected_columns or comparison.is_reordered:
        parts.append("the columns are not the expected ones in their order")
    bad = [name for name, matched in comparison.matches if matched < comparison.rows_expected]
    if bad:
        parts.append(f"columns with wrong cells: {', '.join(map(repr, bad[:20]))}")
    return "; ".join(parts)


def _wrong_rows(actual: Table, expected: Table) -> Iterator[int]:
    for at in range(max(len(actual.rows), len(expected.rows))):
        mine, theirs = _row(actual, at), _row(expected, at)
        if mine is None or theirs is None or _filled(mine) != _filled(theirs):
            yield at


def _shown_differences(actual: Table, expected: Table, rows: list[int]) -> Iterator[str]:
    """Wrong cells, two a column first of all, so that one bad column does not hide the others."""
    seen: Counter[int] = Counter()
    shown = 0
    for at in rows:
        mine, theirs = _row(actual, at), _row(expected, at)
        if mine is None or theirs is None:
            if shown < _SHOWN_DIFFERENCES:
                yield f"row {at + 1}: expected {_text(theirs)}, found {_text(mine)}"
            shown += 1
            continue
        for position, (found, wanted) in enumerate(zip(mine, theirs, strict=False)):
            if (found or "") != (wanted or "") and seen[position] < 2 and shown < _SHOWN_DIFFERENCES:
                seen[position] += 1
                shown += 1
                yield f"row {at + 1}, column {expected.columns[position]!r}: expected {_cell(wanted)}, found {_cell(found)}"
        if len(mine) != len(theirs) and shown < _SHOWN_DIFFERENCES:
            shown += 1
            yield f"row {at + 1}: expected {len(theirs)} cells, found {len(mine)}"


def _row(table: Table, at: int) -> Row | None:
    return table.rows[at] if at < len(table.rows) else None


def _filled(row: Row) -> list[str]:
    cells = [cell or "" for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(row: Row | None) -> str:
    return "no row" if row is None else clipped(repr([cell or "" for cell in row]), 2 * _SHOWN_CHARACTERS)


def _cell(cell: str | None) -> str:
    text = repr(cell or "")
    return text if len(text) <= _SHOWN_CHARACTERS else re.sub(r"\s+", " ", text[:_SHOWN_CHARACTERS]) + "…"
