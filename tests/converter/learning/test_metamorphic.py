"""Changes of an example that change nothing of what is meant: the verdict must not get worse.

The verdict is what a further file comes out as: right, nothing (declined), or wrong.
"""

import random
from collections.abc import Callable
from functools import cache

import duckdb
import pytest

from converter.lesson import learn
from converter.table import Example
from tests.converter.learning.kinds_of_tables import KINDS, Kind, Rows, table
from tests.converter.learning.learned import run

WRONG, DECLINED, RIGHT = 0, 1, 2
ROWS, FURTHER = 8, 14
SEED = 5

Made = Callable[[Kind, Rows], Example]


def _verdict(kind: Kind, changed: Made, rows: Rows, further: Rows) -> int:
    example, new = changed(kind, rows), changed(kind, further)
    converter = learn(example).converter
    if converter is None:
        return DECLINED
    try:
        made = run(converter.statement, new.input)
    except duckdb.Error:
        return WRONG
    return RIGHT if made == [tuple(cell or None for cell in row) for row in new.expected.rows] else WRONG


def _plain(kind: Kind, rows: Rows) -> Example:
    return kind.example(rows)


@cache
def _before(kind: Kind) -> int:
    return _verdict(kind, _plain, kind.rows(ROWS, SEED), kind.rows(FURTHER, SEED + 1))


def _with_another_column(kind: Kind, rows: Rows) -> Example:
    example, chance = kind.example(rows), random.Random(len(rows))
    cells = [
        f"{chance.choice(('see', 'ask', 'mail', 'call'))} {chance.choice(('Tom', 'Eve', 'Kim'))} {chance.randint(1, 400)}"
        for _ in rows
    ]
    given = [(*row[:2], cell, *row[2:]) for row, cell in zip(rows, cells, strict=True)]
    return Example(table((*kind.given[:2], "remark", *kind.given[2:]), given), example.expected)


_HEADINGS = {
    "order": "reference", "customer": "client", "ordered on": "day of order", "quantity": "pieces", "price": "unit price",
    "state": "status", "name": "full name", "date": "iso date", "total": "sum", "open": "is open", "day": "played on",
    "team": "side", "player": "athlete", "points": "score", "count": "games", "first": "given name", "last": "surname",
    "email": "mail", "phone": "telephone", "sex": "gender", "login": "account", "student": "pupil", "subject": "course",
    "mark": "grade", "part": "item", "buyer": "purchaser", "colours": "paints", "colour": "paint", "payee": "recipient",
    "outflow": "paid out", "inflow": "paid in", "Datum": "booked", "Empfänger": "counterparty", "Betrag": "value",
}  # fmt: skip


def _with_other_headings(kind: Kind, rows: Rows) -> Example:
    example = kind.example(rows)
    given, wanted = ([_HEADINGS.get(name, name) for name in names] for names in (kind.given, kind.wanted))
    return Example(table(given, list(example.input.rows)), table(wanted, list(example.expected.rows)))


def _with_columns_in_another_order(kind: Kind, rows: Rows) -> Example:
    example, chance = kind.example(rows), random.Random(1)
    mine, theirs = list(range(len(kind.given))), list(range(len(kind.wanted)))
    chance.shuffle(mine)
    chance.shuffle(theirs)
    return Example(
        table([kind.given[at] for at in mine], [tuple(row[at] for at in mine) for row in example.input.rows]),
        table([kind.wanted[at] for at in theirs], [tuple(row[at] for at in theirs) for row in example.expected.rows]),
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_learned(kind: Kind) -> None:
    assert _before(kind) == RIGHT


@pytest.mark.parametrize("changed", [_with_another_column, _with_other_headings, _with_columns_in_another_order])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_changes_no_meaning_makes_no_verdict_worse(kind: Kind, changed: Made) -> None:
    assert _verdict(kind, changed, kind.rows(ROWS, SEED), kind.rows(FURTHER, SEED + 1)) >= _before(kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_other_people_are_converted_as_well(kind: Kind) -> None:
    others = kind.among_others()

    assert _verdict(others, _plain, others.rows(ROWS, SEED), others.rows(FURTHER, SEED + 1)) >= _before(kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_more_rows_make_no_verdict_worse(kind: Kind) -> None:
    further = kind.rows(FURTHER, SEED + 1)
    verdicts = [_before(kind), *(_verdict(kind, _plain, kind.rows(count, SEED), further) for count in (ROWS + 1, ROWS + 6))]

    assert verdicts == sorted(verdicts)
