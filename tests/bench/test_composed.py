"""Conversions composed at random: the same from the same seed, and with an example that tells what is meant."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest

from bench.composed.__main__ import judged
from bench.composed.columns import Column, Kind, Notation, Rows
from bench.composed.conditions import Condition, is_decided, is_told
from bench.composed.conversion import FURTHER_ROWS, STEPS, Conversion, compose
from bench.composed.domains import DOMAINS

SEEDS = range(1, 41)


@pytest.fixture(scope="module")
def made() -> list[Conversion]:
    return [compose(seed) for seed in SEEDS]


def test_a_seed_always_gives_the_same_tables(made: list[Conversion]) -> None:
    assert compose(SEEDS[0]) == made[0]
    assert made[0].given != made[1].given


def test_the_tables_are_of_the_size_that_is_said(made: list[Conversion]) -> None:
    for one in made:
        assert 8 <= len(one.given.rows) <= 20
        assert len(one.further.rows) == FURTHER_ROWS
        for sheet in (one.given, one.expected, one.further, one.wanted):
            assert len(set(sheet.heading)) == len(sheet.heading)
            assert {len(row) for row in sheet.rows} == {len(sheet.heading)}
        assert one.given.heading == one.further.heading
        assert one.expected.heading == one.wanted.heading


def test_a_filter_leaves_out_two_rows_at_least(made: list[Conversion]) -> None:
    filtered = [one for one in made if one.filter != "none" and one.step in ("none", "sort")]

    assert filtered
    assert all(len(one.given.rows) - len(one.expected.rows) >= 2 for one in filtered)


def test_no_two_output_columns_are_the_same_and_none_says_but_one_thing(made: list[Conversion]) -> None:
    for one in made:
        columns = list(zip(*one.expected.rows, strict=True))
        assert len(set(columns)) == len(columns)
        assert all(len(set(column)) > 1 for column, kind in zip(columns, one.kinds, strict=True) if kind != "constant")


def test_each_text_of_a_choice_stands_in_two_rows_at_least(made: list[Conversion]) -> None:
    choices = [
        Counter(row[at] for row in one.expected.rows)
        for one in made
        for at, kind in enumerate(one.kinds)
        if kind in ("map", "bands") or kind.startswith("flag")
    ]

    assert choices
    assert all(min(counts.values()) >= 2 for counts in choices)


def test_all_row_steps_can_be_made_of_some_domain() -> None:
    made = set()
    for maker in set(STEPS):
        for domain, fields in DOMAINS.items():
            chance = Random(domain)
            columns: dict[str, Column] = {}
            for field in fields:
                columns[field.headings[0]] = field.column(chance, columns.get(field.base or ""))
            made |= {maker} if maker(chance, tuple(columns.values())) is not None else set()

    assert made == set(STEPS)


@pytest.mark.parametrize(
    ("notation", "number", "text"),
    [
        (Notation(2, ",", "."), "-1234.5", "-1.234,50"),
        (Notation(2, ".", ",", "$"), "-1234.5", "-$1,234.50"),
        (Notation(2, minus="()"), "-3", "(3.00)"),
        (Notation(0), "2.5", "3"),
    ],
)
def test_a_number_is_written_in_its_notation(notation: Notation, number: str, text: str) -> None:
    assert notation.write(Decimal(number)) == text


STATE = Column("State", Kind.STATE, lambda chance, at, row: None, values=("a", "b"), repeats=True)
SITE = Column("Site", Kind.STATE, lambda chance, at, row: None, values=("x", "y"), repeats=True)
IS_A = Condition("equal", "", lambda row: row["State"] == "a", (STATE,))


def _rows(*pairs: str) -> Rows:
    return [{"State": pair[0], "Site": pair[1]} for pair in pairs]


def test_a_condition_for_which_another_column_stands_as_well_is_not_told() -> None:
    alike, apart, further = _rows("ax", "by", "ax", "by"), _rows("ax", "by", "ay", "by"), _rows("ax", "bx", "ay")

    assert not is_told(IS_A, (STATE, SITE), alike, further, either=False)
    assert is_told(IS_A, (STATE, SITE), apart, further, either=False)


def test_a_bound_is_told_where_it_is_the_roundest_of_the_gap_in_which_nothing_further_lies() -> None:
    assert is_decided((Decimal(93), Decimal(108)), Decimal(100), [Decimal(80), Decimal(120)])
    assert not is_decided((Decimal(93), Decimal(108)), Decimal(100), [Decimal(99)])
    assert not is_decided((Decimal(93), Decimal(108)), Decimal(95), [Decimal(80)])


def test_a_conversion_is_learned_and_judged_on_its_further_file() -> None:
    found = [judged(seed) for seed in (2, 3)]

    assert [one.seed for one in found] == [2, 3]
    assert {one.verdict for one in found} <= {"solved", "wrong", "declined"}
