"""Places on the globe: degrees, minutes and seconds with a hemisphere, read as decimal degrees and written from them."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal
from converter.learning.values.numbers import rounded
from converter.learning.values.reading import Reading, Texts, filled

_NUMBER = r"\d{1,3}(?:\.\d+)?"
_SHAPE = re.compile(
    rf"\s*(?P<first>[NSEW]|[+-])?\s*(?P<d>{_NUMBER})\s*(?P<mark>°|º|˚|deg\.?|d|:|\s|)\s*"
    rf"(?:(?P<m>{_NUMBER})\s*(?:'|′|’|´|min|m|:|\s|)\s*)?(?:(?P<s>{_NUMBER})\s*(?:\"|″|”|''|′′|sec|s|)\s*)?(?P<last>[NSEW])?\s*\Z",
    re.IGNORECASE,
)
SIXTY = Decimal(60)


def read(text: str) -> Decimal | None:
    """The decimal degrees, negative in the south and in the west."""
    match = _SHAPE.match(text)
    if match is None or not (match["mark"] or match["first"] or match["last"] or match["s"]):
        return None
    parts = [Decimal(part) for part in (match["d"], match["m"], match["s"]) if part]
    if parts[0] > 180 or any(part >= 60 for part in parts[1:]):
        return None
    total = sum((part / SIXTY**at for at, part in enumerate(parts)), Decimal(0))
    return -total if {match["first"], match["last"]} & {"S", "W", "s", "w", "-"} else total


_DEGREES = Function(
    "degrees",
    Kind.NUMBER,
    "CASE WHEN regexp_matches({0}, '(?i)[sw]|^ *-') THEN -1 ELSE 1 END"
    " * list_sum(list_transform(regexp_extract_all({0}, '[0-9.]+'), (part, at) -> CAST(part AS DOUBLE) / 60 ** (at - 1)))",
    read,
    1.5,
    exact=False,
)
_HEMISPHERE = re.compile(r"(?i)[°º˚]|\bdeg|^\s*[NSEW]\s*\d|\d\W*\s*[NSEW]\s*$")
_SIXTIETHS = re.compile(r"[+-]?\d{1,3} [0-5]\d [0-5]\d(\.\d+)?").fullmatch
"""Hours or degrees with minutes and seconds, as astronomers write them."""

_CODE = re.compile(r"(?i)[a-z]\d+|\d+[a-z]").fullmatch
"""Weeks, seats, wells and people are named so too: `w1`, `12E`, `E0107`."""


def readings(texts: Texts) -> Iterator[Reading]:
    """The column as decimal degrees, where its cells say that they are degrees."""
    cells = filled(texts)
    said = cells and (all(map(_HEMISPHERE.search, cells)) or all(map(_SIXTIETHS, cells))) and not all(map(_CODE, cells))
    if said and all(read(cell) is not None for cell in cells):
        yield Reading(_DEGREES)


_WRITTEN = re.compile(r"(\d{1,3})(\D{1,5})(\d{1,2})(\D{1,5})(\d{1,2}(?:\.\d+)?)([^\d\w]*?\s*)([NSEW])\Z")


def writers(cells: list[str]) -> list[tuple[Function, tuple[Decimal, ...]]]:
    """Functions that may have written the cells from decimal degrees, each with the degrees that the cells show."""
    matches = [_WRITTEN.match(cell) for cell in cells]
    values = [read(cell) for cell in cells]
    if not cells or None in matches or None in values:
        return []
    found = [match for match in matches if match]
    marks = {(match[2], match[4], match[6]) for match in found}
    places = {len(match[5].partition(".")[2]) for match in found}
    letters = {match[7] for match in found}
    axis = "NS" if letters <= set("NS") else "EW" if letters <= set("EW") else ""
    if len(marks) > 1 or len(places) > 1 or not axis:
        return []
    (first, second, third), count = marks.pop(), places.pop()
    padded = all(len(match[3]) == 2 and len(match[5].partition(".")[0]) == 2 for match in found)
    wide = max(len(match[1]) for match in found) if any(match[1].startswith("0") for match in found) else 1
    write = _writer((first, second, third), count, axis, padded=padded, wide=wide)
    ticks = 10**count
    total = f"CAST(round(abs({{0}}) * {3600 * ticks}) AS BIGINT)"
    two = "02" if padded else ""
    seconds = f"{total} % {60 * ticks}" + (f" / {ticks}" if count else "")
    last = f"%{'0' + str(3 + count) if padded else ''}.{count}f" if count else f"%{two}d"
    text = f"%{'0' + str(wide) if wide > 1 else ''}d{first}%{two}d{second}{last}{third}".replace("{", "{{")
    template = (
        f"printf({literal(text)}, {total} // {3600 * ticks}, {total} // {60 * ticks} % 60, {seconds})"
        f" || CASE WHEN {{0}} < 0 THEN '{axis[1]}' ELSE '{axis[0]}' END"
    )
    parameters = ("degrees", first, second, third, count, axis, padded, wide)
    return [
        (
            Function("written", Kind.TEXT, template, write, 1.2, parameters),
            tuple(value for value in values if value is not None),
        )
    ]


def _writer(marks: tuple[str, str, str], count: int, axis: str, *, padded: bool, wide: int) -> Callable[[Decimal], str]:
    def write(value: Decimal) -> str:
        total = int(rounded(abs(value) * 3600 * 10**count, 0))
        whole, part = divmod(total, 60 * 10**count)
        seconds = f"{Decimal(part).scaleb(-count):f}" if count else str(part)
        if padded:
            seconds = seconds.zfill(3 + count if count else 2)
        minutes = f"{whole % 60:02d}" if padded else str(whole % 60)
        return f"{whole // 60:0{wide}d}{marks[0]}{minutes}{marks[1]}{seconds}{marks[2]}{axis[value < 0]}"

    return write
