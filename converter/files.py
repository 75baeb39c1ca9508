"""Learning, running and comparing over files: what a person imports, and what the commands do."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from converter import reading
from converter.dialect import NO_HINTS, Hints
from converter.manifest import Converter
from converter.spool import name_of, regular
from converter.table import Example, Table
from converter.writing import Writing

if TYPE_CHECKING:
    # What these bring takes longer to import than a small file takes to run.
    from converter.comparison import Comparison
    from converter.conversion import RunReport
    from converter.lesson import Lesson
    from converter.sandbox import Limits

AnyPath = str | os.PathLike[str]


def learn(
    input_path: AnyPath,
    expected_path: AnyPath,
    *,
    header: bool = True,
    seconds: float = 45.0,
    hints: Hints = NO_HINTS,
    expected_hints: Hints = NO_HINTS,
) -> "Lesson":
    """What is learned from a file and the one that is expected from it: `lesson.converter`, or the `lesson.reason` for none.

    `header` says whether the files' first line names their columns; `seconds` bound the search; `hints` say how a file is
    written where it is not found out right. Raises `BadCsv`, `OSError`.
    """
    from converter.lesson import learn

    paths = Path(input_path), Path(expected_path)
    example, writing = read_example(*paths, header=header, hints=hints, expected_hints=expected_hints)
    lesson = learn(example, seconds=seconds)
    return lesson if lesson.converter is None else replace(lesson, converter=lesson.converter.written_like(writing))


def run(
    converter: Converter,
    input_path: AnyPath,
    output_path: AnyPath,
    *,
    limits: "Limits | None" = None,
    hints: Hints = NO_HINTS,
) -> "RunReport":
    """Converts the file at `input_path` into one at `output_path`, in the sandbox, within `limits`.

    The output appears whole or not at all. Raises `ConverterError` (`BadCsv`, `InputMismatch`, …), `OSError`.
    """
    from converter.conversion import run

    return run(converter, Path(input_path), Path(output_path), limits=limits, hints=hints)


def compare(actual_path: AnyPath, expected_path: AnyPath, *, header: bool = True) -> "Comparison":
    """Two files held against each other, cell by cell. Raises `BadCsv`, `OSError`."""
    from converter.comparison import compare

    return compare(*read_pair(Path(actual_path), Path(expected_path), header=header))


def read_example(
    input_path: Path, expected_path: Path, *, header: bool, hints: Hints = NO_HINTS, expected_hints: Hints = NO_HINTS
) -> tuple[Example, Writing]:
    """The example that two files make, and how the expected one is written. Raises `BadCsv`, `OSError`."""
    with regular(input_path) as given, regular(expected_path) as wanted:
        names = (name_of(input_path), name_of(expected_path))
        said = {"hints": hints, "expected_hints": expected_hints}
        example = reading.read_example(given, wanted, header=header, names=names, **said)
        return example, reading.written_like(wanted, name=names[1], hints=expected_hints)


def read_pair(actual_path: Path, expected_path: Path, *, header: bool) -> tuple[Table, Table]:
    """Two files that are to be compared. Raises `BadCsv`, `OSError`."""
    with regular(actual_path) as actual, regular(expected_path) as expected:
        return reading.read_pair(actual, expected, header=header)


def read(path: Path, *, header: bool, hints: Hints = NO_HINTS) -> Table:
    """The table in the file. Raises `BadCsv`, `OSError`."""
    with regular(path) as file:
        return reading.read_table(file, header=header, name=name_of(path), hints=hints)
