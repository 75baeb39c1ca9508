"""Conditions on rows, and whether an example tells one from the others that a person may think of."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import Any

from bench.composed.columns import Column, Kind, Row, Rows


@dataclass(frozen=True)
class Condition:
    """A condition: its kind, what it says in words, for which rows it holds, which columns it asks, its bound if it has one."""

    kind: str
    said: str
    holds: Callable[[Row], bool]
    uses: tuple[Column, ...]
    bound: Any = None


KINDS = ("equal", "equal", "unequal", "member", "blank", "sign", "bound", "bound", "pattern", "compared", "both")
"""The kinds of condition, those that come oftener more often."""


def drawn(chance: Random, columns: Sequence[Column], kind: str | None = None) -> Condition | None:
    """One of this kind, or of any, that these columns can be asked; None where the kind has no column."""
    kind = kind or chance.choice(KINDS)
    if kind != "both":
        return _SIMPLE[kind](chance, columns)
    one, other = (_SIMPLE[chance.choice(("equal", "unequal", "blank", "bound", "sign"))](chance, columns) for _ in range(2))
    if one is None or other is None or set(one.uses) & set(other.uses):
        return None
    return Condition(
        "both", f"{one.said} and {other.said}", lambda row: one.holds(row) and other.holds(row), (*one.uses, *other.uses)
    )


def _of(chance: Random, columns: Sequence[Column], fits: Callable[[Column], bool]) -> Column | None:
    found = [one for one in columns if fits(one)]
    return chance.choice(found) if found else None


def _equal(chance: Random, columns: Sequence[Column]) -> Condition | None:
    column = _of(chance, columns, lambda one: one.kind is Kind.STATE)
    if column is None:
        return None
    value = chance.choice(column.values)
    return Condition("equal", f"{column.name} is {value}", lambda row: row[column.name] == value, (column,))


def _unequal(chance: Random, columns: Sequence[Column]) -> Condition | None:
    column = _of(chance, columns, lambda one: one.kind is Kind.STATE and len(one.values) > 2)
    if column is None:
        return None
    value = chance.choice(column.values)
    return Condition("unequal", f"{column.name} is not {value}", lambda row: row[column.name] != value, (column,))


def _member(chance: Random, columns: Sequence[Column]) -> Condition | None:
    column = _of(chance, columns, lambda one: len(one.values) > 3)
    if column is None:
        return None
    values = chance.sample(column.values, 2)
    return Condition("member", f"{column.name} is one of {values}", lambda row: row[column.name] in values, (column,))


def _blank(chance: Random, columns: Sequence[Column]) -> Condition | None:
    column = _of(chance, columns, lambda one: one.blanks > 0)
    if column is None:
        return None
    if chance.random() < 0.4:
        return Condition("blank", f"{column.name} is blank", lambda row: row[column.name] is None, (column,))
    return Condition("blank", f"{column.name} is filled", lambda row: row[column.name] is not None, (column,))


def _sign(chance: Random, columns: Sequence[Column]) -> Condition | None:
    column = _of(chance, columns, lambda one: one.bounds[0] < 0 and not one.blanks)
    if column is None:
        return None
    if chance.random() < 0.5:
        return Condition("sign", f"{column.name} < 0", lambda row: row[column.name] < 0, (column,), Decimal(0))
    return Condition("sign", f"{column.name} > 0", lambda row: row[column.name] > 0, (column,), Decimal(0))


def round_bound(chance: Random, low: float, high: float) -> Decimal:
    """A number of one digit, at times two, that lies well between the two."""
    value = Decimal(str(low + (high - low) * chance.uniform(0.3, 0.7)))
    digits = 1 if chance.random() < 0.7 else 2
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1)) if value else value


def _bound(chance: Random, columns: Sequence[Column]) -> Condition | None:
    column = _of(chance, columns, lambda one: one.bounds[1] > 0 or (one.kind is Kind.DATE and not one.blanks))
    if column is None:
        return None
    name = column.name
    bound = date(2025, chance.randint(2, 6), 1) if column.kind is Kind.DATE else round_bound(chance, *column.bounds)
    if chance.random() < 0.6:
        return Condition(
            "bound", f"{name} >= {bound}", lambda row: row[name] is not None and row[name] >= bound, (column,), bound
        )
    return Condition("bound", f"{name} < {bound}", lambda row: row[name] is not None and row[name] < bound, (column,), bound)


def _pattern(chance: Random, columns: Sequence[Column]) -> Condition | None:
    column = _of(chance, columns, lambda one: len(one.prefixes) > 1)
    if column is None:
        return None
    prefix = chance.choice(column.prefixes)
    return Condition(
        "pattern", f"{column.name} starts with {prefix}", lambda row: row[column.name].startswith(prefix), (column,)
    )


def _compared(chance: Random, columns: Sequence[Column]) -> Condition | None:
    pairs = list(comparable(columns))
    if not pairs:
        return None
    one, other = chance.choice(pairs)
    if chance.random() < 0.5:
        one, other = other, one
    return Condition(
        "compared",
        f"{one.name} > {other.name}",
        lambda row: None not in (row[one.name], row[other.name]) and row[one.name] > row[other.name],
        (one, other),
    )


def comparable(columns: Sequence[Column]) -> Iterator[tuple[Column, Column]]:
    """Pairs of columns that count the same."""
    return ((one, other) for one, other in combinations(columns, 2) if one.unit and one.unit == other.unit)


_SIMPLE = {
    "equal": _equal,
    "unequal": _unequal,
    "member": _member,
    "blank": _blank,
    "sign": _sign,
    "bound": _bound,
    "pattern": _pattern,
    "compared": _compared,
}


# Whether the example tells.


def is_told(condition: Condition, columns: Sequence[Column], example: Rows, further: Rows, *, either: bool) -> bool:
    """Whether no other simple condition holds for the same rows of the example and for others of the further rows.

    With `either` one that holds for exactly the other rows counts too, as two texts are told apart by either.
    """
    here, there = ([condition.holds(row) for row in rows] for rows in (example, further))
    if condition.kind == "both" and not _both_speak(condition, here):
        return False

    def is_rival(asked: Callable[[Row], object]) -> bool:
        mine, theirs = ([bool(asked(row)) for row in rows] for rows in (example, further))
        if mine == here:
            return theirs != there
        return either and mine == [not one for one in here] and theirs != [not one for one in there]

    if any(map(is_rival, _others(columns))):
        return False
    return all(_is_no_rival(column, condition, example, here, further, there) for column in columns)


def _both_speak(condition: Condition, here: Sequence[bool]) -> bool:
    # Whether each half leaves rows out by itself is seen by the simple conditions: none may hold for the same rows.
    return sum(here) >= 3 and len(condition.uses) >= 2


def _others(columns: Sequence[Column]) -> Iterator[Callable[[Row], object]]:
    for column in columns:
        name = column.name
        if column.blanks:
            yield lambda row, name=name: row[name] is None
            yield lambda row, name=name: row[name] is not None
        if column.notation is not None and column.bounds[0] <= 0:
            yield lambda row, name=name: (row[name] or 0) > 0
            yield lambda row, name=name: (row[name] or 0) < 0
        for prefix in column.prefixes if len(column.prefixes) > 1 else ():
            yield lambda row, name=name, prefix=prefix: row[name].startswith(prefix)
            yield lambda row, name=name, prefix=prefix: not row[name].startswith(prefix)
        for value in column.values:
            yield lambda row, name=name, value=value: row[name] == value
            yield lambda row, name=name, value=value: row[name] != value
    for one, other in comparable(columns):
        yield lambda row, one=one.name, other=other.name: (row[one] or 0) > (row[other] or 0)
        yield lambda row, one=one.name, other=other.name: (row[one] or 0) < (row[other] or 0)


def _is_no_rival(
    column: Column, condition: Condition, example: Rows, here: Sequence[bool], further: Rows, there: Sequence[bool]
) -> bool:
    """Whether neither a list of the column's values nor a bound of it says the same of the example, where it is not asked."""
    name = column.name
    if column.kind in (Kind.NUMBER, Kind.DATE, Kind.MOMENT, Kind.SPAN):
        is_asked = column in condition.uses and condition.bound is not None
        gap = _gap([(row[name], held) for row, held in zip(example, here, strict=True) if row[name] is not None])
        if gap is None:
            return True
        if not is_asked:
            return False
        return is_decided(gap, condition.bound, [row[name] for row in further])
    values: dict[Any, set[bool]] = {}
    for row, held in zip(example, here, strict=True):
        values.setdefault(row[name], set()).add(held)
    if any(len(one) > 1 for one in values.values()):
        return True
    if column in condition.uses:
        return all(row[name] in values for row in further) if column.kind is Kind.STATE else True
    return len(values) > len(example) / 2


