"""Which converter a request means: a training's, the one that nearly fits of a training that failed, or a name's version."""

import json
from dataclasses import dataclass
from typing import Any

from api.bodies import ConversionRequest
from api.problems import FieldRefused
from converter.errors import BadConverter
from converter.manifest import Converter
from jobs.converters import NamedConverters
from jobs.errors import Conflict
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.store import JobStore

RIVALS, PARTIAL = "rivals.json", "partial.sql"


@dataclass(frozen=True)
class Chosen:
    """A converter's text, the statements that fit its example too, and what a record says of where it is from."""

    text: bytes
    rivals: list[str]
    training_job_id: str | None
    job_title: str | None = None
    owner: str | None = None
    header: bool = True
    converter_name: str | None = None
    converter_version: int | None = None

    @property
    def files(self) -> dict[str, bytes]:
        """What a job keeps of it."""
        rivals = {RIVALS: json.dumps(self.rivals).encode()} if self.rivals else {}
        return {"converter.sql": self.text, **rivals}

    def told(self) -> dict[str, Any]:
        """What its job's record says of it."""
        names = ("training_job_id", "job_title", "owner", "header", "converter_name", "converter_version")
        return {name: getattr(self, name) for name in names}


def chosen_by(jobs: JobStore, body: ConversionRequest) -> Chosen:
    """The converter that the request names or holds. Raises `JobMissing`, `ConverterMissing`, `Conflict`, `FieldRefused`."""
    if body.converter_sql is not None:
        return _sent(body.converter_sql)
    if body.converter is not None:
        return _named(jobs, body.user_id, body.converter, body.version)
    assert body.job_id is not None
    return of_training(jobs, jobs.get(body.user_id, body.job_id), partial=body.partial)


def of_training(jobs: JobStore, record: JobRecord, *, partial: bool = False) -> Chosen:
    """A training's converter; with `partial` the one that nearly fits, where none does. Raises `Conflict` where it has none."""
    if record.kind is not JobKind.TRAIN:
        raise Conflict(f"job {record.job_id} is no training job but an inference; give the training's job_id")
    told: dict[str, Any] = {"job_title": record.job_title, "owner": record.owner, "header": record.header}
    if partial and PARTIAL in record.files:
        return Chosen(b"".join(jobs.stream(record, PARTIAL)), [], record.job_id, **told)
    if record.status is not JobStatus.SUCCEEDED:
        hint = "; one that nearly fits can be had with partial" if PARTIAL in record.files else ""
        raise Conflict(f"job {record.job_id} has no converter: the training is {record.status}, not succeeded{hint}")
    text = b"".join(jobs.stream(record, "converter.sql"))
    return Chosen(text, _rivals_of(jobs, record), record.job_id, **told)


def _sent(text: str) -> Chosen:
    """A converter that came with the request. What it may do, the walls around its run decide, as for any other."""
    try:
        learned = Converter.loads(text)
    except BadConverter as error:
        raise FieldRefused("converter_sql", str(error)) from error
    return Chosen(text.encode(), [], None, header=learned.input_has_header)


def _named(jobs: JobStore, user_id: str, name: str, number: int | None) -> Chosen:
    converters = NamedConverters(jobs.objects)
    named = converters.get(user_id, name)
    version = named.version(number)
    text, rivals = converters.text_of(named, version)
    return Chosen(text, rivals, version.job_id, name, converter_name=name, converter_version=version.version)


def _rivals_of(jobs: JobStore, record: JobRecord) -> list[str]:
    """The statements that fit a training's example too; none for one of an older version."""
    if RIVALS not in record.files:
        return []
    found = json.loads(b"".join(jobs.stream(record, RIVALS)))
    return [one for one in found if isinstance(one, str)]
