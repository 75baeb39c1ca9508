"""Dates and times as people write them, read and written by the directives of strptime and strftime.

Formats are built from date parts and times of day; a column's texts say which fit all of them. Day or month first is left open
where the texts leave it open.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal
from converter.learning.values.reading import Reading, Texts, filled

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_PATTERNS = {
    "%Y": r"(?P<Y>[12]\d{3})", "%m": r"(?P<m>\d{1,2})", "%d": r"(?P<d>\d{1,2})", "%y": r"(?P<y>\d{2})",
    "%b": rf"(?P<b>{'|'.join(name[:3] for name in MONTHS)})", "%B": rf"(?P<B>{'|'.join(MONTHS)})",
    "%H": r"(?P<H>\d{1,2})", "%M": r"(?P<M>\d{2})", "%S": r"(?P<S>\d{2})", "%I": r"(?P<I>\d{1,2})", "%p": r"(?P<p>[AaPp][Mm])",
    "%a": rf"(?:{'|'.join(name[:3] for name in DAYS)})", "%A": rf"(?:{'|'.join(DAYS)})", "%f": r"(?P<f>\d{3,6})",
    "%j": r"(?P<j>\d{1,3})",
    "%z": r"(?P<z>[+-]\d{2}:?\d{2}|Z)",
}  # fmt: skip

# Date parts with what they cost: ISO is likeliest, two-digit years and day-month order are doubt.
_DATES: tuple[tuple[str, float], ...] = (
    ("%Y-%m-%d", 0.0), ("%Y/%m/%d", 0.2), ("%Y.%m.%d", 0.3), ("%Y:%m:%d", 0.5), ("%Y%m%d", 0.4),
    ("%d.%m.%Y", 0.2), ("%d/%m/%Y", 0.4), ("%m/%d/%Y", 0.4), ("%d-%m-%Y", 0.3), ("%m-%d-%Y", 0.8), ("%m.%d.%Y", 3.0),
    ("%d.%m.%y", 0.6), ("%m/%d/%y", 0.8), ("%d/%m/%y", 0.8), ("%d-%m-%y", 0.9), ("%y-%m-%d", 2.0), ("%m-%d-%y", 1.5),
    ("%y%m%d", 2.0),
    ("%d %b %Y", 0.2), ("%d %B %Y", 0.2), ("%d-%b-%Y", 0.3), ("%d-%b-%y", 0.5), ("%d/%b/%Y", 0.3), ("%d/%b/%y", 0.5),
    ("%d %b %y", 0.6),
    ("%b %d, %Y", 0.2), ("%B %d, %Y", 0.2), ("%b %d %Y", 0.4), ("%B %d %Y", 0.4), ("%d. %B %Y", 0.4), ("%d. %b %Y", 0.5),
    ("%Y-%b-%d", 0.6), ("%Y %b %d", 0.6), ("%d%b%Y", 0.6), ("%d%b%y", 0.8), ("%d%m%Y", 2.5), ("%m%d%Y", 2.5),
    ("%d %m %Y", 1.0), ("%Y %m %d", 1.0), ("%Y %j", 1.5), ("%Y-%d-%m", 4.0),
    ("%a, %d %b %Y", 0.4), ("%a %d %b %Y", 0.4), ("%A, %d %B %Y", 0.4), ("%A, %B %d, %Y", 0.4), ("%a, %b %d, %Y", 0.4),
    ("%A %d %B %Y", 0.5),
    ("%b %d,%Y", 0.5), ("%a,%b %d,%Y", 0.6), ("%a, %b %d %Y", 0.6), ("%a %b %d %Y", 0.6),
    ("%a %d/%m/%Y", 0.6), ("%a %m/%d/%Y", 0.6), ("%a %d.%m.%Y", 0.5), ("%a %Y-%m-%d", 0.5),
)  # fmt: skip
_MONTHS_ALONE: tuple[tuple[str, float], ...] = (
    ("%Y-%m", 0.6), ("%Y/%m", 0.8), ("%m/%Y", 0.8), ("%b %Y", 0.6), ("%B %Y", 0.6), ("%b-%y", 1.0), ("%b %y", 1.2),
    ("%m.%Y", 1.0), ("%Y%m", 2.0),
    ("%b-%Y", 0.8), ("%Y", 3.0),
)  # fmt: skip
_WITHOUT_YEAR = (
    "%d/%m", "%m/%d", "%d.%m.", "%d.%m", "%m-%d", "%d %b", "%d-%b", "%b %d", "%d %B", "%B %d", "%d. %B", "%d. %b",
    "%a %d/%m", "%a %m/%d", "%a %d.%m.", "%a %d.%m", "%a %d %b", "%a, %d %b", "%a %b %d", "%a, %b %d", "%a %d", "%A %d %B",
    "%A, %d %B", "%A, %B %d", "%A", "%a", "%B", "%b",
)  # fmt: skip
_WITHOUT_YEAR_COST = 0.6
_TIMES = (
    "%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p", "%H.%M", "%H:%M:%SZ", "%H:%M:%S.%fZ",
    "%H:%M:%S UTC", "%H:%MZ", "%H:%M UTC", "%I%p", "%I %p",
)  # fmt: skip
_BETWEEN = (" ", "T", ", ", "  ", " - ", ",", " @ ", " at ")
_ZONES = (" %z", "%z")
PIVOT_YEAR = 69
"""Two-digit years from here on are of the 20th century, as in strptime."""


@lru_cache(maxsize=2048)
def _pattern(format: str) -> re.Pattern[str]:
    out, at = "", 0
    while at < len(format):
        if format[at] == "%":
            out += (
                _PATTERNS["%" + format[at + 1].replace("-", "")] if format[at + 1] != "-" else _PATTERNS["%" + format[at + 2]]
            )
            start, at = at, at + (3 if format[at + 1] == "-" else 2)
            if format[start + 1] in "md" and (format[at : at + 1] == "%" or (start > 1 and format[start - 2] == "%")):
                # Where no mark parts it from what is beside it, it has two digits.
                out = out.removesuffix(r"\d{1,2})") + r"\d{2})"
        else:
            out += re.escape(format[at])
            at += 1
    return re.compile(out + r"\Z", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def parse(text: str, format: str) -> datetime | None:
    """The moment that the text is in the format; None where it is none. An offset (`%z`) is left aside."""
    match = _pattern(format).match(text.strip())
    if match is None:
        return None
    parts = match.groupdict()
    year = int(parts["Y"]) if parts.get("Y") else None
    if year is None and parts.get("y"):
        short = int(parts["y"])
        year = short + (1900 if short >= PIVOT_YEAR else 2000)
    month = int(parts["m"]) if parts.get("m") else 1
    name = (parts.get("b") or parts.get("B") or "").lower()
    if name:
        month = next(at for at, full in enumerate(MONTHS, 1) if full.startswith(name[:3]))
    hour = int(parts.get("H") or parts.get("I") or 0)
    if parts.get("p"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (parts["p"].lower() == "pm")
    if parts.get("j"):
        moment = datetime(year or 1900, 1, 1) + timedelta(days=int(parts["j"]) - 1)
        return moment if moment.year == year and parts["j"] != "0" else None
    try:
        micro = int((parts.get("f") or "0").ljust(6, "0"))
        return datetime(
            year or 1900, month, int(parts.get("d") or 1), hour, int(parts.get("M") or 0), int(parts.get("S") or 0), micro
        )
    except ValueError:
        return None


@dataclass(frozen=True)
class MomentFormat:
    """A format with its kind: DATE where it has no time of day."""

    format: str
    cost: float = 0.0

    @property
    def kind(self) -> Kind:
        return Kind.TIMESTAMP if re.search(r"%-?[HI]", self.format) else Kind.DATE

    def read(self, text: str) -> datetime | None:
        """The moment of a text."""
        return parse(text, self.format)


def formats(cells: list[str], *, months: bool = False) -> list[MomentFormat]:
    """The formats in which all the cells are moments, the likeliest first."""
    found = _formats if len(cells) <= _MOST_KEPT_CELLS else _formats.__wrapped__
    return list(found(tuple(cells), months))


_MOST_KEPT_CELLS = 100
"""What is found for so few cells is kept: every way to make the rows asks for the same ones."""


@lru_cache(maxsize=2048)
def _formats(cells: tuple[str, ...], months: bool) -> Sequence[MomentFormat]:
    if not cells or len(cells[0]) < 4 or not any(map(str.isdigit, cells[0])):
        return []
    first = min(cells, key=len)
    found = []
    has_letters = any(map(str.isalpha, first))
    for date, cost in _DATES + (_MONTHS_ALONE if months else ()):
        marks, has_name = _needs(date)
        if (has_name and not has_letters) or not all(mark in first for mark in marks):
            continue
        for format in _extended(date, first):
            if all(parse(cell, format) for cell in cells):
                found.append(MomentFormat(format, cost))
    found.sort(key=lambda one: one.cost)
    return found


@lru_cache(maxsize=2048)
def _needs(date: str) -> tuple[str, bool]:
    """The marks that a text in the format has, and whether it has a name: what is told before a pattern is tried."""
    return re.sub(r"%-?[A-Za-z]", "", date), any(name in date for name in ("%b", "%B", "%a", "%A"))


@lru_cache(maxsize=2048)
def _beginning(date: str) -> re.Pattern[str]:
    return re.compile(_pattern(date).pattern.removesuffix(r"\Z"), re.IGNORECASE)


def _extended(date: str, text: str) -> Iterator[str]:
    """The date's format, with the time of day that the text has behind it."""
    match = _beginning(date).match(text.strip())
    if match is None:
        if text[:2].strip(":").isdigit() and ":" in text[:3]:
            yield from _after_time(date, text.strip())
        return
    rest = text.strip()[match.end() :]
    if not rest:
        yield date
        return
    for between in _BETWEEN:
        if not rest.startswith(between):
            continue
        for time in _TIMES:
            for zone in ("", *_ZONES):
                if zone and (time[-1] in "ZC" or "%p" in time):
                    continue
                if _pattern(time + zone).match(rest[len(between) :]):
                    yield f"{date}{between}{time}{zone}"


