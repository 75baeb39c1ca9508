"""Requests that wait for a job: woken by what happens, bounded in time and number, and events that none is missing from."""

import asyncio
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.waiting import seconds_of
from jobs.record import JobKind, JobRecord, JobStatus, Problem
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue, training


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, None),
        ("wait=10", 10),
        ("respond-async, wait=10", 10),
        ("WAIT = 5; x=1", 5),
        ('wait="7"', 7),
        ("wait=1000000", 60),
        ("wait", None),
        ("wait=soon", None),
        ("await=3", None),
        ("", None),
    ],
)
def test_how_long_a_client_would_wait(prefer: str | None, seconds: int | None) -> None:
    assert seconds_of(prefer) == seconds


def created(jobs: JobStore) -> JobRecord:
    return jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {})


async def ended_when_watched(jobs: JobStore, queue: RememberingQueue) -> None:
    """Ends the only job, as soon as somebody waits for it."""
    await queue.watched.wait()
    (record,) = jobs.list_of("ada")
    claimed = jobs.claim("ada", record.job_id, "1")
    jobs.finish(claimed, JobStatus.SUCCEEDED, report={"rows": 1})
    queue.news.set()


async def test_a_post_that_waits_answers_with_the_ended_job(
    client: httpx.AsyncClient, jobs: JobStore, queue: RememberingQueue
) -> None:
    worker = asyncio.create_task(ended_when_watched(jobs, queue))

    answer = await client.post("/api/v1/train", json=training(), headers={"Prefer": "wait=60"})

    await worker
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait=60")
    told = answer.json()
    assert (told["status"], told["job"]["status"], told["job"]["report"]) == ("succeeded", "succeeded", {"rows": 1})


async def test_a_post_whose_time_is_over_answers_as_ever(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/train", json=training(), headers={"Prefer": "wait=1"})

    assert (answer.status_code, answer.json()["status"]) == (202, "queued")


async def test_a_record_can_be_waited_for(client: httpx.AsyncClient, jobs: JobStore, queue: RememberingQueue) -> None:
    record = created(jobs)
    worker = asyncio.create_task(ended_when_watched(jobs, queue))

    answer = await client.get(f"/api/v1/ada/{record.job_id}", headers={"Prefer": "wait=60"})

    await worker
    assert answer.json()["status"] == "succeeded"


async def test_no_more_wait_than_may(settings: Settings, jobs: JobStore, queue: RememberingQueue) -> None:
    app = create_app(settings.model_copy(update={"waits_per_key": 1}), jobs, queue)
    record = created(jobs)
    url = f"/api/v1/ada/{record.job_id}"
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as client:
        first = asyncio.create_task(client.get(url, headers={"Prefer": "wait=60"}))
        await queue.watched.wait()

        second = await client.get(url, headers={"Prefer": "wait=60"})
        events = await client.get(f"{url}/events")
        jobs.cancel("ada", record.job_id)
        queue.news.set()

    assert (second.json()["status"], "Preference-Applied" in second.headers) == ("queued", False)
    assert (events.status_code, events.headers["Retry-After"]) == (429, "5")
    assert (await first).json()["status"] == "cancelled"


def lines(text: str, field: str) -> list[str]:
    return [line.removeprefix(f"{field}: ") for line in text.splitlines() if line.startswith(f"{field}: ")]


def carried_out(jobs: JobStore) -> JobRecord:
    """A job of the crew that failed, round by round."""
    claimed = jobs.claim("ada", created(jobs).job_id, "1")
    jobs.progress(claimed, "coding", round=1, best_match=0.5)
    jobs.progress(claimed, "coding", round=1, best_match=0.5, tokens=7)
    jobs.progress(claimed, "coding", round=2, best_match=0.75)
    return jobs.finish(claimed, JobStatus.FAILED, error=Problem(title="No converter found", detail="why"))


async def test_events_tell_what_happened_in_order(client: httpx.AsyncClient, jobs: JobStore) -> None:
    record = carried_out(jobs)

    answer = await client.get(f"/api/v1/ada/{record.job_id}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert lines(answer.text, "event") == ["status", "status", "phase", "phase", "end"]
    assert '"round":2,"best_match":0.75' in lines(answer.text, "data")[3]
    assert '"error":{"title":"No converter found"' in lines(answer.text, "data")[4]


@pytest.mark.parametrize("seen", range(1, 5))
async def test_events_go_on_behind_the_last_that_came(client: httpx.AsyncClient, jobs: JobStore, seen: int) -> None:
    url = f"/api/v1/ada/{carried_out(jobs).job_id}/events"
    whole = (await client.get(url)).text

    rest = (await client.get(url, headers={"Last-Event-ID": lines(whole, "id")[seen - 1]})).text

    assert lines(rest, "id") == lines(whole, "id")[seen:]


async def test_nothing_comes_behind_the_end(client: httpx.AsyncClient, jobs: JobStore) -> None:
    url = f"/api/v1/ada/{carried_out(jobs).job_id}/events"
    last = lines((await client.get(url)).text, "id")[-1]

    assert (await client.get(url, headers={"Last-Event-ID": last})).status_code == 204


async def test_a_retried_job_has_new_events_behind_the_old_ones(client: httpx.AsyncClient, jobs: JobStore) -> None:
    record = carried_out(jobs)
    url = f"/api/v1/ada/{record.job_id}/events"
    last = lines((await client.get(url)).text, "id")[-1]
    jobs.retry("ada", record.job_id)
    jobs.cancel("ada", record.job_id)

    rest = (await client.get(url, headers={"Last-Event-ID": last})).text

    assert lines(rest, "event") == ["status", "end"]


async def test_a_listing_leaves_events_out(client: httpx.AsyncClient, jobs: JobStore) -> None:
    carried_out(jobs)

    listed: list[dict[str, Any]] = (await client.get("/api/v1/users/ada/jobs")).json()

    assert "events" not in listed[0]


async def test_another_users_events_are_not_there(client: httpx.AsyncClient, jobs: JobStore) -> None:
    assert (await client.get(f"/api/v1/bob/{carried_out(jobs).job_id}/events")).status_code == 404
