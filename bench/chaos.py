"""Jobs while everything under them is killed: `make chaos`, or with other numbers

    .venv/bin/python -m bench.chaos [JOBS] [SECONDS_BETWEEN_KILLS] [SECONDS_AT_MOST]

Starts the service, submits the jobs over HTTP (trainings, inferences, and inferences that have to fail), and kills by SIGKILL
in turn a workflow's worker, a sandbox, the queue, the ingress replica and the proxy; in the middle of the jobs the whole
service with all its processes, which is then started again as a supervisor would. Nobody else helps. Ends with a table;
exit status 1 where an acknowledged job was lost, ended twice, or ended otherwise than it should.
"""

import contextlib
import itertools
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from jobs.location import job_store
from jobs.record import JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings
from tests.integration.service import CLIENT_EXPECTED, CLIENT_INPUT, Service

USER = "ada"
CLIENTS = 4
VICTIMS = {
    "a workflow's worker": ("ray::inference", "ray::train"),
    "a sandbox": ("sandboxed.py",),
    "the queue": ("ray::JobQueue",),
    "the ingress replica": ("ray::ServeReplica",),
    "the proxy": ("ray::ProxyActor", "ray::HAProxyManager", "haproxy"),
}
# After this part of the time nothing more is killed, so that what is open can end.
_CALM_AFTER = 0.6
_FINAL_OUTPUT = "total_price,order_status,shipping_category\n24.5,Shipped,Express\n0.2,Pending,Standard\n"


@dataclass(frozen=True)
class Expected:
    """How a job should end."""

    status: JobStatus
    output: str | None = None


class Chaos:
    """The service, what was acknowledged, and what was seen of it."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self.folder, self.number = folder, jobs
        self.settings = {"SLOTS_PER_NODE": "4", "MAX_ATTEMPTS": "5"}
        self.service = Service(folder, settings=self.settings)
        self.jobs: JobStore = job_store(Settings(data_dir=folder / "data", aws_bucket_name=None))
        self.acknowledged: dict[str, Expected] = {}
        self.final: dict[str, JobRecord] = {}
        self.twice: set[str] = set()
        self.killed: Counter[str] = Counter()
        self.refused = 0
        self.calm, self.over = threading.Event(), threading.Event()

    def submit_all(self) -> None:
        """Submits the jobs from several clients, each of which tries again until it is answered 202."""
        training = self.submit("/api/v1/train", self.training())
        self.acknowledged[training] = Expected(JobStatus.SUCCEEDED)
        while not self.jobs.get(USER, training).status.is_final:
            time.sleep(0.1)
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda at: self.submit_one(at, training), range(1, self.number)))

    def submit_one(self, at: int, training: str) -> None:
        """The job of this number: in ten, one training, one inference that does not fit, eight that do."""
        if at % 10 == 0:
            self.acknowledged[self.submit("/api/v1/train", self.training())] = Expected(JobStatus.SUCCEEDED)
            return
        good = at % 10 != 1
        given = "quantity,price_per_unit,order_status\n7,3.5,shipped\n2,0.1,pending\n" if good else "quantity,price\n1,2\n"
        job_id = self.submit("/api/v1/inference/run", {"user_id": USER, "job_id": training, "input_file": given})
        self.acknowledged[job_id] = Expected(JobStatus.SUCCEEDED, _FINAL_OUTPUT) if good else Expected(JobStatus.FAILED)

    def submit(self, path: str, body: dict[str, Any]) -> str:
        """The id of the job once it is acknowledged."""
        while True:
            try:
                answer = self.service.client.post(path, json=body)
                if answer.status_code == 202:
                    return str(answer.json()["job_id"])
            except httpx.HTTPError:
                pass  # Whom it asked is dead or has just died: counted as any other refusal.
            self.refused += 1
            if self.over.wait(0.5):
                raise TimeoutError("the time is over before all jobs were acknowledged")

    def training(self) -> dict[str, Any]:
        """A request that is learned from its example."""
        files = {"input_file": CLIENT_INPUT, "expected_output_file": CLIENT_EXPECTED}
        return {"user_id": USER, "job_title": "Orders", "owner": "sales", **files}

    def kill_in_turn(self, pause: float) -> None:
        """Kills one of each kind after the other, and once all."""
        for victim in itertools.cycle(VICTIMS):
            if self.calm.wait(pause):
                return
            if not self.killed["the whole service"] and len(self.final) > self.number / 2:
                self.kill_all()
            self.kill(victim, time.monotonic() + pause)

    def kill(self, victim: str, deadline: float) -> None:
        """Kills one process of a kind, as soon as there is one."""
        while time.monotonic() < deadline and not self.calm.is_set():
            for process in random.sample(found := list(self.processes(VICTIMS[victim])), len(found)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
                    self.killed[victim] += 1
                    return
            time.sleep(0.1)

    def kill_all(self) -> None:
        """The machine goes down, and comes up again."""
        self.killed["the whole service"] += 1
        for process in family(self.service.process.pid):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.service.process.wait()
        self.service = Service(self.folder, settings=self.settings)

    def processes(self, names: tuple[str, ...]) -> Iterator[psutil.Process]:
        """The service's processes that are called so."""
        for process in family(self.service.process.pid):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if any(name in " ".join(process.cmdline()) for name in names):
                    yield process

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

    def as_expected(self, job_id: str) -> bool:
        """Whether a final job ended as it should, its output whole and right."""
        expected, record = self.acknowledged[job_id], self.final[job_id]
        if record.status is not expected.status or (record.error is not None and record.error.title == "Given up"):
            return False
        return expected.output is None or b"".join(self.jobs.stream(record, "output.csv")).decode() == expected.output


