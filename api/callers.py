"""What the key of a request allows: its role, and the users that it may act for."""

from typing import Any

from fastapi import Depends, HTTPException, Request

from jobs.keys import Key, Role


def caller_of(request: Request) -> Key:
    """The key that the gate has let pass."""
    caller: Key = request.state.caller
    return caller


def authorised(request: Request, role: Role, user_id: str | None = None) -> Key:
    """The request's key, where it has this role and may act for this user. Raises `HTTPException` (403)."""
    caller = caller_of(request)
    if not caller.role.covers(role):
        raise HTTPException(403, f"The key {caller.name!r} has the role {caller.role}; this needs {role}.")
    if user_id is not None and not caller.is_for(user_id):
        raise HTTPException(403, f"The key {caller.name!r} may not act for user {user_id}.")
    return caller


def needs(role: Role) -> Any:
    """A route's dependency: the key has this role, and may act for the user in the path, if there is one."""

    async def authorise(request: Request) -> None:
        authorised(request, role, request.path_params.get("user_id"))

    return Depends(authorise)
