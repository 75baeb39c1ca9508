"""What people see before it counts, are asked, and put right, over HTTP."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from api.bodies import Identifier
from api.callers import needs
from api.desk import Desk
from api.documentation import picked
from api.gate import UNCHANGED
from api.people_bodies import PreviewRequest, PreviewResponse, TableRequest, TableResponse
from api.previews import look_at
from api.submission import Submission
from api.tables import table_of
from jobs.keys import Role
from jobs.store import JobStore
from settings import Settings


def people(settings: Settings, jobs: JobStore, desk: Desk) -> APIRouter:
    """Files as they are read, and as they would become."""
    router = APIRouter(tags=["people"], responses=picked(401, 403, 404, 409, 413, 422, 429, 503))

    @router.post("/{user_id}/{job_id}/preview", summary="A file as it would become", dependencies=[needs(Role.CONVERT)])
    async def preview(user_id: Identifier, job_id: Identifier, body: PreviewRequest, request: Request) -> PreviewResponse:
        """The first rows beside what they become, the rows on which programs that fit the example differ, and what is unsound.

        No job is made and nothing is stored. Answers within two seconds, or with 503.
        """
        setattr(request.state, UNCHANGED, True)
        given = Submission.of(request, None, lambda _: None, input_file=body.input_file)
        return PreviewResponse.model_validate(await desk.work(look_at, settings, jobs, user_id, job_id, body, given))

    @router.post("/users/{user_id}/table", summary="A file as it is read", dependencies=[needs(Role.CONVERT)])
    async def table(user_id: Identifier, body: TableRequest, request: Request) -> TableResponse:
        """The columns and first rows of any file that the service reads, and how it was read. Nothing is stored."""
        setattr(request.state, UNCHANGED, True)
        given = Submission.of(request, None, lambda _: None, input_file=body.input_file)
        return TableResponse.model_validate(await run_in_threadpool(table_of, settings, user_id, body, given))

    return router
