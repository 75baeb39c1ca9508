"""The second wall around a converter: a process that gave up everything but one input and one folder.

`call` runs a function of ours in it. The process (`sandboxed`) is forked from this process's `zygote`; it has an empty
environment, no network, no other files, few system calls, bounded memory and time, and dies with us.
"""

import contextlib
import json
import math
import os
import selectors
import signal
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from converter import errors
from converter.confinement import unavailable_reason
from converter.errors import ConverterError, LimitExceeded, SandboxKilled, SandboxUnavailable, StatementFailed
from converter.interrupts import woken_by_interrupts
from converter.launcher import Launcher, launcher
from converter.telling import bounded, shown
from converter.watch import INTERVAL_SECONDS, SPILL_FILE_BYTES, Room, Watch, in_words

_SHOWN_CHARACTERS = 300
_ANSWER_BYTES = 64 << 20
# Of what it prints, the end is enough.
_SAID_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 16
# How long a zygote has to end a run; it does nothing else.
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Limits:
    """What one run may take: wall-clock seconds, address space (interpreter included), bytes of output and beside it, threads.

    `disk_share` is the part of the free disk that it may fill at most.
    """

    seconds: float = 300.0
    memory_bytes: int = 2 << 30
    output_bytes: int = 10 << 30
    spill_bytes: int = 10 << 30
    threads: int = 2
    disk_share: float = 0.9


def available() -> tuple[bool, str]:
    """Whether this kernel can confine a process, and the reason where it cannot."""
    reason = unavailable_reason()
    return reason is None, reason or ""


def warm_up_sandbox() -> None:
    """Starts this process's zygote and waits until it is ready, so that the first run finds it warm."""
    launcher().wait_until_ready()


def call(
    target: str,
    arguments: dict[str, Any],
    *,
    readable: Sequence[Path],
    writable: Path,
    limits: Limits,
    allow_unsandboxed: bool = False,
) -> dict[str, Any]:
    """Runs `target` ("package.module:function") with JSON `arguments` in the sandbox and gives its JSON answer.

    Raises what the function raised of `converter.errors`; `LimitExceeded` ("time", "memory" or "output");
    `StatementFailed` where the child ended in another way; `SandboxUnavailable` where the kernel cannot confine it and
    `allow_unsandboxed` is not set.
    """
    with Sandbox(target, writable, limits, allow_unsandboxed=allow_unsandboxed) as sandbox:
        sandbox.ask(arguments, readable)
        return sandbox.answer()


