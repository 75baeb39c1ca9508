"""What can be done with jobs over HTTP. Every blocking call runs in a thread, never on the event loop."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Protocol
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.bodies import (
    RECORD_EXAMPLE,
    ConversionJobResponse,
    Identifier,
    InferenceRequest,
    JobView,
    Moment,
    Place,
    QueueStatus,
    TrainRequest,
)
from api.callers import authorised, caller_of, needs
from api.chosen import PARTIAL
from api.corrections import store_corrections
from api.desk import Desk
from api.gate import CHANGED
from api.media import documented
from api.people_bodies import CorrectionsRequest
from api.problems import RESPONSES, problem
from api.results import file_answer, made_by, result_answer, wants_result
from api.spool import body_digest, given_text
from api.submission import Acknowledged, Submission, store_inference, store_training
from api.waiting import Prefer, Waiting, Watch, events_behind, seconds_of
from jobs.converters import NamedConverters
from jobs.errors import Conflict, QueueUnavailable
from jobs.keys import Key, Keys, Role
from jobs.listing import Choice, Page, cursor_behind
from jobs.quota import Quotas
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="A key of your own for this request. Sent again with the same body, it is answered with the job it made; "
        "with another body, with 409. It holds until that job is deleted.",
        examples=["6f1d2c1e-order-2026-11"],
    ),
]


class Queue(Protocol):
    """What the API asks of the queue."""

    async def admit(self, user_id: str) -> None: ...
    async def submit(self, record: JobRecord) -> None: ...
    async def cancel(self, user_id: str, job_id: str) -> None: ...
    async def position(self, user_id: str, job_id: str) -> dict[str, float] | None: ...
    async def status(self) -> dict[str, Any]: ...
    async def deliver(self) -> None: ...
    def watch(self, user_id: str, job_id: str) -> AbstractAsyncContextManager[Watch]: ...


def submitting(
    settings: Settings, jobs: JobStore, queue: Queue, keys: Keys, quotas: Quotas, desk: Desk, waiting: Waiting
) -> APIRouter:
    """Training and inference."""
    router = APIRouter(responses=picked(401, 403, 409, 413, 415, 422, 429, 503))
    threads: list[CapacityLimiter] = []

    def counting(caller: Key, user_id: str) -> Callable[[int], None]:
        """What counts a new job of so many bytes, or refuses it, when all else of it is sound."""

        def count(size: int) -> None:
            quotas.admit(user_id, size)
            keys.count_job(caller)

        return count

    async def in_thread(store: Callable[..., Acknowledged], *arguments: object) -> Acknowledged:
        # Threads of their own: while servers that clients name are slow, everything else goes on. Made in the running loop.
        threads[:] = threads or [CapacityLimiter(_SUBMISSIONS)]
        return await to_thread.run_sync(store, *arguments, limiter=threads[0])

    async def acknowledge(
        stored: Acknowledged, request: Request, response: Response, prefer: str | None = None
    ) -> ConversionJobResponse:
        setattr(request.state, CHANGED, (stored.record.user_id, stored.record.job_id))
        if stored.is_replayed:
            response.headers["Idempotent-Replayed"] = "true"
        else:
            await queue.submit(stored.record)
        seconds = seconds_of(prefer)
        if not seconds or waiting.is_full(request):
            return ConversionJobResponse.of(stored.record)
        record = await waiting.ended(request, stored.record.user_id, stored.record.job_id, seconds)
        response.headers["Preference-Applied"] = f"wait={seconds}"
        if record.status.is_final:
            response.status_code = 200
        return ConversionJobResponse.waited(record)

    @router.post(
        "/train", status_code=202, tags=["training"], summary="Start a training job", openapi_extra=documented(TrainRequest)
    )
    async def train(
        body: TrainRequest,
        request: Request,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        prefer: Prefer = None,
    ) -> ConversionJobResponse:
        """Learns a converter from one example: an input CSV and the CSV that you want from it.

        The job and its files are stored before this answers, and are not lost from then on. `links.job` shows how it goes.
        A form (`multipart/form-data`) takes the files as they are.
        """
        caller = authorised(request, Role.TRAIN, body.user_id)
        await queue.admit(body.user_id)
        files = {"input_file": body.input_file, "expected_output_file": body.expected_output_file}
        given = submission(request, idempotency_key, counting(caller, body.user_id), **files)
        stored = await in_thread(store_training, settings, jobs, body, given)
        if body.job_id is not None and not stored.is_replayed:
            await queue.cancel(stored.record.user_id, stored.record.job_id)
        return await acknowledge(stored, request, response, prefer)

    @router.post(
        "/inference/run",
        status_code=202,
        tags=["inference"],
        summary="Run an inference job",
        response_model=ConversionJobResponse,
        responses=picked(404) | _ENDED,
        openapi_extra=documented(InferenceRequest, "/api/v1/inference/run"),
    )
    async def infer(
        body: InferenceRequest,
        request: Request,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        prefer: Prefer = None,
    ) -> ConversionJobResponse | Response:
        """Puts a file through the converter of a training job that succeeded. `links.output` is where the result will be.

        The file may be the whole body, with its own Content-Type; then the other fields stand in the query.
        With `Prefer: wait` and `Accept: text/csv` (or `application/x-ndjson`) the answer is the result, if it is there in time.
        """
        # Who brings a converter has one made, as far as a key's role goes.
        caller = authorised(request, Role.CONVERT if body.converter_sql is None else Role.TRAIN, body.user_id)
        await queue.admit(body.user_id)
        given = submission(request, idempotency_key, counting(caller, body.user_id), input_file=body.input_file)
        stored = await in_thread(store_inference, settings, jobs, body, given)
        answer = await acknowledge(stored, request, response, prefer)
        if answer.job is not None and answer.status.is_final and wants_result(request):
            return await result_answer(request, jobs, answer.job)
        return answer

    @router.post(
        "/{user_id}/{job_id}/corrections",
        status_code=202,
        tags=["people"],
        summary="Put a converter right",
        responses=picked(404),
    )
    async def correct(
        user_id: Identifier,
        job_id: Identifier,
        body: CorrectionsRequest,
        request: Request,
        response: Response,
        idempotency_key: IdempotencyKey = None,
    ) -> ConversionJobResponse:
        """A new training job: its example is the old one and these rows, answers to the report's questions or rows put right.

        What was right stays right. If nothing fits any more, the new job fails and says which rows contradict each other.
        """
        caller = authorised(request, Role.TRAIN, user_id)
        await queue.admit(user_id)
        given = submission(request, idempotency_key, counting(caller, user_id))
        stored = await desk.work(store_corrections, settings, jobs, user_id, job_id, body, given)
        return await acknowledge(stored, request, response)

    return router


class Link(BaseModel):
    """An address of a result in the store itself, for whoever has it, for some minutes."""

    url: str
    expires_at: datetime


def jobs_of(jobs: JobStore, queue: Queue, waiting: Waiting) -> APIRouter:
    """Records, results, and what can be done to a job."""
    router = APIRouter(responses=picked(401, 403, 415, 422, 503))

    @router.get("/queue/status", tags=["queue"], summary="Queue and workers")
    async def queue_status(request: Request) -> QueueStatus:
        """How many jobs run and wait, in the whole cluster and on each node. Of users, those that the key is for."""
        status = QueueStatus.model_validate(await queue.status())
        caller = caller_of(request)
        return status.model_copy(update={"users": [one for one in status.users if caller.is_for(one.user_id)]})

    @router.get(
        "/users/{user_id}/jobs",
        dependencies=[needs(Role.CONVERT)],
        tags=["jobs"],
        summary="A user's jobs",
        response_model=list[JobRecord],
        responses={
            200: {
                "headers": _PAGE_HEADERS,
                "description": "Job records, newest first; an empty list for a user with none",
                "content": {"application/json": {"example": [RECORD_EXAMPLE]}},
            }
        },
    )
    async def list_jobs(
        user_id: Identifier,
        request: Request,
        limit: Annotated[int, Query(ge=1, le=1000, description="Jobs on a page, at most.")] = 100,
        cursor: Annotated[str | None, Query(max_length=200, description="The last page's X-Next-Cursor.")] = None,
        status: Annotated[JobStatus | None, Query(description="Only jobs in this status.")] = None,
        kind: Annotated[JobKind | None, Query(description="Only jobs of this kind.")] = None,
        created_from: Annotated[Moment | None, Query(description="Only jobs created at this moment or later.")] = None,
        created_before: Annotated[Moment | None, Query(description="Only jobs created before this moment.")] = None,
    ) -> Response:
        """Newest first, in pages. Where there are more, the header `Link` holds the next page's address (`rel="next"`).

        A page holds some megabytes at most, however many jobs were asked for.
        Jobs whose records are damaged are not in the list; the header `X-Unreadable-Jobs` names them.
        """
        choice = Choice(status, kind, created_from, created_before)
        try:
            page = await run_in_threadpool(jobs.page, user_id, limit, cursor, choice)
        except ValueError as error:
            raise RequestValidationError([{"type": "value_error", "loc": ("query", "cursor"), "msg": str(error)}]) from None
        body, next_cursor = _page_of(page)
        response = Response(body, media_type="application/json")
        if next_cursor is not None:
            query = urlencode({**request.query_params, "limit": limit, "cursor": next_cursor})
            response.headers["X-Next-Cursor"] = next_cursor
            response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
        if page.unreadable:
            response.headers["X-Unreadable-Jobs"] = ", ".join(page.unreadable)
        return response

    @router.get(
        "/{user_id}/{job_id}",
        tags=["jobs"],
        summary="One job's record",
        responses=picked(404, 500),
        dependencies=[needs(Role.CONVERT)],
    )
    async def job(
        user_id: Identifier, job_id: Identifier, request: Request, response: Response, prefer: Prefer = None
    ) -> JobView:
        """Its status, its report when it has ended, and why it failed if it did; its place in the queue while it waits.

        With `Prefer: wait=N` it answers when the job has ended, or N seconds are over.
        """
        seconds = seconds_of(prefer)
        if seconds and not waiting.is_full(request):
            record = await waiting.ended(request, user_id, job_id, seconds)
            response.headers["Preference-Applied"] = f"wait={seconds}"
        else:
            record = await run_in_threadpool(jobs.get, user_id, job_id)
        return JobView.model_validate({**dict(record), "queue": await place(record)})

    @router.get(
        "/{user_id}/{job_id}/events",
        tags=["jobs"],
        summary="A job's events as they come",
        response_class=StreamingResponse,
        responses=picked(404, 429)
        | {204: {"description": "There is nothing behind Last-Event-ID, and never will be"}}
        | _EVENTS,
        dependencies=[needs(Role.CONVERT)],
    )
    async def events(
        user_id: Identifier,
        job_id: Identifier,
        request: Request,
        last_event_id: Annotated[str | None, Header(max_length=100, description="The last event that came.")] = None,
    ) -> Response:
        """Server-sent events, all or those behind `Last-Event-ID`: `status`, `phase` (with round and best match), `end`.

        A browser's `EventSource` comes back by itself, also after the ten minutes in which a stream ends.
        """
        record = await run_in_threadpool(jobs.get, user_id, job_id)
        if record.status.is_final and record.events and not events_behind(record, last_event_id):
            return Response(status_code=204)  # So that a browser does not come back.
        if waiting.is_full(request):
            return problem(429, "As many requests wait for jobs as may; try again soon.", {"Retry-After": "5"})
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        stream = waiting.events(request, record, last_event_id)
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def allowed(request: Request, user_id: str, job_id: str) -> None:
        """Raises where the key may not start or stop jobs of this one's kind."""
        caller = authorised(request, Role.CONVERT, user_id)
        if not caller.role.covers(Role.TRAIN):
            record = await run_in_threadpool(jobs.get, user_id, job_id)
            authorised(request, Role.TRAIN if record.kind is JobKind.TRAIN else Role.CONVERT, user_id)

    async def place(record: JobRecord) -> Place | None:
        if record.status is not JobStatus.QUEUED:
            return None
        try:
            found = await asyncio.wait_for(queue.position(record.user_id, record.job_id), _PLACE_SECONDS)
        except (QueueUnavailable, TimeoutError):
            return None  # The record is what was asked for; where it stands in the queue is an extra.
        return None if found is None else Place.model_validate(found)

    @router.head("/{user_id}/{job_id}/converter", include_in_schema=False, dependencies=[needs(Role.CONVERT)])
    @router.get(
        "/{user_id}/{job_id}/converter",
        dependencies=[needs(Role.CONVERT)],
        tags=["training"],
        summary="The learned SQL",
        response_class=StreamingResponse,
        responses=picked(404, 409) | text_answer("text/plain", "SELECT quantity * price AS total\nFROM input\n"),
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
        responses=picked(404, 409) | text_answer("text/csv", "total\n25.0\n50.0\n"),
    )
    async def output(user_id: Identifier, job_id: Identifier, request: Request) -> Response:
        """The result of an inference job, streamed; with `Range` a part of it. 409 until the job has succeeded.

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
        responses=picked(404, 409) | text_answer("text/csv", "row,reason,amount\n4,amount can be read …,n/a\n"),
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
        key, name = jobs.key_of(record, "output.csv"), f"output.{record.output_format}"
        expires = datetime.now(UTC) + timedelta(seconds=_LINK_SECONDS)
        url = await run_in_threadpool(jobs.objects.link, key, _LINK_SECONDS, name)
        if url is None:
            raise Conflict("The store is a folder and has no links; GET …/output gives the file.")
        response.headers["Cache-Control"] = "no-store"
        return Link(url=url, expires_at=expires)

    @router.post(
        "/{user_id}/{job_id}/cancel",
        tags=["jobs"],
        summary="Cancel a job",
        responses=picked(404, 409) | {200: {"content": {"application/json": {"example": _CANCELLED}}}},
    )
    async def cancel(user_id: Identifier, job_id: Identifier, request: Request) -> JobRecord:
        """Ends a job that has not ended yet: one that runs within seconds. 409 for one that has ended."""
        await allowed(request, user_id, job_id)
        record = await run_in_threadpool(jobs.cancel, user_id, job_id)
        await queue.cancel(user_id, job_id)
        return record

    @router.post(
        "/{user_id}/{job_id}/retry", status_code=202, tags=["jobs"], summary="Retry a job", responses=picked(404, 409, 429)
    )
    async def retry(user_id: Identifier, job_id: Identifier, request: Request) -> ConversionJobResponse:
        """Runs a failed or cancelled job again, under the same id and with the same files. 409 for a job in another status."""
        await allowed(request, user_id, job_id)
        await queue.admit(user_id)
        record = await run_in_threadpool(jobs.retry, user_id, job_id)
        await queue.submit(record)
        return ConversionJobResponse.of(record)

    @router.delete(
        "/delete/job/{user_id}/{job_id}",
        status_code=204,
        tags=["jobs"],
        summary="Delete a job",
        responses=picked(404),
        dependencies=[needs(Role.TRAIN)],
    )
    async def delete_job(user_id: Identifier, job_id: Identifier) -> None:
        """Stops its work and deletes all that is stored of it."""
        await queue.cancel(user_id, job_id)
        await run_in_threadpool(jobs.delete, user_id, job_id)

    @router.delete(
        "/delete/user/{user_id}",
        status_code=204,
        tags=["jobs"],
        summary="Delete a user's jobs and converters",
        dependencies=[needs(Role.ADMIN)],
    )
    async def delete_user(user_id: Identifier) -> None:
        """Stops their work and deletes all that is stored of them."""
        for record in await run_in_threadpool(jobs.list_of, user_id):
            if not record.status.is_final:
                await queue.cancel(user_id, record.job_id)
        await run_in_threadpool(jobs.delete_user, user_id)
        await run_in_threadpool(NamedConverters(jobs.objects).delete_user, user_id)

    return router


def picked(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of these error statuses."""
    return {status: RESPONSES[status] for status in statuses}


