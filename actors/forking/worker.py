"""What Ray runs as a worker: hands its place to a fork of the node's fork server, or becomes that server.

A program, run by its path with Ray's arguments for a worker. It imports next to nothing, since each worker begins with it.
Where no fork is to be had (another environment, a server that cannot start) it becomes Ray's own worker: slower, no worse.
"""

import fcntl
import json
import os
import socket
import sys
from importlib.util import find_spec
from typing import NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TAKEN, REFUSED = b"t", b"r"
# The variable that says where a server is asked that was started before its raylet (`serve_early`).
EARLY = "FORK_SERVER"
_TRIED = 3


def main() -> NoReturn:
    """Ends this process once its place is taken."""
    arguments = sys.argv[1:]
    address = _address(arguments)
    for _ in range(_TRIED if address else 0):
        answer = asked(address, arguments)
        if answer == TAKEN:
            os._exit(0)
        if answer == REFUSED:
            break
        _serve_if_nobody_does(address, arguments)
    become_a_worker(arguments)


def become_a_worker(arguments: list[str]) -> NoReturn:
    """Goes on as Ray's own worker."""
    found = find_spec("ray")
    folder = found.submodule_search_locations[0] if found and found.submodule_search_locations else ""
    _become(os.path.join(folder, "_private", "workers", "default_worker.py"), *arguments)


def asked(address: str, arguments: list[str], serve_at: str = "") -> bytes:
    """The server's answer; nothing where there is none, or one that has just gone.

    `serve_at` is what a server that was started early is told: where it is to be asked from now on.
    """
    request = {"arguments": arguments, "environment": dict(os.environ), "folder": os.getcwd(), "address": serve_at}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(address)
            asking.sendall(json.dumps(request).encode())
            asking.shutdown(socket.SHUT_WR)
            return asking.recv(1)
        except OSError:
            return b""


def _address(arguments: list[str]) -> str:
    """Where the fork server of this worker's raylet listens: beside the raylet's own socket."""
    named = [one.partition("=")[2] for one in arguments if one.startswith("--raylet-name=")]
    return f"{named[0]}.fork" if named else ""


def _serve_if_nobody_does(address: str, arguments: list[str]) -> None:
    """Becomes the server, unless there is one. Who does holds the lock until it answers, so the others wait here for it."""
    lock = os.open(f"{address}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    if _is_answered(address):
        os.close(lock)
        return
    if EARLY in os.environ and asked(os.environ[EARLY], arguments, serve_at=address) == TAKEN:
        os._exit(0)
    os.set_inheritable(lock, True)
    folder = os.getcwd()
    os.chdir(ROOT)
    _become("-m", "actors.forking.server", address, str(lock), folder, *arguments)


def _become(*program: str) -> NoReturn:
    os.execv(sys.executable, [sys.executable, *program])  # noqa: S606 (no shell is wanted)


def _is_answered(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(address) == 0


if __name__ == "__main__":
    main()
