"""Arguments that commands share, and what does not go together."""

import argparse
from pathlib import Path

from converter.dialect import Hints
from converter.spool import STANDARD


class Misuse(Exception):
    """Arguments that do not go together."""


def add_example(learning: argparse.ArgumentParser) -> None:
    """Adds the arguments of a command that learns from an example: its two files, and how they are read."""
    learning.add_argument("input", type=Path, help="a CSV as it is; - for standard input")
    learning.add_argument("expected", type=Path, help="the CSV that is wanted from it")
    learning.add_argument("--no-header", action="store_true", help="the files' first line is a row like the others")
    learning.add_argument(
        "--ignore-row",
        type=int,
        action="append",
        default=[],
        metavar="N",
        help="learn without this row of the expected file, counted from 1 below the heading; may be given several times",
    )
    add_hints(learning)
    add_hints(learning, "expected-", "the expected file")
    add_json(learning)


def add_hints(command: argparse.ArgumentParser, prefix: str = "", of: str = "the input") -> None:
    """Adds what a person can say of a file: its encoding, its delimiter, a workbook's sheet."""
    says = command.add_argument_group(f"how {of} is written, where it is not found out right")
    says.add_argument(f"--{prefix}encoding", type=_encoding, metavar="NAME", help="such as utf-8, windows-1252 or shift_jis")
    says.add_argument(f"--{prefix}delimiter", type=_delimiter, metavar="TEXT", help="such as ; or tab or ||")
    says.add_argument(f"--{prefix}sheet", metavar="NAME", help="the sheet of a workbook")


def hints(options: argparse.Namespace, prefix: str = "") -> Hints:
    """What the options say of a file."""
    return Hints(*(getattr(options, f"{prefix}{one}") for one in ("encoding", "delimiter", "sheet")))


def _encoding(text: str) -> str:
    try:
        Hints(encoding=text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _delimiter(text: str) -> str:
    try:
        Hints(delimiter=text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def add_output(learning: argparse.ArgumentParser) -> None:
    """Adds where the converter goes."""
    learning.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="CONVERTER",
        help="where to write converter.sql; - to print it",
    )
    learning.add_argument(
        "--partial",
        action="store_true",
        help="where nothing fits, write a converter for the columns that are explained; the others are blank",
    )


def add_ask(learning: argparse.ArgumentParser) -> None:
    """Adds a new file to ask about."""
    learning.add_argument("--ask", type=Path, metavar="NEW", help="a new CSV: show the rows on which programs that fit differ")


def add_explain(learning: argparse.ArgumentParser) -> None:
    """Adds the question why."""
    learning.add_argument(
        "--explain",
        action="store_true",
        help="print what competed for the rows and for each column, what each costs, why it lost; and what a model was asked",
    )


def add_json(command: argparse.ArgumentParser) -> None:
    """Adds the choice of an output for machines."""
    command.add_argument("--json", action="store_true", help="print one JSON object, for machines")


def seconds(text: str) -> float:
    """The number of seconds that an option gives. Raises `ArgumentTypeError`, as argparse wants it."""
    number = float(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be more than 0 seconds")
    return number


def mebibytes(text: str) -> int:
    """The number of MiB that an option gives. Raises `ArgumentTypeError`, as argparse wants it."""
    mebibytes = int(text)
    if mebibytes < 256:
        raise argparse.ArgumentTypeError("must be 256 MiB or more")
    return mebibytes


def refuse_overwriting(output: Path, *inputs: Path | None) -> None:
    """Raises `Misuse` where the output is one of the inputs, or two inputs are standard input."""
    if [path for path in inputs if path == STANDARD][1:]:
        raise Misuse("only one of the files can be standard input (-)")
    for path in inputs:
        if path is not None and STANDARD not in (path, output) and output.is_file() and path.exists() and output.samefile(path):
            raise Misuse(f"the output {output} is the input {path}; name another file")
