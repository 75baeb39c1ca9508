"""Jobs while everything under them is killed: `make chaos`, or with other numbers

    .venv/bin/python -m bench.chaos [JOBS] [SECONDS_BETWEEN_KILLS] [SECONDS_AT_MOST]

Starts a cluster (a head without slots, two worker nodes) and the service on it. Clients submit the jobs over HTTP with an
`Idempotency-Key` each: trainings, inferences of small and larger files, and inferences that have to fail. Every third asks to
have its end told by a webhook, to a receiver that fails, hangs and breaks off until the killing ends. Meanwhile SIGKILL
hits in turn a workflow's worker, a sandbox, the queue, an ingress replica, the proxy and a worker node; once the head with all
its processes, and once everything. What a supervisor does is done here and no more: a node that ended is started again, and
all of it where the head or the service has ended.

Ends with a table; exit status 1 where an acknowledged job was lost, ended twice or otherwise than it should, left something
behind, or was not told of though it asked.
"""

import contextlib
import itertools
import os
import random
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.receiver import Receiver
from jobs.deliveries import Deliveries
from jobs.location import job_store
from jobs.record import JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings
from tests.integration.service import CLIENT_EXPECTED, CLIENT_INPUT, Service, family
from tests.integration.started_cluster import StartedCluster, kill

USER = "ada"
CLIENTS = 4
NODES, SLOTS = 2, 2
NODE, HEAD, EVERYTHING = "a worker node", "the head", "everything"
SANDBOX = "a sandbox"
VICTIMS = {
    "a workflow's worker": ("ray::inference", "ray::train"),
    SANDBOX: ("zygote.py",),
    "the fork server": ("actors.forking.server",),
    "the queue": ("ray::JobQueue",),
    "an ingress replica": ("ray::ServeReplica",),
    "the proxy": ("ray::ProxyActor", "ray::HAProxyManager", "haproxy"),
    NODE: (),
}
# In these parts of the time jobs are submitted, and something is killed; after that, what is open can end.
_SUBMIT_UNTIL, _KILL_UNTIL = 0.5, 0.65
# When each of those is killed that take all with them.
_GREAT_KILLS = {HEAD: 0.2, EVERYTHING: 0.4}
_HOOKS = {"ALLOWED_URL_HOSTS": '["localhost"]', "WEBHOOK_SECONDS": "2", "WEBHOOK_RETRY_SECONDS": "0.5"}
# What outlives a job by design, beside its files.
_KEPT = ("jobs/", "idempotency/", "deliveries/", "webhooks/", "audit/")
_HEADER = "quantity,price_per_unit,order_status\n"
_SMALL = _HEADER + "7,3.5,shipped\n2,0.1,pending\n"
_SMALL_OUTPUT = "total_price,order_status,shipping_category\n24.5,Shipped,Express\n0.2,Pending,Standard\n"
_ROWS = 30_000
_LARGE = _HEADER + "7,3.5,shipped\n" * _ROWS
_LARGE_OUTPUT = "total_price,order_status,shipping_category\n" + "24.5,Shipped,Express\n" * _ROWS


@dataclass(frozen=True)
class Expected:
    """How a job should end."""

    status: JobStatus
    output: str | None = None


