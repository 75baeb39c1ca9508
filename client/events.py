"""A job's server-sent events (the HTML standard, section 9.2), followed to its end over as many connections as it takes."""

import json
import math
from collections.abc import Iterator

from client.errors import Unreachable
from client.models import Event
from client.requesting import Requesting
from client.steps import Pause, Read, Request, Steps, Tell

# The service lets something come every 15 s.
_SILENCE_SECONDS = 45.0
_BACK_SECONDS = 1.0
_LAST = ("end", "deleted")


def followed(requesting: Requesting, path: str, last: str | None, until: float = math.inf) -> Steps[None]:
    """Tells the events behind the one with the id `last`, to the job's end or until that moment of the clock.

    Where a connection breaks, another goes on behind the last event. Raises `ServiceError`, `Unreachable`.
    """
    while True:
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        silence = min(_SILENCE_SECONDS, max(until - requesting.clock(), _BACK_SECONDS))
        opened = yield from requesting.answered(Request("GET", path, headers=headers, silence_seconds=silence))
        if opened.status == 204:
            return  # There is nothing more, and never will be.
        stream, has_ended = Stream(), False
        try:
            while piece := (yield Read(opened)):
                for event in stream.feed(piece):
                    last, has_ended = event.id or last, event.name in _LAST
                    yield Tell(event)
                if requesting.clock() >= until:
                    return
        except Unreachable:
            has_ended = False
        if has_ended or requesting.clock() >= until:
            return
        yield Pause(_BACK_SECONDS)


class Stream:
    """The events in a stream of bytes."""

    def __init__(self) -> None:
        self._rest = b""
        self._fields: dict[str, str] = {}

    def feed(self, piece: bytes) -> Iterator[Event]:
        """The events that this piece ends."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            text = line.removesuffix(b"\r").decode()
            if not text:
                yield from self._ended()
                continue
            name, _, value = text.partition(":")
            value = value.removeprefix(" ")
            # What begins with a colon is a comment.
            if name == "data" and "data" in self._fields:
                value = f"{self._fields['data']}\n{value}"
            if name:
                self._fields[name] = value

    def _ended(self) -> Iterator[Event]:
        fields, self._fields = self._fields, {}
        if "data" in fields:
            told = json.loads(fields["data"])
            yield Event.model_validate(told | {"name": fields.get("event", "message"), "id": fields.get("id", "")})
