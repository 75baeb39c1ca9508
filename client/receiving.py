"""A file that the service sends, written as it comes; where the connection breaks, the rest is asked for."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from client.errors import Unreachable
from client.files import Watcher
from client.models import Progress
from client.requesting import Requesting, pause_before
from client.steps import Pause, Read, Request, Steps


def received(
    requesting: Requesting, request: Request, to: str | os.PathLike[str] | BinaryIO, progress: Watcher | None
) -> Steps[None]:
    """Writes the answer to a path or an open file. A path holds what it held before, or the whole.

    Raises `ServiceError`, `Unreachable`, `OSError`.
    """
    if not isinstance(to, str | os.PathLike):
        yield from _written(requesting, request, to, progress)
        return
    place = Path(os.path.realpath(to))
    if place.exists() and not place.is_file():
        # A pipe or a device is written to, never replaced.
        with place.open("wb") as file:
            yield from _written(requesting, request, file, progress)
        return
    beside = place.with_name(f".receiving-{token_hex(8)}")
    try:
        with beside.open("xb") as file:
            yield from _written(requesting, request, file, progress)
        if place.exists():
            beside.chmod(place.stat().st_mode & 0o7777)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def _written(requesting: Requesting, request: Request, file: BinaryIO, progress: Watcher | None) -> Steps[None]:
    # As they lie in the store, so that a range is a range of the file.
    request = replace(request, headers={**request.headers, "Accept-Encoding": "identity"})
    done, tries, etag = 0, 0, ""
    until = requesting.clock() + requesting.patience
    while True:
        rest = {"Range": f"bytes={done}-", "If-Range": etag} if done else {}
        opened = yield from requesting.answered(replace(request, headers={**request.headers, **rest}))
        if done and opened.status != 206:
            raise Unreachable("the connection broke, and the file is another one meanwhile; ask for it again")
        etag = opened.headers.get("etag", "")
        total = _total(done, opened.headers)
        try:
            while piece := (yield Read(opened)):
                file.write(piece)
                done += len(piece)
                tries, until = 0, requesting.clock() + requesting.patience
                if progress is not None:
                    progress(Progress("receiving", done, total))
            return
        except Unreachable as broken:
            pause = pause_before(tries, broken)
            if (done and not etag) or requesting.clock() + pause > until:
                raise
            yield Pause(pause)
            tries += 1


def _total(done: int, headers: Mapping[str, str]) -> int | None:
    length = headers.get("content-length", "")
    return done + int(length) if length.isdigit() else None
