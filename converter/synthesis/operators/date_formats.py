"""The formats that a text may have as a date or a time, and what a format reads from it, as DuckDB's `strptime` does.

A cell's own text says which formats it may have (`formats_of`); whether the day or the month comes first is decided by all rows
together (`formats_of_all`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

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


@lru_cache(65536)
def parsed(text: str | None, forms: tuple[str, ...]) -> datetime | None:
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
_COMPACT = re.compile(r"(?<=[0-9]{8})(T?)[0-9]{6}(?![0-9])", re.ASCII)
_WORD = re.compile(r"[A-Za-z]+|[0-9]+", re.ASCII)


@lru_cache(4096)
def formats_of(text: str) -> tuple[str, ...]:
    """The strptime formats that the text may have, likelier ones first; empty where it is no date or time."""
    text = text.strip()
    if not text or len(text) > 40 or "%" in text:
        return ()
    if not any(char.isdigit() for char in text):
        return _names_of_month(text)
    for time_format, rest in _time_formats(text):
        if "\0" not in rest:
            continue
        found = [form.replace("\0", time_format) for form in _date_formats(rest)]
        if rest.strip() == "\0":
            found = [rest.replace("\0", time_format)]
        if found:
            return tuple(form for form in found if parsed(text, (form,)) is not None)
    return tuple(form for form in _date_formats(text) if parsed(text, (form,)) is not None)


def _names_of_month(text: str) -> tuple[str, ...]:
    low = text.lower()
    full = ("%B",) if any(name.lower() == low for name in MONTHS) else ()
    return full + (("%b",) if any(name[:3].lower() == low for name in MONTHS) else ())


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
    match = _COMPACT.search(text)
    if match:
        yield match.group(1) + "%H%M%S", text[: match.start()] + "\0" + text[match.end() :]
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
    if not has_name and 4 not in lengths and any(role[0].isalpha() for role in roles):
        return []  # `10x20x30` is no date.
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
        return [("%y%m%d",), ("%d%m%y",), ("%m%d%y",), ("%Y%m",)]
    if len(lengths) == 2 and lengths[0] <= 2 and lengths[1] == 4:
        return [("%m", "%Y")]
    if lengths in ((4, 1), (4, 2)):
        return [("%Y", "%m"), ("%Y", "%j")]
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


MOST_MIXED = 5
USUAL = (
    "%Y-%m-%d", "%Y/%m/%d", "%m/%d/%y", "%m/%d/%Y", "%m-%d-%Y", "%d.%m.%y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y",
    "%d-%b-%Y", "%b %d %Y", "%B %d %Y", "%b %d, %Y", "%B %d, %Y", "%m%d%Y", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M:%S",
    "%Y %j",
)  # fmt: skip
"""How people and spreadsheets write a date: what else to expect in a column that mixes formats. The short year goes
first, since the long one reads 97 as the year 97."""


def formats_of_all(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Lists of formats, likelier first, each of which reads all texts; none where some text is no date."""
    possible = [formats_of(text) for text in texts]
    if not possible or not all(possible):
        return []
    shared = [form for form in possible[0] if all(form in forms for forms in possible)]
    if shared:
        return [(form,) for form in shared]
    mixed = []
    for is_day_first in (False, True):
        chosen: dict[str, None] = {}
        for forms in possible:
            fitting = [form for form in forms if form in chosen]
            chosen.setdefault(fitting[0] if fitting else min(forms, key=lambda form: _is_day_first(form) != is_day_first))
        if len(chosen) <= MOST_MIXED:
            mixed.append(_with_usual(chosen))
    return list(dict.fromkeys(mixed))


def _with_usual(forms: Iterable[str]) -> tuple[str, ...]:
    """The formats of a column that mixes them, and those to expect there: short years, names in full, the usual ones."""
    found: dict[str, None] = {}
    for form in forms:
        siblings = [form]
        if form.endswith("%Y") and "%b" not in form.lower() and re.search("[^%a-zA-Z]%Y", form):
            siblings = [form[:-1] + "y", form]
        if "%b" in form or "%B" in form:
            siblings = [form, re.sub("%([bB])", lambda match: "%" + match.group(1).swapcase(), form)]
        found.update(dict.fromkeys(siblings))
    is_day_first = any(_is_day_first(form) and "%b" not in form.lower() for form in found)
    if all(re.search("%d", form) and not re.search("%[HI]", form) for form in found):
        for form in USUAL:
            found.setdefault(form.replace("%m/%d", "%d/%m").replace("%m-%d-", "%d-%m-") if is_day_first else form)
    return tuple(found)


def _is_day_first(form: str) -> bool:
    day, month = form.find("%d"), form.find("%m")
    return 0 <= day < month
