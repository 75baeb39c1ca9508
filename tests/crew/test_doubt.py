"""How sure a lesson is, and what of it is settled."""

from dataclasses import replace

import pytest

from converter.lesson import ColumnEvidence, Lesson
from converter.manifest import Converter
from crew.doubt import confidence, is_sure, settled

COLUMNS = tuple(ColumnEvidence(name, True, sure, "a", (), 4, 4) for name, sure in (("x", 0.99), ("y", 0.96)))
PLAIN = Lesson(Converter("SELECT a AS x, b AS y FROM input", ("a", "b"), is_rowwise=True), COLUMNS, "", None, 0.1)


def with_statement(statement: str, *, is_rowwise: bool = True) -> Lesson:
    assert PLAIN.converter is not None
    return replace(PLAIN, converter=replace(PLAIN.converter, statement=statement, is_rowwise=is_rowwise))


def test_the_learners_own_confidence_in_the_whole_counts_where_there_is_one() -> None:
    assert PLAIN.converter is not None
    told = replace(PLAIN, converter=replace(PLAIN.converter, evidence={"confidence": 0.42}))

    assert confidence(told) == 0.42
    assert not is_sure(told, 0.95)


def test_without_one_the_least_sure_column_counts() -> None:
    assert confidence(PLAIN) == pytest.approx(0.96)
    assert is_sure(PLAIN, 0.95)
    assert not is_sure(PLAIN, 0.97)


@pytest.mark.parametrize(
    "lesson",
    [
        with_statement("SELECT CASE a WHEN '1' THEN 'x' END AS x, b AS y FROM input"),
        with_statement("SELECT a AS x, b AS y FROM input WHERE a > '1'"),
        with_statement("SELECT a AS x, max(b) AS y FROM input GROUP BY a", is_rowwise=False),
        replace(PLAIN, converter=None),
    ],
    ids=["conditions", "filters", "groups", "nothing"],
)
def test_each_sign_of_doubt_takes_sureness_away(lesson: Lesson) -> None:
    assert not is_sure(lesson, 0.95)


def test_columns_are_settled_one_by_one() -> None:
    assert [one.name for one in settled(PLAIN, 0.97)] == ["x"]
