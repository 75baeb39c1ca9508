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


def test_a_ruling_in_other_words_is_understood() -> None:
    said = {
        "found": "Keep it.",
        "input_columns": "DATA: months",
        "output_columns": "?",
        "columns": [],
        "rows": [],
        "ambiguous": ["x"],
    }

    plan = parse(json.dumps(said), Plan)

    assert (plan.found, plan.input_columns, plan.output_columns) == ("keep", "data", "fixed")
    assert plan.ambiguous[0].question == "x"


def test_texts_and_lists_are_bounded_and_a_statement_is_not_cut() -> None:
    said = {"columns": [], "rows": ["x" * 2_100] * 50, "ambiguous": []}

    plan = parse(json.dumps(said), Plan)

    assert (len(plan.rows), len(plan.rows[0])) == (30, 2_000)
    with pytest.raises(MalformedAnswer, match="40000 at most"):
        parse(json.dumps({"statement": "SELECT " + "1," * 40_000}), Candidate)


def test_brackets_nested_beyond_measure_are_no_answer() -> None:
    with pytest.raises(MalformedAnswer):
        parse("{" + '"a":[' * 100_000, Plan)
