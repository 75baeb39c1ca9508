"""What a submission is answered with: the fields that clients of the first service read, and no content of files."""

from typing import Any

import httpx
import pytest

from api.given_file import name_of
from api.given_text import GivenText
from jobs.store import JobStore
from tests.api.test_app import ENCODED, INPUT, trained, training


async def test_a_training_is_acknowledged_with_what_clients_of_the_seed_read(client: httpx.AsyncClient) -> None:
    body = training(
        input_file=f"data:text/csv;name=my%20orders.csv;base64,{ENCODED}", description="for June", job_title=None, owner=None
    )

    told = (await client.post("/api/v1/train", json=body)).json()

    assert told["input_file"] == "my orders.csv"
    assert told["expected_output_file"] == "expected.csv"
    assert (told["description"], told["client_id"], told["user_id"], told["mode"]) == ("for June", "ada", "ada", "training")
    assert told["message"]
    record = (await client.get(told["links"]["job"])).json()
    assert record["created_at"] == told["created_at"]
    assert record["input_file"] == "my orders.csv"


async def test_an_inference_says_that_it_is_one(client: httpx.AsyncClient, jobs: JobStore) -> None:
    body = {"user_id": "ada", "job_id": trained(jobs), "input_file": INPUT}

    told = (await client.post("/api/v1/inference/run", json=body)).json()

    assert (told["mode"], told["input_file"], told["expected_output_file"]) == ("inference", "input.csv", None)


@pytest.mark.parametrize("left_out", [("job_title",), ("owner",), ("job_title", "owner", "description", "column_instructions")])
async def test_what_is_only_for_people_may_be_left_out(client: httpx.AsyncClient, left_out: tuple[str, ...]) -> None:
    body = {name: value for name, value in training().items() if name not in left_out}

    assert (await client.post("/api/v1/train", json=body)).status_code == 202


def _renamed(body: dict[str, Any]) -> dict[str, Any]:
    return {"client_id" if name == "user_id" else name: value for name, value in body.items()}


async def test_client_id_means_the_same_as_user_id(client: httpx.AsyncClient, jobs: JobStore) -> None:
    body = {"client_id": "ada", "job_id": trained(jobs), "input_file": INPUT}

    assert (await client.post("/api/v1/inference/run", json=body)).json()["user_id"] == "ada"
    assert (await client.post("/api/v1/train", json=_renamed(training()))).json()["user_id"] == "ada"


async def test_two_names_for_the_user_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/train", json=training(client_id="bob"))

    assert answer.status_code == 422
    assert "client_id" in answer.json()["detail"][0]["loc"]


async def test_paths_have_one_word_for_the_user(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).text

    assert "{user_id}" in document
    assert "{client_id}" not in document


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a,b\n1,2\n", "input.csv"),
        (ENCODED, "input.csv"),
        ("data:text/csv;base64,aaaa", "input.csv"),
        ("data:text/csv;NAME=x.csv;base64,aaaa", "x.csv"),
        ("s3://bucket/files/ada/x.csv", "s3://bucket/files/ada/x.csv"),
        ("https://example.org/x.csv?signature=secret#part", "https://example.org/x.csv"),
    ],
)
def test_a_file_is_called_as_its_client_calls_it_without_secrets(given: str, name: str) -> None:
    assert name_of(GivenText(given), "input.csv") == name
