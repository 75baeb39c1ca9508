"""New jobs over HTTP: trainings, corrections of them, and inferences; stored before they are acknowledged."""

from collections.abc import Callable
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Header, Request, Response

from api.batches import BatchRequest, store_batch
from api.bodies import ConversionJobResponse, Identifier, InferenceRequest, TrainRequest
from api.callers import authorised
from api.corrections import store_corrections
from api.desk import Desk
from api.documentation import picked
from api.gate import CHANGED
from api.given_file import address_of
from api.media import documented
from api.people_bodies import CorrectionsRequest
from api.queue import Queue
from api.referring import is_prefix, store_reference
from api.results import result_answer, wants_result
from api.submission import Acknowledged, Submission, store_inference, store_training
from api.waiting import Prefer, Waiting, seconds_of
from jobs.keys import Key, Keys, Role
from jobs.quota import Quotas
from jobs.store import JobStore
from settings import Settings

_SUBMISSIONS = 64
_ENDED: dict[int | str, dict[str, Any]] = {
    200: {"model": ConversionJobResponse, "description": "The job has ended within the time that the client waits"}
}

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="A key of your own for this request. Sent again with the same body, it is answered with the job it made; "
        "with another body, with 409. It holds until that job is deleted.",
        examples=["6f1d2c1e-order-2026-11"],
    ),
]


def submitting(
    settings: Settings, jobs: JobStore, queue: Queue, keys: Keys, quotas: Quotas, desk: Desk, waiting: Waiting
) -> APIRouter:
    """Training and inference."""
    router = APIRouter(responses=picked(401, 403, 409, 413, 415, 422, 429, 503))
    threads: list[CapacityLimiter] = []

    def counting(caller: Key, user_id: str) -> Callable[[int], None]:
        """What counts a new job of so many bytes, or refuses it, when all else of it is sound."""

        def count(size: int) -> None:
            quotas.admit(user_id, size)
            keys.count_job(caller)

        return count

    async def in_thread(store: Callable[..., Acknowledged], *arguments: object) -> Acknowledged:
        # Threads of their own: while servers that clients name are slow, everything else goes on. Made in the running loop.
        threads[:] = threads or [CapacityLimiter(_SUBMISSIONS)]
        return await to_thread.run_sync(store, *arguments, limiter=threads[0])

    async def acknowledge(
        stored: Acknowledged, request: Request, response: Response, prefer: str | None = None
    ) -> ConversionJobResponse:
        setattr(request.state, CHANGED, (stored.record.user_id, stored.record.job_id))
        if stored.is_replayed:
            response.headers["Idempotent-Replayed"] = "true"
        else:
            await queue.submit(stored.record)
        seconds = seconds_of(prefer)
        if not seconds or waiting.is_full(request):
            return ConversionJobResponse.of(stored.record)
        record = await waiting.ended(request, stored.record.user_id, stored.record.job_id, seconds)
        response.headers["Preference-Applied"] = f"wait={seconds}"
        if record.status.is_final:
            response.status_code = 200
        return ConversionJobResponse.waited(record)

    @router.post(
        "/train",
        status_code=202,
        tags=["training"],
        summary="Start a training job",
        responses=_ENDED,
        openapi_extra=documented(TrainRequest),
    )
    async def train(
        body: TrainRequest,
        request: Request,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        prefer: Prefer = None,
    ) -> ConversionJobResponse:
        """Learns a converter from one example: an input CSV and the CSV that you want from it.

        The job and its files are stored before this answers, and are not lost from then on. `links.job` shows how it goes.
        A form (`multipart/form-data`) takes the files as they are.
        """
        caller = authorised(request, Role.TRAIN, body.user_id)
        await queue.admit(body.user_id)
        files = {"input_file": body.input_file, "expected_output_file": body.expected_output_file}
        given = Submission.of(request, idempotency_key, counting(caller, body.user_id), **files)
        stored = await in_thread(store_training, settings, jobs, body, given)
        if body.job_id is not None and not stored.is_replayed:
            await queue.cancel(stored.record.user_id, stored.record.job_id)
        return await acknowledge(stored, request, response, prefer)

    @router.post(
        "/inference/run",
        status_code=202,
        tags=["inference"],
        summary="Run an inference job",
        response_model=ConversionJobResponse,
        responses=picked(404) | _ENDED,
        openapi_extra=documented(InferenceRequest, "/api/v1/inference/run"),
    )
    async def infer(
        body: InferenceRequest,
        request: Request,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        prefer: Prefer = None,
    ) -> ConversionJobResponse | Response:
        """Puts a file through the converter of a training job that succeeded. `links.output` is where the result will be.

        The file may be the whole body, with its own Content-Type; then the other fields stand in the query.
        With `Prefer: wait` and `Accept: text/csv` (or `application/x-ndjson`) the answer is the result, if it is there in time.
        """
        # Who brings a converter has one made, as far as a key's role goes.
        caller = authorised(request, Role.CONVERT if body.converter_sql is None else Role.TRAIN, body.user_id)
        await queue.admit(body.user_id)
        given = Submission.of(request, idempotency_key, counting(caller, body.user_id), input_file=body.input_file)
        address = address_of("input_file", given.texts["input_file"])
        store = store_inference if address is None else store_batch if is_prefix(address) else store_reference
        stored = await in_thread(store, settings, jobs, body, given)
        answer = await acknowledge(stored, request, response, prefer)
        if answer.job is not None and answer.status.is_final and wants_result(request) and answer.job.batch is None:
            return await result_answer(request, jobs, answer.job)
        return answer

    @router.post(
        "/inference/batch",
        status_code=202,
        tags=["inference"],
        summary="Run one inference job on many files",
        responses=picked(404) | _ENDED,
        openapi_extra=documented(BatchRequest),
    )
    async def batch(
        body: BatchRequest,
        request: Request,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        prefer: Prefer = None,
    ) -> ConversionJobResponse:
        """Puts up to 10,000 files through one converter, as one job: a form with `input_files` once for each is the way.

        A file that cannot be converted is told of, and takes none of the others with it. `links.outputs` will list what became
        of each file, `links.output` is all outputs in one ZIP archive.
        """
        caller = authorised(request, Role.CONVERT if body.converter_sql is None else Role.TRAIN, body.user_id)
        await queue.admit(body.user_id)
        files = {str(at): one for at, one in enumerate(body.input_files)}
        given = Submission.of(request, idempotency_key, counting(caller, body.user_id), **files)
        stored = await in_thread(store_batch, settings, jobs, body, given)
        return await acknowledge(stored, request, response, prefer)

    @router.post(
        "/{user_id}/{job_id}/corrections",
        status_code=202,
        tags=["people"],
        summary="Put a converter right",
        responses=picked(404),
    )
    async def correct(
        user_id: Identifier,
        job_id: Identifier,
        body: CorrectionsRequest,
        request: Request,
        response: Response,
        idempotency_key: IdempotencyKey = None,
    ) -> ConversionJobResponse:
        """A new training job: its example is the old one and these rows, answers to the report's questions or rows put right.

        What was right stays right. If nothing fits any more, the new job fails and says which rows contradict each other.
        """
        caller = authorised(request, Role.TRAIN, user_id)
        await queue.admit(user_id)
        given = Submission.of(request, idempotency_key, counting(caller, user_id))
        stored = await desk.work(store_corrections, settings, jobs, user_id, job_id, body, given)
        return await acknowledge(stored, request, response)

    return router
