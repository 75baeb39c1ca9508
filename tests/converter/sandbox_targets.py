"""What hostile code would try, as functions that the sandbox's tests run inside it."""

import fcntl
import os
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import duckdb

from converter import errors


def attempt(arguments: dict[str, Any]) -> dict[str, Any]:
    """Tries the named thing; gives how it failed, or what it got."""
    try:
        return {"got": str(_ATTEMPTS[arguments["what"]](arguments))}
    except (OSError, ValueError, duckdb.Error) as error:
        return {"failed": f"{type(error).__name__}: {error}"}


def query(arguments: dict[str, Any]) -> dict[str, Any]:
    """Runs SQL that no check has looked at, in a DuckDB with nothing switched off."""
    return {"rows": len(duckdb.connect().execute(arguments["sql"]).fetchall())}


def spin(_: dict[str, Any]) -> dict[str, Any]:
    """Never ends."""
    while True:
        time.sleep(0.01)


def crash(_: dict[str, Any]) -> dict[str, Any]:
    """Ends as a process does whose memory is corrupt."""
    os.abort()


def exhaust(_: dict[str, Any]) -> dict[str, Any]:
    """Takes memory until there is none."""
    hoard = []
    while True:
        hoard.append(bytearray(64 << 20))


def flood(arguments: dict[str, Any]) -> dict[str, Any]:
    """Writes without end."""
    with Path(arguments["path"]).open("wb") as file:
        while True:
            file.write(b"x" * (1 << 20))


def flood_by_many(arguments: dict[str, Any]) -> dict[str, Any]:
    """Writes files without end, each of them small."""
    number = 0
    while True:
        number += 1
        Path(arguments["into"], str(number)).write_bytes(b"x" * arguments["size"])


def threads(arguments: dict[str, Any]) -> dict[str, Any]:
    """Starts threads without end."""
    threading.stack_size(64 << 10)
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()


def forge(arguments: dict[str, Any]) -> dict[str, Any]:
    """Answers by itself, with what it was told to, and ends."""
    os.write(3, arguments["text"].encode())
    os._exit(0)


def complain(arguments: dict[str, Any]) -> dict[str, Any]:
    """Fails with a long text."""
    raise errors.StatementFailed("A" * arguments["length"])


def chatter(_: dict[str, Any]) -> dict[str, Any]:
    """Fills standard output without end."""
    while True:
        os.write(1, b"x" * (1 << 20))


def report_pid(arguments: dict[str, Any]) -> dict[str, Any]:
    """Says who it is in a file, then never ends."""
    Path(arguments["path"]).write_text(str(os.getpid()))
    return spin({})


def remember(_: dict[str, Any]) -> dict[str, Any]:
    """Counts how often this memory has been here."""
    _MEMORIES.append(True)
    os.environ["REMEMBERED"] = str(len(_MEMORIES))
    return {"times": len(_MEMORIES)}


def descriptors(_: dict[str, Any]) -> dict[str, Any]:
    """The descriptors that are open."""
    return {"open": [number for number in range(256) if Path(f"/proc/self/fd/{number}").is_symlink()]}


def echo(arguments: dict[str, Any]) -> dict[str, Any]:
    """Gives what it was given."""
    return arguments


def _fork(_: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        os._exit(0)
    return child


_MEMORIES: list[bool] = []
_ATTEMPTS = {
    "read": lambda arguments: Path(arguments["path"]).read_bytes(),
    "write": lambda arguments: Path(arguments["path"]).write_bytes(b"x"),
    "list": lambda arguments: os.listdir(arguments["path"]),
    "duckdb read": lambda arguments: duckdb.connect().execute("SELECT * FROM read_text(?)", [arguments["path"]]).fetchall(),
    "duckdb write": lambda arguments: duckdb.connect().execute(f"COPY (SELECT 1) TO '{arguments['path']}'").fetchall(),
    "socket": lambda _: socket.create_connection(("127.0.0.1", 9), timeout=1),
    "unix socket": lambda _: socket.socketpair(),
    "program": lambda _: subprocess.run(["/bin/true"], check=True),
    "fork": _fork,
    "kill": lambda arguments: os.kill(arguments["pid"], 0),
    "signal by file": lambda arguments: fcntl.fcntl(0, fcntl.F_SETOWN, arguments["pid"]),
    "folder": lambda arguments: os.mkdir(arguments["path"]),
    "environment": lambda _: sorted(os.environ),
    "raise limit": lambda _: __import__("resource").setrlimit(7, (4096, 4096)),
}
