"""Portions of a job's work spread over the cluster: a Ray task of one slot for each, no more at once than there are slots.

A workflow that waits gives its own slot back to Ray, so portions cannot starve behind those that wait for them. The tasks are
the workflow's own: they end when it is cancelled or dies.
"""

import logging
from collections.abc import Sequence
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from actors.batch import Portion, done_here
from actors.priority import give_way
from converter.errors import SandboxKilled
from jobs.record import JobRecord
from settings import Settings

_NODES_BORNE = 3


def spread(portions: Sequence[tuple[str, JobRecord, Portion]], settings: Settings) -> None:
    """Has portions done, each under the name that stands beside it. Raises what the first one raised that failed."""
    waiting, pending = list(reversed(portions)), list[Any]()
    slots = max(1, int(ray.cluster_resources().get("CPU", 1)))
    try:
        while waiting or pending:
            # What waits in Ray is first come, first served: others' jobs are not to wait behind all of a batch.
            while waiting and len(pending) < slots:
                name, record, portion = waiting.pop()
                pending.append(_done.options(name=name).remote(record, portion, settings))
            (ended,), pending = ray.wait(pending)
            _raise_failure(ended)
    finally:
        # Whatever ended the wait: a portion that failed, a deadline, a cancelled job.
        for task in pending:
            ray.cancel(task, force=True)


def _raise_failure(ended: ray.ObjectRef) -> None:
    try:
        ray.get(ended)
    except RayTaskError as error:
        # As if the workflow had done it itself: it knows a store that is away from a mistake of ours.
        raise error.cause from error
    except RayError as error:
        raise SandboxKilled(f"the worker of a part was lost, and of its retries ({type(error).__name__})") from error


@ray.remote(num_cpus=1, max_retries=_NODES_BORNE)
def _done(record: JobRecord, portion: Portion, settings: Settings) -> None:
    give_way()
    logging.basicConfig(level=settings.log_level)
    done_here(record, portion, settings)
