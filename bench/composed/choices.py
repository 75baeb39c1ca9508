"""Output columns that choose between texts or numbers; None where no column fits."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random

from bench.composed.columns import Column, Kind, Notation, Row, Rows
from bench.composed.conditions import drawn, round_bound
from bench.composed.outputs import Output, named, of_number, of_text, one_of


def mapped(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A state in other words."""
    found = [one for one in columns if one.said]
    if not found:
        return None
    column = chance.choice(found)
    said = chance.choice(column.said)
    return of_text("map", named(chance, column), column, said.__getitem__, branch=lambda row: row[column.name])


def flag(chance: Random, columns: Sequence[Column]) -> Output | None:
    """One of two texts by a condition."""
    condition = drawn(chance, columns)
    if condition is None:
        return None
    yes, no = chance.choice((("yes", "no"), ("Y", ""), ("1", "0"), ("true", "false"), ("check", "ok"), ("X", "")))
    return Output(
        f"flag: {condition.kind}",
        chance.choice(("Flag", "Check", "Mark", "To do")),
        condition.uses,
        lambda rows, at: yes if condition.holds(rows[at]) else no,
        branch=condition.holds,
        condition=condition,
    )


def chosen_value(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A number where a condition holds, nothing or nought or its negative where not."""
    column, condition = one_of(chance, columns, Kind.NUMBER), drawn(chance, columns)
    if column is None or condition is None or column.notation is None or column in condition.uses:
        return None
    heading, otherwise = chance.choice((("Counted", None), ("Counted", Decimal(0)), ("Signed", -1)))

    def exact(rows: Rows, at: int) -> Decimal | None:
        value = rows[at][column.name]
        if value is None or condition.holds(rows[at]):
            return value
        return -value if otherwise == -1 else otherwise

    return of_number(
        "conditional number", heading, (column, *condition.uses), exact, Notation(column.notation.decimals),
        branch=condition.holds, condition=condition,
    )  # fmt: skip


def bands(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A text for each of three stretches of a number."""
    column = one_of(chance, columns, Kind.NUMBER)
    if column is None or column.blanks:
        return None
    low, high = column.bounds
    first, second = sorted((round_bound(chance, low, (low + high) / 2), round_bound(chance, (low + high) / 2, high)))
    if first >= second:
        return None
    texts = chance.choice((("low", "medium", "high"), ("C", "B", "A"), ("small", "normal", "large")))

    def way(row: Row) -> int:
        return int(row[column.name] >= first) + int(row[column.name] >= second)

    return Output(
        "bands",
        chance.choice(("Band", "Class", "Level")),
        (column,),
        lambda rows, at: texts[way(rows[at])],
        branch=BoundedWay(way, column, (first, second)),
    )


class BoundedWay:
    """Which of the stretches between bounds a row's number lies in."""

    def __init__(self, way: Callable[[Row], int], column: Column, bounds: Sequence[Decimal]) -> None:
        self.way, self.column, self.bounds = way, column, bounds

    def __call__(self, row: Row) -> int:
        """The stretch's number, from 0."""
        return self.way(row)


def first_filled(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A column, and where it is blank another one or a constant."""
    found = [one for one in columns if one.blanks and one.kind is not Kind.NUMBER]
    if not found:
        return None
    column = chance.choice(found)
    others = [one for one in columns if one is not column and one.kind is column.kind and not one.repeats]
    if others and chance.random() < 0.5:
        other = chance.choice(others)
        return Output(
            "first filled", named(chance, column), (column, other),
            lambda rows, at: column.write(rows[at][column.name]) or other.write(rows[at][other.name]),
            branch=lambda row: row[column.name] is None,
        )  # fmt: skip
    instead = chance.choice(("n/a", "-", "none"))
    return Output(
        "first filled", named(chance, column), (column,), lambda rows, at: column.write(rows[at][column.name]) or instead,
        branch=lambda row: row[column.name] is None,
    )  # fmt: skip


def constant(chance: Random, columns: Sequence[Column]) -> Output | None:
    """The same text in all rows."""
    heading, text = chance.choice(
        (("Source", "import"), ("Currency", "EUR"), ("Imported", "yes"), ("Year", "2025"), ("Notes 2", ""))
    )
    return Output("constant", heading, (), lambda rows, at: text)
