"""What the OpenAPI document says of answers, where several routes say the same."""

from typing import Any

from api.problems import RESPONSES


def picked(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of these error statuses."""
    return {status: RESPONSES[status] for status in statuses}


def text_answer(media_type: str, example: str) -> dict[int | str, dict[str, Any]]:
    """The documentation of an answer that is a file."""
    content = {media_type: {"schema": {"type": "string"}, "example": example}}
    return {200: {"content": content, "description": "The file"}}