def main() -> None:
    """Runs and prints; the exit status tells whether all is well."""
    jobs, pause, at_most = (float(given) for given in (*sys.argv[1:], *("500", "5", "600")[len(sys.argv) - 1 :]))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as folder:
        chaos = Chaos(Path(folder), int(jobs))
        submitting = threading.Thread(target=chaos.submit_all, daemon=True)
        killing = threading.Thread(target=chaos.kill_in_turn, args=(pause,), daemon=True)
        submitting.start()
        killing.start()
        try:
            while (passed := time.monotonic() - began) < at_most and (submitting.is_alive() or not chaos.all_ended()):
                if passed > _CALM_AFTER * at_most:
                    chaos.calm.set()
                time.sleep(0.5)
                chaos.look()
        finally:
            chaos.calm.set()
            chaos.over.set()
            killing.join()
            submitting.join()
            chaos.service.stop()
        chaos.look()
        sys.exit(report(chaos, time.monotonic() - began))


def report(chaos: Chaos, seconds: float) -> int:
    """Prints the table; gives the exit status."""
    ended = [job_id for job_id in chaos.acknowledged if job_id in chaos.final]
    well = Counter(chaos.final[job_id].status for job_id in ended if chaos.as_expected(job_id))
    wrong = len(ended) - sum(well.values())
    open_jobs = {job.job_id for job in chaos.jobs.open_jobs()}
    not_ended = chaos.acknowledged.keys() - chaos.final.keys()
    lost = not_ended - open_jobs
    crashes, attempts = (sum(getattr(chaos.final[one], name) for one in ended) for name in ("crashes", "attempt"))
    rows = {
        "acknowledged": len(chaos.acknowledged),
        "succeeded, their outputs right": well[JobStatus.SUCCEEDED],
        "failed as they should": well[JobStatus.FAILED],
        "ended otherwise": wrong,
        "lost": len(lost),
        "twice": len(chaos.twice),
        "not lost, but not ended in time": len(not_ended - lost),
        "attempts at them": attempts,
        "of those, worker or sandbox died": crashes,
        "submissions tried again by clients": chaos.refused,
        **{f"killed: {name}": number for name, number in chaos.killed.items()},
    }
    for name, number in rows.items():
        print(f"{name:40} {number:6}")
    print(f"{'seconds':40} {seconds:6.0f}")
    for job_id in (one for one in ended if not chaos.as_expected(one)):
        print(f"otherwise: {chaos.final[job_id].model_dump_json()}")
    return int(bool(wrong or not_ended or chaos.twice) or len(chaos.acknowledged) < chaos.number)


def family(pid: int) -> list[psutil.Process]:
    """The process and all below it."""
    root = psutil.Process(pid)
    return [*root.children(recursive=True), root]


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    main()
