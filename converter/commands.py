"""The command line: learn a converter, run it, show it, compare two files, ask about a new one.

Exit status: 0 done (or equal), 1 the compared files differ, 2 bad usage, 3 no converter found, 4 bad CSV,
5 converter refused or stopped at a limit; 130, 143 and 141 as of `entry`.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import converter as package
from converter.arguments import (
    Misuse,
    add_ask,
    add_example,
    add_explain,
    add_hints,
    add_json,
    add_output,
    hints,
    mebibytes,
    refuse_overwriting,
    seconds,
)
from converter.detection import glimpse
from converter.display import Display, Sheet
from converter.errors import BadConverter, BadCsv, ConverterError, InputMismatch
from converter.files import read, read_example, read_pair
from converter.manifest import Converter, Heading
from converter.rows import read_rows
from converter.spool import STANDARD
from converter.table import Example, Row, Table
from converter.telling import visible
from converter.writing import Writing

if TYPE_CHECKING:
    from converter.conversion import RunReport
    from converter.lesson import Lesson

DONE, DIFFERENT, BAD_USAGE, NOT_FOUND, BAD_CSV, REFUSED = range(6)
SEARCH_SECONDS = 45.0
"""How long a search may take where nobody says; README has it as LEARN_SECONDS too."""
_ROWS_SHOWN = 5
_Commands = Any  # argparse names the type of its sub-parsers nowhere in public.


def main(arguments: list[str] | None = None) -> int:
    """Carries out one command; gives the exit status. Errors are one line on standard error."""
    made, _ = parser("python -m converter", "Learns and runs CSV converters.")
    return carried_out(made.parse_args(arguments))


def parser(
    prog: str, description: str, parents: Sequence[argparse.ArgumentParser] = ()
) -> tuple[argparse.ArgumentParser, _Commands]:
    """The parser of all commands here, with the options of its parents, and its commands, to which more may be added."""
    made = argparse.ArgumentParser(prog=prog, description=description, parents=list(parents))
    made.add_argument("--version", action="version", version=f"csv-converter {package.__version__}")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    add_commands(commands)
    return made, commands


def carried_out(options: argparse.Namespace) -> int:
    """The exit status of the command that was parsed. Its errors are one line on standard error."""
    try:
        return int(options.command(options))
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        raise
    except (ConverterError, Misuse, OSError) as error:
        return failed(error, options)


def add_commands(commands: _Commands) -> None:
    """Adds all commands to the parser's."""
    learning = commands.add_parser("learn", help="learn a converter from an example")
    add_example(learning)
    add_output(learning)
    learning.add_argument("--timeout", type=seconds, default=SEARCH_SECONDS, metavar="SECONDS", help="how long to search (45)")
    add_ask(learning)
    add_explain(learning)
    learning.set_defaults(command=learn)

    running = commands.add_parser("run", help="run a converter on a file")
    running.add_argument("converter", type=Path)
    running.add_argument("input", type=Path, help="a CSV; - for standard input")
    running.add_argument("-o", "--output", type=Path, required=True, help="where to write; - for standard output")
    running.add_argument("--timeout", type=seconds, default=300.0, metavar="SECONDS", help="stop it after this long (300)")
    running.add_argument("--memory", type=mebibytes, default=2048, metavar="MIB", help="memory it may take (2048)")
    running.add_argument(
        "--allow-unsandboxed",
        action="store_true",
        help="run even where the kernel cannot sandbox; for trusted converters",
    )
    add_hints(running)
    add_json(running)
    running.set_defaults(command=_run)

    showing = commands.add_parser("show", help="print a converter: its statement and what is known about it")
    showing.add_argument("converter", type=Path)
    add_json(showing)
    showing.set_defaults(command=_show)

    comparing = commands.add_parser("compare", help="compare two CSV files cell by cell")
    comparing.add_argument("actual", type=Path)
    comparing.add_argument("expected", type=Path)
    comparing.add_argument("--no-header", action="store_true", help="the files' first line is a row like the others")
    add_json(comparing)
    comparing.set_defaults(command=_compare)

    asking = commands.add_parser("ask", help="the rows of a new file on which programs that fit an example differ")
    add_example(asking)
    asking.add_argument("new", type=Path, help="a further CSV, like the input")
    asking.add_argument("--timeout", type=seconds, default=SEARCH_SECONDS, metavar="SECONDS", help="how long to search (45)")
    asking.set_defaults(command=_ask)


