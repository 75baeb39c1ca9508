"""Parts of names and domains: the same part, however the whole is written."""

import duckdb
import pytest

from converter.learning.expressions.components import COMPONENTS
from converter.learning.nodes import ColumnRef, Function
from tests.converter.learning.texts.learner import made_of

TEXTS = (
    "Doe, John", "James Smith", "Mr. Charles P. Wooten, III", "'Dr. Émile Zola'", "Cher", "Ann B. Lee Jr.", "Roe, Dr. Jane", "",
    "www.news.cnn.com", "cnn.co.uk", "https://user@drive.google.ca:80/a.b?c=d.e", "localhost", "x.y\nz",
)  # fmt: skip


@pytest.mark.parametrize("function", COMPONENTS, ids=lambda function: function.parameters[0])
def test_memory_and_engine_agree(function: Function) -> None:
    sql = function(ColumnRef("x")).sql().sql("duckdb")

    with duckdb.connect(config={"threads": 1}) as connection:
        made = connection.execute(f"SELECT {sql} FROM (SELECT unnest(?) AS x)", [list(TEXTS)]).fetchall()

    assert [text for (text,) in made] == [function.compute(text) for text in TEXTS]


@pytest.mark.parametrize(
    ("given", "wanted", "new", "made"),
    [
        (["Doe, John", "Ann Lee", "Mr. Bo P. Rand, III"], ["J. Doe", "A. Lee", "B. Rand"], "Cy C. Hu", "C. Hu"),
        (["www.a.bcd.com", "efg.co.uk", "x.hij.ca"], ["bcd", "efg", "hij"], "mail.klm.com.au", "klm"),
    ],
)
def test_a_part_is_learned(given: list[str], wanted: list[str], new: str, made: str) -> None:
    assert made_of(given, wanted, new) == made