def _after_time(date: str, text: str) -> Iterator[str]:
    """The date's format behind the time of day that the text begins with."""
    for time in _TIMES:
        match = _beginning(time).match(text)
        if match is None:
            continue
        for between in _BETWEEN:
            rest = text[match.end() :]
            if rest.startswith(between) and _pattern(date).match(rest[len(between) :]):
                yield f"{time}{between}{date}"


_ISO = {
    "%Y-%m-%d": Kind.DATE,
    "%Y-%m-%d %H:%M:%S": Kind.TIMESTAMP,
    "%Y-%m-%d %H:%M": Kind.TIMESTAMP,
    "%Y-%m-%dT%H:%M:%S": Kind.TIMESTAMP,
}


_OFFSET = " ?(Z|[-+][0-9]{{2}}:?[0-9]{{2}})$"
"""As a template has it."""


def reader(format: MomentFormat) -> Function:
    """The function that reads texts in the format."""
    pattern, kind = format.format, format.kind
    if pattern.endswith("%z"):
        # The engine reads offsets only with a time zone database: what stands before is read.
        bare = pattern.removesuffix("%z").strip()
        # What is no ISO is of several lengths: fractions, names, figures without zeros in front.
        is_fixed = re.fullmatch("%Y-%m-%d[T ]%H:%M(:%S)?", bare)
        length = len(datetime(2000, 10, 10).strftime(bare))
        text = f"left({{0}}, {length})" if is_fixed else f"regexp_replace({{0}}, '{_OFFSET}', '')"
        template = f"TRY_CAST({text} AS TIMESTAMP)" if bare in _ISO else f"try_strptime({text}, {literal(bare)})"
    elif pattern in _ISO and pattern != "%Y-%m-%d %H:%M":
        template = f"TRY_CAST({{0}} AS {kind.name})"
    elif kind is Kind.DATE:
        template = f"CAST(try_strptime({{0}}, {literal(pattern)}) AS DATE)"
    else:
        template = f"try_strptime({{0}}, {literal(pattern)})"
    return Function("moment", kind, template, format.read, 0.5 + format.cost, (pattern,))


