"""The detached actor that knows what waits and what runs, and hands jobs to workflows as slots come free.

Its memory is a copy of what the store's `open/` says: it may be killed at any moment, and the next one reads that anew.
A job is in one place at a time: it waits in the schedule, runs in `_runs`, or rests in `_resting` after a failure.
"""

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ray
from ray.exceptions import OutOfMemoryError, RayError, RayTaskError, TaskCancelledError, WorkerCrashedError

from actors.changes import Changes, Mark
from actors.cluster import Cluster, demand, lost, nodes
from actors.courier import Courier
from actors.estimate import RunningTimes, Throughput
from actors.metrics import QueueMetrics
from actors.overview import overview
from actors.release import release_of
from actors.schedule import Bounds, Name, Schedule
from actors.task import workflow
from actors.warmth import warm
from actors.workflow import Ending, Outcome
from jobs.backoff import delay
from jobs.errors import Conflict, JobError, JobMissing, QueueFull
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobStatus, Problem
from jobs.retention import Retention, apply
from logs import about, configure
from settings import Settings

NAME, NAMESPACE = "job-queue", "ai-csv-converter"
_SOFT_CANCEL_SECONDS = 1.0
_FORCED_CANCEL_SECONDS = 5.0
# A workflow ends itself at its deadline; one that does not within this is stopped from here.
_DEADLINE_GRACE_SECONDS = 60.0
_CLUSTER_SECONDS = 1.0
# Between so many that are found, others are answered.
_ADDED_AT_ONCE = 1000
_FIRST_REST, _LONGEST_REST = 0.5, 60.0
# A run that lasts longer is told to have begun; of a shorter one the end is enough.
_BEGUN_SECONDS = 0.25
# For so long after an inference the next one is expected.
_INFERENCES_COME_SECONDS = 600.0

log = logging.getLogger(__name__)


@dataclass
class _Run:
    """A job that was handed out."""

    job: OpenJob
    attempt_id: str
    task: ray.ObjectRef
    began: float
    following: asyncio.Task[None] | None = None
    # Tells those who watch that it has begun, where it has not ended by then.
    telling: asyncio.TimerHandle | None = None
    is_stopped: bool = False
    # The job as it was submitted again while it ran: replaced, or retried in the moment of its end.
    again: OpenJob | None = None