def display_of(options: argparse.Namespace) -> Display:
    """Where the command's words go: to standard error where standard output takes the result."""
    output = getattr(options, "output", None)
    return Display(sys.stderr if output is not None and _is_standard_output(output) else sys.stdout, options.json)


def learn(options: argparse.Namespace) -> int:
    """The command `learn`, without a model."""
    # The learner brings its libraries, which take longer to import than a small file takes to run.
    from converter.lesson import learn

    refuse_overwriting(options.output, options.input, options.expected, options.ask)
    display = display_of(options)
    example, writing = given_example(options)
    with display.working(lambda: f"learning (at most {options.timeout:g} s)"):
        lesson = learn(example, seconds=options.timeout)
    for note in example.notes:
        display.note(f"note: {note}")
    if lesson.converter is None:
        return not_found(lesson, example, writing, options)
    lesson.converter.written_like(writing).save(options.output)
    report_lesson(lesson, example, options)
    told = mistaken(lesson, example, options) | explained(lesson, options)
    told |= {} if options.ask is None else {"ask": ask_about(lesson, options.ask, options)}
    display.result(lesson.to_json() | {"converter": str(options.output), "notes": list(example.notes)} | told)
    return DONE


def given_example(options: argparse.Namespace) -> tuple[Example, Writing]:
    """The example that the options name, and how its expected file is written. Raises `BadCsv`, `OSError`."""
    said = {"hints": hints(options), "expected_hints": hints(options, "expected_")}
    example, writing = read_example(options.input, options.expected, header=not options.no_header, **said)
    if not options.ignore_row:
        return example, writing
    from converter.mistakes import without

    return without(example, options.ignore_row, seconds=options.timeout or SEARCH_SECONDS), writing


def not_found(lesson: "Lesson", example: Example, writing: Writing, options: argparse.Namespace) -> int:
    """Tells why there is no converter; with `--partial` writes one for what is explained. Gives the exit status."""
    told = lesson.to_json() | mistaken(lesson, example, options) | explained(lesson, options)
    if getattr(options, "partial", False):
        from converter.diagnosis import diagnose
        from converter.sandbox import Limits

        found = diagnose(lesson, example, limits=Limits())
        if found.partial is not None:
            found.partial.written_like(writing).save(options.output)
            display_of(options).note(f"note: {found.summary}")
            display_of(options).line(
                f"no converter found; one for what is explained, with blanks for the rest: {options.output}"
            )
            display_of(options).result(told | {"converter": str(options.output), "diagnosis": found.to_json()})
            return DONE
    display_of(options).result(told)
    return fail(NOT_FOUND, f"no converter found: {lesson.reason}")


def mistaken(lesson: "Lesson", example: Example, options: argparse.Namespace) -> dict[str, Any]:
    """Notes the example's rows that may be mistaken, and the rule that all others follow; gives the same for machines."""
    from converter.mistakes import mistakes

    found = mistakes(lesson, example)
    for line in (*found.lines(), found.advice) if found is not None else ():
        display_of(options).note(f"note: {line}")
    return {"mistakes": found.to_json() if found is not None else None}


def explained(lesson: "Lesson", options: argparse.Namespace) -> dict[str, Any]:
    """With `--explain` prints what competed for rows and columns and why it lost; gives the same for machines."""
    if not getattr(options, "explain", False):
        return {}
    display, trace = display_of(options), lesson.trace
    for line in trace.lines() if trace is not None else ("another search made this one: it keeps no candidates that lost",):
        display.line(line)
    return {"explain": trace.to_json() if trace is not None else None}


