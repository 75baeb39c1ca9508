"""How a command begins and ends: interrupted, asked to end, or with a reader gone, it leaves one line and no traceback."""

# Only parts of the interpreter itself are imported before `enter` stands ready for an interrupt: `signal` takes so long that
# one may come meanwhile.
import _signal  # type: ignore[import-not-found]
import os
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
    # Nothing has begun yet, so there is nothing to undo; an interrupt within an import may be swallowed there, or told of.
    _signal.signal(_signal.SIGINT, lambda *_: (os.write(2, b"interrupted\n"), os._exit(INTERRUPTED)))
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


def loading(module: str) -> "Callable[[], Callable[[], int]]":
    """What imports the module of commands and gives its `main`. What a run waits for longest, its sandbox, is started first."""

    def load() -> "Callable[[], int]":
        if sys.argv[1:2] == ["run"]:
            from converter.launcher import launcher

            launcher()
        from importlib import import_module

        # It brings most of the package, which is imported while the sandbox starts.
        main: Callable[[], int] = import_module(module).main
        return main

    return load


def _carried_out(load: "Callable[[], Callable[[], int]]") -> int:
    import contextlib
    import signal

    signal.signal(signal.SIGTERM, _end)
    # What cannot be written in the terminal's encoding, a name that is no text for instance, is written as escapes.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.unraisablehook = _unraisable
    try:
        command = load()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        status = command()
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


def _unraisable(lost: "sys.UnraisableHookArgs") -> None:
    """An interrupt where it cannot be raised, as while something is thrown away, comes once more; of the rest Python tells."""
    if isinstance(lost.exc_value, KeyboardInterrupt):
        import _thread

        # From a thread, which is not switched to at once: here, too, it could not be raised.
        _thread.start_new_thread(_thread.interrupt_main, ())
    else:
        sys.__unraisablehook__(lost)


def _end(*_: object) -> "NoReturn":
    sys.exit(ENDED)
