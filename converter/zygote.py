"""The warm process that sandboxes are forked from: everything is imported once, and each run starts from the same state.

A program, run by its path with an isolated interpreter and an empty environment; standard input is the socket on which it
is asked. It runs nothing itself, opens no file once it serves, and has no threads (each run checks that), so a fork of it
is whole. It ends with those that may ask it, and its forks with it. The parent's side is `launcher`.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any

_DESCRIPTORS = 3


def main() -> None:
    """Imports, says that it is ready, and forks a run for each message until the parent's end of the socket is closed.

    Arguments: the process id of the parent with which it ends (0: it outlives who started it, as long as somebody has the
    other end of its socket), the search path. A message carries three sockets: one for the run's question and
    answer, one for what it prints, one on which this process tells `{"started", "pid"}`, `{"status"}` or `{"errno"}` and
    whose other end, closed, ends the run.
    """
    parent, search_path = sys.argv[1:]
    sys.path[:] = search_path.split(os.pathsep)
    # All of ours is imported now: once confined, a run cannot read our own code.
    confinement, sandboxed = (importlib.import_module(f"converter.{name}") for name in ("confinement", "sandboxed"))
    if int(parent):
        confinement.die_with_parent(int(parent))
    importlib.import_module("converter.engine").prepare()
    with socket.socket(fileno=0) as control:
        runs = _Runs(control, sandboxed)
        confinement.forbid_privileges()
        if confinement.unavailable_reason() is None:
            confinement.refuse_network_and_programs()
        # What is there now is shared with every fork; a collection would copy its pages.
        gc.collect()
        gc.freeze()
        with contextlib.suppress(BrokenPipeError):
            control.send(b"ready")
            runs.serve()
    # Without the interpreter's clean-up: there is nothing to clean.
    os._exit(0)


class _Runs:
    """The forks that run, each with the socket on which its end is told."""

    def __init__(self, control: socket.socket, sandboxed: Any) -> None:
        self._control, self._sandboxed = control, sandboxed
        self._pids: dict[socket.socket, int] = {}
        self._selector = selectors.PollSelector()
        # A child that ends wakes the selector.
        woken, waking = socket.socketpair()
        waking.setblocking(False)
        woken.setblocking(False)
        self._woken, self._waking = woken, waking
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
        self._selector.register(control, selectors.EVENT_READ)
        self._selector.register(woken, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until the parent closes the control socket."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._control:
                    _, descriptors, _, _ = socket.recv_fds(self._control, 1, _DESCRIPTORS)
                    if not descriptors:
                        return self._kill_all()
                    self._start(*(socket.socket(fileno=descriptor) for descriptor in descriptors))
                elif key.fileobj is self._woken:
                    with contextlib.suppress(BlockingIOError):
                        self._woken.recv(4096)
                    self._reap()
                elif key.fileobj in self._pids:
                    # The parent waits no longer. It learns that the run is gone when our end is closed.
                    self._selector.unregister(key.fileobj)
                    _kill(self._pids[key.fileobj])

    def _start(self, talk: socket.socket, said: socket.socket, told: socket.socket) -> None:
        zygote = os.getpid()
        with talk, said:
            try:
                pid = os.fork()
            except OSError as error:
                with told:
                    _tell(told, {"errno": error.errno})
                return
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._sandboxed.run(talk, said, zygote)
        self._pids[told] = pid
        self._selector.register(told, selectors.EVENT_READ)
        _tell(told, {"started": True, "pid": pid})

    def _reap(self) -> None:
        for told, pid in list(self._pids.items()):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            # Before it is reaped: until then its process group is nobody else's.
            _kill(pid)
            _, status = os.waitpid(pid, 0)
            del self._pids[told]
            with contextlib.suppress(KeyError):
                self._selector.unregister(told)
            with told:
                _tell(told, {"status": os.waitstatus_to_exitcode(status)})

    def _kill_all(self) -> None:
        for pid in self._pids.values():
            _kill(pid)


def _kill(pid: int) -> None:
    # A fork that has no group of its own yet has no children either.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        os.killpg(pid, signal.SIGKILL)


def _tell(told: socket.socket, message: dict[str, Any]) -> None:
    # The parent may have gone on already.
    with contextlib.suppress(OSError):
        told.sendall(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
