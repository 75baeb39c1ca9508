"""The bodies of requests and answers, with examples as `/docs` shows them."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from converter.dialect import Hints
from jobs.bounds import INSTRUCTION_CHARACTERS
from jobs.record import JobKind, JobRecord, JobStatus, Mode, OnError, OutputFormat, validate_identifier

Identifier = Annotated[
    str,
    AfterValidator(validate_identifier),
    Field(description="Letters, digits and . _ @ - only; 128 at most.", examples=["ada"]),
]
_FILE = (
    "A data URI, base64, s3://bucket/key, an http(s) URL, or the CSV's own text. A CSV, packed (gz, xz, bz2, zst, a zip of one "
    "file) or not, or a workbook (xlsx, xls, ods)."
)
User = Annotated[
    Identifier,
    Field(
        validation_alias=AliasChoices("user_id", "client_id"),
        description="Whose job it is; `client_id` means the same. Letters, digits and . _ @ - only; 128 at most.",
        examples=["ada"],
    ),
]
_ORDERS = "quantity,price\n10,2.5\n5,10.0\n"
GivenFile = Annotated[str, Field(min_length=1, description=_FILE, examples=[_ORDERS])]


_JOB_ID = "20261124T090442846431Z-b5455d233ed2"
_TRAINING: JsonDict = {
    "user_id": "ada",
    "input_file": "quantity,price_per_unit,order_status\n10,2.5,pending\n5,10.0,shipped\n1,100.0,pending\n",
    "expected_output_file": "total_price,order_status,shipping_category\n"
    "25.0,Pending,Standard\n50.0,Shipped,Express\n100.0,Pending,Standard\n",
    "job_title": "Orders for accounting",
    "description": None,
    "owner": "sales",
    "general_instructions": None,
    "column_instructions": {"total_price": "the quantity times the price of a unit"},
}
_INFERENCE: JsonDict = {
    "user_id": "ada",
    "job_id": _JOB_ID,
    "input_file": "quantity,price_per_unit,order_status\n7,3.5,shipped\n",
}
_ACKNOWLEDGED: JsonDict = {
    "job_id": _JOB_ID,
    "status": "queued",
    "kind": "train",
    "message": "The training job is stored and waits for its turn; links.job shows how it goes.",
    "user_id": "ada",
    "client_id": "ada",
    "mode": "training",
    "description": None,
    "input_file": "orders.csv",
    "expected_output_file": "expected.csv",
    "created_at": "2026-11-24T09:04:42.846431Z",
    "links": {
        "job": f"/api/v1/ada/{_JOB_ID}",
        "events": f"/api/v1/ada/{_JOB_ID}/events",
        "converter": f"/api/v1/ada/{_JOB_ID}/converter",
        "queue": "/api/v1/queue/status",
    },
}
RECORD_EXAMPLE: JsonDict = {
    "job_id": _JOB_ID,
    "user_id": "ada",
    "kind": "train",
    "status": "running",
    "created_at": "2026-11-24T09:04:42.846431Z",
    "updated_at": "2026-11-24T09:04:43.101200Z",
    "started_at": "2026-11-24T09:04:43.101200Z",
    "attempt": 1,
    "job_title": "Orders for accounting",
    "owner": "sales",
    "column_instructions": {"total_price": "the quantity times the price of a unit"},
    "phase": "learning",
    "files": {"input.csv": f"files/ada/{_JOB_ID}/input.csv", "expected.csv": f"files/ada/{_JOB_ID}/expected.csv"},
}

Moment = Annotated[datetime, AfterValidator(lambda moment: moment if moment.tzinfo else moment.replace(tzinfo=UTC))]
"""A moment; in UTC where it names no zone."""

Deadline = Annotated[
    int | None,
    Field(
        ge=1,
        le=7 * 86_400,
        description="Seconds that the job may run, then it fails; the operator's where not given.",
        examples=[None],
    ),
]


def _bounded(instructions: dict[str, str]) -> dict[str, str]:
    length = sum(len(name) + len(text) for name, text in instructions.items())
    if length > INSTRUCTION_CHARACTERS:
        raise ValueError(f"has {length} characters in all; at most {INSTRUCTION_CHARACTERS} are allowed")
    return instructions


def _hint(field: str) -> AfterValidator:
    def held(text: str) -> str:
        Hints(**{field: text})
        return text

    return AfterValidator(held)


Encoding = Annotated[
    Annotated[str, _hint("encoding")] | None,
    Field(description="The file's encoding, such as utf-8 or windows-1252; found out where not given.", examples=[None]),
]
Delimiter = Annotated[
    Annotated[str, _hint("delimiter")] | None,
    Field(description="What delimits its cells, such as ; or tab or ||; found out where not given.", examples=[None]),
]
Sheet = Annotated[
    str | None,
    Field(max_length=200, description="A workbook's sheet; the first one with cells where not given.", examples=[None]),
]


def _webhook(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        is_sound = False
    if not is_sound or not url.isascii() or not url.isprintable():
        raise ValueError("must be an http(s) URL with a host and without a user name")
    return url


WebhookUrl = Annotated[
    Annotated[str, AfterValidator(_webhook)],
    Field(max_length=2000, description="Told by POST when the job has ended, signed as Standard Webhooks says."),
]


IgnoredRows = Annotated[
    tuple[Annotated[int, Field(ge=1)], ...],
    # As a form has one of them.
    BeforeValidator(lambda given: [given] if isinstance(given, int) else given),
    Field(max_length=1000, description="Rows of the expected file, from 1, that are mistaken: they are not learned from."),
]


class TrainRequest(BaseModel):
    """An example to learn from. Fields that are not listed are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_TRAINING]})

    user_id: User
    input_file: GivenFile
    expected_output_file: Annotated[str, Field(min_length=1, description=_FILE, examples=["total\n25.0\n50.0\n"])]
    job_title: str | None = Field(None, max_length=1000, examples=["Orders"])
    description: str | None = Field(None, max_length=10_000)
    owner: str | None = Field(None, max_length=1000, examples=["sales"])
    general_instructions: str | None = Field(None, max_length=20_000)
    column_instructions: Annotated[dict[str, Annotated[str, Field(max_length=20_000)]], AfterValidator(_bounded)] = Field(
        default_factory=dict, description="By output column. An empty instruction means: the same as the input's column."
    )
    job_id: Identifier | None = Field(None, description="Replaces the user's job of this id.", examples=[None])
    mode: Mode | None = Field(None, description="How to learn; the operator's LEARN_MODE, auto as a rule, where not given.")
    header: bool = Field(True, description="Whether the files' first line names the columns.")
    ignore_rows: IgnoredRows = ()
    encoding: Encoding = None
    delimiter: Delimiter = None
    sheet: Sheet = None
    expected_encoding: Encoding = None
    expected_delimiter: Delimiter = None
    expected_sheet: Sheet = None
    deadline_seconds: Deadline = None
    webhook_url: WebhookUrl | None = Field(None, examples=[None])


