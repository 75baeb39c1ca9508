"""What a stranger on the network can do to a running service: little, and never stop it for others."""

import contextlib
import os
import re
import signal
import socket
import stat
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from converter.manifest import Check, Converter
from jobs.folder import FolderStore
from jobs.record import JobKind, JobRecord
from jobs.store import JobStore
from tests.integration.service import Service

pytestmark = pytest.mark.integration

IDLE = 4
HEAD = "POST /api/v1/train HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{key}\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = {
        "UPLOAD_IDLE_SECONDS": str(IDLE),
        "UPLOADS_PER_KEY": "8",
        "SPOOL_BYTES": str(64 << 20),
        "OUTPUT_BYTES": str(8 << 20),
    }
    running = Service(tmp_path_factory.mktemp("attacked"), settings=settings)
    yield running
    running.stop()


@contextlib.contextmanager
def clients(service: Service, count: int, said: bytes, source: str = "127.0.0.1") -> Iterator[list[socket.socket]]:
    """So many connections from this address that have said this and nothing more, but for those that were refused."""
    with contextlib.ExitStack() as opened:
        made = []
        for _ in range(count):
            with contextlib.suppress(ConnectionError):
                one = socket.create_connection(("127.0.0.1", service.port), timeout=30, source_address=(source, 0))
                opened.enter_context(one)
                one.sendall(said)
                made.append(one)
        yield made


def slow_body(key: str = "", length: int = 1000) -> bytes:
    return HEAD.format(length=length, key=f"X-API-KEY: {key}\r\n" if key else "").encode() + b"{"


def answer_of(client: socket.socket) -> str:
    client.settimeout(30)
    with contextlib.suppress(ConnectionResetError):
        return client.recv(200).decode().partition("\r\n")[0]
    return "reset"


def health(service: Service, count: int) -> list[float]:
    """How long so many requests take, in seconds."""
    took = []
    with httpx.Client(base_url=f"http://127.0.0.1:{service.port}", timeout=10) as client:
        for _ in range(count):
            began = time.perf_counter()
            assert client.get("/health").status_code == 200
            took.append(time.perf_counter() - began)
    return took


def test_bodies_without_a_key_are_refused_before_they_are_there(service: Service) -> None:
    with clients(service, 270, slow_body()) as slow:
        took = health(service, 20)
        answers = {answer_of(client) for client in slow}

    # All 270 come at once and are answered first.
    assert max(took) < 5
    assert answers == {"HTTP/1.1 401 Unauthorized"}


def test_a_body_with_a_wrong_key_takes_no_disk(service: Service) -> None:
    before = psutil.disk_usage(str(service.log.parent)).used
    with clients(service, 2, slow_body("wrong", 200 << 20)) as large:
        answers = []
        for client in large:
            with contextlib.suppress(ConnectionError):
                for _ in range(32):
                    client.sendall(b"x" * (1 << 20))
            answers.append(answer_of(client))
        grown = sum(one.stat().st_size for one in Path("/tmp").glob("acc-*/t/body-*"))

    assert grown == 0
    assert set(answers) <= {"HTTP/1.1 403 Forbidden", "reset"}
    assert psutil.disk_usage(str(service.log.parent)).used - before < 32 << 20


def test_a_thousand_slow_clients_leave_a_healthy_one_fast(service: Service) -> None:
    quiet = health(service, 200)
    kinds = [slow_body(), slow_body("wrong"), slow_body("key"), HEAD[:40].encode()]
    with contextlib.ExitStack() as opened:
        for said in kinds:
            opened.enter_context(clients(service, 250, said))
        took = health(service, 1000)
        ready = httpx.get(f"http://127.0.0.1:{service.port}/ready", timeout=10)

    print(f"p99 of /health: {1000 * p99(took):.1f} ms, quiet {1000 * p99(quiet):.1f} ms")
    # The machine's own noise is not ours to answer for.
    assert p99(took) < max(0.05, 3 * p99(quiet))
    assert ready.status_code == 200


def p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[98]


@pytest.mark.parametrize("said", [b"", b"GET /health HTTP/1.1\r\nHost: service\r\n\r\n"], ids=["silent", "kept alive"])
def test_no_address_has_all_connections(service: Service, said: bytes) -> None:
    quiet = health(service, 200)
    # More than HAProxy has in all.
    with clients(service, 5000, said, "127.0.0.2") as greedy:
        # Answered, as far as it was let in.
        answer_of(greedy[0]) if said else None
        took = health(service, 400)
        ready = httpx.get(f"http://127.0.0.1:{service.port}/ready", timeout=10)

    print(f"p99 of /health: {1000 * p99(took):.1f} ms, quiet {1000 * p99(quiet):.1f} ms")
    assert p99(took) < max(0.05, 3 * p99(quiet))
    assert ready.status_code == 200


