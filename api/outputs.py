"""What jobs have made, over HTTP: converters, outputs, rejected rows."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.bodies import Identifier
from api.callers import needs
from api.chosen import PARTIAL
from api.documentation import picked, text_answer
from api.results import file_answer, made_by, result_answer
from jobs.batch import OUTPUTS
from jobs.errors import Conflict
from jobs.keys import Role
from jobs.record import JobKind
from jobs.store import JobStore

_LINK_SECONDS = 600


class Link(BaseModel):
    """An address of a result in the store itself, for whoever has it, for some minutes."""

    url: str
    expires_at: datetime


def outputs_of(jobs: JobStore) -> APIRouter:
    """The files of jobs that have succeeded."""
    router = APIRouter(responses=picked(401, 403, 415, 422, 503))

    @router.head("/{user_id}/{job_id}/converter", include_in_schema=False, dependencies=[needs(Role.CONVERT)])
    @router.get(
        "/{user_id}/{job_id}/converter",
        dependencies=[needs(Role.CONVERT)],
        tags=["training"],
        summary="The learned SQL",
        response_class=StreamingResponse,
        responses=picked(404, 409, 416) | text_answer("text/plain", "SELECT quantity * price AS total\nFROM input\n"),
    )
    async def converter(
        user_id: Identifier,
        job_id: Identifier,
        request: Request,
        partial: Annotated[bool, Query(description="Of a training that failed: the one that nearly fits.")] = False,
    ) -> Response:
        """The converter as one SQL file, with its manifest in a leading comment. 409 until the training has succeeded."""
        if partial:
            record = await run_in_threadpool(jobs.get, user_id, job_id)
            if PARTIAL in record.files:
                return await file_answer(request, jobs, record, PARTIAL, "text/plain; charset=utf-8")
        return await _file(request, jobs, user_id, job_id, "converter.sql", "text/plain; charset=utf-8")

    @router.head("/{user_id}/{job_id}/output", include_in_schema=False, dependencies=[needs(Role.CONVERT)])
    @router.get(
        "/{user_id}/{job_id}/output",
        dependencies=[needs(Role.CONVERT)],
        tags=["inference"],
        summary="The converted CSV",
        response_class=StreamingResponse,
        responses=picked(404, 406, 409, 416) | text_answer("text/csv", "total\n25.0\n50.0\n"),
    )
    async def output(user_id: Identifier, job_id: Identifier, request: Request) -> Response:
        """The result of an inference job, streamed; with `Range` a part of it. 409 until the job has succeeded.

        Of a batch it is a ZIP archive of all outputs.

        `Accept: application/json` or `application/x-ndjson` gives its rows in JSON: all cells text, missing ones null.
        """
        return await result_answer(request, jobs, await run_in_threadpool(jobs.get, user_id, job_id))

    @router.head("/{user_id}/{job_id}/rejects", include_in_schema=False, dependencies=[needs(Role.CONVERT)])
    @router.get(
        "/{user_id}/{job_id}/rejects",
        dependencies=[needs(Role.CONVERT)],
        tags=["people"],
        summary="The rows that were rejected",
        response_class=StreamingResponse,
        responses=picked(404, 409, 416) | text_answer("text/csv", "row,reason,amount\n4,amount can be read …,n/a\n"),
    )
    async def rejects(user_id: Identifier, job_id: Identifier, request: Request) -> Response:
        """A CSV of each row's number in the input, why it was rejected, and the row. Only of a job with `on_error: reject`."""
        return await _file(request, jobs, user_id, job_id, "rejects.csv", "text/csv; charset=utf-8", JobKind.INFERENCE)

    @router.get(
        "/{user_id}/{job_id}/output/link",
        dependencies=[needs(Role.CONVERT)],
        tags=["inference"],
        summary="A link to the result in S3",
        responses=picked(404, 409),
    )
    async def link(user_id: Identifier, job_id: Identifier, response: Response) -> Link:
        """Where the store is S3: an address from which the result comes past this service and without a key, for ten minutes.

        409 where the store is a folder, and until the job has succeeded.
        """
        record = made_by(await run_in_threadpool(jobs.get, user_id, job_id), "output.csv", JobKind.INFERENCE)
        is_batch = record.batch is not None
        key = jobs.key_of(record, OUTPUTS if is_batch else "output.csv")
        name = OUTPUTS if is_batch else f"output.{record.output_format}"
        expires = datetime.now(UTC) + timedelta(seconds=_LINK_SECONDS)
        url = await run_in_threadpool(jobs.objects.link, key, _LINK_SECONDS, name)
        if url is None:
            raise Conflict("The store is a folder and has no links; GET …/output gives the file.")
        response.headers["Cache-Control"] = "no-store"
        return Link(url=url, expires_at=expires)

    return router


async def _file(
    request: Request,
    jobs: JobStore,
    user_id: str,
    job_id: str,
    name: str,
    media_type: str,
    only: JobKind | None = None,
) -> Response:
    record = made_by(await run_in_threadpool(jobs.get, user_id, job_id), name, only)
    return await file_answer(request, jobs, record, name, media_type)
