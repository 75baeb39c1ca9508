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
from tests.integration.running import ENDLESS_ROWS, SLOW, Running, eventually

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

    lost = _node_of(cluster, running.worker(records[0]))
    cluster.remove_node(lost, allow_graceful=False)

    ended = [running.ended(record) for record in records]
    assert {record.status for record in ended} == {JobStatus.SUCCEEDED}
    assert ended[0].attempt == 2
    assert {record.attempt for record in ended} <= {1, 2}
    assert {record.crashes for record in ended} == {0}
    # Ray notices the node's end later than that of its workers; until then its slots are counted.
    eventually(lambda: lost.node_id not in {node["node_id"] for node in _nodes(running)}, 60)


def test_a_node_that_comes_is_used(cluster: Cluster, running: Running) -> None:
    holders = [running.inference(ENDLESS_ROWS, SLOW) for _ in range(_slots(running))]
    eventually(lambda: all(running.status(record) is JobStatus.RUNNING for record in holders), 120)
    waiting = running.inference(5)

    added = cluster.add_node(num_cpus=_SLOTS)

    # Every slot but the new node's is taken by a job that does not end.
    assert running.ended(waiting, 120).status is JobStatus.SUCCEEDED
    assert added.node_id in {node["node_id"] for node in _nodes(running)}
    assert {running.status(record) for record in holders} == {JobStatus.RUNNING}


def test_a_node_that_is_drained_ends_its_job_and_gets_no_more(cluster: Cluster, running: Running) -> None:
    record = running.inference(700, SLOW)
    leaving = _node_of(cluster, running.worker(record)).node_id

    _drain(leaving)

    eventually(lambda: leaving not in {node["node_id"] for node in _nodes(running)}, 60)
    assert running.status(record) is JobStatus.RUNNING
    others = [running.inference(5) for _ in range(_slots(running))]
    ended = [running.ended(one, 180) for one in (record, *others)]
    assert {(one.status, one.attempt) for one in ended} == {(JobStatus.SUCCEEDED, 1)}


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


def _slots(running: Running) -> int:
    return sum(node["max_workers"] for node in _nodes(running))
