"""Columns as dates and timestamps: in one format, in UTC where they have an offset, with months by name, in several formats."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from converter.learning.values import moment_mixes, moments, month_names
from converter.learning.values.reading import Reading, Texts, filled

_MONTH_FIRST = 0.5
"""Among dates of several formats the month stands before the day."""

_OTHER_ORDER = 2.0
"""Another column of the file has the day and the month the other way round, as its days over 12 say."""
_MANY_MONTHS = 0.8
"""Read the other way round the column's days are of fewer months: few days of few months are likelier than one of many."""
_IN_FIGURES = re.compile(r"%-?([dm])[/.-]%-?([dm])\b")


def of_file(columns: Sequence[Texts]) -> list[list[Reading]]:
    """The ways in which each column's cells are moments, where a file has its days and months in one order."""
    found = [list(readings(cells)) for cells in columns]
    orders = [{order for one in held if one.share == 1 and (order := _order(one))} for held in found]
    sure = {order for one in orders if len(one) == 1 for order in one}
    usual = sure.pop() if len(sure) == 1 else ""
    weighed = []
    for cells, held, known in zip(columns, found, orders, strict=True):
        if len(known) > 1:
            fewest = min(held, key=lambda one: _months(one, cells) if _order(one) else len(cells))
            wanted, cost = (usual, _OTHER_ORDER) if usual else (_order(fewest), _MANY_MONTHS)
            if usual or len({_months(one, cells) for one in held if _order(one)}) > 1:
                held = [one if _order(one) in ("", wanted) else replace(one, cost=one.cost + cost) for one in held]
                held.sort(key=lambda one: _order(one) not in ("", wanted))
        weighed.append(held)
    return weighed


def _order(reading: Reading) -> str:
    """`dm` where the day stands before the month, both in figures, `md` where it stands behind; empty for other formats."""
    formats = reading.function.parameters
    match = _IN_FIGURES.search(formats[0]) if len(formats) == 1 and isinstance(formats[0], str) else None
    return match[1] + match[2] if match else ""


def _months(reading: Reading, cells: Texts) -> int:
    """Of how many months the column's days are."""
    moments = [reading.function.compute(text) for text in filled(cells)]
    return len({(one.year, one.month) for one in moments if isinstance(one, datetime)})


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