# On the head, since other nodes come and go, and what the queue has handed out would go with it.
@ray.remote(num_cpus=0, resources={"node:__internal_head__": 0.001}, max_restarts=-1, max_task_retries=3, max_concurrency=1000)
class JobQueue:
    """The queue of one cluster."""

    def __init__(self, settings: Settings) -> None:
        configure(settings)
        self._settings, self._jobs = settings, job_store(settings)
        self._schedule = Schedule(Bounds(settings.max_waiting, settings.max_waiting_per_user))
        self._release, self._is_retired = release_of(settings), False
        self._runs: dict[Name, _Run] = {}
        self._resting: dict[Name, asyncio.Task[None]] = {}
        self._failures: Counter[Name] = Counter()
        self._times, self._throughput = RunningTimes(), Throughput()
        self._metrics = QueueMetrics()
        self._changes = Changes()
        self._myself = ray.get_runtime_context().current_actor
        self._cluster = Cluster()
        self._last_inference = -float("inf")
        self._warmed: set[str] = set()
        self._are_warm = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        # Here and not at a first call: after a crash nobody calls, and what is open has to go on.
        self._spawn(self._watch_cluster())
        if settings.warm_workers:
            self._spawn(self._warm_nodes())
        self._spawn(self._rescan())
        self._spawn(self._retain())
        self._courier = Courier(settings, self._jobs.objects)
        self._spawn(self._courier.run())

    async def start(self) -> None:
        """Returns once the actor is up; it reads what is open by itself."""

    async def release(self) -> str:
        """Which deployment of the service this queue belongs to."""
        return self._release

    async def retire(self, seconds: float) -> None:
        """Starts nothing more, and returns when nothing runs or the time is over; another queue is to take its place."""
        self._is_retired = True
        if following := {run.following for run in self._runs.values() if run.following is not None}:
            await asyncio.wait(following, timeout=seconds)

    async def warmed(self) -> None:
        """Returns once the workers of all nodes there are have been warmed."""
        await self._are_warm.wait()

    async def changed(self, user_id: str, job_id: str) -> None:
        """Has those who watch the job look at it."""
        self._changes.tell((user_id, job_id))

    async def deliver(self) -> None:
        """Has webhooks delivered that are due."""
        self._courier.wake()

    async def changes(self, mark: Mark | None) -> tuple[Mark, list[Name] | None]:
        """The jobs that have changed since `mark`, as soon as there are some; None where that may be any. See `Changes`."""
        return await self._changes.since(mark)

    async def admit(self, user_id: str) -> int:
        """How many more jobs of this user may wait. Raises `QueueFull` where none may."""
        try:
            return self._schedule.admit(user_id)
        except QueueFull as full:
            # By then one job more is likely to have been started.
            mean = max(map(self._times.mean, JobKind))
            full.retry_after = max(1, min(60, round(mean / max(1, self._cluster.slots))))
            raise

    async def submit(self, job: OpenJob) -> int:
        """Queues a stored job; one that waits already stays where it is, one that runs is looked at again after it.

        Gives how many more of its user's may wait.
        """
        run = self._runs.get(job.name)
        if run is not None:
            run.again = job
        else:
            self._changes.tell(job.name)
            self._wake(job.name)
            self._add(job)
            self._hand_out()
        return self._schedule.room(job.user_id)

    async def cancel(self, user_id: str, job_id: str) -> None:
        """Stops a job's work: softly first, so that it cleans up, then by force. The record is the caller's to change."""
        name = (user_id, job_id)
        self._changes.tell(name)
        self._courier.wake()
        self._wake(name)
        if (waiting := self._schedule.remove(name)) is not None:
            self._metrics.ended_from_outside(waiting.kind, JobStatus.CANCELLED)
        if (run := self._runs.get(name)) is not None:
            await self._stop(run)

    async def position(self, user_id: str, job_id: str) -> dict[str, float] | None:
        """A waiting job's `position` (1: the next) and `estimated_wait_seconds`; None for a job that does not wait."""
        ahead = self._schedule.ahead((user_id, job_id))
        if ahead is None:
            return None
        return {"position": 1 + sum(ahead.values()), "estimated_wait_seconds": round(self._wait(ahead), 1)}

    async def status(self) -> dict[str, Any]:
        """Queue and workers, for the whole cluster, by kind, and for each node."""
        resting = len(self._resting)
        wait = self._wait(Counter(self._schedule.waiting()))
        most = self._settings.max_waiting
        return overview(self._cluster, self._schedule, self._times, self._throughput, resting=resting, wait=wait, most=most)

    async def _watch_cluster(self) -> None:
        """Follows nodes that come and go, and tells the autoscaler what is wanted."""
        while True:
            try:
                self._cluster.nodes = await asyncio.to_thread(nodes)
                self._cluster.lost = await asyncio.to_thread(lost)
                await self._demand()
            except (RayError, RuntimeError, OSError) as error:
                log.warning("the cluster's state cannot be read now: %s", error)
            self._hand_out()
            schedule = self._schedule
            self._metrics.seen(
                schedule.waiting(), schedule.running(), schedule.oldest(), self._cluster.nodes, self._cluster.lost
            )
            await asyncio.sleep(_CLUSTER_SECONDS)

    async def _warm_nodes(self) -> None:
        """Warms the workers of each node that comes, one node after the other."""
        while True:
            here = {node.node_id: node for node in self._cluster.nodes}
            self._warmed &= here.keys()
            for node_id in here.keys() - self._warmed:
                self._warmed.add(node_id)
                await warm(here[node_id], self._settings)
            if here:
                self._are_warm.set()
            await asyncio.sleep(_CLUSTER_SECONDS)

    async def _demand(self) -> None:
        # At most twice what is there, so that a long queue grows the cluster step by step; and never more than there can be,
        # for which Ray's autoscaler would start no node at all.
        wanted = min(len(self._schedule) + len(self._runs), 2 * self._cluster.slots + 1)
        if self._settings.cluster_slots is not None:
            wanted = min(wanted, self._settings.cluster_slots)
        if wanted != self._cluster.demanded:
            await asyncio.to_thread(demand, wanted)
            self._cluster.demanded = wanted

    async def _rescan(self) -> None:
        """Looks for open jobs at the start and ever after, since a submission may have been stored and never told."""
        failures = 0
        while True:
            began = time.monotonic()
            try:
                found = await asyncio.to_thread(self._jobs.open_jobs)
            except JobError as error:
                failures += 1
                self._metrics.store(False)
                log.warning("open jobs cannot be listed now: %s", error)
                await asyncio.sleep(delay(failures, first=_FIRST_REST, most=self._settings.rescan_seconds))
                continue
            failures = 0
            self._metrics.store(True)
            for number, job in enumerate(found):
                if number % _ADDED_AT_ONCE == 0:
                    await asyncio.sleep(0)
                if job.name not in self._runs and job.name not in self._resting:
                    self._add(job)
            self._hand_out()
            # A long listing is not asked for all the time.
            await asyncio.sleep(max(self._settings.rescan_seconds, 20 * (time.monotonic() - began)))

    async def _retain(self) -> None:
        """Deletes what was kept long enough, at the start and ever after."""
        settings = self._settings
        kept = Retention(settings.retention_days, settings.retention_jobs, settings.retention_bytes)
        while True:
            try:
                await asyncio.to_thread(apply, self._jobs, kept, settings.audit_days)
            except JobError as error:
                log.warning("old jobs cannot be deleted now: %s", error)
            await asyncio.sleep(settings.retention_seconds)

    def _add(self, job: OpenJob) -> None:
        if job.kind is JobKind.INFERENCE:
            self._last_inference = time.monotonic()
        self._schedule.add(job)

    def _hand_out(self) -> None:
        if self._is_retired:
            return
        inferences_come = time.monotonic() - self._last_inference < _INFERENCES_COME_SECONDS
        while (job := self._schedule.next(self._cluster.slots, inferences_come=inferences_come)) is not None:
            attempt_id = secrets.token_hex(8)
            task = workflow.options(name=f"{job.kind} {job.job_id}").remote(job, attempt_id, self._settings, self._myself)
            run = self._runs[job.name] = _Run(job, attempt_id, task, time.monotonic())
            if not self._failures[job.name]:
                self._metrics.started(job.kind, (datetime.now(UTC) - job.created_at).total_seconds())
            run.telling = asyncio.get_running_loop().call_later(_BEGUN_SECONDS, self._changes.tell, job.name)
            with about(job_id=job.job_id, user_id=job.user_id, attempt_id=attempt_id):
                run.following = self._spawn(self._follow(run))

    async def _follow(self, run: _Run) -> None:
        """Waits for a run's end, and sees to what its job needs next."""
        ended = asyncio.wrap_future(run.task.future())
        limit = run.job.deadline_seconds or self._settings.deadline_seconds(run.job.kind)
        await asyncio.wait({ended}, timeout=limit + _DEADLINE_GRACE_SECONDS)
        if not ended.done():
            await self._overdue(run, limit)
            await asyncio.wait({ended}, timeout=_FORCED_CANCEL_SECONDS)
        is_open = True
        try:
            is_open = await self._is_open(run, ended)
        finally:
            self._let_go(run, is_open)

    def _let_go(self, run: _Run, is_open: bool) -> None:
        if run.telling is not None:
            run.telling.cancel()
        # Its worker may have died before it could tell.
        self._changes.tell(run.job.name)
        if not is_open:
            self._courier.wake()
        self._schedule.ended(run.job.name)
        del self._runs[run.job.name]
        if run.again is not None:
            self._add(run.again)
        elif is_open:
            self._rest(run.job)
        else:
            del self._failures[run.job.name]
        self._hand_out()

    async def _is_open(self, run: _Run, ended: "asyncio.Future[Outcome]") -> bool:
        """Whether the job has to be tried again after this run, which is over."""
        error = ended.exception() if ended.done() else TimeoutError("its worker does not stop")
        if error is None:
            outcome = ended.result()
            self._metrics.attempted(run.job.kind, outcome.ending)
            if outcome.record is not None:
                ran = time.monotonic() - run.began
                self._times.learn(run.job.kind, ran)
                self._throughput.count(run.job.kind, time.monotonic())
                self._metrics.finished(outcome.record, ran)
                log.info("job %s has %s after %.2f s", run.job.job_id, outcome.record.status, ran)
            return outcome.ending is Ending.AGAIN
        if run.is_stopped or isinstance(error, TaskCancelledError):
            log.info("job %s was stopped", run.job.job_id)
            self._metrics.attempted(run.job.kind, "stopped")
            self._metrics.ended_from_outside(run.job.kind, JobStatus.CANCELLED)
            await self._settle(run.job)
            return False
        log.warning("job %s lost its worker (%s)", run.job.job_id, type(error).__name__)
        self._metrics.attempted(run.job.kind, type(error).__name__)
        return not isinstance(error, WorkerCrashedError | OutOfMemoryError | RayTaskError) or await self._strike(run)

    async def _settle(self, job: OpenJob) -> None:
        """Has what attempts at a stopped job left behind taken away."""
        try:
            await asyncio.to_thread(self._jobs.settle, job)
        except JobError as error:
            log.warning("what job %s left behind stays for now: %s", job.job_id, error)

    async def _strike(self, run: _Run) -> bool:
        """Has the record count that the job's worker died under it; gives whether it may be tried again."""
        try:
            record = await asyncio.to_thread(self._jobs.crashed, *run.job.name, run.attempt_id)
        except JobError as error:
            log.warning("the crash of job %s cannot be noted: %s", run.job.job_id, error)
            return True
        if record is None or not record.status.is_final:
            return True
        self._metrics.ended_from_outside(run.job.kind, record.status)
        return False

    async def _overdue(self, run: _Run, limit: float) -> None:
        log.warning("job %s did not stop at its deadline; its worker is killed", run.job.job_id)
        problem = Problem(title="Deadline exceeded", detail=f"The job ran longer than its deadline of {limit} s.")
        try:
            await asyncio.to_thread(self._jobs.fail, *run.job.name, problem)
        except (Conflict, JobMissing):
            log.info("job %s has ended meanwhile", run.job.job_id)
        except JobError as error:
            log.warning("job %s cannot be failed now: %s", run.job.job_id, error)
            return
        run.is_stopped = True
        ray.cancel(run.task, force=True)

    async def _stop(self, run: _Run) -> None:
        run.is_stopped = True
        if run.following is None:
            return
        ray.cancel(run.task, force=False)
        _, still = await asyncio.wait({run.following}, timeout=_SOFT_CANCEL_SECONDS)
        if still:
            ray.cancel(run.task, force=True)
            await asyncio.wait({run.following}, timeout=_FORCED_CANCEL_SECONDS)

    def _rest(self, job: OpenJob) -> None:
        """Queues a job again after a while that grows with its failures in a row."""
        self._failures[job.name] += 1
        pause = delay(self._failures[job.name], first=_FIRST_REST, most=_LONGEST_REST)

        async def rest() -> None:
            await asyncio.sleep(pause)
            del self._resting[job.name]
            self._add(job)
            self._hand_out()

        self._resting[job.name] = self._spawn(rest())

    def _wake(self, name: Name) -> None:
        if (resting := self._resting.pop(name, None)) is not None:
            resting.cancel()

    def _wait(self, ahead: Counter[JobKind]) -> float:
        return self._times.wait(ahead, self._schedule.running(), self._cluster.slots)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
