"""What the OpenAPI document promises, tried with generated requests: no answer is a 5xx, none undocumented."""

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from pydantic import SecretStr
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from api import waiting
from api.app import create_app
from jobs.folder import FolderStore
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
FOLDER = tempfile.TemporaryDirectory(prefix="openapi-")


def _schema() -> Any:
    configured = Settings(data_dir=Path(FOLDER.name), api_key=SecretStr("key"))
    app = create_app(configured, JobStore(FolderStore(configured.data_dir)), RememberingQueue())
    return schemathesis.openapi.from_asgi("/openapi.json", app)


OPERATIONS = [result.ok() for result in _schema().get_all_operations()]


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Prefer: wait=60` and streams of events last as long for jobs that nobody works at."""
    monkeypatch.setattr(waiting, "LONGEST_SECONDS", 0.05)
    monkeypatch.setattr(waiting, "_STREAM_SECONDS", 0.05)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_breaks_the_service(operation: Any) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def holds(case: Any) -> None:
        answer = case.call(headers={"X-API-KEY": "key"})
        case.validate_response(answer, checks=[not_a_server_error, status_code_conformance, response_schema_conformance])

    holds()


def test_every_schema_that_the_document_names_is_in_it() -> None:
    document = _schema().raw_schema
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))

    assert {"ConversionJobResponse", "HTTPValidationError", "ValidationError", "ProblemDetails"} <= named
    assert named <= set(document["components"]["schemas"])
