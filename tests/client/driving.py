"""A call carried out by a test: what the network would answer, and how long the call waits for it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from client import AsyncClient, Client
from client.errors import Unreachable
from client.requesting import Requesting
from client.steps import Open, Pause, Read, Request, Steps, Tell

T = TypeVar("T")


@dataclass
class Reply:
    """An answer: its body comes in these pieces, of which one may be a connection that breaks."""

    status: int = 200
    pieces: tuple[bytes | Unreachable, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    given: int = 0


def said(status: int, body: Any, **headers: str) -> Reply:
    """An answer in JSON."""
    return Reply(status, (json.dumps(body).encode(),), {name.replace("_", "-"): value for name, value in headers.items()})


class Driver:
    """Answers a call's requests in turn, by a clock of its own."""

    def __init__(self, *replies: Reply | Unreachable) -> None:
        self.replies = list(replies)
        self.now = 0.0
        self.pauses: list[float] = []
        self.requests: list[Request] = []
        self.told: list[Any] = []

    def requesting(self, patience: float = 60.0) -> Requesting:
        """What asks by this clock."""
        return Requesting(patience, lambda: self.now)

    def run(self, steps: Steps[T]) -> T:
        """The call's result. Raises what it does."""
        answer: Any = None
        broken: Unreachable | None = None
        try:
            while True:
                step = steps.send(answer) if broken is None else steps.throw(broken)
                answer, broken = None, None
                match step:
                    case Tell(value):
                        self.told.append(value)
                    case Pause(seconds):
                        self.pauses.append(seconds)
                        self.now += seconds
                    case Open(request):
                        self.requests.append(request)
                        reply = self.replies.pop(0)
                        answer, broken = (None, reply) if isinstance(reply, Unreachable) else (reply, None)
                    case Read(Reply() as reply):
                        piece = reply.pieces[reply.given] if reply.given < len(reply.pieces) else b""
                        reply.given += 1
                        answer, broken = (None, piece) if isinstance(piece, Unreachable) else (piece, None)
        except StopIteration as end:
            result: T = end.value
            return result


class Both:
    """Either client over the same made-up network; an asynchronous call is awaited here."""

    def __init__(self, kind: str, answering: Callable[[httpx.Request], httpx.Response]) -> None:
        transport = httpx.MockTransport(answering)
        made = Client if kind == "Client" else AsyncClient
        self._client: Any = made("http://service", "key", "ada", patience=2, transport=transport)

    async def call(self, name: str, *arguments: Any, **more: Any) -> Any:
        """The call's result; of one that gives an iterator, a list."""
        found = getattr(self._client, name)(*arguments, **more)
        if hasattr(found, "__await__"):
            return await found
        if hasattr(found, "__aiter__"):
            return [one async for one in found]
        return list(found) if hasattr(found, "__next__") else found
