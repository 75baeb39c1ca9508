"""Dates and times written in a format, part by part, as they are read, rounded or shifted.

After FlashFill++ (Cambronero et al. 2023), where formatting a date is an operation of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.operators.casing import lower, upper
from converter.synthesis.operators.date_formats import MONTHS, WEEKDAYS
from converter.synthesis.operators.moments import Moment, moments
from converter.synthesis.operators.times import moved
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Constant, Term, call, cast, literal
from converter.table import Cell, Row

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
    "%G": lambda moment: f"{moment.isocalendar().year}",
    "%u": lambda moment: f"{moment.isoweekday()}",
    "%q": lambda moment: f"{(moment.month + 2) // 3}",
    "%o": lambda moment: ordinal_ending(moment.day),
    "%%": lambda moment: "%",
}
_DATE_CODES = ("%d", "%-d", "%m", "%-m", "%b", "%B", "%Y", "%y", "%a", "%A", "%q", "%G", "%V", "%j", "%-j", "%u", "%o")
_TIME_CODES = ("%H", "%-H", "%I", "%-I", "%M", "%S", "%p", "%-M")
_OF_DAYS = frozenset(("%d", "%-d", "%a", "%A", "%V", "%G", "%j", "%-j", "%u", "%o"))
_RARE = {
    "%V": 1.0, "%G": 0.3, "%j": 1.0, "%-j": 1.0, "%u": 1.5, "%-M": 0.5, "%y": 0.2, "%a": 0.2, "%A": 0.2, "%q": 0.3, "%o": 0.3,
}  # fmt: skip
_NAMES = frozenset(("%b", "%B", "%a", "%A", "%p", "%o"))
_CODE = re.compile("%-?.")


def written(moment: datetime, form: str) -> str:
    """DuckDB's `strftime` for the codes above, and `%q` for the quarter, `%o` for the ending of an ordinal day."""
    return _CODE.sub(lambda match: _WRITE[match.group()](moment), form)


def ordinal_ending(number: int) -> str:
    """`st`, `nd`, `rd` or `th`."""
    return "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


@dataclass(frozen=True)
class Written(Term):
    """A moment in a strftime format, in upper or lower case where asked for."""

    kind: ClassVar[str] = "date"
    source: Moment
    form: str
    how: str | None = None

    @property
    def cost(self) -> float:
        # Seconds of what is no more exact than minutes say nothing.
        unknown = sum(code in self.form and code[1] not in self.source.codes for code in ("%M", "%S"))
        return self.source.cost + 0.3 + format_cost(self.form) + 0.8 * unknown + (0.6 if self.how else 0.0)

    @property
    def origin(self) -> Moment:
        return self.source

    @property
    def styles(self) -> Iterator[tuple[str, str]]:
        for code in re.findall("%-?[HI]", self.form):
            yield "hours", code

    @property
    def family(self) -> object:
        return self.source

    @property
    def by_heart(self) -> str:
        return _CODE.sub("", self.form)

    def value(self, row: Row) -> Cell:
        moment = self.source.moment(row)
        if moment is None:
            return None
        text = written(moment, self.form)
        return {None: text, "lower": lower(text), "upper": upper(text)}[self.how]

    def sql(self) -> exp.Expression:
        pieces = [_piece(self.source, piece) for piece in re.split("(%[qo])", self.form) if piece]
        # Not `concat`, which makes a text of NULL too.
        text = reduce(lambda left, right: exp.DPipe(this=left, expression=right), pieces)
        return call(self.how, text) if self.how else text

    def joined(self, parts: Sequence[Term]) -> Term:
        hows = {part.how for part in parts if isinstance(part, Written) and _NAMES.intersection(_CODE.findall(part.form))}
        how = next(iter(hows), None)
        if len(hows) > 1 or any(isinstance(part, Constant) and part.text != _recased(part.text, how) for part in parts):
            from converter.synthesis.concatenation import Concatenation

            return Concatenation(tuple(parts))
        form = "".join(
            part.form if isinstance(part, Written) else part.text.replace("%", "%%") if isinstance(part, Constant) else ""
            for part in parts
        )
        return Written(self.source, form, how)


