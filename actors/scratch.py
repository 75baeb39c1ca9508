"""Folders for the files of one attempt, which outlive no worker for long, however it ends."""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "workflow-"
# A folder younger than this may not have been locked yet by its owner.
_YOUNG_SECONDS = 60


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder, taken away at the end; first takes away those whose owners were killed."""
    parent = Path(tempfile.gettempdir())
    _sweep(parent)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent) as name, _lock(Path(name)).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        files = Path(name, "files")
        files.mkdir()
        yield files


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime > _YOUNG_SECONDS and _is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except (OSError, RecursionError):
            continue  # Gone meanwhile, another user's, or nested too deep: no job's work hangs on it.


def _is_abandoned(folder: Path) -> bool:
    """Whether no process holds the folder's lock; a killed one holds none, in whatever container it was."""
    with _lock(folder).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _lock(folder: Path) -> Path:
    return folder / "lock"