class ConversionRequest(BaseModel):
    """Which converter is to convert, and how."""

    model_config = ConfigDict(extra="forbid")

    user_id: User
    job_id: Annotated[Identifier | None, Field(description="A training job that succeeded.")] = None
    converter: Annotated[Identifier | None, Field(description="A converter's name, in place of a job.", examples=[None])] = None
    version: int | None = Field(
        None, ge=1, le=1_000_000, description="Of the converter; its current one where not given.", examples=[None]
    )
    converter_sql: str | None = Field(
        None,
        min_length=1,
        max_length=1_000_000,
        description="A converter.sql, whole, in place of a job; for keys that may train.",
        examples=[None],
    )
    partial: bool = Field(False, description="Of a training that failed: run the converter that nearly fits.")
    encoding: Encoding = None
    delimiter: Delimiter = None
    sheet: Sheet = None
    output_format: OutputFormat = Field(OutputFormat.CSV, description="What the output is: a CSV, a packed one, or a workbook.")
    on_error: OnError = Field(
        OnError.BLANK,
        description="Rows in which a check breaks, a value cannot be read or is unknown: kept with blanks, left out and put "
        "into the rejects, or the job fails.",
    )
    deadline_seconds: Deadline = None
    webhook_url: WebhookUrl | None = Field(None, examples=[None])

    @model_validator(mode="after")
    def _names_one_converter(self) -> Self:
        if sum(one is not None for one in (self.job_id, self.converter, self.converter_sql)) != 1:
            raise ValueError("give one of these: the job_id of a training, the name of a converter, a converter_sql")
        if self.version is not None and self.converter is None:
            raise ValueError("a version is one of a converter with a name; give its name as converter")
        return self


