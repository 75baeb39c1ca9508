"""The command line: learn a converter from an example and instructions, with a language model where one is set.

Exit status, as of `python -m converter learn`: 0 done, 2 bad usage (or no model in mode crew), 3 no converter found,
4 bad CSV, 5 no sandbox.
"""

import argparse
import logging
import sys
from pathlib import Path

from pydantic import ValidationError

from converter.commands import (
    BAD_CSV,
    BAD_USAGE,
    DONE,
    NOT_FOUND,
    REFUSED,
    add_example,
    fail,
    in_dialect,
    report_lesson,
    seconds,
    write_whole,
)
from converter.errors import BadCsv, ConverterError
from converter.reading import read_example
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
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    try:
        return _learn(options)
    except BadCsv as error:
        return fail(BAD_CSV, str(error))
    except ConverterError as error:
        return fail(REFUSED, str(error))
    except (NoModel, BadInstructions) as error:
        return fail(BAD_USAGE, str(error))
    except CrewError as error:
        return fail(NOT_FOUND, f"no converter found: {error}")
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return fail(BAD_USAGE, f"settings: {problems}")
    except OSError as error:
        return fail(BAD_USAGE, f"{error.filename or 'file'}: {error.strerror or error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crew", description="Learns CSV converters, with a language model.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    learning = commands.add_parser("learn", help="learn a converter from an example and instructions")
    add_example(learning)
    learning.add_argument(
        "--instructions",
        type=Path,
        metavar="FILE",
        help="plain text, or JSON with general_instructions and column_instructions",
    )
    learning.add_argument("--mode", type=Mode, choices=list(Mode), help="auto, synthesis or crew (the setting LEARN_MODE)")
    learning.add_argument("--explain", action="store_true", help="print what the model was asked, and why")
    learning.add_argument("--timeout", type=seconds, metavar="SECONDS", help="how long synthesis, and then the crew, may take")
    return parser


def _learn(options: argparse.Namespace) -> int:
    header = not options.no_header
    settings = _within(Settings(), options.timeout)  # type: ignore[call-arg]  # mypy sees no positional defaults.
    instructions = Instructions.read(options.instructions) if options.instructions else Instructions()
    example = read_example(options.input, options.expected, header=header)
    outcome = learn(example, instructions, options.mode or Mode(settings.learn_mode), settings, tell=_tell)
    for note in (*example.input.notes, *outcome.notes):
        print(f"note: {note}", file=sys.stderr)
    for question in outcome.questions:
        print(f"question: {question.text}" + (f" (such as {question.row})" if question.row else ""), file=sys.stderr)
    if options.explain:
        _explain(outcome, settings)
    if outcome.lesson.converter is None:
        return fail(NOT_FOUND, f"no converter found: {outcome.lesson.reason}")
    write_whole(options.output, in_dialect(outcome.lesson.converter, options.expected).dumps())
    report_lesson(outcome.lesson, options.output)
    _account(outcome)
    return DONE


def _within(settings: Settings, timeout: float | None) -> Settings:
    if timeout is None:
        return settings
    return settings.model_copy(
        update={"learn_seconds": min(settings.learn_seconds, timeout), "crew_seconds": min(settings.crew_seconds, timeout)}
    )


def _tell(progress: Progress) -> None:
    if sys.stderr.isatty():
        of = f", round {progress.round}" if progress.round else ""
        best = f", {progress.best_match:.0%} of the cells so far" if progress.best_match is not None else ""
        cost = "" if progress.dollars is None else f", {progress.dollars:.4f} dollars"
        spent = f", {progress.tokens} tokens{cost} so far" if progress.tokens else ""
        print(f"{progress.phase}{of}{best}{spent}", file=sys.stderr)


def _explain(outcome: Outcome, settings: Settings) -> None:
    """What was asked, of whom and why, and what it took; or why nobody was asked."""
    if outcome.crew is None:
        sure, enough = confidence(outcome.lesson), settings.sure_confidence
        print(f"no model was asked: synthesis is sure to {sure:.0%} ({enough:.0%} are enough)", file=sys.stderr)
        return
    model = ModelSettings.of(settings)
    for number, one in enumerate(outcome.crew["asked"], 1):
        dollars = model.cost(one["prompt_tokens"], one["completion_tokens"])
        cost = "" if dollars is None else f", {dollars:.4f} dollars"
        took = "kept from before" if one["is_reused"] else f"{one['prompt_tokens']} + {one['completion_tokens']} tokens{cost}"
        print(f"{number}. {one['agent']}, since {one['why']}: {took}", file=sys.stderr)


def _account(outcome: Outcome) -> None:
    if outcome.crew is not None:
        cost = outcome.crew["cost_dollars"]
        price = "" if cost is None else f", {cost:.4f} dollars"
        tokens = outcome.crew["prompt_tokens"] + outcome.crew["completion_tokens"]
        print(f"the crew: {outcome.crew['rounds']} rounds, {outcome.crew['answers']} answers, {tokens} tokens{price}")


if __name__ == "__main__":
    sys.exit(main())
