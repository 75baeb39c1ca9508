import json

import pytest

from crew.answer import parse
from crew.errors import MalformedAnswer
from crew.plan import Candidate, Plan

CANDIDATE = {"statement": "SELECT a\nFROM input", "note": "takes a over"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(CANDIDATE),
        f"Here you are:\n```json\n{json.dumps(CANDIDATE)}\n```\nI hope it helps.",
        f"<think>what about {{this}}?</think>{json.dumps(CANDIDATE)}",
        f"A set {{a, b}} comes first. {json.dumps(CANDIDATE)}",
        '{"statement": "SELECT a\nFROM input", "note": "takes a over",}',
    ],
    ids=["bare", "fenced", "after thinking", "after a brace", "line break in a text and a trailing comma"],
)
def test_an_answer_is_found_however_it_is_wrapped(text: str) -> None:
    assert parse(text, Candidate) == Candidate(**CANDIDATE)


def test_sql_without_json_is_a_candidate() -> None:
    assert parse("Sure:\n```sql\nSELECT 1 AS a FROM input\n```", Candidate).statement == "SELECT 1 AS a FROM input"


def test_a_truncated_answer_is_not_guessed_at() -> None:
    with pytest.raises(MalformedAnswer, match="no JSON object"):
        parse('{"statement": "SELECT a FROM', Candidate)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(MalformedAnswer, match="rows"):
        parse('{"columns": [], "ambiguous": []}', Plan)
