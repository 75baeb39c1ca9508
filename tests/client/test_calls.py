"""Calls of both clients over a network that a test makes up: what they send, what they make of answers."""

import inspect
import io
import json
import math
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import httpx
import pytest

from client import AsyncClient, Client, Correction, Job, JobCancelled, JobFailed, Named, StillRunning, Unreachable
from client.calls import Calls
from client.clients import _UNSENT
from tests.client.driving import Both, Driver, said

RECORD = {"job_id": "1", "user_id": "ada", "kind": "train", "status": "succeeded", "created_at": "2026-11-24T09:04:42Z"}
QUEUED = RECORD | {"status": "queued", "links": {}}
Answering = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(params=["Client", "AsyncClient"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Service:
    """Answers with these in turn; keeps what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers, self.requests = list(answers), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answer(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


def form(request: httpx.Request) -> dict[str, tuple[str | None, bytes]]:
    """A form's parts: each one's file name, and what is in it."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts: Any = message_from_bytes(head + request.content).get_payload()
    return {
        part.get_param("name", header="content-disposition"): (part.get_filename(), part.get_payload(decode=True))
        for part in parts
    }


def test_both_clients_have_the_same_calls() -> None:
    calls = {name for name in vars(Calls) if not name.startswith("_")}

    for one in (Client, AsyncClient):
        assert calls <= {*vars(one)}
        for name in calls:
            assert inspect.signature(getattr(one, name)) == inspect.signature(getattr(Calls, name))
            assert getattr(one, name).__doc__


async def test_files_are_sent_as_they_are_beside_the_fields(kind: str, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(b"a\xff\n1\n")
    service = Service(answer({**RECORD, "job": RECORD}))

    job = await Both(kind, service).call(
        "train", tmp_path / "orders.csv", io.BytesIO(b"b\n2\n"), header=False, column_instructions={"b": "x"}
    )

    sent = service.requests[0]
    assert form(sent) == {
        "user_id": (None, b"ada"),
        "header": (None, b"false"),
        "column_instructions": (None, b'{"b": "x"}'),
        "input_file": ("orders.csv", b"a\xff\n1\n"),
        "expected_output_file": ("expected.csv", b"b\n2\n"),
    }
    assert (sent.headers["X-API-KEY"], sent.headers["Prefer"]) == ("key", "wait=60")
    assert job == Job.model_validate(RECORD)


async def test_addresses_are_the_services_to_fetch(kind: str) -> None:
    service = Service(answer(QUEUED, 202))

    await Both(kind, service).call("convert", Named("orders", 2), "s3://bucket/key", wait=False)

    body = {"user_id": "ada", "converter": "orders", "version": 2, "input_file": "s3://bucket/key"}
    assert json.loads(service.requests[0].content) == body


async def test_a_job_is_asked_for_again_under_the_same_key(kind: str) -> None:
    service = Service(httpx.ReadError("broken"), answer({}, 503), answer({**RECORD, "job": RECORD}))

    await Both(kind, service).call("train", b"a\n1\n", b"b\n2\n")

    first, *others = service.requests
    assert len(others) == 2
    assert {one.headers["Idempotency-Key"] for one in others} == {first.headers["Idempotency-Key"]}
    assert form(others[1]) == form(first)


async def test_two_jobs_have_two_keys_unless_the_caller_says_otherwise(kind: str) -> None:
    service = Service(*[answer(QUEUED, 202) for _ in range(3)])
    both = Both(kind, service)

    for more in ({}, {}, {"idempotency_key": "mine"}):
        await both.call("convert", "1", b"a\n1\n", wait=False, **more)

    keys = [one.headers["Idempotency-Key"] for one in service.requests]
    assert (len({*keys}), keys[2]) == (3, "mine")


async def test_a_job_that_takes_longer_is_waited_for(kind: str) -> None:
    service = Service(
        answer(QUEUED, 202),
        answer(RECORD | {"status": "running"}, **{"Preference-Applied": "wait=60"}),
        answer(RECORD),
    )

    job = await Both(kind, service).call("train", b"a\n1\n", b"b\n2\n")

    assert job.status == "succeeded"
    assert [one.headers.get("Prefer") for one in service.requests] == ["wait=60"] * 3


@pytest.mark.parametrize(("status", "error"), [("failed", JobFailed), ("cancelled", JobCancelled)])
async def test_a_job_that_has_not_succeeded_is_an_error_that_has_it(kind: str, status: str, error: type[Exception]) -> None:
    ended = RECORD | {"status": status, "error": {"title": "No converter found", "detail": "c is not explained"}}

    with pytest.raises(error, match="job 1") as caught:
        await Both(kind, Service(answer(ended))).call("wait", "1")

    assert caught.value.job.error.detail == "c is not explained"  # type: ignore[attr-defined]


def test_a_service_that_holds_no_answer_back_is_not_asked_all_the_time() -> None:
    driver = Driver(*[said(200, RECORD | {"status": "running"}) for _ in range(9)])

    with pytest.raises(StillRunning) as caught:
        driver.run(Calls("ada", driver.requesting()).wait("1", timeout=7))

    assert (driver.pauses, len(driver.requests)) == ([2, 2, 2, 1], 5)
    assert caught.value.job.status == "running"


async def test_progress_tells_how_much_is_sent_then_how_the_job_goes_then_how_much_has_come(kind: str, tmp_path: Path) -> None:
    events = (
        b'id: 1\nevent: phase\ndata: {"status":"running","phase":"converting"}\n\n'
        b'id: 2\nevent: end\ndata: {"status":"succeeded"}\n\n'
    )
    queued = QUEUED | {"queue": {"position": 2, "estimated_wait_seconds": 1}}
    service = Service(
        answer(QUEUED, 202),
        answer(queued),
        httpx.Response(200, content=events),
        answer(RECORD),
        httpx.Response(200, content=b"b\n"),
    )
    seen: list[Any] = []

    await Both(kind, service).call("convert", "1", b"a\n1\n", to=tmp_path / "out.csv", progress=seen.append)

    sending, *going = [str(one) for one in seen if one.stage != "sending" or one.share == 1][1:]
    assert sending == "sending 0.0 MB of 0.0 MB"
    assert going == [
        "waiting, number 2 in the queue", "converting", "succeeded", "succeeded", "receiving 0.0 MB of 0.0 MB",
    ]  # fmt: skip
    # Who watches is not kept waiting by one request.
    assert "Prefer" not in service.requests[0].headers
    assert (tmp_path / "out.csv").read_bytes() == b"b\n"


@pytest.mark.parametrize(("name", "output_format"), [("out.xlsx", b"xlsx"), ("out.csv.gz", b"csv.gz"), ("out.csv", None)])
async def test_the_ending_of_a_path_says_what_is_written(tmp_path: Path, name: str, output_format: bytes | None) -> None:
    service = Service(answer({**RECORD, "job": RECORD}), httpx.Response(200, content=b"x"))

    await Both("Client", service).call("convert", "1", b"a\n1\n", to=tmp_path / name)

    assert form(service.requests[0]).get("output_format", (None, None))[1] == output_format


async def test_corrections_are_answers_and_rows(kind: str) -> None:
    service = Service(answer({**RECORD, "job": RECORD}))

    await Both(kind, service).call("correct", "1", answers={"q-1": 0}, rows=[Correction({"a": "1"}, None)])

    assert json.loads(service.requests[0].content) == {
        "answers": [{"question": "q-1", "answer": 0}],
        "rows": [{"given": {"a": "1"}, "expected": None}],
    }


async def test_all_pages_of_a_list_are_gone_through(kind: str) -> None:
    service = Service(answer([RECORD], **{"X-Next-Cursor": "n"}), answer([RECORD | {"job_id": "2"}]))

    found = await Both(kind, service).call("jobs", status="failed")

    assert [one.job_id for one in found] == ["1", "2"]
    assert [str(one.url.query, "ascii") for one in service.requests] == ["status=failed", "status=failed&cursor=n"]


async def test_cancelling_asks_once_and_then_looks(kind: str) -> None:
    service = Service(httpx.ReadError("broken"), answer(RECORD | {"status": "cancelled"}))

    job = await Both(kind, service).call("cancel", "1")

    assert job.status == "cancelled"
    assert [one.method for one in service.requests] == ["POST", "GET"]


async def test_rows_come_as_they_are_read(kind: str) -> None:
    content = '{"a": "é", "b": null}\n{"a": "", "b": "2"}'.encode()

    rows = await Both(kind, Service(httpx.Response(200, content=content))).call("rows", "1")

    assert rows == [{"a": "é", "b": None}, {"a": "", "b": "2"}]


async def test_no_answer_is_an_error_that_names_the_service(kind: str) -> None:
    with pytest.raises(Unreachable, match="no answer came from http://service: refused"):
        await Both(kind, Service(*[httpx.ConnectError("refused")] * 20)).call("job", "1")


@pytest.mark.parametrize("given", [io.StringIO("a\n1\n"), 7, None])
async def test_what_is_no_file_is_refused_before_anything_is_sent(given: Any) -> None:
    with pytest.raises(TypeError, match="a file is a path, bytes"):
        await Both("Client", Service()).call("train", given, b"")


def test_only_what_never_left_counts_as_unsent() -> None:
    assert not any(issubclass(one, httpx.ReadError | httpx.WriteError | httpx.ReadTimeout) for one in _UNSENT)
    assert math.isfinite(len(_UNSENT))


async def test_many_files_are_one_request_in_their_order(kind: str, tmp_path: Path) -> None:
    for name in ("1.csv", "2.csv"):
        (tmp_path / name).write_bytes(f"a\n{name}\n".encode())
    service = Service(answer({**RECORD, "job": RECORD}))

    await Both(kind, service).call(
        "convert_many", Named("orders"), [tmp_path / "2.csv", "s3://bucket/in/*", tmp_path / "1.csv"]
    )

    sent = service.requests[0]
    assert sent.url.path == "/api/v1/inference/batch"
    parts = sent.content.split(b'name="input_files"')[1:]
    assert [part for part in (b"2.csv", b"s3://bucket/in/*", b"1.csv") if part not in parts.pop(0)] == []


async def test_many_addresses_need_no_form(kind: str) -> None:
    service = Service(answer(QUEUED, 202))

    await Both(kind, service).call("convert_many", Named("orders"), ["s3://a/b", "s3://c/*"], wait=False)

    body = {"user_id": "ada", "converter": "orders", "input_files": ["s3://a/b", "s3://c/*"]}
    assert json.loads(service.requests[0].content) == body


async def test_a_batchs_files_are_gone_through_page_by_page(kind: str) -> None:
    first = {"files": [{"number": 1, "name": "a.csv", "output": "a.csv"}], "total": 2, "after": 1}
    last = {
        "files": [{"number": 2, "name": "b.csv", "error": {"title": "Bad csv", "detail": "is empty"}}],
        "total": 2,
        "after": None,
    }
    service = Service(answer(first), answer(last))

    found = await Both(kind, service).call("outputs", "job")

    assert [(one.number, one.error and one.error.detail) for one in found] == [(1, None), (2, "is empty")]
    assert [one.url.params["after"] for one in service.requests] == ["0", "1"]
