"""Writes docs/reference/rest.md from the OpenAPI document: `python -m tools.rest_page`."""

import tempfile
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from api.app import create_app
from jobs.location import job_store
from settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "rest.md"
_BEGINNING = """# REST

Written by `python -m tools.rest_page` from the OpenAPI document, which a running service has at `/openapi.json` and shows with
every body, example and error at `/docs`. All but `/health`, `/ready` and the pages take the header `X-API-KEY`.
Errors: [errors](errors.md). Bodies that people work with: [what people see and put right](people.md).

| request | what it does |
| --- | --- |
"""


def page() -> str:
    """The page as the code has it now."""
    return _BEGINNING + "".join(f"| `{method.upper()} {path}` | {says} |\n" for method, path, says in _operations())


def _operations() -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), api_key=SecretStr("key"), aws_bucket_name=None, _env_file=None)  # type: ignore[call-arg]
        queue: Any = None  # Asked by requests only.
        paths = create_app(settings, job_store(settings), queue).openapi()["paths"]
    return [(method, path, operation["summary"]) for path, methods in paths.items() for method, operation in methods.items()]


if __name__ == "__main__":
    PAGE.write_text(page())
