"""The HTTP application: every endpoint of the service."""

import hmac
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request, Response, Security
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from fastapi.security import APIKeyHeader
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.types import Lifespan

from api.bodies import ConversionJobResponse, Health, Identifier, InferenceRequest, QueueStatus, TrainRequest
from api.given_file import read_given_file
from api.problems import RESPONSES, FieldRefused, add_handlers, problem
from converter.dialect import read_table
from converter.errors import BadCsv
from jobs.errors import Conflict
from jobs.record import JobKind, JobRecord, JobStatus, Mode
from jobs.store import JobStore
from settings import Settings

VERSION = "0.1.0"
# Rows looked at before a job is acknowledged; the workflow reads the rest.
_CHECKED_ROWS = 10_000
# A body is base64 in JSON: a third more than the files, and some room for the other fields.
_BODY_OVERHEAD = 1 << 20


class Queue(Protocol):
    """What the API asks of the queue."""

    async def submit(self, record: JobRecord) -> None: ...
    async def cancel(self, user_id: str, job_id: str) -> None: ...
    async def status(self) -> dict[str, Any]: ...


def create_app(settings: Settings, jobs: JobStore, queue: Queue, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The application over these jobs and this queue; `settings.api_key` must be set."""
    app = FastAPI(
        title="AI CSV Converter",
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        description="Turns any CSV into the CSV that you need, learned from one example: train once, then run inference.",
    )
    # From our own origin: FastAPI's own page fetches its scripts from the internet.
    app.mount("/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    add_handlers(app)
    _bound_bodies(app, settings)
    app.include_router(_public())
    app.include_router(_jobs(settings, jobs, queue), dependencies=[Security(_authentication(settings))])
    return app


def _authentication(settings: Settings) -> Callable[..., Awaitable[None]]:
    if settings.api_key is None:
        raise ValueError("the application needs an API key; use Settings.with_api_key()")
    secret = settings.api_key.get_secret_value().encode()

    async def authenticate(
        key: Annotated[str | None, Security(APIKeyHeader(name="X-API-KEY", auto_error=False))] = None,
    ) -> None:
        if key is None:
            raise HTTPException(401, "The header X-API-KEY is missing.", {"WWW-Authenticate": "ApiKey"})
        if not hmac.compare_digest(key.encode(), secret):
            raise HTTPException(403, "The header X-API-KEY does not hold the right key.")

    return authenticate


def _bound_bodies(app: FastAPI, settings: Settings) -> None:
    most = 2 * (settings.max_upload_bytes * 4 // 3) + _BODY_OVERHEAD

    @app.middleware("http")
    async def bound(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        length = request.headers.get("content-length")
        if length is not None and (not length.isdigit() or int(length) > most):
            return problem(413, f"The body is over the limit of {most} bytes.")
        if length is None and request.method == "POST":
            body = bytearray()
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    return problem(413, f"The body is over the limit of {most} bytes.")
            request._body = bytes(body)
        return await call_next(request)


def _public() -> APIRouter:
    router = APIRouter(tags=["service"])

    @router.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("/docs")

    @router.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="AI CSV Converter",
            swagger_js_url="/swagger/swagger-ui-bundle.js",
            swagger_css_url="/swagger/swagger-ui.css",
            swagger_favicon_url="/swagger/favicon-32x32.png",
        )

    @router.get("/health", summary="Health check")
    async def health() -> Health:
        """Whether the service lives; needs no key."""
        return Health(version=VERSION)

    return router


def _jobs(settings: Settings, jobs: JobStore, queue: Queue) -> APIRouter:
    router = APIRouter(prefix="/api/v1", responses={status: RESPONSES[status] for status in (401, 403, 503)})

    async def acknowledge(record: JobRecord) -> ConversionJobResponse:
        await queue.submit(record)
        return ConversionJobResponse.of(record)

    @router.post("/train", status_code=202, tags=["training"], summary="Start a training job", responses=_picked(409, 413))
    async def train(body: TrainRequest) -> ConversionJobResponse:
        """Learns a converter from an example. The job is stored before this answers, and is not lost from then on."""
        record = await run_in_threadpool(_stored_training, settings, jobs, body)
        if body.job_id is not None:
            await queue.cancel(record.user_id, record.job_id)
        return await acknowledge(record)

    @router.post(
        "/inference/run", status_code=202, tags=["inference"], summary="Run an inference job", responses=_picked(404, 409, 413)
    )
    async def infer(body: InferenceRequest) -> ConversionJobResponse:
        """Puts a file through the converter of a training job that succeeded."""
        return await acknowledge(await run_in_threadpool(_stored_inference, settings, jobs, body))

    @router.get("/queue/status", tags=["service"], summary="Queue and workers")
    async def queue_status() -> QueueStatus:
        """How many jobs run and wait, in the whole cluster and on each node."""
        return QueueStatus.model_validate(await queue.status())

    @router.get("/users/{client_id}/jobs", tags=["jobs"], summary="A user's jobs")
    async def list_jobs(
        client_id: Identifier,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        after: Annotated[Identifier | None, Query(description="The last job id of the page before.")] = None,
    ) -> list[JobRecord]:
        """Newest first. Where there are more, the header X-Next-After holds the next page's `after`."""
        records = await run_in_threadpool(jobs.list_of, client_id)
        start = next((at + 1 for at, record in enumerate(records) if record.job_id == after), 0)
        page = records[start : start + limit]
        if page and start + limit < len(records):
            response.headers["X-Next-After"] = page[-1].job_id
        return page

    @router.get("/{client_id}/{job_id}", tags=["jobs"], summary="One job's record", responses=_picked(404))
    async def job(client_id: Identifier, job_id: Identifier) -> JobRecord:
        """Its status, its report when it has ended, and why it failed if it did."""
        return await run_in_threadpool(jobs.get, client_id, job_id)

    @router.get(
        "/{client_id}/{job_id}/converter",
        tags=["training"],
        summary="The learned SQL",
        responses=_picked(404, 409) | _text("text/plain"),
    )
    async def converter(client_id: Identifier, job_id: Identifier) -> StreamingResponse:
        """The converter as one SQL file, with its manifest in a leading comment."""
        return await _file(jobs, client_id, job_id, "converter.sql", "text/plain; charset=utf-8")

    @router.get(
        "/{client_id}/{job_id}/output",
        tags=["inference"],
        summary="The converted CSV",
        responses=_picked(404, 409) | _text("text/csv"),
    )
    async def output(client_id: Identifier, job_id: Identifier) -> StreamingResponse:
        """The result of an inference job, streamed."""
        return await _file(jobs, client_id, job_id, "output.csv", "text/csv; charset=utf-8")

    @router.post("/{client_id}/{job_id}/cancel", tags=["jobs"], summary="Cancel a job", responses=_picked(404, 409))
    async def cancel(client_id: Identifier, job_id: Identifier) -> JobRecord:
        """Ends a job that has not ended yet."""
        record = await run_in_threadpool(jobs.cancel, client_id, job_id)
        await queue.cancel(client_id, job_id)
        return record

    @router.delete(
        "/delete/job/{user_id}/{job_id}", status_code=204, tags=["jobs"], summary="Delete a job", responses=_picked(404)
    )
    async def delete_job(user_id: Identifier, job_id: Identifier) -> None:
        """Stops its work and deletes all that is stored of it."""
        await run_in_threadpool(jobs.get, user_id, job_id)
        await queue.cancel(user_id, job_id)
        await run_in_threadpool(jobs.delete, user_id, job_id)

    @router.delete("/delete/user/{user_id}", status_code=204, tags=["jobs"], summary="Delete a user's jobs")
    async def delete_user(user_id: Identifier) -> None:
        """Stops their work and deletes all that is stored of them."""
        for record in await run_in_threadpool(jobs.list_of, user_id):
            if not record.status.is_final:
                await queue.cancel(user_id, record.job_id)
        await run_in_threadpool(jobs.delete_user, user_id)

    return router


def _picked(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: RESPONSES[status] for status in statuses}


def _text(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {"type": "string"}}}, "description": "The file"}}


