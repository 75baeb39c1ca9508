"""Row steps: what becomes of the rows before the output columns are made of them, each with what else it could be taken for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any

from bench.composed.columns import Column, Kind, Notation, Row, Rows
from bench.composed.outputs import Output, computed, copied, named, of_number, one_of

Apply = Callable[[Rows], Rows]


def _as_they_are(rows: Rows) -> Rows:
    return rows


def _as_drawn(chance: Random, rows: Rows) -> Rows:
    return rows


@dataclass(frozen=True)
class Step:
    """A row step: `given` are the input's columns, `after` those of the rows that `apply` makes.

    `arranged` puts drawn rows into the order that the step asks for, `shown` makes of them what the input's file says.
    `outputs` belong to the step, `most` others may stand beside them. `rivals` are other steps for which it could be taken.
    `total` says that a row of totals follows; `filters` whether rows may be left out before.
    """

    kind: str
    given: tuple[Column, ...]
    after: tuple[Column, ...]
    apply: Apply = _as_they_are
    arranged: Callable[[Random, Rows], Rows] = _as_drawn
    shown: Apply = _as_they_are
    outputs: tuple[Output, ...] = ()
    most: int = 8
    rivals: tuple[Apply, ...] = ()
    total: bool = False
    filters: bool = True


Maker = Callable[[Random, tuple[Column, ...]], Step | None]


def as_they_stand(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """No step at all."""
    return Step("none", columns, columns)


def _ordered(column: Column, *, falling: bool) -> Apply:
    def key(row: Row) -> Any:
        value = row[column.name]
        return column.write(value) if column.kind in (Kind.PERSON, Kind.WORDS, Kind.STATE, Kind.CODE) else value

    return lambda rows: sorted(rows, key=key, reverse=falling)


def _orders(columns: Sequence[Column]) -> list[Apply]:
    """All orders by one column without blanks, and the rows as they stand."""
    kinds = (Kind.NUMBER, Kind.DATE, Kind.MOMENT, Kind.SPAN, Kind.CODE, Kind.WORDS, Kind.STATE, Kind.PERSON)
    found = [one for one in columns if one.kind in kinds and not one.blanks]
    return [_as_they_are, *(_ordered(one, falling=falling) for one in found for falling in (False, True))]


def sort(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """All rows in another order."""
    found = [one for one in columns if one.kind in (Kind.NUMBER, Kind.DATE, Kind.WORDS, Kind.PERSON) and not one.blanks]
    if not found:
        return None
    by = _ordered(chance.choice(found), falling=chance.random() < 0.5)
    return Step("sort", columns, columns, by, rivals=tuple(_orders(columns)))


def top(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """The few rows with the greatest numbers, the greatest first."""
    column = one_of(chance, [one for one in columns if not one.blanks], Kind.NUMBER)
    if column is None:
        return None
    count, by = chance.choice((3, 5, 5)), _ordered(column, falling=True)
    return Step("top", columns, columns, lambda rows: by(rows)[:count], filters=False)


def totals(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """The rows as they stand, and below them a row of totals."""
    sums = [one for one in columns if one.kind is Kind.NUMBER and one.notation]
    if not sums:
        return None
    some = chance.sample(sums, min(len(sums), 2))
    plain = [
        of_number("total", one.name, (one,), computed((one,), lambda value: value), one.notation)
        for one in some
        if one.notation
    ]
    return Step("totals row", columns, columns, outputs=tuple(plain), most=3, total=True)


def first_of_each(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """One row of each group, of which the output says which it is: the first, the last, that with the greatest number."""
    key = one_of(chance, [one for one in columns if one.repeats], Kind.STATE, Kind.WORDS, Kind.PERSON)
    if key is None:
        return None

    def picked(choose: Callable[[Rows], Row]) -> Apply:
        def apply(rows: Rows) -> Rows:
            chosen = [id(choose(group)) for group in grouped(rows, (key,)).values()]
            return [row for row in rows if id(row) in chosen]

        return apply

    ways: dict[str, Apply] = {"first": picked(lambda rows: rows[0]), "last": picked(lambda rows: rows[-1])}
    for one in columns:
        if one.kind in (Kind.NUMBER, Kind.DATE, Kind.MOMENT) and not one.blanks:
            name = one.name
            ways[f"greatest {name}"] = picked(lambda rows, name=name: max(rows, key=lambda row: row[name]))
            ways[f"least {name}"] = picked(lambda rows, name=name: min(rows, key=lambda row: row[name]))
    way = chance.choice(list(ways))
    by = _ordered(key, falling=False)
    known = [one for one in columns if one.kind is Kind.CODE or one.kind is Kind.MOMENT][:1]
    outputs = tuple(copied(one, named(chance, one)) for one in (key, *known))
    rivals = (*ways.values(), lambda rows: by(ways[way](rows)))
    return Step("one of each", columns, columns, ways[way], outputs=outputs, rivals=rivals) if known else None


def distinct(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """Each combination of some columns' values once."""
    found = [one for one in columns if one.repeats]
    if len(found) < 2:
        return None
    keys = tuple(chance.sample(found, 2 if len(found) == 2 or chance.random() < 0.7 else 3))
    by = _ordered(keys[0], falling=False)
    apply: Apply = lambda rows: [group[0] for group in grouped(rows, keys).values()]  # noqa: E731
    chosen = apply if chance.random() < 0.6 else lambda rows: by(apply(rows))
    outputs = tuple(copied(one, named(chance, one)) for one in keys)
    return Step("distinct", columns, keys, chosen, outputs=outputs, most=2, rivals=(apply, lambda rows: by(apply(rows))))