def report_lesson(lesson: "Lesson", example: Example, options: argparse.Namespace) -> None:
    """Prints what was learned, a line a column."""
    display = display_of(options)
    rows = lesson.columns[0].total if lesson.columns else 0
    left, right = (_sheet_of(path.name, table) for path, table in _tables(example, options))
    display.side_by_side(left, right)
    display.line(f"learned from {rows} rows in {lesson.seconds:.2f} s: {options.output}")
    for column in lesson.columns:
        display.line(column_line(column.name, column.expression, column.confidence, len(column.alternatives)))


def column_line(name: str, expression: str | None, confidence: float, others: int) -> str:
    """How a column is made, how sure that is, and how many other programs would fit."""
    made = f" = {expression}" if expression else ""
    doubt = f", {others} other program{'s' * (others > 1)} would fit" if others else ""
    return f"  {name}{made}  ({confidence:.0%} sure{doubt})"


def _tables(example: Example, options: argparse.Namespace) -> tuple[tuple[Path, Table], tuple[Path, Table]]:
    return (options.input, example.input), (options.expected, example.expected)


def _ask(options: argparse.Namespace) -> int:
    from converter.lesson import learn

    example, writing = given_example(options)
    display = display_of(options)
    with display.working(lambda: f"learning (at most {options.timeout:g} s)"):
        lesson = learn(example, seconds=options.timeout)
    if lesson.converter is None:
        return not_found(lesson, example, writing, options)
    display.result({"questions": ask_about(lesson, options.new, options)})
    return DONE


