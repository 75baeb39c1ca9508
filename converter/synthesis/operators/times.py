"""Where times lead that are not those of the input: rounded and shifted moments, found from what the expected cells tell."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from converter.synthesis.operators.date_formats import formats_of_all, parsed
from converter.synthesis.operators.moments import UNITS_OF_DAYS, Bound, Bucket, Later, Moment, Shifted, bound
from converter.synthesis.sheet import Sheet

SPANS = (60, 120, 30, 15, 10, 20, 90, 45, 5, 180, 240, 360, 720, 40, 50)
"""Minutes that times are rounded to, the usual ones first."""
_TOLD = re.compile(r"(?<![0-9:])([0-9]{1,2})(?::([0-9]{2}))?(?::([0-9]{2}))?(?:\s?([AaPp])[Mm](?![A-Za-z]))?", re.ASCII)
_DAY = 86400


def moved(sheet: Sheet, read: Moment, target: tuple[str, ...]) -> Iterator[Moment]:
    """Roundings and shifts of a moment that lead to the dates and times that the expected cells tell."""
    found = [read.moment(row) for row in sheet.rows]
    known = [moment for moment in found if moment is not None]
    if len(known) < len(found) or len(found) < 2:
        return
    if read.codes & set("dj"):
        yield from _to_other_days(read, known, target)
    if read.codes & set("HI"):
        yield from _to_other_times(sheet, read, known, target)


def _to_other_days(read: Moment, known: list[datetime], target: tuple[str, ...]) -> Iterator[Moment]:
    """The one change of date that leads to the expected cells, where these are dates as a whole."""
    for forms in formats_of_all(target)[:3]:
        if not re.search("%[dj]", "".join(forms)):
            continue
        wanted = [moment for moment in (parsed(text, forms) for text in target) if moment is not None]
        if len(wanted) < len(known) or wanted == known:
            continue
        days = [_midnight(moment) for moment in wanted]
        for unit in UNITS_OF_DAYS:
            for is_end in (False, True):
                if all(bound(moment, unit, is_end=is_end) == day for moment, day in zip(known, days, strict=True)):
                    yield Bound(read, unit, is_end)
        starts = (
            known if re.search("%[HI]", "".join(forms)) else [moment.replace(hour=0, minute=0, second=0) for moment in known]
        )
        shifts = {int((after - before).total_seconds()) for before, after in zip(starts, wanted, strict=True)}
        if len(shifts) == 1 and shifts != {0}:
            yield Shifted(read, shifts.pop())
        months = (wanted[0].year - known[0].year) * 12 + wanted[0].month - known[0].month
        if months and all(
            (day.year - moment.year) * 12 + day.month - moment.month == months and (day.day == moment.day or day.day >= 28)
            for moment, day in zip(known, days, strict=True)
        ):
            yield Later(read, months)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def second_of(moment: datetime) -> int:
    """The second of the day."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _to_other_times(sheet: Sheet, read: Moment, known: list[datetime], target: tuple[str, ...]) -> Iterator[Moment]:
    told = _told_times(target)
    if not told:
        return
    given: set[tuple[datetime, ...]] = {tuple(known)}
    bases: list[Moment] = [read]
    for minutes in SPANS:
        for offset, ahead in ((0, 0), (minutes // 2, 0), (0, minutes * 60 - 1), (0, minutes * 30)):
            if offset * 2 == minutes or not offset:
                bases.append(Bucket(read, minutes, offset, ahead))
    for base in bases:
        starts = [moment for moment in map(base.moment, sheet.rows) if moment is not None]
        for shift in {_shift(starts, times) for times in told}:
            if shift is None or (base is read and not shift):
                continue
            ends = tuple(moment + timedelta(seconds=shift) for moment in starts)
            if ends not in given or base is not read:
                given.add(ends)
                yield Shifted(base, shift) if shift else base


def _told_times(target: tuple[str, ...]) -> list[list[int]]:
    """The times that all cells tell at the same place, in seconds of the day."""
    found = [[match for match in _TOLD.finditer(cell) if _is_time(match)] for cell in target]
    fewest = min(map(len, found), default=0)
    return [[seconds_of(one[place]) for one in found] for place in range(min(fewest, 4))]


def _is_time(match: re.Match[str]) -> bool:
    return int(match.group(1)) <= 24 and (match.group(2) is None or int(match.group(2)) < 60)


def seconds_of(match: re.Match[str]) -> int:
    """The second of the day that a match of hour, minute, second and half of the day tells."""
    hour = int(match.group(1))
    if match.group(4):
        hour = hour % 12 + (12 if match.group(4).lower() == "p" else 0)
    return hour * 3600 + int(match.group(2) or 0) * 60 + int(match.group(3) or 0)


def _shift(starts: list[datetime], times: list[int]) -> int | None:
    """The seconds between each start and its time of day, if they are the same for all rows."""
    shifts = {(seconds - second_of(start)) % _DAY for start, seconds in zip(starts, times, strict=True)}
    if len(shifts) != 1:
        return None
    (shift,) = shifts
    return shift - _DAY if shift > 57600 else shift