def test_a_body_that_nobody_reads_holds_no_connection(service: Service) -> None:
    said = b"POST /docs HTTP/1.1\r\nHost: service\r\nContent-Length: 1000000\r\n\r\n{"
    with clients(service, 1, said) as (client,):
        assert answer_of(client).startswith("HTTP/1.1 405")
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < 30:
                client.sendall(b" ")
                client.settimeout(0.5)
                with contextlib.suppress(TimeoutError):
                    if client.recv(1000) == b"":
                        break

    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "head",
    [
        b"POST /api/v1/train HTTP/1.1\r\nHost: s\r\nX-API-KEY: key\r\nContent-Length: " + b"0" * 5000 + b"1\r\n\r\n{",
        b"POST /api/v1/train HTTP/1.1\r\nHost: s\r\nX-API-KEY: key\r\nContent-Length: -1\r\n\r\n{",
        b"POST /api/v1/train HTTP/1.1\r\nHost: s\r\nX-API-KEY: key\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /api/v1/train HTTP/1.1\r\nHost: s\r\nX-API-KEY: key\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n{",
        b"GET /%ff%fe%00%0a HTTP/1.1\r\nHost: s\r\nX-API-KEY: \xff\xfe\r\n\r\n",
        b"GET /api/v1/ada/x HTTP/1.1\r\nHost: s\r\nX-API-KEY: \xff\xfe\r\n\r\n",
        b"GET /docs HTTP/1.1\r\nHost: s\r\nAuthorization: Basic \xff==\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: s\r\n\r\n",
        b"GET /health HTTP/1.1\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(900)) + b"\r\n",
        b"TRACE / HTTP/1.1\r\nHost: s\r\nMax-Forwards: 0\r\n\r\n",
        b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: s\r\n\r\n",
        b"GET http://169.254.169.254/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n",
    ],
    ids=lambda head: head[:40].decode("latin-1") + head[-12:].decode("latin-1"),
)
def test_odd_requests_are_no_fault_of_the_services(service: Service, head: bytes) -> None:
    with clients(service, 1, head) as (client,):
        answer = answer_of(client)

    assert re.match(r"HTTP/1\.[01] [234]\d\d |reset$|$", answer), answer


def test_a_slow_body_is_given_up_and_its_place_is_free_again(service: Service) -> None:
    with clients(service, 8, slow_body("key")) as slow:
        began = time.monotonic()
        answers = {answer_of(client) for client in slow}
        took = time.monotonic() - began

    assert answers == {"HTTP/1.1 408 Request Timeout"}
    assert took < 3 * IDLE
    assert service.ended(service.train())["status"] == "succeeded"


def test_a_body_that_drips_is_given_up_too(service: Service) -> None:
    with clients(service, 1, slow_body("key", 10_000)) as (client,):
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < 4 * IDLE:
                client.sendall(b" ")
                client.settimeout(0.5)
                with contextlib.suppress(TimeoutError):
                    if client.recv(100).startswith(b"HTTP/1.1 408"):
                        break
        took = time.monotonic() - began

    assert took < 3 * IDLE


def test_headers_that_drip_are_given_up(service: Service) -> None:
    with clients(service, 1, b"GET /health HTTP/1.1\r\nHost: service\r\n") as (client,):
        began = time.monotonic()
        answer = b""
        while time.monotonic() - began < 40 and not answer:
            with contextlib.suppress(ConnectionError):
                client.sendall(b"X: y\r\n")
            client.settimeout(1)
            with contextlib.suppress(TimeoutError):
                answer = client.recv(100) or b"closed"

    assert answer.startswith((b"HTTP/1.1 408", b"HTTP/1.0 408", b"closed"))


def test_what_all_bodies_take_together_is_bounded(service: Service) -> None:
    with clients(service, 8, slow_body("key", 60 << 20)) as large:
        threads = [threading.Thread(target=_pour, args=(client, 30 << 20)) for client in large]
        for thread in threads:
            thread.start()
        most = 0
        while any(thread.is_alive() for thread in threads):
            most = max(most, sum(_spooled(process) for process in service.family()[1:]))
            threading.Event().wait(0.05)
        answers = {answer_of(client) for client in large}

    # Half of SPOOL_BYTES is one key's.
    assert most <= 32 << 20
    assert answers & {"HTTP/1.1 429 Too Many Requests", "reset"}