class Cluster(StartedCluster):
    """A head, worker nodes and the service on them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.nodes = [self.worker_node(SLOTS) for _ in range(NODES)]
        self.service = Service(folder, settings=self.settings | _HOOKS | {"MAX_ATTEMPTS": "5"})

    def has_ended(self) -> bool:
        """Whether the head or the service is no more."""
        return self.head.poll() is not None or self.service.process.poll() is not None

    def kill(self) -> None:
        super().kill()
        self.service.process.wait()


class Chaos:
    """The cluster, what was acknowledged, and what was seen of it."""

    def __init__(self, folder: Path, jobs: int, seconds: float) -> None:
        self.folder, self.number, self.seconds = folder, jobs, seconds
        self.began = time.monotonic()
        self.cluster = Cluster(folder)
        self.jobs: JobStore = job_store(Settings(data_dir=folder / "data", aws_bucket_name=None))
        self.receiver = Receiver()
        self.acknowledged: dict[str, Expected] = {}
        self.asked: set[str] = set()
        self.final: dict[str, JobRecord] = {}
        self.twice: set[str] = set()
        self.killed: Counter[str] = Counter()
        self.refused = self.failed_starts = 0
        self.calm, self.over = threading.Event(), threading.Event()

    @property
    def part(self) -> float:
        """Of the time, how much has passed."""
        return (time.monotonic() - self.began) / self.seconds

    def submit_all(self) -> None:
        """Submits the jobs from several clients, spread over a part of the time."""
        training = self.submit("/api/v1/train", self.training())
        self.acknowledged[training] = Expected(JobStatus.SUCCEEDED)
        while not self.jobs.get(USER, training).status.is_final:
            time.sleep(0.1)
        first = self.part
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda at: self.submit_one(at, training, first), range(1, self.number)))

    def submit_one(self, at: int, training: str, first: float) -> None:
        """The job of this number, when it is due: in ten, one training, one inference that does not fit, two of many rows."""
        self.over.wait(self.seconds * (first + (_SUBMIT_UNTIL - first) * at / self.number - self.part))
        hook = {"webhook_url": self.receiver.url} if at % 3 == 0 else {}
        if at % 10 == 0:
            self.note(self.submit("/api/v1/train", self.training() | hook), Expected(JobStatus.SUCCEEDED), bool(hook))
            return
        given, expected = {
            1: ("quantity,price\n1,2\n", Expected(JobStatus.FAILED)),
            2: (_LARGE, Expected(JobStatus.SUCCEEDED, _LARGE_OUTPUT)),
            3: (_LARGE, Expected(JobStatus.SUCCEEDED, _LARGE_OUTPUT)),
        }.get(at % 10, (_SMALL, Expected(JobStatus.SUCCEEDED, _SMALL_OUTPUT)))
        body = {"user_id": USER, "job_id": training, "input_file": given} | hook
        self.note(self.submit("/api/v1/inference/run", body), expected, bool(hook))

    def note(self, job_id: str, expected: Expected, is_hooked: bool) -> None:
        """Keeps what was acknowledged, and whether its end is to be told."""
        if is_hooked:
            self.asked.add(job_id)
        self.acknowledged[job_id] = expected

    def submit(self, path: str, body: dict[str, Any]) -> str:
        """The id of the job once it is acknowledged; asked again under the same key until it is."""
        key = {"Idempotency-Key": secrets.token_hex(16)}
        while True:
            with contextlib.suppress(httpx.HTTPError):  # Whom it asked is dead or has just died: one more refusal.
                answer = self.cluster.service.client.post(path, json=body, headers=key)
                if answer.status_code == 202:
                    return str(answer.json()["job_id"])
            self.refused += 1
            if self.over.wait(0.5):
                raise TimeoutError("the time is over before all jobs were acknowledged")

    def training(self) -> dict[str, Any]:
        """A request that is learned from its example."""
        files = {"input_file": CLIENT_INPUT, "expected_output_file": CLIENT_EXPECTED}
        return {"user_id": USER, "job_title": "Orders", "owner": "sales", **files}

    def kill_in_turn(self, pause: float) -> None:
        """Kills one of each kind after the other, and at its time what takes all with it; supervises."""
        great = iter(_GREAT_KILLS.items())
        what, when = next(great)
        for victim in itertools.cycle(VICTIMS):
            if self.calm.wait(pause):
                break
            if self.part > when:
                self.kill_great(what)
                what, when = next(great, ("", 1.0))
            self.kill(victim, time.monotonic() + pause)
            self.supervise()
        while not self.over.wait(1):
            self.supervise()

    def kill(self, victim: str, deadline: float) -> None:
        """Kills one of a kind, as soon as there is one."""
        while time.monotonic() < deadline and not self.calm.is_set():
            if found := self.found(victim):
                kill(random.choice(found))
                self.killed[victim] += 1
                return
            time.sleep(0.02)

    def kill_great(self, what: str) -> None:
        """Kills the head, or everything."""
        self.killed[what] += 1
        kill(family(self.cluster.head.pid) if what == HEAD else self.cluster.processes())
        self.cluster.head.wait()

    def supervise(self) -> None:
        """Starts again what has ended."""
        if self.cluster.has_ended():
            self.restart()
        for at, node in enumerate(self.cluster.nodes):
            if node.poll() is not None:
                kill(family(node.pid))
                self.cluster.nodes[at] = self.cluster.worker_node(SLOTS)

    def restart(self) -> None:
        """Starts everything again, also where a busy machine does not bring it up in time at first."""
        while not self.over.is_set():
            self.cluster.kill()
            try:
                self.cluster = Cluster(self.folder)
                return
            except AssertionError:
                self.failed_starts += 1

    def found(self, victim: str) -> list[list[psutil.Process]]:
        """What there is of a kind, each with its processes."""
        if victim == NODE:
            return [family(node.pid) for node in self.cluster.nodes if node.poll() is None]
        found = []
        for process in self.cluster.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                # A sandbox is a fork of a zygote.
                is_it = any(name in " ".join(process.cmdline()) for name in VICTIMS[victim])
                if is_it and (victim != SANDBOX or process.parent().cmdline() == process.cmdline()):
                    found.append([process])
        return found

    def look(self) -> None:
        """Reads the store: which jobs are final now, and whether those that were have stayed as they were."""
        for record in self.jobs.list_of(USER):
            if (before := self.final.get(record.job_id)) is not None and before != record:
                self.twice.add(record.job_id)
            elif record.status.is_final:
                self.final[record.job_id] = record

    def all_ended(self) -> bool:
        """Whether each acknowledged job is final."""
        return self.acknowledged.keys() <= self.final.keys()

    def all_told(self) -> bool:
        """Whether the end of each job that asked was told, and the service knows it."""
        return self.asked <= self.receiver.told().keys() and not list(self.jobs.objects.list("outbox/"))

    def as_expected(self, job_id: str) -> bool:
        """Whether a final job ended as it should, its output whole and right."""
        expected, record = self.acknowledged[job_id], self.final[job_id]
        if record.status is not expected.status or (record.error is not None and record.error.title == "Given up"):
            return False
        return expected.output is None or b"".join(self.jobs.stream(record, "output.csv")).decode() == expected.output

    def left_behind(self) -> list[str]:
        """What lies in the store beside the records and the files that they name, and what each request's key stands for."""
        named = {key for record in self.final.values() for key in record.files.values()}
        return [item.key for item in self.jobs.objects.list("") if item.key not in named and not item.key.startswith(_KEPT)]


