"""Knowledge of the world: found from a few rows, it holds for what the example does not show."""

import pytest

from converter.learning.values.relations import Relation, relations
from tests.converter.learning.texts.learner import best, made_of


@pytest.mark.parametrize(
    ("given", "wanted", "new", "made"),
    [
        (["CA", "TX", "WA"], ["California", "Texas", "Washington"], "VT", "Vermont"),
        (["Reno, NV", "Lyme, CT"], ["Nevada", "Connecticut"], "Erie, PA", "Pennsylvania"),
        (["Reno, Nevada", "Fargo, North Dakota"], ["Reno, NV", "Fargo, ND"], "Troy, New York", "Troy, NY"),
        (["Germany", "USA", "Japan"], ["DEU", "USA", "JPN"], "UK", "GBR"),
        (["fe", "AU", "H"], ["Iron", "Gold", "Hydrogen"], "pb", "Lead"),
        (["twelve", "three", "forty-two"], ["12", "3", "42"], "ninety nine", "99"),
        (["404", "200", "500"], ["Not Found", "OK", "Internal Server Error"], "403", "Forbidden"),
        (["Lundi", "Jeudi", "Mardi"], ["Monday", "Thursday", "Tuesday"], "Samedi", "Saturday"),
    ],
)
def test_a_relation_is_recognised(given: list[str], wanted: list[str], new: str, made: str) -> None:
    assert made_of(given, wanted, new) == made


def test_one_wrong_row_is_no_relation() -> None:
    program = best([("CA",), ("TX",), ("WA",)], ["California", "Texas", "Oregon"])

    assert program is None or "Vermont" not in program


@pytest.mark.parametrize("relation", relations().values(), ids=relations().keys())
def test_a_relation_names_everything_once(relation: Relation) -> None:
    first = [row[0] for row in relation.rows if row[0]]

    assert len(relation.rows) > 5
    assert len({fact[0] for fact in first}) == len(first)
    assert all(len(row) == len(relation.attributes) for row in relation.rows)
