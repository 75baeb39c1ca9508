"""Numbers as people write them: decimal point or comma, groups, currency and units, brackets or a trailing sign for minus.

A notation is chosen over the whole column. Values are exact decimals, in Python and in SQL.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal
from converter.learning.values.reading import Reading, Texts, filled

_CURRENCY = "$€£¥₹₽₩zł"
_SHAPE = re.compile(
    r"\s*(?P<open>\()?\s*(?P<sign>[-+−]?)\s*(?P<before>[^\d\s().,+−=\"'-]{0,4})\s*(?P<inner>[-+]?)"
    r"(?P<body>\d[\d.,'’   ]*|[.,]\d+)(?P<exponent>[eE][-+]?\d{1,3})?"
    r"(?P<after>\s*(?:[^\W\d_]{1,4}|[^\w\s()-])?)\s*(?P<last>-|\)|)\s*\Z"
)
_OPTIONS = (
    (".", ""),
    (".", ","),
    (",", ""),
    (",", "."),
    (",", " "),
    (",", " "),
    (",", " "),
    (".", " "),
    (".", "'"),
    (".", "’"),
)
_SPACES = "   "
MOST_DIGITS = 18
"""Longer runs of digits are codes, not amounts; so much fits the decimals that SQL computes with."""
LEAST_SHARE = 0.5
_AMBIGUOUS = 3.0
_UNITS_COST = 1.5
_PARTIAL_COST = 2.0
_LEADING_ZERO_COST = 2.0
_MIXED_COST = 1.0


@dataclass(frozen=True)
class Notation:
    """How a column's numbers are written. `dropped` are texts beside the digits; `negative` how a minus is written."""

    decimal: str = "."
    group: str = ""
    dropped: tuple[str, ...] = ()
    negative: str = "-"

    def read(self, text: str) -> Decimal | None:
        """The number that the text is in this notation; None where it is none."""
        body, minus = text.strip(), False
        if self.negative == "()" and body.startswith("(") and body.endswith(")"):
            body, minus = body[1:-1], True
        elif self.negative == "trailing" and body.endswith("-"):
            body, minus = body[:-1], True
        elif self.negative in ("DR", "CR") and body[-2:].upper() in ("DR", "CR"):
            body, minus = body[:-2], body[-2:].upper() == self.negative
        for word in self.dropped:
            body = body.replace(word, "")
        if self.group:
            body = body.replace(self.group, "")
        body = body.replace("−", "-").strip()
        if self.decimal != ".":
            if "." in body:
                return None
            body = body.replace(self.decimal, ".")
        if not body or not (body[0].isdigit() or body[0] in "+-.") or "_" in body:
            return None
        try:
            number = Decimal(body)
        except InvalidOperation:
            return None
        if not number.is_finite():
            return None
        return -number if minus else number

    def template(self, scale: int) -> str:
        """The same in SQL, `{0}` being the text."""
        inner = "{0}"
        if self.negative == "trailing":
            inner = f"regexp_replace({inner}, '^(.*)-$', '-\\1')"
        removed = [*self.dropped, *([self.group] if self.group else [])]
        if self.negative in ("DR", "CR"):
            inner = f"regexp_replace({inner}, '(?i) *(CR|DR)$', '')"
        single = "".join(one for one in removed if len(one) == 1) + (")" if self.negative == "()" else "")
        for word in removed:
            if len(word) > 1:
                inner = f"replace({inner}, {literal(word)}, '')"
        mapped = [(self.decimal, ".")] if self.decimal != "." else []
        if self.negative == "()":
            mapped.append(("(", "-"))
        if len(single) + len(mapped) > 2:
            source = "".join(one for one, _ in mapped) + single
            inner = f"translate({inner}, {literal(source)}, {literal(''.join(other for _, other in mapped))})"
        else:
            for one in single:
                inner = f"replace({inner}, {literal(one)}, '')"
            for one, other in mapped:
                inner = f"replace({inner}, {literal(one)}, {literal(other)})"
        number = f"TRY_CAST({inner} AS DECIMAL(28, {scale}))"
        if self.negative in ("DR", "CR"):
            return f"CASE WHEN upper(right(trim({{0}}), 2)) = '{self.negative}' THEN -{number} ELSE {number} END"
        return number


