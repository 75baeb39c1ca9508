"""The gate before the application: who asks, looked at before a byte of a body is read. ASGI middleware.

Behind it a request's `state.caller` is the key that it came with. A change that the application has made leaves a line in the
audit log before it is answered. What needs no key (health, readiness, the
documentation where it is open) passes without one; bodies are read for those with a key only.
"""

import base64
import binascii
import hmac
import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

import anyio
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.lookups import Lookups
from api.problems import problem
from jobs.audit import Audit, Change
from jobs.errors import JobError
from jobs.keys import Key, Keys
from settings import Settings

_API = "/api/"
_DOCUMENTATION = ("/docs", "/openapi.json", "/swagger", "/app")
# Lines of the audit log that are written at once.
_NOTES = 8
_METERED_KEYS = 10_000
_SAFE = ("GET", "HEAD", "OPTIONS")
CHANGED = "changed"
"""In a request's state: the user and the job that it has changed, where its path does not say so."""
UNCHANGED = "unchanged"
"""In a request's state, where it has changed nothing though its method might have."""


class Gate:
    """Refuses who has no key, or the wrong one, or asks too often."""

    def __init__(self, app: ASGIApp, settings: Settings, keys: Keys, audit: Audit) -> None:
        """Raises `ValueError` where the settings have no key."""
        if settings.api_key is None:
            raise ValueError("the application needs an API key; use Settings.with_api_key()")
        self._app, self._audit, self._documentation = app, audit, settings.documentation
        self._secret = settings.api_key.get_secret_value().encode()
        self._operator = Key.of_the_operator()
        self._lookups = Lookups(keys)
        self._notes: anyio.CapacityLimiter | None = None
        self._rates = Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        is_documentation = path.startswith(_DOCUMENTATION)
        if is_documentation and self._documentation == "off":
            await problem(404, "The documentation is switched off (DOCUMENTATION).")(scope, receive, send)
        elif path.startswith(_API) or (is_documentation and self._documentation == "key"):
            await self._admit(scope, receive, send, is_documentation)
        else:
            await self._app(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, is_documentation: bool) -> None:
        connection = HTTPConnection(scope)
        given = connection.headers.get("x-api-key") or (_password(connection) if is_documentation else None)
        if given is None:
            scheme = 'Basic realm="AI CSV Converter: any name, the key as password"' if is_documentation else "ApiKey"
            await problem(401, "The header X-API-KEY is missing.", {"WWW-Authenticate": scheme})(scope, receive, send)
            return
        try:
            key = await self._found(given)
        except JobError as error:
            await problem(503, str(error), {"Retry-After": "5"})(scope, receive, send)
            return
        refusal_or_none = self._refusal(key)
        if refusal_or_none is not None:
            await refusal_or_none(scope, receive, send)
            return
        assert key is not None
        scope.setdefault("state", {})["caller"] = key
        await self._app(scope, receive, send if scope["method"] in _SAFE else self._noting(scope, key, send))

    def _noting(self, scope: Scope, key: Key, send: Send) -> Send:
        """The same `send`, which writes the change into the audit log before its answer begins."""

        async def sending(message: Message) -> None:
            is_change = not scope["state"].get(UNCHANGED)
            if is_change and message["type"] == "http.response.start" and message["status"] < 400:
                # Made here, since it belongs to the running loop.
                self._notes = self._notes or anyio.CapacityLimiter(_NOTES)
                await anyio.to_thread.run_sync(self._audit.note, _change(scope, key), limiter=self._notes)
            await send(message)

        return sending

    def _refusal(self, key: Key | None) -> Any:
        if key is None:
            return problem(403, "The header X-API-KEY does not hold the right key.")
        if key.is_expired():
            return problem(403, f"The key {key.name!r} has expired; ask for a new one.")
        wait = self._rates.wait(key, time.monotonic())
        if wait:
            headers = {"Retry-After": str(int(wait) + 1)}
            return problem(429, f"The key {key.name!r} may ask {key.requests_per_minute} times a minute.", headers)
        return None

    async def _found(self, given: str) -> Key | None:
        if hmac.compare_digest(given.encode(), self._secret):
            return self._operator
        return await self._lookups.find(given)


def _change(scope: Scope, key: Key) -> Change:
    """The line for a request; its users and jobs are those in its path, or what the application has told of the body's."""
    user_id, job_id = scope["state"].get(CHANGED, (None, None))
    named = scope.get("path_params", {})
    return Change(
        at=datetime.now(UTC),
        key_id=key.key_id,
        key_name=key.name,
        action=f"{scope['method']} {scope['path']}"[:500],
        user_id=user_id or named.get("user_id"),
        job_id=job_id or named.get("job_id"),
        address=address_of(HTTPConnection(scope)),
    )


class Rates:
    """How often each key may ask: a bucket of as many requests as it may make in a minute, filled evenly."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: Key, now: float) -> float:
        """Takes one request from the key's bucket; gives in how many seconds there is one where it is empty, or else 0."""
        if key.requests_per_minute is None:
            return 0.0
        most = float(key.requests_per_minute)
        left, at = self._buckets.pop(key.key_id, (most, now))
        left = min(most, left + (now - at) * most / 60)
        self._buckets[key.key_id] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _METERED_KEYS:
            self._buckets.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) * 60 / most


def address_of(connection: HTTPConnection) -> str:
    """From where a request comes: what the proxy before us says, or the other end itself."""
    peer = connection.client.host if connection.client else ""
    # HAProxy adds the address that it saw as the last one; those before it are what the client claims.
    return (connection.headers.get("x-forwarded-for") or peer)[-200:]


def _password(connection: HTTPConnection) -> str | None:
    """The password of HTTP's basic authentication, as browsers ask for it."""
    scheme, _, encoded = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None
