"""The sandbox's inside: a program that imports, reads one request, gives everything up, calls a function, answers.

It is run by its path with an isolated interpreter, so it finds our packages only through the request's search path.
"""

import errno
import importlib
import json
import os
import sys
from types import ModuleType
from typing import Any


def main() -> None:
    """Reads the request from standard input and writes `{"answer": …}` or `{"error": …}` to standard output.

    Arguments: the parent's process id, the target as "package.module:function", the search path as JSON.
    """
    parent, target, search_path = sys.argv[1:]
    sys.path[:] = json.loads(search_path)
    # Whatever the target prints must not mix with the answer.
    answers = os.dup(1)
    os.dup2(2, 1)
    # All of ours is imported now: once confined, this process cannot read our own code.
    confinement, errors = (importlib.import_module(f"converter.{name}") for name in ("confinement", "errors"))
    confinement.die_with_parent(int(parent))
    module, _, function = target.partition(":")
    called = getattr(importlib.import_module(module), function)
    # A line, not all there is: what another process may have inherited of the pipe does not keep this one waiting.
    request = json.loads(sys.stdin.readline())
    _confine(request, confinement)
    message = _called(called, request["arguments"], errors)
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        json.dump(message, out)
    sys.stderr.flush()
    # Without the interpreter's clean-up, which may wait for threads of the engine.
    os._exit(0)


def _confine(request: dict[str, Any], confinement: ModuleType) -> None:
    confinement.forbid_privileges()
    if request["confine"]:
        if not confinement.is_single_threaded():
            sys.exit("the target's module started threads when it was imported; they would not be confined")
        confinement.restrict_files(request["readable"], request["writable"])
    else:
        confinement.leave_network()
    confinement.limit_resources(
        memory_bytes=request["memory_bytes"], file_bytes=request["file_bytes"], cpu_seconds=request["cpu_seconds"]
    )
    if request["confine"]:
        confinement.restrict_system_calls()


def _called(target: Any, arguments: dict[str, Any], errors: ModuleType) -> dict[str, Any]:
    try:
        return {"answer": target(arguments)}
    except errors.ConverterError as error:
        return described(error)
    except MemoryError:
        return described(errors.LimitExceeded("memory", "it needed more memory than its limit"))
    except OSError as error:
        if error.errno == errno.EFBIG:
            return described(errors.LimitExceeded("output", "its output grew past its limit"))
        return described(errors.StatementFailed(f"the converter failed: {error.strerror}"))


def described(error: Exception) -> dict[str, Any]:
    """An error as JSON, from which `sandbox.rebuilt` makes it again."""
    return {"error": {"class": type(error).__name__, "text": str(error), "attributes": vars(error)}}


if __name__ == "__main__":
    main()
