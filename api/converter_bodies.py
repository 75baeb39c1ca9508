"""The bodies of converters with names, with examples as `/docs` shows them."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.bodies import Identifier
from jobs.converters import NamedConverter, Origin

_JOB_ID = "20261124T090442846431Z-b5455d233ed2"
_CONVERTER: JsonDict = {
    "name": "orders",
    "user_id": "ada",
    "current": 2,
    "updated_at": "2026-11-28T17:40:00Z",
    "versions": [
        {
            "version": 1,
            "created_at": "2026-11-27T09:00:00Z",
            "source": "training",
            "job_id": _JOB_ID,
            "parent": None,
            "confidence": 0.72,
            "rating": "check",
            "changed": ["first version"],
            "comment": None,
            "matches_example": True,
        },
        {
            "version": 2,
            "created_at": "2026-11-28T17:40:00Z",
            "source": "edited",
            "job_id": _JOB_ID,
            "parent": 1,
            "confidence": None,
            "rating": None,
            "changed": [
                "day: the date, from month.day.year to year-month-day; before, the date, from day.month.year to year-month-day"
            ],
            "comment": "the American order",
            "matches_example": False,
        },
    ],
}
_DIFFERENCE: JsonDict = {
    "old": 1,
    "new": 2,
    "words": ["day: the date, from month.day.year to year-month-day; before, the date, from day.month.year to year-month-day"],
    "rows": [{"row": 1, "given": {"date": "03.04.2025"}, "column": "day", "old": "2025-04-03", "new": "2025-03-04"}],
    "rows_differ": 1,
}

Comment = Annotated[str | None, Field(max_length=2000, description="Why, for those who read the history.")]
Number = Annotated[int, Field(ge=1, le=1_000_000, description="A version's number.")]


class NameRequest(BaseModel):
    """The training whose converter the name is to stand for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"job_id": _JOB_ID}]})

    job_id: Identifier
    comment: Comment = None


class EditedRequest(BaseModel):
    """A converter's SQL, as a person has edited it: the statement, with the manifest above it or without."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"sql": "SELECT quantity * price AS total\nFROM input", "comment": "by hand"}]},
    )

    sql: str = Field(min_length=1, max_length=1_000_000)
    force: bool = Field(False, description="Keep it though it does not make the example's expected cells.")
    comment: Comment = None


class RollbackRequest(BaseModel):
    """The version to go back to."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 1}]})

    version: Number


class VersionView(BaseModel):
    """A version: where it came from, when, how sure, and what changed in words."""

    version: int
    created_at: datetime
    source: Origin
    job_id: str | None
    parent: int | None
    confidence: float | None
    rating: str | None
    changed: list[str]
    comment: str | None
    matches_example: bool | None


class ConverterView(BaseModel):
    """A converter with a name, its versions oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CONVERTER]})

    name: str
    user_id: str
    current: int
    updated_at: datetime
    versions: list[VersionView]

    @classmethod
    def of(cls, converter: NamedConverter) -> Self:
        """The view of a stored one."""
        return cls.model_validate(converter.model_dump())


class CellDifference(BaseModel):
    """A cell that two versions make otherwise; `given` is the input's row where rows stand one for one."""

    row: int
    given: dict[str, str | None] | None
    column: str
    old: str | None
    new: str | None


class DifferenceView(BaseModel):
    """What is otherwise between two versions: in words, and on the rows of the example."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DIFFERENCE]})

    old: int
    new: int
    words: list[str]
    rows: list[CellDifference]
    rows_differ: int
