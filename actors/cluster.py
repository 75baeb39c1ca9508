"""The cluster's nodes, as Ray knows them."""

from dataclasses import dataclass, field

import ray
from ray.autoscaler.sdk import request_resources

from settings import MOST_SLOTS

_SECONDS = 5.0
# As `ray.nodes()` gives it: UNEXPECTED_TERMINATION and AUTOSCALER_DRAIN_PREEMPTED of Ray's NodeDeathInfo.
_LOST = {2, 3}


@dataclass(frozen=True)
class Node:
    """A machine that runs workflows: how many at once, and how many now."""

    node_id: str
    address: str
    slots: int
    active: int


@dataclass
class Cluster:
    """What was last seen of it."""

    nodes: list[Node] = field(default_factory=list)
    demanded: int = 0
    lost: int = 0

    @property
    def slots(self) -> int:
        return sum(node.slots for node in self.nodes)


def nodes() -> list[Node]:
    """The nodes that are up and take workflows: one that is drained ends what runs there, and is given no more.

    Blocks for a few milliseconds.
    """
    draining = ray._private.worker.global_worker.gcs_client.get_draining_nodes(timeout=_SECONDS)
    # A resource that is used up is not in the list.
    free = {node_id: int(left.get("CPU", 0)) for node_id, left in ray._private.state.available_resources_per_node().items()}
    return [
        Node(node["NodeID"], node["NodeManagerAddress"], slots, max(0, slots - free.get(node["NodeID"], slots)))
        for node in ray.nodes()
        if node["Alive"] and node["NodeID"] not in draining and (slots := min(MOST_SLOTS, int(node["Resources"].get("CPU", 0))))
    ]


def lost() -> int:
    """How many nodes have died, or were taken by a cloud, since the cluster began; one that was sent away is not among them."""
    return sum(not node["Alive"] and node.get("DeathReason") in _LOST for node in ray.nodes())


def demand(slots: int) -> None:
    """Tells Ray's autoscaler, where there is one, how many slots the cluster should have. Stands until it is told anew.

    Rather than by tasks that wait in Ray, which could be neither reordered nor shared fairly.
    """
    request_resources(num_cpus=slots)
