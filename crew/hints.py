"""What the search for programs found, as far as agents may be told: nothing of held-out rows, and nothing that recites."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from converter.lesson import Lesson
from converter.table import Example, Row, Table
from crew.doubt import settled
from crew.profile import Profile, clipped, fenced
from crew.recited import findings
from crew.tree import parsed

_HINT_BYTES = 4_000
_STATEMENT_BYTES = 8_000
_OTHERS_SHOWN = 2
_FEWEST_CHARACTERS = 3


@dataclass(frozen=True)
class Hint:
    """An output column that the search explains: its expression, whether that is settled, and what else would fit."""

    column: str
    expression: str
    is_settled: bool
    others: tuple[str, ...]


@dataclass(frozen=True)
class Hints:
    """`program` reproduces the whole example; without one there are the columns that are explained, and those that are not."""

    program: str | None
    columns: tuple[Hint, ...]
    unexplained: tuple[str, ...]

    @classmethod
    def of(cls, lesson: Lesson, profile: Profile, least: float) -> "Hints":
        """What may be told of a lesson; columns are settled from the confidence `least` on."""
        hidden = HeldOut.of(profile)
        sure = {one.name for one in settled(lesson, least)}
        columns, unexplained = [], []
        for at, one in enumerate(lesson.columns):
            expression = one.expression if one.explained else None
            if expression is None or hidden.shows_in(expression) or _recites(expression, at, profile.example):
                unexplained.append(one.name)
            else:
                others = tuple(other for other in one.alternatives if not hidden.shows_in(other))[:_OTHERS_SHOWN]
                columns.append(Hint(one.name, expression, one.name in sure, others))
        program = lesson.converter.statement if lesson.converter is not None else None
        if program is not None and (hidden.shows_in(program) or _is_refused(program, profile.example)):
            program = None
        return cls(program, tuple(columns), tuple(unexplained))

    def for_planner(self) -> str:
        """What the Planner hears: a program to rule on, or the columns that are explained."""
        if self.program is not None:
            return (
                "A search for programs found one that reproduces the example. That may be chance: rule on it. Keep it, or "
                "replace it and give a concrete input row on which it is wrong, with what should come out.\n"
                f"{program_part(self.program)}"
            )
        if not self.columns:
            return "A search for programs explained none of the output columns."
        lines = [f"- {one.column} = {one.expression}{_likelihood(one)}" for one in self.columns]
        lines.append(f"not explained: {', '.join(self.unexplained) or 'how the rows come about'}")
        told = "A search for programs explained a part, as SQL over the rows in question:"
        only = "\nPlan the columns that are not settled; say of the others no more than that they are." if self._settled else ""
        return f"{told}\n{fenced('program', clipped(chr(10).join(lines), _HINT_BYTES))}{only}"

    def for_coder(self, *, is_rejected: bool, why: str = "") -> str:
        """What the Coder starts from: settled columns as fixed SQL. A program that the Planner rejected is not shown."""
        if self.program is not None:
            if is_rejected:
                return f"A simpler program fits the example, but is wrong on rows such as: {clipped(why, 1_000)}" if why else ""
            return f"A program that reproduces the example, to start from:\n{program_part(self.program)}"
        if not self._settled:
            return ""
        lines = "\n".join(f'{one.expression} AS "{one.column}"' for one in self._settled)
        return (
            "These columns are settled: take their SQL as it stands, over the rows in question, and write the others.\n"
            f"{fenced('program', clipped(lines, _HINT_BYTES))}"
        )

    @property
    def _settled(self) -> list[Hint]:
        return [one for one in self.columns if one.is_settled]


def program_part(statement: str) -> str:
    """A program in its fence."""
    return fenced("program", clipped(statement, _STATEMENT_BYTES))


def _likelihood(hint: Hint) -> str:
    if hint.is_settled:
        return "  -- settled"
    others = f"; {' and '.join(hint.others)} fit too" if hint.others else ""
    return f"  -- fits, may be coincidence{others}"


@dataclass(frozen=True)
class HeldOut:
    """The texts that only held-out rows have."""

    texts: frozenset[str]

    @classmethod
    def of(cls, profile: Profile) -> "HeldOut":
        """Those of the profile's rows that nobody was shown, in the output and in the input where rows stand one for one."""
        given, wanted = profile.example.input, profile.example.expected
        hidden = [wanted.rows[at] for at in profile.hidden]
        shown = [row for at, row in enumerate(wanted.rows) if at not in profile.hidden]
        if len(given.rows) == len(wanted.rows):
            hidden += [given.rows[at] for at in profile.hidden]
            shown += [row for at, row in enumerate(given.rows) if at not in profile.hidden]
        else:
            shown += given.rows
        return cls(frozenset(_cells(hidden) - _cells(shown)))

    def shows_in(self, sql: str) -> bool:
        """Whether one of the texts stands in the SQL's constants."""
        constants = [one.replace("''", "'") for one in re.findall(r"'((?:[^']|'')*)'", sql)]
        return any(one in self.texts or any(text in one for text in self.texts) for one in constants)


def _cells(rows: Sequence[Row]) -> set[str]:
    return {cell for row in rows for cell in row if cell and len(cell) >= _FEWEST_CHARACTERS}


def _recites(expression: str, at: int, example: Example) -> bool:
    """Whether the expression of an output column keys on values of which nearly each row has its own."""
    expected = example.expected
    column = Table((expected.columns[at],), tuple((row[at],) for row in expected.rows)) if at < expected.width else expected
    statement = f"SELECT {expression} AS made FROM input"
    query = parsed(statement)
    if query is None or not any(query.find_all(exp.Case, exp.Map, exp.Values)):
        return False
    return bool(findings(statement, Example(example.input, column)))


def _is_refused(statement: str, example: Example) -> bool:
    return any(one.is_refused for one in findings(statement, example))
