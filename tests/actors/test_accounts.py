"""What a training's owner is told, and where the programs that it is about run for that."""

from pathlib import Path
from typing import Any

import pytest

from actors.accounts import told_to_its_owner
from converter.lesson import Lesson, learn
from converter.manifest import Converter
from converter.table import Example
from crew.learn import Outcome
from settings import Settings
from tests.converter.asked import table

EXAMPLE = Example(table("a,b 1,x 2,y"), table("b X Y"))
SETTINGS = Settings(aws_bucket_name=None)


@pytest.mark.parametrize(("learned_by", "crew"), [("crew", None), ("synthesis", {"rounds": 1}), ("crew", {"rounds": 1})])
def test_what_a_model_had_a_hand_in_is_looked_at_behind_the_walls(
    learned_by: str, crew: dict[str, Any] | None, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("b\nhidden\n")
    statement = f"SELECT b FROM read_csv('{secret}')"
    converter = Converter(statement, ("a", "b"), output_header=("b",))

    told = told_to_its_owner(Outcome(Lesson(converter, (), "", None, 0.1), learned_by, crew=crew), EXAMPLE, SETTINGS)

    assert "is not allowed" in told["notes"][-1]
    assert "hidden" not in str(told)


def test_rows_that_may_be_mistaken_are_told_with_what_was_learned() -> None:
    given = table("id,qty,price 1,3,1.50 2,10,2.25 3,1,10.00 4,4,0.75 5,7,1.50 6,2,2.25 7,5,10.00 8,8,0.75")
    example = Example(given, table("total 4.50 22.50 10.00 3.00 10.50 4.50 51.00 6.00"))

    told = told_to_its_owner(Outcome(learn(example), "synthesis"), example, SETTINGS)

    assert told["mistakes"]["rows"] == [7]
    assert told["mistakes"]["cells"][0]["made"] == "50.00"


def test_what_was_learned_without_a_model_is_told_with_its_rows() -> None:
    told = told_to_its_owner(Outcome(learn(EXAMPLE), "synthesis"), EXAMPLE, SETTINGS)

    (column,) = told["columns"]
    assert {"row": 1, "given": {"b": "x"}, "made": "X"} in column["rows"]
