"""A converter carried out on many small files: those that the engine reads as they are go into one sandbox together.

A sandbox of its own costs a small file more than its conversion. What is out of the ordinary about one (another encoding, a
packed file, a row that breaks a check, an error) is done by `conversion.run`, so each file's result is what it would be alone.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from converter.answer import sound
from converter.batch_engine import LEFT
from converter.conversion import RunReport, engine_arguments, run
from converter.detection import glimpse
from converter.dialect import NO_HINTS, Hints
from converter.errors import ConverterError, SandboxKilled, SandboxUnavailable
from converter.manifest import Converter
from converter.opening import opened
from converter.packing import packed
from converter.sandbox import Limits, Sandbox
from converter.source import Source

TOGETHER_FILES, TOGETHER_BYTES = 64, 8 << 20
"""What one sandbox is given at most: the time of its run is one run's."""


@dataclass(frozen=True)
class Given:
    """A file of a batch: where it is, what errors call it, where its output and its rejected rows go, what is said of it."""

    path: Path
    name: str
    output: Path
    rejects: Path | None = None
    hints: Hints = NO_HINTS


def run_batch(
    converter: Converter,
    files: Sequence[Given],
    *,
    limits: Limits,
    allow_unsandboxed: bool = False,
) -> list[RunReport | ConverterError]:
    """Each file's report, or why it could not be converted. An output appears whole or not at all.

    Raises what is no file's fault: `SandboxUnavailable`, `OSError`.
    """
    done: dict[Given, RunReport | ConverterError] = {}
    plain = ((one, source) for one in files if one.rejects is None and (source := _plain(converter, one)) is not None)
    for group in _groups(plain):
        done |= _together(converter, group, limits, allow_unsandboxed)
    for one in files:
        if one not in done:
            done[one] = _alone(converter, one, limits, allow_unsandboxed)
    return [done[one] for one in files]


def _plain(converter: Converter, given: Given) -> Source | None:
    """The file as the engine reads it, where it is one that the engine reads as we do."""
    if given.path.stat().st_size > TOGETHER_BYTES:
        return None
    try:
        with opened(given.path, given.name, given.hints) as file:
            if file.path != given.path or file.notes:
                return None
        dialect = glimpse(given.path, name=given.name, hints=given.hints)
        source = Source.of(given.path, dialect, converter, given.name)
        if not source.dialect.is_utf8 or source.may_have_footer():
            return None
        return next((one for one in source.readings() if one.is_plain()), None)
    except ConverterError:
        return None


def _groups(plain: Iterator[tuple[Given, Source]]) -> Iterator[list[tuple[Given, Source]]]:
    group: list[tuple[Given, Source]] = []
    size = 0
    for one, source in plain:
        bytes_in = one.path.stat().st_size
        if group and (len(group) == TOGETHER_FILES or size + bytes_in > TOGETHER_BYTES):
            yield group
            group, size = [], 0
        group.append((one, source))
        size += bytes_in
    if len(group) > 1:
        yield group


def _together(
    converter: Converter, group: Sequence[tuple[Given, Source]], limits: Limits, allow_unsandboxed: bool
) -> dict[Given, RunReport | ConverterError]:
    """The reports of those files of a group that came out as they should."""
    done: dict[Given, RunReport | ConverterError] = {}
    checks = [asdict(check) for check in converter.checks]
    with tempfile.TemporaryDirectory(dir=group[0][0].output.parent, prefix=".converting-") as scratch:
        work = Path(scratch, "work")
        (work / "spill").mkdir(parents=True)
        outputs = [work / f"output-{number}.csv" for number in range(len(group))]
        started = time.monotonic()
        with Sandbox("converter.batch_engine:convert", work, limits, allow_unsandboxed=allow_unsandboxed) as sandbox:
            spill = sandbox.room.spill
            runs = [
                engine_arguments(converter, source, checks, work, output, limits, spill)
                for (_, source), output in zip(group, outputs, strict=True)
            ]
            sandbox.ask({"runs": runs}, [source.path for _, source in group])
            try:
                answers = sandbox.answer().get("answers")
            except ConverterError:
                # One of them was too much for all; alone each has its own bounds.
                return {}
        seconds = round((time.monotonic() - started) / len(group), 3)
        if not isinstance(answers, list):
            return {}
        for (one, source), output, answer in zip(group, outputs, islice(answers, len(group)), strict=False):
            if (report := _report(converter, one, source, output, answer, seconds)) is not None:
                done[one] = report
    return done


def _report(
    converter: Converter, given: Given, source: Source, output: Path, answer: Any, seconds: float
) -> RunReport | ConverterError | None:
    """What became of one file, its output put in place; None where it has to be converted alone."""
    if not isinstance(answer, dict) or LEFT in answer:
        return None
    try:
        told = sound(answer, len(converter.checks))
        if "unreadable" in told or told["unchecked"] or output.is_symlink() or not output.is_file():
            return None
        bytes_out = output.stat().st_size
        shutil.move(packed(output, given.output.name, converter.output_delimiter), given.output)
    except ConverterError as error:
        return error
    return RunReport(
        rows_in=told["rows_in"],
        rows_out=told["rows_out"],
        bytes_out=bytes_out,
        seconds=seconds,
        broken_checks=(),
        ignored_columns=source.ignored,
        taken_columns=source.taken,
        notes=source.notes,
    )


def _alone(converter: Converter, given: Given, limits: Limits, allow_unsandboxed: bool) -> RunReport | ConverterError:
    for tries_left in (1, 0):
        try:
            return run(
                converter,
                given.path,
                given.output,
                limits=limits,
                name=given.name,
                allow_unsandboxed=allow_unsandboxed,
                hints=given.hints,
                rejects_path=given.rejects,
            )
        except SandboxUnavailable:
            raise
        except ConverterError as error:
            # A process that is killed again is this file's end, and not that of the others.
            if not (isinstance(error, SandboxKilled) and tries_left):
                return error
    raise AssertionError("the last try gives a result")
