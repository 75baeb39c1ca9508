"""Dates and times: read in whatever formats the rows have, rounded and shifted, and written part by part.

A cell's own text says which formats it may have (`formats_of`); whether the day or the month comes first is decided by all rows
together. After FlashFill++ (Cambronero et al. 2023), where formatting a date is an operation of its own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.operators.casing import lower, upper
from converter.synthesis.operators.substrings import Extract, ExtractNth, fields
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Constant, Origin, Term, call, cast
from converter.table import Cell, Row

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_READ = {
    "d": "(?P<d>[0-9]{1,2})",
    "m": "(?P<m>[0-9]{1,2})",
    "Y": "(?P<Y>[0-9]{1,4})",
    "y": "(?P<y>[0-9]{1,2})",
    "j": "(?P<j>[0-9]{1,3})",
    "H": "(?P<H>[0-9]{1,2})",
    "I": "(?P<I>[0-9]{1,2})",
    "M": "(?P<M>[0-9]{1,2})",
    "S": "(?P<S>[0-9]{1,2})",
    "f": "(?P<f>[0-9]{1,6})",
    "p": "(?P<p>[AaPp][Mm])",
    "B": f"(?P<B>{'|'.join(MONTHS)})",
    "b": f"(?P<b>{'|'.join(name[:3] for name in MONTHS)})",
    "A": f"(?P<A>{'|'.join(WEEKDAYS)})",
    "a": f"(?P<a>{'|'.join(name[:3] for name in WEEKDAYS)})",
    "%": "%",
}


@lru_cache(1024)
def _reader(form: str) -> re.Pattern[str]:
    parts = re.split(r"%(.)", form)
    pattern = "".join(_READ[part] if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.compile(r"\s*" + pattern + r"\s*\Z", re.IGNORECASE | re.ASCII)


def parsed(text: str | None, forms: Sequence[str]) -> datetime | None:
    """What `try_strptime(text, forms)` gives for the formats that `formats_of` makes."""
    for form in forms if text is not None else ():
        match = _reader(form).match(text or "")
        moment = _moment(match.groupdict()) if match else None
        if moment is not None:
            return moment
    return None


def _moment(parts: dict[str, str]) -> datetime | None:
    year = int(parts.get("Y") or 1900)
    if "y" in parts:
        short = int(parts["y"])
        year = short + (2000 if short < 69 else 1900)
    month = int(parts.get("m") or 1)
    if "B" in parts or "b" in parts:
        name = (parts.get("B") or parts["b"]).title()
        month = 1 + next(at for at, one in enumerate(MONTHS) if one.startswith(name))
    hour = int(parts.get("H") or 0)
    if "I" in parts:
        hour = int(parts["I"])
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if parts.get("p", "").lower() == "pm" else 0)
    micros = int((parts.get("f") or "0").ljust(6, "0"))
    try:
        moment = datetime(
            year, month, int(parts.get("d") or 1), hour, int(parts.get("M") or 0), int(parts.get("S") or 0), micros
        )
        return moment.replace(month=1, day=1) + timedelta(int(parts["j"]) - 1) if "j" in parts else moment
    except (ValueError, OverflowError):
        return None


_TIME = re.compile(
    r"(?<![0-9:])([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,6})?)?(?:(\s?)([AaPp][Mm])(?![A-Za-z]))?(?![0-9:])", re.ASCII
)
_HOUR = re.compile(r"(?<![0-9:])([0-9]{1,2})(\s?)([AaPp][Mm])(?![A-Za-z])", re.ASCII)
_WORD = re.compile(r"[A-Za-z]+|[0-9]+", re.ASCII)


@lru_cache(4096)
def formats_of(text: str) -> tuple[str, ...]:
    """The strptime formats that the text may have, likelier ones first; empty where it is no date or time."""
    text = text.strip()
    if not text or len(text) > 40 or not any(char.isdigit() for char in text) or "%" in text:
        return ()
    for time_format, rest in _time_formats(text):
        if "\0" not in rest:
            continue
        found = [form.replace("\0", time_format) for form in _date_formats(rest)]
        if rest.strip() == "\0":
            found = [rest.replace("\0", time_format)]
        if found:
            return tuple(form for form in found if parsed(text, (form,)) is not None)
    return tuple(form for form in _date_formats(text) if parsed(text, (form,)) is not None)


def _time_formats(text: str) -> Iterator[tuple[str, str]]:
    """A format for the text's time of day, and the text with a NUL in its place."""
    match = _TIME.search(text)
    if match:
        form = ("%I" if match.group(6) else "%H") + ":%M"
        form += ":%S" if match.group(3) else ""
        form += ".%f" if match.group(4) else ""
        form += match.group(5) + "%p" if match.group(6) else ""
        yield form, text[: match.start()] + "\0" + text[match.end() :]
        return
    match = _HOUR.search(text)
    if match:
        yield "%I" + match.group(2) + "%p", text[: match.start()] + "\0" + text[match.end() :]


