"""The node's fork server: one process that has imported what jobs need, and forks Ray's workers.

A program; `worker` says with which arguments. It was itself asked for as a worker, so its own first fork is that one; or it was
started before its raylet was, with a socket's path alone, and is asked there for the first. It ends with its raylet, and
when its code is no longer what lies on the disk: the next worker asked for then becomes a server of the new code, so that
jobs of two releases never come from one. Its forks do not end with it.

A fork is whole only if nothing goes on beside it: before each the server looks that it has one thread; it holds no connection.
"""

import gc
import importlib
import json
import logging
import os
import runpy
import selectors
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from actors import preload  # noqa: F401 (before Ray is imported)
from actors.forking.worker import REFUSED, ROOT, TAKEN, become_a_worker
from actors.priority import give_way
from actors.release import PACKAGES, files_of
from converter.launcher import share

log = logging.getLogger(__name__)

_WORKER = "ray._private.workers.default_worker"
_IMPORTED = ("api.app", "aiohttp", "grpc", "numpy", "prometheus_client", "uvicorn")
_IMPORTED_WITH_RAY = (
    _WORKER,
    "ray.serve._private.replica",
    "ray.serve._private.controller",
    "actors.queue",
    "actors.splitting",
)
_SUFFIXES = (".py", ".json", ".yaml")
# What Ray sets anew for each worker; everything else was read by what is imported, so it has to be the same.
_OF_A_WORKER = {"RAY_JOB_ID"}
# What a raylet sets for its workers; Ray alone reads it, which is imported once it is known.
_OF_A_RAYLET = {"RAY_RAYLET_PID"}
_BACKLOG, _CHUNK = 1024, 1 << 16
_OOM_SCORE = "1000"
"""Ray's own for workers (`worker_oom_score_adjustment`): of two processes the kernel rather ends the worker."""


def main() -> NoReturn:
    """Serves until its raylet ends or its code changes."""
    if len(sys.argv) == 2:
        _serve_early(sys.argv[1])
    else:
        _serve(*sys.argv[1:])
    os._exit(0)


def _serve(address: str, lock: str, folder: str, *arguments: str) -> None:
    environment = dict(os.environ)
    os.chdir(folder)
    try:
        code = import_ours()
        import_ray()
        server = _Server(address, code, environment)
    except Exception:
        log.exception("no workers can be forked on this node; each starts by itself")
        become_a_worker(list(arguments))
    os.close(int(lock))
    server.fork({"arguments": arguments, "environment": environment, "folder": folder})
    server.serve()


def _serve_early(path: str) -> None:
    """As a server that no raylet has asked for yet. Who asks before it is ready waits; where it fails, it is hung up on.

    Ray comes last, since its library reads who its raylet is from the environment as it is loaded.
    """
    started_by = os.pidfd_open(os.getppid())
    listening = _listening(path)
    environment = dict(os.environ)
    code = import_ours()
    with selectors.DefaultSelector() as selector:
        selector.register(listening, selectors.EVENT_READ)
        selector.register(started_by, selectors.EVENT_READ)
        if started_by in (key.fd for key, _ in selector.select()):
            return
    os.close(started_by)
    asking, _ = listening.accept()
    listening.close()
    Path(path).unlink()
    with asking:
        request = _received(asking)
        if request is None:
            return
        if changed := _differing(environment, request["environment"]) - _OF_A_RAYLET:
            log.warning("what was imported early is not used; changed since: %s", ", ".join(sorted(changed)))
            return
        os.environ.update(request["environment"])
        import_ray()
        server = _Server(request["address"], code, request["environment"])
        server.fork(request, asking)
    server.serve()


def import_ours() -> "Code":
    """Imports all that a worker may need but Ray; gives what the code was."""
    # NumPy's libraries otherwise start threads as they are imported. Ray gives this to its workers by itself.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    code = Code()
    for name in _IMPORTED:
        importlib.import_module(name)
    # Not before the environment was looked at: what is imported changes it.
    from crew import agents
    from crew.model import ModelSettings
    from settings import Settings

    # A worker whose settings say otherwise imports what it needs by itself.
    agents.warm_up(ModelSettings.of(Settings()))  # type: ignore[call-arg]  # mypy sees no positional defaults.
    return code


def import_ray() -> None:
    """Imports Ray and what stands on it, and learns once, so that what this makes is there in each fork.

    Raises `RuntimeError` where this process cannot be forked then.
    """
    with _ids_from_the_system():
        for name in _IMPORTED_WITH_RAY:
            importlib.import_module(name)
    from converter import lesson, trial

    # Last, since what it leaves lies between other things, and pages on which anything is written are no longer shared.
    lesson.warm_up()
    trial.forget()
    # What is there now is shared with every fork; a collection would copy its pages.
    gc.collect()
    gc.freeze()
    require_one_thread()
    require_own_random_numbers()


