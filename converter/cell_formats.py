"""What a spreadsheet shows of a cell: its value in its number format, as text.

The part of ECMA-376's format codes (18.8.31) that changes what is shown: sections, digits, groups, percent, exponents, literal
text, dates and times. Colours, conditions, fill and alignment show nothing in a text; fractions are shown as decimals.
"""

import calendar
import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache

_GENERAL_DIGITS = 15
"""As many as a spreadsheet keeps of a number."""

_TOKEN = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<elapsed>h+|m+|s+)\]|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<noon>AM/PM|A/P)|(?P<fraction>(?<=s)\.0+|(?<=s\])\.0+)|(?P<date>y+|m+|d+|h+|s+)|(?P<number>[0#?][0#?,.]*(?:[eE][+-]0+)?)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = tuple(calendar.day_name)


def shown(value: object, code: str) -> str:
    """The value as it is shown in the format `code`; dates come as dates, durations as timedeltas, all else as itself."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return value
    if isinstance(value, (datetime, date, time, timedelta)):
        return _moment(value, code)
    return _number(Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value)), code)


def is_date(code: str) -> bool:
    """Whether a format shows its number as a date or a time."""
    return any(kind in ("date", "elapsed") for kind, _ in _tokens(_sections(code)[0]))


def _sections(code: str) -> list[str]:
    return re.findall(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)', code or "General")[:4] or ["General"]


@lru_cache(maxsize=256)
def _tokens(section: str) -> tuple[tuple[str, str], ...]:
    found = ((match.lastgroup, match) for match in _TOKEN.finditer(section))
    return tuple((kind, match[kind]) for kind, match in found if kind is not None)


def _number(value: Decimal, code: str) -> str:
    sections = _sections(code)
    if not value.is_finite():
        return str(value)
    section, sign = sections[0], "-" if value < 0 else ""
    if value < 0 and len(sections) > 1 and sections[1]:
        section, sign = sections[1], ""
    elif value == 0 and len(sections) > 2 and sections[2]:
        section = sections[2]
    tokens = _tokens(section)
    if section.strip().casefold() in ("general", "@", "") or not any(kind == "number" for kind, _ in tokens):
        return _general(value) if "general" in section.casefold() or section.strip() in ("@", "") else _literals(tokens)
    if "?/" in section or "#/" in section:
        return _general(value)
    value = abs(value) * 100 ** sum(kind == "other" and text == "%" for kind, text in tokens)
    digits = iter(_spread(value, [text for kind, text in tokens if kind == "number"]))
    made = "".join(next(digits) if kind == "number" else text for kind, text in tokens)
    # What is rounded to nothing has no sign.
    return (sign if any(digit in made for digit in "123456789") else "") + made.strip()


def _spread(value: Decimal, patterns: list[str]) -> list[str]:
    """The number's digits in each run of places; several runs, as in 000-00-0000, are filled from the right."""
    if len(patterns) == 1:
        return [_digits(value, patterns[0])]
    rest = _digits(value, "0" * sum(map(len, patterns)))
    made: list[str] = []
    for pattern in reversed(patterns[1:]):
        made.insert(0, rest[-len(pattern) :])
        rest = rest[: -len(pattern)]
    return [rest, *made]


def _literals(tokens: tuple[tuple[str, str], ...]) -> str:
    return "".join(text for kind, text in tokens if kind in ("text", "escaped", "other", "currency")).strip()


def _general(value: Decimal) -> str:
    """A number with no format of its own: as many digits as it has, none of them a binary fraction's."""
    plain = Context(prec=_GENERAL_DIGITS).create_decimal(value).normalize()
    digits, exponent = len(plain.as_tuple().digits), plain.adjusted()
    if -5 <= exponent < 21 and digits <= 17:
        return f"{plain:f}"
    return f"{plain:E}"


def _digits(value: Decimal, pattern: str) -> str:
    mantissa, _, power = re.sub(r"[eE]", "E", pattern).partition("E")
    if power:
        exponent = value.adjusted() if value else 0
        shown_power = f"{'-' if exponent < 0 else '+' if power[0] == '+' else ''}{abs(exponent):0{len(power) - 1}d}"
        return f"{_digits(value.scaleb(-exponent), mantissa)}E{shown_power}"
    # A comma behind the digits divides by a thousand, one among them groups.
    body = mantissa.rstrip(",")
    value = value.scaleb(-3 * (len(mantissa) - len(body)))
    whole, point, places = body.partition(".")
    least, most = places.count("0"), len(re.findall(r"[0#?]", places))
    try:
        rounded = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    except InvalidOperation:
        return _general(value)
    before, _, after = f"{rounded:f}".partition(".")
    while len(after) > least and after.endswith("0"):
        after = after[:-1]
    zeros = whole.count("0")
    before = (before.lstrip("0") or ("" if zeros == 0 else "0")).rjust(zeros, "0")
    if "," in whole and before:
        before = f"{int(before):,}".rjust(len(before), "0")
    return before + (point + after if after or (point and most == 0) else "")


def _moment(value: datetime | date | time | timedelta, code: str) -> str:
    tokens = _tokens(_sections(code)[0])
    if not any(kind in ("date", "elapsed") for kind, _ in tokens):
        return str(value)
    seconds = _seconds(value)
    at = _as_datetime(value)
    is_noon = any(kind == "noon" for kind, _ in tokens)
    parts = []
    for place, (kind, text) in enumerate(tokens):
        if kind == "date":
            parts.append(_date_part(at, text.lower(), is_noon, _is_minute(tokens, place)))
        elif kind == "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[text[0].lower()]
            parts.append(f"{int(seconds // unit):0{len(text)}d}")
        elif kind == "noon":
            half = "AM" if at.hour < 12 else "PM"
            parts.append(half if len(text) > 3 else half[0])
        elif kind == "fraction":
            parts.append("." + f"{at.microsecond:06d}"[: len(text) - 1].ljust(len(text) - 1, "0"))
        elif kind in ("text", "escaped", "other", "currency") and text != "@":
            parts.append(text)
    return "".join(parts).strip()


def _is_minute(tokens: tuple[tuple[str, str], ...], place: int) -> bool:
    """Whether an `m` means minutes: it does behind hours and before seconds."""
    times = [(at, text.lower()[0]) for at, (kind, text) in enumerate(tokens) if kind in ("date", "elapsed")]
    here = [at for at, _ in times].index(place)
    before = times[here - 1][1] if here else ""
    after = times[here + 1][1] if here + 1 < len(times) else ""
    return before == "h" or after == "s"


def _date_part(at: datetime, text: str, is_noon: bool, is_minute: bool) -> str:
    unit, length = text[0], len(text)
    if unit == "y":
        return f"{at.year:04d}" if length > 2 else f"{at.year % 100:02d}"
    if unit == "d":
        return [str(at.day), f"{at.day:02d}", _DAYS[at.weekday()][:3], _DAYS[at.weekday()]][min(length, 4) - 1]
    if unit == "h":
        hour = (at.hour % 12 or 12) if is_noon else at.hour
        return f"{hour:0{min(length, 2)}d}"
    if unit == "s":
        return f"{at.second:0{min(length, 2)}d}"
    if is_minute:
        return f"{at.minute:0{min(length, 2)}d}"
    month = _MONTHS[at.month - 1]
    return [str(at.month), f"{at.month:02d}", month[:3], month, month[0]][min(length, 5) - 1]


def _seconds(value: datetime | date | time | timedelta) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    at = _as_datetime(value)
    return (at - datetime(1899, 12, 30)).total_seconds()


def _as_datetime(value: datetime | date | time | timedelta) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, time):
        return datetime.combine(date(1899, 12, 30), value)
    return datetime(1899, 12, 30) + value
