"""An example that no program fits: what nearly fits, in words, and which rows speak against it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from converter.conversion import run_table
from converter.errors import ConverterError, SandboxKilled
from converter.learning.clock import counted
from converter.learning.nearest import LEAST_SHARE, nearest
from converter.learning.printing import printed
from converter.lesson import Lesson, package
from converter.manifest import Converter
from converter.mistakes import Mistakes, mistakes
from converter.rivals import with_expression
from converter.sandbox import Limits
from converter.table import Cell, Example, Table
from converter.words import explained
from converter.words.saying import listed

SECONDS = 3.0
"""How long what nearly fits is searched."""
_ROWS_SHOWN = 5


@dataclass(frozen=True)
class Diagnosis:
    """What was found; `partial` makes the columns that are explained, or nearly so, and leaves the others blank.

    `mistakes` are rows that may be mistaken: a rule gives all others.
    """

    summary: str
    columns: tuple[dict[str, Any], ...]
    partial: Converter | None
    mistakes: Mistakes | None = None

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        told = self.mistakes.to_json() if self.mistakes is not None else None
        can_run = self.partial is not None
        return {"summary": self.summary, "can_run": can_run, "columns": list(self.columns), "mistakes": told}


def diagnose(lesson: Lesson, example: Example, *, limits: Limits, allow_unsandboxed: bool = False) -> Diagnosis:
    """What nearly fits the example of a lesson that has no converter. Raises `SandboxKilled`."""
    mistaken = mistakes(lesson, example)
    candidates = [mistaken.statement if mistaken is not None else _nearest(lesson, example)]
    if lesson.partial and mistaken is None:
        # What knows mistaken rows by heart would give more cells, and be no rule.
        candidates.append(_with_all_columns(lesson.partial, example.expected.columns))
    found: list[tuple[int, Converter, Table]] = []
    for statement in filter(None, candidates):
        try:
            converter = package(statement, example, ragged=False, evidence={"partial": True})
            made = run_table(replace(converter, checks=()), example.input, limits=limits, allow_unsandboxed=allow_unsandboxed)
        except SandboxKilled:
            raise
        except ConverterError:
            continue  # What does not even run fits nothing.
        if len(made.rows) == len(example.expected.rows) and made.width == example.expected.width:
            found.append((_right(made, example.expected), converter, made))
    if not found:
        rows = f"{len(example.input.rows)} rows become {len(example.expected.rows)}"
        return Diagnosis(f"nothing found tells how the rows come about: {rows}", (), None)
    _, converter, made = max(found, key=lambda one: one[0])
    columns = tuple(_column(at, converter, made, example) for at in range(example.expected.width))
    return Diagnosis(_summary(columns), columns, _blanked(converter, columns, example), mistaken)


def _nearest(lesson: Lesson, example: Example) -> str | None:
    """The statement that nearly fits."""
    if not example.expected.rows:
        return None
    with counted():
        near = nearest(example, outcome=lesson.trace.outcome if lesson.trace is not None else None, seconds=SECONDS)
    return printed(near.program.query()) if near is not None else None


def _right(made: Table, expected: Table) -> int:
    return sum((mine or "") == (theirs or "") for one, other in zip(made.rows, expected.rows, strict=True)
               for mine, theirs in zip(one, other, strict=True))  # fmt: skip


def _column(at: int, converter: Converter, made: Table, example: Example) -> dict[str, Any]:
    expected = example.expected
    words = explained(converter.statement, expected.columns).columns[at]
    pairs = list(zip(made.column(at), expected.column(at), strict=True))
    wrong = [row for row, (mine, theirs) in enumerate(pairs, 1) if (mine or "") != (theirs or "")]
    is_paired = len(example.input.rows) == len(expected.rows)
    return {
        "column": expected.columns[at],
        "explained": not wrong,
        "explanation": words.explanation if len(wrong) <= (1 - LEAST_SHARE) * len(pairs) else None,
        "rows_right": len(pairs) - len(wrong),
        "rows": len(pairs),
        "against": [
            {
                "row": row,
                "given": _given(example.input, row, words.sources) if is_paired else None,
                "expected": expected.rows[row - 1][at],
                "made": made.rows[row - 1][at],
            }
            for row in wrong[:_ROWS_SHOWN]
        ],
    }


def _given(table: Table, row: int, names: Sequence[str]) -> dict[str, Cell]:
    shown = [name for name in names if name in table.columns] or table.columns
    return {name: table.rows[row - 1][table.columns.index(name)] for name in shown}


def _summary(columns: Sequence[dict[str, Any]]) -> str:
    done = [one["column"] for one in columns if one["explained"]]
    said = [f"{listed(done)} {'is' if len(done) == 1 else 'are'} explained"] if done else []
    for one in columns:
        if one["explained"]:
            continue
        if one["explanation"] is None:
            said.append(f"nothing found comes near {one['column']}")
        else:
            rows = ", ".join(str(against["row"]) for against in one["against"])
            said.append(
                f"{one['column']} is not: what fits best is “{one['explanation']}”, for {one['rows_right']} of {one['rows']} "
                f"rows, and row{'s' * (len(one['against']) > 1)} {rows} speak{'s' * (len(one['against']) == 1)} against it"
            )
    return "; ".join(said)


def _blanked(converter: Converter, columns: Sequence[dict[str, Any]], example: Example) -> Converter:
    """The converter without what does not even nearly fit."""
    statement = converter.statement
    for at, one in enumerate(columns):
        if one["explanation"] is None:
            statement = with_expression(statement, at, "NULL")
    checks = tuple(
        check
        for check in converter.checks
        if not any(check.name.startswith(f"{one['column']} ") for one in columns if not one["explained"])
    )
    evidence = {"partial": True, "columns": [{"column": one["column"], "explained": one["explained"]} for one in columns]}
    return replace(package(statement, example, ragged=False, evidence=evidence), checks=checks)


def _with_all_columns(statement: str, names: Sequence[str]) -> str | None:
    """The statement with blank columns in the places of those that it does not make."""
    try:
        tree = parse_one(statement, read="duckdb")
    except SqlglotError:
        return None
    if not isinstance(tree, exp.Select) or any(isinstance(one, exp.Star) for one in tree.expressions):
        return None
    made = {one.alias_or_name: one for one in tree.expressions}
    tree.set(
        "expressions",
        [made.get(name) or exp.alias_(exp.Null(), name, quoted=True) for name in names],
    )
    return tree.sql(dialect="duckdb")
