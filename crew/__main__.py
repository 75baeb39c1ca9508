"""The command line: learn a converter from an example and instructions, with a language model where one is set.

Exit status, as of `python -m converter learn`: 0 done, 2 bad usage (or no model in mode crew), 3 no converter found,
4 bad CSV, 5 no sandbox.
"""

import argparse
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from converter.arguments import Misuse, add_ask, add_example, add_explain, add_output, refuse_overwriting, seconds
from converter.commands import (
    BAD_USAGE,
    DONE,
    NOT_FOUND,
    ask_about,
    display_of,
    explained,
    failed,
    given_example,
    mistaken,
    not_found,
    refused,
    report_lesson,
)
from converter.entry import enter
from converter.errors import ConverterError
from crew.doubt import confidence
from crew.errors import BadInstructions, CrewError, NoModel
from crew.instructions import Instructions
from crew.learn import Outcome, learn
from crew.model import ModelSettings
from crew.rounds import Progress
from jobs.record import Mode
from settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Carries out one command; gives the exit status. Errors are one line on standard error."""
    return learned(_parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crew", description="Learns CSV converters, with a language model.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    learning = commands.add_parser("learn", help="learn a converter from an example and instructions")
    add_example(learning)
    add_output(learning)
    add_ask(learning)
    add_model(learning)
    learning.add_argument("--timeout", type=seconds, metavar="SECONDS", help="how long synthesis, and then the crew, may take")
    return parser


def add_model(learning: argparse.ArgumentParser) -> None:
    """Adds what a model is told, and when it is asked."""
    learning.add_argument(
        "--instructions",
        type=Path,
        metavar="FILE",
        help="plain text, or JSON with general_instructions and column_instructions",
    )
    learning.add_argument("--mode", type=Mode, choices=list(Mode), help="auto, synthesis or crew (the setting LEARN_MODE)")
    add_explain(learning)


def learned(options: argparse.Namespace) -> int:
    """The command `learn`, with a model where one is set; gives the exit status. Its errors are one line on standard error."""
    logging.basicConfig(level=logging.WARNING)
    try:
        return _learn(options)
    except BrokenPipeError:
        raise
    except (ConverterError, Misuse, OSError) as error:
        return failed(error, options)
    except (NoModel, BadInstructions) as error:
        return refused(BAD_USAGE, str(error), error, options)
    except CrewError as error:
        return refused(NOT_FOUND, f"no converter found: {error}", error, options)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return refused(BAD_USAGE, f"settings: {problems}", error, options)


def _learn(options: argparse.Namespace) -> int:
    refuse_overwriting(options.output, options.input, options.expected, options.instructions)
    settings = _within(Settings(), options.timeout)  # type: ignore[call-arg]  # mypy sees no positional defaults.
    instructions = Instructions.read(options.instructions) if options.instructions else Instructions()
    example, writing = given_example(options)
    display = display_of(options)
    stage = _Stage()
    with display.working(stage.told):
        outcome = learn(example, instructions, options.mode or Mode(settings.learn_mode), settings, tell=stage.tell)
    for note in (*example.notes, *outcome.notes):
        display.note(f"note: {note}")
    for question in outcome.questions:
        display.note(f"question: {question.text}" + (f" (such as {question.row})" if question.row else ""))
    if options.explain:
        for line in _asked(outcome, settings):
            display.note(line)
    if outcome.lesson.converter is None:
        return not_found(outcome.lesson, example, writing, options)
    outcome.lesson.converter.written_like(writing).save(options.output)
    report_lesson(outcome.lesson, example, options)
    if outcome.crew is not None:
        display.line(_account(outcome.crew))
    told = mistaken(outcome.lesson, example, options) | explained(outcome.lesson, options)
    told |= {} if options.ask is None else {"ask": ask_about(outcome.lesson, options.ask, options)}
    display.result(outcome.to_json() | {"converter": str(options.output)} | told)
    return DONE


def _within(settings: Settings, timeout: float | None) -> Settings:
    if timeout is None:
        return settings
    return settings.model_copy(
        update={"learn_seconds": min(settings.learn_seconds, timeout), "crew_seconds": min(settings.crew_seconds, timeout)}
    )


class _Stage:
    """What the crew is at, for the bar, which another thread draws."""

    def __init__(self) -> None:
        self._now = "learning"

    def told(self) -> str:
        """The stage in words."""
        return self._now

    def tell(self, progress: Progress) -> None:
        """Hears of progress."""
        of = f", round {progress.round}" if progress.round else ""
        best = f", {progress.best_match:.0%} of the cells so far" if progress.best_match is not None else ""
        cost = "" if progress.dollars is None else f", {progress.dollars:.4f} dollars"
        spent = f", {progress.tokens} tokens{cost} so far" if progress.tokens else ""
        self._now = f"{progress.phase}{of}{best}{spent}"


def _asked(outcome: Outcome, settings: Settings) -> Iterator[str]:
    """What was asked, of whom and why, and what it took, a line each; or why nobody was asked."""
    if outcome.crew is None:
        sure, enough = confidence(outcome.lesson), settings.sure_confidence
        yield f"no model was asked: synthesis is sure to {sure:.0%} ({enough:.0%} are enough)"
        return
    model = ModelSettings.of(settings)
    for number, one in enumerate(outcome.crew["asked"], 1):
        dollars = model.cost(one["prompt_tokens"], one["completion_tokens"])
        cost = "" if dollars is None else f", {dollars:.4f} dollars"
        took = "kept from before" if one["is_reused"] else f"{one['prompt_tokens']} + {one['completion_tokens']} tokens{cost}"
        yield f"{number}. {one['agent']}, since {one['why']}: {took}"


def _account(crew: dict[str, Any]) -> str:
    price = "" if crew["cost_dollars"] is None else f", {crew['cost_dollars']:.4f} dollars"
    tokens = crew["prompt_tokens"] + crew["completion_tokens"]
    return f"the crew: {crew['rounds']} rounds, {crew['answers']} answers, {tokens} tokens{price}"


if __name__ == "__main__":
    enter(lambda: main)