def main() -> None:
    """Runs and prints; the exit status tells whether all is well."""
    jobs, pause, seconds = (float(given) for given in (*sys.argv[1:], *("500", "4", "600")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as folder:
        chaos = Chaos(Path(folder), int(jobs), seconds)
        submitting = threading.Thread(target=chaos.submit_all, daemon=True)
        killing = threading.Thread(target=chaos.kill_in_turn, args=(pause,), daemon=True)
        submitting.start()
        killing.start()
        try:
            while chaos.part < 1 and (submitting.is_alive() or not chaos.all_ended() or not chaos.all_told()):
                if chaos.part > _KILL_UNTIL:
                    chaos.calm.set()
                    chaos.receiver.is_back.set()
                time.sleep(0.5)
                chaos.look()
        finally:
            chaos.calm.set()
            chaos.over.set()
            killing.join()
            submitting.join()
            chaos.cluster.kill()
            chaos.receiver.close()
        chaos.look()
        sys.exit(report(chaos))


def report(chaos: Chaos) -> int:
    """Prints the table; gives the exit status."""
    ended = [job_id for job_id in chaos.acknowledged if job_id in chaos.final]
    well = Counter(chaos.final[job_id].status for job_id in ended if chaos.as_expected(job_id))
    wrong = len(ended) - sum(well.values())
    open_jobs = {job.job_id for job in chaos.jobs.open_jobs()}
    not_ended = chaos.acknowledged.keys() - chaos.final.keys()
    lost = not_ended - open_jobs
    # A request that was answered too late or not at all, and sent again, must not have made two jobs.
    doubled = chaos.final.keys() - chaos.acknowledged.keys()
    twice, left = chaos.twice | doubled, chaos.left_behind()
    told = chaos.receiver.told()
    untold, forged = chaos.asked - told.keys(), chaos.receiver.forged(Deliveries(chaos.jobs.objects).made_webhook(USER).secret)
    crashes, attempts = (sum(getattr(chaos.final[one], name) for one in ended) for name in ("crashes", "attempt"))
    rows = {
        "acknowledged": len(chaos.acknowledged),
        "succeeded, their outputs right": well[JobStatus.SUCCEEDED],
        "failed as they should": well[JobStatus.FAILED],
        "ended otherwise": wrong,
        "lost": len(lost),
        "twice": len(twice),
        "not lost, but not ended in time": len(not_ended - lost),
        "objects left behind": len(left),
        "webhooks asked for": len(chaos.asked),
        "of those, never told": len(untold),
        "told more than once": sum(count > 1 for count in told.values()),
        "not signed as they should be": forged,
        "messages that the receiver did not take": chaos.receiver.refusals,
        "attempts at them": attempts,
        "of those, worker or sandbox died": crashes,
        "submissions tried again by clients": chaos.refused,
        "starts that took too long": chaos.failed_starts,
        **{f"killed: {name}": number for name, number in chaos.killed.items()},
    }
    for name, number in rows.items():
        print(f"{name:40} {number:6}")
    print(f"{'seconds':40} {time.monotonic() - chaos.began:6.0f}")
    for job_id in (one for one in ended if not chaos.as_expected(one)):
        print(f"otherwise: {chaos.final[job_id].model_dump_json()}")
    for key in left:
        print(f"left behind: {key}")
    return int(bool(wrong or not_ended or twice or left or untold or forged) or len(chaos.acknowledged) < chaos.number)


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    main()
