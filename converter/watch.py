"""What a run takes that the kernel bounds for one file or one user only: looked at from outside while it runs.

A converter's process may write many files and start many threads, each small enough for its own limit. It can make no
folders, so its folder's entries are all there is to count.
"""

import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from converter.errors import LimitExceeded

INTERVAL_SECONDS = 0.25
_FILES = 4096
# Buffers, and what two looks are apart.
_SLACK_BYTES = 64 << 20
# A file takes whole blocks.
_BLOCK_BYTES = 1 << 20
# An engine's own beside those that it was given.
_MORE_THREADS = 24


@dataclass(frozen=True)
class Room:
    """The bytes that one run may write: its output, what it spills, and both together."""

    output: int
    spill: int
    total: int

    @classmethod
    def of(cls, folder: Path, output: int, spill: int, share: float) -> "Room":
        """As much as the limits say, and no more than this share of what is free where the folder lies."""
        free = int(shutil.disk_usage(folder).free * share)
        return cls(min(output, free), min(spill, free), min(output + spill, free))


SPILL_FILE_BYTES = 1 << 30
"""DuckDB spills into files of at most 4,000 blocks of 256 KiB."""


class Watch:
    """Looks after one run."""

    def __init__(self, folder: Path, room: Room, threads: int) -> None:
        self._folder, self._room, self._threads = folder, room, threads + _MORE_THREADS
        self._next = 0.0

    def look(self, pid: int | None) -> None:
        """Raises `LimitExceeded` where the run of this process has taken too much; does nothing between two intervals."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + INTERVAL_SECONDS
        if pid is not None and _threads(pid) > self._threads:
            raise LimitExceeded("threads", f"it started more than {self._threads} threads")
        self.weigh()

    def weigh(self) -> None:
        """Raises `LimitExceeded` where the run has written too much."""
        files, output, total = _written(self._folder)
        if files > _FILES:
            raise LimitExceeded("output", f"it made more than {_FILES} files")
        if output > self._room.output + _BLOCK_BYTES:
            raise LimitExceeded("output", f"its output grew past its limit of {in_words(self._room.output)}")
        if total > self._room.total + _SLACK_BYTES:
            raise LimitExceeded("output", f"it wrote more than {in_words(self._room.total)} to the disk")


def in_words(size: int) -> str:
    """A number of bytes as people say it."""
    for unit, power in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if size >= 1 << power:
            return f"{size / (1 << power):.1f} {unit}".replace(".0 ", " ")
    return f"{size} bytes"


def _threads(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0  # It has ended.
    found = re.search(r"^Threads:\s*(\d+)", status, re.MULTILINE)
    return int(found[1]) if found else 0


def _written(folder: Path) -> tuple[int, int, int]:
    """How many files there are in a folder and below it, the bytes of those in itself, and of all; not many more are counted.

    What lies below is what the engine spills, for the run can make no folders.
    """
    files = output = total = 0
    pending = [str(folder)]
    while pending and files <= _FILES:
        place = pending.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    files += 1
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                        continue
                    # What it takes, not how long it is: a file may have holes.
                    size = entry.stat(follow_symlinks=False).st_blocks * 512
                    total += size
                    output += size if place == str(folder) else 0
                    if files > _FILES:
                        break
        except OSError:
            continue  # Taken away meanwhile.
    return files, output, total
