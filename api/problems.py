"""Errors as HTTP answers: problem details (RFC 9457), made at this one place."""

import logging
import secrets
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from converter.comparison import Comparison
from jobs.errors import (
    Conflict,
    ConverterMissing,
    FileMissing,
    JobMissing,
    KeyMissing,
    QueueFull,
    QueueUnavailable,
    QuotaUsed,
    RecordDamaged,
    StoreUnavailable,
)

log = logging.getLogger(__name__)

_MEDIA_TYPE = "application/problem+json"


class ProblemDetails(BaseModel):
    """Why a request was not carried out."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class ValidationError(BaseModel):
    """What is wrong at one place of a request."""

    loc: list[str | int]
    msg: str
    type: str


class HTTPValidationError(BaseModel):
    """A request with a field that is missing, misspelt or wrong: problem details whose `detail` is a list of places."""

    type: str = "about:blank"
    title: str
    status: int
    detail: list[ValidationError]


class FieldRefused(ValueError):
    """A field of the body whose value cannot be used; answered as FastAPI answers validation errors."""

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field}: {problem}")


class Busy(Exception):
    """What a person waits for cannot be done now; it is worth asking again soon."""


class DiffersFromExample(Exception):
    """A converter that does not make the cells that are expected of it."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        told = "; ".join(comparison.summary())
        super().__init__(f"it does not make what the example expects ({told}); put it again with force to keep it")


class TooLarge(ValueError):
    """A body or file over the limit."""


def schemas() -> dict[str, Any]:
    """The schemas that `RESPONSES` name, for the components of the OpenAPI document."""
    models: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (ProblemDetails, "serialization"),
        (HTTPValidationError, "serialization"),
    ]
    _, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")
    named: dict[str, Any] = definitions["$defs"]
    return named


def _documented(status: int, description: str, example: str) -> dict[str, Any]:
    body = ProblemDetails(title=HTTPStatus(status).phrase, status=status, detail=example).model_dump()
    content = {_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}, "example": body}}
    headers = {"Retry-After": {"description": "Seconds until it is worth asking again", "schema": {"type": "integer"}}}
    return {"description": description, "content": content} | ({"headers": headers} if status in (429, 503) else {})


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: _documented(status, description, example)
    for status, description, example in (
        (401, "The key is missing", "The header X-API-KEY is missing."),
        (403, "The key is not the right one", "The header X-API-KEY does not hold the right key."),
        (404, "This user has no such job", "user ada has no job 20261124T090442846431Z-b5455d233ed2"),
        (406, "There are no rows in JSON of an output that is no CSV", "The output is a file of format xlsx; rows in JSON …"),
        (408, "The body came too slowly", "The body came too slowly: nothing came for 15 s."),
        (
            409,
            "The job's status, or the key's earlier use, does not allow this",
            "job 20261124T090442846431Z-b5455d233ed2 is running",
        ),
        (413, "The body or a file is over the limit", "input_file has 104857601 bytes; at most 104857600 are allowed"),
        (
            415,
            "The Content-Type is none that this path takes",
            "The Content-Type 'text/xml' is not taken here; send application/json …",
        ),
        (416, "The file ends before that range", "The file has 756 bytes."),
        (429, "As many jobs wait as may, or the key asks too often", "10000 jobs of user ada wait already; try again later"),
        (
            500,
            "The service failed, or the job's record is damaged",
            "the record jobs/ada/orders.json is damaged: created_at",
        ),
        (503, "The store or the queue cannot be reached", "S3 could not be reached or used: EndpointConnectionError"),
    )
}
RESPONSES[422] = {
    "description": "A field is missing, misspelt or wrong; each with its place",
    "content": {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/HTTPValidationError"},
            "example": {
                "type": "about:blank",
                "title": "Unprocessable Entity",
                "status": 422,
                "detail": [
                    {
                        "type": "value_error",
                        "loc": ["body", "input_file"],
                        "msg": "input_file, row 3: has 1 cell, the header has 2",
                    }
                ],
            },
        }
    },
}


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """A problem response."""
    body = ProblemDetails(title=HTTPStatus(status).phrase, status=status, detail=detail).model_dump() | more
    return JSONResponse(body, status, headers=headers, media_type=_MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Has every error of the application answered here."""
    statuses: dict[type[Exception], int] = {
        JobMissing: 404,
        ConverterMissing: 404,
        KeyMissing: 404,
        FileMissing: 409,
        Conflict: 409,
        TooLarge: 413,
        RecordDamaged: 500,
        Busy: 503,
        StoreUnavailable: 503,
        QueueUnavailable: 503,
    }
    for kind, status in statuses.items():
        app.add_exception_handler(kind, _answering(status, {"Retry-After": "5"} if status == 503 else None))

    @app.exception_handler(QueueFull)
    async def queue_full(_: Request, error: QueueFull) -> JSONResponse:
        return problem(429, str(error), {"Retry-After": str(error.retry_after)})

    @app.exception_handler(QuotaUsed)
    async def quota_used(_: Request, error: QuotaUsed) -> JSONResponse:
        # What will fit at no time is too large; what fits when something is gone may be asked again.
        if error.retry_after is None:
            return problem(413, str(error))
        return problem(429, str(error), {"Retry-After": str(error.retry_after)})

    @app.exception_handler(DiffersFromExample)
    async def differs(_: Request, error: DiffersFromExample) -> JSONResponse:
        return problem(409, str(error), differences=[asdict(one) for one in error.comparison.differences])

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        detail = str(error.detail)
        # Starlette's own, for a path or method that there is not, says no more than the status.
        if detail == HTTPStatus(error.status_code).phrase and error.status_code in (404, 405):
            detail = f"There is no {request.method} at this path; /docs lists what there is."
        return problem(error.status_code, detail, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def bad_request(_: Request, error: RequestValidationError) -> JSONResponse:
        # Without what was sent: it may be a whole file.
        errors = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
        return unprocessable(jsonable_encoder(errors))

    @app.exception_handler(FieldRefused)
    async def bad_field(_: Request, error: FieldRefused) -> JSONResponse:
        return unprocessable([{"type": "value_error", "loc": ["body", error.field], "msg": error.problem}])

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        number = secrets.token_hex(6)
        log.error("error %s", number, exc_info=error)
        return problem(500, f"The service failed; its log tells more under {number}.")


def _answering(status: int, headers: dict[str, str] | None) -> Any:
    async def answer(_: Request, error: Exception) -> JSONResponse:
        return problem(status, str(error), headers)

    return answer


def unprocessable(errors: list[dict[str, Any]]) -> JSONResponse:
    """A 422 that says of each place what is wrong with it."""
    # FastAPI's clients expect a list under "detail".
    return JSONResponse({"type": "about:blank", "title": "Unprocessable Entity", "status": 422, "detail": errors}, 422)
