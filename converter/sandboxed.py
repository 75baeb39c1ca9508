"""The sandbox's inside: a fork of the zygote that reads one request, gives everything up, calls a function, answers."""

import errno
import importlib
import json
import os
import socket
import sys
from typing import Any, NoReturn

from converter import confinement, errors
from converter.telling import bounded, shown

_TALK = 3


def run(talk: socket.socket, said: socket.socket, zygote: int) -> NoReturn:
    """Reads a request from `talk`, writes `{"answer": …}` or `{"error": …}` to it, and ends the process.

    `said` becomes standard output and error; every other descriptor of the zygote (its process id) is closed.
    """
    status = 1
    try:
        os.setpgid(0, 0)
        confinement.die_with_parent(zygote)
        _keep_only(talk.fileno(), said.fileno())
        _answer_request()
        status = 0
    except BaseException:  # noqa: BLE001 (nothing of the zygote's own code may run on in its fork)
        sys.__excepthook__(*sys.exc_info())
    finally:
        # Without the interpreter's clean-up, which may wait for threads of the engine.
        os._exit(status)


def _keep_only(talk: int, said: int) -> None:
    answers = os.dup(talk)
    # Whatever the target prints must not mix with the answer. What it reads is empty.
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if answers != _TALK:
        os.dup2(answers, _TALK)
    os.closerange(_TALK + 1, os.sysconf("SC_OPEN_MAX"))


def _answer_request() -> None:
    with open(_TALK, "rb", closefd=False) as talk:
        request = json.load(talk)
    module, _, function = request["target"].partition(":")
    target = getattr(importlib.import_module(module), function)
    os.chdir(request["writable"])
    _confine(request)
    message = _called(target, request["arguments"])
    with open(_TALK, "w", encoding="utf-8") as talk:
        json.dump(message, talk)
    sys.stderr.flush()


def _confine(request: dict[str, Any]) -> None:
    confinement.forbid_privileges()
    if request["confine"]:
        if not confinement.is_single_threaded():
            raise RuntimeError("the target's module started threads when it was imported; they would not be confined")
        confinement.restrict_files(request["readable"], request["writable"])
    else:
        confinement.leave_network()
    confinement.limit_resources(
        memory_bytes=request["memory_bytes"], file_bytes=request["file_bytes"], cpu_seconds=request["cpu_seconds"]
    )
    if request["confine"]:
        confinement.restrict_system_calls()


def _called(target: Any, arguments: dict[str, Any]) -> dict[str, Any]:
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
    attributes = {name: bounded(value) for name, value in vars(error).items()}
    return {"error": {"class": type(error).__name__, "text": shown(str(error)), "attributes": attributes}}
