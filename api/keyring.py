"""Keys and the audit log over HTTP, for administrators."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.bodies import Identifier, Moment
from api.callers import authorised, caller_of, needs
from api.problems import RESPONSES
from jobs.audit import Audit, Change
from jobs.keys import Key, Keys, Role


def printable(text: str) -> str:
    """The text, where it can be shown as it is. Raises `ValueError`."""
    if not text.isprintable() or not text.strip():
        raise ValueError("must have characters that can be seen, and no others")
    return text


class KeyRequest(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, AfterValidator(printable), Field(max_length=100, description="For people.", examples=["Ada's laptop"])]
    role: Role = Field(description="convert: run converters and read; train: learn and delete jobs too; admin: keys too.")
    users: list[Identifier] | None = Field(
        description="The users that it may act for; null for all.", min_length=1, max_length=1000, examples=[["ada"]]
    )
    expires_at: Moment | None = Field(None, description="When it stops working; never where not given.")
    requests_per_minute: int | None = Field(None, ge=1, le=1_000_000, description="How often it may ask, on each replica.")
    jobs_per_day: int | None = Field(None, ge=1, le=100_000_000, description="How many jobs it may submit on a day (UTC).")


class KeyView(BaseModel):
    """A key without its secret."""

    key_id: str
    name: str
    role: Role
    users: list[str] | None
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    requests_per_minute: int | None
    jobs_per_day: int | None

    @classmethod
    def of(cls, key: Key) -> "KeyView":
        """What is told of a key."""
        return cls.model_validate(key.model_dump(exclude={"digest"}))


class MadeKey(KeyView):
    """A new key; `key` is its text, which is told this once."""

    key: str


def keyring(keys: Keys, audit: Audit) -> APIRouter:
    """Making, listing and revoking keys; the audit log."""
    router = APIRouter(tags=["keys"], responses={status: RESPONSES[status] for status in (401, 403, 415, 422, 429, 503)})

    @router.post("/keys", status_code=201, summary="Make a key")
    async def make(body: KeyRequest, request: Request, response: Response) -> MadeKey:
        """A key of its own for one user, or some, with a role. An administrator of some users makes keys for those alone."""
        admin = authorised(request, Role.ADMIN)
        users = None if body.users is None else tuple(dict.fromkeys(body.users))
        _refuse_others(admin, users)
        fields = body.model_dump(exclude={"users"})
        key, text = await run_in_threadpool(lambda: keys.make(users=users, created_by=admin.key_id, **fields))
        response.headers["Cache-Control"] = "no-store"
        return MadeKey(**KeyView.of(key).model_dump(), key=text)

    @router.get("/keys", summary="All keys", dependencies=[needs(Role.ADMIN)])
    async def list_keys(request: Request) -> list[KeyView]:
        """Oldest first, without their secrets; those that one may revoke."""
        admin = caller_of(request)
        return [KeyView.of(key) for key in await run_in_threadpool(keys.list) if _covers(admin, key.users)]

    @router.delete("/keys/{key_id}", status_code=204, summary="Revoke a key", responses={404: RESPONSES[404]})
    async def revoke(key_id: Identifier, request: Request) -> None:
        """The next request with it is refused, on every replica."""
        admin = authorised(request, Role.ADMIN)
        key = await run_in_threadpool(keys.get, key_id)
        _refuse_others(admin, key.users)
        await run_in_threadpool(keys.revoke, key_id)

    @router.get("/audit", summary="Who changed what", dependencies=[needs(Role.ADMIN)])
    async def changes(
        request: Request,
        response: Response,
        day: Annotated[date | None, Query(description="Of this day (UTC); today where not given.")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        after: Annotated[str, Query(max_length=100, pattern=r"^[0-9a-f.json-]*$", description="The last X-Next-Cursor.")] = "",
    ) -> list[Change]:
        """The changes of one day, oldest first; the header `X-Next-Cursor` is there where there may be more."""
        users, wanted = caller_of(request).users, day or datetime.now(UTC).date()
        lines, cursor = await run_in_threadpool(audit.of_day, wanted, limit, after, users)
        if cursor is not None:
            response.headers["X-Next-Cursor"] = cursor
        return lines

    return router


def _covers(admin: Key, users: tuple[str, ...] | None) -> bool:
    """Whether the administrator may do with a key of these users as they like."""
    return admin.users is None or (users is not None and {*users} <= {*admin.users})


def _refuse_others(admin: Key, users: tuple[str, ...] | None) -> None:
    if not _covers(admin, users):
        raise HTTPException(403, f"The key {admin.name!r} may deal with keys of its own users only.")