class InferenceRequest(ConversionRequest):
    """A file to convert, and the training whose converter does it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_INFERENCE]})

    input_file: Annotated[str, Field(min_length=1, description=f"{_FILE} s3://bucket/prefix/* is a batch.", examples=[_ORDERS])]


class ConversionJobResponse(BaseModel):
    """An acknowledged job, and where to look for it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ACKNOWLEDGED]})

    job_id: str
    status: JobStatus
    kind: JobKind
    message: str
    user_id: str
    client_id: str = Field(description="The same as `user_id`.")
    mode: Literal["training", "inference"]
    description: str | None = None
    input_file: str | None = Field(None, description="The input as it was named: a file's name or address.")
    expected_output_file: str | None = Field(None, description="The expected file as it was named; null for an inference.")
    created_at: datetime
    links: dict[str, str]
    job: "JobView | None" = Field(None, description="The record, where the client has waited (`Prefer: wait`).")

    @classmethod
    def of(cls, record: JobRecord) -> Self:
        """The answer for a job, as it was acknowledged: a request that is sent again gets the same answer."""
        mode: Literal["training", "inference"] = "training" if record.kind is JobKind.TRAIN else "inference"
        job = f"/api/v1/{record.user_id}/{record.job_id}"
        made = {"converter": f"{job}/converter"} if record.kind is JobKind.TRAIN else {"output": f"{job}/output"}
        made |= {} if record.batch is None else {"outputs": f"{job}/outputs"}
        return cls(
            job_id=record.job_id,
            status=JobStatus.QUEUED,
            kind=record.kind,
            message=f"The {mode} job is stored and waits for its turn; links.job shows how it goes.",
            user_id=record.user_id,
            client_id=record.user_id,
            mode=mode,
            description=record.description,
            input_file=record.input_file,
            expected_output_file=record.expected_output_file,
            created_at=record.created_at,
            job=None,
            links={"job": job, "events": f"{job}/events", **made, "queue": "/api/v1/queue/status"},
        )

    @classmethod
    def waited(cls, record: JobRecord) -> Self:
        """The answer for a job that the client has waited for, as it is now."""
        told = cls.of(record)
        said = {
            JobStatus.SUCCEEDED: f"The {told.mode} job has succeeded.",
            JobStatus.FAILED: f"The {told.mode} job has failed: {record.error.title if record.error else ''}".rstrip(": "),
            JobStatus.CANCELLED: f"The {told.mode} job was cancelled.",
            JobStatus.RUNNING: f"The {told.mode} job runs; links.job shows how it goes.",
        }
        changes = {"status": record.status, "message": said.get(record.status, told.message)}
        return told.model_copy(update=changes | {"job": JobView.model_validate(dict(record))})


class Place(BaseModel):
    """Where a waiting job stands in the queue; 1 is the next."""

    position: int
    estimated_wait_seconds: float


class JobView(JobRecord):
    """A job's record, and its place in the queue while it waits."""

    model_config = ConfigDict(json_schema_extra={"examples": [RECORD_EXAMPLE]})

    queue: Place | None = None


ConversionJobResponse.model_rebuild()
