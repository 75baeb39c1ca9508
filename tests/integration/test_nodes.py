"""Several nodes on this machine: one goes in the middle of its work, one comes and is used."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import ray
from ray._private.node import Node
from ray.cluster_utils import Cluster
from ray.core.generated.autoscaler_pb2 import DrainNodeReason

from jobs.record import JobStatus
from settings import Settings
from tests.integration.running import Running, eventually

pytestmark = pytest.mark.integration

_SLOTS = 2


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A head without slots and two nodes. Not below Ray's usual folder, where a cluster tells every other Ray of itself."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
        patch.setenv("RAY_TMPDIR", folder)
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        for _ in range(2):
            made.add_node(num_cpus=_SLOTS)
        ray.init(address=made.address, log_to_driver=False)
        yield made
        ray.shutdown()
        made.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def running(cluster: Cluster, tmp_path: Path) -> Iterator[Running]:
    made = Running(Settings(data_dir=tmp_path, rescan_seconds=1, warm_workers=False, aws_bucket_name=None, _env_file=None))
    yield made
    ray.kill(made.queue)


def test_jobs_survive_the_loss_of_a_node(cluster: Cluster, running: Running) -> None:
    records = [running.slow_inference() for _ in range(2 * _SLOTS)]

    cluster.remove_node(_node_of(cluster, running.worker(records[0])), allow_graceful=False)

    ended = [running.ended(record) for record in records]
    assert {record.status for record in ended} == {JobStatus.SUCCEEDED}
    assert ended[0].attempt == 2
    assert {record.attempt for record in ended} <= {1, 2}
    assert {record.crashes for record in ended} == {0}


def test_a_node_that_comes_is_used(cluster: Cluster, running: Running) -> None:
    before = {node["node_id"] for node in _nodes(running)}

    added = cluster.add_node(num_cpus=_SLOTS)
    records = [running.slow_inference() for _ in range(_SLOTS * (1 + len(before)))]

    eventually(lambda: {node["node_id"]: node["active_jobs"] for node in _nodes(running)}.get(added.node_id), 60)
    assert {running.ended(record).status for record in records} == {JobStatus.SUCCEEDED}


def test_a_node_that_is_drained_ends_its_jobs_and_gets_no_more(cluster: Cluster, running: Running) -> None:
    slots = sum(node["max_workers"] for node in _nodes(running))
    records = [running.slow_inference() for _ in range(slots)]
    leaving = _node_of(cluster, running.worker(records[0])).node_id

    _drain(leaving)

    eventually(lambda: leaving not in {node["node_id"] for node in _nodes(running)}, 10)
    later = running.inference(5)
    ended = [running.ended(record) for record in (*records, later)]
    assert {(record.status, record.attempt) for record in ended} == {(JobStatus.SUCCEEDED, 1)}


def _node_of(cluster: Cluster, worker: psutil.Process) -> Node:
    """The node whose raylet has started the worker."""
    nodes = {node.all_processes["raylet"][0].process.pid: node for node in cluster.worker_nodes}
    return nodes[worker.ppid()]


def _drain(node_id: str) -> None:
    """As `ray drain-node` does."""
    reason = DrainNodeReason.Value("DRAIN_NODE_REASON_PREEMPTION")
    deadline = int(1000 * (time.time() + 600))
    accepted, problem = ray._private.worker.global_worker.gcs_client.drain_node(node_id, reason, "it goes", deadline)
    assert accepted, problem


def _nodes(running: Running) -> list[dict[str, Any]]:
    """The nodes as the queue sees them, once it has looked."""
    nodes: list[dict[str, Any]] = eventually(lambda: ray.get(running.queue.status.remote())["nodes"], 30)
    return nodes
