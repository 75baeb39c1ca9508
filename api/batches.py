"""Many files converted as one job: what such a request says, how it is stored, and what became of each file.

What is wrong with one of the files is the job's to tell: a request is refused for what it says, never for what a file holds.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Self

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from starlette.concurrency import run_in_threadpool

from api.bodies import ConversionRequest, GivenFile, Identifier, InferenceRequest
from api.callers import needs
from api.chosen import chosen_by
from api.documentation import picked, text_answer
from api.given_file import address_of, name_of, write_given_file
from api.problems import FieldRefused, TooLarge
from api.results import made_by
from api.submission import Acknowledged, Submission, earlier, inference_record
from jobs import batch
from jobs.batch import INPUTS, INPUTS_LIST, MOST_FILES, OUTPUTS, OUTPUTS_LIST, FileGiven, FileMade
from jobs.errors import Conflict, ObjectMissing, StoreUnavailable
from jobs.keys import Role
from jobs.record import Batch, JobKind, JobRecord, Problem, RunOutcome
from jobs.references import ALL, ReferenceRefused, listed, named
from jobs.store import JobStore
from settings import Settings

_BATCH: JsonDict = {
    "user_id": "ada",
    "job_id": "20261124T090442846431Z-b5455d233ed2",
    "input_files": ["quantity,price_per_unit,order_status\n7,3.5,shipped\n", "s3://orders/2026/11/*"],
}


class BatchRequest(ConversionRequest):
    """Files to convert, and the training whose converter does it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_BATCH]})

    input_files: Annotated[
        list[GivenFile],
        Field(
            min_length=1,
            max_length=MOST_FILES,
            description="Each a file as input_file elsewhere, but for URLs; s3://bucket/prefix/* is all objects under it. "
            "In a form the field is given once for each. What JSON holds may have 1 MiB in all.",
        ),
    ]


class BatchFile(BaseModel):
    """What became of one file of a batch."""

    number: int = Field(description="From 1, in the order in which the files were given.")
    name: str
    output: str | None = Field(None, description="The output's name in the archive; null for a file that failed.")
    bytes_out: int = 0
    outcome: RunOutcome | None = None
    rows: dict[str, int | None] | None = None
    notes: tuple[str, ...] = ()
    broken_checks: tuple[dict[str, object], ...] = ()
    error: Problem | None = Field(None, description="Why it could not be converted.")
    link: str | None = Field(None, description="Where its output is.")

    @classmethod
    def of(cls, record: JobRecord, made: FileMade) -> Self:
        """A file of this job, as clients see it."""
        link = None if made.output is None else f"/api/v1/{record.user_id}/{record.job_id}/outputs/{made.number}"
        return cls(**made.model_dump(exclude={"start"}), link=link)


class BatchFiles(BaseModel):
    """A page of a batch's files, and where the next one begins."""

    files: list[BatchFile]
    total: int
    after: int | None = Field(description="What to give as `after` for the next page; null on the last.")


def store_batch(settings: Settings, jobs: JobStore, body: BatchRequest | InferenceRequest, given: Submission) -> Acknowledged:
    """Stores an inference of many files. Raises as `submission.store_inference`; blocks."""
    if (before := earlier(jobs, body.user_id, given)) is not None:
        return before
    chosen = chosen_by(jobs, body)
    field = "input_file" if isinstance(body, InferenceRequest) else "input_files"
    with TemporaryDirectory(prefix="given-") as folder:
        packed = Path(folder, INPUTS)
        files = list(_packed(field, body.user_id, given, settings, packed))
        name = name_of(given.texts[field], field) if isinstance(body, InferenceRequest) else f"{len(files)} files"
        told = {"encoding": body.encoding, "delimiter": body.delimiter, **chosen.told()}
        record = inference_record(settings, jobs, body, given, input_file=name, batch=Batch(files=len(files)), **told)
        listing = batch.given_as_json(files)
        given.count(packed.stat().st_size + len(listing) + len(chosen.text))
        to_store: dict[str, bytes | Path] = {INPUTS: packed, INPUTS_LIST: listing, **chosen.files}
        return Acknowledged(jobs.submit(record, to_store, replace=False, digest=given.digest))