def readings(texts: Texts) -> Iterator[Reading]:
    """The ways in which the column's texts are dates or timestamps, the likeliest first."""
    cells = list(dict.fromkeys(filled(texts)))
    found = formats(cells)[:4]
    if not found:
        found, cells = _of_most(cells), cells
    for format in found:
        share = sum(format.read(cell) is not None for cell in cells) / len(cells)
        yield Reading(reader(format), 1.5 * (share < 1), share)


def _of_most(cells: list[str]) -> list[MomentFormat]:
    """Formats for most of the cells, where some are something else."""
    counts: dict[MomentFormat, int] = {}
    for cell in cells[:3]:
        for format in formats([cell]):
            counts.setdefault(format, sum(format.read(one) is not None for one in cells))
    good = [format for format, count in counts.items() if count >= 2 and 2 * count >= len(cells)]
    return sorted(good, key=lambda one: (-counts[one], one.cost))[:2]


def written(format: str, kind: Kind) -> Function:
    """The function that writes moments of the kind in a strftime format; what SQL prints so by itself is left to it."""
    template, typed = f"strftime({{0}}, {literal(format)})", False
    if format == "%Y-%m-%d":
        template, typed = "{0}" if kind is Kind.DATE else "CAST({0} AS DATE)", True
    elif format == "%Y-%m-%d %H:%M:%S" and kind is Kind.TIMESTAMP:
        template, typed = "{0}", True
    return Function("written", Kind.TEXT, template, lambda value: write(value, format), 0.3, (format, kind), typed=typed)