def _recased(text: str, how: str | None) -> str:
    return upper(text) if how == "upper" else lower(text) if how == "lower" else text


def _piece(source: Moment, piece: str) -> exp.Expression:
    """A part of a format, none of whose codes or all of which are strftime's."""
    if piece == "%q":
        return cast(call("quarter", source.sql()), "VARCHAR")
    if piece == "%o":
        day = call("day", source.sql())
        ifs = []
        for days in ((1, 21, 31), (2, 22), (3, 23)):
            listed = exp.In(this=day.copy(), expressions=[literal(one) for one in days])
            ifs.append(exp.If(this=listed, true=literal(ordinal_ending(days[0]))))
        return exp.Case(ifs=[*ifs, exp.If(this=exp.GT(this=day, expression=literal(0)), true=literal("th"))])
    return call("strftime", source.sql(), piece) if _CODE.search(piece.replace("%%", "")) else literal(piece.replace("%%", "%"))


def format_cost(form: str) -> float:
    """How much a format says: its codes, and the text between them."""
    codes = _CODE.findall(form)
    literals = sum(0.9 if char.isdigit() else 0.3 if char.isalpha() else 0.1 for char in _CODE.sub("", form))
    halves = 0.6 if any(code in ("%I", "%-I") for code in codes) != ("%p" in codes) else 0.0
    # A week's number belongs to a year of its own.
    quarters = 0.7 if "%q" in codes and "Q%q" not in form else 0.0
    weeks = 1.0 if ("%V" in codes and "%Y" in codes) or ("%G" in codes and "%V" not in codes and len(codes) > 1) else 0.0
    padded = {"-" not in code for code in codes if code[-1] in "dm"}
    uneven = 0.3 if len(padded) > 1 else 0.0
    return literals + halves + quarters + weeks + uneven + sum(0.15 + _RARE.get(code, 0.0) for code in codes)


class Dates(Operator):
    """Parts of the dates and times that the input has, as they are, moved to others, or in spans."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        for read in moments(sheet):
            if sheet.is_late:
                return
            if read.is_doubtful and not any(_TELLING.search(cell) for cell in target):
                continue
            codes = _codes(read)
            yield from _parts(sheet, read, target, codes)
            for moment in moved(sheet, read, target):
                yield from _parts(sheet, moment, target, _changed(sheet, read, moment, codes))


_TELLING = re.compile(f"[0-9]:[0-9]|[0-9] ?[AaPp][Mm]|(?:19|20)[0-9]{{2}}|{'|'.join(name[:3] for name in MONTHS)}")
"""What only a date or a time looks like."""


def _changed(sheet: Sheet, read: Moment, moment: Moment, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of the time, and those of the date where the change of time leads to another day."""
    pairs = [(read.moment(row), moment.moment(row)) for row in sheet.rows]
    if any(before and after and before.date() != after.date() for before, after in pairs):
        return codes
    return tuple(code for code in codes if code in _TIME_CODES)


def _codes(read: Moment) -> tuple[str, ...]:
    """The codes that mean something for what was read."""
    date: tuple[str, ...] = _DATE_CODES if read.codes & set("dmYybBj") else ()
    time = _TIME_CODES if read.codes & set("HIM") else ()
    if date and not read.codes & set("dj"):
        date = tuple(code for code in date if code not in _OF_DAYS)
    return date + time


def _parts(sheet: Sheet, source: Moment, target: tuple[str, ...], codes: tuple[str, ...]) -> Iterator[Term]:
    found = [source.moment(row) for row in sheet.rows]
    if any(moment is None and wanted for moment, wanted in zip(found, target, strict=True)):
        return
    known = [(moment, wanted) for moment, wanted in zip(found, target, strict=True) if moment is not None]
    if "%q" in codes and all(f"Q{_WRITE['%q'](moment)}" in wanted for moment, wanted in known):
        yield Written(source, "Q%q")
    for code in codes:
        texts = [_WRITE[code](moment) for moment, _ in known]
        for how, change in ((None, str), ("lower", lower), ("upper", upper)):
            if all(change(text) in wanted for text, (_, wanted) in zip(texts, known, strict=True)):
                yield Written(source, code, how)
                break
