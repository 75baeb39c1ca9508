"""The folder of one service's life: Ray's files, the proxy's sockets and all that is temporary, for its owner alone.

It is taken away when the service ends; one whose service was killed, when the next one starts.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path

_PREFIX = "acc-"
# What stands below it becomes paths of sockets, of which the kernel takes 107 characters, and Ray's own take 75.
_LONGEST_PARENT = 18


class RunFolder:
    """Made when the service starts Ray; `close` takes it away."""

    def __init__(self, parent: Path | None = None) -> None:
        """Takes away those whose services are gone, then makes its own."""
        given = Path(tempfile.gettempdir())
        parent = parent or (given if len(str(given)) <= _LONGEST_PARENT else Path("/tmp"))  # noqa: S108 (as Ray does)
        _sweep(parent)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        # Held until this process ends, however that comes about.
        self._lock = os.open(_lock(self.path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def set(self, environment: MutableMapping[str, str]) -> None:
        """Has what this process starts use it, where the operator has named no folder of their own."""
        proxy, temporary = self.path / "h", self.path / "t"
        temporary.mkdir()
        for name, path in {
            "RAY_TMPDIR": self.path,
            "TMPDIR": temporary,
            "RAY_SERVE_HAPROXY_CONFIG_FILE_LOC": proxy / "haproxy.cfg",
            "RAY_SERVE_HAPROXY_SOCKET_PATH": proxy / "admin.sock",
            "RAY_SERVE_HAPROXY_METRICS_SOCKET_PATH": proxy / "metrics.sock",
            "RAY_SERVE_HAPROXY_SERVER_STATE_BASE": proxy,
            "RAY_SERVE_HAPROXY_SERVER_STATE_FILE": proxy / "server-state",
        }.items():
            environment.setdefault(name, str(path))
        # Python remembers the folder that it found first.
        tempfile.tempdir = None

    def close(self) -> None:
        """Takes it away with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        with suppress(OSError):
            os.close(self._lock)


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        # Gone meanwhile, or another user's.
        with suppress(OSError):
            if folder.lstat().st_uid == os.getuid() and _is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    """Whether the service whose folder it is has ended; one that is just being made has no lock yet, and is kept."""
    opened = os.open(_lock(folder), os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(opened)
    return True


def _lock(folder: Path) -> Path:
    return folder / "lock"