@lru_cache(maxsize=50_000)
def write(value: datetime, format: str) -> str:
    """The moment in the format; `%-d` and the like without a zero in front."""
    return value.strftime(format) if value.year >= 1000 else ""


def output_formats(cells: list[str]) -> list[MomentFormat]:
    """Formats that write the cells, but for the case of letters: as `formats`, with zeros in front as the cells have them."""
    return written_as(formats(cells, months=True), cells)


def written_as(readable: list[MomentFormat], cells: list[str]) -> list[MomentFormat]:
    """Those of the formats, with zeros in front or without, that write the cells."""
    found = []
    for one in readable:
        for variant in _padding(one.format, cells):
            if all(write(parse(cell, one.format), variant).casefold() == cell.casefold() for cell in cells):
                found.append(MomentFormat(variant, one.cost + 0.2 * variant.count("%-")))
                break
    return found


def _padding(format: str, cells: list[str]) -> Iterator[str]:
    bare = re.sub(r"%([dmHI])", r"%-\1", format)
    if any(map(_ONE_DIGIT, cells)):
        yield bare
    # On a clock of twelve hours people hardly write a zero in front.
    yield from dict.fromkeys((format.replace("%I", "%-I"), format))
    if bare != format:
        yield bare
        yield re.sub(r"%([dm])", r"%-\1", format)
        yield re.sub(r"%([HI])", r"%-\1", format)
        yield re.sub(r"%d", "%-d", format)


def formats_without_year(cells: list[str]) -> list[MomentFormat]:
    """Formats without a year that may have written the cells, as `Mon 04/03`: none can be read back as a day."""
    if not cells or max(map(len, cells)) > _LONGEST_DAY:
        return []
    short = any(map(_ONE_DIGIT, cells))
    padded = any(re.search(r"(?<!\d)0\d", cell) for cell in cells)
    found = []
    for format in _WITHOUT_YEAR:
        if all(_pattern(format).match(cell) for cell in cells):
            bare = re.sub(r"%([dm])", r"%-\1", format)
            written = [format] * (not short) + [bare] * (not padded)
            found += [MomentFormat(one, _WITHOUT_YEAR_COST) for one in dict.fromkeys(written)]
    return found


_ONE_DIGIT = re.compile(r"(?<!\d)\d(?!\d)").search
_LONGEST_DAY = 24
"""Longer texts are no day without a year: `Wednesday, 30 September`."""
