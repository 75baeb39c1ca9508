"""Spans of time and times of day: `1:30`, `01:30:00`, `1h 30m`, `2d 4h`, read as seconds and written from them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from converter.learning.kinds import Kind
from converter.learning.nodes import Function, Node
from converter.learning.sql import literal
from converter.learning.values.numbers import rounded
from converter.learning.values.reading import Reading, Texts, filled

_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?\Z")
_MINUTES_ALONE = 100
"""So many minutes and more are said in hours."""
_WORDS = re.compile(
    r"(?:(\d+)\s*d(?:ays?)?)?\s*(?:(\d+)\s*h(?:(?:ou)?rs?)?)?\s*(?:(\d+)\s*m(?:in(?:ute)?s?)?)?\s*(?:(\d+)\s*s(?:ec(?:ond)?s?)?)?\Z",
    re.IGNORECASE,
)
_HALF_DAY = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?\s*([AaPp])[Mm]\Z")


def _hours(text: str) -> Decimal | None:
    """Seconds of h:mm or h:mm:ss."""
    match = _CLOCK.match(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return Decimal(3600 * hours + 60 * minutes + seconds)


def _minutes(text: str) -> Decimal | None:
    """Seconds of m:ss or h:mm:ss."""
    match = _CLOCK.match(text.strip())
    if match is None:
        return None
    first, second, third = match.groups()
    return Decimal(60 * int(first) + int(second)) if third is None else _hours(text)


def _sixtieths(text: str) -> Decimal | None:
    """Seconds of m:ss, and of h:mm:ss once there is an hour."""
    match = _CLOCK.match(text.strip())
    return None if match is None or (match[3] is None and int(match[1]) >= _MINUTES_ALONE) else _minutes(text)


def _half_day(text: str) -> Decimal | None:
    match = _HALF_DAY.match(text.strip())
    if match is None or not 1 <= int(match[1]) <= 12:
        return None
    return Decimal(3600 * (int(match[1]) % 12 + 12 * (match[4] in "Pp")) + 60 * int(match[2]) + int(match[3] or 0))


def _words(text: str) -> Decimal | None:
    match = _WORDS.match(text.strip())
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return Decimal(86400 * days + 3600 * hours + 60 * minutes + seconds)


def _number_before(letter: str) -> str:
    return f"coalesce(TRY_CAST(regexp_extract({{0}}, '(\\d+) *{letter}', 1) AS BIGINT), 0)"


_READERS: tuple[tuple[Function, float], ...] = (
    (Function("seconds of h:mm", Kind.NUMBER, "epoch(TRY_CAST({0} AS INTERVAL))", _hours, 0.8), 0.0),
    (
        Function(
            "seconds of m:ss",
            Kind.NUMBER,
            "TRY_CAST(split_part({0}, ':', 1) AS BIGINT) * 60 + TRY_CAST(split_part({0}, ':', 2) AS BIGINT)",
            lambda text: _minutes(text) if text.count(":") == 1 else None,
            1.2,
        ),
        1.0,
    ),
    (
        Function(
            "seconds of m:ss or h:mm:ss",
            Kind.NUMBER,
            "list_sum(list_transform(list_reverse(str_split({0}, ':')),"
            " (part, at) -> TRY_CAST(part AS BIGINT) * 60 ** (at - 1)))",
            _sixtieths,
            1.4,
        ),
        0.6,
    ),
    (
        Function(
            "seconds of a half day",
            Kind.NUMBER,
            "epoch(CAST(try_strptime({0}, ['%I:%M %p', '%I:%M:%S %p', '%I:%M%p']) AS TIME))",
            _half_day,
            1.0,
        ),
        0.0,
    ),
    (
        Function(
            "seconds in words",
            Kind.NUMBER,
            "CASE WHEN {0} IS NULL THEN NULL ELSE "
            f"{_number_before('d')} * 86400 + {_number_before('h')} * 3600 + "
            f"{_number_before('m')} * 60 + {_number_before('s')} END",
            _words,
            1.5,
        ),
        0.0,
    ),
)


def are_seconds(node: Node) -> bool:
    """Whether the number is a span of time in seconds: read as one, or made of such by adding and taking away."""
    if node.key[0] in ("add", "subtract", "shown"):
        return all(map(are_seconds, node.parts))
    return node.kind is Kind.NUMBER and str(node.key[0]).startswith("seconds")


def readings(texts: Texts) -> Iterator[Reading]:
    """The ways in which the column's texts are spans or times of day, as seconds."""
    cells = filled(texts)
    if not cells:
        return
    colons = {cell.count(":") for cell in cells}
    for function, cost in _READERS:
        if function.compute is _sixtieths and not {1, 2} <= colons:
            continue
        share = sum(function.compute(cell) is not None for cell in cells) / len(cells)
        if share >= 0.5:
            yield Reading(function, cost + 2.0 * (share < 1), share)


def _clock(unit: int, *, width: int = 1, seconds: bool = False) -> Callable[[Decimal], str]:
    def write(value: Decimal) -> str:
        whole = int(rounded(abs(value), 0))
        sign = "-" if value < 0 and whole else ""
        if seconds:
            return f"{sign}{whole // 3600:0{width}d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
        small = whole * 60 // unit if unit != 60 else whole
        return f"{sign}{small // 60:0{width}d}:{small % 60:02d}"

    return write