def _page_of(page: Page) -> tuple[bytes, str | None]:
    """A page's records as JSON, no more of them than may be sent at once, and the cursor of what is behind them."""
    texts: list[bytes] = []
    size = 0
    for at, record in enumerate(page.records):
        text = record.model_dump_json(exclude={"events"}).encode()
        size += len(text)
        if texts and size > _PAGE_BYTES:
            return b"[" + b",".join(texts) + b"]", cursor_behind(page.records[at - 1])
        texts.append(text)
    return b"[" + b",".join(texts) + b"]", page.next_cursor


_ENDED: dict[int | str, dict[str, Any]] = {
    200: {"model": ConversionJobResponse, "description": "The job has ended within the time that the client waits"}
}
_EVENTS: dict[int | str, dict[str, Any]] = {
    204: {"description": "There is nothing behind Last-Event-ID, and never will be"},
    200: {
        "description": "The events",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": "id: 20261124T090442846431-3\nevent: phase\n"
                'data: {"at":"2026-11-24T09:04:43Z","status":"running","attempt":1,"phase":"learning"}\n\n',
            }
        },
    },
}
_LINK_SECONDS = 600
_SUBMISSIONS = 64
_PAGE_BYTES = 8 << 20
_PLACE_SECONDS = 1.0
_CANCELLED = RECORD_EXAMPLE | {"status": "cancelled", "phase": None}
_PAGE_HEADERS = {
    "X-Next-Cursor": {"description": "The `cursor` of the next page; absent on the last", "schema": {"type": "string"}},
    "X-Unreadable-Jobs": {
        "description": "The ids of jobs that belong on this page and whose records are damaged; absent where there are none",
        "schema": {"type": "string"},
    },
    "Link": {"description": 'The next page as `<address>; rel="next"`; absent on the last', "schema": {"type": "string"}},
}


def text_answer(media_type: str, example: str) -> dict[int | str, dict[str, Any]]:
    """The documentation of an answer that is a file."""
    content = {media_type: {"schema": {"type": "string"}, "example": example}}
    return {200: {"content": content, "description": "The file"}}


def submission(request: Request, key: str | None, count: Callable[[int], None], **files: str) -> Submission:
    texts = {field: given_text(request, value) for field, value in files.items()}
    return Submission(texts, f"{request.url.path} {body_digest(request)}", key, count)


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
