"""The command line: learn a converter, run it, show it, compare two files.

Exit status: 0 done (or equal), 1 the compared files differ, 2 bad usage, 3 no converter found, 4 bad CSV,
5 converter refused or stopped at a limit.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from converter.conversion import RunReport, run
from converter.detection import detect
from converter.errors import BadConverter, BadCsv, ConverterError, InputMismatch
from converter.manifest import Converter, Heading
from converter.reading import read_example, read_pair, read_table
from converter.sandbox import Limits
from converter.table import Table
from converter.telling import visible

if TYPE_CHECKING:
    from converter.lesson import Lesson

DONE, DIFFERENT, BAD_USAGE, NOT_FOUND, BAD_CSV, REFUSED = range(6)


def main(arguments: list[str] | None = None) -> int:
    """Carries out one command; gives the exit status. Errors are one line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except (BadCsv, InputMismatch) as error:
        return fail(BAD_CSV, str(error))
    except BadConverter as error:
        return fail(REFUSED, f"{options.converter}: {error}")
    except ConverterError as error:
        return fail(REFUSED, str(error))
    except OSError as error:
        return fail(BAD_USAGE, f"{error.filename or 'file'}: {error.strerror or error}")


def add_example(learning: argparse.ArgumentParser) -> None:
    """Adds the arguments of a command that learns from an example: its two files, and where the converter goes."""
    learning.add_argument("input", type=Path, help="a CSV as it is")
    learning.add_argument("expected", type=Path, help="the CSV that is wanted from it")
    learning.add_argument("-o", "--output", type=Path, required=True, metavar="CONVERTER", help="where to write converter.sql")
    learning.add_argument("--no-header", action="store_true", help="the files' first line is a row like the others")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m converter", description="Learns and runs CSV converters.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    learning = commands.add_parser("learn", help="learn a converter from an example")
    add_example(learning)
    learning.add_argument("--timeout", type=seconds, default=45.0, metavar="SECONDS", help="how long to search (45)")
    learning.add_argument("--ask", type=Path, metavar="NEW", help="a new CSV: show the rows on which programs that fit differ")
    learning.set_defaults(command=_learn)

    running = commands.add_parser("run", help="run a converter on a file")
    running.add_argument("converter", type=Path)
    running.add_argument("input", type=Path)
    running.add_argument("-o", "--output", type=Path, required=True)
    running.add_argument("--timeout", type=seconds, default=300.0, metavar="SECONDS", help="stop it after this long (300)")
    running.add_argument("--memory", type=_mebibytes, default=2048, metavar="MIB", help="memory it may take (2048)")
    running.add_argument(
        "--allow-unsandboxed",
        action="store_true",
        help="run even where the kernel cannot sandbox; for trusted converters",
    )
    running.set_defaults(command=_run)

    showing = commands.add_parser("show", help="print a converter: its statement and what is known about it")
    showing.add_argument("converter", type=Path)
    showing.set_defaults(command=_show)

    comparing = commands.add_parser("compare", help="compare two CSV files cell by cell")
    comparing.add_argument("actual", type=Path)
    comparing.add_argument("expected", type=Path)
    comparing.add_argument("--no-header", action="store_true", help="the files' first line is a row like the others")
    comparing.set_defaults(command=_compare)
    return parser


def _learn(options: argparse.Namespace) -> int:
    # The learner brings its libraries, which take longer to import than a small file takes to run.
    from converter.lesson import learn

    header = not options.no_header
    example = read_example(options.input, options.expected, header=header)
    lesson = learn(example, seconds=options.timeout)
    for note in example.input.notes:
        print(visible(f"note: {note}"), file=sys.stderr)
    if lesson.converter is None:
        return fail(NOT_FOUND, f"no converter found: {lesson.reason}")
    write_whole(options.output, in_dialect(lesson.converter, options.expected).dumps())
    report_lesson(lesson, options.output)
    if options.ask is not None:
        report_questions(lesson, read_table(options.ask, header=header), options.ask)
    return DONE