class Sandbox:
    """One run of the target, forked from this process's zygote when it is asked. It takes one question.

    A context manager, since whatever ends the wait (a deadline, a cancelled task), no run outlives it: the zygote kills
    a run whose sockets are closed here, even by an interrupt that came before anything could be recorded.
    """

    def __init__(self, target: str, writable: Path, limits: Limits, *, allow_unsandboxed: bool = False) -> None:
        """Has the zygote started, if it is not there; the run may write below `writable`. Raises `SandboxUnavailable`."""
        reason = unavailable_reason()
        if reason is not None and not allow_unsandboxed:
            raise SandboxUnavailable(
                f"converters cannot be sandboxed here: {reason}; "
                "set ALLOW_UNSANDBOXED (or --allow-unsandboxed) to run them anyway"
            )
        self._target, self._limits, self._writable, self._confine = target, limits, writable.resolve(), reason is None
        self._deadline = time.monotonic() + limits.seconds
        self._launcher = launcher()
        self.room = Room.of(self._writable, limits.output_bytes, limits.spill_bytes, limits.disk_share)
        """What it may write; there are no more files and threads than `Watch` allows either."""
        self._watch = Watch(self._writable, self.room, limits.threads)
        self._request = b""
        self._run: _Run | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._run is not None:
            self._run.end()

    def ask(self, arguments: dict[str, Any], readable: Sequence[Path]) -> None:
        """Gives the target its arguments and the files that it may read; the time limit counts from here."""
        request = {
            "target": self._target,
            "arguments": arguments,
            "readable": [str(path.resolve()) for path in readable],
            "writable": str(self._writable),
            "memory_bytes": self._limits.memory_bytes,
            "file_bytes": max(self.room.output, min(self.room.spill, SPILL_FILE_BYTES)),
            "cpu_seconds": math.ceil(self._limits.seconds * max(1, self._limits.threads)) + 1,
            "confine": self._confine,
        }
        self._request = json.dumps(request).encode()
        self._deadline = time.monotonic() + self._limits.seconds
        self._run = _Run(self._launcher, self._request, self._limits.seconds)

    @property
    def bytes_read(self) -> int | None:
        """What the run has read so far, from files and else; None where the kernel does not tell."""
        return None if self._run is None else self._run.bytes_read

    def answer(self) -> dict[str, Any]:
        """Waits for the target's answer. Raises as `call` does."""
        assert self._run is not None
        try:
            outcome = self._run.outcome(self._deadline, self._watch)
            if outcome.never_started:
                # The zygote was gone. Nothing of this run has happened, so another one may try.
                self._launcher = launcher(instead_of=self._launcher)
                self._run = _Run(self._launcher, self._request, max(0.0, self._deadline - time.monotonic()))
                outcome = self._run.outcome(self._deadline, self._watch)
        except TimeoutError as error:
            raise LimitExceeded("time", f"it ran longer than {self._limits.seconds:g} s") from error
        if outcome.never_started:
            raise _ended(*self._launcher.last_words(_PATIENCE_SECONDS), self.room)
        return _answer(outcome, self.room)


@dataclass(frozen=True)
class _Outcome:
    """What is known of a run that is over; without a status, the zygote was killed and the run with it."""

    answer: bytes
    said: str
    never_started: bool
    status: int


class _Run:
    """A fork of the zygote, by the sockets that it shares with us."""

    def __init__(self, zygote: Launcher, request: bytes, seconds: float) -> None:
        """Starts it and gives it the request, which it has `seconds` to take."""
        self._zygote, self._printed = zygote, 0
        self._pid: int | None = None
        (self._talk, talk), (self._said, said), (self._told, told) = (socket.socketpair() for _ in range(3))
        with talk, said, told:
            zygote.fork(talk, said, told)
        self._talk.settimeout(max(seconds, 0.001))
        # A run that is gone, or too slow, is told with its outcome.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, TimeoutError):
            self._talk.sendall(request)
            self._talk.shutdown(socket.SHUT_WR)

    def outcome(self, deadline: float, watch: Watch) -> _Outcome:
        """Waits until it is over. Raises `TimeoutError` at the deadline, `LimitExceeded` where it takes or answers too much."""
        outputs = {one: bytearray() for one in (self._talk, self._said, self._told)}
        with selectors.DefaultSelector() as selector, woken_by_interrupts(selector):
            for one in outputs:
                selector.register(one, selectors.EVENT_READ)
            is_open = set(outputs)
            while is_open:
                ready = selector.select(max(0.0, min(INTERVAL_SECONDS, deadline - time.monotonic())))
                if time.monotonic() > deadline:
                    raise TimeoutError
                self._pid = _told(outputs[self._told]).get("pid")
                watch.look(self._pid)
                for key, _ in ready:
                    assert isinstance(key.fileobj, socket.socket)
                    chunk = _received(key.fileobj)
                    # Otherwise a signal woke us; where it is an interrupt, it is raised by now.
                    if key.fileobj in is_open:
                        outputs[key.fileobj] += chunk
                        self._printed += len(chunk) if key.fileobj is self._said else 0
                        del outputs[self._said][:-_SAID_BYTES]
                        if not chunk:
                            selector.unregister(key.fileobj)
                            is_open.remove(key.fileobj)
                if len(outputs[self._talk]) + self._printed > _ANSWER_BYTES:
                    raise LimitExceeded("output", f"it answered with more than {_ANSWER_BYTES >> 20} MiB")
        watch.weigh()
        told = _told(outputs[self._told])
        if "errno" in told:
            raise OSError(told["errno"], f"a sandbox could not be started: {os.strerror(told['errno'])}")
        said = outputs[self._said].decode(errors="replace")
        return _Outcome(bytes(outputs[self._talk]), said, "started" not in told, told.get("status", -signal.SIGKILL))

    @property
    def bytes_read(self) -> int | None:
        """As proc(5) has it in /proc/PID/io: all that was read, whether it came from a disk or not."""
        try:
            told = Path(f"/proc/{self._pid}/io").read_text()
        except OSError:
            return None
        return int(told.split()[1])

    def end(self) -> None:
        """Has it killed, if it runs, and returns when it is gone."""
        with self._talk, self._said, self._told:
            with contextlib.suppress(OSError):
                self._told.shutdown(socket.SHUT_WR)
            self._told.settimeout(_PATIENCE_SECONDS)
            try:
                while _received(self._told):
                    pass
            except TimeoutError:
                # A zygote that does not do its work takes its runs with it.
                self._zygote.kill()


