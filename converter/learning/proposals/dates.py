"""Cells that are dates or times: written anew, shifted, rounded down to spans, each at its own precision."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from converter.learning.bank import Entry
from converter.learning.expressions import moments as dates
from converter.learning.expressions.choices import Coalesce
from converter.learning.kinds import Kind
from converter.learning.nodes import Node
from converter.learning.proposals.goal import Goal
from converter.learning.values import moment_mixes, moments
from converter.learning.values.moments import MomentFormat
from converter.learning.values.numbers import decimals

MOST_SOURCES = 12
MOST_FORMATS = 6
_START = datetime(1900, 1, 1)
_DAY = 86400
_END_COST = 1.7
"""The end of the span that a time lies in, without its beginning: rather times are rounded up, and full hours stay."""
# Spans that people round times to, the likeliest first.
_SPANS = (3600, 1800, 900, _DAY, 7200, 600, 300, 1200, 10800, 14400, 21600, 43200, 60)


def simple(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Columns of dates in the cells' formats, shifted where all rows agree, and their parts."""
    formats = moments.output_formats(list(dict.fromkeys(goal.cells))[:12]) if goal.cells else []
    for format in formats[:4]:
        for entry in goal.bank.moments:
            kind = entry.node.kind
            yield moments.written(format.format, kind)(entry.node), format.cost + (0.6 if _loses(kind, format.format) else 0.0)
            for node, cost in _moved(goal, entry, format):
                yield node, format.cost + cost
            for function in (dates.MONTH_END, dates.MONTH_START):
                yield moments.written(format.format, Kind.DATE)(function(entry.node)), format.cost
    short = moments.formats_without_year(list(dict.fromkeys(goal.cells))[:12])
    for entry in goal.bank.moments:
        for format in short:
            yield moments.written(format.format, entry.node.kind)(entry.node), format.cost
        for part in dates.WRITTEN_PARTS:
            yield part(entry.node), 0.5
        yield dates.QUARTER(entry.node), 0.5


