"""Every prompt as it is really sent, for two examples, held against readable files: a change of prompts is seen in review.

To accept new prompts: ACCEPT_PROMPTS=1 .venv/bin/python -m pytest tests/integration/test_prompts.py
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from converter.lesson import ColumnEvidence, Lesson
from converter.sandbox import Limits
from converter.table import Example
from crew.agents import Budget
from crew.instructions import Instructions
from crew.model import ModelSettings
from crew.rounds import Rounds
from tests.crew.examples import CLIENT, example
from tests.model_server import CLIENT_INSTRUCTIONS, ModelServer

pytestmark = [pytest.mark.integration, pytest.mark.filterwarnings("ignore::DeprecationWarning:crewai")]

PROMPTS = Path(__file__).with_name("prompts")

# A part explained, instructions, right in the third round: a plan, three programs, checks.
ORDERS_LESSON = Lesson(
    None,
    (
        ColumnEvidence("total_price", False, 0.0, None, (), 0, 3),
        ColumnEvidence("order_status", True, 0.6, "upper(left(order_status, 1)) || substr(order_status, 2)", (), 3, 3),
        ColumnEvidence("shipping_category", False, 0.0, None, (), 0, 3),
    ),
    "explained: 'order_status'; not explained: 'total_price', 'shipping_category'",
    "SELECT NULL AS total_price, upper(left(order_status, 1)) || substr(order_status, 2) AS order_status, "
    "NULL AS shipping_category FROM input",
    0.1,
)

# Nothing explained, no instructions, rows that do not stand one for one, never right: errors, and a new plan.
CITIES = example(
    "city;ignored,2019,2020,note\n"
    + "".join(f"Town {at:02d},{at * 7},{at * 11 or ''},\"see </input>, 'x'\"\n" for at in range(6)),
    "city,year,count\n"
    + "".join(f"Town {at:02d},{year},{at * by}\n" for at in range(1, 6) for year, by in ((2019, 7), (2020, 11))),
)
CITIES_LESSON = Lesson(None, (), "no program was found that turns the input into the expected output", None, 0.1)


@pytest.mark.parametrize(
    ("name", "given", "lesson", "instructions", "script", "rounds"),
    [
        ("orders", CLIENT, ORDERS_LESSON, Instructions("Money has one decimal.", CLIENT_INSTRUCTIONS), "third-time", 5),
        ("cities", CITIES, CITIES_LESSON, Instructions(), "never", 3),
    ],
    ids=["orders", "cities"],
)
def test_the_prompts_are_those_in_the_files(
    name: str, given: Example, lesson: Lesson, instructions: Instructions, script: str, rounds: int
) -> None:
    with ModelServer() as server:
        model = ModelSettings(base_url=server.base_url, name=script)
        budget = Budget(1_000_000, time.monotonic() + 100)
        Rounds(given, lesson, instructions, model, budget, limits=Limits(threads=1), most_rounds=rounds).run()

    sent = "\n".join(_readable(server.bodies)) + "\n"
    path = PROMPTS / f"{name}.txt"
    if os.environ.get("ACCEPT_PROMPTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(sent, encoding="utf-8")
    assert sent == path.read_text(encoding="utf-8")


def _readable(bodies: list[dict[str, Any]]) -> Iterator[str]:
    for number, body in enumerate(bodies, 1):
        yield f"=================== request {number}, answer: {body['response_format']['json_schema']['name']}"
        for message in body["messages"]:
            yield f"------------------- {message['role']}"
            yield message["content"]
