"""Columns of made-up tables: what values they have, in which notation these are written, by which names they may go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from random import Random
from typing import Any

Row = dict[str, Any]
"""A row's values by the names of its columns; None is a blank."""
Rows = list[Row]


TIE = "tie"
"""A number that lies between two that could be written: nobody agrees on which it is, so no table has one."""


class Kind(StrEnum):
    """What a column's values are."""

    CODE = "code"
    PERSON = "person"
    WORDS = "words"
    STATE = "state"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    SPAN = "span"
    LIST = "list"
    EMAIL = "email"


@dataclass(frozen=True)
class Notation:
    """How numbers are written. `minus` is where a negative one says so: before it, behind it, or brackets."""

    decimals: int
    point: str = "."
    group: str = ""
    before: str = ""
    behind: str = ""
    minus: str = "-"

    def write(self, value: Decimal) -> str:
        """The number's text, rounded half up."""
        rounded = value.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)
        whole, _, part = f"{abs(rounded):,.{self.decimals}f}".partition(".")
        text = self.before + whole.replace(",", self.group) + (self.point + part if part else "") + self.behind
        if rounded >= 0:
            return text
        return f"({text})" if self.minus == "()" else f"{text}-" if self.minus == "behind" else f"-{text}"

    def features(self, value: Decimal) -> set[str]:
        """What this value shows of the notation beyond what a small positive one does."""
        rest = abs(value).scaleb(self.decimals) % 1
        shown = {"grouped"} if self.group and abs(value) >= 1000 else set()
        shown |= {"negative"} if value < 0 else {"nought"} if value == 0 else set()
        return shown | (
            {TIE} if rest == Decimal("0.5") else {"raised"} if rest > Decimal("0.5") else {"cut"} if rest else set()
        )


