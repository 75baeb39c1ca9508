"""The way in: learning a converter by synthesis, by the crew, or by the one and then the other.

This is where it is decided when a language model is asked: where synthesis is not sure (`doubt`) or left something open, or
where a person gave instructions that its program does not provably meet.
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from converter import lesson as synthesis
from converter.lesson import ColumnEvidence, Lesson
from converter.sandbox import Limits
from converter.table import Example
from crew.agents import Budget
from crew.answers import Answers, AnswersInFolder
from crew.doubt import OPEN, confidence, is_sure
from crew.errors import NoModel
from crew.instructions import Instructions
from crew.model import ModelSettings
from crew.rivals import Question
from crew.rounds import Finished, Progress, Rounds
from jobs.record import Mode
from settings import Settings

log = logging.getLogger(__name__)

_HINT_SECONDS = 1.0
"""How long synthesis may search where the crew is asked in any case, and its program is a hint only: less than a call takes."""

_CREW_SHARE = 0.9
"""What the crew may take of a job's whole time."""


@dataclass(frozen=True)
class Outcome:
    """What was learned, by whom (`synthesis` or `crew`), what a person should know of it, and the crew's account."""

    lesson: Lesson
    learned_by: str
    notes: tuple[str, ...] = ()
    crew: dict[str, Any] | None = None
    questions: tuple[Question, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The report."""
        crew = {} if self.crew is None else {"crew": self.crew}
        said = {"learned_by": self.learned_by, "notes": list(self.notes)}
        return self.lesson.to_json() | said | {"questions": [one.to_json() for one in self.questions]} | crew


def learn(
    example: Example,
    instructions: Instructions,
    mode: Mode,
    settings: Settings,
    *,
    seconds: float | None = None,
    tell: Callable[[Progress], object] = lambda _: None,
    answers: Answers | None = None,
) -> Outcome:
    """The best converter that can be had for the example and the instructions.

    `seconds` bounds the whole (the crew ends a little before, so that its best candidate is told). `tell` hears of
    progress before each call of the model, and stops the work by raising. `answers` keeps the model's answers, so that a
    job which is tried again does not pay for them again. Raises `BadCsv` for an example without rows,
    `SandboxUnavailable`; and in mode `crew` `NoModel`.
    """
    started = time.monotonic()
    model = ModelSettings.of(settings)
    if mode is Mode.CREW:
        model.require_usable()
    job_end = math.inf if seconds is None else started + _CREW_SHARE * seconds
    hint_seconds = min(settings.learn_seconds, _HINT_SECONDS) if mode is Mode.CREW else settings.learn_seconds
    lesson = synthesis.learn(example, seconds=hint_seconds)
    if lesson.converter is not None and not lesson.converter.input_has_header and example.lines is not None:
        # Learned from the input's lines: then all of it, the crew too, is about these.
        example = replace(example, input=example.lines)
    notes = tuple(instructions.held_against(example))
    outcome = _with_checks(Outcome(lesson, "synthesis", notes), instructions, example)
    unproven = instructions.unproven(lesson.converter, example) if lesson.converter else instructions.words
    is_settled = is_sure(lesson, settings.sure_confidence) and not unproven
    if mode is Mode.SYNTHESIS or (mode is Mode.AUTO and is_settled):
        return _unread(outcome, unproven, "the mode is synthesis")
    try:
        model.require_usable()
        budget = Budget(settings.crew_tokens, min(job_end, time.monotonic() + settings.crew_seconds), settings.crew_dollars)
        finished = _asked(example, lesson, instructions, model, budget, settings, mode, tell, answers)
    except NoModel as error:
        if mode is Mode.CREW:
            raise
        return _unread(outcome, unproven, str(error))
    chosen = _chosen(outcome, finished, mode, model, example, started, has_words=bool(instructions.words))
    return _with_checks(chosen, instructions, example)


def _asked(
    example: Example,
    lesson: Lesson,
    instructions: Instructions,
    model: ModelSettings,
    budget: Budget,
    settings: Settings,
    mode: Mode,
    tell: Callable[[Progress], object],
    answers: Answers | None,
) -> Finished:
    if answers is None and settings.answers_dir is not None:
        answers = AnswersInFolder(settings.answers_dir)
    rounds = Rounds(
        example,
        lesson,
        instructions,
        model,
        budget,
        limits=Limits(seconds=settings.job_seconds, memory_bytes=settings.converter_memory_bytes, threads=1),
        most_rounds=settings.crew_rounds,
        sure=settings.sure_confidence,
        may_choose=mode is Mode.AUTO,
        answers=answers,
        tell=tell,
        allow_unsandboxed=settings.allow_unsandboxed,
    )
    return rounds.run()


def _chosen(
    outcome: Outcome, finished: Finished, mode: Mode, model: ModelSettings, example: Example, started: float, *, has_words: bool
) -> Outcome:
    """The crew's converter; in mode auto synthesis's where the crew has none."""
    seconds = round(time.monotonic() - started, 3)
    notes, account = (*outcome.notes, *finished.notes), finished.to_json(model)
    found = outcome.lesson.converter
    # What the search found beside the chosen program fits the example too.
    known = (found.statement, *outcome.lesson.rivals) if found is not None else ()
    rivals = tuple(one for one in known if finished.converter is not None and one != finished.converter.statement)
    if finished.converter is not None and finished.is_found and found is not None:
        # The search's own, so what it knows of the columns stands; another one of its programs is known by the example alone.
        is_first = finished.converter.statement == found.statement
        columns = outcome.lesson.columns if is_first else _columns(finished, example)
        trace = outcome.lesson.trace if is_first else None
        lesson = Lesson(finished.converter, columns, "", None, seconds, rivals, trace)
        return Outcome(lesson, "synthesis", notes, account, finished.questions)
    if finished.converter is not None:
        lesson = Lesson(finished.converter, _columns(finished, example), "", None, seconds, rivals)
        return Outcome(lesson, "crew", notes, account, finished.questions)
    if mode is Mode.AUTO and found is not None:
        unread = ", and nobody has held it against the instructions in words" if has_words else " and is in doubt"
        kept = f"The crew found no converter ({finished.reason}); this one was learned from the example by synthesis{unread}."
        in_doubt = replace(found, evidence=found.evidence | {"confidence": min(OPEN, confidence(outcome.lesson))})
        lesson = replace(outcome.lesson, converter=in_doubt, seconds=seconds)
        return Outcome(lesson, "synthesis", (*notes, kept), account, finished.questions)
    reason = f"the crew found none: {finished.reason}"
    if finished.best is None or finished.best.matched == 0:
        reason = "; ".join(one for one in (outcome.lesson.reason, reason) if one)
        lesson = replace(outcome.lesson, converter=None, reason=reason, seconds=seconds)
    else:
        lesson = Lesson(None, _columns(finished, example), reason, finished.best.statement, seconds)
    return Outcome(lesson, "crew", notes, account)


def _columns(finished: Finished, example: Example) -> tuple[ColumnEvidence, ...]:
    """What is known of each column: of a right one no more than of the whole, as no agent tells columns apart."""
    comparison = finished.best.comparison if finished.best else None
    total = len(example.expected.rows)
    matches = [count for _, count in comparison.matches] if comparison else []
    return tuple(
        ColumnEvidence(
            name=name,
            explained=(explained := finished.converter is not None or (at < len(matches) and matches[at] == total)),
            confidence=(finished.confidence or OPEN) if explained else 0.0,
            expression=None,
            alternatives=(),
            matches=total if finished.converter is not None else (matches[at] if at < len(matches) else 0),
            total=total,
        )
        for at, name in enumerate(example.expected.header or example.expected.columns)
    )


def _with_checks(outcome: Outcome, instructions: Instructions, example: Example) -> Outcome:
    """The same with the checks that need no model, those of columns that are to be as in the input."""
    converter = outcome.lesson.converter
    if converter is None:
        return outcome
    more = [check for check in instructions.checks(converter, example) if check not in converter.checks]
    lesson = replace(outcome.lesson, converter=replace(converter, checks=(*converter.checks, *more)))
    return replace(outcome, lesson=lesson)


def _unread(outcome: Outcome, unproven: list[str], why: str) -> Outcome:
    """The same with a note where instructions went unread."""
    if not unproven:
        return outcome if outcome.lesson.converter else replace(outcome, notes=(*outcome.notes, f"No model was asked: {why}."))
    note = f"The converter was learned from the example; the instructions in words were not read by a language model ({why})."
    return replace(outcome, notes=(*outcome.notes, note))