def _date_formats(text: str) -> list[str]:
    """Formats for a date; a NUL stands for a time of day that is told already."""
    words = [(match.group(), match.start()) for match in _WORD.finditer(text)]
    roles: list[list[str]] = []
    has_name = has_weekday = False
    for word, _ in words:
        role = [word]
        low = word.lower()
        if word.isalpha() and len(word) >= 3:
            if any(name.lower() == low for name in MONTHS) and not has_name:
                role, has_name = (["%B", "%b"] if len(word) == 3 else ["%B"]), True
            elif any(name[:3].lower() == low for name in MONTHS) and not has_name:
                role, has_name = ["%b"], True
            elif any(name.lower() == low for name in WEEKDAYS) and not has_weekday:
                role, has_weekday = ["%A"], True
            elif any(name[:3].lower() == low for name in WEEKDAYS) and not has_weekday:
                role, has_weekday = ["%a"], True
        roles.append(role)
    numbers = [at for at, (word, _) in enumerate(words) if word.isdigit()]
    lengths = [len(words[at][0]) for at in numbers]
    found = []
    for codes in _orders(tuple(lengths), has_name):
        found.append(_written(text, words, roles, dict(zip(numbers, codes, strict=True))))
    return found


def _orders(lengths: tuple[int, ...], has_name: bool) -> list[tuple[str, ...]]:
    """What numbers of these lengths may be in a date, likelier first."""
    long = [length > 2 for length in lengths]
    if has_name:
        if len(lengths) == 2 and lengths[0] <= 2 and lengths[1] == 4:
            return [("%d", "%Y")]
        if len(lengths) == 2 and lengths[0] == 4 and lengths[1] <= 2:
            return [("%Y", "%d")]
        if lengths in ((1, 2), (2, 2)):
            return [("%d", "%y"), ("%y", "%d")]
        if lengths == (4,):
            return [("%Y",)]
        return [("%d",)] if lengths in ((1,), (2,)) else []
    if len(lengths) == 3 and lengths[0] == 4 and not any(long[1:]):
        return [("%Y", "%m", "%d"), ("%Y", "%d", "%m")]
    if len(lengths) == 3 and lengths[2] == 4 and not any(long[:2]):
        return [("%m", "%d", "%Y"), ("%d", "%m", "%Y")]
    if len(lengths) == 3 and not any(long):
        return [("%m", "%d", "%y"), ("%d", "%m", "%y"), ("%y", "%m", "%d")]
    if lengths == (8,):
        return [("%Y%m%d",), ("%m%d%Y",), ("%d%m%Y",)]
    if lengths == (6,):
        return [("%y%m%d",), ("%d%m%y",), ("%m%d%y",)]
    if len(lengths) == 2 and lengths[0] <= 2 and lengths[1] == 4:
        return [("%m", "%Y")]
    if lengths in ((4, 1), (4, 2)):
        return [("%Y", "%m")]
    if len(lengths) == 2 and not any(long):
        return [("%d", "%m"), ("%m", "%d")]
    if lengths == (4, 3):
        return [("%Y", "%j")]
    return []


def _written(text: str, words: list[tuple[str, int]], roles: list[list[str]], numbers: dict[int, str]) -> str:
    pieces, at = [], 0
    for index, (word, start) in enumerate(words):
        pieces += [text[at:start], numbers.get(index, roles[index][0])]
        at = start + len(word)
    return "".join([*pieces, text[at:]])


