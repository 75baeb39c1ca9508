"""This process's own zygote (`zygote`): started once, kept warm, started anew when it is gone.

What it takes to start one interpreter with the engine imported (a fifth of a second of processor time) is so paid once a
process instead of once a run.
"""

# Few imports, for the command line starts a zygote before it does anything else.
import contextlib
import os
import socket
import subprocess
import sys
import threading

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
        with contextlib.suppress(ConnectionResetError):
            self._control.recv(1, socket.MSG_PEEK)

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


def _keep(control: socket.socket, process: _Process) -> None:
    with control:
        child = process.child = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", _ZYGOTE, str(os.getpid()), _search_path()],
            stdin=control.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={},
            cwd="/",
            # A group of its own, out of reach of Ctrl-C, but no session: where the kernel shares processor time out by
            # sessions (autogroup), each would get as much as the whole service, and no lower priority would count.
            process_group=0,
        )
    _, process.said = child.communicate()


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
        """In a fork of the process: the zygote is its parent's, and the lock perhaps held by a thread that is not here."""
        if self._launcher is not None:
            self._launcher.close()
        self._launcher, self._lock = None, threading.Lock()


_here = _Here()
os.register_at_fork(after_in_child=_here.forget)


def launcher(*, instead_of: Launcher | None = None) -> Launcher:
    """This process's launcher, started if there is none (or only one that has ended, or is `instead_of`)."""
    return _here.launcher(instead_of)
