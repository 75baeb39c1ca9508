"""How an inference ends: its rows counted, doubtful ones looked for, and whether all of them were sound."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from actors.accounts import RIVALS
from actors.disk import limits
from converter.conversion import RunReport
from converter.dialect import Hints
from converter.errors import ConverterError, SandboxKilled
from converter.forecast import forecast
from converter.manifest import Converter
from converter.opening import Opened
from converter.preview import Bounds, preview
from jobs.files import Content
from jobs.record import JobRecord, JobStatus, OnError, Problem, RunOutcome
from jobs.store import JobStore
from settings import Settings

log = logging.getLogger(__name__)

_LOOK_SECONDS = 20.0
_SHOWN = 20
_FEW_ROWS = 5


def end_of_run(
    jobs: JobStore,
    record: JobRecord,
    settings: Settings,
    converter: Converter,
    given: Opened,
    done: RunReport,
    files: Mapping[str, Content],
    sizes: Mapping[str, int] | None = None,
) -> JobRecord:
    """Ends the job as its rows say; with `on_error` `fail`, as failed where one is not sound. Raises as `JobStore.finish`."""
    report = replace(done, notes=(*record.notes, *given.notes, *done.notes)).to_json() | dict(sizes or {})
    if (problem := unsound(record, done)) is not None:
        return jobs.finish(record, JobStatus.FAILED, report=report, error=problem)
    doubtful = doubtful_rows(settings, converter, rivals_of(jobs, record), given.path, given.hints)
    outcome, rows = account_of(done, doubtful)
    return jobs.finish(record, JobStatus.SUCCEEDED, report=report | doubtful, files=files, outcome=outcome, rows=rows)


def unsound(record: JobRecord, done: RunReport) -> Problem | None:
    """Why a run whose job is to fail by a row that is not sound has failed; None where it has not."""
    if record.on_error is not OnError.FAIL or not done.broken_checks:
        return None
    detail = f"Rows of the file are not sound: {'; '.join(map(_said, done.broken_checks))}."
    return Problem(title="Rows are not sound", detail=detail)


def account_of(done: RunReport, doubtful: Mapping[str, Any]) -> tuple[RunOutcome, dict[str, int | None]]:
    """Whether all rows of a run were sound, and how many there were of each kind."""
    is_clean = not (done.broken_checks or done.rows_rejected or doubtful["rows_doubtful"])
    rows = {"in": done.rows_in, "out": done.rows_out, "rejected": done.rows_rejected, "doubtful": doubtful["rows_doubtful"]}
    return RunOutcome.CLEAN if is_clean else RunOutcome.WITH_PROBLEMS, rows


def rivals_of(jobs: JobStore, record: JobRecord) -> list[str]:
    """The statements that fit the example of the job's converter too."""
    return json.loads(b"".join(jobs.stream(record, RIVALS))) if RIVALS in record.files else []


def _said(broken: dict[str, Any]) -> str:
    if "problem" in broken:
        return f"{broken['check']} could not be looked at ({broken['problem']})"
    first = ", ".join(map(str, broken["rows"][:_FEW_ROWS]))
    more = ", …" if broken["rows_broken"] > _FEW_ROWS else ""
    values = f" ({', '.join(map(repr, broken['values'][:_FEW_ROWS]))})" if broken["values"] else ""
    return f"not so that {broken['check']} in {broken['rows_broken']} rows: {first}{more}{values}"


def doubtful_rows(settings: Settings, converter: Converter, rivals: list[str], given: Path, hints: Hints) -> dict[str, Any]:
    """The rows on which programs that fit the example differ, in what is looked at of a file; none where it has no rivals."""
    none: dict[str, Any] = {"rows_doubtful": 0, "doubtful": []}
    if not rivals:
        return none
    try:
        seen = preview(
            converter,
            rivals,
            given,
            limits=replace(limits(settings), seconds=_LOOK_SECONDS),
            name="input_file",
            hints=hints,
            # Its checks were looked at as it ran, and its first rows are there to be read.
            bounds=Bounds(doubtful=_SHOWN, first=0, checks=False),
            allow_unsandboxed=settings.allow_unsandboxed,
        )
    except SandboxKilled:
        raise
    except ConverterError as error:
        # The conversion stands; what could be told beside it is lost, and said to be.
        log.warning("a file could not be looked at for doubtful rows: %s", error)
        return none | {"rows_doubtful": 0, "doubtful_unknown": str(error)}
    told = forecast(seen, converter, rivals)
    return {"rows_doubtful": seen.doubtful_rows, "doubtful": told["doubtful"], "looked_at": told["looked_at"]}


def title_of(error: Exception) -> str:
    """An error's class in words: what a problem is called."""
    words = [f" {one.lower()}" if one.isupper() else one for one in type(error).__name__]
    return "".join(words).strip().capitalize()