class Moment(Origin):
    """A program from a row to a point in time. Subclasses are frozen dataclasses."""

    def moment(self, row: Row) -> datetime | None:
        """The point in time for one row; None where the text is none."""
        raise NotImplementedError

    def sql(self) -> exp.Expression:
        """DuckDB SQL of type TIMESTAMP."""
        raise NotImplementedError


@dataclass(frozen=True)
class Read(Moment):
    """The date or time that a text is, in the first of the formats that fits."""

    source: Term
    formats: tuple[str, ...]
    rank: float = 0.0

    @property
    def cost(self) -> float:
        return self.source.cost + 0.8 + 0.25 * (len(self.formats) - 1) + self.rank

    @property
    def is_bare_hour(self) -> bool:
        """Whether nothing but the number's size says that it is a time."""
        return self.formats == ("%H",)

    def moment(self, row: Row) -> datetime | None:
        return parsed(self.source.value(row), self.formats)

    def sql(self) -> exp.Expression:
        return parsing(self.source.sql(), self.formats)


def parsing(text: exp.Expression, forms: tuple[str, ...]) -> exp.Expression:
    """`try_strptime` with one format or a list of them."""
    if len(forms) == 1:
        return call("try_strptime", text, forms[0])
    return call("try_strptime", text, exp.Array(expressions=[exp.Literal.string(form) for form in forms]))


@dataclass(frozen=True)
class Bucket(Moment):
    """The beginning of the span of time that a moment falls in: every so many minutes, counted from midnight and `offset`."""

    source: Moment
    minutes: int
    offset: int = 0
    ahead: int = 0
    """Seconds that are added first: half a span to round, a span but a second to round up."""

    @property
    def cost(self) -> float:
        usual = 0.0 if self.minutes in (15, 30, 60, 120) else 0.3
        return self.source.cost + 0.8 + usual + (0.6 if self.offset else 0) + (0.6 if self.ahead else 0)

    @property
    def inner(self) -> Moment:
        return self.source

    def moment(self, row: Row) -> datetime | None:
        moment = self.source.moment(row)
        return None if moment is None else floored(moment + timedelta(seconds=self.ahead), self.minutes, self.offset)

    def sql(self) -> exp.Expression:
        moment = self.source.sql()
        if self.ahead:
            moment = exp.Add(this=moment, expression=interval(self.ahead))
        offset = (interval(self.offset * 60),) if self.offset else ()
        return call("time_bucket", interval(self.minutes * 60), moment, *offset)


_ORIGIN = datetime(2000, 1, 3)


