"""Every prompt as it is really sent, for two examples, held against readable files: a change of prompts is seen in review.

To accept new prompts: ACCEPT_PROMPTS=1 .venv/bin/python -m pytest tests/integration/test_prompts.py
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from converter.lesson import ColumnEvidence, Lesson, package
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
# Two programs that fit and differ: the Tester is asked at once, and says that the example does not tell.
NAMES = example("name\nMr. John Smith\nDr. Mary Lee\n", "made\nSmith\nLee\n")
LAST, THIRD = "split_part(name, ' ', -1)", "split_part(name, ' ', 3)"
NAMES_LESSON = Lesson(
    package(f"SELECT {LAST} AS made FROM input", NAMES, ragged=False, evidence={}),
    (ColumnEvidence("made", True, 0.6, LAST, (THIRD,), 2, 2),),
    "",
    None,
    0.1,
)
# A program that fits, which the Planner has replaced; the Coder's fits too, and the Tester decides.
ORDERS_FOUND = "SELECT total_price, order_status, CASE order_status WHEN 'Shipped' THEN 'Express' ELSE 'Standard' END AS shipping_category FROM (SELECT CAST(quantity::DECIMAL(9, 1) * price_per_unit::DECIMAL(9, 1) AS DECIMAL(9, 1)) AS total_price, upper(left(order_status, 1)) || lower(substr(order_status, 2)) AS order_status FROM input)"  # noqa: E501
REPLACED_LESSON = Lesson(
    package(ORDERS_FOUND, CLIENT, ragged=False, evidence={}),
    (
        ColumnEvidence("total_price", True, 0.9, None, (), 3, 3),
        ColumnEvidence("order_status", True, 0.6, None, (), 3, 3),
        ColumnEvidence("shipping_category", True, 0.3, None, (), 3, 3),
    ),
    "",
    None,
    0.1,
)
CITIES_LESSON = Lesson(None, (), "no program was found that turns the input into the expected output", None, 0.1)


@pytest.mark.parametrize(
    ("name", "given", "lesson", "instructions", "script", "rounds"),
    [
        ("names", NAMES, NAMES_LESSON, Instructions(), "cannot-tell", 5),
        ("replaced", CLIENT, REPLACED_LESSON, Instructions(), "replaces", 5),
        ("orders", CLIENT, ORDERS_LESSON, Instructions("Money has one decimal.", CLIENT_INSTRUCTIONS), "third-time", 5),
        ("cities", CITIES, CITIES_LESSON, Instructions(), "never", 3),
    ],
    ids=["names", "replaced", "orders", "cities"],
)
def test_the_prompts_are_those_in_the_files(
    name: str, given: Example, lesson: Lesson, instructions: Instructions, script: str, rounds: int
) -> None:
    with ModelServer() as server:
        model = ModelSettings(base_url=server.base_url, name=script)
        budget = Budget(1_000_000, time.monotonic() + 100)
        Rounds(given, lesson, instructions, model, budget, limits=Limits(threads=1), most_rounds=rounds, may_choose=True).run()

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
