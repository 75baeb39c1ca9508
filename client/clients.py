"""The two clients: the same calls, carried out one way or the other."""

import asyncio
import functools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, closing
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

import httpx

from client.calls import Calls
from client.errors import Unreachable
from client.files import File, Sent
from client.models import BatchFile, Event, Job
from client.requesting import Requesting
from client.steps import Open, Pause, Read, Request, Step, Steps, Tell

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""How long a request is tried again where the service is busy or away."""
_CONNECT_SECONDS = 10.0
# The request has not left this machine whole, so nobody has acted on it.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class _Carried(Generic[T]):
    """A call under way."""

    def __init__(self, steps: Steps[T]) -> None:
        self._steps = steps
        self.answer: Any = None
        self.broken: Unreachable | None = None
        self.result: T

    def next(self) -> Step | None:
        """The step that is to be carried out now; None where the call has ended, and `result` is there. Raises what it does."""
        answer, broken, self.answer, self.broken = self.answer, self.broken, None, None
        try:
            return self._steps.send(answer) if broken is None else self._steps.throw(broken)
        except StopIteration as end:
            self.result = end.value
            return None

    def close(self) -> None:
        """Ends the call where it is."""
        self._steps.close()


class _Answer:
    """An answer as the calls see it, and what reads its body."""

    def __init__(self, response: httpx.Response, pieces: Any) -> None:
        self.status, self.headers = response.status_code, response.headers
        self.response, self.pieces = response, pieces


def _blocking(call: "Callable[Concatenate[Calls, P], Steps[T]]") -> "Callable[Concatenate[Client, P], T]":
    @functools.wraps(call)
    def method(self: "Client", *args: P.args, **kwargs: P.kwargs) -> T:
        return self._run(call(self._calls, *args, **kwargs))

    return method


def _iterating(
    call: "Callable[Concatenate[Calls, P], Steps[None]]", of: type[T]
) -> "Callable[Concatenate[Client, P], Iterator[T]]":
    @functools.wraps(call)
    def method(self: "Client", *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return self._told(_Carried(call(self._calls, *args, **kwargs)))

    return method


def _awaited(call: "Callable[Concatenate[Calls, P], Steps[T]]") -> "Callable[Concatenate[AsyncClient, P], Awaitable[T]]":
    @functools.wraps(call)
    async def method(self: "AsyncClient", *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(call(self._calls, *args, **kwargs))

    return method


def _async_iterating(
    call: "Callable[Concatenate[Calls, P], Steps[None]]", of: type[T]
) -> "Callable[Concatenate[AsyncClient, P], AsyncIterator[T]]":
    @functools.wraps(call)
    def method(self: "AsyncClient", *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        return self._told(_Carried(call(self._calls, *args, **kwargs)))

    return method


class Client:
    """The service, for one user. Every call blocks until it has its result; several threads may share a client.

    `url` is where the service listens, `key` one of its keys, `user` whose jobs these are. A request is tried again for
    `patience` seconds where that is safe. `transport` is httpx's own, for proxies and tests.
    """

    def __init__(
        self,
        url: str,
        key: str,
        user: str,
        *,
        patience: float = PATIENCE_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._calls = Calls(user, Requesting(patience))
        self._http = httpx.Client(base_url=url, headers=_headers(key), transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes its connections."""
        self._http.close()

    train = _blocking(Calls.train)
    convert = _blocking(Calls.convert)
    convert_frame = _blocking(Calls.convert_frame)
    preview = _blocking(Calls.preview)
    correct = _blocking(Calls.correct)
    job = _blocking(Calls.job)
    jobs = _iterating(Calls.jobs, Job)
    wait = _blocking(Calls.wait)
    events = _iterating(Calls.events, Event)
    convert_many = _blocking(Calls.convert_many)
    outputs = _iterating(Calls.outputs, BatchFile)
    converter = _blocking(Calls.converter)
    download = _blocking(Calls.download)
    output = _blocking(Calls.output)
    rows = _iterating(Calls.rows, object)
    frame = _blocking(Calls.frame)
    cancel = _blocking(Calls.cancel)
    retry = _blocking(Calls.retry)
    delete = _blocking(Calls.delete)
    name = _blocking(Calls.name)

    def _run(self, steps: Steps[T]) -> T:
        call = _Carried(steps)
        for _ in self._told(call):
            pass
        return call.result

    def _told(self, call: _Carried[Any]) -> Iterator[Any]:
        """Carries a call out; gives what it tells."""
        with closing(call), ExitStack() as opened:
            while (step := call.next()) is not None:
                if isinstance(step, Tell):
                    yield step.value
                    continue
                try:
                    call.answer = self._carried_out(step, opened)
                except httpx.TransportError as error:
                    call.broken = _unreachable(error, self._http.base_url)

    def _carried_out(self, step: Open | Read | Pause, opened: ExitStack) -> Any:
        if isinstance(step, Pause):
            return time.sleep(step.seconds)
        if isinstance(step, Read):
            assert isinstance(step.opened, _Answer)
            return next(step.opened.pieces, b"")
        with ExitStack() as files:
            response = self._http.send(_built(self._http, step.request, files), stream=True)
        opened.callback(response.close)
        return _Answer(response, response.iter_bytes())


