"""What Prometheus is told of the queue, on each node's metrics port, the names with Ray's prefix `ray_`."""

from datetime import UTC, datetime

from ray.util.metrics import Counter, Gauge, Histogram

from actors.cluster import Node
from jobs.record import JobKind, JobRecord

_SECONDS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000]


class QueueMetrics:
    """Gauges of what is, counters of what was; they begin anew when the queue does."""

    def __init__(self) -> None:
        self._waiting = Gauge("converter_jobs_waiting", "Jobs that wait.", ("kind",))
        self._running = Gauge("converter_jobs_running", "Jobs that run.", ("kind",))
        self._oldest = Gauge("converter_oldest_waiting_seconds", "For how long the job waits that waits longest.", ("kind",))
        self._lost = Gauge("converter_nodes_lost", "Nodes that died unexpectedly since the cluster began.")
        self._store = Gauge("converter_store_reachable", "1, or 0 while the store cannot be listed.")
        self._slots = Gauge("converter_slots", "Workflows that a node may run, and does.", ("node", "state"))
        self._finished = Counter("converter_jobs_finished", "Jobs that came to their end.", ("kind", "outcome"))
        self._attempts = Counter("converter_attempts", "Attempts at jobs that ended.", ("kind", "outcome"))
        self._waited = Histogram("converter_waiting_seconds", "From a job's submission to its start.", _SECONDS, ("kind",))
        self._ran = Histogram("converter_running_seconds", "From a job's start to its end.", _SECONDS, ("kind",))
        self._tokens = Counter("converter_tokens", "Tokens that language models read and wrote.", ("direction",))
        self._rows = Counter("converter_rows", "Rows of files converted.", ("direction",))
        self._bytes = Counter("converter_bytes", "Bytes of files converted.", ("direction",))
        self._nodes: set[str] = set()

    def seen(
        self,
        waiting: dict[JobKind, int],
        running: dict[JobKind, int],
        oldest: dict[JobKind, datetime | None],
        nodes: list[Node],
        lost: int,
    ) -> None:
        """Notes how the queue and the cluster are now."""
        now = datetime.now(UTC)
        self._lost.set(lost)
        for kind in JobKind:
            since = oldest[kind]
            self._oldest.set(0.0 if since is None else max(0.0, (now - since).total_seconds()), {"kind": kind})
            self._waiting.set(waiting[kind], {"kind": kind})
            self._running.set(running[kind], {"kind": kind})
        slots = {node.address: (node.slots, node.active) for node in nodes}
        for address in self._nodes | slots.keys():
            # A node that has gone has none from now on; its last numbers would stand otherwise.
            all_of_them, used = slots.get(address, (0, 0))
            self._slots.set(all_of_them, {"node": address, "state": "all"})
            self._slots.set(used, {"node": address, "state": "used"})
        self._nodes |= slots.keys()

    def store(self, is_reachable: bool) -> None:
        """Notes whether the store could be listed."""
        self._store.set(int(is_reachable))

    def started(self, kind: JobKind, waited_seconds: float) -> None:
        """Notes a job that is tried for the first time."""
        self._waited.observe(max(0.0, waited_seconds), {"kind": kind})

    def attempted(self, kind: JobKind, outcome: str) -> None:
        """Notes an attempt's end: `final`, `overtaken`, `again`, `stopped`, or the name of what it died of."""
        self._attempts.inc(1, {"kind": kind, "outcome": outcome})

    def finished(self, record: JobRecord, ran_seconds: float) -> None:
        """Notes a job that an attempt ended, and what it took and made."""
        self._finished.inc(1, {"kind": record.kind, "outcome": record.status})
        self._ran.observe(ran_seconds, {"kind": record.kind})
        report = record.report or {}
        _count(self._rows, report, {"in": "rows_in", "out": "rows_out"})
        _count(self._bytes, report, {"in": "bytes_in", "out": "bytes_out"})
        _count(self._tokens, report.get("crew") or {}, {"read": "prompt_tokens", "written": "completion_tokens"})

    def ended_from_outside(self, kind: JobKind, outcome: str) -> None:
        """Notes a job that was cancelled, given up, or stopped at its deadline by the queue."""
        self._finished.inc(1, {"kind": kind, "outcome": outcome})


def _count(counter: Counter, numbers: dict[str, object], names: dict[str, str]) -> None:
    for direction, name in names.items():
        number = numbers.get(name)
        if isinstance(number, int | float) and number > 0:
            counter.inc(number, {"direction": direction})
