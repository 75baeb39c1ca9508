"""Converters with names over HTTP: versions, rolled back, edited, told apart."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from api.bodies import Identifier
from api.callers import needs
from api.converter_bodies import (
    ConverterView,
    DifferenceView,
    EditedRequest,
    NameRequest,
    Number,
    RollbackRequest,
)
from api.desk import Desk
from api.documentation import picked, text_answer
from api.versions import Versions
from jobs.converters import NamedConverters
from jobs.keys import Role
from jobs.quota import Quotas
from jobs.store import JobStore
from settings import Settings


def named_converters(settings: Settings, jobs: JobStore, quotas: Quotas, desk: Desk) -> APIRouter:
    """The routes; they stand before those of jobs, whose paths are as long."""
    router = APIRouter(prefix="/{user_id}/converters", tags=["converters"], responses=picked(401, 403, 422, 503))
    converters = NamedConverters(jobs.objects)
    versions = Versions(settings, jobs, converters, quotas)

    @router.get("", summary="A user's named converters", dependencies=[needs(Role.CONVERT)])
    async def list_converters(user_id: Identifier) -> list[ConverterView]:
        """All of them with their versions, by name."""
        return [ConverterView.of(one) for one in await run_in_threadpool(converters.list_of, user_id)]

    @router.put(
        "/{name}",
        summary="Name a training's converter",
        dependencies=[needs(Role.TRAIN)],
        responses=picked(404, 409, 413, 429) | {201: {"model": ConverterView, "description": "The name is new"}},
    )
    async def name_converter(user_id: Identifier, name: Identifier, body: NameRequest, response: Response) -> ConverterView:
        """Has the name stand for this training's converter, as a new version. 409 where the training has not succeeded."""
        named, is_new = await run_in_threadpool(versions.of_training, user_id, name, body.job_id, body.comment)
        response.status_code = 201 if is_new else 200
        return ConverterView.of(named)

    @router.get("/{name}", summary="One named converter", dependencies=[needs(Role.CONVERT)], responses=picked(404))
    async def get_converter(user_id: Identifier, name: Identifier) -> ConverterView:
        """Its versions: where each came from, when, how sure, and what changed in words."""
        return ConverterView.of(await run_in_threadpool(converters.get, user_id, name))

    @router.delete("/{name}", status_code=204, summary="Delete a name", dependencies=[needs(Role.TRAIN)], responses=picked(404))
    async def delete_converter(user_id: Identifier, name: Identifier) -> None:
        """Deletes the name and its versions; the jobs that they came from stay."""
        await run_in_threadpool(converters.delete, user_id, name)

    @router.put(
        "/{name}/versions",
        summary="Put an edited converter",
        dependencies=[needs(Role.TRAIN)],
        responses=picked(404, 409, 413, 429),
    )
    async def put_version(user_id: Identifier, name: Identifier, body: EditedRequest, request: Request) -> ConverterView:
        """A version of a person's own: held against both walls and run on the example of the version that it comes from.

        409 with the cells that differ from the example, unless `force` says to keep it all the same.
        """

        def edited() -> ConverterView:
            return ConverterView.of(versions.edited(user_id, name, body.sql, body.comment, force=body.force))

        made: ConverterView = await desk.work(edited)
        return made

    @router.get(
        "/{name}/versions/{version}",
        summary="A version's SQL",
        dependencies=[needs(Role.CONVERT)],
        response_class=PlainTextResponse,
        responses=picked(404) | text_answer("text/plain", "SELECT quantity * price AS total\nFROM input\n"),
    )
    async def version_sql(user_id: Identifier, name: Identifier, version: Number) -> PlainTextResponse:
        """The converter as one SQL file, with its manifest in a leading comment: to read, edit, and put back."""

        def text() -> bytes:
            named = converters.get(user_id, name)
            return converters.text_of(named, named.version(version))[0]

        headers = {"Content-Disposition": f'attachment; filename="{name}-{version}.sql"'}
        return PlainTextResponse(await run_in_threadpool(text), headers=headers)

    @router.get(
        "/{name}/difference",
        summary="What differs between two versions",
        dependencies=[needs(Role.CONVERT)],
        responses=picked(404),
    )
    async def difference(
        user_id: Identifier, name: Identifier, old: Annotated[Number, Query()], new: Annotated[Number, Query()]
    ) -> DifferenceView:
        """In words, and in the cells that they make of the example's input."""
        found: DifferenceView = await desk.work(versions.difference, user_id, name, old, new)
        return found

    @router.post(
        "/{name}/rollback", summary="Go back to a version", dependencies=[needs(Role.TRAIN)], responses=picked(404, 409)
    )
    async def rollback(user_id: Identifier, name: Identifier, body: RollbackRequest) -> ConverterView:
        """Has the name stand for an older (or newer) version of its own; the history stays as it is."""
        return ConverterView.of(await run_in_threadpool(converters.point_at, user_id, name, body.version))

    return router