def _received(one: socket.socket) -> bytes:
    try:
        return one.recv(_CHUNK_BYTES)
    except ConnectionResetError:
        # It ended with something unread.
        return b""


def _told(lines: bytes | bytearray) -> dict[str, Any]:
    """What the zygote has told of the run so far; its lines come whole or are not looked at yet."""
    told: dict[str, Any] = {}
    for line in lines[: lines.rfind(b"\n") + 1].splitlines():
        told |= json.loads(line)
    return told


def _answer(outcome: _Outcome, room: Room) -> dict[str, Any]:
    """The answer, of a child that may not be what it was: whatever is not as it should be is a failure of the statement's."""
    try:
        message = json.loads(outcome.answer)
    except (ValueError, RecursionError):
        raise _ended(outcome.status, outcome.said, room) from None
    found = message if isinstance(message, dict) else {}
    if isinstance(found.get("error"), dict):
        raise rebuilt(found["error"])
    if not isinstance(found.get("answer"), dict):
        raise StatementFailed("the converter's process gave no sound answer")
    result: dict[str, Any] = found["answer"]
    return result


def _ended(status: int, said: str, room: Room) -> ConverterError:
    """The error for a child that ended without an answer."""
    if status == -signal.SIGXCPU:
        return LimitExceeded("time", "it used more processor time than its limit")
    if status == -signal.SIGXFSZ or "File too large" in said:
        return LimitExceeded("output", f"its output grew past its limit of {in_words(room.output)}")
    # Where memory runs out in the middle of C++ code, the process aborts; libraries say so in many ways.
    if any(sign in said for sign in ("bad_alloc", "Cannot allocate memory", "MemoryError", "Out of Memory")):
        return LimitExceeded("memory", "it needed more memory than its limit")
    if status == -signal.SIGKILL:
        return SandboxKilled("the converter's process was killed from outside")
    if status < 0:
        return StatementFailed(f"the converter's process was ended by {_signal(-status)}")
    last = shown(said.strip().splitlines()[-1], _SHOWN_CHARACTERS) if said.strip() else f"exit status {status}"
    return StatementFailed(f"the converter's process failed: {last}")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # One of the many that have no name.
        return f"signal {number}"


def rebuilt(described: dict[str, Any]) -> ConverterError:
    """The child's error as the same class with the same attributes, made without its constructor.

    A child that was taken over may describe anything: a class that is none of ours is `StatementFailed`, and what are no
    attributes of ours are left out.
    """
    kind = getattr(errors, str(described.get("class")), None)
    if not isinstance(kind, type) or not issubclass(kind, ConverterError):
        kind = StatementFailed
    text = shown(str(described.get("text")))
    error: ConverterError = kind.__new__(kind, text)
    error.args = (text,)
    given = described.get("attributes")
    for name, value in given.items() if isinstance(given, dict) else ():
        if name in errors.ATTRIBUTES:
            setattr(error, name, bounded(value))
    return error