def _stored_training(settings: Settings, jobs: JobStore, body: TrainRequest) -> JobRecord:
    files = {
        name: _checked_file(field, value, body.user_id, settings, body.header)
        for name, field, value in (
            ("input.csv", "input_file", body.input_file),
            ("expected.csv", "expected_output_file", body.expected_output_file),
        )
    }
    given = body.model_dump(exclude={"input_file", "expected_output_file"})
    given["mode"] = body.mode or Mode(settings.learn_mode)
    record = JobRecord.new(kind=JobKind.TRAIN, max_attempts=settings.max_attempts, **given)
    return jobs.create(record, files) if body.job_id is None else jobs.replace(record, files)


def _stored_inference(settings: Settings, jobs: JobStore, body: InferenceRequest) -> JobRecord:
    training = jobs.get(body.user_id, body.job_id)
    if training.kind is not JobKind.TRAIN or training.status is not JobStatus.SUCCEEDED:
        raise Conflict(f"job {body.job_id} has no converter: it is a job of kind {training.kind} that is {training.status}")
    content = _checked_file("input_file", body.input_file, body.user_id, settings, training.header)
    files = {"input.csv": content, "converter.sql": b"".join(jobs.stream(training, "converter.sql"))}
    return jobs.create(
        JobRecord.new(
            user_id=body.user_id,
            kind=JobKind.INFERENCE,
            max_attempts=settings.max_attempts,
            training_job_id=training.job_id,
            job_title=training.job_title,
            owner=training.owner,
            header=training.header,
        ),
        files,
    )


def _checked_file(field: str, value: str, user_id: str, settings: Settings, header: bool) -> bytes:
    content = read_given_file(field, value, user_id, settings)
    with TemporaryDirectory(prefix="given-") as folder:
        path = Path(folder, "given.csv")
        path.write_bytes(content)
        try:
            table = read_table(path, header=header, name=field, max_rows=_CHECKED_ROWS)
        except BadCsv as error:
            raise FieldRefused(field, str(error)) from error
    if not table.rows:
        raise FieldRefused(field, f"{field}: has only a header and no rows")
    return content


async def _file(jobs: JobStore, user_id: str, job_id: str, name: str, media_type: str) -> StreamingResponse:
    record = await run_in_threadpool(jobs.get, user_id, job_id)
    if record.status is not JobStatus.SUCCEEDED:
        raise Conflict(f"job {job_id} is {record.status}; it has no {name}")
    pieces = await run_in_threadpool(jobs.stream, record, name)
    return StreamingResponse(pieces, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
