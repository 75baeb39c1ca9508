"""The client against a running service, through HAProxy, whose connections break."""

import asyncio
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import polars
import psutil
import pytest

from client import AsyncClient, Client, Correction, Job, JobCancelled, JobFailed, Named, Progress, StillRunning
from tests.integration.service import ROOT, Service, eventually
from tests.model_server import CLIENT_EXPECTED, CLIENT_INPUT

pytestmark = pytest.mark.integration

ORDERS, EXPECTED, MORE = (ROOT / "examples" / name for name in ("orders.csv", "expected.csv", "more_orders.csv"))
DATES = b"date\n" + b"".join(f"{day:02}.{day:02}.2025\n".encode() for day in range(1, 6))
DAYS = b"day\n" + b"".join(f"2025-{day:02}-{day:02}\n".encode() for day in range(1, 6))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("client"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    with Client(str(service.client.base_url), "key", "ada") as one:
        yield one


@pytest.fixture(scope="module")
def training(client: Client) -> Job:
    return client.train(ORDERS, EXPECTED)


def test_a_file_is_learned_from_looked_at_and_converted(client: Client, training: Job, tmp_path: Path) -> None:
    seen: list[Progress] = []

    preview = client.preview(training, MORE, rows=3)
    job = client.convert(training, MORE, to=tmp_path / "out.csv", progress=seen.append)

    header, *rows = (tmp_path / "out.csv").read_text().splitlines()
    assert header.split(",") == preview.header
    assert len(rows) == (job.rows or {})["out"] > 1000
    assert [",".join(cell or "" for cell in row.values()) for row in itertools.islice(client.rows(job), 3)] == rows[:3]
    assert {one.stage for one in seen} >= {"sending", "running", "receiving"}
    assert next(one.job_id for one in client.jobs(kind="inference")) == job.job_id


def test_a_frame_comes_back_as_one(client: Client, training: Job) -> None:
    given = polars.read_csv(MORE, infer_schema=False)

    made = client.convert_frame(training, given)

    assert made.columns == EXPECTED.read_text().splitlines()[0].split(",")
    # As they stand in the result: zeros before a number are its own.
    assert made["order"][0] == "001000"


def test_what_is_put_right_stays_so(client: Client) -> None:
    first = client.train(DATES, DAYS)
    assert first.questions

    second = client.correct(first, rows=[Correction({"date": "03.04.2025"}, {"day": "2025-03-04"})])
    named = client.name(second, "days")

    assert client.output(client.convert(named, b"date\n05.06.2025\n")) == b"day\n2025-05-06\n"
    assert client.converter(Named("days")) == client.converter(second)


def test_a_job_that_cannot_succeed_says_why(client: Client) -> None:
    with pytest.raises(JobFailed, match="No converter found") as caught:
        client.train(b"a\n1\n2\n3\n", b"b\nzap\nqux\nfoo\n")

    assert caught.value.job.report is not None


def test_waiting_ends_when_the_time_is_over_or_somebody_cancels(client: Client) -> None:
    waiting = [client.train(ORDERS, EXPECTED, wait=False) for _ in range(4)]

    with pytest.raises(StillRunning):
        client.wait(waiting[-1], timeout=0.1)
    threading.Timer(0.5, client.cancel, [waiting[-1]]).start()
    with pytest.raises(JobCancelled):
        client.wait(waiting[-1], timeout=60)
    for job in waiting[:-1]:
        assert client.wait(job).status == "succeeded"


async def test_many_wait_at_once_on_a_loop(service: Service, training: Job, tmp_path: Path) -> None:
    async with AsyncClient(str(service.client.base_url), "key", "ada") as client:
        places = [tmp_path / f"{number}.csv" for number in range(4)]

        await asyncio.gather(*[client.convert(training, ORDERS, to=place) for place in places])
        events = [event.name async for event in client.events(training)]

    assert {place.read_text() for place in places} == {EXPECTED.read_text()}
    assert events[-1] == "end"


def test_events_go_on_by_themselves_when_haproxy_dies(service: Service, client: Client) -> None:
    """The job waits behind others meanwhile, so that there is something to cut."""
    before = [client.train(ORDERS, EXPECTED, wait=False) for _ in range(4)]
    job = client.train(CLIENT_INPUT.encode(), CLIENT_EXPECTED.encode(), wait=False)
    events = client.events(job)

    first = next(events)
    proxies = [one for one in service.family() if one.name() == "haproxy"]
    assert proxies
    for one in proxies:
        one.kill()
    psutil.wait_procs(proxies)
    rest = list(events)

    assert (first.name, first.status) == ("status", "queued")
    assert [(one.name, one.status) for one in rest] == [("status", "running"), ("phase", "running"), ("end", "succeeded")]
    assert eventually(lambda: all(client.job(one).status == "succeeded" for one in before), 60)
