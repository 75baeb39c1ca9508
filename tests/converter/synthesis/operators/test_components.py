"""Parts of names and domains: the same part, however the whole is written."""

import duckdb
import pytest

from converter.learning.clock import now
from converter.synthesis.columns import explain_column
from converter.synthesis.operators.components import PARTS, Component
from converter.synthesis.term import Column
from converter.table import Table

TEXTS = (
    "Doe, John", "James Smith", "Mr. Charles P. Wooten, III", "'Dr. Émile Zola'", "Cher", "Ann B. Lee Jr.", "Roe, Dr. Jane", "",
    "www.news.cnn.com", "cnn.co.uk", "https://user@drive.google.ca:80/a.b?c=d.e", "localhost", "x.y\nz",
)  # fmt: skip


@pytest.mark.parametrize("name", PARTS)
def test_memory_and_engine_agree(name: str) -> None:
    term = Component(Column(0, "x"), name)

    with duckdb.connect(config={"threads": 1}) as connection:
        made = connection.execute(f"SELECT {term.sql().sql('duckdb')} FROM (SELECT unnest(?) AS x)", [list(TEXTS)]).fetchall()

    assert [text for (text,) in made] == [term.value((text,)) for text in TEXTS]


@pytest.mark.parametrize(
    ("given", "wanted", "new", "made"),
    [
        (["Doe, John", "Ann Lee", "Mr. Bo P. Rand, III"], ["J. Doe", "A. Lee", "B. Rand"], "Cy C. Hu", "C. Hu"),
        (["www.a.bcd.com", "efg.co.uk", "x.hij.ca"], ["bcd", "efg", "hij"], "mail.klm.com.au", "klm"),
    ],
)
def test_a_part_is_learned(given: list[str], wanted: list[str], new: str, made: str) -> None:
    table = Table(("x",), tuple((text,) for text in given), ("x",))

    best = explain_column(table, wanted, deadline=now() + 60)[0]

    with duckdb.connect(config={"threads": 1}) as connection:
        sql = best.expression.sql("duckdb")
        assert connection.execute(f"SELECT {sql} FROM (SELECT ? AS x)", [new]).fetchone() == (made,)
