"""Numbers written as fractions (`1 1/2`, `3/4`, `2½`), and moments as numbers: seconds since 1970, a spreadsheet's days."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.values.reading import Reading, Texts, filled

_GLYPHS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}
_FRACTION = re.compile(r"(?:(\d+) ?)?(\d+)/(\d+)\Z|(\d+(?:\.\d+)?)\Z")


def _plain(text: str) -> str:
    for glyph, fraction in _GLYPHS.items():
        text = text.replace(glyph, fraction)
    return text.strip()


def _fraction(text: str) -> Decimal | None:
    match = _FRACTION.match(_plain(text))
    if match is None or match[3] == "0":
        return None
    if match[4]:
        return Decimal(match[4])
    return Decimal(match[1] or 0) + Decimal(match[2]) / Decimal(match[3])


_PARTS = (
    "list_sum(list_transform(string_split({text}, ' '), part -> CAST(split_part(part, '/', 1) AS DOUBLE)"
    " / coalesce(TRY_CAST(nullif(split_part(part, '/', 2), '') AS DOUBLE), 1)))"
)
_WITH_GLYPHS = "trim(replace(replace(replace({0}, '½', ' 1/2'), '¼', ' 1/4'), '¾', ' 3/4'))"


def readings(texts: Texts) -> Iterator[Reading]:
    """The column as fractions, where some cells are such and all are numbers so."""
    cells = filled(texts)
    if any("/" in cell or any(glyph in cell for glyph in _GLYPHS) for cell in cells) and all(
        _fraction(cell) is not None for cell in cells
    ):
        has_glyphs = any(glyph in cell for glyph in _GLYPHS for cell in cells)
        template = _PARTS.replace("{text}", _WITH_GLYPHS if has_glyphs else "{0}")
        yield Reading(Function("fraction", Kind.NUMBER, template, _fraction, 1.5, (has_glyphs,), exact=False))


_EPOCH = datetime(1970, 1, 1)
_SHEET = datetime(1899, 12, 30)
_SHEET_TEXT = re.compile(r"[1-9]\d{4}(\.\d+)?")
_FROM_YEAR, _TO_YEAR = 1990, 2045


def _since_epoch(unit: int) -> Function:
    per_second = 1_000_000 // unit
    return Function(
        "moment",
        Kind.TIMESTAMP,
        f"make_timestamp(CAST({{0}} AS BIGINT) * {per_second})",
        lambda text: _EPOCH + timedelta(microseconds=int(text) * per_second) if text.isdigit() else None,
        1.5,
        ("epoch", unit),
    )


_SHEET_DAY = Function(
    "moment",
    Kind.DATE,
    "DATE '1899-12-30' + CAST({0} AS INTEGER)",
    lambda text: _SHEET + timedelta(days=int(text)) if text.isdigit() else None,
    2.0,
    ("days of a spreadsheet",),
)


_SHEET_TIME = Function(
    "moment",
    Kind.TIMESTAMP,
    "TIMESTAMP '1899-12-30' + to_seconds(CAST(round(CAST({0} AS DOUBLE) * 86400) AS BIGINT))",
    lambda text: _SHEET + timedelta(seconds=round(float(text) * 86400)) if _SHEET_TEXT.fullmatch(text) else None,
    2.0,
    ("days and times of a spreadsheet",),
)


def moment_readings(texts: Texts) -> Iterator[Reading]:
    """The column's numbers as seconds or milliseconds since 1970, or as a spreadsheet's days, where those are recent.

    The spreadsheet's may have fractions: these are times.
    """
    cells = filled(texts)
    if any("." in cell for cell in cells) and all(map(_SHEET_TEXT.fullmatch, cells)):
        if all(_FROM_YEAR <= _SHEET_TIME.compute(cell).year <= _TO_YEAR for cell in cells):
            yield Reading(_SHEET_TIME)
        return
    if not cells or not all(cell.isdigit() for cell in cells):
        return
    for length, function in ((10, _since_epoch(1)), (13, _since_epoch(1000)), (5, _SHEET_DAY)):
        if all(len(cell) == length and _FROM_YEAR <= function.compute(cell).year <= _TO_YEAR for cell in cells):
            yield Reading(function)
