"""All commands: those of `converter`, `learn` with what `crew` adds to it, `serve` and `keys`.

No row leaves this machine unless a person says so: without `--instructions` and `--mode` no model is asked.
"""

import argparse
import sys
from pathlib import Path

from converter import commands


def main(arguments: list[str] | None = None) -> int:
    """Carries out one command; gives the exit status. Errors are one line on standard error."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["keys"]:
        # It brings the API's libraries, which take longer to import than most commands to run.
        from api.keys import main as keys

        return keys(given[1:], prog="csv-converter keys")
    return commands.carried_out(_parser().parse_args(given))


def _parser() -> argparse.ArgumentParser:
    parser, choices = commands.parser("csv-converter", "Turns CSV files into those that you need, learned from an example.")
    learning = choices.choices["learn"]
    learning.add_argument(
        "--instructions",
        type=Path,
        metavar="FILE",
        help="what a model is told: plain text, or JSON with general_instructions and column_instructions",
    )
    learning.add_argument(
        "--mode",
        choices=("auto", "synthesis", "crew"),
        help="whether a model is asked: where needed, never, always (auto where there are instructions, otherwise never)",
    )
    learning.add_argument("--explain", action="store_true", help="print what the model was asked, and why")
    learning.set_defaults(command=_learn, timeout=None)
    serving = choices.add_parser("serve", help="start the service and leave it running; settings as in README")
    serving.set_defaults(command=_serve)
    # Known here for the help; carried out by `main`.
    choices.add_parser("keys", help="make, list and revoke keys of the API")
    return parser


def _learn(options: argparse.Namespace) -> int:
    if options.instructions is None and options.mode in (None, "synthesis"):
        # It needs neither settings nor CrewAI, which take longer to import than most examples to learn.
        options.timeout = options.timeout or commands.SEARCH_SECONDS
        return commands.learn(options)
    from crew.__main__ import learned
    from jobs.record import Mode

    options.mode = Mode(options.mode or "auto")
    return learned(options)


def _serve(_: argparse.Namespace) -> int:
    import serve_app

    serve_app.main()
    return commands.DONE
