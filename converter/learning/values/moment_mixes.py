"""Columns of dates in several formats at once, and moments with an offset from UTC."""

import re
from datetime import datetime, timedelta

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal
from converter.learning.values.moments import MomentFormat, formats, parse

MOST_FORMATS = 6
# What a column that mixes formats is likely to have in further rows; none of them can be taken for another.
_USUAL = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%Y")
_TIME = "[ T][0-9]+:[0-9].*$"
"""A time of day that may stand behind some of many dates."""

_FIGURES = ("%m%d%Y", "%d%m%Y")
_LACKING = "^([0-9]{7})$"
"""A date in eight figures of which the first lacks."""
_DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d. %B %Y")


def mixed(cells: list[str], *, months: bool = False) -> list[MomentFormat]:
    """Formats of which each cell has one, the commonest first; none where a cell has none, or where one format would do."""
    by_cell = [formats([cell], months=months) for cell in cells]
    if not all(by_cell) or len(cells) < 2:
        return []
    counts: dict[str, int] = {}
    costs: dict[str, float] = {}
    for found in by_cell:
        for one in found:
            counts[one.format] = counts.get(one.format, 0) + 1
            costs[one.format] = one.cost
    day_first = any(_leans(found, day_first=True) for found in by_cell)
    chosen: list[str] = []
    for found in sorted(by_cell, key=lambda found: -max(counts[one.format] for one in found)):
        names = [one.format for one in found]
        if not any(name in chosen for name in names):
            fitting = [
                name
                for name in names
                if not (day_first and name.startswith(("%m/", "%m-", "%m."))) and not _clashes(name, chosen)
            ] or names
            chosen.append(max(fitting, key=lambda name: (counts[name], -costs[name])))
    if not 2 <= len(chosen) <= MOST_FORMATS:
        return []
    return [MomentFormat(one, costs[one]) for one in chosen]


def month_first(found: list[MomentFormat], cells: list[str]) -> list[MomentFormat]:
    """The formats with the month before the day in those that have figures for both, if all cells are of these; else none."""
    swapped = [MomentFormat(re.sub(r"^%d([/.-]?)%m", r"%m\1%d", one.format), one.cost) for one in found]
    fits = swapped != found and all(any(one.read(cell) for one in swapped) for cell in cells)
    return swapped if fits and len({one.format for one in swapped}) == len(found) else []


def _leans(found: list[MomentFormat], *, day_first: bool) -> bool:
    numeric = [one.format for one in found if re.match(r"%[dm][/.-]%[dm]", one.format)]
    return bool(numeric) and all(one.startswith("%d") == day_first for one in numeric)


def _clashes(name: str, chosen: list[str]) -> bool:
    """Whether the same text could be read in both, to another day."""
    swapped = name.replace("%d", "%0").replace("%m", "%d").replace("%0", "%m")
    return swapped != name and swapped in chosen


def days_of(found: list[MomentFormat]) -> list[MomentFormat]:
    """The formats without the times of day that some have behind the date; none where none has, or where other marks do."""
    bare = [re.sub(r"[ T]%-?[HI]:%M.*$", "", one.format) for one in found]
    if all(one.kind is Kind.DATE for one in found) or any(re.search(r"%-?[HI]", one) for one in bare):
        return []
    costs = {text: one.cost for text, one in zip(bare, found, strict=True)}
    return [MomentFormat(text, cost) for text, cost in costs.items()] if len(costs) > 1 else []


