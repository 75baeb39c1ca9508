"""Webhooks against a real receiver that fails, hangs and comes back: signed, at least once, and only where they may go."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from actors.courier import Courier
from jobs.deliveries import Deliveries, Delivery, DeliveryStatus
from jobs.folder import FolderStore
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.store import JobStore
from settings import Settings


class Receiver:
    """A server that answers with the statuses it is given, one after the other, the last one for ever; 0 hangs."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.released, self.arrived = threading.Event(), threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
                receiver.arrived.set()
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                if status == 0:
                    receiver.released.wait(20)
                    return
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/hook?token=x"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.stop()


@pytest.fixture
def jobs(tmp_path: Path) -> JobStore:
    return JobStore(FolderStore(tmp_path))


def settings(**changes: Any) -> Settings:
    quick = {"webhook_retry_seconds": 0.05, "webhook_seconds": 4, "rescan_seconds": 0.1, "allowed_url_hosts": ("localhost",)}
    return Settings(_env_file=None, **{**quick, **changes})


Carry = Callable[..., Any]


@pytest.fixture
async def carry(jobs: JobStore) -> AsyncIterator[Carry]:
    """Starts a courier."""
    running: list[asyncio.Task[None]] = []

    def start(**changes: Any) -> asyncio.Task[None]:
        running.append(asyncio.create_task(Courier(settings(**changes), jobs.objects).run()))
        return running[-1]

    yield start
    for one in running:
        one.cancel()
        with suppress(asyncio.CancelledError):
            await one


def ended(jobs: JobStore, url: str) -> JobRecord:
    record = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN, webhook_url=url), {})
    return jobs.finish(jobs.claim("ada", record.job_id, "1"), JobStatus.SUCCEEDED)


async def settled(jobs: JobStore, record: JobRecord, status: DeliveryStatus, of: int = 0) -> Delivery:
    """The job's delivery in this status, when there is nothing to deliver but `of` others."""
    async with asyncio.timeout(20):
        while True:
            (delivery,) = Deliveries(jobs.objects).of_job("ada", record.job_id)
            if delivery.status is status and len(Deliveries(jobs.objects).pending()) == of:
                return delivery
            await asyncio.sleep(0.02)


async def test_a_receiver_can_verify_what_comes(jobs: JobStore, receiver: Receiver, carry: Carry) -> None:
    carry()
    record = ended(jobs, receiver.url)

    await settled(jobs, record, DeliveryStatus.DELIVERED)

    ((headers, body),) = receiver.got
    secret = Deliveries(jobs.objects).made_webhook("ada").secret
    # As the specification has it, written anew.
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(base64.b64decode(secret[len("whsec_") :]), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
    told = json.loads(body)
    assert (told["type"], told["data"]["job_id"], told["data"]["status"]) == ("job.succeeded", record.job_id, "succeeded")
    assert secret not in body.decode()


async def test_it_is_sent_until_the_receiver_is_back(jobs: JobStore, receiver: Receiver, carry: Carry) -> None:
    receiver.statuses = [500, 0, 302, 404, 200]
    carry()

    delivery = await settled(jobs, ended(jobs, receiver.url), DeliveryStatus.DELIVERED)

    told = [one.status_code or one.problem for one in delivery.attempts]
    assert told == [500, "no answer within 4 s", 302, 404, 200]
    assert len({(headers["webhook-id"], body) for headers, body in receiver.got}) == 1


async def test_a_courier_that_dies_loses_nothing(jobs: JobStore, receiver: Receiver, carry: Carry) -> None:
    receiver.statuses = [500]
    first = carry()
    record = ended(jobs, receiver.url)
    await asyncio.to_thread(receiver.arrived.wait, 10)
    first.cancel()
    receiver.statuses = [200]

    carry()

    await settled(jobs, record, DeliveryStatus.DELIVERED)


async def test_one_that_never_answers_is_given_up(jobs: JobStore, receiver: Receiver, carry: Carry) -> None:
    receiver.statuses = [503]
    carry(webhook_give_up_seconds=4)

    delivery = await settled(jobs, ended(jobs, receiver.url), DeliveryStatus.GIVEN_UP)

    assert len(delivery.attempts) > 1


async def test_gone_is_not_asked_again_until_a_person_says_so(jobs: JobStore, receiver: Receiver, carry: Carry) -> None:
    receiver.statuses = [410]
    carry()
    record = ended(jobs, receiver.url)
    given_up = await settled(jobs, record, DeliveryStatus.GIVEN_UP)
    receiver.statuses = [204]

    Deliveries(jobs.objects).again(*given_up.name)

    delivery = await settled(jobs, record, DeliveryStatus.DELIVERED)
    assert [one.status_code for one in delivery.attempts] == [410, 204]


async def test_a_private_address_is_never_asked(jobs: JobStore, receiver: Receiver, carry: Carry) -> None:
    carry(allowed_url_hosts=(), webhook_give_up_seconds=0.2)

    delivery = await settled(jobs, ended(jobs, receiver.url), DeliveryStatus.GIVEN_UP)

    assert "is not public" in str(delivery.attempts[0].problem)
    assert receiver.got == []


async def test_one_that_hangs_holds_up_no_other(jobs: JobStore, receiver: Receiver, carry: Carry) -> None:
    receiver.statuses = [0]
    hanging = [ended(jobs, receiver.url) for _ in range(10)]
    carry(webhook_seconds=15, allowed_url_hosts=("localhost", "127.0.0.1"))
    other = Receiver()
    try:
        await settled(jobs, ended(jobs, other.url.replace("localhost", "127.0.0.1")), DeliveryStatus.DELIVERED, of=len(hanging))
    finally:
        receiver.released.set()
        other.stop()


async def test_a_death_between_the_end_and_its_message_is_made_good(jobs: JobStore, receiver: Receiver) -> None:
    record = ended(jobs, receiver.url)
    deliveries = Deliveries(jobs.objects)
    deliveries.forget("ada", record.job_id)
    jobs.objects.put(OpenJob.of(record).marker, b"open")

    jobs.settle(OpenJob.of(record))

    assert [name[1] for name in deliveries.pending()] == [record.job_id]


async def test_a_deleted_job_tells_nobody(jobs: JobStore, receiver: Receiver) -> None:
    record = ended(jobs, receiver.url)

    jobs.delete("ada", record.job_id)

    assert Deliveries(jobs.objects).pending() == []
    assert Deliveries(jobs.objects).of_job("ada", record.job_id) == []
