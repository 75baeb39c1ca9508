"""What can be asked of the service, once for both clients: each call is a generator of `steps`."""

import json
import math
import os
from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any, BinaryIO, TypedDict, Unpack
from urllib.parse import quote

from client import frames
from client.errors import JobCancelled, JobFailed, StillRunning, TooMany, Unreachable
from client.events import followed
from client.files import File, Given, Watcher, taken
from client.frames import Frame
from client.models import BatchFile, Correction, Event, Job, Named, Preview, Progress, Status
from client.receiving import received
from client.requesting import Requesting
from client.steps import Pause, Request, Steps, Tell, each, lines, whole
from client.submissions import GRACE_SECONDS, chosen, format_of, id_of, posted

LONGEST_WAIT_SECONDS = 60
"""For how long the service holds back an answer (`Prefer: wait`), at most."""
_UNHEARD_SECONDS = 2.0
_LINES = {"Accept": "application/x-ndjson"}


class TrainOptions(TypedDict, total=False):
    """What else may be said of a training; each as the service's documentation has it."""

    job_title: str
    description: str
    owner: str
    general_instructions: str
    column_instructions: Mapping[str, str]
    job_id: str
    mode: str
    header: bool
    ignore_rows: Sequence[int]
    encoding: str
    delimiter: str
    sheet: str
    expected_encoding: str
    expected_delimiter: str
    expected_sheet: str
    deadline_seconds: int
    webhook_url: str


class ConvertOptions(TypedDict, total=False):
    """What else may be said of an inference; each as the service's documentation has it."""

    partial: bool
    encoding: str
    delimiter: str
    sheet: str
    output_format: str
    on_error: str
    deadline_seconds: int
    webhook_url: str