def ask_about(lesson: "Lesson", path: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Tells the rows of a new file that a person should say something about, each with what could stand there."""
    from converter.questions import questions

    asked = questions(lesson, read(path, header=not options.no_header, hints=hints(options)))
    display = display_of(options)
    if not asked:
        display.line(f"{path}: all programs that fit the example agree on it")
    for question in asked:
        given = f" ({', '.join(cell or '' for cell in question.given)})" if question.given else ""
        display.line(f"{path}, row {question.row}{given}: what should {question.column} be?")
        for answer in question.answers:
            display.line(f"  {answer.text or ''!r}  by {answer.expression}")
    return [asdict(question) for question in asked]


def _run(options: argparse.Namespace) -> int:
    from converter.conversion import run
    from converter.progress import Progress
    from converter.sandbox import Limits

    refuse_overwriting(options.output, options.converter, options.input)
    display = display_of(options)
    converter = Converter.load(options.converter)
    limits = Limits(seconds=options.timeout, memory_bytes=options.memory << 20, threads=os.cpu_count() or 1)
    progress = Progress()
    with display.working(lambda: f"converting {options.input.name}", progress.share):
        report = run(
            converter,
            options.input,
            options.output,
            limits=limits,
            allow_unsandboxed=options.allow_unsandboxed,
            progress=progress,
            hints=hints(options),
        )
    if display.is_terminal:
        display.side_by_side(*(first_rows(path, headed) for path, headed in _both(converter, options)))
    report_run(report, options)
    return DONE


def report_run(report: "RunReport", options: argparse.Namespace) -> None:
    """Tells what a run did, and what a person should know of it."""
    display = display_of(options)
    display.line(f"wrote {report.rows_out} rows to {options.output} in {report.seconds:.2f} s")
    for note in notes_of(report):
        display.note(note)
    display.result(
        report.to_json() | {"output": str(options.output), "notes": [note.removeprefix("note: ") for note in notes_of(report)]}
    )


def _both(converter: Converter, options: argparse.Namespace) -> tuple[tuple[Path, bool], tuple[Path, bool]]:
    return (options.input, converter.input_has_header), (options.output, converter.writes_heading)


def notes_of(report: "RunReport") -> Iterator[str]:
    """What a person should know of a run, a line each."""
    for note in report.notes:
        yield f"note: {note}"
    for taken, name in report.taken_columns:
        yield f"note: the column {taken!r} is taken for {name!r}"
    if report.ignored_columns:
        yield f"note: columns not used: {', '.join(map(repr, report.ignored_columns))}"
    for broken in report.broken_checks:
        if "problem" in broken:
            yield f"check not made: {broken['check']}; {broken['problem']}"
            continue
        count, rows = broken["rows_broken"], ", ".join(map(str, broken["rows"]))
        where = f"row {rows}" if count == 1 else f"{count} rows: {rows}" + (", …" if count > len(broken["rows"]) else "")
        values = f"; values: {', '.join(map(repr, broken['values']))}" if broken["values"] else ""
        yield f"check broken: {broken['check']}; in {where}{values}"


def _show(options: argparse.Namespace) -> int:
    return show(Converter.load(options.converter), options)


def show(converter: Converter, options: argparse.Namespace) -> int:
    """Prints a converter: what it reads, writes and checks, its evidence and its statement."""
    import json

    display = display_of(options)
    families = (f"all whose names have the pattern {pattern}" for pattern in converter.input_patterns)
    reads = ", ".join((*converter.input_columns, *families))
    display.line(f"reads:  {reads}" + ("" if converter.input_has_header else "  (no header)"))
    header = "rows of cells, no header" if converter.output_header is None else ", ".join(converter.output_header)
    if converter.heading is Heading.DATA:
        header = "columns that the data decides"
    display.line(f"writes: {header}")
    for check in converter.checks:
        display.line(f"check:  {check.name}")
    display.line(f"evidence: {json.dumps(converter.evidence, ensure_ascii=False)}\n\n{converter.statement}")
    display.result(asdict(converter))
    return DONE


def _compare(options: argparse.Namespace) -> int:
    from converter.comparison import compare

    display = display_of(options)
    comparison = compare(*read_pair(options.actual, options.expected, header=not options.no_header))
    display.comparison(comparison)
    display.result(comparison.to_json())
    return DONE if comparison.equal else DIFFERENT


def first_rows(path: Path, headed: bool) -> Sheet | None:
    """The file's first rows, where it is one that can be read again."""
    if path == STANDARD or not path.is_file():
        return None
    try:
        rows = list(islice(read_rows(path, glimpse(path)), _ROWS_SHOWN + headed))
    except ConverterError:
        return None
    return _sheet(path.name, rows, headed)


def _sheet_of(title: str, table: Table) -> Sheet:
    return Sheet(title, table.header, table.rows[:_ROWS_SHOWN])


def _sheet(title: str, rows: list[Row], headed: bool) -> Sheet:
    return Sheet(title, rows[0] if headed and rows else None, rows[headed:])


def _is_standard_output(path: Path) -> bool:
    if path == STANDARD:
        return True
    try:
        return os.path.samestat(os.stat(path), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError):
        # It is not there yet, or standard output is no file.
        return False


def failed(error: ConverterError | Misuse | OSError, options: argparse.Namespace) -> int:
    """One line on standard error for what a command raised, and for machines the same as JSON; gives the exit status."""
    match error:
        case BadCsv() | InputMismatch():
            status, problem = BAD_CSV, str(error)
        case BadConverter():
            status, problem = REFUSED, f"{options.converter}: {error}"
        case ConverterError():
            status, problem = REFUSED, str(error)
        case OSError():
            status, problem = BAD_USAGE, f"{error.filename or 'file'}: {error.strerror or error}"
        case _:
            status, problem = BAD_USAGE, str(error)
    return refused(status, problem, error, options)


def refused(status: int, problem: str, error: Exception, options: argparse.Namespace) -> int:
    """Tells people and machines of an error; gives the exit status."""
    display_of(options).result({"error": problem, "kind": type(error).__name__, "status": status})
    return fail(status, problem)


def fail(status: int, problem: str) -> int:
    """One line on standard error; gives the exit status."""
    print(f"error: {visible(problem)}", file=sys.stderr)
    return status
