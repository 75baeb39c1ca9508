"""What `openapi-python-client` generates from a running service's document talks to that service."""

import io
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.generated import PACKAGE, generated
from tests.integration.service import Service
from tests.model_server import CLIENT_EXPECTED, CLIENT_INPUT

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("generated"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def made(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The operations of the generated package, and clients with the right key, a wrong one and none."""
    document = service.client.get("/openapi.json").json()
    with generated(document, tmp_path_factory.mktemp("client")) as package:
        url = str(service.client.base_url)

        def client(headers: dict[str, str]) -> Any:
            return package.Client(base_url=url, headers=headers, timeout=httpx.Timeout(90))

        names = {
            "train": "training.train_api_v1_train_post",
            "infer": "inference.infer_api_v1_inference_run_post",
            "job": "jobs.job_api_v1_user_id_job_id_get",
            "cancel": "jobs.cancel_api_v1_user_id_job_id_cancel_post",
            "output": "inference.output_api_v1_user_id_job_id_output_get",
            "table": "people.table_api_v1_users_user_id_table_post",
        }
        operations = {name: import_module(f"{PACKAGE}.api.{path}") for name, path in names.items()}
        yield SimpleNamespace(
            **operations,
            models=import_module(f"{PACKAGE}.models"),
            types=import_module(f"{PACKAGE}.types"),
            client=client({"X-API-KEY": "key"}),
            wrong=client({"X-API-KEY": "wrong"}),
            nobody=client({}),
        )


@pytest.fixture(scope="module")
def training(made: Any) -> Any:
    body = made.models.TrainRequest(user_id="ada", input_file=CLIENT_INPUT, expected_output_file=CLIENT_EXPECTED)
    return made.train.sync(client=made.client, body=body, prefer="wait=60")


def test_it_trains_waits_converts_and_fetches_the_result(made: Any, training: Any) -> None:
    file = made.types.File(io.BytesIO(CLIENT_INPUT.encode()), "input.csv", "text/csv")

    converted = made.infer.sync(client=made.client, body=file, user_id="ada", job_id=training.job_id, prefer="wait=60")
    record = made.job.sync("ada", converted.job_id, client=made.client)
    output = made.output.sync_detailed("ada", converted.job_id, client=made.client)

    assert isinstance(training, made.models.ConversionJobResponse)
    assert (training.mode, training.job.status) == ("training", "succeeded")
    assert isinstance(record, made.models.JobView)
    assert (record.status, record.outcome) == ("succeeded", "clean")
    assert output.content.decode() == CLIENT_EXPECTED


def test_each_error_is_an_object_of_its_model(made: Any, training: Any) -> None:
    problem, invalid = made.models.ProblemDetails, made.models.HTTPValidationError
    bad = made.models.TrainRequest(user_id="ada", input_file="a\n1\n2\n3,4\n", expected_output_file="b\n1\n2\n3\n")
    nobodys = made.models.InferenceRequest(user_id="ada", job_id="none", input_file=CLIENT_INPUT)

    answers = {
        401: made.job.sync_detailed("ada", training.job_id, client=made.nobody),
        403: made.job.sync_detailed("ada", training.job_id, client=made.wrong),
        404: made.infer.sync_detailed(client=made.client, body=nobodys),
        409: made.cancel.sync_detailed("ada", training.job_id, client=made.client),
        422: made.train.sync_detailed(client=made.client, body=bad),
    }

    for status, answer in answers.items():
        assert answer.status_code == status
        assert type(answer.parsed) is (invalid if status == 422 else problem)
        assert answer.parsed.status == status
    (place,) = answers[422].parsed.detail
    assert (place.loc, place.msg) == (["body", "input_file"], "input_file, row 4: has 2 cells, the header has 1")
