"""Files that jobs have made, as HTTP gives them: whole or in ranges, by their ETag, or as rows in JSON."""

import codecs
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from converter.dialect import Dialect
from converter.manifest import Converter
from converter.rows import split_rows
from jobs.batch import OUTPUTS
from jobs.errors import Conflict
from jobs.record import JobKind, JobRecord, JobStatus, OutputFormat
from jobs.store import JobStore

JSON, LINES = "application/json", "application/x-ndjson"
_ROWS = {JSON: JSON, LINES: LINES, "application/ndjson": LINES, "application/jsonl": LINES}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_ROWS_AT_ONCE = 500
# Proxies take 16 KiB of headers in all.
_LONGEST_HEADER = 4096


def made_by(record: JobRecord, name: str, only: JobKind | None = None) -> JobRecord:
    """The record, where its job has made this file. Raises `Conflict` where it has not (yet), or never will."""
    if only is not None and record.kind is not only:
        raise Conflict(f"job {record.job_id} is of kind {record.kind}; {name} is made by jobs of kind {only}")
    if record.status is not JobStatus.SUCCEEDED:
        hint = "it has failed; its record says why" if record.status is JobStatus.FAILED else f"it is {record.status}"
        raise Conflict(f"job {record.job_id} has no {name}: {hint}")
    return record


async def file_answer(
    request: Request, jobs: JobStore, record: JobRecord, name: str, media_type: str | None = None
) -> Response:
    """A file, or that range of it which the request asks for. Raises `FileMissing`."""
    # A file never changes under its key; a job that replaces another has other keys.
    etag = _etag(jobs.key_of(record, name))
    # An output is what its request asked for, under one name in the store.
    shown = name if media_type is not None else f"output.{record.output_format}"
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Vary": "Accept",
        "Content-Disposition": f'attachment; filename="{shown}"',
    }
    media_type = media_type or record.output_format.media_type
    if _is_known(request, etag):
        return Response(status_code=304, headers=headers)
    size = await run_in_threadpool(jobs.size, record, name)
    start, end, status = 0, size, 200
    wanted = _RANGE.fullmatch(request.headers.get("range", "").strip())
    # Several ranges at once are answered with the whole, as HTTP allows.
    if wanted and (wanted[1] or wanted[2]) and request.headers.get("if-range", etag) == etag:
        start, end = _bounds(wanted[1], wanted[2], size)
        if start >= end:
            raise HTTPException(416, f"The file has {size} bytes.", {"Content-Range": f"bytes */{size}"})
        status, headers["Content-Range"] = 206, f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media_type)
    pieces = await run_in_threadpool(jobs.stream, record, name, start=start, end=end if status == 206 else None)
    return StreamingResponse(pieces, status, media_type=media_type, headers=headers)


def rows_type(request: Request) -> str | None:
    """In which form of JSON the request would have rows; None where it takes the file."""
    for _, media_type in _accepted(request.headers.get("accept", "")):
        if media_type in _ROWS:
            return _ROWS[media_type]
        if media_type in ("*/*", "text/*", "text/csv", "application/*"):
            return None
    return None


def wants_result(request: Request) -> bool:
    """Whether a request that waits for an inference would have its result, and no word of the job."""
    wanted = {media_type for _, media_type in _accepted(request.headers.get("accept", ""))}
    files = {one.media_type.partition(";")[0] for one in OutputFormat}
    return bool(wanted & (files | (_ROWS.keys() - {JSON})))


async def result_answer(request: Request, jobs: JobStore, record: JobRecord) -> Response:
    """The output of an inference, as the request takes it. Raises `Conflict` where there is none."""
    made_by(record, "output.csv", JobKind.INFERENCE)
    if record.batch is not None:
        return await file_answer(request, jobs, record, OUTPUTS, "application/zip")
    if (rows := rows_type(request)) is not None:
        return await rows_answer(request, jobs, record, "output.csv", rows)
    return await file_answer(request, jobs, record, "output.csv")


async def rows_answer(request: Request, jobs: JobStore, record: JobRecord, name: str, media_type: str) -> Response:
    """A CSV's rows as JSON: objects by the heading, lists where there is none or names are there twice. All cells are text.

    A missing cell is null. The header `X-Columns` has the heading, as a JSON list, where there is one and it is not too long.
    Raises `HTTPException` (406) for an output that is no CSV, and `FileMissing`.
    """
    if record.output_format is not OutputFormat.CSV:
        raise HTTPException(406, f"The output is a file of format {record.output_format}; rows in JSON are made of csv only.")
    etag = _etag(f"{jobs.key_of(record, name)} {media_type}")
    headers = {"ETag": etag, "Vary": "Accept"}
    if _is_known(request, etag):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)

    def prepared() -> tuple[list[str] | None, Iterator[bytes]]:
        learned = Converter.loads(b"".join(jobs.stream(record, "converter.sql")).decode())
        rows = split_rows(_lines(jobs.stream(record, name)), Dialect("utf-8", learned.output_delimiter), name=name)
        heading = [cell or "" for cell in next(rows, ())] if learned.writes_heading else None
        return heading, _written(heading, rows, media_type)

    heading, pieces = await run_in_threadpool(prepared)
    if heading is not None and len(told := json.dumps(heading)) <= _LONGEST_HEADER:
        headers["X-Columns"] = told
    return StreamingResponse(pieces, media_type=media_type, headers=headers)


def _etag(said: str) -> str:
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _is_known(request: Request, etag: str) -> bool:
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return etag in known or known == ["*"]


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """From where to where (not included) a range goes; empty where it lies outside."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def _accepted(header: str) -> list[tuple[float, str]]:
    """The media types of an Accept header, the most wanted first."""
    found = []
    for part in header.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        weight = float(quality) if re.fullmatch(r"[01](\.\d{0,3})?", quality) else 1.0
        if weight:
            found.append((weight, media_type))
    return sorted(found, key=lambda one: -one[0])


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    rest = ""
    for text in codecs.iterdecode(pieces, "utf-8"):
        *whole, rest = (rest + text).split("\n")
        yield from (f"{line}\n" for line in whole)
    if rest:
        yield rest


def _written(heading: list[str] | None, rows: Iterator[tuple[str | None, ...]], media_type: str) -> Iterator[bytes]:
    names = heading or []
    as_objects = heading is not None and len({*names}) == len(names)
    opening, between, closing = ("[\n", ",\n", "\n]\n") if media_type == JSON else ("", "\n", "\n")
    yield opening.encode()
    texts: list[str] = []
    is_first = True
    given: Iterator[Any] = rows if as_objects or heading is None else chain([heading], rows)
    for row in given:
        # A row of missing cells alone is a blank line.
        cells = [*row, *[None] * (len(names) - len(row))]
        told = dict(zip(names, cells, strict=False)) if as_objects else cells
        texts.append(json.dumps(told, ensure_ascii=False))
        if len(texts) >= _ROWS_AT_ONCE:
            yield (("" if is_first else between) + between.join(texts)).encode()
            texts, is_first = [], False
    if texts:
        yield (("" if is_first else between) + between.join(texts)).encode()
        is_first = False
    if media_type == JSON or not is_first:
        yield closing.encode()
