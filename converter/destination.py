"""Where a result goes: put in place whole, through links and with the mode of what was there, or written through to a pipe.

A regular file is replaced by a rename, so that it holds the old content or the new, never a part. What is no regular file (a
FIFO, a terminal, /dev/null) is never replaced: the bytes are written to it once they are all there.
"""

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from converter.spool import STANDARD, has_utf8_name

_CHUNK = 1 << 20
_MOST_LINKS = 40


@dataclass(frozen=True)
class Destination:
    """One result's place. `scratch` is a folder to make it in; `stream` is where its bytes are written to, if it is no file."""

    path: Path
    scratch: Path
    stream: BinaryIO | None

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Self]:
        """The place `path`, or standard output for `-`, with a scratch folder that goes when the block ends.

        A FIFO is opened at once, so that its reader learns of a failure too. Raises `OSError`, which names `path`, never the
        scratch folder.
        """
        place = None if _is_stream(path) else Path(os.path.realpath(path))
        if place is not None:
            _refuse_unwritable(place, path)
        beside = place.parent if place is not None and has_utf8_name(place) else Path(tempfile.gettempdir()).absolute()
        try:
            folder = tempfile.TemporaryDirectory(dir=beside, prefix=".converting-")
        except OSError as error:
            raise OSError(error.errno, f"{error.strerror} (its folder, {beside})", str(path)) from error
        with folder as name:
            try:
                if place is not None:
                    yield cls(place, Path(name), None)
                else:
                    with _stream(path) as stream:
                        yield cls(path, Path(name), stream)
            except OSError as error:
                # What fails while a stream is written to, or closed, names no file.
                if error.filename is None or (isinstance(error.filename, str) and error.filename.startswith(name)):
                    raise OSError(error.errno, error.strerror, str(path)) from error
                raise

    def put(self, made: Path) -> None:
        """Puts the file `made`, in the scratch folder, into its place. Raises `OSError`."""
        if self.stream is not None:
            with made.open("rb") as file:
                shutil.copyfileobj(file, self.stream, _CHUNK)
            self.stream.flush()
            return
        if self.path.exists():
            shutil.copymode(self.path, made)
        try:
            os.replace(made, self.path)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._put_across(made)

    def _put_across(self, made: Path) -> None:
        """The same from another file system."""
        descriptor, beside = tempfile.mkstemp(dir=self.path.parent, prefix=".converting-")
        os.close(descriptor)
        try:
            shutil.copy(made, beside)
            os.replace(beside, self.path)
        except BaseException:
            os.unlink(beside)
            raise


def _is_stream(path: Path) -> bool:
    """Whether the path leads to something that is written through to. Raises `OSError` for what takes no bytes."""
    if path == STANDARD:
        return True
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder; name a file in it", str(path))
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise OSError(errno.EINVAL, "is a disk or a socket; name a file", str(path))
    return not stat.S_ISREG(mode) or _descriptor(path) is not None


def _descriptor(path: Path) -> Path | None:
    """The open file of a process that a link on the way leads to, as /dev/stdout does: a file there is somebody's already."""
    for _ in range(_MOST_LINKS):
        folder = Path(os.path.realpath(path.parent))
        if folder.parts[1:2] == ("proc",):
            return folder / path.name
        if not path.is_symlink():
            return None
        path = folder / os.readlink(path)
    return None


def _refuse_unwritable(place: Path, path: Path) -> None:
    if not place.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {place.parent}", str(path))
    if place.exists() and not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, "is write-protected", str(path))


@contextmanager
def _stream(path: Path) -> Iterator[BinaryIO]:
    if path == STANDARD:
        yield sys.stdout.buffer
        return
    opened = _descriptor(path)
    if opened is not None and opened.parent == Path(f"/proc/{os.getpid()}/fd") and opened.name.isdigit():
        # Not opened anew: what others write to it afterwards would begin where we began.
        with os.fdopen(os.dup(int(opened.name)), "wb") as stream:
            yield stream
        return
    # What stands there already, as of `>> file`, stays.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as stream:
        yield stream
