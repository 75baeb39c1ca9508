"""Workers that are forks of one server a node, on a local Ray."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import ray
from ray._private.parameter import RayParams
from ray.exceptions import WorkerCrashedError

from actors.forking import fork_workers, serve_early
from actors.forking.worker import EARLY
from tests.integration.service import ROOT, eventually, family

pytestmark = pytest.mark.integration


# Tried again where its worker is killed by the test.
@ray.remote(num_cpus=1, max_retries=5)
def process() -> tuple[int, int, int]:
    """Of a worker: its id, its parent's, and how many of our modules it had before its first task."""
    return os.getpid(), os.getppid(), "converter.learning.search" in __import__("sys").modules


@ray.remote(num_cpus=0.1, max_retries=0)
def random_number() -> tuple[int, str]:
    """Of a worker: its id, and the first id that it makes. Long enough that each of some tasks has a worker of its own."""
    made = ray.ObjectRef.from_random().hex()
    time.sleep(1)
    return os.getpid(), made


@ray.remote(num_cpus=1, max_retries=0)
def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@ray.remote(num_cpus=1, max_retries=0)
def variable(name: str) -> str | None:
    return os.environ.get(name)


@pytest.fixture
def raylet() -> Iterator[psutil.Process]:
    """The raylet of a Ray with two slots, whose workers are forked."""
    with started_ray() as found:
        yield found


@contextlib.contextmanager
def started_ray(early: bool = False) -> Iterator[psutil.Process]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
        patch.setenv("RAY_TMPDIR", folder)
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("RAY_preload_python_modules", "actors.preload")
        patch.setattr(RayParams, "__init__", RayParams.__init__)
        fork_workers()
        if early:
            patch.setenv(EARLY, "")
            serve_early(Path(folder))
        ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
        yield next(one for one in psutil.Process().children(recursive=True) if one.name() == "raylet")
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


def servers(raylet: psutil.Process) -> list[psutil.Process]:
    """What forks: Ray names its workers anew, so these alone bear the name."""
    return [one for one in raylet.children() if "actors.forking.server" in one.cmdline()]


def kill_idle_workers() -> None:
    """So that the next task needs a new one."""
    for one in family(os.getpid()):
        with contextlib.suppress(psutil.NoSuchProcess):
            if one.name().startswith("ray::IDLE"):
                one.kill()


def test_workers_are_forks_with_everything_imported(raylet: psutil.Process) -> None:
    pid, parent, has_imported = ray.get(process.remote())

    (server,) = servers(raylet)
    assert (parent, bool(has_imported)) == (server.pid, True)
    assert pid != server.pid


def test_no_two_workers_make_the_same_ids(raylet: psutil.Process) -> None:
    made = ray.get([random_number.remote() for _ in range(6)])

    workers = {pid for pid, _ in made}
    assert len(workers) > 2
    assert len({number for _, number in made}) == len(made)


def test_a_workers_death_is_its_tasks_and_nobody_elses(raylet: psutil.Process) -> None:
    with pytest.raises(WorkerCrashedError):
        ray.get(die.remote())

    (server,) = servers(raylet)
    assert ray.get(process.remote())[1] == server.pid


def test_a_server_that_was_started_before_its_raylet_forks_its_workers_and_ends_with_it() -> None:
    with started_ray(early=True) as raylet:
        pid, parent, has_imported = ray.get(process.remote())

        server = psutil.Process(parent)
        assert (bool(has_imported), server.ppid()) == (True, os.getpid())
        assert ray.get(process.remote())[1] == parent
        assert not servers(raylet)
        kill_idle_workers()
        eventually(lambda: ray.get(process.remote())[0] != pid, 60)
        # One that is killed is followed by one that the raylet asks for.
        forked = server.children()
        server.kill()
        for one in forked:
            one.kill()
        eventually(lambda: ray.get(process.remote())[1] in {one.pid for one in servers(raylet)}, 60)


def test_a_server_that_is_killed_comes_back_and_takes_no_worker_with_it(raylet: psutil.Process) -> None:
    pid, parent, _ = ray.get(process.remote())

    psutil.Process(parent).kill()

    assert psutil.pid_exists(pid)
    kill_idle_workers()
    eventually(lambda: ray.get(process.remote())[1] in {one.pid for one in servers(raylet)}, 60)


def test_code_that_changed_is_served_by_a_new_server(raylet: psutil.Process, tmp_path: Path) -> None:
    _, parent, _ = ray.get(process.remote())
    added = ROOT / "actors" / f"_changed_{os.getpid()}.py"
    added.write_text("")
    try:
        kill_idle_workers()
        eventually(lambda: ray.get(process.remote())[1] in {one.pid for one in servers(raylet)} - {parent}, 60)
    finally:
        added.unlink()
    assert not psutil.pid_exists(parent)


def test_a_worker_with_an_environment_of_its_own_starts_by_itself(raylet: psutil.Process) -> None:
    own: Any = {"env_vars": {"SOMETHING": "else"}}

    assert ray.get(variable.options(runtime_env=own).remote("SOMETHING")) == "else"
    assert ray.get(process.options(runtime_env=own).remote())[1] == raylet.pid
    assert ray.get(variable.remote("SOMETHING")) is None


def test_nothing_outlives_the_raylet(raylet: psutil.Process) -> None:
    ray.get(process.remote())
    below = family(raylet.pid)
    assert any("actors.forking.server" in one.cmdline() for one in below)
    assert any("zygote.py" in " ".join(one.cmdline()) for one in below)

    raylet.kill()
    # As whoever started it does: until then it seems to be there.
    raylet.wait()

    _, left = psutil.wait_procs(below, timeout=60)
    assert [one.cmdline() for one in left if one.status() != psutil.STATUS_ZOMBIE] == []
