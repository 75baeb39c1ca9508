"""A look at a file before it is converted: what is read, in the sandbox, within two seconds, and nothing stored."""

import time
from dataclasses import replace
from typing import Any

from api.chosen import of_training
from api.people_bodies import PreviewRequest
from api.problems import Busy, FieldRefused
from api.submission import Submission, given_files
from converter.dialect import Hints
from converter.errors import (
    BadCsv,
    ConverterError,
    InputMismatch,
    LimitExceeded,
    SandboxKilled,
    SandboxUnavailable,
)
from converter.forecast import forecast
from converter.manifest import Converter
from converter.preview import Bounds, preview
from converter.sandbox import Limits
from jobs.record import JobRecord
from jobs.store import JobStore
from settings import Settings

_LEAST_SECONDS = 0.3


def limits(settings: Settings, seconds: float) -> Limits:
    """What one look may take: one thread, so that two do not take what jobs need."""
    return Limits(seconds=seconds, memory_bytes=settings.converter_memory_bytes, threads=1, disk_share=0.1)


def converter_of(jobs: JobStore, record: JobRecord, *, partial: bool = False) -> tuple[Converter, list[str]]:
    """A training's converter and the statements that fit its example too. Raises `Conflict` where it has none."""
    chosen = of_training(jobs, record, partial=partial)
    return Converter.loads(chosen.text.decode()), chosen.rivals


def look_at(
    settings: Settings, jobs: JobStore, user_id: str, job_id: str, body: PreviewRequest, given: Submission
) -> dict[str, Any]:
    """The preview. Raises `JobMissing`, `Conflict`, `FieldRefused`, and `Busy` where it takes too long; blocks."""
    started = time.monotonic()
    converter, rivals = converter_of(jobs, jobs.get(user_id, job_id), partial=body.partial)
    said = {"input_file": Hints(body.encoding, body.delimiter, body.sheet)}
    with given_files(settings, user_id, given, {"input_file": "input.csv"}, said) as files:
        one = files["input_file"]
        left = max(_LEAST_SECONDS, settings.preview_seconds - (time.monotonic() - started))
        try:
            seen = preview(
                converter,
                rivals,
                one.path,
                limits=limits(settings, left),
                name="input_file",
                hints=one.hints,
                bounds=Bounds(first=body.rows),
                allow_unsandboxed=settings.allow_unsandboxed,
            )
        except (LimitExceeded, SandboxKilled, SandboxUnavailable) as error:
            raise Busy(f"the file could not be looked at now: {error}") from error
        except (BadCsv, InputMismatch) as error:
            raise FieldRefused("input_file", str(error)) from error
        except ConverterError as error:
            raise FieldRefused("input_file", f"the converter cannot be run on it: {error}") from error
        seen = replace(seen, seconds=round(time.monotonic() - started, 3), notes=(*one.notes, *seen.notes))
    return forecast(seen, converter, rivals)
