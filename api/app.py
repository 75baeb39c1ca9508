"""The HTTP application: what it is made of, who may ask, and what is open to everybody."""

from typing import Any

from fastapi import APIRouter, FastAPI, Security
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.security import APIKeyHeader
from fastapi.staticfiles import StaticFiles
from starlette.types import Lifespan

from api.batches import batches_of
from api.converters import named_converters
from api.desk import Desk
from api.documentation import complete, picked
from api.gate import Gate
from api.keyring import keyring
from api.outputs import outputs_of
from api.page import WebPage
from api.people import people
from api.problems import add_handlers, problem
from api.queue import Queue, queue_of
from api.readiness import Readiness
from api.records import records_of
from api.spool import BodySpool
from api.status_bodies import Health, Ready
from api.submitting import submitting
from api.unread import UnreadBodies
from api.uploads import Uploads
from api.waiting import Waiting
from api.webhooks import webhooks
from converter import __version__
from jobs.audit import Audit
from jobs.keys import Keys
from jobs.quota import Quotas
from jobs.store import JobStore
from settings import Settings

VERSION = __version__
# The gate looks at it; here it is for the documentation.
_KEY = APIKeyHeader(name="X-API-KEY", auto_error=False)
_FILES = ("input_file", "expected_output_file")
# A body is base64 in JSON: a third more than the files, and some room for the other fields.
_BODY_OVERHEAD = 1 << 20


_DESCRIPTION = """
Turns any CSV into the CSV that you need, learned from one example.

1. `POST /api/v1/train` with an input and what it should become. It answers with a job's id and links.
2. `GET` the job until its `status` is `succeeded`; `…/converter` is what was learned, as one SQL statement.
3. `POST /api/v1/inference/run` puts any further file through it; `…/output` is the result.

Press **Authorize** and enter the key (`X-API-KEY`) to try it here. Errors are problem details (RFC 9457).
"""
_TAGS = [
    {"name": "training", "description": "Learn a converter from an example"},
    {"name": "inference", "description": "Convert files with it"},
    {"name": "people", "description": "See what a file would become, answer where it doubts, put it right"},
    {"name": "converters", "description": "Converters with names and versions: edit, compare, roll back"},
    {"name": "jobs", "description": "See, list, cancel, retry and delete jobs"},
    {"name": "webhooks", "description": "Be told when a job has ended"},
    {"name": "queue", "description": "How busy the cluster is"},
    {"name": "keys", "description": "Keys with roles, and the audit log; for administrators"},
    {"name": "service", "description": "Whether the service is well; needs no key"},
]


def create_app(settings: Settings, jobs: JobStore, queue: Queue, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The application over these jobs and this queue; `settings.api_key` must be set."""
    app = FastAPI(
        title="AI CSV Converter",
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
    )
    # From our own origin: FastAPI's own page fetches its scripts from the internet.
    app.mount("/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    app.mount("/app", WebPage())
    add_handlers(app)
    most = len(_FILES) * (settings.max_upload_bytes * 4 // 3) + _BODY_OVERHEAD
    app.add_middleware(BodySpool, most=most, fields=_FILES, uploads=Uploads(settings))
    # The later one is added, the earlier it stands.
    keys, audit = Keys(jobs.objects), Audit(jobs.objects)
    waiting = Waiting(settings, jobs, queue)
    app.add_middleware(Gate, settings=settings, keys=keys, audit=audit)
    app.add_middleware(UnreadBodies)
    app.include_router(_public(Readiness(jobs, queue, settings)))
    desk, quotas = Desk(settings.previews), Quotas(jobs, settings.user_jobs, settings.user_bytes)
    for router in (
        keyring(keys, audit),
        people(settings, jobs, desk),
        named_converters(settings, jobs, quotas, desk),
        webhooks(settings, jobs, queue),
        submitting(settings, jobs, queue, keys, quotas, desk, waiting),
        batches_of(jobs),
        # Before the records, whose paths are as long.
        queue_of(queue),
        records_of(jobs, queue, waiting),
        outputs_of(jobs),
    ):
        app.include_router(router, prefix="/api/v1", dependencies=[Security(_KEY)])
    _name_errors(app)
    return app


def _name_errors(app: FastAPI) -> None:
    """Has the OpenAPI document tell of every error, so that a client made from it parses each."""
    document = app.openapi

    def with_errors() -> dict[str, Any]:
        made = document()
        complete(made)
        return made

    app.openapi = with_errors  # type: ignore[method-assign]


def _public(readiness: Readiness) -> APIRouter:
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

    @router.head("/health", include_in_schema=False)  # As many load balancers ask.
    @router.get("/health", summary="Health check")
    async def health() -> Health:
        """Whether the service lives, whatever else is wrong; needs no key."""
        return Health(version=VERSION)

    @router.head("/ready", include_in_schema=False)
    @router.get("/ready", summary="Readiness check", responses={200: {"model": Ready}, **picked(503)})
    async def ready() -> JSONResponse:
        """Whether the service can do its work now; `checks` says of each part what is wrong with it. Needs no key."""
        checks = await readiness.checks()
        wrong = {part: found for part, found in checks.items() if found != "ok"}
        if wrong:
            detail = "; ".join(f"{part}: {found}" for part, found in wrong.items())
            return problem(503, detail, {"Retry-After": "5"}, checks=checks)
        return JSONResponse(Ready(checks=checks).model_dump())

    return router
