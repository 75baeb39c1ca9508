"""What the OpenAPI document says of answers, where several routes say the same."""

from typing import Any

from api.problems import RESPONSES, schemas

# What the gate, the intake of bodies and the last handler of errors answer, whatever is asked.
_ALWAYS, _WITH_BODY = (401, 403, 422, 429, 500, 503), (408, 413, 415)


def picked(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of these error statuses."""
    return {status: RESPONSES[status] for status in statuses}


def text_answer(media_type: str, example: str) -> dict[int | str, dict[str, Any]]:
    """The documentation of an answer that is a file."""
    content = {media_type: {"schema": {"type": "string"}, "example": example}}
    return {200: {"content": content, "description": "The file"}}


def complete(document: dict[str, Any]) -> None:
    """Adds to each operation the errors that any may be answered with, and the errors' schemas by their names."""
    document["components"]["schemas"] |= schemas()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if path.startswith("/api/"):
                statuses = (*_ALWAYS, *(_WITH_BODY if "requestBody" in operation else ()))
                told = operation["responses"]
                told |= {str(status): RESPONSES[status] for status in statuses if str(status) not in told}
