"""The sandbox's inside: a program that reads one request, gives everything up, calls one function, writes the answer.

It is run by its path with an isolated interpreter, so it finds our packages only through the request's search path.
"""

import errno
import importlib
import json
import os
import sys
from typing import Any


def main() -> None:
    """Reads the request from standard input and writes `{"answer": …}` or `{"error": …}` to standard output."""
    request = json.load(sys.stdin)
    sys.path[:] = request["search_path"]
    # Whatever the target prints must not mix with the answer.
    answers = os.dup(1)
    os.dup2(2, 1)
    module, _, function = request["target"].partition(":")
    target = getattr(importlib.import_module(module), function)
    _confine(request)
    message = _called(target, request["arguments"])
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        json.dump(message, out)
    sys.stderr.flush()
    # Without the interpreter's clean-up, which may wait for threads of the engine.
    os._exit(0)


def _confine(request: dict[str, Any]) -> None:
    from converter import confinement

    confinement.die_with_parent(request["parent"])
    confinement.forbid_privileges()
    if request["confine"]:
        confinement.restrict_files(request["readable"], request["writable"])
    else:
        confinement.leave_network()
    confinement.limit_resources(
        memory_bytes=request["memory_bytes"], file_bytes=request["file_bytes"], cpu_seconds=request["cpu_seconds"]
    )
    if request["confine"]:
        confinement.restrict_system_calls()


def _called(target: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    from converter.errors import ConverterError, LimitExceeded, StatementFailed

    try:
        return {"answer": target(arguments)}
    except ConverterError as error:
        return _described(error)
    except MemoryError:
        return _described(LimitExceeded("memory", "it needed more memory than its limit"))
    except OSError as error:
        if error.errno == errno.EFBIG:
            return _described(LimitExceeded("output", "its output grew past its limit"))
        return _described(StatementFailed(f"the converter failed: {error.strerror}"))


def _described(error: Exception) -> dict[str, Any]:
    return {"error": {"class": type(error).__name__, "text": str(error), "attributes": vars(error)}}


if __name__ == "__main__":
    main()