def _gap(told: Sequence[tuple[Any, bool]]) -> tuple[Any, Any] | None:
    """The last value of one side and the first of the other, where a bound tells rows apart; None where none does."""
    held, others = ([value for value, is_held in told if is_held is wanted] for wanted in (True, False))
    if not held or not others:
        return None
    for low, high in ((held, others), (others, held)):
        if max(low) < min(high):
            return max(low), min(high)
    return None


def is_decided(gap: tuple[Any, Any], bound: Any, further: Sequence[Any]) -> bool:
    """Whether the bound is the roundest of the gap, and no further value lies within that gap."""
    low, high = gap
    if any(value is not None and low < value < high for value in further):
        return False
    if isinstance(bound, date):
        return sum(1 for month in range(1, 13) if low < date(2025, month, 1) <= high) == 1
    return bool(bound == 0) or _roundest(low, high) == bound


def _roundest(low: Decimal, high: Decimal) -> Decimal | None:
    """The one number beyond the first and up to the second that has the fewest digits; None where several have as few."""
    for place in range(6, -4, -1):
        step = Decimal(10) ** place
        for unit in (step, step / 2):
            first = (low // unit + (1 if low >= 0 or low % unit == 0 else 0)) * unit
            found = [first + unit * at for at in range(3) if low < first + unit * at <= high]
            if found:
                return found[0] if len(found) == 1 else None
    return None