def _packed(field: str, user_id: str, given: Submission, settings: Settings, to: Path) -> Iterator[FileGiven]:
    """The files of a request, those that it holds written to `to` one after the other. Raises `FieldRefused`, `TooLarge`."""
    one, count = to.with_name("one"), 0
    with to.open("wb") as file:
        for number, text in enumerate(given.texts.values(), 1):
            found: list[FileGiven]
            address = address_of(field, text)
            if address is not None and address[:5].lower() == "s3://":
                found = _objects(field, address, user_id, settings)
            elif address is not None:
                raise FieldRefused(field, "has a URL; give it by itself as the input_file of /inference/run")
            else:
                write_given_file(field, text, user_id, settings, one)
                start = file.tell()
                file.write(one.read_bytes())
                found = [FileGiven(name=name_of(text, f"{number}.csv"), start=start, end=file.tell())]
            count += len(found)
            if count > MOST_FILES:
                raise FieldRefused(field, f"names more than {MOST_FILES} files; at most {MOST_FILES} are converted in one job")
            yield from found


def _objects(field: str, address: str, user_id: str, settings: Settings) -> list[FileGiven]:
    """The objects that an address stands for, each under its key without the prefix, in the state that they have now."""
    try:
        if address.endswith(ALL):
            bucket, objects = listed(address, user_id, settings, MOST_FILES)
            skipped = len(address) - len(ALL) - len(bucket.address(""))
        else:
            bucket, key = named(address, user_id, settings)
            objects, skipped = [bucket.store.head(key)], key.rfind("/") + 1
    except ReferenceRefused as error:
        raise FieldRefused(field, str(error)) from None
    except ObjectMissing:
        raise FieldRefused(field, f"names the object {address[:200]}, which is not there") from None
    except StoreUnavailable as error:
        raise FieldRefused(field, f"cannot be read: {error}") from error
    for one in objects:
        if one.size > settings.max_upload_bytes:
            raise TooLarge(f"{field}: {one.key[:200]} is over the limit of {settings.max_upload_bytes} bytes")
    return [FileGiven(name=one.key[skipped:], end=one.size, address=bucket.address(one.key), etag=one.etag) for one in objects]


def batches_of(jobs: JobStore) -> APIRouter:
    """The files of batches."""
    router = APIRouter(responses=picked(401, 403, 422, 503))

    def files_of(user_id: str, job_id: str) -> tuple[JobRecord, list[FileMade]]:
        record = jobs.get(user_id, job_id)
        if record.batch is None:
            raise Conflict(f"job {job_id} is no batch; its output is at …/output")
        if OUTPUTS_LIST not in record.files:
            made_by(record, "outputs", JobKind.INFERENCE)
        return record, batch.made_of(b"".join(jobs.stream(record, OUTPUTS_LIST)))

    @router.get(
        "/{user_id}/{job_id}/outputs",
        dependencies=[needs(Role.CONVERT)],
        tags=["inference"],
        summary="What became of each file of a batch",
        responses=picked(404, 409),
    )
    async def outputs(
        user_id: Identifier,
        job_id: Identifier,
        limit: Annotated[int, Query(ge=1, le=MOST_FILES, description="Files on a page, at most.")] = 1000,
        after: Annotated[int, Query(ge=0, description="The last page's `after`.")] = 0,
        failed: Annotated[bool, Query(description="Only those that could not be converted.")] = False,
    ) -> BatchFiles:
        """The files in the order in which they were given: outputs, rows, and why one failed. 409 until the job has ended."""
        record, made = await run_in_threadpool(files_of, user_id, job_id)
        chosen = [one for one in made if one.error is not None or not failed]
        behind = [one for one in chosen if one.number > after]
        page = behind[:limit]
        following = page[-1].number if len(behind) > limit else None
        return BatchFiles(files=[BatchFile.of(record, one) for one in page], total=len(chosen), after=following)

    @router.get(
        "/{user_id}/{job_id}/outputs/{number}",
        dependencies=[needs(Role.CONVERT)],
        tags=["inference"],
        summary="One output of a batch",
        response_class=StreamingResponse,
        responses=picked(404, 409) | text_answer("text/csv", "total\n25.0\n"),
    )
    async def one_output(user_id: Identifier, job_id: Identifier, number: int, request: Request) -> Response:
        """The output of the file with this number. 404 for a number that there is not, 409 for a file that failed."""
        record, made = await run_in_threadpool(files_of, user_id, job_id)
        if not 1 <= number <= len(made):
            raise HTTPException(404, f"Job {job_id} has no file {number}; it has {len(made)}.")
        one = made[number - 1]
        if one.output is None:
            raise Conflict(f"file {number} of job {job_id}, {one.name}, failed: {one.error and one.error.detail}")
        end = one.start + one.bytes_out
        pieces = await run_in_threadpool(jobs.stream, record, OUTPUTS, start=one.start, end=end) if one.bytes_out else iter(())
        name = one.output.rpartition("/")[2].encode("ascii", "replace").decode().replace('"', "_")
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(one.bytes_out)}
        return StreamingResponse(pieces, media_type=record.output_format.media_type, headers=headers)

    return router
