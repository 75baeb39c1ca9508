"""The commands `learn`, `run`, `show` and `ask` as a service carries them out (`--server URL`), with the words of those here.

Exit status: as of `converter.commands`; 6 where the service is busy, away or fails.
"""

import argparse
import getpass
import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO

from client import (
    Client,
    ClientError,
    Invalid,
    Job,
    JobCancelled,
    JobFailed,
    Named,
    NotFound,
    Progress,
    ServiceError,
    TooLarge,
    TooMany,
    Unavailable,
    Unreachable,
)
from client.submissions import format_of
from converter import commands
from converter.arguments import Misuse, refuse_overwriting
from converter.commands import BAD_CSV, BAD_USAGE, DONE, NOT_FOUND, REFUSED, display_of
from converter.conversion import RunReport
from converter.destination import Destination
from converter.errors import ConverterError
from converter.manifest import Converter
from converter.spool import STANDARD
from crew.errors import BadInstructions
from crew.instructions import Instructions
from settings import Settings

UNAVAILABLE = 6
NOT_FOUND_TITLE = "No converter found"
_IDENTIFIER = re.compile(r"[A-Za-z0-9._@-]{1,128}")
_UNREADABLE = ("Bad csv", "Input mismatch")
_HINTS = ("encoding", "delimiter", "sheet")
# What a service decides by itself.
_LOCAL = {"memory": "--memory", "allow_unsandboxed": "--allow-unsandboxed"}


def carried_out(options: argparse.Namespace, settings: Settings) -> int:
    """The exit status of the command that was parsed. Its errors are one line on standard error."""
    try:
        for name, option in _LOCAL.items():
            if getattr(options, name, None):
                raise Misuse(f"{option} is not for a service to carry out; leave it out, or leave out --server")
        with _service(options, settings) as service:
            return _COMMANDS[options.name](service, options)
    except BrokenPipeError:
        raise
    except ClientError as error:
        return _failed(error, options)
    except BadInstructions as error:
        return commands.refused(BAD_USAGE, str(error), error, options)
    except (ConverterError, Misuse, OSError) as error:
        return commands.failed(error, options)


def _service(options: argparse.Namespace, settings: Settings) -> Client:
    """The service that is meant. Raises `Misuse`."""
    url = options.server or settings.server or ""
    if not re.match(r"https?://.", url):
        raise Misuse(f"{url!r} is no address of a service; give one as http://host:8000")
    if settings.server_key is None:
        raise Misuse("set CSV_CONVERTER_KEY to a key of the service (in the environment or .env); no option takes it")
    user = options.user or settings.server_user or getpass.getuser()
    return Client(url, settings.server_key.get_secret_value(), user)


class _Stage:
    """How far it is, for the bar, which another thread draws."""

    def __init__(self) -> None:
        self._now: Progress | None = None

    def tell(self, progress: Progress) -> None:
        """Hears of progress."""
        self._now = progress

    def told(self) -> str:
        """It in words."""
        return "asking the service" if self._now is None else str(self._now)

    def share(self) -> float | None:
        """The part of it that is done."""
        return None if self._now is None else self._now.share


@contextmanager
def _watched(options: argparse.Namespace) -> Iterator[_Stage]:
    stage = _Stage()
    with display_of(options).working(stage.told, stage.share):
        yield stage


def _ended(service: Client, job: Job, stage: _Stage) -> Job:
    """The job when it has succeeded; who stops waiting for it (Ctrl-C) has no use for it any more."""
    try:
        return service.wait(job, progress=stage.tell)
    except (KeyboardInterrupt, SystemExit):
        with suppress(ClientError):
            service.cancel(job)
        raise


def _trained(service: Client, options: argparse.Namespace) -> Job:
    words = getattr(options, "instructions", None)
    instructions = Instructions.read(words) if words else Instructions()
    said: dict[str, Any] = {
        "header": not options.no_header,
        "ignore_rows": options.ignore_row or None,
        "general_instructions": instructions.general,
        "column_instructions": instructions.columns or None,
        "mode": getattr(options, "mode", None),
        "deadline_seconds": _deadline(options),
        **_hints(options),
        **_hints(options, "expected_"),
    }
    with _watched(options) as stage:
        job = service.train(
            _given(options.input), _given(options.expected), wait=False, progress=stage.tell, **_without_none(said)
        )
        return _ended(service, job, stage)