@contextmanager
def _ids_from_the_system() -> Iterator[None]:
    """Within it, classes that become actors are given ids without Ray's random numbers.

    Their generator is seeded once a process, at the first use, and forks would go on with the same numbers: the ids of
    different objects would be the same.
    """
    from ray import actor

    ids = actor.ActorClassID

    class FromTheSystem:
        @staticmethod
        def from_random() -> Any:
            return ids(os.urandom(ids.size()))

    actor.ActorClassID = FromTheSystem
    try:
        yield
    finally:
        actor.ActorClassID = ids


def require_own_random_numbers() -> None:
    """Raises `RuntimeError` where two forks of this process would make the same ids."""
    import ray

    made = set()
    for _ in range(2):
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.write(write, ray.ObjectRef.from_random().binary())
            os._exit(0)
        os.close(write)
        with open(read, "rb") as told:
            made.add(told.read())
        os.waitpid(pid, 0)
    if len(made) < 2:
        raise RuntimeError("forks would make the same random numbers")


def require_one_thread() -> None:
    """Raises `RuntimeError` where more goes on in this process than its fork would have."""
    threads = [Path(f"/proc/self/task/{one}/comm").read_text().strip() for one in os.listdir("/proc/self/task")]
    if len(threads) != 1:
        raise RuntimeError(f"a fork would lack {len(threads) - 1} threads: {', '.join(sorted(threads))}")


class Code:
    """What the code on the disk was when it was imported."""

    def __init__(self) -> None:
        self._seen = self._now()

    def is_as_it_was(self) -> bool:
        """Whether no file of ours has changed since, and no package was installed."""
        return self._now() == self._seen

    @staticmethod
    def _now() -> dict[str, int]:
        installed = (Path(folder) for folder in sys.path if folder.endswith("-packages") and os.path.isdir(folder))
        own = files_of(Path(ROOT), (*PACKAGES, "api"), _SUFFIXES)
        return {str(path): path.stat().st_mtime_ns for path in (*own, *installed)}


class _Server:
    def __init__(self, address: str, code: Code, environment: dict[str, str]) -> None:
        self._code, self._environment = code, environment
        self._socket = _listening(address)
        self._address = address
        self._raylet = os.pidfd_open(int(os.environ["RAY_RAYLET_PID"]))
        # Nobody waits for forks: the raylet learns of a worker's end by its connection.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)

    def serve(self) -> None:
        """Forks for each that asks; returns when the raylet has ended, or the code has changed."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._raylet, selectors.EVENT_READ)
            while self._raylet not in (key.fd for key, _ in selector.select()):
                asking, _ = self._socket.accept()
                with asking:
                    request = _received(asking)
                    if request is None:
                        continue
                    if not self._code.is_as_it_was():
                        # Who asks has no answer, and serves instead of us.
                        Path(self._address).unlink(missing_ok=True)
                        return
                    if _differing(request["environment"], self._environment):
                        asking.send(REFUSED)
                        continue
                    self.fork(request, asking)

    def fork(self, request: dict[str, Any], asking: socket.socket | None = None) -> None:
        """A worker, in a fork of this process; who asks is told when there is one."""
        # One for all workers: each of its own would take 29 MiB and a fifth of a second of a core.
        share(give_way)
        require_one_thread()
        if os.fork():
            if asking is not None:
                asking.send(TAKEN)
            return
        try:
            self._become(request, asking)
        except SystemExit:
            # How Ray's worker ends.
            os._exit(0)
        except BaseException:
            log.exception("a forked worker has failed")
        finally:
            os._exit(1)

    def _become(self, request: dict[str, Any], asking: socket.socket | None) -> None:
        for opened in (self._socket, asking):
            if opened is not None:
                opened.close()
        os.close(self._raylet)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)
        # Python's own generator and the system's are made anew by a fork; NumPy's is not.
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()
        os.setpgid(0, 0)
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.argv[1:] = request["arguments"]
        del sys.modules[_WORKER]
        runpy.run_module(_WORKER, run_name="__main__", alter_sys=True)


def _listening(path: str) -> socket.socket:
    Path(path).unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    listening.bind(path)
    os.umask(before)
    listening.listen(_BACKLOG)
    return listening


def _differing(one: dict[str, str], other: dict[str, str]) -> set[str]:
    """The variables that two workers' environments have differently, those aside that each worker has its own of."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)} - _OF_A_WORKER


def _received(asking: socket.socket) -> dict[str, Any] | None:
    """What is asked; None from one that is gone, or that only looked whether there is a server."""
    text = b""
    try:
        while chunk := asking.recv(_CHUNK):
            text += chunk
        return dict(json.loads(text)) if text else None
    except (OSError, ValueError):
        return None


if __name__ == "__main__":
    main()
