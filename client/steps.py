"""What a call asks of the network, as values: the one core of both clients yields them, each client carries them out its way.

A call is a generator. It yields a step, is sent what came of it, and in the end returns its result; where a step failed on the
network, `Unreachable` is thrown into it. So every decision (what to send, what to repeat, how long to wait) is made once.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from client.errors import Unreachable
from client.files import File, Watcher

T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """One request. `is_repeatable` says that sending it twice does no more than sending it once."""

    method: str
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] | None = None
    files: Mapping[str, File | Sequence[File | str]] = field(default_factory=dict)
    """The files of a form by their fields; a field that takes many may have addresses among them."""
    is_repeatable: bool = True
    silence_seconds: float = 60.0
    """How long nothing may come."""
    watcher: Watcher | None = None
    """Who is told how much of the files is sent."""


class Opened(Protocol):
    """An answer whose body is yet to be read."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Open:
    """Send a request; gives `Opened` once the answer has begun."""

    request: Request


@dataclass(frozen=True)
class Read:
    """Read on in an answer's body; gives bytes, none where it has ended."""

    opened: Opened


@dataclass(frozen=True)
class Pause:
    """Do nothing for so long."""

    seconds: float


@dataclass(frozen=True)
class Tell:
    """Give this to whoever goes through the call's results as they come."""

    value: Any


Step = Open | Read | Pause | Tell
Steps = Generator[Step, Any, T]


def whole(opened: Opened) -> Steps[bytes]:
    """All of an answer's body."""
    pieces = []
    while piece := (yield Read(opened)):
        pieces.append(piece)
    return b"".join(pieces)


def each(steps: Steps[T], seen: Callable[[Any], Tell | None]) -> Steps[T]:
    """Carries steps out, and gives what they tell to `seen`; what that makes of it is told on."""
    answer: Any = None
    broken: Unreachable | None = None
    while True:
        try:
            step: Step | None = steps.send(answer) if broken is None else steps.throw(broken)
        except StopIteration as end:
            result: T = end.value
            return result
        answer, broken = None, None
        if isinstance(step, Tell):
            step = seen(step.value)
        if step is not None:
            try:
                answer = yield step
            except Unreachable as error:
                broken = error


def lines(opened: Opened) -> Steps[None]:
    """Tells an answer's lines as they come, without their ends."""
    rest = b""
    while piece := (yield Read(opened)):
        *ended, rest = (rest + piece).split(b"\n")
        for line in ended:
            yield Tell(line.removesuffix(b"\r").decode())
    if rest:
        yield Tell(rest.decode())