def writers(cells: list[str]) -> list[tuple[Function, tuple[Decimal, ...]]]:
    """Functions that may have written the cells from seconds, each with the seconds that the cells show."""
    if cells and all(cell.startswith("+") for cell in cells):
        return [(_with_plus(function), seconds) for function, seconds in writers([cell[1:] for cell in cells])]
    found: list[tuple[Function, tuple[Decimal, ...]]] = list(_in_words(cells))
    matches = [_CLOCK.match(cell) for cell in cells]
    if not cells or not all(matches):
        return found
    padded = all(len(match[1]) >= 2 for match in matches if match)
    width = 2 if padded else 1
    whole = "CAST(round({0}) AS BIGINT)"
    if all(match[3] for match in matches if match):
        template = f"printf('%0{width}d:%02d:%02d', {whole} // 3600, {whole} // 60 % 60, {whole} % 60)"
        function = Function("written", Kind.TEXT, template, _clock(1, width=width, seconds=True), 0.8, ("h:mm:ss", width))
        return [(function, tuple(_hours(cell) or Decimal(0) for cell in cells))]
    if any(match[3] for match in matches if match):
        return [*found, *_from_an_hour_on(cells, width)]
    template = f"printf('%0{width}d:%02d', {whole} // 60, {whole} % 60)"
    found.append(
        (
            Function("written", Kind.TEXT, template, _clock(60, width=width), 0.8, ("m:ss", width)),
            tuple(_minutes(cell) or Decimal(0) for cell in cells),
        )
    )
    template = f"printf('%0{width}d:%02d', {whole} // 3600, {whole} // 60 % 60)"
    found.append(
        (
            Function("written", Kind.TEXT, template, _clock(3600, width=width), 0.8, ("h:mm", width)),
            tuple(_hours(cell) or Decimal(0) for cell in cells),
        )
    )
    return found


def _from_an_hour_on(cells: list[str], width: int) -> Iterator[tuple[Function, tuple[Decimal, ...]]]:
    """The writer of spans that are h:mm:ss from an hour on, and m:ss below."""
    hours = {(cell.count(":") == 2, int(cell.partition(":")[0])) for cell in cells}
    if any(number == 0 if is_long else number >= 60 for is_long, number in hours):
        return
    whole = "CAST(round({0}) AS BIGINT)"
    template = (
        f"CASE WHEN {whole} >= 3600 THEN printf('%d:%02d:%02d', {whole} // 3600, {whole} // 60 % 60, {whole} % 60)"
        f" ELSE printf('%0{width}d:%02d', {whole} // 60, {whole} % 60) END"
    )
    long, short = _clock(1, seconds=True), _clock(60, width=width)

    def write(value: Decimal) -> str:
        return long(value) if rounded(value, 0) >= 3600 else short(value)

    function = Function("written", Kind.TEXT, template, write, 1.0, ("m:ss or h:mm:ss", width))
    yield function, tuple(_minutes(cell) or Decimal(0) for cell in cells)


_PART = re.compile(r"(\d+)( ?[A-Za-z]+)")
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_LONGEST_LABEL = 9


def _in_words(cells: list[str]) -> Iterator[tuple[Function, tuple[Decimal, ...]]]:
    """The writer of spans such as `1h 30m`, `45m`, `2h`: parts that are none left out where the cells do so."""
    parts = [_PART.findall(cell) for cell in cells]
    most = max(parts, key=len, default=[])
    labels = [label for _, label in most]
    units = [_UNITS.get(label.strip().lower()[0], 0) for label in labels]
    if len(units) < 2 or 0 in units or sorted(units, reverse=True) != units or len(set(units)) < len(units):
        return
    mark = (
        cells[parts.index(most)][len(most[0][0]) + len(labels[0]) :].removesuffix("".join(most[-1])) if len(units) == 2 else " "
    )
    if any(mark.join(map("".join, found)) != cell or not found for cell, found in zip(cells, parts, strict=True)):
        return
    seconds = []
    for found in parts:
        places = [labels.index(label) if label in labels else -1 for _, label in found]
        if -1 in places or places != sorted(set(places)) or max(map(len, labels)) > _LONGEST_LABEL:
            return
        seconds.append(Decimal(sum(int(number) * units[place] for (number, _), place in zip(found, places, strict=True))))
    omits = any(len(found) < len(units) for found in parts)
    if omits and any(int(number) == 0 for found in parts for number, _ in found):
        return
    whole = "CAST(round({0}) AS BIGINT)"
    sizes = [f"{whole} // {unit}" + (f" % {before // unit}" if before else "") for before, unit in pairwise([0, *units])]
    if omits:
        shown = ", ".join(f"nullif({size}, 0) || {literal(label)}" for size, label in zip(sizes, labels, strict=True))
        template = f"nullif(concat_ws({literal(mark)}, {shown}), '')"
    else:
        template = f"printf({literal(mark.join('%d' + label for label in labels))}, {', '.join(sizes)})"

    def write(value: Decimal) -> str | None:
        left, made = int(rounded(value, 0)), []
        for unit, label in zip(units, labels, strict=True):
            number, left = divmod(left, unit)
            made += [f"{number}{label}"] if number or not omits else []
        return mark.join(made) or None

    yield Function("written", Kind.TEXT, template, write, 0.8, ("words", mark, *labels)), tuple(seconds)


def _with_plus(function: Function) -> Function:
    """The writer of spans that always have a plus."""
    return replace(
        function,
        template=f"'+' || {function.template}",
        compute=lambda value: "+" + function.compute(value),
        parameters=(*function.parameters, "+"),
    )
