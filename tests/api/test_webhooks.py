"""A user's webhook and deliveries over HTTP."""

from typing import Any

import httpx
import pytest

from jobs.deliveries import Deliveries
from jobs.store import JobStore
from tests.api.test_app import INPUT, RememberingQueue, trained, training

URL = "https://example.org/hooks?for=ada"


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "example.org", "https://", "http://u:p@example.org/", "http://[::1", "x" * 3000]
)
async def test_what_is_no_address_for_a_webhook_is_refused(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.post("/api/v1/train", json=training(webhook_url=url))

    assert answer.status_code == 422
    assert "webhook_url" in answer.json()["detail"][0]["loc"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::1]:8000/", "http://localhost/"]
)
async def test_a_private_webhook_is_refused(client: httpx.AsyncClient, url: str) -> None:
    by_job = await client.post("/api/v1/train", json=training(webhook_url=url))
    by_user = await client.put("/api/v1/users/ada/webhook", json={"url": url})

    assert "not public" in by_job.json()["detail"][0]["msg"]
    assert by_user.status_code == 422


async def test_a_job_tells_its_own_webhook_or_else_the_users(client: httpx.AsyncClient, jobs: JobStore) -> None:
    Deliveries(jobs.objects).set_url("ada", URL)
    own = {"user_id": "ada", "job_id": trained(jobs), "input_file": INPUT, "webhook_url": "https://8.8.8.8/own"}
    bodies: list[tuple[str, dict[str, Any]]] = [("/api/v1/train", training()), ("/api/v1/inference/run", own)]

    answers = [(await client.post(path, json=body)).json() for path, body in bodies]

    assert [jobs.get("ada", one["job_id"]).webhook_url for one in answers] == [URL, "https://8.8.8.8/own"]


async def test_the_secret_stays_until_another_is_asked_for(client: httpx.AsyncClient) -> None:
    place = "/api/v1/users/ada/webhook/secret"

    first, again = await client.get(place), await client.get(place)
    other = await client.post(place)

    assert first.json() == again.json() != other.json()
    assert first.json()["secret"].startswith("whsec_")
    assert first.headers["Cache-Control"] == "no-store"
    assert "secret" not in (await client.get("/api/v1/users/ada/webhook")).json()


async def test_a_delivery_is_listed_and_sent_again(client: httpx.AsyncClient, jobs: JobStore, queue: RememberingQueue) -> None:
    job_id = (await client.post("/api/v1/train", json=training(webhook_url="https://8.8.8.8/own"))).json()["job_id"]
    place = f"/api/v1/ada/{job_id}/deliveries"
    before = (await client.get(place)).json()
    await client.post(f"/api/v1/ada/{job_id}/cancel")

    (one,) = (await client.get(place)).json()
    again = await client.post(f"{place}/{one['delivery_id']}/resend")

    assert before == []
    assert (one["event"], one["status"], one["attempts"]) == ("job.cancelled", "pending", [])
    assert again.status_code == 202
    assert queue.submitted[-1] == "deliver"
    assert (await client.post(f"{place}/msg_none/resend")).status_code == 404
    assert (await client.get(f"/api/v1/bob/{job_id}/deliveries")).status_code == 404
