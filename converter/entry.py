"""How a command begins and ends: interrupted, asked to end, or with a reader gone, it leaves one line and no traceback."""

# Nothing else is imported before `enter` stands ready for an interrupt.
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

INTERRUPTED, NO_READER, ENDED = 130, 141, 143
"""Exit statuses as shells give them for SIGINT, SIGPIPE and SIGTERM: 128 and the signal's number."""


def enter(load: "Callable[[], Callable[[], int]]") -> "NoReturn":
    """Carries out the command that `load` imports, and ends the process with its exit status.

    What is half-done is undone by the blocks that are left. 130 for an interrupt (Ctrl-C), 143 when asked to end, 141 where
    nobody reads the output any more.
    """
    try:
        status = _carried_out(load)
    except KeyboardInterrupt:
        status = _interrupted()
    except RuntimeError as error:
        # So the engine tells of an interrupt that came while it was at work.
        if str(error) != "Query interrupted":
            raise
        status = _interrupted()
    sys.exit(status)


def _carried_out(load: "Callable[[], Callable[[], int]]") -> int:
    import contextlib
    import os
    import signal

    signal.signal(signal.SIGTERM, _end)
    # What cannot be written in the terminal's encoding, a name that is no text for instance, is written as escapes.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        status = load()()
        sys.stdout.flush()
    except BrokenPipeError:
        status = NO_READER
        # The interpreter would try, and fail, to write what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    # It is over: an interrupt could only break the interpreter's own end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return status


def _interrupted() -> int:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("interrupted", file=sys.stderr)
    # CPython takes an interrupt that came within exec (in which dataclasses are made) as one that nobody has handled, and
    # kills its process at its end, until something else is executed.
    exec("")  # noqa: S102
    return INTERRUPTED


def _end(*_: object) -> "NoReturn":
    sys.exit(ENDED)
