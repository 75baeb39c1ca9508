"""Output columns that rewrite texts, dates and spans of time; None where no column fits."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bench.composed.columns import DAYS, SPANS, Column, Kind, Notation, Rows
from bench.composed.outputs import Output, computed, named, of_number, of_text, one_of

_TEXTS = (Kind.WORDS, Kind.CODE, Kind.STATE, Kind.PERSON)


def text_case(chance: Random, columns: Sequence[Column]) -> Output | None:
    """Capitals, small letters."""
    column = one_of(chance, columns, Kind.WORDS, Kind.STATE, Kind.PERSON)
    change = chance.choice((str.upper, str.lower))
    return column and of_text("case", named(chance, column), column, lambda value: change(column.write(value)))


def part_of_person(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A name's first or last part, its initials, or both the other way round."""
    column = one_of(chance, columns, Kind.PERSON)
    if column is None:
        return None
    heading, said = chance.choice(
        (
            ("First name", lambda value: value[0]),
            ("Last name", lambda value: value[1]),
            ("Initials", lambda value: value[0][0] + value[1][0]),
            (named(chance, column), lambda value: f"{value[0][0]}. {value[1]}"),
            (named(chance, column), lambda value: f"{value[1].upper()} {value[0]}"),
        )
    )
    return of_text("name part", heading, column, said)


def part_of_code(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A code's number without zeros, its prefix, what stands before an address's @."""
    column = one_of(chance, columns, Kind.CODE, Kind.EMAIL)
    if column is None:
        return None
    if column.kind is Kind.EMAIL:
        heading, at = chance.choice((("User", 0), ("Domain", 1)))
        return of_text("code part", heading, column, lambda value: value.split("@")[at])
    if chance.random() < 0.6 or len(column.prefixes) == 1:
        return of_text("code part", "No", column, lambda value: str(int("".join(filter(str.isdigit, value)))))
    return of_text("code part", "Series", column, lambda value: value.rstrip("0123456789").rstrip("-"))


def joined(chance: Random, columns: Sequence[Column]) -> Output | None:
    """Two texts with a mark between them; what is blank leaves the other alone."""
    fitting = [one for one in columns if one.kind in _TEXTS and one.blanks == 0]
    if len(fitting) < 2:
        return None
    one, other = chance.sample(fitting, 2)
    mark, end = chance.choice(((" - ", ""), (", ", ""), (" (", ")"), (": ", ""), (" / ", ""), ("-", "")))

    def text(rows: Rows, at: int) -> str:
        return one.write(rows[at][one.name]) + mark + other.write(rows[at][other.name]) + end

    return Output("joined", chance.choice(("Label", "Title", "Text", "Reference")), (one, other), text)


def sentence(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A text with a word of its own before a value."""
    column = one_of(chance, columns, *_TEXTS)
    word = chance.choice(("Import", "Ref", "No.", "Re:", "from"))
    return column and of_text("sentence", "Description", column, lambda value: f"{word} {column.write(value)}")


def list_count(chance: Random, columns: Sequence[Column]) -> Output | None:
    """How many members a list has, or the first of them."""
    column = one_of(chance, columns, Kind.LIST)
    if column is None:
        return None
    if chance.random() < 0.5:
        return of_text("list", f"{column.name} count", column, lambda value: str(len(value)))
    return of_text("list", f"First {column.name.lower()}", column, lambda value: value[0])


def list_marks(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A list with another mark between its members."""
    column = one_of(chance, columns, Kind.LIST)
    if column is None:
        return None
    mark = chance.choice([one for one in (", ", ";", " | ", " ") if one != column.pattern])
    return of_text("list", named(chance, column), column, mark.join)


# Dates, moments, spans.


def date_format(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A date, or a moment's date, in another format."""
    column = one_of(chance, columns, Kind.DATE, Kind.MOMENT)
    if column is None:
        return None
    pattern = chance.choice([one for one in DAYS if one != column.pattern])
    heading = chance.choice(("Date", "Day")) if column.kind is Kind.MOMENT else named(chance, column)
    return of_text("date", heading, column, lambda value: value.strftime(pattern))


def date_part(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A date's month, year, quarter, day of the week; a moment's time or hour."""
    column = one_of(chance, columns, Kind.DATE, Kind.MOMENT)
    if column is None:
        return None
    parts: list[tuple[str, Callable[[Any], str]]] = [
        ("Month", lambda value: f"{value:%Y-%m}"),
        ("Month", lambda value: f"{value:%B}"),
        ("Month", lambda value: f"{value:%b %Y}"),
        ("Quarter", lambda value: f"Q{(value.month + 2) // 3}"),
        ("Weekday", lambda value: f"{value:%A}"),
        ("Weekday", lambda value: f"{value:%a}"),
        ("Week", lambda value: str(value.isocalendar().week)),
    ]
    if column.kind is Kind.MOMENT:
        parts = [("Time", lambda value: f"{value:%H:%M}"), ("Hour", lambda value: str(value.hour)), *parts]
    heading, said = chance.choice(parts)
    return of_text("date part", heading, column, said)


def later(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A date some days later."""
    column = one_of(chance, columns, Kind.DATE)
    days = chance.choice((7, 14, 30))
    heading = chance.choice(("Follow-up", "Reminder", "Review on"))
    return column and of_text("later", heading, column, lambda value: column.write(value + timedelta(days=days)))


def days_between(chance: Random, columns: Sequence[Column]) -> Output | None:
    """The days from one date to another."""
    dates = [one for one in columns if one.kind is Kind.DATE]
    if len(dates) < 2:
        return None
    one, other = chance.sample(dates, 2)
    if columns.index(one) > columns.index(other):
        one, other = other, one
    exact = computed((one, other), lambda first, last: Decimal((last - first).days))
    return of_number("age", "Days", (one, other), exact, Notation(0))


def minutes_between(chance: Random, columns: Sequence[Column]) -> Output | None:
    """The time from one moment to another: minutes, hours, or as a clock writes it."""
    moments = [one for one in columns if one.kind is Kind.MOMENT]
    if len(moments) < 2:
        return None
    one, other = moments[:2]
    exact = computed((one, other), lambda first, last: Decimal(int((last - first).total_seconds()) // 60))
    if chance.random() < 0.4:
        return of_number("duration", "Minutes", (one, other), exact, Notation(0))
    if chance.random() < 0.5:
        hours = computed((one, other), lambda first, last: Decimal(int((last - first).total_seconds())) / 3600)
        return of_number("duration", "Hours", (one, other), hours, Notation(2))
    return Output("duration", "Duration", (one, other), lambda rows, at: SPANS["h:mm"](int(exact(rows, at))))


def span_format(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A span of time as minutes, as hours, or written otherwise."""
    column = one_of(chance, columns, Kind.SPAN)
    if column is None:
        return None
    if chance.random() < 0.3:
        return of_number("span", "Minutes", (column,), computed((column,), Decimal), Notation(0))
    if chance.random() < 0.6:
        return of_number("span", "Hours", (column,), computed((column,), lambda value: Decimal(value) / 60), Notation(2))
    form = chance.choice([one for one in SPANS if one != column.pattern])
    return of_text("span", named(chance, column), column, SPANS[form])


def until(chance: Random, columns: Sequence[Column]) -> Output | None:
    """The days from a date to the year's end."""
    column = one_of(chance, columns, Kind.DATE)
    if column is None:
        return None
    exact = computed((column,), lambda value: Decimal((date(2025, 12, 31) - value).days))
    return of_number("age", "Days to 2025-12-31", (column,), exact, Notation(0))
