"""This process's own zygote (`zygote`): started once, kept warm, started anew when it is gone.

What it takes to start one interpreter with the engine imported (a fifth of a second of processor time) is so paid once a
process instead of once a run.
"""

# Few imports, for the command line starts a zygote before it does anything else.
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

_ZYGOTE = os.path.join(os.path.dirname(__file__), "zygote.py")


class _Process:
    """What the thread that keeps a zygote knows of it."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.said = b""


class Launcher:
    """A zygote, and the socket on which it is asked for runs. It ends when this object does, at the latest with us."""

    def __init__(self) -> None:
        """Starts it, without waiting until it is ready."""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = _Process()
        # A thread of its own for two reasons: the kernel kills the zygote when the thread that started it ends, and an
        # interrupt that reaches the main thread cannot come between the start and its record. It must not hold `self`.
        self._keeper = threading.Thread(target=_keep, args=(theirs, self._process), name="zygote", daemon=True)
        self._keeper.start()

    @property
    def is_running(self) -> bool:
        """Whether it is there, or is about to be."""
        return self._keeper.is_alive()

    def fork(self, *sockets: socket.socket) -> None:
        """Asks for a run that talks by these sockets, which the zygote takes over."""
        # A zygote that is gone closes them, as the caller does.
        with contextlib.suppress(OSError):
            socket.send_fds(self._control, [b"r"], [one.fileno() for one in sockets])

    def wait_until_ready(self) -> None:
        """Returns when it has imported everything, or has failed to."""
        # What it says is left there. Of several that peek for it, the kernel would wake one alone; of those that poll, all.
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.poll()

    def kill(self) -> None:
        """Ends it and every run of it."""
        if self._process.child is not None:
            self._process.child.kill()

    def last_words(self, seconds: float) -> tuple[int, str]:
        """The exit status and what it printed, of one that has ended (or does so in that time)."""
        self._keeper.join(seconds)
        child = self._process.child
        status = None if child is None else child.returncode
        return 1 if status is None else status, self._process.said.decode(errors="replace")

    def close(self) -> None:
        """Gives the zygote up: it ends when nobody has its socket any more."""
        self._control.close()


class SharedLauncher(Launcher):
    """A zygote for this process and all that are forked from it. It ends when all of them have."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        """Starts it from the only thread, without waiting until it is ready; `prepare` is run in its process first."""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # What it prints of itself goes where this process prints; what a run prints, the run's owner gets.
            self._child = _started(theirs, parent=0, stderr=None, prepare=prepare)

    @property
    def is_running(self) -> bool:
        """Whether it is there, or is about to be."""
        poll = select.poll()
        poll.register(self._control, 0)
        return not poll.poll(0)

    def kill(self) -> None:
        """Ends it and every run of it."""
        if self.is_running:
            os.kill(self._child.pid, signal.SIGKILL)

    def last_words(self, seconds: float) -> tuple[int, str]:
        """That it has failed; it printed why."""
        return 1, ""


def _keep(control: socket.socket, process: _Process) -> None:
    with control:
        child = process.child = _started(control, parent=os.getpid(), stderr=subprocess.PIPE)
    _, process.said = child.communicate()


def _started(
    control: socket.socket, *, parent: int, stderr: int | None, prepare: Callable[[], None] | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", _ZYGOTE, str(parent), _search_path()],
        stdin=control.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        env={},
        cwd="/",
        # A group of its own, out of reach of Ctrl-C, but no session: where the kernel shares processor time out by
        # sessions (autogroup), each would get as much as the whole service, and no lower priority would count.
        process_group=0,
        preexec_fn=prepare,
    )


def _search_path() -> str:
    return os.pathsep.join(os.path.abspath(path) for path in sys.path)


class _Here:
    """The launcher of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._launcher: Launcher | None = None

    def launcher(self, instead_of: Launcher | None) -> Launcher:
        with self._lock:
            now = self._launcher
            if now is not None and now is not instead_of and now.is_running:
                return now
            if now is not None:
                now.close()
            self._launcher = Launcher()
            return self._launcher

    def forget(self) -> None:
        """In a fork of the process: the zygote is its parent's alone, the lock perhaps held by a thread that is not here."""
        self._lock = threading.Lock()
        if self._launcher is not None and not isinstance(self._launcher, SharedLauncher):
            self._launcher.close()
            self._launcher = None

    def share(self, prepare: Callable[[], None]) -> None:
        if not isinstance(self._launcher, SharedLauncher) or not self._launcher.is_running:
            self._launcher = SharedLauncher(prepare)


_here = _Here()
os.register_at_fork(after_in_child=_here.forget)


def share(prepare: Callable[[], None]) -> None:
    """Has a zygote be there for all forks that are made of this process from now on; `prepare` is run in a new one first.

    For a process without threads. A fork that finds it gone later starts one of its own.
    """
    _here.share(prepare)


def launcher(*, instead_of: Launcher | None = None) -> Launcher:
    """This process's launcher, started if there is none (or only one that has ended, or is `instead_of`)."""
    return _here.launcher(instead_of)