class Calls:
    """The calls of one user."""

    def __init__(self, user: str, requesting: Requesting) -> None:
        self._user, self._requesting = user, requesting

    def train(
        self,
        input_file: Given,
        expected_output_file: Given,
        *,
        wait: bool = True,
        timeout: float | None = None,
        progress: Watcher | None = None,
        idempotency_key: str | None = None,
        **options: Unpack[TrainOptions],
    ) -> Steps[Job]:
        """Has the service learn a converter from an example: a file, and what is wanted of it.

        Gives the job once it has succeeded; at once, queued, with `wait=False`. Raises `JobFailed` where nothing fits,
        `StillRunning` after `timeout` seconds, and what the service refuses (`ServiceError`).
        """
        files = {
            "input_file": taken(input_file, "input.csv"),
            "expected_output_file": taken(expected_output_file, "expected.csv"),
        }
        fields = {"user_id": self._user, **options}
        return (yield from self._submitted("/api/v1/train", fields, files, wait, timeout, progress, idempotency_key))

    def convert(
        self,
        converter: Job | str | Named | bytes,
        input_file: Given,
        *,
        to: str | os.PathLike[str] | BinaryIO | None = None,
        wait: bool = True,
        timeout: float | None = None,
        progress: Watcher | None = None,
        idempotency_key: str | None = None,
        **options: Unpack[ConvertOptions],
    ) -> Steps[Job]:
        """Puts a file through a converter: a training (its job, or its id), one with a name, or the bytes of a converter.sql.

        Gives the job once it has succeeded, and its output, if `to` says where to, is there; at once, queued, with
        `wait=False`. The ending of `to` (.csv.gz, .xlsx) says what is written unless `output_format` does. Raises as `train`.
        """
        if to is not None and not wait:
            raise ValueError("the output is there once the job has ended: wait for it, or call download() later")
        fields: dict[str, Any] = {"user_id": self._user, **chosen(converter), **options}
        if isinstance(to, str | os.PathLike) and "output_format" not in options:
            fields |= format_of(to)
        files = {"input_file": taken(input_file, "input.csv")}
        job = yield from self._submitted("/api/v1/inference/run", fields, files, wait, timeout, progress, idempotency_key)
        if to is not None:
            yield from self.download(job, to, progress=progress)
        return job

    def convert_many(
        self,
        converter: Job | str | Named | bytes,
        input_files: Sequence[Given],
        *,
        to: str | os.PathLike[str] | BinaryIO | None = None,
        wait: bool = True,
        timeout: float | None = None,
        progress: Watcher | None = None,
        idempotency_key: str | None = None,
        **options: Unpack[ConvertOptions],
    ) -> Steps[Job]:
        """Puts many files through a converter as one job; `s3://bucket/prefix/*` is all objects under the prefix.

        Gives the job once it has ended, and all outputs, if `to` says where to, are there as one ZIP archive. A file that fails
        takes none of the others with it: `outputs` tells what became of each. Raises as `convert`.
        """
        if to is not None and not wait:
            raise ValueError("the outputs are there once the job has ended: wait for it, or call download() later")
        fields: dict[str, Any] = {"user_id": self._user, **chosen(converter), **options}
        files = [taken(one, f"{number}.csv") for number, one in enumerate(input_files, 1)]
        path = "/api/v1/inference/batch"
        job = yield from self._submitted(path, fields, {"input_files": files}, wait, timeout, progress, idempotency_key)
        if to is not None:
            yield from self.download(job, to, progress=progress)
        return job

    def outputs(self, job: Job | str, *, failed: bool = False) -> Steps[None]:
        """Goes through what became of a batch's files, in the order in which they were given; with `failed`, of those alone."""
        after: int | None = 0
        while after is not None:
            params: dict[str, str | int] = {"after": after} | ({"failed": "true"} if failed else {})
            request = Request("GET", f"{self._path(job)}/outputs", params)
            page = json.loads((yield from self._requesting.told(request)))
            for one in page["files"]:
                yield Tell(BatchFile.model_validate(one))
            after = page["after"]

    def convert_frame(
        self,
        converter: Job | str | Named | bytes,
        frame: Frame,
        *,
        timeout: float | None = None,
        progress: Watcher | None = None,
        **options: Unpack[ConvertOptions],
    ) -> Steps[Frame]:
        """A data frame put through a converter: one of the same library, pandas or polars. Raises as `convert`, `TypeError`."""
        kind = frames.kind_of(frame)
        if kind is None:
            raise TypeError(f"a frame of pandas or polars is wanted, not {type(frame).__name__}")
        job = yield from self.convert(converter, frame, timeout=timeout, progress=progress, **options)
        return (yield from self.frame(job, kind))

    def preview(
        self, converter: Job | str, input_file: Given, *, rows: int = 20, partial: bool = False, **hints: str
    ) -> Steps[Preview]:
        """The first rows of a file beside what a training would make of them, and where it doubts. No job is made.

        `hints` are `encoding`, `delimiter` and `sheet`.
        """
        fields = {"rows": rows, "partial": partial, **hints}
        path = f"{self._path(converter)}/preview"
        request = posted(path, fields, {"input_file": taken(input_file, "input.csv")})
        return Preview.model_validate_json((yield from self._requesting.told(request)))

    def correct(
        self,
        training: Job | str,
        *,
        answers: Mapping[str, int] | None = None,
        rows: Sequence[Correction] = (),
        job_title: str | None = None,
        wait: bool = True,
        timeout: float | None = None,
        progress: Watcher | None = None,
        idempotency_key: str | None = None,
    ) -> Steps[Job]:
        """A new training of the same example with answers to its questions, by their ids, and corrected rows. As `train`."""
        fields = {
            "answers": [{"question": question, "answer": answer} for question, answer in (answers or {}).items()],
            "rows": [{"given": one.given, "expected": one.expected} for one in rows],
            "job_title": job_title,
        }
        path = f"{self._path(training)}/corrections"
        return (yield from self._submitted(path, fields, {}, wait, timeout, progress, idempotency_key))

    def job(self, job: Job | str) -> Steps[Job]:
        """A job's record as it is now."""
        return (yield from self._asked(job))[0]

    def jobs(self, *, status: Status | str | None = None, kind: str | None = None) -> Steps[None]:
        """Goes through the user's jobs, the newest first, a page at a time."""
        chosen = {name: str(value) for name, value in (("status", status), ("kind", kind)) if value is not None}
        cursor: str | None = ""
        while cursor is not None:
            params = chosen | ({"cursor": cursor} if cursor else {})
            opened = yield from self._requesting.answered(Request("GET", f"/api/v1/users/{quote(self._user)}/jobs", params))
            for one in json.loads((yield from whole(opened))):
                yield Tell(Job.model_validate(one))
            cursor = opened.headers.get("x-next-cursor")

    def wait(self, job: Job | str, *, timeout: float | None = None, progress: Watcher | None = None) -> Steps[Job]:
        """The job once it has succeeded. Raises `JobFailed`, `JobCancelled`, and `StillRunning` after `timeout` seconds."""
        until = math.inf if timeout is None else self._requesting.clock() + timeout
        if progress is not None:
            yield from self._watched(job, until, progress)
        while True:
            left = until - self._requesting.clock()
            found, was_held = yield from self._asked(job, math.ceil(min(max(left, 0), LONGEST_WAIT_SECONDS)))
            if progress is not None:
                progress(_standing(found))
            if found.status.is_final:
                return _succeeded(found)
            left = until - self._requesting.clock()
            if left <= 0:
                raise StillRunning(found, timeout or 0.0)
            if not was_held:
                # As many wait for jobs as may: it has answered at once.
                yield Pause(min(_UNHEARD_SECONDS, left))

    def events(self, job: Job | str, *, last_event_id: str | None = None) -> Steps[None]:
        """Goes through a job's events as they come, to its end; goes on by itself where the connection breaks."""
        yield from followed(self._requesting, f"{self._path(job)}/events", last_event_id)

    def converter(self, training: Job | str | Named, *, partial: bool = False) -> Steps[str]:
        """A converter's SQL file, a training's or a name's; with `partial`, of a failed training, what nearly fits."""
        if isinstance(training, Named):
            place = f"/api/v1/{quote(self._user, safe='')}/converters/{quote(training.name, safe='')}"
            version = training.version
            if version is None:
                version = json.loads((yield from self._requesting.told(Request("GET", place))))["current"]
            request = Request("GET", f"{place}/versions/{version}")
        else:
            request = Request("GET", f"{self._path(training)}/converter", {"partial": "true"} if partial else {})
        return (yield from self._requesting.told(request)).decode()

    def download(
        self,
        job: Job | str,
        to: str | os.PathLike[str] | BinaryIO,
        *,
        rejects: bool = False,
        progress: Watcher | None = None,
    ) -> Steps[None]:
        """Writes an inference's output, or its rejected rows, to a path or an open file, in little memory.

        Where the connection breaks it goes on where it was; a path holds what it held before, or the whole.
        """
        request = Request("GET", f"{self._path(job)}/{'rejects' if rejects else 'output'}", headers={"Accept": "*/*"})
        yield from received(self._requesting, request, to, progress)

    def output(self, job: Job | str, number: int | None = None) -> Steps[bytes]:
        """An inference's output, whole; of a batch the file's with this number, or without one the archive of all."""
        path = f"{self._path(job)}/output" if number is None else f"{self._path(job)}/outputs/{number}"
        return (yield from self._requesting.told(Request("GET", path, headers={"Accept": "*/*"})))

    def rows(self, job: Job | str) -> Steps[None]:
        """Goes through an inference's output row by row, each a dict of texts; a list where there are no (or double) names."""
        opened = yield from self._requesting.answered(Request("GET", f"{self._path(job)}/output", headers=_LINES))
        yield from each(lines(opened), lambda line: Tell(json.loads(line)))

    def frame(self, job: Job | str, kind: frames.Kind = "pandas") -> Steps[Frame]:
        """An inference's output as a data frame of texts; columns are numbered where the output has no heading."""
        request = Request("GET", f"{self._path(job)}/output", headers=_LINES)
        opened = yield from self._requesting.answered(request)
        rows = [json.loads(line) for line in (yield from whole(opened)).splitlines()]
        return frames.frame_of(kind, *_table(rows, opened.headers.get("x-columns")))

    def cancel(self, job: Job | str) -> Steps[Job]:
        """Ends a job that has not ended yet. Raises `Conflict` for one that has."""
        # Twice does no harm, but the second would be refused for what the first has done.
        try:
            request = Request("POST", f"{self._path(job)}/cancel", is_repeatable=False)
            return Job.model_validate_json((yield from self._requesting.told(request)))
        except Unreachable as broken:
            found, _ = yield from self._asked(job)
            if found.status is Status.CANCELLED:
                return found
            raise broken

    def retry(self, job: Job | str) -> Steps[Job]:
        """Runs a failed or cancelled job again. Raises `Conflict` for one in another status."""
        request = Request("POST", f"{self._path(job)}/retry", is_repeatable=False)
        return Job.model_validate_json((yield from self._requesting.told(request)))

    def delete(self, job: Job | str) -> Steps[None]:
        """Stops a job's work and deletes all that is stored of it."""
        path = f"/api/v1/delete/job/{'/'.join(self._path(job).split('/')[-2:])}"
        yield from self._requesting.told(Request("DELETE", path, is_repeatable=False))

    def name(self, training: Job | str, name: str, *, comment: str | None = None) -> Steps[Named]:
        """Has a name stand for a training's converter from now on, as a new version of it."""
        path = f"/api/v1/{quote(self._user)}/converters/{quote(name, safe='')}"
        fields = {"job_id": id_of(training), "comment": comment}
        request = Request("PUT", path, fields=fields, is_repeatable=False)
        return Named(name, json.loads((yield from self._requesting.told(request)))["current"])

    def _submitted(
        self,
        path: str,
        fields: Mapping[str, Any],
        files: Mapping[str, File | str | Sequence[File | str]],
        wait: bool,
        timeout: float | None,
        progress: Watcher | None,
        idempotency_key: str | None,
    ) -> Steps[Job]:
        """The job that a request makes, once it has ended if it is to be waited for."""
        until = math.inf if timeout is None else self._requesting.clock() + timeout
        # Whoever watches would see nothing while one request waits.
        held = 0 if not wait or progress is not None else math.ceil(min(timeout or math.inf, LONGEST_WAIT_SECONDS))
        headers = {"Idempotency-Key": idempotency_key or token_hex(16)} | ({"Prefer": f"wait={held}"} if held else {})
        request = posted(path, fields, files, headers, held, progress)
        told = json.loads((yield from self._requesting.told(request)))
        job = Job.model_validate(told.get("job") or told)
        if not wait:
            return job
        if job.status.is_final and told.get("job"):
            return _succeeded(job)
        left = None if timeout is None else max(0.0, until - self._requesting.clock())
        return (yield from self.wait(job, timeout=left, progress=progress))

    def _asked(self, job: Job | str, seconds: int = 0) -> Steps[tuple[Job, bool]]:
        """The record, and whether it was held back as long as asked for."""
        headers = {"Prefer": f"wait={seconds}"} if seconds else {}
        request = Request("GET", self._path(job), headers=headers, silence_seconds=seconds + GRACE_SECONDS)
        opened = yield from self._requesting.answered(request)
        body = yield from whole(opened)
        return Job.model_validate_json(body), "preference-applied" in opened.headers

    def _watched(self, job: Job | str, until: float, progress: Watcher) -> Steps[None]:
        """Tells how a job goes, to its end or until the time is over."""
        found, _ = yield from self._asked(job)
        progress(_standing(found))

        def note(event: Event) -> None:
            nonlocal found
            if event.at is not None and found.updated_at is not None and event.at <= found.updated_at:
                return  # The record has told of it.
            changes = {"status": event.status or found.status, "phase": event.phase, "queue": None}
            found = found.model_copy(update=changes | {"round": event.round, "best_match": event.best_match})
            progress(_standing(found))

        try:
            yield from each(followed(self._requesting, f"{self._path(job)}/events", None, until), note)
        except TooMany:
            return  # As many wait for jobs as may; the record is asked for now and then.

    def _path(self, job: Job | str) -> str:
        user = job.user_id if isinstance(job, Job) else self._user
        return f"/api/v1/{quote(user, safe='')}/{quote(id_of(job), safe='')}"


def _standing(job: Job) -> Progress:
    return Progress("queued" if job.status is Status.QUEUED else "running", job=job)


def _succeeded(job: Job) -> Job:
    """The ended job. Raises `JobFailed`, `JobCancelled`."""
    if job.status is Status.FAILED:
        raise JobFailed(job)
    if job.status is Status.CANCELLED:
        raise JobCancelled(job)
    return job


def _table(rows: list[Any], told: str | None) -> tuple[list[str], list[list[str | None]]]:
    """Names and rows of cells, from rows as the service writes them and the columns that it tells of."""
    columns: list[str] | None = None if told is None else json.loads(told)
    if rows and isinstance(rows[0], dict):
        return list(rows[0]), [list(row.values()) for row in rows]
    if columns is not None:
        # Where names are there twice, the heading is the first row.
        return columns, rows[1:]
    width = max(map(len, rows), default=0)
    return [str(number) for number in range(width)], [[*row, *[None] * (width - len(row))] for row in rows]
