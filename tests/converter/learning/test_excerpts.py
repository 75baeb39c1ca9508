"""Large examples are learned from a few of their rows, and held against all of them."""

import random
from statistics import median

from converter.lesson import learn
from converter.table import Example, Row, Table
from converter.trial import loaded

HEADER = ("id", "region", "status", "units")


def orders(count: int) -> list[Row]:
    chance = random.Random(7)
    regions, statuses = ("north", "south", "east"), ("paid", "open", "void")
    return [
        (str(1000 + at), chance.choice(regions), chance.choice(statuses), str(chance.randint(1, 90))) for at in range(count)
    ]


def statement_for(rows: list[Row], header: tuple[str, ...], expected: list[Row]) -> str:
    lesson = learn(Example(Table(HEADER, tuple(rows), HEADER), Table(header, tuple(expected), header)))
    assert lesson.converter is not None, lesson.reason
    return " ".join(lesson.converter.statement.split())


def test_rows_that_stand_one_for_one() -> None:
    rows = orders(3000)

    statement = statement_for(rows, ("key",), [(f"{row[1]}-{row[0]}",) for row in rows])

    assert "FROM input" in statement
    assert "1000" not in statement


def test_a_rare_kind_of_row_is_not_overlooked() -> None:
    rows = orders(3000)
    rows[2222] = (*rows[2222][:2], "", rows[2222][3])

    statement = statement_for(rows, ("id", "status"), [(row[0], row[2] or "none") for row in rows])

    assert "'none'" in statement


def test_rows_that_are_filtered() -> None:
    rows = orders(3000)

    statement = statement_for(rows, ("id", "units"), [(row[0], row[3]) for row in rows if row[2] == "paid"])

    assert "WHERE status = 'paid'" in statement


def test_groups_that_are_too_large_to_be_cut_out() -> None:
    rows = orders(3000)
    sums: dict[str, int] = {}
    for _, region, _, units in rows:
        sums[str(region)] = sums.get(str(region), 0) + int(units or 0)

    statement = statement_for(rows, ("region", "units"), [(region, str(units)) for region, units in sums.items()])

    assert "GROUP BY region" in statement


def test_a_median_of_groups_that_are_too_large_to_be_cut_out() -> None:
    rows = orders(3001)
    groups: dict[str, list[int]] = {}
    for _, region, _, units in rows:
        groups.setdefault(str(region), []).append(int(units or 0))

    statement = statement_for(rows, ("region", "units"), [(region, f"{median(units):.1f}") for region, units in groups.items()])

    assert "MEDIAN(" in statement


def test_a_database_has_the_cells_of_the_table() -> None:
    rows: list[Row] = [("", None, "a\n'", "1"), (None, '"', "", "2")] * 6000
    table = Table(HEADER, tuple(rows), HEADER)

    with loaded(table) as connection:
        there = connection.execute("SELECT * FROM input ORDER BY _row").fetchall()

    assert there == [(*row, at) for at, row in enumerate(rows, 1)]
