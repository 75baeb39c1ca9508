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
    given: Path,
    done: RunReport,
    files: Mapping[str, Content],
    sizes: Mapping[str, int] | None = None,
) -> JobRecord:
    """Ends the job as its rows say; with `on_error` `fail`, as failed where one is not sound. Raises as `JobStore.finish`."""
    report = replace(done, notes=(*record.notes, *done.notes)).to_json() | dict(sizes or {})
    if record.on_error is OnError.FAIL and done.broken_checks:
        detail = f"Rows of the file are not sound: {'; '.join(map(_said, done.broken_checks))}."
        return jobs.finish(record, JobStatus.FAILED, report=report, error=Problem(title="Rows are not sound", detail=detail))
    doubtful = _doubtful(jobs, record, settings, converter, given)
    is_clean = not (done.broken_checks or done.rows_rejected or doubtful["rows_doubtful"])
    rows = {"in": done.rows_in, "out": done.rows_out, "rejected": done.rows_rejected, "doubtful": doubtful["rows_doubtful"]}
    return jobs.finish(
        record,
        JobStatus.SUCCEEDED,
        report=report | doubtful,
        files=files,
        outcome=RunOutcome.CLEAN if is_clean else RunOutcome.WITH_PROBLEMS,
        rows=rows,
    )


def _said(broken: dict[str, Any]) -> str:
    if "problem" in broken:
        return f"{broken['check']} could not be looked at ({broken['problem']})"
    first = ", ".join(map(str, broken["rows"][:_FEW_ROWS]))
    more = ", …" if broken["rows_broken"] > _FEW_ROWS else ""
    values = f" ({', '.join(map(repr, broken['values'][:_FEW_ROWS]))})" if broken["values"] else ""
    return f"not so that {broken['check']} in {broken['rows_broken']} rows: {first}{more}{values}"


def _doubtful(jobs: JobStore, record: JobRecord, settings: Settings, converter: Converter, given: Path) -> dict[str, Any]:
    """The rows on which programs that fit the example differ, in what is looked at of a file; none where it has no rivals."""
    none: dict[str, Any] = {"rows_doubtful": 0, "doubtful": []}
    if RIVALS not in record.files:
        return none
    rivals = json.loads(b"".join(jobs.stream(record, RIVALS)))
    if not rivals:
        return none
    try:
        seen = preview(
            converter,
            rivals,
            given,
            limits=replace(limits(settings), seconds=_LOOK_SECONDS),
            name="input_file",
            hints=Hints(record.encoding, record.delimiter),
            bounds=Bounds(doubtful=_SHOWN),
            allow_unsandboxed=settings.allow_unsandboxed,
        )
    except SandboxKilled:
        raise
    except ConverterError as error:
        # The conversion stands; what could be told beside it is lost, and said to be.
        log.warning("job %s could not be looked at for doubtful rows: %s", record.job_id, error)
        return none | {"rows_doubtful": 0, "doubtful_unknown": str(error)}
    told = forecast(seen, converter, rivals)
    return {"rows_doubtful": seen.doubtful_rows, "doubtful": told["doubtful"], "looked_at": told["looked_at"]}
