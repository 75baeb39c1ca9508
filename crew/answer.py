"""From what a model said to the object that it was asked for: lenient with wrapping, strict about content.

Models without structured output put JSON into code fences, add sentences around it, or give bare SQL.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from crew.errors import MalformedAnswer
from crew.plan import Candidate

Answer = TypeVar("Answer", bound=BaseModel)

_FENCE = re.compile(r"```[ \t]*(\w*)[ \t]*\n(.*?)```", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_STARTS_TRIED = 50
_MOST_CHARACTERS = 200_000
_REASONING = re.compile(r"<think>.*?</think>", re.DOTALL)


def parse(text: str, kind: type[Answer]) -> Answer:
    """The object of type `kind` in a model's answer. Raises `MalformedAnswer`, which says what to put right."""
    text = _REASONING.sub("", text[:_MOST_CHARACTERS]).strip()
    problem = "there is no JSON object in the answer"
    for found in _objects(text):
        try:
            return kind.model_validate(found)
        except ValidationError as error:
            first = error.errors()[0]
            problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    if kind is Candidate and (statement := _bare_statement(text)):
        return kind.model_validate({"statement": statement, "note": ""})
    raise MalformedAnswer(problem)


def _objects(text: str) -> Iterator[object]:
    """The JSON objects in the text, as wrapped by fences or prose as they may be."""
    decoder = json.JSONDecoder(strict=False)
    # Fences first: prose before them may hold braces of its own.
    for source in (*(match[2] for match in _FENCE.finditer(text)), text):
        for brace in islice(re.finditer(r"\{", source), _STARTS_TRIED):
            for spelt in (source[brace.start() :], _TRAILING_COMMA.sub(r"\1", source[brace.start() :])):
                try:
                    yield decoder.raw_decode(spelt)[0]
                except (json.JSONDecodeError, RecursionError):
                    continue


def _bare_statement(text: str) -> str | None:
    fenced = [match[2] for match in _FENCE.finditer(text) if match[1].casefold() in ("", "sql", "duckdb")]
    for source in (*fenced, text):
        if re.match(r"\s*(select|with|from)\b", source, re.IGNORECASE):
            return source.strip()
    return None