def _learn(service: Client, options: argparse.Namespace) -> int:
    refuse_overwriting(options.output, options.input, options.expected, options.instructions, options.ask)
    display = display_of(options)
    try:
        job = _trained(service, options)
    except JobFailed as failure:
        if options.partial and (report := failure.job.report or {}).get("diagnosis", {}).get("can_run"):
            _write(options.output, service.converter(failure.job, partial=True))
            display.note(f"note: {report['diagnosis']['summary']}")
            display.line(f"no converter found; one for what is explained, with blanks for the rest: {options.output}")
            display.result(report | {"converter": str(options.output), "job_id": failure.job.job_id})
            return DONE
        raise
    _write(options.output, service.converter(job))
    report = job.report or {}
    _note_mistakes(report.get("mistakes"), options)
    for note in report.get("notes", ()):
        display.note(f"note: {note}")
    if display.is_terminal:
        headed = not options.no_header
        display.side_by_side(*(commands.first_rows(path, headed) for path in (options.input, options.expected)))
    columns = report.get("columns", ())
    rows = columns[0]["cells"] if columns else 0
    display.line(f"learned from {rows} rows in {_seconds(job):.2f} s: {options.output}")
    for one in columns:
        display.line(commands.column_line(one["column"], one["expression"], one["confidence"], len(one["alternatives"])))
    if options.explain:
        _explain(report, options)
    told = {} if options.ask is None else {"ask": _asked(service, job, options.ask, options)}
    display.result(report | {"converter": str(options.output), "job_id": job.job_id} | told)
    return DONE


def _write(path: Path, statement: str) -> None:
    with Destination.opened(path) as place:
        made = place.scratch / "converter.sql"
        made.write_bytes(statement.encode())
        place.put(made)


def _note_mistakes(found: dict[str, Any] | None, options: argparse.Namespace) -> None:
    """Notes the rows that may be mistaken."""
    if found:
        advice = " ".join(f"--ignore-row {row}" for row in found["rows"])
        display_of(options).note(f"note: {found['text']}")
        display_of(options).note(f"note: if the example is mistaken there, put it right or learn with {advice}")


def _explain(report: dict[str, Any], options: argparse.Namespace) -> None:
    """What competed and why it lost, as short as a record has it."""
    for line in report.get("search", ()):
        display_of(options).line(line)


def _run(service: Client, options: argparse.Namespace) -> int:
    refuse_overwriting(options.output, options.converter, options.input)
    said = {**_hints(options), **format_of(options.output), "deadline_seconds": _deadline(options)}
    with Destination.opened(options.output) as place, _watched(options) as stage:
        converter = _converter(service, options.converter)
        job = service.convert(converter, _given(options.input), wait=False, progress=stage.tell, **_without_none(said))
        job = _ended(service, job, stage)
        service.download(job, place.scratch / "output", progress=stage.tell)
        place.put(place.scratch / "output")
    known = {one.name for one in fields(RunReport)}
    report = RunReport.from_json({name: value for name, value in (job.report or {}).items() if name in known})
    display = display_of(options)
    if display.is_terminal:
        display.side_by_side(*(commands.first_rows(path, True) for path in (options.input, options.output)))
    commands.report_run(report, options)
    return DONE


def _batch(service: Client, options: argparse.Namespace) -> int:
    refuse_overwriting(options.output, options.converter, *options.input)
    said = {**_hints(options), "deadline_seconds": _deadline(options)}
    display = display_of(options)
    with Destination.opened(options.output) as place, _watched(options) as stage:
        converter = _converter(service, options.converter)
        given = [_address(one) or _given(one) for one in options.input]
        job = service.convert_many(converter, given, wait=False, progress=stage.tell, **_without_none(said))
        job = _ended(service, job, stage)
        service.download(job, place.scratch / "output", progress=stage.tell)
        place.put(place.scratch / "output")
    failed = list(service.outputs(job, failed=True))
    for one in failed:
        display.note(f"{one.name}: {one.error.detail if one.error is not None else 'failed'}")
    made = 0 if job.batch is None else job.batch.files - len(failed)
    display.line(f"wrote {made} files to {options.output} in {_seconds(job):.2f} s" + _said_of(len(failed)))
    display.result((job.report or {}) | {"output": str(options.output), "job_id": job.job_id})
    return BAD_CSV if failed else DONE