def in_dialect(converter: Converter, expected: Path) -> Converter:
    """The converter, its output delimited as the expected file is."""
    return converter.written_like(detect(expected))


def report_lesson(lesson: "Lesson", path: Path) -> None:
    """Prints what was learned, a line a column."""
    rows = lesson.columns[0].total if lesson.columns else 0
    print(f"learned from {rows} rows in {lesson.seconds:.2f} s: {path}")
    for column in lesson.columns:
        made = f" = {column.expression}" if column.expression else ""
        others = len(column.alternatives)
        doubt = f", {others} other program{'s' * (others > 1)} would fit" if others else ""
        print(f"  {column.name}{made}  ({column.confidence:.0%} sure{doubt})")


def report_questions(lesson: "Lesson", new: Table, path: Path) -> None:
    """Prints the rows of a new file that a person should say something about, each with what could stand there."""
    from converter.questions import questions

    asked = questions(lesson, new)
    if not asked:
        print(f"{path}: all programs that fit the example agree on it")
    for question in asked:
        given = f" ({', '.join(cell or '' for cell in question.given)})" if question.given else ""
        print(f"{path}, row {question.row}{given}: what should {question.column} be?")
        for answer in question.answers:
            print(f"  {answer.text or ''!r}  by {answer.expression}")


def _run(options: argparse.Namespace) -> int:
    converter = _read_converter(options.converter)
    limits = Limits(seconds=options.timeout, memory_bytes=options.memory << 20, threads=os.cpu_count() or 1)
    report = run(converter, options.input, options.output, limits=limits, allow_unsandboxed=options.allow_unsandboxed)
    print(f"wrote {report.rows_out} rows to {options.output} in {report.seconds:.2f} s")
    for note in _notes(report):
        print(visible(note), file=sys.stderr)
    return DONE


def _notes(report: RunReport) -> Iterator[str]:
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
    converter = _read_converter(options.converter)
    families = (f"all whose names have the pattern {pattern}" for pattern in converter.input_patterns)
    reads = ", ".join((*converter.input_columns, *families))
    print(visible(f"reads:  {reads}") + ("" if converter.input_has_header else "  (no header)"))
    header = "rows of cells, no header" if converter.output_header is None else ", ".join(converter.output_header)
    if converter.heading is Heading.DATA:
        header = "columns that the data decides"
    print(visible(f"writes: {header}"))
    for check in converter.checks:
        print(visible(f"check:  {check.name}"))
    print(visible(f"evidence: {json.dumps(converter.evidence, ensure_ascii=False)}\n\n{converter.statement}"))
    return DONE


def _compare(options: argparse.Namespace) -> int:
    from converter.comparison import compare

    header = not options.no_header
    comparison = compare(*read_pair(options.actual, options.expected, header=header))
    print(comparison.describe())
    return DONE if comparison.equal else DIFFERENT


def _read_converter(path: Path) -> Converter:
    try:
        return Converter.loads(path.read_bytes().decode())
    except UnicodeDecodeError as error:
        raise BadConverter("not a converter: it is not UTF-8 text") from error


def write_whole(path: Path, text: str) -> None:
    """Writes the file whole or not at all."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-", encoding="utf-8", delete=False) as file:
        file.write(text)
    # The temporary file is private to its owner; a converter is as readable as any file that one makes.
    mask = os.umask(0)
    os.umask(mask)
    Path(file.name).chmod(0o666 & ~mask)
    os.replace(file.name, path)


def seconds(text: str) -> float:
    """The number of seconds that an option gives. Raises `ArgumentTypeError`, as argparse wants it."""
    number = float(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be more than 0 seconds")
    return number


def _mebibytes(text: str) -> int:
    mebibytes = int(text)
    if mebibytes < 256:
        raise argparse.ArgumentTypeError("must be 256 MiB or more")
    return mebibytes


def fail(status: int, problem: str) -> int:
    """One line on standard error; gives the exit status."""
    print(visible(f"error: {problem}"), file=sys.stderr)
    return status