class AsyncClient:
    """The same on an event loop: every call of `Client`, awaited; what gives an iterator gives an asynchronous one."""

    def __init__(
        self,
        url: str,
        key: str,
        user: str,
        *,
        patience: float = PATIENCE_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._calls = Calls(user, Requesting(patience))
        self._http = httpx.AsyncClient(base_url=url, headers=_headers(key), transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.aclose()

    train = _awaited(Calls.train)
    convert = _awaited(Calls.convert)
    convert_frame = _awaited(Calls.convert_frame)
    preview = _awaited(Calls.preview)
    correct = _awaited(Calls.correct)
    job = _awaited(Calls.job)
    jobs = _async_iterating(Calls.jobs, Job)
    wait = _awaited(Calls.wait)
    events = _async_iterating(Calls.events, Event)
    convert_many = _awaited(Calls.convert_many)
    outputs = _async_iterating(Calls.outputs, BatchFile)
    converter = _awaited(Calls.converter)
    download = _awaited(Calls.download)
    output = _awaited(Calls.output)
    rows = _async_iterating(Calls.rows, object)
    frame = _awaited(Calls.frame)
    cancel = _awaited(Calls.cancel)
    retry = _awaited(Calls.retry)
    delete = _awaited(Calls.delete)
    name = _awaited(Calls.name)

    async def _run(self, steps: Steps[T]) -> T:
        call = _Carried(steps)
        async for _ in self._told(call):
            pass
        return call.result

    async def _told(self, call: _Carried[Any]) -> AsyncIterator[Any]:
        """Carries a call out; gives what it tells."""
        with closing(call):
            async with AsyncExitStack() as opened:
                while (step := call.next()) is not None:
                    if isinstance(step, Tell):
                        yield step.value
                        continue
                    try:
                        call.answer = await self._carried_out(step, opened)
                    except httpx.TransportError as error:
                        call.broken = _unreachable(error, self._http.base_url)

    async def _carried_out(self, step: Open | Read | Pause, opened: AsyncExitStack) -> Any:
        if isinstance(step, Pause):
            return await asyncio.sleep(step.seconds)
        if isinstance(step, Read):
            assert isinstance(step.opened, _Answer)
            return await anext(step.opened.pieces, b"")
        with ExitStack() as files:
            response = await self._http.send(_built(self._http, step.request, files), stream=True)
        opened.push_async_callback(response.aclose)
        return _Answer(response, response.aiter_bytes())


def _headers(key: str) -> dict[str, str]:
    return {"X-API-KEY": key, "User-Agent": "csv-converter-client", "Accept": "application/json"}


def _built(http: httpx.Client | httpx.AsyncClient, request: Request, files: ExitStack) -> httpx.Request:
    """The request for httpx: a form where it has files, which are open until `files` ends, or else JSON."""
    timeout = httpx.Timeout(request.silence_seconds, connect=_CONNECT_SECONDS)
    told: dict[str, Any] = {"params": dict(request.params), "headers": dict(request.headers), "timeout": timeout}
    if request.files:
        given = [(field, one) for field, some in request.files.items() for one in ([some] if isinstance(some, File) else some)]
        before, total = 0, sum(one.size for _, one in given if isinstance(one, File))
        parts: list[tuple[str, Any]] = []
        for field, one in given:
            if isinstance(one, str):
                parts.append((field, (None, one)))
                continue
            file = files.enter_context(Sent(one, before, total, request.watcher))
            parts.append((field, (one.name, file, "application/octet-stream")))
            before += one.size
        told |= {"files": parts, "data": {name: _written(value) for name, value in (request.fields or {}).items()}}
    elif request.fields is not None:
        told["json"] = request.fields
    return http.build_request(request.method, request.path, **told)


def _written(value: Any) -> str:
    """A field as a form has it; an object as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _unreachable(error: httpx.TransportError, url: httpx.URL) -> Unreachable:
    what = str(error) or type(error).__name__
    return Unreachable(f"no answer came from {url}: {what}", was_sent=not isinstance(error, _UNSENT))
