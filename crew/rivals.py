"""Programs that all fit an example: which of them is meant, asked only where they differ on changed rows."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from converter.families import columns_listed
from converter.lesson import Lesson, package
from converter.manifest import Converter
from converter.rivals import with_expression
from converter.sandbox import Limits
from converter.table import Example, Table
from converter.trial import verify
from crew.changed import Difference, differences
from crew.doubt import AGREED, ALONE, DECIDED, OPEN
from crew.hints import HeldOut
from crew.plan import Decision
from crew.profile import Profile
from crew.prompts import LETTERS, differences_part, programs_part
from crew.tree import parsed

_MOST_RIVALS = 4
# Each is run on the whole example.
_MOST_TRIED = 8


@dataclass(frozen=True)
class Question:
    """Something that the example does not tell, for a person: in words, with the row that shows it.

    `answers` are what programs that fit the example make of the row, the converter's first.
    """

    text: str
    row: str = ""
    answers: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object, for a report."""
        return {"question": self.text, "row": self.row, "answers": list(self.answers)}


@dataclass(frozen=True)
class Settled:
    """Which program is meant, how sure that is, and what a person should be asked.

    Without a converter none of them is; `better` is then a statement that the model would write.
    """

    converter: Converter | None
    confidence: float
    question: Question | None = None
    better: str = ""
    was_asked: bool = False


def found_rivals(lesson: Lesson, profile: Profile) -> list[Converter]:
    """The search's program and those that differ from it in one column and fit the example as well, the likeliest first.

    Only what may be shown: none that holds a text of held-out rows.
    """
    if lesson.converter is None or HeldOut.of(profile).shows_in(lesson.converter.statement):
        return []
    found = [lesson.converter]
    for statement in _variants(lesson):
        comparison = verify(statement, profile.example, ragged=False, heading=lesson.converter.heading)
        if comparison is not None and comparison.equal and not HeldOut.of(profile).shows_in(statement):
            evidence = lesson.converter.evidence
            heading = lesson.converter.heading
            found.append(package(statement, profile.example, ragged=False, evidence=evidence, heading=heading))
        if len(found) == _MOST_RIVALS:
            break
    return found


def _variants(lesson: Lesson) -> list[str]:
    """The program with another expression for one of its columns; first each column's likeliest other one."""
    converter = lesson.converter
    if converter is None or converter.ragged or parsed(converter.statement) is None:
        return []
    doubtful = [
        (rank, one.confidence, at, other)
        for at, one in enumerate(lesson.columns[: columns_listed(converter.statement)])
        for rank, other in enumerate(one.alternatives)
        if one.expression is not None
    ]
    return [with_expression(converter.statement, at, other) for _, _, at, other in sorted(doubtful)[:_MOST_TRIED]]


def settle(
    programs: Sequence[Converter],
    profile: Profile,
    limits: Limits,
    ask: Callable[[dict[str, str]], Decision],
    *,
    unsandboxed: bool = False,
) -> Settled:
    """Which of the programs, all of which fit the example, is meant: the first, unless `ask` decides otherwise.

    Nobody is asked where they agree on changed rows. Raises what `ask` raises, and `SandboxUnavailable`.
    """
    programs = programs[: len(LETTERS)]
    found = differences(programs, shown_input(profile), limits, unsandboxed=unsandboxed)
    if not found:
        return Settled(programs[0], AGREED if len(programs) > 1 else ALONE)
    parts = {
        "programs": programs_part([one.statement for one in programs]),
        "differences": differences_part(found, profile.example),
    }
    decision = ask(parts)
    letter = re.search(rf"\b[{LETTERS[: len(programs)]}]\b", decision.choice.upper().removeprefix("PROGRAM"))
    if letter is not None:
        return Settled(programs[LETTERS.index(letter[0])], DECIDED, was_asked=True)
    if decision.choice.strip().casefold().startswith("none"):
        return Settled(None, 0.0, better=decision.statement, was_asked=True)
    return Settled(programs[0], OPEN, question_of(found[0], decision.question, profile.example), was_asked=True)


def question_of(difference: Difference, text: str, example: Example) -> Question:
    """What to ask a person about a row on which programs that fit the example differ."""
    change = difference.change
    named = ", ".join(
        f"{name}: {cell or ''}" for name, cell in zip(example.input.columns, change.row, strict=False) if cell is not None
    )
    answers = [
        "it cannot be converted" if isinstance(one, str) else "; ".join(", ".join(cell or "" for cell in row) for row in one)
        for one in difference.outcomes
    ]
    asked = text or f"What should come out of a row like this one, with another {change.column!r}?"
    return Question(asked, named, tuple(dict.fromkeys(answers)))


def shown_input(profile: Profile) -> Table:
    """The example's input without the rows that nobody is shown."""
    given, wanted = profile.example.input, profile.example.expected
    if len(given.rows) != len(wanted.rows):
        return given
    return replace(given, rows=tuple(row for at, row in enumerate(given.rows) if at not in profile.hidden))