def is_code(texts: list[str]) -> bool:
    """Whether the texts are digits that are no amount: as long as the decimals of SQL, or with zeros in front."""
    return any(re.match(r"[-+]?\d{19,}", text) for text in texts)


def readings(texts: Texts, *, group: str = "") -> Iterator[Reading]:
    """The ways in which the column's texts are numbers, the likeliest first. `group` is what other columns of the file use."""
    cells = filled(texts)
    matches = [match for match in map(_SHAPE.match, cells) if match]
    if not cells or len(matches) < LEAST_SHARE * len(cells) or is_code(cells):
        return
    words = {one for match in matches for one in (match["before"], match["after"].strip()) if one}
    upper = {word.upper() for word in words}
    if upper <= {"CR", "DR"} and upper:
        negative, words = "DR", set()
    elif any(match["open"] and match["last"] == ")" for match in matches):
        negative = "()"
    elif any(match["last"] == "-" for match in matches):
        negative = "trailing"
    else:
        negative = "-"
    if any(
        match["before"] and any(map(str.isalpha, match["before"])) and match["before"].upper() not in _CODES
        for match in matches
    ):
        return
    letters = [word for word in words if any(map(str.isalpha, word))]
    if any(word.upper() in ("AM", "PM") for word in words):
        return
    bodies = [match["body"].strip() for match in matches]
    if negative == "-" and _is_mixed(bodies):
        values = [_any_notation(text) for text in cells]
        yield Reading(ANY_NOTATION, _MIXED_COST, sum(value is not None for value in values) / len(cells))
        return
    spaced = tuple(sorted(words, key=lambda word: (-len(word), word)))
    blanks = tuple(dict.fromkeys(blank for match in matches for blank in _blanks_beside(match)))
    for rank, (decimal, mark) in enumerate(_fitting(bodies, group or _group_of_money(words, bodies))):
        notation = Notation(decimal, mark, (*spaced, *blanks), negative)
        values = [notation.read(text) for text in cells]
        share = sum(value is not None for value in values) / len(cells)
        if share < LEAST_SHARE:
            continue
        cost = _AMBIGUOUS * rank + _UNITS_COST * bool(letters) + _PARTIAL_COST * (share < 1)
        cost += _LEADING_ZERO_COST * any(re.match(r"0\d", body) for body in bodies)
        yield Reading(reader(notation, values), cost, share)


def _group_of_money(words: set[str], bodies: list[str]) -> str:
    """The mark of thousands that greater amounts have, where all stand with a currency's sign and two decimals."""
    if not words or not all(word[0] in _CURRENCY for word in words):
        return ""
    for mark, group in ((".", ","), (",", ".")):
        if all(re.fullmatch(rf"\d+{re.escape(mark)}\d\d", body) for body in bodies):
            return group
    return ""


def _is_mixed(bodies: list[str]) -> bool:
    """Whether some cells have a decimal point and some a decimal comma: files put together from several countries."""
    marks = {match[1] for body in bodies if (match := re.search(r"([.,])\d{1,2}\Z", body))}
    return len(marks) == 2


def _any_notation(text: str) -> Decimal | None:
    """The number, a mark before three digits being a group's and any other the decimal one."""
    body = re.sub(r"[.,](\d{3})", r"\1", re.sub(r"[^0-9,.+-]", "", text)).replace(",", ".")
    try:
        number = Decimal(body)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


ANY_NOTATION = Function(
    "number in any notation",
    Kind.NUMBER,
    "TRY_CAST(replace(regexp_replace(regexp_replace({0}, '[^0-9,.+-]', '', 'g'), '[.,](\\d{{3}})', '\\1', 'g'), ',', '.')"
    " AS DECIMAL(28, 6))",
    _any_notation,
    1.0,
)

