"""Errors of the service become classes, each from the body that the service makes for it."""

import inspect
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

import client as package
from api.problems import RESPONSES
from client import errors
from client.errors import Invalid, Place, ServiceError, Unavailable, error_of, seconds_of


@pytest.mark.parametrize("status", RESPONSES)
def test_every_error_that_the_service_documents_is_read(status: int) -> None:
    (content,) = RESPONSES[status]["content"].values()
    body = httpx.Response(status, json=content["example"]).content

    error = error_of(status, body, None)

    assert type(error) is not ServiceError or status in (406, 408, 416, 500)
    assert (error.status, error.title) == (status, content["example"]["title"])
    if isinstance(content["example"]["detail"], str):
        assert str(error) == error.detail == content["example"]["detail"]


async def test_a_refused_file_says_where_and_what(client: httpx.AsyncClient) -> None:
    body = {"user_id": "ada", "input_file": "a\n1\n2\n3,4,5\n", "expected_output_file": "b\nx\n"}

    answer = await client.post("/api/v1/train", json=body)
    error = error_of(answer.status_code, answer.content, None)

    assert isinstance(error, Invalid)
    assert error.places == (Place(("body", "input_file"), "input_file, row 4: has 3 cells, the header has 1"),)
    assert str(error) == "input_file, row 4: has 3 cells, the header has 1"


def test_a_field_that_is_missing_is_named() -> None:
    told = {"detail": [{"loc": ["body", "user_id"], "msg": "Field required", "type": "missing"}]}

    assert str(error_of(422, httpx.Response(422, json=told).content, None)) == "user_id: Field required"


def test_a_proxys_page_is_an_error_too() -> None:
    error = error_of(503, b"<html><body><h1>503 Service Unavailable</h1></html>", "3")

    assert isinstance(error, Unavailable)
    assert (str(error), error.retry_after) == ("the service answers 503 Service Unavailable", 3)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("soon", None), (None, None), ("-1", None)])
def test_a_retry_after_is_seconds(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header) == seconds


def test_a_retry_after_may_be_a_date() -> None:
    seconds = seconds_of(format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))

    assert seconds is not None
    assert 80 < seconds <= 90


def test_every_error_is_exported_and_drawn() -> None:
    classes = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, errors.ClientError)]
    public = {one.__name__ for one in classes if not one.__name__.startswith("_")}

    assert public <= {*package.__all__}
    assert all(name in (errors.__doc__ or "") for name in public)
    tree: Any = errors.ClientError
    assert all(issubclass(getattr(errors, name), tree) for name in public)
