"""Columns as dates and timestamps: in one format, in UTC where they have an offset, with months by name, in several formats."""

from collections.abc import Iterator

from converter.learning.values import moment_mixes, moments, month_names
from converter.learning.values.reading import Reading, Texts, filled

_MONTH_FIRST = 0.5
"""Among dates of several formats the month stands before the day."""


def readings(cells: Texts) -> Iterator[Reading]:
    """The ways in which the cells are moments: in one format, in UTC where they have an offset, in several formats."""
    whole = False
    for reading in moments.readings(cells):
        whole = whole or reading.share == 1
        yield reading
    texts = list(dict.fromkeys(filled(cells)))
    for format in moments.formats(texts)[:1]:
        utc = moment_mixes.utc_reader(format, texts)
        if utc is not None:
            yield Reading(utc)
    if not whole:
        yield from month_names.readings(cells)
        several = moment_mixes.mixed(texts)
        swapped = moment_mixes.month_first(several, texts) if several else []
        for found, cost in ((several, 0.0), (swapped, _MONTH_FIRST)):
            if found:
                # What asks for no time of day is rather read without it: other rows have one or have none.
                days = moment_mixes.days_of(found)
                yield from (Reading(moment_mixes.mixed_reader(one), cost) for one in (days, found) if one)