def far(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The same of times of day, and of dates within texts; dates of several precisions."""
    cells = list(dict.fromkeys(goal.cells))
    if not cells:
        return
    together = list(dict.fromkeys((*cells, *goal.siblings)))
    clocks = _clocks(together) or _clocks(cells)
    formats = moments.output_formats(cells[:12])[:4]
    for format in (*clocks[:3], *formats):
        for entry in (*goal.bank.moments, *goal.bank.clocks, *goal.bank.embedded_moments)[:MOST_SOURCES]:
            yield moments.written(format.format, entry.node.kind)(entry.node), format.cost
            for node, cost in _moved(goal, entry, format):
                yield node, format.cost + cost
    for entry in goal.bank.embedded_moments[:MOST_SOURCES]:
        for part in dates.WRITTEN_PARTS:
            yield part(entry.node), 0.5
    yield from _at_own_precision(goal)


def _clocks(cells: list[str]) -> list[MomentFormat]:
    return moments.written_as(moment_mixes.clock_formats(cells, hours=True), cells)


def _loses(kind: Kind, format: str) -> bool:
    return kind is Kind.TIMESTAMP and "%H" not in format and "%I" not in format


def _moved(goal: Goal, entry: Entry, format: MomentFormat) -> Iterator[tuple[Node, float]]:
    """The entry's moments shifted or rounded, where that gives all cells."""
    pairs = []
    for at in goal.places:
        value, shown = entry.values[at], format.read(goal.target[at] or "")
        if shown is None:
            return
        if isinstance(value, datetime):
            pairs.append((value, shown))
    if len({value for value, _ in pairs}) < 2:
        return
    written = moments.written(format.format, Kind.TIMESTAMP)
    if format.kind is Kind.DATE:
        for step in _days_apart(pairs, entry.node.kind):
            yield moments.written(format.format, entry.node.kind)(step(entry.node)), 0.0
    elif entry.node.kind is Kind.TIMESTAMP:
        for node, cost in _times(entry.node, pairs, is_clock="%d" not in format.format, size=_resolution(format.format)):
            yield written(node), cost


def _days_apart(pairs: Sequence[tuple[datetime, datetime]], kind: Kind) -> Iterator[dates.Function]:
    days = {(shown.date() - value.date()).days for value, shown in pairs}
    months = {(shown.year - value.year) * 12 + shown.month - value.month for value, shown in pairs}
    is_years = len(months) == 1 and min(months) % 12 == 0 and all(shown.day == value.day for value, shown in pairs)
    if len(days) == 1 and not is_years:
        if days != {0}:
            yield dates.days_later(days.pop(), kind)
        return
    if len(months) == 1 and months != {0}:
        step = dates.months_later(months.pop(), kind)
        if all(step.compute(value).date() == shown.date() for value, shown in pairs):
            yield step


def _resolution(format: str) -> int:
    return 1 if "%S" in format or "%-S" in format else 60 if "%M" in format or "%-M" in format else 3600


def _times(
    node: Node, pairs: Sequence[tuple[datetime, datetime]], *, is_clock: bool, size: int
) -> Iterator[tuple[Node, float]]:
    """The moment so much later; the beginning of the span that it lies in, so much later; the nearest such beginning."""
    seconds = [(_seconds(value), _seconds(shown)) for value, shown in pairs]
    around = _DAY if is_clock else 0
    same = _shift([(one // size * size, other) for one, other in seconds], around)
    if same is not None:
        if same:
            yield dates.later(same)(node), 0.0
        return
    for rank, span in enumerate(_SPANS):
        if span <= size:
            continue
        cost = 0.25 * rank
        whole = 60 if all(one % 60 == 0 for one, _ in seconds) else 1
        for before in (0, span // 2, span - whole):
            shift = _shift([((one + before) // span * span, other) for one, other in seconds], around)
            if shift is not None and (not before or shift == 0):
                inner = dates.bucket(span)(dates.later(before)(node) if before else node)
                yield (dates.later(shift)(inner) if shift else inner), cost + _END_COST * (shift == span)
                if shift != span:
                    break
        offsets = {other % span for _, other in seconds}
        if len(offsets) == 1:
            offset = offsets.pop()
            shift = _shift([((one - offset) // span * span + offset, other) for one, other in seconds], around)
            if shift is not None and offset:
                inner = dates.bucket(span)(dates.later(-offset)(node))
                yield dates.later(offset + shift)(inner), cost + 1.0


def _seconds(moment: datetime) -> int:
    span = moment - _START
    return span.days * _DAY + span.seconds


def _shift(pairs: Sequence[tuple[int, int]], around: int) -> int | None:
    """How much later the second of each pair is, the same for all; around the clock where only that is shown."""
    spans = {(other - one) % around if around else other - one for one, other in pairs}
    if len(spans) != 1:
        return None
    span = spans.pop()
    return span - around if around and span > around // 2 else span


# Months in which fiscal years begin, the likeliest first.
_FISCAL = (7, 10, 4, 9, 8, 2, 3, 5, 6, 11, 12)


def fiscal_years(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Years that begin in another month than January and are named by the year in which they end."""
    shapes = {re.sub(r"(?<!\d)(19|20)\d\d(?!\d)", "%Y", cell, count=1) for cell in goal.cells}
    if len(shapes) != 1 or "%Y" not in (shape := shapes.pop()):
        return
    years = [int(re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", goal.target[at] or "")[0]) for at in goal.places]  # type: ignore[index]
    for entry in goal.bank.moments:
        pairs = [(entry.values[at], year) for at, year in zip(goal.places, years, strict=True)]
        dated = [(value, year - value.year) for value, year in pairs if isinstance(value, datetime)]
        if len(dated) < len(pairs) or {later for _, later in dated} != {0, 1}:
            continue
        last = max(value.month for value, later in dated if not later)
        first = min(value.month for value, later in dated if later)
        begins = next((month for month in _FISCAL if last < month <= first), None)
        if begins is not None:
            kind = entry.node.kind
            node = dates.months_later(13 - begins, kind)(entry.node)
            yield moments.written(shape, kind)(node), 0.5


def _at_own_precision(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Dates of which some have a day, some a month, some but a year: each format of the source with the one that writes it."""
    for entry in goal.bank.texts:
        groups: dict[str, str] = {}
        copied = 0
        for at in goal.places:
            text, cell = entry.values[at], goal.target[at] or ""
            if not isinstance(text, str) or (text == cell and not any(moments.parse(text, one) for one in groups)):
                copied += text == cell
                if text != cell:
                    break
                continue
            if any(_rewrites(text, cell, one, other) for one, other in groups.items()):
                continue
            found = next(_rewritings(text, cell), None)
            if found is None or found[0] in groups:
                break
            groups[found[0]] = found[1]
        else:
            if groups and (len(groups) > 1 or copied) and len(groups) <= 4 and len(groups) < len(goal.places):
                yield _in_turn(entry.node, groups, copied), 0.0


def _in_turn(node: Node, groups: dict[str, str], copied: int) -> Node:
    written: list[Node] = []
    size = len(groups)
    for source, target in groups.items():
        format = MomentFormat(source)
        written.append(moments.written(target, format.kind)(moments.reader(format)(node)))
    words = {(one.partition("%")[0], other.partition("%")[0]) for one, other in groups.items() if not one.startswith("%")}
    known = list(groups.items())
    for source, target in known:
        # What a word before one of the formats means, it means before the others too.
        for head, other in words:
            if (
                source.startswith("%")
                and target.startswith("%")
                and len(written) < MOST_FORMATS
                and head + source not in groups
            ):
                groups[head + source] = other + target
                format = MomentFormat(head + source)
                written.append(moments.written(other + target, format.kind)(moments.reader(format)(node)))
    if len(known) > 1:
        # Where dates are of several precisions, a month's may be among them too.
        for source, target in known:
            month = source.replace("%d ", "", 1), _without_day(target)
            if "%d " in source and month[1] and month[0] not in groups and len(written) < MOST_FORMATS:
                groups[month[0]] = month[1]
                format = MomentFormat(month[0])
                written.append(moments.written(month[1], format.kind)(moments.reader(format)(node)))
    if copied:
        written.append(node)
    return Coalesce(written, node.cost + 0.6 + 1.4 * size)


def _without_day(format: str) -> str:
    """The format of the same without its day; empty where none is usual."""
    for day in ("-%d", "%d.", "%d/", "%d "):
        if day in format:
            return format.replace(day, "", 1)
    return ""


def _rewrites(text: str, cell: str, source: str, target: str) -> bool:
    moment = moments.parse(text, source)
    return moment is not None and moments.write(moment, target) == cell


def _rewritings(text: str, cell: str) -> Iterator[tuple[str, str]]:
    """Formats of the text and of the cell that show the same moment, words before it being part of the format."""
    for before, bare in _with_word(text):
        for one in moments.formats([bare], months=True):
            moment = one.read(bare)
            for head, rest in _with_word(cell):
                for other in moments.output_formats([rest]) if moment else ():
                    if moments.write(moment, other.format) == rest and _precision(one.format) == _precision(other.format):
                        yield before + one.format, head + other.format


def _with_word(text: str) -> Iterator[tuple[str, str]]:
    yield "", text
    word, mark, rest = text.partition(" ")
    if mark and not any(map(str.isdigit, word)):
        yield word + mark, rest


def _precision(format: str) -> int:
    return 2 if "%d" in format or "%-d" in format else 1 if any(one in format for one in ("%m", "%b", "%B", "%-m")) else 0


def counted(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Years and months between two dates of the row: those that are full, or by the calendar."""
    yield from fiscal_years(goal)
    numeric = goal.numeric
    if numeric is None or any(value is not None and decimals(value) for value in numeric.values):
        return
    entries = goal.bank.moments[:6]
    for one in entries:
        yield goal.written(dates.EPOCH(one.node), numeric.formats[0]), 0.0
    for one in entries:
        for other in entries:
            if one is other or one.node.parts == other.node.parts:
                continue
            for function in (dates.FULL_YEARS, dates.FULL_MONTHS, dates.MONTHS_BETWEEN, dates.YEARS_BETWEEN):
                yield goal.written(function(one.node, other.node), numeric.formats[0]), 0.0
