"""Named converters' versions: taken from trainings, edited by people, held against the example, told apart. All calls block."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.converter_bodies import CellDifference, DifferenceView
from api.corrections import example_of
from api.previews import converter_of, limits
from api.problems import Busy, DiffersFromExample, FieldRefused
from converter import statement
from converter.comparison import Comparison, compare
from converter.conversion import run_table
from converter.differences import in_rows, in_words
from converter.errors import (
    BadConverter,
    BadCsv,
    ConverterError,
    LimitExceeded,
    RefusedStatement,
    SandboxKilled,
    SandboxUnavailable,
)
from converter.lesson import package
from converter.manifest import Converter
from converter.rating import Rating
from converter.sandbox import call
from converter.table import Example
from jobs.converters import NamedConverter, NamedConverters, Origin, Version
from jobs.errors import Conflict, FileMissing, JobMissing
from jobs.quota import Quotas
from jobs.store import JobStore
from settings import Settings

_SECONDS = 20.0
_FIRST = ("first version",)


class Versions:
    """What is done with versions of named converters."""

    def __init__(self, settings: Settings, jobs: JobStore, converters: NamedConverters, quotas: Quotas) -> None:
        self._settings, self._jobs, self._converters, self._quotas = settings, jobs, converters, quotas

    def of_training(self, user_id: str, name: str, job_id: str, comment: str | None) -> tuple[NamedConverter, bool]:
        """The name pointed at a training's converter; and whether the name is new.

        Raises `JobMissing`, `Conflict`, `QuotaUsed`.
        """
        record = self._jobs.get(user_id, job_id)
        converter, rivals = converter_of(self._jobs, record)
        text = b"".join(self._jobs.stream(record, "converter.sql"))
        report = record.report or {}
        told = report.get("confidence", converter.evidence.get("confidence"))
        confidence = float(told) if told is not None else None

        def describe(before: NamedConverter | None) -> dict[str, Any]:
            rating = report.get("rating") or (Rating.of(confidence) if confidence is not None else None)
            return {
                "source": Origin.TRAINING,
                "job_id": job_id,
                "confidence": confidence,
                "rating": rating,
                "changed": self._changed(converter, before),
                "comment": comment,
                "matches_example": True,
            }

        self._quotas.admit(user_id, len(text) + sum(map(len, rivals)), jobs=0)
        return self._converters.add(user_id, name, text, rivals, describe)

    def edited(self, user_id: str, name: str, sql: str, comment: str | None, *, force: bool) -> NamedConverter:
        """The name with a version of a person's own.

        Raises `ConverterMissing`, `FieldRefused` for what a wall refuses, `DiffersFromExample` unless forced, `Conflict` where
        there is no example any more to hold it against, `Busy`, `QuotaUsed`.
        """
        before = self._converters.get(user_id, name)
        parent = before.version()
        old = Converter.loads(self._converters.text_of(before, parent)[0].decode())
        text = _statement_of(sql)
        self._hold_against_walls(text)
        example = self._example(user_id, parent)
        if example is None and not force:
            raise Conflict(
                f"the example of version {parent.version} is gone with its job; put the SQL again with force to keep it unseen"
            )
        made = _packaged(text, old, example)
        comparison = self._compared(made, example) if example is not None else None
        if comparison is not None and not comparison.equal and not force:
            raise DiffersFromExample(comparison)

        def describe(known: NamedConverter | None) -> dict[str, Any]:
            return {
                "source": Origin.EDITED,
                "job_id": parent.job_id,
                "changed": self._changed(made, known),
                "comment": comment,
                "matches_example": None if comparison is None else comparison.equal,
            }

        data = made.dumps().encode()
        self._quotas.admit(user_id, len(data), jobs=0)
        return self._converters.add(user_id, name, data, (), describe)[0]

    def difference(self, user_id: str, name: str, old: int, new: int) -> DifferenceView:
        """What is otherwise between two versions. Raises `ConverterMissing`, `Busy`."""
        named = self._converters.get(user_id, name)
        versions = [named.version(number) for number in (old, new)]
        before, after = (Converter.loads(self._converters.text_of(named, one)[0].decode()) for one in versions)
        words = in_words(after, before)
        example = self._example(user_id, versions[1]) or self._example(user_id, versions[0])
        if example is None:
            return DifferenceView(old=old, new=new, words=words, rows=[], rows_differ=0)
        try:
            apart = in_rows(after, before, example.input, limits=self._limits, allow_unsandboxed=self._unsandboxed)
        except (LimitExceeded, SandboxKilled, SandboxUnavailable) as error:
            raise Busy(f"the versions cannot be run now: {error}") from error
        except ConverterError as error:
            return DifferenceView(old=old, new=new, words=[*words, f"on the example: {error}"], rows=[], rows_differ=0)
        is_paired = after.is_rowwise and len(example.input.rows) == len(example.expected.rows)
        rows = [
            CellDifference(
                row=one.row,
                given=dict(zip(example.input.columns, example.input.rows[one.row - 1], strict=True))
                if is_paired and one.row <= len(example.input.rows)
                else None,
                column=one.column,
                old=one.expected,
                new=one.actual,
            )
            for one in apart.cells
        ]
        return DifferenceView(old=old, new=new, words=words, rows=rows, rows_differ=apart.rows)

    @property
    def _limits(self) -> Any:
        return limits(self._settings, _SECONDS)

    @property
    def _unsandboxed(self) -> bool:
        return self._settings.allow_unsandboxed

    def _changed(self, made: Converter, before: NamedConverter | None) -> tuple[str, ...]:
        if before is None:
            return _FIRST
        old = Converter.loads(self._converters.text_of(before, before.version())[0].decode())
        return tuple(in_words(made, old))

    def _hold_against_walls(self, text: str) -> None:
        """The first wall, in the second: a stranger's statement is parsed in the sandbox. Raises `FieldRefused`, `Busy`."""
        arguments = {"statement": text, "relations": list(statement.RELATIONS)}
        try:
            with TemporaryDirectory(prefix="statement-") as folder:
                call(
                    "converter.statement:check_in_sandbox",
                    arguments,
                    readable=[],
                    writable=Path(folder),
                    limits=self._limits,
                    allow_unsandboxed=self._unsandboxed,
                )
        except RefusedStatement as error:
            raise FieldRefused("sql", str(error)) from error
        except (SandboxKilled, SandboxUnavailable) as error:
            raise Busy(f"the SQL cannot be looked at now: {error}") from error
        except ConverterError as error:
            raise FieldRefused("sql", f"cannot be looked at: {error}") from error

    def _compared(self, made: Converter, example: Example) -> Comparison:
        given = example.input if made.input_has_header or example.lines is None else example.lines
        try:
            bare = replace(made, checks=())
            output = run_table(bare, given, limits=self._limits, allow_unsandboxed=self._unsandboxed)
        except (SandboxKilled, SandboxUnavailable) as error:
            raise Busy(f"the SQL cannot be run now: {error}") from error
        except ConverterError as error:
            raise FieldRefused("sql", str(error)) from error
        return compare(output, example.expected)

    def _example(self, user_id: str, version: Version) -> Example | None:
        """The example of the training that the version comes from; None where that is gone."""
        if version.job_id is None:
            return None
        try:
            record = self._jobs.get(user_id, version.job_id)
            with TemporaryDirectory(prefix="example-") as folder:
                return example_of(self._jobs, record, Path(folder))
        except (JobMissing, FileMissing, BadCsv):
            return None


def _statement_of(sql: str) -> str:
    """The statement alone, whether a manifest stands above it or not."""
    if not sql.lstrip().startswith("/* AI CSV Converter"):
        return sql.strip().rstrip(";").rstrip()
    try:
        return Converter.loads(sql).statement
    except BadConverter as error:
        raise FieldRefused("sql", str(error)) from error


def _packaged(text: str, old: Converter, example: Example | None) -> Converter:
    """The statement with a manifest: what it is and reads follows from it, all else is the version's that it comes from."""
    if example is None:
        return replace(old, statement=text, is_rowwise=False, evidence={"edited": True})
    given = example if old.input_has_header or example.lines is None else Example(example.lines, example.expected)
    try:
        made = package(text, given, ragged=old.ragged, evidence={"edited": True}, heading=old.heading if old.ragged else None)
    except ConverterError as error:
        raise FieldRefused("sql", str(error)) from error
    own = [one for one in old.checks if one not in made.checks]
    return replace(made, output_delimiter=old.output_delimiter, checks=(*made.checks, *own))
