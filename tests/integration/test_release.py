"""A new release of the service on a cluster that goes on: nobody who asks meanwhile is refused, and no job is lost."""

import contextlib
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.integration.service import Service, eventually
from tests.integration.started_cluster import StartedCluster

pytestmark = pytest.mark.integration


GOOD = {"health 200", "jobs 200", "training 202", "no further training"}


@pytest.fixture
def cluster() -> Iterator[StartedCluster]:
    # Sockets lie below it, whose paths may not be long.
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        made = StartedCluster(Path(folder))
        made.nodes.append(made.worker_node(2))
        yield made
        made.kill()


class _Client:
    """Somebody who asks without a pause: for health, for the jobs, and for a training."""

    def __init__(self, service: Service) -> None:
        self.answers: Counter[str] = Counter()
        self.job_ids: list[str] = []
        self._service, self._stop = service, threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stop.wait(0.05):
            for ask in (self._health, self._jobs, self._training):
                try:
                    self.answers[ask()] += 1
                except httpx.HTTPError as error:
                    self.answers[f"{ask.__name__}: {error!r}"] += 1

    def _health(self) -> str:
        return f"health {self._service.client.get('/health').status_code}"

    def _jobs(self) -> str:
        return f"jobs {self._service.client.get('/api/v1/users/ada/jobs').status_code}"

    def _training(self) -> str:
        if len(self.job_ids) >= 200:
            return "no further training"
        self.job_ids.append(self._service.train())
        return "training 202"


def _pids(cluster: StartedCluster, name: str) -> set[int]:
    found = set()
    for process in cluster.processes():
        with contextlib.suppress(psutil.Error):
            if name in " ".join(process.cmdline()):
                found.add(process.pid)
    return found


def test_a_new_release_rolls_out_without_a_lost_job_or_a_refused_request(cluster: StartedCluster, tmp_path: Path) -> None:
    folders = tmp_path / "old", tmp_path / "new"
    for folder in folders:
        folder.mkdir()
    settings = cluster.settings | {"DATA_DIR": str(tmp_path / "data")}
    old = Service(folders[0], settings=settings)
    before = {name: _pids(cluster, name) for name in ("ray::ServeReplica", "ray::JobQueue")}
    client = _Client(old)
    eventually(lambda: len(client.job_ids) > 5, 60)

    new = Service(folders[1], settings=settings | {"LEARN_SECONDS": "19"}, port=old.port)
    eventually(lambda: "the API" in new.log.read_text(), 180)
    eventually(lambda: all(not pids & _pids(cluster, name) for name, pids in before.items()), 120)
    assert set(client.answers) <= GOOD, client.answers
    # As an operator stops the old one: the service is the new one's by now.
    assert old.stop() == 0
    asked = client.answers.total()
    eventually(lambda: client.answers.total() > asked + 20, 60)
    client.stop()

    assert set(client.answers) <= GOOD, client.answers
    assert {new.ended(job_id)["status"] for job_id in client.job_ids} == {"succeeded"}
    assert new.stop() == 0