def _said_of(failed: int) -> str:
    return f"; {failed} could not be converted" if failed else ""


def _address(path: Path) -> str | None:
    """The address that an argument is, which is no path though it was taken for one."""
    scheme, _, rest = str(path).partition(":/")
    return f"s3://{rest}" if scheme == "s3" else None


def _show(service: Client, options: argparse.Namespace) -> int:
    found = _converter(service, options.converter)
    text = found.decode() if isinstance(found, bytes) else service.converter(found)
    return commands.show(Converter.loads(text), options)


def _ask(service: Client, options: argparse.Namespace) -> int:
    job = _trained(service, options)
    display_of(options).result({"questions": _asked(service, job, options.new, options)})
    return DONE


def _asked(service: Client, job: Job, path: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Tells the rows of a new file that a person should say something about, each with what could stand there."""
    display = display_of(options)
    preview = service.preview(job, _given(path), **_without_none(_hints(options)))
    if not preview.doubtful:
        display.line(f"{path}: all programs that fit the example agree on it")
    for one in preview.doubtful:
        given = f" ({', '.join(cell or '' for cell in one.given.values())})" if one.given else ""
        display.line(f"{path}, row {one.row}{given}: what should {one.column or 'the row'} be?")
        for answer in one.answers:
            display.line(f"  {answer.cell or ''!r}  by {answer.explanation}")
    return [one.model_dump() for one in preview.doubtful]


_COMMANDS = {"learn": _learn, "run": _run, "batch": _batch, "show": _show, "ask": _ask}
NAMES = (*_COMMANDS,)
"""The commands that a service carries out."""


def _converter(service: Client, given: Path) -> bytes | Job | Named:
    """A file here, or else a training of the service by its id, or a converter by its name."""
    if given.exists() or not _IDENTIFIER.fullmatch(str(given)):
        return given.read_bytes()
    try:
        return service.job(str(given))
    except (NotFound, Invalid):
        return Named(str(given))


def _given(path: Path) -> Path | BinaryIO:
    return sys.stdin.buffer if path == STANDARD else path


def _hints(options: argparse.Namespace, prefix: str = "") -> dict[str, Any]:
    return {f"{prefix}{one}": getattr(options, f"{prefix}{one}") for one in _HINTS}


def _without_none(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _deadline(options: argparse.Namespace) -> int | None:
    return None if options.timeout is None else math.ceil(options.timeout)


def _seconds(job: Job) -> float:
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return (job.finished_at - job.started_at).total_seconds()


def _failed(error: ClientError, options: argparse.Namespace) -> int:
    """One line for what the service refused, or what became of the job; gives the exit status."""
    status, told = BAD_USAGE, str(error)
    match error:
        case JobFailed(job=Job(error=problem, report=report)):
            title, told = (problem.title, problem.detail) if problem is not None else ("", told)
            status = NOT_FOUND if title == NOT_FOUND_TITLE else BAD_CSV if title in _UNREADABLE else REFUSED
            if status == NOT_FOUND:
                if getattr(options, "explain", False):
                    _explain(report or {}, options)
                _note_mistakes(((report or {}).get("diagnosis") or {}).get("mistakes"), options)
                display_of(options).result(report or {})
                return commands.fail(NOT_FOUND, f"no converter found: {(report or {}).get('reason') or told}")
        case JobCancelled() | TooLarge():
            status = REFUSED
        case Invalid():
            found = {place.field for place in error.places}
            status = REFUSED if "converter_sql" in found else BAD_CSV if found & {*_FILES} else BAD_USAGE
        case Unreachable() | TooMany() | Unavailable():
            status = UNAVAILABLE
        case ServiceError():
            status = UNAVAILABLE if error.status >= 500 else BAD_USAGE
    return commands.refused(status, _with_paths(told, options), error, options)


_FILES = {"input_file": "input", "expected_output_file": "expected", "converter_sql": "converter"}


def _with_paths(told: str, options: argparse.Namespace) -> str:
    """What the service says of its request's files, said of those that the person has named."""
    for field, option in _FILES.items():
        if (path := getattr(options, option, None)) is not None:
            # As here: a file by its name, a converter as it was given.
            name = str(path) if option == "converter" else path.name
            told = re.sub(rf"\b{field}\b", name.replace("\\", r"\\"), told)
    return told
