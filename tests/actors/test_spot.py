"""Spot machines first, others where there are none: asked of Ray's own scheduler, with the kinds of nodes of cluster.yaml."""

from pathlib import Path

import yaml
from ray.autoscaler.v2.instance_manager.config import AutoscalingConfig
from ray.autoscaler.v2.scheduler import ResourceDemandScheduler, SchedulingRequest
from ray.autoscaler.v2.utils import ResourceRequestUtil
from ray.core.generated.autoscaler_pb2 import ClusterResourceConstraint

CONFIG = AutoscalingConfig(
    yaml.safe_load((Path(__file__).parents[2] / "cluster.yaml").read_text()),
    # The token and the wheels are on no developer's machine.
    skip_content_hash=True,
)


def launched(slots: int, *missing: str) -> dict[str, int]:
    """The nodes that Ray would start where the queue asks for so many slots and the cloud lacks machines of these kinds."""
    shape = ResourceRequestUtil.make({"CPU": 1})
    constraint = ClusterResourceConstraint(resource_requests=ResourceRequestUtil.group_by_count([shape] * slots))
    request = SchedulingRequest(
        disable_launch_config_check=True,
        node_type_configs=CONFIG.get_node_type_configs(),
        max_num_nodes=CONFIG.get_max_num_nodes(),
        cluster_resource_constraints=[constraint],
        recoverable_resource_availabilities=dict.fromkeys(missing, 0.0),
        cloud_resource_availabilities=dict.fromkeys(missing, 0.0),
    )
    reply = ResourceDemandScheduler(None).schedule(request)
    return {one.instance_type: one.count for one in reply.to_launch if one.instance_type != CONFIG.get_head_node_type()}


def test_one_node_is_there_for_good_and_spot_machines_come_to_it() -> None:
    assert launched(1) == {"worker": 1}
    assert launched(96) == {"worker": 1, "worker-spot": 2}


def test_where_the_cloud_has_none_others_come() -> None:
    assert launched(96, "worker-spot") == {"worker": 3}


def test_all_that_the_cluster_may_have_is_started_and_for_more_nothing_is() -> None:
    # What CLUSTER_SLOTS is for.
    assert launched(32 * 8) == {"worker": 1, "worker-spot": 7}
    assert launched(32 * 20) == {"worker": 1}
