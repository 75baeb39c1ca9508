"""The second wall around a converter: a subprocess that gave up everything but one input and one folder.

`call` runs a function of ours in it. The child (`sandboxed.py`) has an empty environment, no network, no other files,
few system calls, bounded memory and time, and dies with its parent.
"""

import contextlib
import json
import math
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from converter import errors
from converter.confinement import unavailable_reason
from converter.errors import ConverterError, LimitExceeded, SandboxKilled, SandboxUnavailable, StatementFailed

_CHILD = Path(__file__).with_name("sandboxed.py")
_SHOWN_CHARACTERS = 300
_ANSWER_BYTES = 256 << 20
_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True)
class Limits:
    """What one run may take: wall-clock seconds, address space (interpreter included), bytes a file, threads."""

    seconds: float = 300.0
    memory_bytes: int = 2 << 30
    output_bytes: int = 50 << 30
    threads: int = 2


def available() -> tuple[bool, str]:
    """Whether this kernel can confine a process, and the reason where it cannot."""
    reason = unavailable_reason()
    return reason is None, reason or ""


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
    """A child process that imports its target at once, and gives everything up when it is asked. It takes one question.

    A context manager, since whatever ends the wait (a deadline, a cancelled task), no child outlives it.
    """

    def __init__(self, target: str, writable: Path, limits: Limits, *, allow_unsandboxed: bool = False) -> None:
        """Starts the child; it may write below the folder `writable`. Raises `SandboxUnavailable`."""
        reason = unavailable_reason()
        if reason is not None and not allow_unsandboxed:
            raise SandboxUnavailable(
                f"converters cannot be sandboxed here: {reason}; "
                "set ALLOW_UNSANDBOXED (or --allow-unsandboxed) to run them anyway"
            )
        self._limits, self._writable, self._confine = limits, writable.resolve(), reason is None
        self._deadline = time.monotonic() + limits.seconds
        search_path = [path or os.getcwd() for path in sys.path]
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(_CHILD), str(os.getpid()), target, json.dumps(search_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={},
            cwd=self._writable,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        _kill(self._child)

    def ask(self, arguments: dict[str, Any], readable: Sequence[Path]) -> None:
        """Gives the target its arguments and the files that it may read; the time limit counts from here."""
        request = {
            "arguments": arguments,
            "readable": [str(path.resolve()) for path in readable],
            "writable": str(self._writable),
            "memory_bytes": self._limits.memory_bytes,
            "file_bytes": self._limits.output_bytes,
            "cpu_seconds": math.ceil(self._limits.seconds * max(1, self._limits.threads)) + 1,
            "confine": self._confine,
        }
        self._deadline = time.monotonic() + self._limits.seconds
        assert self._child.stdin is not None
        # A child that is gone already says why in its answer.
        with contextlib.suppress(BrokenPipeError), self._child.stdin as pipe:
            pipe.write(json.dumps(request).encode() + b"\n")

    def answer(self) -> dict[str, Any]:
        """Waits for the target's answer. Raises as `call` does."""
        try:
            answer, said = _outputs(self._child, self._deadline)
            self._child.wait(max(0.0, self._deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, TimeoutError) as error:
            raise LimitExceeded("time", f"it ran longer than {self._limits.seconds:g} s") from error
        return _answer(answer, said.decode(errors="replace"), self._child.returncode)


def _outputs(child: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, bytes]:
    """What the child writes to its standard output and error until it closes both, of a bounded length.

    Raises `TimeoutError` at the deadline, `LimitExceeded` for more than `_ANSWER_BYTES` of output in all.
    """
    outputs: dict[Any, bytearray] = {child.stdout: bytearray(), child.stderr: bytearray()}
    with selectors.DefaultSelector() as selector:
        for pipe in outputs:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK_BYTES)
                outputs[key.fileobj] += chunk
                if not chunk:
                    selector.unregister(key.fileobj)
            if sum(map(len, outputs.values())) > _ANSWER_BYTES:
                raise LimitExceeded("output", f"it answered with more than {_ANSWER_BYTES >> 20} MiB")
            if time.monotonic() > deadline:
                raise TimeoutError
    return bytes(outputs[child.stdout]), bytes(outputs[child.stderr])


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _answer(answer: bytes, said: str, status: int) -> dict[str, Any]:
    try:
        message: dict[str, Any] = json.loads(answer)
    except ValueError:
        raise _ended(status, said) from None
    if "error" in message:
        raise rebuilt(message["error"])
    result: dict[str, Any] = message["answer"]
    return result


def _ended(status: int, said: str) -> ConverterError:
    """The error for a child that ended without an answer."""
    if status == -signal.SIGXCPU:
        return LimitExceeded("time", "it used more processor time than its limit")
    if status == -signal.SIGXFSZ:
        return LimitExceeded("output", "its output grew past its limit")
    if "File too large" in said:
        return LimitExceeded("output", "its output grew past its limit")
    # Where memory runs out in the middle of C++ code, the process aborts; libraries say so in many ways.
    if any(sign in said for sign in ("bad_alloc", "Cannot allocate memory", "MemoryError", "Out of Memory")):
        return LimitExceeded("memory", "it needed more memory than its limit")
    if status == -signal.SIGKILL:
        return SandboxKilled("the converter's process was killed from outside")
    if status < 0:
        return StatementFailed(f"the converter's process was ended by {signal.Signals(-status).name}")
    last = said.strip().splitlines()[-1][:_SHOWN_CHARACTERS] if said.strip() else f"exit status {status}"
    return StatementFailed(f"the converter's process failed: {last}")


def rebuilt(described: dict[str, Any]) -> ConverterError:
    """The child's error as the same class with the same attributes, made without its constructor."""
    kind = getattr(errors, str(described["class"]), ConverterError)
    error: ConverterError = kind.__new__(kind, described["text"])
    error.args = (described["text"],)
    for name, value in described["attributes"].items():
        setattr(error, name, tuple(value) if isinstance(value, list) else value)
    return error
