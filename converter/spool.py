"""Inputs that can be read once only (pipes, FIFOs, standard input), kept as files that can be read again.

A CSV is looked at before it is read, and read by another process.
"""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

STANDARD = Path("-")
"""Standard input, or standard output, as a path."""

_STANDARD_INPUT = 0
_CHUNK = 1 << 20
_NULL = os.makedev(1, 3)
"""/dev/null, as Linux numbers its devices (Documentation/admin-guide/devices.txt)."""


@contextmanager
def regular(path: Path) -> Iterator[Path]:
    """A regular file with what is at `path`: that file itself, or a copy that goes when the block ends. `-` is standard input.

    Raises `OSError`, with `path` as its file's name.
    """
    if path != STANDARD and stat.S_ISREG(path.stat().st_mode):
        place = path.resolve()
        # An open file that was deleted, as a shell's here-document, is at no place.
        if place.is_file() and has_utf8_name(place):
            yield path
            return
    with tempfile.TemporaryDirectory(prefix="converting-") as folder:
        copy = Path(folder, "input.csv")
        with os.fdopen(_STANDARD_INPUT, "rb", closefd=False) if path == STANDARD else path.open("rb") as given:
            _refuse_endless(given, path)
            _spool(given, copy, path)
        yield copy


def name_of(path: Path) -> str:
    """What errors call the input."""
    return "standard input" if path == STANDARD else path.name


def has_utf8_name(path: Path) -> bool:
    """Whether the engine can be told of the path."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_endless(given: BinaryIO, path: Path) -> None:
    """Of devices only terminals, and the one that is empty, come to an end."""
    status = os.fstat(given.fileno())
    if stat.S_ISBLK(status.st_mode) or (stat.S_ISCHR(status.st_mode) and not given.isatty() and status.st_rdev != _NULL):
        raise OSError(errno.EINVAL, "is a device; name a file", str(path))


def _spool(given: BinaryIO, copy: Path, path: Path) -> None:
    with copy.open("wb") as file:
        try:
            shutil.copyfileobj(given, file, _CHUNK)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from error
