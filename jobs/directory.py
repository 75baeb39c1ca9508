"""The files below a folder as a store lists its keys: in the keys' order, between two keys, without a look at most others.

A large folder that has not changed since it was read is listed from memory: whatever is placed in a folder, replaced in it or
taken away changes the folder's modification time.
"""

import os
import stat
import threading
import time
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from jobs.objects import Listed

# Smaller folders are read as fast as they are remembered; of all together no more entries are kept.
_WORTH_REMEMBERING, _REMEMBERED = 256, 100_000
# Within a tick of the kernel's clock two changes leave the same modification time.
_CALM_NS = 1_000_000_000

_Entry = tuple[str, Listed | Path]
"""A file's key and line; or a folder's key, with a slash behind it as all keys in it have, and where it is."""

_Signature = tuple[int, int, int]
"""Inode, modification time, size: a replaced file is another inode, so this tells versions apart without reading them."""


@dataclass(frozen=True)
class Span:
    """The keys behind `after` and before `before`; None for no end."""

    after: str = ""
    before: str | None = None

    def meets(self, prefix: str) -> bool:
        """Whether keys with this prefix may lie between the two."""
        return (prefix >= self.after or self.after.startswith(prefix)) and (self.before is None or prefix < self.before)

    def below(self, prefix: str) -> Self:
        """The same for keys with this prefix, which it has to meet, as they go on behind it."""
        before = self.before[len(prefix) :] if self.before is not None and self.before.startswith(prefix) else None
        return type(self)(self.after[len(prefix) :] if self.after.startswith(prefix) else "", before)


@dataclass(frozen=True)
class _Reading:
    """A folder's entries in order and by name; `signature` is the folder's own where it tells whether it has changed since."""

    signature: _Signature | None
    entries: list[_Entry]
    by_name: dict[str, tuple[_Signature, _Entry]]


_NOTHING = _Reading(None, [], {})


class Directory:
    """The files below folders. Remembers the entries of large ones. Safe to use from many threads."""

    def __init__(self) -> None:
        self._readings: OrderedDict[Path, _Reading] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def lines(self, folder: Path, prefix: str, span: Span) -> Iterator[Listed]:
        """The files in a folder and below it, whose keys begin with `prefix`; those in the span, in the keys' order."""
        try:
            entries = self._entries(folder, prefix, span)
        except (FileNotFoundError, NotADirectoryError):
            return
        # The one before may be the folder that holds `span.after`.
        start = max(0, bisect_left(entries, span.after, key=itemgetter(0)) - 1)
        for key, entry in islice(entries, start, None):
            if span.before is not None and key >= span.before:
                return
            if isinstance(entry, Path):
                if span.meets(key):
                    yield from self.lines(entry, key, span)
            elif key > span.after:
                yield entry

    def _entries(self, folder: Path, prefix: str, span: Span) -> list[_Entry]:
        """A folder's entries in order, at least those that the span meets."""
        with _opened(folder) as opened:
            status = os.fstat(opened)
            before, signature = self._remembered(folder), _signature(status)
            if before.signature == signature:
                return before.entries
            is_calm = time.time_ns() - status.st_mtime_ns > _CALM_NS
            names = os.listdir(opened)
            near = _near(names, span.below(prefix))
            is_remembered = _WORTH_REMEMBERING <= len(names) <= _REMEMBERED and 2 * len(near) > len(names)
            by_name = _read(opened, folder, prefix, names if is_remembered else near, before)
        entries = sorted((entry for _, entry in by_name.values()), key=itemgetter(0))
        if is_remembered:
            self._remember(folder, _Reading(signature if is_calm else None, entries, by_name))
        return entries

    def _remembered(self, folder: Path) -> _Reading:
        with self._lock:
            if folder in self._readings:
                self._readings.move_to_end(folder)
            return self._readings.get(folder, _NOTHING)

    def _remember(self, folder: Path, reading: _Reading) -> None:
        with self._lock:
            self._size += len(reading.entries) - len(self._readings.pop(folder, _NOTHING).entries)
            self._readings[folder] = reading
            while self._size > _REMEMBERED:
                self._size -= len(self._readings.popitem(last=False)[1].entries)


def _near(names: list[str], span: Span) -> list[str]:
    """The names on disk whose keys may lie in the span; a quoted one sorts otherwise than its key."""
    after, before = span.after, span.before
    behind = [name for name in names if name >= after or "%" in name or after.startswith(name)]
    return behind if before is None else [name for name in behind if name < before or "%" in name]


def _read(opened: int, folder: Path, prefix: str, names: list[str], before: _Reading) -> dict[str, tuple[_Signature, _Entry]]:
    """What is under these names of a folder; what has not changed since it was read before is taken from there."""
    found = {}
    for name in names:
        try:
            status = os.stat(name, dir_fd=opened)
        except FileNotFoundError:
            continue  # Gone since the folder was read.
        signature = _signature(status)
        known = before.by_name.get(name)
        found[name] = known if known and known[0] == signature else (signature, _entry(folder, prefix, name, status))
    return found


def _entry(folder: Path, prefix: str, name: str, status: os.stat_result) -> _Entry:
    key = prefix + (unquote(name) if "%" in name else name)
    if stat.S_ISDIR(status.st_mode):
        return key + "/", folder / name
    return key, Listed(key, "-".join(map(str, _signature(status))), status.st_size)


def _signature(status: os.stat_result) -> _Signature:
    return status.st_ino, status.st_mtime_ns, status.st_size


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield opened
    finally:
        os.close(opened)