def mixed_reader(found: list[MomentFormat]) -> Function:
    """The function that reads each text in the first of the formats that fits."""
    names = [one.format for one in found]
    kind = Kind.TIMESTAMP if any(one.kind is Kind.TIMESTAMP for one in found) else Kind.DATE
    is_wide = kind is Kind.DATE
    if is_wide:
        names += [one for one in _USUAL if one not in names]
        if any(re.match(r"%d[/.-]%m", one) for one in names):
            names += [one for one in _DAY_FIRST if one not in names]
    # A year of two digits is read as such first: the engine would take `97` for the year 97.
    names = [one for name in names for one in ((name.replace("%Y", "%y"), name) if re.search(r"[/. ]%Y", name) else (name,))]
    listed = ", ".join(map(literal, names))

    # Beside other formats the figures of a date were a number once, which has no zero in front.
    is_padded = any(one in _FIGURES for one in names)

    def read(text: str) -> datetime | None:
        bare = re.sub(_TIME, "", text) if is_wide else text
        bare = re.sub(_LACKING, r"0\1", bare) if is_padded else bare
        return next((moment for moment in (parse(bare, name) for name in names) if moment), None)

    source = f"regexp_replace({{0}}, {literal(_TIME)}, '')" if is_wide else "{0}"
    source = f"regexp_replace({source}, {literal(_LACKING)}, '0\\1')" if is_padded else source
    template = f"try_strptime({source}, [{listed}])"
    if kind is Kind.DATE:
        template = f"CAST({template} AS DATE)"
    return Function("moment", kind, template, read, 1.0 + 0.3 * len(found), tuple(names))


_OFFSET = re.compile(r"(.*?)\s*(?:([+-])(\d{2}):?(\d{2})|Z)\Z")


def utc_reader(format: MomentFormat, cells: list[str]) -> Function | None:
    """For a format with an offset: the function that reads texts like the cells as the moment in UTC."""
    pattern = format.format
    if not pattern.endswith("%z"):
        return None
    bare = pattern.removesuffix("%z").rstrip()

    def read(text: str) -> datetime | None:
        moment, match = parse(text, pattern), _OFFSET.match(text.strip())
        if moment is None or match is None:
            return None
        span = timedelta(hours=int(match[3] or 0), minutes=int(match[4] or 0))
        return moment + span if match[2] == "-" else moment - span

    if all(re.search(r"[+-]\d\d:\d\d\Z", cell) for cell in cells):
        start = "rtrim({0}[:-7])" if " %z" in pattern else "{0}[:-7]"
        offset = "CAST(ltrim(right({0}, 6), '+') AS INTERVAL)"
    else:
        start = "regexp_replace({0}, ' *([+-][0-9:]+|Z)$', '')"
        digits = "regexp_replace(regexp_extract({0}, '[+-][0-9:]+$'), '^[+]?(-?..):?(..)$', '\\1:\\2')"
        offset = f"coalesce(TRY_CAST({digits} AS INTERVAL), INTERVAL 0 HOUR)"
    template = f"try_strptime({start}, {literal(bare)}) - {offset}"
    return Function("moment in UTC", Kind.TIMESTAMP, template, read, 1.4 + format.cost, (pattern, template))


CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M:%S%p", "%H.%M")


def clock_formats(cells: list[str], *, hours: bool = False) -> list[MomentFormat]:
    """The formats in which all the cells are times of day, read as moments of 1900-01-01; with `hours` an hour alone is one."""
    if not cells or any(len(cell) > 15 or not any(map(str.isdigit, cell)) for cell in cells):
        return []
    return [
        MomentFormat(format, 0.3 * at)
        for at, format in enumerate((*CLOCKS, "%H") if hours else CLOCKS)
        if all(parse(cell, format) for cell in cells)
    ]


_COMPACT = re.compile(r"([01]?\d|2[0-3])?([0-5]\d)\Z")


def _compact(text: str) -> datetime | None:
    match = _COMPACT.match(text)
    return datetime(1900, 1, 1, int(match[1] or 0), int(match[2])) if match and len(text) <= 4 else None


COMPACT = Function("moment", Kind.TIMESTAMP, "try_strptime(lpad({0}, 4, '0'), '%H%M')", _compact, 1.8, ("compact time",))
"""Times of day without a mark: `742` is 07:42."""


def compact_clock(cells: list[str]) -> Function | None:
    """The reader of times of day without a mark, where all cells are such and reach beyond one hour."""
    return COMPACT if cells and all(_compact(cell) for cell in cells) and any(len(cell) > 2 for cell in cells) else None


def are_hours(cells: list[str]) -> bool:
    """Whether all cells may be hours of a day, some with a zero in front or beyond what a clock's face has."""
    return (
        bool(cells)
        and all(cell.isdigit() and len(cell) <= 2 and int(cell) < 24 for cell in cells)
        and any(len(cell) == 2 for cell in cells)
    )
