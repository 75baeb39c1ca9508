"""Rows of an example that are mistaken: the rule that all others follow, and learning without them."""

import random

import pytest

from converter.errors import BadCsv
from converter.lesson import learn
from converter.mistakes import Mistakes, mistakes, without
from converter.table import Example, Table

SECONDS = 10.0


def _table(names: str, rows: list[tuple[object, ...]]) -> Table:
    header = tuple(names.split())
    return Table(header, tuple(tuple(str(cell) if cell != "" else None for cell in row) for row in rows), header)


def _orders(count: int = 10) -> list[tuple[int, int, str, str]]:
    chance = random.Random(3)
    states = ["open", "void", "paid"]
    prices = ["1.50", "2.25", "10.00", "0.75"]
    quantities = chance.sample(range(1, 40), count)
    return [(at, one, chance.choice(prices), chance.choice(states)) for at, one in enumerate(quantities, 1)]


def _found(example: Example) -> Mistakes | None:
    return mistakes(learn(example), example)


def _totals(wrong: dict[int, str], column: int = 1) -> Example:
    rows = _orders()
    made: list[tuple[object, ...]] = [
        (at, f"{quantity * float(price):.2f}", "yes" if state == "open" else "no") for at, quantity, price, state in rows
    ]
    for number, cell in wrong.items():
        row = list(made[number - 1])
        row[column] = cell
        made[number - 1] = tuple(row)
    return Example(_table("id qty price state", list(rows)), _table("id total open", made))


def test_a_mistaken_number_is_told_with_the_rule_that_all_others_follow() -> None:
    found = _found(_totals({7: "51.00"}))

    assert found is not None
    assert found.lines()[0] == f"row 7: total expected 51.00, the rule gives {_totals({}).expected.rows[6][1]}"
    assert found.lines()[1].startswith("the rule for total: qty times price")
    assert found.advice.endswith("--ignore-row 7")


def test_a_mistaken_choice_is_told() -> None:
    right = _totals({}).expected.rows[3][2]

    found = _found(_totals({4: "no" if right == "yes" else "yes"}, column=2))

    assert found is not None
    assert found.rows == (4,)
    assert "open" in found.cells[0].rule


def test_two_mistaken_rows_are_told() -> None:
    found = _found(_totals({2: "0.07", 9: "x"}))

    assert found is not None
    assert found.rows == (2, 9)


def test_rows_with_the_same_cells_and_other_outputs_are_told() -> None:
    given = _table("kind size", [("x", 1), ("y", 2), ("x", 1), ("z", 3), ("y", 2), ("x", 1), ("q", 4)])
    expected = _table("code", [("X1",), ("Y2",), ("X1",), ("Z3",), ("Y2",), ("X9",), ("Q4",)])

    found = _found(Example(given, expected))

    assert found is not None
    assert (found.cells[0].row, found.cells[0].expected, found.cells[0].made) == (6, "X9", "X1")


def test_an_example_without_mistakes_has_none() -> None:
    assert _found(_totals({})) is None


def test_a_rare_case_is_no_mistake() -> None:
    rows = _orders()
    made: list[tuple[object, ...]] = [
        (at, "0" if state == "void" else f"{quantity * float(price):.2f}") for at, quantity, price, state in rows
    ]

    assert _found(Example(_table("id qty price state", list(rows)), _table("id total", made))) is None


def test_what_nothing_explains_is_no_mistake() -> None:
    codes = ["qx7", "93p", "zz1", "0u0", "kk4", "b2b", "7r1", "e5e", "m8m", "t6q"]

    assert _found(Example(_table("id qty price state", list(_orders())), _table("code", [(code,) for code in codes]))) is None


def test_without_a_mistaken_row_the_rule_is_learned() -> None:
    example = without(_totals({7: "51.00"}), [7], seconds=SECONDS)

    converter = learn(example).converter
    assert converter is not None
    assert "51" not in converter.statement
    assert converter.evidence["ignored_rows"] == [7]
    assert example.notes == ("the expected file: row 7 is ignored, as asked",)


def test_a_running_sum_is_learned_without_the_row_that_is_wrong() -> None:
    balance, made = 0, []
    for at, quantity, _, state in _orders():
        balance += quantity
        made.append((at, state, 999 if at == 5 else balance))
    example = Example(_table("id qty price state", list(_orders())), _table("id state balance", made))

    converter = learn(without(example, [5], seconds=SECONDS)).converter

    assert converter is not None
    assert "SUM(" in converter.statement.upper()
    assert "999" not in converter.statement


def test_a_group_whose_sum_is_wrong_can_be_left_out() -> None:
    chance = random.Random(5)
    rows = [(at, chance.choice("abcdef"), chance.randint(1, 50)) for at in range(30)]
    sums: dict[str, int] = {}
    for _, team, points in rows:
        sums[team] = sums.get(team, 0) + points
    made = [(team, points + 3 * (at == 2)) for at, (team, points) in enumerate(sums.items())]
    example = Example(_table("id team points", list(rows)), _table("team points", list(made)))

    converter = learn(without(example, [3], seconds=SECONDS)).converter

    assert converter is not None
    assert "GROUP BY" in converter.statement


@pytest.mark.parametrize(("rows", "problem"), [([11], "no row 11 to ignore"), ([0], "no row 0"), (range(1, 11), "no row left")])
def test_rows_that_are_not_there_are_refused(rows: list[int], problem: str) -> None:
    with pytest.raises(BadCsv, match=problem):
        without(_totals({}), list(rows), seconds=SECONDS)
