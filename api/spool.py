"""Request bodies of any size in little memory: bounded as they come in, on disk when large, their files never whole.

A body is one JSON object whose files are strings of up to gigabytes. `BodySpool` writes a large body to a temporary file,
finds the ends of its long files there, and hands the application the same object with a short token in each one's place;
`given_text` exchanges the token for the string's text, piece by piece.
"""

import codecs
import hashlib
import json
import mmap
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import IO, Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import TooLarge, problem, unprocessable
from api.uploads import Place, Refused, Uploads

_IN_MEMORY = 1 << 20
_LONGEST_NAME = 100
_PIECE = 1 << 18
_LONG = 1 << 16
_LONGEST_ESCAPE = len(r"\ud83d\ude00")
_DIGEST, _TEXTS = "body_digest", "body_texts"
# The longest prefix that cuts no escape and no pair of surrogates in two.
_WHOLE_ESCAPES = re.compile(rb"(?:[^\\]|\\u[dD][89abAB]..\\u....|\\u(?![dD][89abAB])....|\\[^u])*+", re.DOTALL)


class BrokenText(ValueError):
    """What stands between two quotes is no JSON string."""


class GivenText:
    """A string of a request's body, in pieces."""

    def __init__(self, pieces: "str | LongString") -> None:
        self._source = pieces

    def head(self, length: int = 4096) -> str:
        """Its first characters."""
        return next(iter(self.pieces()), "")[:length]

    def pieces(self) -> Iterator[str]:
        """Its text from the start. Raises `BrokenText` where it is no JSON string."""
        return iter((self._source,)) if isinstance(self._source, str) else self._source.pieces()


class LongString:
    """A JSON string in a mapped body, between its quotes."""

    def __init__(self, body: mmap.mmap, start: int, end: int) -> None:
        self._body, self._start, self._end = body, start, end

    def pieces(self) -> Iterator[str]:
        """The text, escapes resolved."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        rest, at = b"", self._start
        while at < self._end:
            raw = rest + self._body[at : min(at + _PIECE, self._end)]
            at = min(at + _PIECE, self._end)
            cut = len(raw) if at == self._end or b"\\" not in raw else _WHOLE_ESCAPES.match(raw).end()  # type: ignore[union-attr]
            text, rest = decoder.decode(raw[:cut], final=at == self._end), raw[cut:]
            if len(rest) > _LONGEST_ESCAPE:
                raise BrokenText("it has half a surrogate pair")
            if "\\" in text or not text.isprintable():
                text = _unescaped(text)
            yield text


class BodySpool:
    """ASGI middleware: refuses bodies over `most` bytes, and keeps these fields of the others out of memory.

    It stands behind the gate: a body without a caller is not read, by nobody.
    """

    def __init__(self, app: ASGIApp, most: int, fields: Sequence[str], uploads: Uploads) -> None:
        self._app, self._most, self._uploads = app, most, uploads
        self._field = re.compile(rf'"(?:{"|".join(fields)})"\s*:\s*\Z'.encode())

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
                    with tempfile.TemporaryFile(prefix="body-") as file, ExitStack() as kept:
                        await self._serve(scope, receive, send, file, kept, place)
            except Refused as refused:
                await _refusal(refused)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, file: IO[bytes], kept: ExitStack, place: Place) -> None:
        try:
            body, digest = await self._received(receive, file, place)
            texts: dict[str, GivenText] = {}
            if body is None:
                mapped = kept.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
                body = await run_in_threadpool(self._shortened, mapped, texts)
        except _Disconnected:
            return
        except TooLarge:
            await self._too_large()(scope, receive, send)
            return
        except ValueError as error:
            wrong = [{"type": "json_invalid", "loc": ["body"], "msg": f"JSON decode error: {error}"}]
            await unprocessable(wrong)(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state[_DIGEST], state[_TEXTS] = digest, texts
        await self._app(scope, _replaying(body, receive), send)

    async def _received(self, receive: Receive, file: IO[bytes], place: Place) -> tuple[bytes | None, str]:
        """The body where it is short, or else None and the file holds it; and its digest."""
        digest, total, buffer = hashlib.sha256(), 0, bytearray()
        while True:
            message = await place.message(receive)
            if message["type"] == "http.disconnect":
                raise _Disconnected
            piece = message.get("body", b"")
            total += len(piece)
            if total > self._most:
                raise TooLarge
            digest.update(piece)
            buffer += piece
            if len(buffer) > _IN_MEMORY:
                place.spool(len(buffer))
                await run_in_threadpool(file.write, bytes(buffer))
                buffer.clear()
            if not message.get("more_body", False):
                break
        if total == len(buffer):
            return bytes(buffer), digest.hexdigest()
        place.spool(len(buffer))
        await run_in_threadpool(file.write, bytes(buffer))
        await run_in_threadpool(file.flush)
        return None, digest.hexdigest()

    def _shortened(self, body: mmap.mmap, texts: dict[str, GivenText]) -> bytes:
        """The object with tokens for its long files, which are entered in `texts`.

        Raises `ValueError` where it is no JSON object, `TooLarge` where what is left is still long.
        """
        short, copied = bytearray(), 0
        for start, end in _long_strings(body):
            if self._field.search(body[max(0, start - _LONGEST_NAME) : start - 1]) is None:
                continue
            token = f"body:{secrets.token_hex(16)}"
            texts[token] = GivenText(LongString(body, start, end))
            if len(short) + start - copied > _IN_MEMORY:
                raise TooLarge
            short += body[copied:start] + token.encode()
            copied = end
        if len(short) + len(body) - copied > _IN_MEMORY:
            raise TooLarge
        return bytes(short + body[copied:])

    def _too_large(self) -> Any:
        return problem(413, f"The body is over the limit of {self._most} bytes.", {"Connection": "close"})


def given_text(request: Request, value: str) -> GivenText:
    """The text that a string of this request's body stands for."""
    texts: Mapping[str, GivenText] = getattr(request.state, _TEXTS, {})
    return texts.get(value) or GivenText(value)


def body_digest(request: Request) -> str:
    """The SHA-256 of the request's body."""
    return str(getattr(request.state, _DIGEST))


class _Disconnected(Exception):
    """The client went away."""


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


def _long_strings(body: mmap.mmap) -> Iterator[tuple[int, int]]:
    """Where the long strings lie, without their quotes: everything from quote to quote is a string in JSON."""
    at = 0
    while (start := body.find(b'"', at)) != -1:
        end = _string_end(body, start + 1)
        if end - start > _LONG:
            yield start + 1, end
        at = end + 1


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except json.JSONDecodeError as error:
        raise BrokenText(error.msg) from None


def _string_end(body: mmap.mmap, at: int) -> int:
    while (end := body.find(b'"', at)) != -1:
        slash = end
        while body[slash - 1] == 0x5C:
            slash -= 1
        if (end - slash) % 2 == 0:
            return end
        at = end + 1
    raise ValueError("a string is never closed")
