"""Why a program was taken: candidates with what their costs are the sum of, and why the others lost."""

import pytest

from converter.lesson import learn
from converter.table import Example
from tests.converter.learning.learned import table

GIVEN = table("""
item | qty | price | state
bolt | 2   | 1.50  | open
nut  | 10  | 0.25  | open
gear | 1   | 12.00 | void
cog  | 4   | 3.00  | open
""")
EXPECTED = table("""
item | total
bolt | 3.00
nut  | 2.50
cog  | 12.00
""")


@pytest.fixture(scope="module")
def lesson():
    return learn(Example(GIVEN, EXPECTED))


def test_each_column_has_the_chosen_candidate_and_those_that_lost_with_reasons(lesson):
    columns = {one.name: one for one in lesson.trace.columns()}

    assert columns["item"].chosen.sql == "item"
    assert columns["total"].chosen.why == ""
    assert columns["total"].lost
    assert all(one.why for column in columns.values() for one in column.lost)


def test_a_cost_is_the_sum_of_its_features(lesson):
    for column in lesson.trace.columns():
        for one in filter(None, [column.chosen, *column.lost]):
            assert one.cost == pytest.approx(sum(one.features.values()), abs=0.2)


def test_a_candidate_that_gives_some_rows_is_told_with_the_first_that_it_does_not(lesson):
    (total,) = (one for one in lesson.trace.columns() if one.name == "total")

    assert any("of 3 rows; row" in one.why and "expected “" in one.why for one in total.lost)


def test_the_ways_to_the_rows_are_told_the_taken_one_first(lesson):
    taken, *others = lesson.trace.rows()

    assert "state" in taken.sql
    assert taken.why == ""
    assert all(one.why for one in others)


def test_the_short_form_is_a_line_for_the_rows_and_one_a_column(lesson):
    rows, *columns = lesson.to_json()["search"]

    assert rows.startswith("rows: ")
    assert [one.split(":")[0] for one in columns] == ["column item", "column total"]


def test_the_short_form_is_bounded():
    names = [f"name{at}" for at in range(80)]
    cells = [[f"{'long text ' * 30}{row}{at}" for at in range(80)] for row in range(3)]
    wide = table("\n".join("|".join(one) for one in [names, *cells]))

    said = learn(Example(wide, wide)).to_json()["search"]

    assert len(said) == 31
    assert all(len(line) <= 240 for line in said)


def test_of_an_example_that_is_not_learned_the_open_column_is_told():
    nonsense = table("""
    item | code
    bolt | qx7w
    nut  | 93pp
    gear | zz1z
    cog  | 0u0a
    """)

    lesson = learn(Example(GIVEN, nonsense))

    assert lesson.converter is None
    assert any("open" in line for line in lesson.trace.lines())
    assert any(line.startswith("column code: open") for line in lesson.trace.short())
