"""Formats and patterns in words: `%d.%m.%Y` is day.month.year, `[0-9]+` digits."""

import re

_PARTS = {
    "d": "day", "m": "month", "Y": "year", "y": "year (two digits)", "H": "hour", "I": "hour (1 to 12)", "M": "minute",
    "S": "second", "p": "AM/PM", "b": "month's short name", "B": "month's name", "a": "weekday's short name",
    "A": "weekday's name", "f": "microseconds", "g": "milliseconds", "j": "day of the year", "z": "time zone", "Z": "time zone",
}  # fmt: skip
_DIRECTIVE = re.compile(r"%(-?)([A-Za-z%])")
_SHOWN = 40

ISO_DATE, ISO_MOMENT = "year-month-day", "year-month-day hour:minute:second"

_KNOWN_PATTERNS = {
    r"[^0-9]": "all but its digits",
    r"[^0-9]+": "all but its digits",
    r"\D": "all but its digits",
    r"\D+": "all but its digits",
    r"[^0-9.]": "all but its digits and points",
    r"\s+": "its spaces",
    r"\s": "its spaces",
    r" +": "its spaces",
    r"[^A-Za-z]": "all but its letters",
    r"[^a-zA-Z]": "all but its letters",
    r"[^A-Za-z0-9]": "all but its letters and digits",
    r"[^\p{L}]": "all but its letters",
}
_KNOWN_PARTS = {
    r"[0-9]+": "digits",
    r"\d+": "digits",
    r"([0-9]+)": "digits",
    r"(\d+)": "digits",
    r"[A-Za-z]+": "letters",
    r"\p{L}+": "letters",
    r"[A-Z]+": "capital letters",
    r"\S+": "word",
    r"\w+": "word",
    r"[^ ]+": "word",
}


def date_format(text: str) -> str:
    """The format of a date in words."""

    def part(found: re.Match[str]) -> str:
        word = "%" if found[2] == "%" else _PARTS.get(found[2], found[0])
        return f"{word} (without zeros)" if found[1] and found[2] in "dmHI" else word

    return _DIRECTIVE.sub(part, text)


def has_time(text: str) -> bool:
    """Whether the format has a time of the day."""
    return any(mark in text for mark in ("%H", "%I", "%M", "%S"))


def number_format(text: str) -> str:
    """A format of printf's or of format's in words; the empty text for one that says nothing."""
    places = re.search(r"\.(\d+)f", text)
    found = []
    if places:
        count = int(places[1])
        found.append("as a whole number" if not count else f"with {count} decimal place{'s' * (count > 1)}")
    if "," in text:
        found.append("in groups of three digits")
    width = re.search(r"%?0(\d+)d", text)
    if width:
        found.append(f"filled up with zeros to {width[1]} digits")
    before, after = re.split(r"%[^a-zA-Z]*[a-zA-Z]|\{[^}]*\}", text, maxsplit=1) if _has_one(text) else ("", "")
    if before:
        found.append(f"after {quoted(before)}")
    if after:
        found.append(f"before {quoted(after)}")
    return " ".join(found)


def _has_one(text: str) -> bool:
    return len(re.findall(r"%[^a-zA-Z]*[a-zA-Z]|\{[^}]*\}", text)) == 1


def dropped(pattern: str) -> str:
    """What a pattern that is replaced by nothing takes away."""
    return _KNOWN_PATTERNS.get(pattern, f"what looks like {shown(pattern)}")


def picked(pattern: str) -> str:
    """What a pattern picks from a text."""
    if pattern in _KNOWN_PARTS:
        return f"the first {_KNOWN_PARTS[pattern]}"
    after = re.fullmatch(r"\(?([^\\\[\](){}.*+?^$|]+|\\.)\)?\(\.\*\)\$", pattern)
    if after:
        return f"what stands after the last {quoted(_plain(after[1]))}"
    before = re.fullmatch(r"\^\(\.\*\)([^\\\[\](){}.*+?^$|]+|\\.)", pattern)
    if before:
        return f"what stands before the last {quoted(_plain(before[1]))}"
    within = re.fullmatch(r"(\\?.)\((?:\[\^\\?.\]|\.)[*+]\??\)(\\?.)", pattern)
    if within:
        return f"what stands between {quoted(_plain(within[1]))} and {quoted(_plain(within[2]))}"
    return f"the part that looks like {shown(pattern)}"


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def quoted(text: str) -> str:
    """A text as a person reads it."""
    if text == " ":
        return "a space"
    if text == "\n":
        return "a line break"
    if text == "\t":
        return "a tab"
    return f"“{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}”"


def shown(text: str) -> str:
    """A pattern, as short as it can be told."""
    return quoted(text)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd…"""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }".replace(" ", "")
