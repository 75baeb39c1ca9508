"""Request bodies of any size in little memory: bounded as they come in, on disk when large, their files never whole.

`BodySpool` has each body taken by what its type asks for (`intake`), and hands the application a JSON object with a short token
in each file's place; `given_text` exchanges the token for what was sent.
"""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import IO, Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.given_text import GivenText
from api.intake import IN_MEMORY, Intake, JsonIntake, Malformed, Taken
from api.media import UnsupportedType, intake_of
from api.problems import TooLarge, problem, unprocessable
from api.uploads import Place, Refused, Uploads

_DIGEST, _TEXTS = "body_digest", "body_texts"


class BodySpool:
    """ASGI middleware: refuses bodies over `most` bytes, and keeps these fields of the others out of memory.

    It stands behind the gate: a body without a caller is not read, by nobody.
    """

    def __init__(self, app: ASGIApp, most: int, fields: Sequence[str], uploads: Uploads) -> None:
        self._app, self._most, self._fields, self._uploads = app, most, fields, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._most:
            await self._too_large()(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD", "DELETE", "OPTIONS") or "caller" not in scope.get("state", {}):
            await self._app(scope, _replaying(b"", receive), send)
        else:
            try:
                async with self._uploads.place(scope["state"]["caller"].key_id) as place:
                    with ExitStack() as kept:
                        # The file goes first and is closed last: it is mapped. A body that is small never makes it one on disk.
                        file = kept.enter_context(tempfile.SpooledTemporaryFile(1, prefix="body-"))
                        await self._serve(scope, receive, send, file, kept, place)
            except Refused as refused:
                await _refusal(refused)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, file: IO[bytes], kept: ExitStack, place: Place) -> None:
        try:
            taken = await self._taken(receive, intake_of(scope, file, kept, self._fields), place)
        except _Disconnected:
            return
        except UnsupportedType as error:
            await problem(415, str(error), error.headers | {"Connection": "close"})(scope, receive, send)
            return
        except TooLarge:
            await self._too_large()(scope, receive, send)
            return
        except Malformed as error:
            wrong = [{"type": error.kind, "loc": error.loc, "msg": str(error)}]
            await unprocessable(wrong)(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state[_DIGEST], state[_TEXTS] = taken.digest, taken.files
        _tell_as_json(scope, taken)
        await self._app(scope, _replaying(taken.body, receive), send)

    async def _taken(self, receive: Receive, intake: Intake, place: Place) -> Taken:
        total, buffer = 0, bytearray()
        while True:
            message = await place.message(receive)
            if message["type"] == "http.disconnect":
                raise _Disconnected
            piece = message.get("body", b"")
            total += len(piece)
            if total > self._most:
                raise TooLarge
            buffer += piece
            if len(buffer) > IN_MEMORY:
                place.spool(len(buffer))
                await run_in_threadpool(intake.take, bytes(buffer))
                buffer.clear()
            if not message.get("more_body", False):
                break
        if total == len(buffer) and isinstance(intake, JsonIntake):
            return intake.finish(bytes(buffer))  # Small, and never on disk.
        place.spool(len(buffer))
        return await run_in_threadpool(intake.finish, bytes(buffer))

    def _too_large(self) -> Any:
        return problem(413, f"The body is over the limit of {self._most} bytes.", {"Connection": "close"})


def given_text(request: Request, value: str) -> GivenText:
    """The text that a string of this request's body stands for."""
    texts: Mapping[str, GivenText] = getattr(request.state, _TEXTS, {})
    return texts.get(value) or GivenText(value)


def body_digest(request: Request) -> str:
    """The SHA-256 of what the request's body says."""
    return str(getattr(request.state, _DIGEST))


class _Disconnected(Exception):
    """The client went away."""


def _tell_as_json(scope: Scope, taken: Taken) -> None:
    """Has the request's headers speak of the object: what the gate reads of the scope afterwards is written by the routes."""
    names = (b"content-type", b"content-length", b"transfer-encoding")
    others = [(name, value) for name, value in scope["headers"] if name not in names]
    size = str(len(taken.body)).encode()
    scope["headers"] = [*others, (b"content-type", b"application/json"), (b"content-length", size)]


def _refusal(refused: Refused) -> Any:
    again = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
    return problem(refused.status, str(refused), {"Connection": "close"} | again)


def _replaying(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