_CODES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "JPY",
        "CAD",
        "AUD",
        "NZD",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "INR",
        "CNY",
        "BRL",
        "ZAR",
        "MXN",
        "R",
        "RS",
        "KR",
        "FR",
        "US",
    ]
) | {"US$"}


def _blanks_beside(match: re.Match[str]) -> Iterator[str]:
    """Blanks between the digits and what stands beside them, which have to go as well."""
    text = match.group()
    stripped = text.strip().strip("()")
    for blank in _SPACES:
        if blank in stripped.replace(match["body"].strip(), ""):
            yield blank


def reader(notation: Notation, values: list[Decimal | None]) -> Function:
    """The function that reads texts in the notation, with decimals enough for the values seen."""
    scale = 6 if max((decimals(value) for value in values if value is not None), default=0) <= 6 else 10
    parameters = (notation, scale)
    return Function("number", Kind.NUMBER, notation.template(scale), notation.read, 0.6, parameters)


def _fitting(bodies: list[str], group: str) -> list[tuple[str, str]]:
    """Decimal mark and group mark under which all bodies are well formed, the likeliest first."""
    found = [option for option in _OPTIONS if all(_is_formed(body, *option) for body in bodies)]
    if not found:
        # Some cells are something else: the option of most.
        counts = {option: sum(_is_formed(body, *option) for body in bodies) for option in _OPTIONS}
        best = max(counts.values())
        found = [option for option in _OPTIONS if counts[option] == best and best][:1]
    used = {mark for mark in ".,'’" + _SPACES for body in bodies if mark in body}
    needed = [option for option in found if used <= set("".join(option))] or found
    if used == {","} and (".", ",") in found:
        # A comma before exactly three digits in every cell is a group's, unless other columns say otherwise.
        return [(".", ","), (",", "")] if group != "." else [(",", "."), (".", ",")]
    least = min((sum(bool(mark) and mark not in used for mark in option) for option in needed), default=0)
    needed = [option for option in needed if sum(bool(mark) and mark not in used for mark in option) == least]
    if needed and group and needed[0][1] == "" and group != needed[0][0]:
        needed[0] = (needed[0][0], group)
    # A point before exactly three digits in each cell may be a group's, but seldom is.
    if not used:
        return sorted(needed, key=lambda option: option[0] != ".")[:1]
    return sorted(needed, key=lambda option: option[0] != ".")[:2]


def _is_formed(body: str, decimal: str, group: str) -> bool:
    whole, _, fraction = body.partition(decimal)
    if fraction and not fraction.isdigit():
        return False
    if decimal in body and not fraction and body.endswith(decimal):
        return False
    if not group or group not in whole:
        return whole.isdigit() or (not whole and bool(fraction))
    return re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", whole) is not None


def decimals(number: Decimal) -> int:
    """How many digits stand behind the point."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def group_mark(columns: list[Texts]) -> str:
    """The mark that the columns of a file use for thousands, where one does and all agree."""
    marks = set()
    for texts in columns:
        matches = [match for match in map(_SHAPE.match, filled(texts)) if match]
        if len(matches) < len(filled(texts)) or not matches:
            continue
        for body in (match["body"].strip() for match in matches):
            if re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d+", body):
                marks.add(",")
            elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", body):
                marks.add(".")
    return marks.pop() if len(marks) == 1 else ""


def rounded(number: Decimal, places: int) -> Decimal:
    """The number with so many decimals, halves away from zero, as SQL's decimals round."""
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


_NINES = re.compile(r"-?9{2,}(\.9+)?|-9\.9+").fullmatch
_FAR = 2.0
"""What stands for a failed reading is so many times as far out as any reading."""


def failed_reading(floats: Sequence[float | None]) -> Decimal | None:
    """The number of nines that instruments write where a reading failed, such as -999; None where the column has none."""
    values = {value for value in floats if value is not None}
    for value in values:
        text = f"{value:.10g}"
        others = [abs(one) for one in values if one != value]
        if _NINES(text) and len(others) > 1 and (abs(value) > _FAR * max(others) or (value < 0 and min(values - {value}) >= 0)):
            return Decimal(text)
    return None
