"""Months by name in the languages of Unicode's CLDR: dates read with them, and the names of a date's month."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal
from converter.learning.values.moments import MONTHS
from converter.learning.values.reading import Reading, Texts, filled
from converter.learning.values.relations import relations

_DATE = re.compile(r"\D*(\d{1,2})(?:\.|º|er)?[ -]*(?:de |of )?([^\W\d_]{3,})\.?[ -]*,? ?(?:de |del )?(\d{4})\D*\Z")
_MONTH = re.compile(r"()([^\W\d_]{3,})\.?[ -]*(?:de )?(\d{4})\Z")


_ENGLISH = {name[:size] for name in MONTHS for size in (3, len(name))}
_FOREIGN = 1.0
"""All the names are English ones too."""


@cache
def languages() -> dict[str, tuple[str, ...]]:
    """The twelve names by language and width, those of English apart, which formats know."""
    table = relations()["months"]
    return {
        name: tuple(row[at][0] for row in table.rows)
        for at, name in enumerate(table.attributes)
        if " name in " in name and not name.endswith(" en")
    }


def readings(texts: Texts) -> Iterator[Reading]:
    """The ways in which the column's texts are dates with a month's name of another language."""
    cells = list(dict.fromkeys(filled(texts)))
    if not cells or len(cells[0]) > 40:
        return
    for shape in (_DATE, _MONTH):
        matches = [shape.match(cell) for cell in cells]
        if all(matches):
            words = {match[2].casefold() for match in matches if match}
            for names in languages().values():
                folded = tuple(name.casefold() for name in names)
                if words <= set(folded):
                    yield Reading(reader(folded, has_day=shape is _DATE), _FOREIGN * (words <= _ENGLISH))
                    return


def reader(names: tuple[str, ...], *, has_day: bool) -> Function:
    """The function that reads dates whose month has one of the names, in lower case."""
    shape = _DATE if has_day else _MONTH

    def read(text: str) -> datetime | None:
        match = shape.match(text)
        if match is None or match[2].casefold() not in names:
            return None
        try:
            return datetime(int(match[3]), names.index(match[2].casefold()) + 1, int(match[1] or 1))
        except ValueError:
            return None

    month = f"list_position([{', '.join(map(literal, names))}], lower(regexp_extract({{0}}, '\\pL{{{{3,}}}}')))"
    day = "regexp_extract({0}, '[0-9]{{1,2}}')" if has_day else "'1'"
    template = f"TRY_CAST(regexp_extract({{0}}, '[0-9]{{{{4}}}}') || '-' || {month} || '-' || {day} AS DATE)"
    return Function("moment", Kind.DATE, template, read, 1.5, (names, has_day))


def month_name(names: tuple[str, ...]) -> Function:
    """The name of the moment's month."""
    template = f"[{', '.join(map(literal, names))}][date_part('month', {{0}})]"
    return Function("month name", Kind.TEXT, template, lambda value: names[value.month - 1], 1.0, names)


def names_within(cells: list[str]) -> Iterator[tuple[str, ...]]:
    """The languages' names of which each cell has one, as the cells write them."""
    folded = [cell.casefold() for cell in cells]
    for names in languages().values():
        if cells and all(any(name.casefold() in cell for name in names) for cell in folded):
            capital = any(name.capitalize() in cell for name in names for cell in cells)
            yield tuple(name.capitalize() for name in names) if capital else names