def floored(moment: datetime, minutes: int, offset: int = 0) -> datetime:
    """DuckDB's `time_bucket`, whose origin is 2000-01-03."""
    span, shift = timedelta(minutes=minutes), timedelta(minutes=offset)
    return _ORIGIN + ((moment - shift - _ORIGIN) // span) * span + shift


def interval(seconds: int) -> exp.Expression:
    """An INTERVAL in the largest unit that it is whole in."""
    for unit, size in (("DAY", 86400), ("HOUR", 3600), ("MINUTE", 60), ("SECOND", 1)):
        if seconds % size == 0:
            return exp.Interval(this=exp.Literal.string(str(seconds // size)), unit=exp.Var(this=unit))
    raise ValueError(seconds)


@dataclass(frozen=True)
class Shifted(Moment):
    """A moment so many seconds later."""

    source: Moment
    seconds: int

    @property
    def cost(self) -> float:
        return self.source.cost + 0.8 + (0.0 if self.seconds % 60 == 0 else 0.3)

    @property
    def inner(self) -> Moment:
        return self.source

    def moment(self, row: Row) -> datetime | None:
        moment = self.source.moment(row)
        try:
            return None if moment is None else moment + timedelta(seconds=self.seconds)
        except OverflowError:
            return None

    def sql(self) -> exp.Expression:
        if self.seconds < 0:
            return exp.Sub(this=self.source.sql(), expression=interval(-self.seconds))
        return exp.Add(this=self.source.sql(), expression=interval(self.seconds))


_WRITE = {
    "%d": lambda moment: f"{moment.day:02}",
    "%-d": lambda moment: f"{moment.day}",
    "%m": lambda moment: f"{moment.month:02}",
    "%-m": lambda moment: f"{moment.month}",
    "%b": lambda moment: MONTHS[moment.month - 1][:3],
    "%B": lambda moment: MONTHS[moment.month - 1],
    "%Y": lambda moment: f"{moment.year:04}",
    "%y": lambda moment: f"{moment.year % 100:02}",
    "%a": lambda moment: WEEKDAYS[moment.weekday()][:3],
    "%A": lambda moment: WEEKDAYS[moment.weekday()],
    "%H": lambda moment: f"{moment.hour:02}",
    "%-H": lambda moment: f"{moment.hour}",
    "%I": lambda moment: f"{(moment.hour - 1) % 12 + 1:02}",
    "%-I": lambda moment: f"{(moment.hour - 1) % 12 + 1}",
    "%M": lambda moment: f"{moment.minute:02}",
    "%-M": lambda moment: f"{moment.minute}",
    "%S": lambda moment: f"{moment.second:02}",
    "%-S": lambda moment: f"{moment.second}",
    "%p": lambda moment: "AM" if moment.hour < 12 else "PM",
    "%j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "%-j": lambda moment: f"{moment.timetuple().tm_yday}",
    "%V": lambda moment: f"{moment.isocalendar().week:02}",
    "%%": lambda moment: "%",
}
_DATE_CODES = ("%d", "%-d", "%m", "%-m", "%b", "%B", "%Y", "%y", "%a", "%A", "%V", "%-j")
_TIME_CODES = ("%H", "%-H", "%I", "%-I", "%M", "%S", "%p", "%-M")
_RARE = {"%V": 1.0, "%-j": 1.0, "%-M": 0.5, "%y": 0.2, "%a": 0.2, "%A": 0.2}


def written(moment: datetime, form: str) -> str:
    """DuckDB's `strftime` for the codes above."""
    return re.sub("%-?.", lambda match: _WRITE[match.group()](moment), form)


@dataclass(frozen=True)
class Written(Term):
    """A moment in a strftime format, in upper or lower case where asked for."""

    kind: ClassVar[str] = "date"
    source: Moment
    form: str
    how: str | None = None

    @property
    def cost(self) -> float:
        codes = re.findall("%-?.", self.form)
        literals = 0.1 * len(re.sub("%-?.", "", self.form))
        halves = 0.6 if any(code in ("%I", "%-I") for code in codes) != ("%p" in codes) else 0.0
        told = sum(0.15 + _RARE.get(code, 0.0) for code in codes)
        return self.source.cost + 0.3 + told + literals + halves + (0.6 if self.how else 0.0)

    @property
    def origin(self) -> Moment:
        return self.source

    @property
    def styles(self) -> Iterator[tuple[str, str]]:
        for code in re.findall("%-?[HI]", self.form):
            yield "hours", code

    @property
    def family(self) -> object:
        return (self.source, self.how)

    def value(self, row: Row) -> Cell:
        moment = self.source.moment(row)
        if moment is None:
            return None
        text = written(moment, self.form)
        return {None: text, "lower": lower(text), "upper": upper(text)}[self.how]

    def sql(self) -> exp.Expression:
        text = call("strftime", self.source.sql(), self.form)
        return call(self.how, text) if self.how else text

    def joined(self, parts: Sequence[Term]) -> Term:
        form = "".join(
            part.form if isinstance(part, Written) else part.text.replace("%", "%%") if isinstance(part, Constant) else ""
            for part in parts
        )
        recased = self.how and any(
            isinstance(part, Constant) and part.text != getattr(str, self.how)(part.text) for part in parts
        )
        if recased:
            from converter.synthesis.concatenation import Concatenation

            return Concatenation(tuple(parts))
        return Written(self.source, form, self.how)


@dataclass(frozen=True)
class Part(Term):
    """A part of a moment that strftime does not write: its quarter."""

    kind: ClassVar[str] = "date"
    source: Moment

    @property
    def cost(self) -> float:
        return self.source.cost + 0.5

    @property
    def origin(self) -> Moment:
        return self.source

    def value(self, row: Row) -> Cell:
        moment = self.source.moment(row)
        return None if moment is None else str((moment.month + 2) // 3)

    def sql(self) -> exp.Expression:
        return cast(call("quarter", self.source.sql()), "VARCHAR")


class Dates(Operator):
    """Parts of the dates and times that the input has."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        for read in moments(sheet):
            if sheet.is_late:
                return
            if read.is_bare_hour and not any(_CLOCK.search(cell) for cell in target):
                continue
            codes = _codes(read)
            yield from _parts(sheet, read, target, codes)
            for moment in _moved(sheet, read, target):
                yield from _parts(sheet, moment, target, _changed(sheet, read, moment, codes))


_CLOCK = re.compile("[0-9]:[0-9]|[0-9] ?[AaPp][Mm]")


def _changed(sheet: Sheet, read: Moment, moment: Moment, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of the time, and those of the date where the change of time leads to another day."""
    pairs = [(read.moment(row), moment.moment(row)) for row in sheet.rows]
    if any(before and after and before.date() != after.date() for before, after in pairs):
        return codes
    return tuple(code for code in codes if code in _TIME_CODES)


def _codes(read: Read) -> tuple[str, ...]:
    """The codes that mean something for what was read."""
    form = "".join(read.formats)
    date: tuple[str, ...] = _DATE_CODES if re.search("%[dmYybBj]", form) else ()
    time = _TIME_CODES if re.search("%[HIM]", form) else ()
    if date and not re.search("%[dj]", form):
        date = tuple(code for code in date if code not in ("%d", "%-d", "%a", "%A", "%V", "%-j"))
    return date + time


def _parts(sheet: Sheet, source: Moment, target: tuple[str, ...], codes: tuple[str, ...]) -> Iterator[Term]:
    found = [source.moment(row) for row in sheet.rows]
    if any(moment is None and wanted for moment, wanted in zip(found, target, strict=True)):
        return
    known = [(moment, wanted) for moment, wanted in zip(found, target, strict=True) if moment is not None]
    for code in codes:
        texts = [_WRITE[code](moment) for moment, _ in known]
        for how, change in ((None, str), ("lower", lower), ("upper", upper)):
            if all(change(text) in wanted for text, (_, wanted) in zip(texts, known, strict=True)):
                yield Written(source, code, how)
                break
    if codes and codes[0] in _DATE_CODES and all(str((moment.month + 2) // 3) in wanted for moment, wanted in known):
        yield Part(source)


def moments(sheet: Sheet) -> list[Read]:
    """The dates and times of the input, in all readings that fit every row that has a text."""
    return sheet.memo("moments", lambda: list(_moments(sheet)))


MOST_MOMENTS = 8
_IN_TEXT = (
    (r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}", 1.6),
    (r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?", 1.6),
    (r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?", 1.8),
    (r"[A-Za-z]+ [0-9]{1,2},? [0-9]{4}", 1.8),
    (r"[0-9]{1,2}[ -][A-Za-z]+[ -][0-9]{4}", 1.8),
)


def _moments(sheet: Sheet) -> Iterator[Read]:
    seen: set[tuple[datetime | None, ...]] = set()
    for term in _date_texts(sheet):
        for read in _readings(sheet, term):
            found = tuple(read.moment(row) for row in sheet.rows)
            if found not in seen:
                seen.add(found)
                yield read
            if len(seen) >= MOST_MOMENTS:
                return


def _date_texts(sheet: Sheet) -> Iterator[Term]:
    columns = sheet.filled()
    yield from columns
    for column in columns:
        for pattern, weight in _IN_TEXT:
            yield Extract(column, pattern, 0, weight)
            yield ExtractNth(column, pattern, 2, weight)
    yield from fields(sheet)


def _readings(sheet: Sheet, term: Term) -> Iterator[Read]:
    texts = [text for text in sheet.texts(term) if text and text.strip()]
    if not texts or len(texts) * 2 < len(sheet.rows):
        return
    possible = [formats_of(text) for text in texts]
    if not all(possible):
        if all(re.fullmatch("[0-9]{1,2}", text) and int(text) < 24 for text in texts):
            yield Read(term, ("%H",), 0.8)
        return
    shared = [form for form in possible[0] if all(form in forms for forms in possible)]
    for rank, form in enumerate(shared):
        yield Read(term, (form,), 0.2 * rank)
    if shared:
        return
    for rank, is_day_first in enumerate((False, True)):
        chosen: dict[str, None] = {}
        for forms in possible:
            fitting = [form for form in forms if form in chosen]
            chosen.setdefault(fitting[0] if fitting else min(forms, key=lambda form: _is_day_first(form) != is_day_first))
        if len(chosen) <= 5:
            yield Read(term, _with_siblings(chosen), 0.2 * rank)


def _with_siblings(forms: Iterable[str]) -> tuple[str, ...]:
    """The formats of a column that mixes them, each with what people mix with it: short years and months, names in full."""
    found: dict[str, None] = {}
    for form in forms:
        siblings = [form]
        if form.endswith("%Y") and "%b" not in form.lower() and re.search("[^%a-zA-Z]%Y", form):
            siblings = [form[:-1] + "y", form]
        if "%b" in form or "%B" in form:
            siblings = [form, re.sub("%([bB])", lambda match: "%" + match.group(1).swapcase(), form)]
        found.update(dict.fromkeys(siblings))
    return tuple(found)


def _is_day_first(form: str) -> bool:
    day, month = form.find("%d"), form.find("%m")
    return 0 <= day < month


_SPANS = (60, 120, 30, 15, 10, 20, 90, 45, 5, 180, 240, 360, 720, 40, 50)
_TOLD = re.compile(r"(?<![0-9:])([0-9]{1,2})(?::([0-9]{2}))?(?::([0-9]{2}))?(?:\s?([AaPp])[Mm](?![A-Za-z]))?", re.ASCII)


def _moved(sheet: Sheet, read: Read, target: tuple[str, ...]) -> Iterator[Moment]:
    """Roundings and shifts of a time of day that lead to the times that the expected cells tell."""
    if not re.search("%[HI]", "".join(read.formats)):
        return
    found = [read.moment(row) for row in sheet.rows]
    if None in found or len(found) < 2:
        return
    known = [moment for moment in found if moment is not None]
    told = _told_times(target)
    if not told:
        return
    given: set[tuple[datetime, ...]] = {tuple(known)}
    bases: list[Moment] = [read]
    for minutes in _SPANS:
        for offset, ahead in ((0, 0), (minutes // 2, 0), (0, minutes * 60 - 1), (0, minutes * 30)):
            if offset * 2 == minutes or not offset:
                bases.append(Bucket(read, minutes, offset, ahead))
    for base in bases:
        starts = [moment for moment in map(base.moment, sheet.rows) if moment is not None]
        for shift in {_shift(starts, times) for times in told}:
            if shift is None or (base is read and not shift):
                continue
            moved = Shifted(base, shift) if shift else base
            ends = tuple(moment + timedelta(seconds=shift) for moment in starts)
            if ends not in given or base is not read:
                given.add(ends)
                yield moved


def _told_times(target: tuple[str, ...]) -> list[list[tuple[int, bool]]]:
    """The times that all cells tell at the same place: seconds of the day, and whether morning or evening is told."""
    found = [[match for match in _TOLD.finditer(cell) if _is_time(match)] for cell in target]
    fewest = min(map(len, found), default=0)
    return [[_seconds(one[place]) for one in found] for place in range(min(fewest, 4))]


def _is_time(match: re.Match[str]) -> bool:
    return int(match.group(1)) <= 24 and (match.group(2) is None or int(match.group(2)) < 60)


def _seconds(match: re.Match[str]) -> tuple[int, bool]:
    hour = int(match.group(1))
    if match.group(4):
        hour = hour % 12 + (12 if match.group(4).lower() == "p" else 0)
    return hour * 3600 + int(match.group(2) or 0) * 60 + int(match.group(3) or 0), bool(match.group(4) or match.group(2))


def _shift(starts: list[datetime], times: list[tuple[int, bool]]) -> int | None:
    """The seconds between each start and its time of day, if they are the same for all rows."""
    shifts = set()
    for start, (seconds, _) in zip(starts, times, strict=True):
        shifts.add((seconds - (start.hour * 3600 + start.minute * 60 + start.second)) % 86400)
    if len(shifts) != 1:
        return None
    (shift,) = shifts
    return shift - 86400 if shift > 57600 else shift
