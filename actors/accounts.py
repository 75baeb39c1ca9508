"""A training's report as its owner reads it: the lesson, in words, with what is asked."""

import hashlib
import logging
from typing import Any

from actors.disk import limits
from converter import lesson as synthesis
from converter.account import account
from converter.contradictions import contradictions, open_ones
from converter.corrections import Grown
from converter.diagnosis import diagnose
from converter.errors import ConverterError, SandboxKilled
from converter.manifest import Converter
from converter.mistakes import mistakes
from converter.preview import look_at_table
from converter.rating import Rating
from converter.table import Example
from converter.trial_look import look_at_own
from crew.doubt import confidence
from crew.learn import Outcome
from settings import Settings

_TRIED_SECONDS = 6.0
"""How long an example without one of its rows is searched."""

log = logging.getLogger(__name__)

GROWTH = "growth.json"
"""A corrected job's file that says which of its example's rows are new, and where expected rows come from."""

PARTIAL = "partial.sql"
"""The converter that nearly fits, of a job that found none."""

RIVALS = "rivals.json"
"""The job's file with the statements that fit its example too."""


def told_to_its_owner(outcome: Outcome, example: Example, settings: Settings) -> dict[str, Any]:
    """The report of a training that has a converter. Raises `SandboxKilled`."""
    report, lesson = outcome.to_json(), outcome.lesson
    assert lesson.converter is not None
    open_ones = [
        {
            "id": f"w-{hashlib.sha256(repr(one).encode()).hexdigest()[:8]}",
            "kind": "words",
            "column": None,
            "given": None,
            "changed": None,
            "question": one.text,
            # What a model says, in its own words: answered by rows.
            "said": [*filter(None, [one.row]), *one.answers],
            "answers": [],
        }
        for one in outcome.questions
    ]
    try:
        told = account(
            lesson.converter,
            lesson.columns,
            lesson.rivals,
            example,
            confidence(lesson),
            limits=limits(settings),
            allow_unsandboxed=settings.allow_unsandboxed,
            # What no model had a hand in has run in this process already, when it was learned.
            look=look_at_own if outcome.learned_by == "synthesis" and outcome.crew is None else look_at_table,
        )
    except SandboxKilled:
        raise
    except ConverterError as error:
        # A converter that was learned is not lost for want of words about it.
        log.warning("a converter could not be told about: %s", error)
        return report | {"questions": open_ones, "notes": [*report["notes"], f"Nothing could be asked about it: {error}."]}
    found = mistakes(lesson, example)
    more = {"mistakes": found.to_json() if found is not None else None}
    return report | told.to_json() | more | {"questions": [*told.questions, *open_ones]}


def report_of_failure(
    outcome: Outcome, example: Example, growth: dict[str, Any] | None, settings: Settings
) -> tuple[dict[str, Any], Converter | None]:
    """The report of a training that found no converter, and the one that nearly fits.

    It says what nearly fits, which rows speak against it, and of a corrected example what contradicts what. Raises
    `SandboxKilled`.
    """
    found: list[dict[str, Any]] = []
    if growth is not None:
        seconds = min(settings.learn_seconds, _TRIED_SECONDS)
        pairs = contradictions(
            _grown(example, growth), lambda less: synthesis.learn(less, seconds=seconds).converter is not None
        )
        found = [one.to_json() for one in pairs]
    told = diagnose(outcome.lesson, example, limits=limits(settings), allow_unsandboxed=settings.allow_unsandboxed)
    report = outcome.to_json() | {"confidence": 0.0, "rating": Rating.GUESS, "steps": [], "questions": []}
    return report | {"diagnosis": told.to_json() | {"contradictions": found}}, told.partial


def contradicts_itself(example: Example, growth: dict[str, Any] | None) -> bool:
    """Whether a corrected example has two rows with the same cells and other outputs, whatever program makes both."""
    return growth is not None and bool(growth["origins"]) and bool(open_ones(_grown(example, growth)))


def _grown(example: Example, growth: dict[str, Any]) -> Grown:
    return Grown(example, int(growth["first_new"]), tuple(growth["origins"]))