def _pour(client: socket.socket, size: int) -> None:
    with contextlib.suppress(OSError):
        for _ in range(size >> 20):
            client.sendall(b" " * (1 << 20))


def _spooled(process: psutil.Process) -> int:
    """What the deleted temporary files take that a process holds open."""
    total = 0
    with contextlib.suppress(psutil.Error, OSError):
        for link in Path(f"/proc/{process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if "/t/" in os.readlink(link) and "(deleted)" in os.readlink(link):
                    total += link.stat().st_size
    return total


BOMB = "SELECT _row FROM output WHERE length(repeat(a, 2000000000) || repeat(a, 2000000001)) > 1"


@pytest.mark.parametrize(
    ("statement", "checks", "status", "told"),
    [
        ("SELECT error(repeat('A', 60000000)) AS a FROM input", (), "failed", "60000000 characters|failed"),
        ("SELECT repeat('x', 1000) AS a FROM input, range(10000000)", (), "failed", "past its limit of 8 MiB"),
        ("SELECT error('CSV Error on Line: 1') AS a FROM input", (), "failed", "the converter's statement failed"),
        ("SELECT current_date AS a FROM input", (), "failed", "no column of the input"),
        ("SELECT a FROM input", (BOMB, "SELECT 'abc' FROM output"), "succeeded", "gives"),
    ],
    ids=["long error", "long output", "a lie about the file", "the clock", "checks"],
)
def test_a_hostile_converter_fails_alone_and_leaves_little(
    service: Service, statement: str, checks: tuple[str, ...], status: str, told: str
) -> None:
    jobs = JobStore(FolderStore(service.log.parent / "data"))
    named = tuple(Check(str(number), sql) for number, sql in enumerate(checks))
    converter = Converter(statement, ("a",), output_header=("a",), checks=named).dumps()
    record = JobRecord.new(user_id="ada", kind=JobKind.INFERENCE)
    mask = os.umask(0o077)
    jobs.create(record, {"input.csv": b"a\n1\n2\n", "converter.sql": converter.encode()})
    os.umask(mask)

    ended = service.ended(record.job_id)

    assert ended["status"] == status, ended
    assert re.search(told, str(ended["error"] or ended["report"]))
    assert len(str(ended)) < 20_000
    assert jobs.sizes_of("ada")[record.job_id] < 10 << 20


def test_a_revoked_key_is_refused_at_once_and_its_changes_stand_in_the_log(service: Service) -> None:
    body = {"name": "guest", "role": "train", "users": ["guest"]}
    made = service.client.post("/api/v1/keys", json=body).json()
    url, key = f"http://127.0.0.1:{service.port}/api/v1", {"X-API-KEY": made["key"]}

    own = httpx.get(f"{url}/users/guest/jobs", headers=key)
    others = httpx.delete(f"{url}/delete/job/ada/x", headers=key)
    service.client.delete(f"/api/v1/keys/{made['key_id']}")
    revoked = httpx.get(f"{url}/users/guest/jobs", headers=key)

    assert (own.status_code, others.status_code, revoked.status_code) == (200, 403, 403)
    lines = service.client.get("/api/v1/audit", params={"limit": 1000}).json()
    assert [line["action"] for line in lines][-2:] == ["POST /api/v1/keys", f"DELETE /api/v1/keys/{made['key_id']}"]
    assert {line["address"] for line in lines} == {"127.0.0.1"}


def test_the_proxys_admin_socket_is_its_owners_alone(service: Service) -> None:
    (folder,) = {Path(process.environ()["RAY_TMPDIR"]) for process in service.family() if process.name() == "haproxy"}
    (admin,) = folder.rglob("admin.sock")

    assert stat.S_IMODE(admin.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((Path.home() / ".ray" / "auth_token").stat().st_mode) == 0o600


def test_what_the_service_stores_is_its_owners_alone(service: Service) -> None:
    service.ended(service.train())

    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (service.log.parent / "data").rglob("*")}
    assert modes == {0}


def test_temporary_folders_are_gone_when_the_service_ends(tmp_path: Path) -> None:
    before = {*Path("/tmp").iterdir()}
    service = Service(tmp_path)
    made = [path for path in {*Path("/tmp").iterdir()} - before if path.name.startswith("acc-")]
    service.ended(service.train())
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(60) == 0

    assert made
    assert not [path for path in made if path.exists()]
