"""Files as callers give them, as parts of a request that can be sent again: a path, bytes, an open file, a frame.

A text that begins with `http://`, `https://` or `s3://` is an address, which the service fetches itself; any other is a path.
"""

import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from client import frames
from client.frames import Frame
from client.models import Progress

Given = str | os.PathLike[str] | bytes | BinaryIO | Frame
"""What a call takes as a file."""
Watcher = Callable[[Progress], None]
_ADDRESSES = ("http://", "https://", "s3://")


@dataclass(frozen=True)
class File:
    """A file to be sent, as often as it takes."""

    name: str
    open: Callable[[], BinaryIO]
    size: int


def taken(given: Given, name: str) -> File | str:
    """What is sent of a file: itself under `name` or its own, or the address where it lies.

    Raises `OSError` for a path that cannot be read, `TypeError` for what is none of these.
    """
    if isinstance(given, str) and given.startswith(_ADDRESSES):
        return given
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        with path.open("rb") as file:
            if not file.seekable():
                return _spooled(file, path.name)
        return File(path.name, lambda: path.open("rb"), path.stat().st_size)
    if isinstance(given, bytes):
        return File(name, lambda: io.BytesIO(given), len(given))
    if frames.kind_of(given) is not None:
        text = frames.csv_of(given)
        return File(name, lambda: io.BytesIO(text), len(text))
    if isinstance(given, io.TextIOBase) or not hasattr(given, "read"):
        raise TypeError(f"a file is a path, bytes, a file opened in binary, or a data frame; not {type(given).__name__}")
    return _spooled(given, name)


def _spooled(file: BinaryIO, name: str) -> File:
    """What can be read once, kept so that it can be sent again."""
    kept = tempfile.TemporaryFile(prefix="sending-")  # noqa: SIM115 (it goes with the last request that sends it)
    while piece := file.read(1 << 20):
        kept.write(piece)
    kept.flush()
    size = kept.tell()

    def again() -> BinaryIO:
        # Of its own, since whoever sends a file closes it.
        copy = os.fdopen(os.dup(kept.fileno()), "rb")
        copy.seek(0)
        return copy

    return File(name, again, size)


class Sent(io.RawIOBase):
    """A file on its way, open only while it is read: a request may have thousands. Tells how much of all of them is read."""

    def __init__(self, file: File, before: int, total: int, watcher: Watcher | None) -> None:
        self._file, self._before, self._total, self._watcher = file, before, total, watcher
        self._opened: BinaryIO | None = None
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        """Reads on; closes the file where it has ended."""
        if self._opened is None:
            self._opened = self._file.open()
            self._opened.seek(self._at)
        piece = self._opened.read(size)
        self._at += len(piece)
        if not piece:
            self._done()
        if self._watcher is not None:
            self._watcher(Progress("sending", self._before + self._at, self._total))
        return piece

    def fileno(self) -> int:
        """There is none; its size is told by `seek`."""
        raise io.UnsupportedOperation("fileno")

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """To where it is read next."""
        self._done()
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        return self._at

    def tell(self) -> int:
        """Where it is read next."""
        return self._at

    def seekable(self) -> bool:
        """It is a file that can be opened again."""
        return True

    def close(self) -> None:
        """Closes the file."""
        self._done()
        super().close()

    def _done(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None