def grouped(rows: Rows, keys: Sequence[Column]) -> dict[tuple[Any, ...], Rows]:
    """The rows by their values of these columns, in order of appearance."""
    found: dict[tuple[Any, ...], Rows] = {}
    for row in rows:
        found.setdefault(tuple(row[one.name] for one in keys), []).append(row)
    return found


def unnest(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """A row for each member of a list."""
    column = one_of(chance, columns, Kind.LIST)
    if column is None:
        return None
    single = Column(chance.choice((column.name.rstrip("s"), column.name, "Item")), Kind.WORDS, column.draw)
    if any(one.name == single.name for one in columns if one is not column):
        return None
    after = tuple(single if one is column else one for one in columns)

    def apply(rows: Rows) -> Rows:
        return [row | {single.name: member} for row in rows for member in row[column.name]]

    return Step("unnest", columns, after, apply, outputs=(copied(single),), most=5)


_FAMILIES = (
    ("Month", ("Jan", "Feb", "Mar", "Apr", "May", "Jun")),
    ("Quarter", ("Q1", "Q2", "Q3", "Q4")),
    ("Year", ("2022", "2023", "2024")),
    ("Weekday", ("Mon", "Tue", "Wed", "Thu", "Fri")),
    ("Station", ("North", "East", "South")),
)


def unpivot(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """A row for each of some columns that hold the same for other months, years, places."""
    label, names = chance.choice(_FAMILIES)
    models = [one for one in columns if one.kind is Kind.NUMBER]
    kept = [one for one in columns if one.kind is not Kind.NUMBER][: chance.randint(2, 4)]
    if not models or len(kept) < 2 or any(one.name in (label, *names) for one in columns):
        return None
    model = replace(chance.choice(models), others=())
    blanks = max(model.blanks, chance.choice((0.0, 0.25)))

    def draw(chance: Random, at: int, row: Row) -> Any:
        return None if chance.random() < blanks else model.draw(chance, at, row)

    family = tuple(replace(model, name=name, blanks=blanks, draw=draw) for name in names)
    drops = bool(blanks) and chance.random() < 0.6
    made, value = (
        Column(label, Kind.WORDS, draw),
        replace(model, name=chance.choice(("Value", "Amount", model.name)), blanks=0.0 if drops else blanks),
    )

    def long(drops: bool) -> Apply:
        return lambda rows: [
            row | {label: one.name, value.name: row[one.name]}
            for row in rows
            for one in family
            if not drops or row[one.name] is not None
        ]

    after = (*kept, made, value)
    outputs = (*(copied(one) for one in kept[:2]), copied(made), copied(value))
    given = (*kept, *family)
    return Step("unpivot", given, after, long(drops), outputs=outputs, most=2, filters=chance.random() < 0.3)


def pivot(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """A row for each value of one column, a column for each of a state's, the sum of a number in each cell."""
    state, column = one_of(chance, columns, Kind.STATE), one_of(chance, columns, Kind.NUMBER)
    key = one_of(chance, [one for one in columns if one.repeats and one is not state], Kind.PERSON, Kind.WORDS, Kind.STATE)
    if state is None or column is None or key is None or column.notation is None:
        return None
    instead = chance.choice((None, Decimal(0)))
    counts = chance.random() < 0.3
    notation = Notation(0 if counts else column.notation.decimals)
    names = sorted(state.values)
    made = tuple(Column(one, Kind.NUMBER, column.draw, notation.write, notation=notation, blanks=0.2) for one in names)

    def cell(rows: Rows) -> Decimal | None:
        values = [row[column.name] for row in rows if counts or row[column.name] is not None]
        return (Decimal(len(values)) if counts else sum(values, Decimal(0))) if values else instead

    def apply(rows: Rows) -> Rows:
        return [
            {key.name: group[0][key.name]} | {one: cell([row for row in group if row[state.name] == one]) for one in names}
            for group in grouped(rows, (key,)).values()
        ]

    by = _ordered(key, falling=False)
    chosen = apply if chance.random() < 0.5 else lambda rows: by(apply(rows))
    outputs = (copied(key), *(copied(one) for one in made))
    rivals = (apply, lambda rows: by(apply(rows)))
    return Step("pivot", columns, (key, *made), chosen, outputs=outputs, most=0, rivals=rivals, filters=chance.random() < 0.3)


def fill_down(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """A value that stands in the first of its rows alone is put into all."""
    column = one_of(chance, [one for one in columns if one.repeats], Kind.WORDS, Kind.STATE, Kind.PERSON)
    if column is None:
        return None
    name = column.name

    def arranged(chance: Random, rows: Rows) -> Rows:
        return [row for group in grouped(rows, (column,)).values() for row in group]

    def shown(rows: Rows) -> Rows:
        return [row | {name: None} if at and rows[at - 1][name] == row[name] else row for at, row in enumerate(rows)]

    given = tuple(replace(one, blanks=0.0) if one is column else one for one in columns)
    return Step("fill down", given, given, arranged=arranged, shown=shown, outputs=(copied(column),))


def running(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """A column has the sum of a number so far, of all rows or of those with the same key."""
    column = one_of(chance, [one for one in columns if not one.blanks], Kind.NUMBER)
    key = one_of(chance, [one for one in columns if one.repeats], Kind.STATE, Kind.PERSON, Kind.WORDS)
    if column is None or column.notation is None:
        return None
    keys = (key,) if key is not None and chance.random() < 0.35 else ()
    name = column.name

    def exact(rows: Rows, at: int) -> Decimal:
        return sum(
            (row[name] for row in rows[: at + 1] if all(row[one.name] == rows[at][one.name] for one in keys)), Decimal(0)
        )

    heading = chance.choice(("Running total", "Cumulative", "Balance so far"))
    output = of_number("running", heading, (column, *keys), exact, Notation(column.notation.decimals))
    return Step("running of each" if keys else "running", columns, columns, outputs=(copied(column), output), most=5)


def difference(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """A column has by how much a number, or a date in days, is more than in the row before."""
    column = one_of(chance, [one for one in columns if not one.blanks], Kind.NUMBER, Kind.DATE)
    if column is None:
        return None
    name, notation = column.name, Notation(column.notation.decimals if column.notation else 0)

    def exact(rows: Rows, at: int) -> Decimal | None:
        if not at:
            return None
        by = rows[at][name] - rows[at - 1][name]
        return by if column.kind is Kind.NUMBER else Decimal(by.days)

    output = of_number("difference", chance.choice(("Change", "Since last", "Delta")), (column,), exact, notation)
    return Step("difference", columns, columns, outputs=(copied(column), output), most=5)


def two_lines(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """Two lines of each row: a number on one side, then on the other, each with an account."""
    column = one_of(chance, [one for one in columns if not one.blanks and one.bounds[0] > 0], Kind.NUMBER)
    if column is None or column.notation is None or any(one.name in ("Account", "Debit", "Credit") for one in columns):
        return None
    accounts = chance.choice((("1200", "4000"), ("Receivable", "Sales"), ("Cost", "Bank")))

    def apply(rows: Rows) -> Rows:
        return [row | {"side": side} for row in rows for side in (0, 1)]

    def on(side: int) -> Callable[[Rows, int], Decimal | None]:
        return lambda rows, at: rows[at][column.name] if rows[at]["side"] == side else None

    outputs = (
        Output("side", "Account", (), lambda rows, at: accounts[rows[at]["side"]]),
        of_number("side", "Debit", (column,), on(0), Notation(column.notation.decimals)),
        of_number("side", "Credit", (column,), on(1), Notation(column.notation.decimals)),
    )
    return Step("two lines", columns, columns, apply, outputs=outputs, most=3)


def parents(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """Rows name another row by its code; what that row says in another column is looked up."""
    code = one_of(chance, columns, Kind.CODE)
    told = one_of(chance, columns, Kind.WORDS, Kind.STATE, Kind.PERSON)
    if code is None or told is None or told.blanks or len(code.prefixes) > 1:
        return None
    link = replace(code, name=f"Parent {code.name}", others=(), blanks=0.3, draw=lambda chance, at, row: None)
    found = replace(told, name=f"Parent {told.name}", others=(), blanks=0.3)

    def arranged(chance: Random, rows: Rows) -> Rows:
        return [
            row | {link.name: chance.choice(rows[:at])[code.name] if at and chance.random() < 0.75 else None}
            for at, row in enumerate(rows)
        ]

    def apply(rows: Rows) -> Rows:
        by = {row[code.name]: row[told.name] for row in rows}
        return [row | {found.name: by.get(row[link.name])} for row in rows]

    given = (*columns, link)
    return Step(
        "parents", given, (*given, found), apply, arranged, outputs=(copied(code), copied(found)), most=4, filters=False
    )
