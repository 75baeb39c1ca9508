"""A client that is generated from the OpenAPI document knows every error by its model."""

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from api.app import create_app
from api.problems import RESPONSES
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue
from tests.generated import generated

MODELS = {422: "HTTPValidationError"}


def test_every_documented_error_is_parsed_into_its_model(settings: Settings, jobs: JobStore, tmp_path: Path) -> None:
    document = create_app(settings, jobs, RememberingQueue()).openapi()
    operations = [one for path in document["paths"].values() for one in path.values()]
    documented = sum(int(status) in RESPONSES for one in operations for status in one["responses"])
    examples = {status: next(iter(told["content"].values()))["example"] for status, told in RESPONSES.items()}
    found = 0

    with generated(document, tmp_path) as package:
        client = package.Client(base_url="http://service")
        for module in operations_of(package):
            for status, example in examples.items():
                answer = httpx.Response(int(status), json=example)
                parsed = module._parse_response(client=client, response=answer)
                if parsed is not None:
                    assert type(parsed).__name__ == MODELS.get(int(status), "ProblemDetails")
                    assert parsed.to_dict() == example
                    found += 1

    assert found == documented > 200


def operations_of(package: Any) -> list[Any]:
    """The modules of the generated package, each of which is one operation."""
    folder = f"{package.__path__[0]}/api"
    found = pkgutil.walk_packages([folder], f"{package.__name__}.api.")
    return [import_module(one.name) for one in found if not one.ispkg]
