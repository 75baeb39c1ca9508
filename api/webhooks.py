"""Webhooks over HTTP: a user's own address and secret, and what became of each message."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.bodies import Identifier, WebhookUrl
from api.callers import needs
from api.problems import RESPONSES
from api.queue import Queue
from api.submission import refuse_private
from jobs.deliveries import Deliveries, Delivery, DeliveryAttempt, DeliveryStatus
from jobs.keys import Role
from jobs.store import JobStore
from settings import Settings


class WebhookRequest(BaseModel):
    """The address that a user's jobs tell."""

    model_config = ConfigDict(extra="forbid")

    url: WebhookUrl | None = Field(description="Null for none.", examples=["https://example.org/hooks"])


class WebhookView(BaseModel):
    """The address that a user's jobs tell which name none themselves."""

    url: str | None


class WebhookSecret(BaseModel):
    """What messages to the user's webhooks are signed with."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class DeliveryView(BaseModel):
    """A message, and each attempt at its delivery."""

    delivery_id: str
    event: str
    url: str
    status: DeliveryStatus
    created_at: datetime
    due_at: datetime
    attempts: list[DeliveryAttempt]
    payload: str

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryView":
        """What is told of a delivery."""
        return cls.model_validate(delivery.model_dump())


def webhooks(settings: Settings, jobs: JobStore, queue: Queue) -> APIRouter:
    """A user's webhook, its secret, and deliveries."""
    router = APIRouter(tags=["webhooks"], responses={status: RESPONSES[status] for status in (401, 403, 415, 422, 429, 503)})
    deliveries = Deliveries(jobs.objects)

    @router.get("/users/{user_id}/webhook", summary="A user's webhook", dependencies=[needs(Role.CONVERT)])
    async def webhook(user_id: Identifier) -> WebhookView:
        """Whom the ends of the user's jobs are told, where a request names no `webhook_url` of its own."""
        found = await run_in_threadpool(deliveries.webhook, user_id)
        return WebhookView(url=None if found is None else found.url)

    @router.put("/users/{user_id}/webhook", summary="Set a user's webhook", dependencies=[needs(Role.TRAIN)])
    async def set_webhook(user_id: Identifier, body: WebhookRequest) -> WebhookView:
        """For jobs that are submitted from now on."""
        if body.url is not None:
            await run_in_threadpool(refuse_private, settings, "url", body.url)
        return WebhookView(url=(await run_in_threadpool(deliveries.set_url, user_id, body.url)).url)

    @router.get("/users/{user_id}/webhook/secret", summary="The secret that signs", dependencies=[needs(Role.TRAIN)])
    async def secret(user_id: Identifier, response: Response) -> WebhookSecret:
        """With which a receiver checks `webhook-signature`; made at the first asking."""
        response.headers["Cache-Control"] = "no-store"
        return WebhookSecret(secret=(await run_in_threadpool(deliveries.made_webhook, user_id)).secret)

    @router.post("/users/{user_id}/webhook/secret", summary="Another secret", dependencies=[needs(Role.TRAIN)])
    async def new_secret(user_id: Identifier, response: Response) -> WebhookSecret:
        """The old one signs nothing any more."""
        response.headers["Cache-Control"] = "no-store"
        return WebhookSecret(secret=(await run_in_threadpool(deliveries.new_secret, user_id)).secret)

    @router.get(
        "/{user_id}/{job_id}/deliveries",
        summary="A job's webhook deliveries",
        dependencies=[needs(Role.CONVERT)],
        responses={404: RESPONSES[404]},
    )
    async def of_job(user_id: Identifier, job_id: Identifier) -> list[DeliveryView]:
        """What was sent, oldest first, with each attempt; empty until the job has ended."""
        await run_in_threadpool(jobs.get, user_id, job_id)
        return [DeliveryView.of(one) for one in await run_in_threadpool(deliveries.of_job, user_id, job_id)]

    @router.post(
        "/{user_id}/{job_id}/deliveries/{delivery_id}/resend",
        status_code=202,
        summary="Send a delivery again",
        dependencies=[needs(Role.CONVERT)],
        responses={404: RESPONSES[404], 409: RESPONSES[409]},
    )
    async def resend(user_id: Identifier, job_id: Identifier, delivery_id: Identifier) -> DeliveryView:
        """At once, and as often as a new one where that fails; with the same id and body."""
        again = await run_in_threadpool(deliveries.again, user_id, job_id, delivery_id)
        await queue.deliver()
        return DeliveryView.of(again)

    return router
