"""Delivers webhooks: what is to be told of jobs' ends, read from the store, so that it may die with its queue at any moment.

Signed as Standard Webhooks says (https://www.standardwebhooks.com). An answer of 2xx ends a delivery, 410 gives it up, all else
is tried again after growing pauses for a day. No secret and no address is ever logged.
"""

import asyncio
import hashlib
import hmac
import logging
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from jobs.addresses import HostUnknown, NotPublic, address_of
from jobs.backoff import delay
from jobs.deliveries import Deliveries, Delivery, DeliveryAttempt, DeliveryStatus, next_due
from jobs.errors import JobError, JobMissing
from jobs.objects import ObjectStore
from settings import Settings

log = logging.getLogger(__name__)

_AT_ONCE, _AT_ONCE_TO_A_HOST = 32, 4
_LONGEST_PAUSE = 4 * 3600.0
T = TypeVar("T")
Name = tuple[str, str, str]


class Courier:
    """Delivers one store's messages, many at a time."""

    def __init__(self, settings: Settings, objects: ObjectStore) -> None:
        self._settings, self._deliveries = settings, Deliveries(objects)
        # Threads of its own: a name server that hangs is not to hold up the queue.
        self._threads = ThreadPoolExecutor(8, "courier")
        self._news = asyncio.Event()
        self._due: dict[Name, datetime] = {}
        self._running: dict[Name, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_AT_ONCE_TO_A_HOST))

    def wake(self) -> None:
        """There may be something to deliver."""
        self._news.set()

    async def run(self) -> None:
        """Delivers for ever."""
        while True:
            self._news.clear()
            try:
                pending = await self._in_thread(self._deliveries.pending)
            except JobError as error:
                log.warning("what is to be delivered cannot be listed now: %s", error)
                pending = []
            self._due = {name: due for name, due in self._due.items() if name in set(pending)}
            now = datetime.now(UTC)
            for name in pending:
                if name not in self._running and self._due.get(name, now) <= now:
                    self._running[name] = asyncio.create_task(self._carry(name))
            waits = [(due - now).total_seconds() for name, due in self._due.items() if name not in self._running]
            pause = max(0.05, min([self._settings.rescan_seconds, *waits]))
            try:
                # Not `wait_for`, which before Python 3.12 can lose a cancellation that comes with the news.
                async with asyncio.timeout(pause):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _carry(self, name: Name) -> None:
        try:
            async with self._places:
                await self._delivered(name)
        except JobMissing:
            self._due.pop(name, None)  # Deleted with its job.
        except JobError as error:
            log.warning("the delivery %s cannot be noted now: %s", name[2], error)
        finally:
            del self._running[name]
            self._news.set()

    async def _delivered(self, name: Name) -> None:
        try:
            delivery = await self._in_thread(self._deliveries.get, *name)
        except JobMissing:
            await self._in_thread(self._deliveries.settle, name)
            raise
        if delivery.status is not DeliveryStatus.PENDING:
            await self._in_thread(self._deliveries.settle, name)
            return
        if delivery.due_at > datetime.now(UTC):
            self._due[name] = delivery.due_at
            return
        async with self._hosts[urlsplit(delivery.url).hostname or ""]:
            attempt, retry_after = await self._sent(delivery)
        status, due = self._verdict(delivery, attempt, retry_after)
        log.info("delivery %s of job %s: %s", name[2], name[1], attempt.status_code or attempt.problem)
        await self._in_thread(self._deliveries.attempted, name, attempt, status, due)
        self._due[name] = due

    def _verdict(self, delivery: Delivery, attempt: DeliveryAttempt, retry_after: float) -> tuple[DeliveryStatus, datetime]:
        code, now = attempt.status_code or 0, datetime.now(UTC)
        if 200 <= code < 300:
            return DeliveryStatus.DELIVERED, now
        first = self._settings.webhook_retry_seconds
        pause = max(delay(delivery.failures + 1, first=first, most=_LONGEST_PAUSE), retry_after)
        due = None if code == 410 else next_due(delivery, now, pause, self._settings.webhook_give_up_seconds)
        return (DeliveryStatus.GIVEN_UP, now) if due is None else (DeliveryStatus.PENDING, due)

    async def _sent(self, delivery: Delivery) -> tuple[DeliveryAttempt, float]:
        """One attempt, and for how many seconds the receiver would be left alone."""
        began = datetime.now(UTC)
        try:
            async with asyncio.timeout(self._settings.webhook_seconds):
                request = await self._request(delivery, int(began.timestamp()))
                async with httpx.AsyncClient(timeout=self._settings.webhook_seconds, trust_env=False) as client:
                    answer = await client.send(request, stream=True)
                    await answer.aclose()
        except TimeoutError:
            return DeliveryAttempt(at=began, problem=f"no answer within {self._settings.webhook_seconds:g} s"), 0.0
        except (HostUnknown, NotPublic) as error:
            return DeliveryAttempt(at=began, problem=str(error)), 0.0
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return DeliveryAttempt(at=began, problem=type(error).__name__), 0.0
        asked = answer.headers.get("retry-after", "")
        wait = float(asked) if asked.isascii() and asked.isdigit() else 0.0
        return DeliveryAttempt(at=began, status_code=answer.status_code), wait

    async def _request(self, delivery: Delivery, timestamp: int) -> httpx.Request:
        """The signed request, to an address that was looked at: the host's name is not asked for again."""
        url = httpx.URL(delivery.url)
        port = url.port or (443 if url.scheme == "https" else 80)
        address = await self._in_thread(address_of, url.host, port, self._settings.allowed_url_hosts)
        secret = (await self._in_thread(self._deliveries.made_webhook, delivery.user_id)).secret
        headers = {
            "Host": url.netloc.decode(),
            "Content-Type": "application/json",
            "User-Agent": "ai-csv-converter",
            "webhook-id": delivery.delivery_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(secret, delivery.delivery_id, timestamp, delivery.payload),
        }
        extensions = {"sni_hostname": url.host}
        body = delivery.payload.encode()
        return httpx.Request("POST", url.copy_with(host=address), headers=headers, content=body, extensions=extensions)

    async def _in_thread(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)


def signature(secret: str, message_id: str, timestamp: int, payload: str) -> str:
    """The header `webhook-signature` of Standard Webhooks: HMAC-SHA256 over id, moment and body."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.{payload}".encode()
    return f"v1,{b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
