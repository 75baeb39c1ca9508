"""All commands: those of `converter`, `learn` with what `crew` adds, `serve`, `keys`, `store`; a service's with `--server`.

No row leaves this machine unless a person says so: without `--instructions` and `--mode` no model is asked, without `--server`
or CSV_CONVERTER_SERVER no service.
"""

import argparse
import os
import sys
from pathlib import Path

from converter import commands
from converter.arguments import add_hints, add_json


def main(arguments: list[str] | None = None) -> int:
    """Carries out one command; gives the exit status. Errors are one line on standard error."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["keys"]:
        # It brings the API's libraries, which take longer to import than most commands to run.
        from api.keys import main as keys

        return keys(given[1:], prog="csv-converter keys")
    if given[:1] == ["store"]:
        from cli.store import main as store

        return store(given[1:])
    # Before or behind the command.
    where, rest = _where().parse_known_args(given)
    if where.server is None and not _names_server():
        return commands.carried_out(_parser().parse_args(rest))
    return _asked_of_service(where, rest)


_SERVER = "CSV_CONVERTER_SERVER"


def _names_server() -> bool:
    """Whether the settings may name a service. To read them takes longer than to convert a small file."""
    dotenv = Path(".env")
    return bool(os.environ.get(_SERVER)) or (dotenv.is_file() and _SERVER in dotenv.read_text(errors="replace"))


def _where() -> argparse.ArgumentParser:
    where = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    where.add_argument(
        "--server", metavar="URL", help=f"have this service do it, with the key in CSV_CONVERTER_KEY ({_SERVER})"
    )
    where.add_argument("--user", metavar="NAME", help="whose jobs these are there (CSV_CONVERTER_USER; your login name)")
    return where


def _asked_of_service(where: argparse.Namespace, rest: list[str]) -> int:
    """Has the service carry out what it can; the rest is done here."""
    from pydantic import ValidationError

    from cli import remote
    from settings import Settings

    try:
        settings = Settings()  # type: ignore[call-arg]  # mypy sees no positional defaults.
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return commands.fail(commands.BAD_USAGE, f"settings: {problems}")
    parser = _parser(remote.NAMES if where.server or settings.server else ())
    options = parser.parse_args(rest, where)
    if options.name is None:
        return commands.carried_out(options)
    return remote.carried_out(options, settings)


def _parser(remote: tuple[str, ...] = ()) -> argparse.ArgumentParser:
    """The parser; of commands that are `remote` it gives the `name`, and no limits that hold on this machine."""
    parser, choices = commands.parser(
        "csv-converter", "Turns CSV files into those that you need, learned from an example.", parents=[_where()]
    )
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
    learning.set_defaults(command=_learn, timeout=None)
    batching = choices.add_parser("batch", help="have a service convert many files as one job (--server)")
    batching.add_argument("converter", type=Path)
    batching.add_argument("input", type=Path, nargs="+", metavar="FILE", help="a CSV; or s3://bucket/prefix/*")
    batching.add_argument("-o", "--output", type=Path, required=True, metavar="ARCHIVE", help="the ZIP archive of all outputs")
    batching.add_argument("--timeout", type=commands.seconds, metavar="SECONDS", help="stop the job after this long")
    add_hints(batching)
    add_json(batching)
    batching.set_defaults(command=_batch)
    serving = choices.add_parser("serve", help="start the service and leave it running (docs/reference/settings.md)")
    serving.set_defaults(command=_serve)
    # Known here for the help; carried out by `main`.
    choices.add_parser("keys", help="make, list and revoke keys of the API")
    choices.add_parser("store", help="back up and restore what the service stores")
    parser.set_defaults(name=None)
    for name in remote:
        choices.choices[name].set_defaults(name=name, timeout=None, memory=None)
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


def _batch(_: argparse.Namespace) -> int:
    return commands.fail(commands.BAD_USAGE, "batch is for a service to carry out; give --server URL, or run each file")


def _serve(_: argparse.Namespace) -> int:
    import serve_app

    serve_app.main()
    return commands.DONE
