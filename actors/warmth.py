"""Workers that are ready before they are needed: a first job otherwise waits for an interpreter, imports and a store client.

Ray keeps as many idle workers of a node as it has free CPUs (`num_workers_soft_limit`, by default), so those that were
warmed stay until they are killed. What Ray itself starts ahead (`num_prestart_python_workers`) has none of our imports.
"""

import asyncio
import logging
from typing import Any

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from actors.cluster import Node
from actors.workflow import prepare
from settings import Settings

log = logging.getLogger(__name__)

_SECONDS = 300.0


@ray.remote(num_cpus=0, max_retries=0)
def _warm(settings: Settings, barrier: Any, parties: int) -> None:
    """Loads what a workflow needs. Ends only when as many workers have, so that no worker is warmed twice in place of two."""
    prepare(settings)
    ray.get(barrier.arrive.remote(parties))


@ray.remote(num_cpus=0, max_concurrency=64)
class _Barrier:
    """Where the workers of one node wait for each other."""

    def __init__(self) -> None:
        self._arrived = 0
        self._all = asyncio.Event()

    async def arrive(self, parties: int) -> None:
        self._arrived += 1
        if self._arrived >= parties:
            self._all.set()
        await self._all.wait()


async def warm(node: Node, settings: Settings) -> None:
    """Has as many workers of a node ready as it has slots. A node that goes away meanwhile is no error."""
    here = NodeAffinitySchedulingStrategy(node.node_id, soft=False)
    barrier = _Barrier.remote()  # type: ignore[attr-defined]
    tasks = [_warm.options(scheduling_strategy=here).remote(settings, barrier, node.slots) for _ in range(node.slots)]
    try:
        await asyncio.wait_for(asyncio.gather(*tasks), _SECONDS)
        log.info("%d workers of node %s are warm", node.slots, node.node_id)
    except (RayError, TimeoutError) as error:
        log.warning("not all workers of node %s are warm: %s", node.node_id, type(error).__name__)
    finally:
        ray.kill(barrier)
