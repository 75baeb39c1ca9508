"""Jobs over HTTP: their records, their events, and what can be done to them. Every blocking call runs in a thread."""

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.bodies import RECORD_EXAMPLE, ConversionJobResponse, Identifier, JobView, Moment, Place
from api.callers import authorised, needs
from api.documentation import picked
from api.problems import problem
from api.queue import Queue
from api.waiting import Prefer, Waiting, events_behind, seconds_of
from jobs.converters import NamedConverters
from jobs.errors import QueueUnavailable
from jobs.keys import Role
from jobs.listing import Choice, Page, cursor_behind
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.store import JobStore

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


def records_of(jobs: JobStore, queue: Queue, waiting: Waiting) -> APIRouter:
    """Records, events, and what can be done to a job."""
    router = APIRouter(responses=picked(401, 403, 415, 422, 503))

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