PLAIN = (Notation(2), Notation(2), Notation(2), Notation(2))
MONEY = (
    *PLAIN,
    Notation(2, ",", "."),
    Notation(2, ","),
    Notation(2, ".", ","),
    Notation(2, ".", ",", "$"),
    Notation(2, ",", ".", behind=" €"),
    Notation(2, before="£"),
    Notation(2, ".", ",", minus="()"),
)
DAYS = ("%Y-%m-%d", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d %b %Y", "%b %d, %Y", "%Y%m%d", "%d-%b-%y", "%Y/%m/%d")
_TIMES = (" %H:%M", " %H:%M:%S", " %I:%M %p")
MOMENTS = (*(day + time for day in ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y") for time in _TIMES), "%Y-%m-%dT%H:%M:%S")


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


SPANS: dict[str, Callable[[int], str]] = {
    "h:mm": _clock,
    "hh:mm:ss": lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}:00",
    "min": lambda minutes: f"{minutes} min",
    "h m": lambda minutes: f"{minutes // 60}h {minutes % 60:02d}m",
}


@dataclass(frozen=True, eq=False)
class Column:
    """A column: `draw` makes the value of a row (its number, what it has so far), `write` its text, blank for None.

    `others` are headings that say the same; `values` what a state may be, with `said`, the same values in other words each;
    `features` what a value shows of the notation, `bounds` between
    which numbers are drawn, `unit` what they count, `repeats` that values come back.
    """

    name: str
    kind: Kind
    draw: Callable[[Random, int, Row], Any]
    format: Callable[[Any], str] = str
    others: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    said: tuple[dict[str, str], ...] = ()
    notation: Notation | None = None
    pattern: str = ""
    blanks: float = 0.0
    prefixes: tuple[str, ...] = ()
    bounds: tuple[float, float] = (0.0, 0.0)
    unit: str = ""
    repeats: bool = False

    def write(self, value: Any) -> str:
        """The value's text."""
        return "" if value is None else self.format(value)

    def features(self, value: Any) -> set[str]:
        """What the value shows of how the column is written: a blank, a negative number, which part of a date is the day."""
        if value is None:
            return {f"{self.name} blank"}
        shown = set()
        if self.notation is not None:
            shown = self.notation.features(value)
        if self.kind in (Kind.DATE, Kind.MOMENT):
            shown = {"day beyond 12"} if value.day > 12 else set()
            shown |= {"afternoon"} if self.kind is Kind.MOMENT and value.hour > 12 else set()
        if self.kind is Kind.SPAN:
            shown = {"hours"} if value >= 60 else {"minutes"}
        if self.kind is Kind.LIST:
            shown = {"one member"} if len(value) == 1 else {"members"}
        return {f"{self.name} {one}" for one in shown}


@dataclass(frozen=True)
class Field:
    """What a domain says of a column: the headings by which it may go, and how it is made of one, a draw deciding the notation.

    `base` is the first heading of the field that it depends on.
    """

    headings: tuple[str, ...]
    make: Callable[[Random, str, Column | None], Column]
    base: str | None = None

    def column(self, chance: Random, base: Column | None) -> Column:
        """The column, its heading and notation drawn."""
        name = chance.choice(self.headings)
        made = self.make(chance, name, base)
        return replace(made, others=tuple(one for one in self.headings if one != name))


def _sometimes(blanks: float, draw: Callable[[Random, int, Row], Any]) -> Callable[[Random, int, Row], Any]:
    return lambda chance, at, row: None if chance.random() < blanks else draw(chance, at, row)


def code(*headings: str, prefixes: Sequence[str], digits: int) -> Field:
    """Codes that count up: a prefix, where there are several one by chance, and digits with leading zeros."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        first = chance.randint(1, 10**digits // 12)

        def draw(chance: Random, at: int, row: Row) -> str:
            return f"{chance.choice(list(prefixes))}{first + 3 * at + chance.randint(0, 2):0{digits}d}"

        return Column(name, Kind.CODE, draw, prefixes=tuple(prefixes))

    return Field(headings, make)


def person(*headings: str, people: Sequence[tuple[str, str]], repeats: bool = True) -> Field:
    """People, in some tables with the surname first."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        some = chance.sample(list(people), 6 if repeats else len(people))
        write = (lambda value: f"{value[1]}, {value[0]}") if chance.random() < 0.25 else " ".join

        def draw(chance: Random, at: int, row: Row) -> tuple[str, str]:
            return chance.choice(some) if repeats else some[at % len(some)]

        return Column(name, Kind.PERSON, draw, write, repeats=repeats)

    return Field(headings, make)


def email(*headings: str, of: str, domains: Sequence[str]) -> Field:
    """The address of the person in another column."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        def draw(chance: Random, at: int, row: Row) -> str:
            first, last = row[base.name] if base else ("info", "desk")
            return f"{first}.{last}@{chance.choice(list(domains))}".lower().replace(" ", "").replace("'", "")

        return Column(name, Kind.EMAIL, draw)

    return Field(headings, make, of)


def words(*headings: str, of: Sequence[str], blanks: float = 0.0, repeats: bool = True) -> Field:
    """Texts: names of things, places, remarks."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        some = chance.sample(list(of), min(len(of), 6)) if repeats else list(of)
        draw = _sometimes(blanks, lambda chance, at, row: chance.choice(some))
        return Column(name, Kind.WORDS, draw, blanks=blanks, repeats=repeats and not blanks)

    return Field(headings, make)


def state(*headings: str, values: Sequence[str], said: Sequence[Sequence[str]]) -> Field:
    """One of few values; `said` are other words for them in the same order."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        maps = tuple(dict(zip(values, one, strict=True)) for one in said)
        weights = [chance.choice((2, 3, 4)) for _ in values]

        def draw(chance: Random, at: int, row: Row) -> str:
            return chance.choices(list(values), weights)[0]

        return Column(name, Kind.STATE, draw, values=tuple(values), said=maps, repeats=True)

    return Field(headings, make)


def number(
    *headings: str,
    low: float,
    high: float,
    decimals: int = 0,
    notations: Sequence[Notation] = (),
    blanks: float = 0.0,
    unit: str = "",
) -> Field:
    """Numbers between two bounds; those of money in one of its notations."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        notation = chance.choice(list(notations)) if notations else Notation(decimals)
        scale = 10**notation.decimals

        def draw(chance: Random, at: int, row: Row) -> Decimal:
            return Decimal(chance.randint(int(low * scale), int(high * scale))) / scale

        share = blanks if chance.random() < 0.5 else 0.0
        draws = _sometimes(share, draw)
        return Column(name, Kind.NUMBER, draws, notation.write, notation=notation, blanks=share, bounds=(low, high), unit=unit)

    return Field(headings, make)


def day(*headings: str, after: str | None = None, most: int = 30, blanks: float = 0.0) -> Field:
    """Dates that go on from row to row, or lie so many days at the most after another column's."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        pattern, start, is_mixed = chance.choice(DAYS), date(2025, 1, 2), chance.random() < 0.3
        if base is not None and base.kind is Kind.DATE and chance.random() < 0.8:
            pattern = base.pattern

        def draw(chance: Random, at: int, row: Row) -> date:
            if base is not None:
                began = row[base.name]
                return (began.date() if isinstance(began, datetime) else began) + timedelta(days=chance.randint(1, most))
            shift = chance.randint(0, 330) if is_mixed else 9 * at + chance.randint(0, 8)
            return start + timedelta(days=shift)

        share = blanks if chance.random() < 0.6 else 0.0
        return Column(
            name, Kind.DATE, _sometimes(share, draw), lambda value: value.strftime(pattern), pattern=pattern, blanks=share
        )

    return Field(headings, make, after)


def moment(*headings: str, after: str | None = None) -> Field:
    """Moments: a day and a time, or some minutes to hours after another column's."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        pattern = base.pattern if base is not None else chance.choice(MOMENTS)

        def draw(chance: Random, at: int, row: Row) -> datetime:
            if base is not None:
                return row[base.name] + timedelta(minutes=chance.randint(7, 420))
            return datetime(2025, 2, 3, 6) + timedelta(days=4 * at + chance.randint(0, 3), minutes=chance.randint(0, 800))

        return Column(name, Kind.MOMENT, draw, lambda value: value.strftime(pattern), pattern=pattern)

    return Field(headings, make, after)


def span(*headings: str, low: int, high: int) -> Field:
    """Spans of time, in minutes."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        form = chance.choice(list(SPANS))
        return Column(name, Kind.SPAN, lambda chance, at, row: chance.randint(low, high), SPANS[form], pattern=form)

    return Field(headings, make)


def members(*headings: str, of: Sequence[str]) -> Field:
    """Lists of one to three things."""

    def make(chance: Random, name: str, base: Column | None) -> Column:
        mark = chance.choice((", ", ";", "; ", "|", "/"))

        def draw(chance: Random, at: int, row: Row) -> tuple[str, ...]:
            return tuple(chance.sample(list(of), chance.choice((1, 2, 2, 3))))

        return Column(name, Kind.LIST, draw, mark.join, pattern=mark)

    return Field(headings, make)
