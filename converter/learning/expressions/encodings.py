"""Well-known ways to write the same thing: numbers in other bases, Roman numerals and words, codes of characters, URLs, hashes.

Each is a function of one text, empty for a text that is not of its kind.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Address
from urllib.parse import quote, unquote

from converter.learning.expressions.texts import TEXT
from converter.learning.nodes import Function

_LARGEST = 2**63
_Declared = tuple[Callable[[str], str | None], str, float]


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _formatted(specification: str) -> Callable[[str], str | None]:
    def apply(text: str) -> str | None:
        number = _number(text)
        return None if number is None else format(number, specification)

    return apply


def _read(prefix: str, digits: str, base: int) -> Callable[[str], str | None]:
    """A number in another base, with or without its prefix, as a decimal."""
    pattern = re.compile(f"(?:{prefix})?([{digits}]+)")

    def apply(text: str) -> str | None:
        match = pattern.fullmatch(text)
        number = int(match.group(1), base) if match else _LARGEST
        return str(number) if number < _LARGEST else None

    return apply


def _hex_as_binary(text: str) -> str | None:
    return " ".join(f"{int(char, 16):04b}" for char in text) if re.fullmatch("[0-9A-Fa-f]+", text) else None


def _characters(text: str) -> str | None:
    try:
        return bytes.fromhex(text).decode() if re.fullmatch("(?:[0-9A-Fa-f]{2})+", text) else None
    except UnicodeDecodeError:
        return None


def _character(text: str) -> str | None:
    number = _number(text)
    return chr(number) if number is not None and 31 < number < 0xD800 else None


def _unbase64(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return None


_ROMAN = {
    "M": 1000, "CM": 900, "D": 500, "CD": 400, "C": 100, "XC": 90, "L": 50, "XL": 40, "X": 10, "IX": 9, "V": 5, "IV": 4, "I": 1,
}  # fmt: skip
_ROMAN_TOKEN = re.compile("CM|CD|XC|XL|IX|IV|[MDCLXVI]")


def _roman(text: str) -> str | None:
    number = _number(text)
    if number is None or not 0 < number < 4000:
        return None
    written = ""
    for letters, value in _ROMAN.items():
        written += letters * (number // value)
        number %= value
    return written


def _from_roman(text: str) -> str | None:
    number = sum(_ROMAN[letters] for letters in _ROMAN_TOKEN.findall(text.upper()))
    return str(number) if _roman(str(number)) == text.upper() else None


_UNITS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {10**9: " billion", 10**6: " million", 10**3: " thousand", 1: ""}


def _words(joint: str) -> Callable[[str], str | None]:
    """English words of a whole number below a trillion, with `joint` between tens and units."""

    def below_thousand(number: int) -> str:
        hundreds, rest = divmod(number, 100)
        units = rest if rest < 20 else rest % 10
        small = [_TENS[rest // 10 - 2]] if rest >= 20 else []
        small += [_UNITS[units - 1]] if units else []
        return " ".join([f"{_UNITS[hundreds - 1]} hundred"] * bool(hundreds) + [joint.join(small)] * bool(small))

    def apply(text: str) -> str | None:
        number = _number(text)
        if number is None or number >= 10**12:
            return None
        groups = [(number // scale % 1000, name) for scale, name in _SCALES.items()]
        return " ".join(below_thousand(group) + name for group, name in groups if group) or "zero"

    return apply


def _words_sql(joint: str) -> str:
    units, tens = list(_UNITS), ", ".join(["NULL", "NULL", *map(repr, _TENS)])
    scales = ", ".join(f"{scale}: '{name}'" for scale, name in _SCALES.items())
    group = "(TRY_CAST(t AS BIGINT) // s % 1000)"
    words = f"""concat(
        concat_ws(' ',
            {units}[{group} // 100] || ' hundred',
            nullif(concat_ws('{joint}',
                [{tens}][{group} % 100 // 10 + 1],
                {units}[CASE WHEN {group} % 100 < 20 THEN {group} % 100 ELSE {group} % 10 END]), '')),
        MAP {{{scales}}}[s])"""
    scaled = f"list_transform(list_filter({list(_SCALES)}, lambda s: {group} > 0), lambda s: {words})"
    return f"coalesce(nullif(array_to_string({scaled}, ' '), ''), 'zero')"


def _ordinal(text: str) -> str | None:
    number = _number(text)
    if number is None:
        return None
    return text + ("th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th"))


def _camel(text: str) -> str | None:
    first, *others = re.findall("[a-z0-9]+", text.lower()) or [""]
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def _address(text: str) -> IPv4Address | None:
    parts = text.split(".")
    is_address = len(parts) == 4 and all(re.fullmatch("[0-9]{1,3}", part) and int(part) < 256 for part in parts)
    return IPv4Address(".".join(str(int(part)) for part in parts)) if is_address else None


def _address_as(write: Callable[[int], str]) -> Callable[[str], str | None]:
    def apply(text: str) -> str | None:
        address = _address(text)
        return None if address is None else write(int(address))

    return apply


def _address_of(text: str) -> str | None:
    number = _number(text)
    return str(IPv4Address(number)) if number is not None and number < 2**32 else None


_OCTETS = [f"TRY_CAST(split_part(t, '.', {place}) AS BIGINT)" for place in (1, 2, 3, 4)]
_DIGIT = "TRY_CAST(t AS BIGINT) // {} % 10 + 1"


_ADDRESS = f"{_OCTETS[0]} * 16777216 + {_OCTETS[1]} * 65536 + {_OCTETS[2]} * 256 + {_OCTETS[3]}"


def _roman_sql() -> str:
    digits = [["", *(_roman(str(digit * unit)) or "" for digit in range(1, 10))] for unit in (100, 10, 1)]
    rest = ", ".join(f"{written}[{_DIGIT.format(unit)}]" for written, unit in zip(digits, (100, 10, 1), strict=True))
    number = "TRY_CAST(t AS BIGINT)"
    return f"CASE WHEN {number} BETWEEN 1 AND 3999 THEN concat(repeat('M', {number} // 1000), {rest}) END"


@cache
def encodings() -> tuple[Function, ...]:
    """Every function. In their SQL `t` stands for the text."""
    return tuple(
        Function("encoded", TEXT, _T.sub("{0}", sql.replace("{", "{{").replace("}", "}}")), apply, cost, (name,))
        for name, (apply, sql, cost) in _declarations().items()
    )


_T = re.compile(r"\bt\b")


def _scientific(places: int, *, is_short: bool) -> Callable[[str], str | None]:
    def apply(text: str) -> str | None:
        if not re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", text):
            return None
        written = f"{float(text):.{places}E}"
        return re.sub(r"E\+?(-?)0*([0-9])", r"E\1\2", written) if is_short else written

    return apply


def _declarations() -> dict[str, _Declared]:
    number = "TRY_CAST(t AS BIGINT)"
    values = ", ".join(f"'{letters}': {value}" for letters, value in _ROMAN.items())
    letters = f"regexp_extract_all(upper(t), '{_ROMAN_TOKEN.pattern}')"
    endings = "['th', 'st', 'nd', 'rd', 'th', 'th', 'th', 'th', 'th', 'th']"
    found: dict[str, _Declared] = {
        "hexadecimal": (_formatted("X"), f"format('{{:X}}', {number})", 1.6),
        "octal": (_formatted("o"), f"format('{{:o}}', {number})", 1.8),
        "binary": (_formatted("b"), f"format('{{:b}}', {number})", 1.6),
        "number of hexadecimal": (
            _read("0[xX]", "0-9A-Fa-f", 16),
            "CAST(TRY_CAST(concat('0x', regexp_replace(t, '^0[xX]', '')) AS BIGINT) AS TEXT)",
            1.6,
        ),
        "number of binary": (
            _read("0[bB]", "01", 2), "CAST(TRY_CAST(concat('0b', regexp_replace(t, '^0[bB]', '')) AS BIGINT) AS TEXT)", 1.6
        ),
        "hexadecimal as binary": (
            _hex_as_binary,
            "array_to_string(list_transform(string_split(t, ''), "
            "lambda digit: format('{:04b}', TRY_CAST(concat('0x', digit) AS BIGINT))), ' ')",
            2.0,
        ),
        "characters of hexadecimal": (_characters, "TRY(decode(unhex(t)))", 1.8),
        "hexadecimal of characters": (lambda text: text.encode().hex().upper(), "hex(t)", 1.8),
        "character of number": (_character, "TRY(chr(TRY_CAST(t AS INT)))", 1.8),
        "number of character": (lambda text: str(ord(text)) if len(text) == 1 else None, "CAST(ord(t) AS TEXT)", 1.8),
        "base64": (lambda text: base64.b64encode(text.encode()).decode(), "to_base64(encode(t))", 1.8),
        "text of base64": (_unbase64, "TRY(decode(from_base64(t)))", 1.8),
        "URL encoding": (lambda text: quote(text, safe=""), "url_encode(t)", 1.3),
        "text of URL encoding": (unquote, "url_decode(t)", 1.3),
        "MD5": (lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), "md5(t)", 1.5),
        "SHA-1": (lambda text: hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), "sha1(t)", 1.5),
        "SHA-256": (lambda text: hashlib.sha256(text.encode()).hexdigest(), "sha256(t)", 1.5),
        "Roman numeral": (_roman, _roman_sql(), 1.5),
        "number of Roman numeral": (
            _from_roman, f"CAST(list_sum(list_transform({letters}, lambda r: MAP {{{values}}}[r])) AS TEXT)", 1.5
        ),
        "ordinal": (
            _ordinal,
            f"concat(t, CASE WHEN {number} % 100 BETWEEN 11 AND 13 THEN 'th' ELSE {endings}[{number} % 10 + 1] END)",
            1.4,
        ),
        "camel case": (
            _camel,
            "array_to_string(list_transform(regexp_extract_all(lower(t), '[a-z0-9]+'), "
            "lambda w, at: CASE WHEN at = 1 THEN w ELSE concat(upper(left(w, 1)), w[2:]) END), '')",
            1.7,
        ),
        "IPv4 address as number": (
            _address_as(str),
            f"TRY(CAST({_ADDRESS} AS TEXT))",
            1.5,
        ),
        "IPv4 address of number": (
            _address_of, f"concat_ws('.', {number} >> 24, ({number} >> 16) & 255, ({number} >> 8) & 255, {number} & 255)", 1.5
        ),
        "IPv4 address in IPv6": (
            _address_as(lambda address: f"{address >> 16:x}:{address & 0xFFFF:x}"),
            f"TRY(format('{{:x}}:{{:x}}', {_OCTETS[0]} * 256 + {_OCTETS[1]}, {_OCTETS[2]} * 256 + {_OCTETS[3]}))",
            1.6,
        ),
        "IPv4 address in binary": (
            _address_as(lambda address: ".".join(f"{byte:08b}" for byte in address.to_bytes(4, "big"))),
            f"format('{{:08b}}.{{:08b}}.{{:08b}}.{{:08b}}', {', '.join(_OCTETS)})",
            1.6,
        ),
    }  # fmt: skip
    for digits in (2, 4, 6, 8):
        specification = f"0{digits}X"
        found[f"hexadecimal, {digits} digits"] = (_formatted(specification), f"format('{{:{specification}}}', {number})", 1.5)
    for digits in (4, 8, 16):
        specification = f"0{digits}b"
        found[f"binary, {digits} digits"] = (_formatted(specification), f"format('{{:{specification}}}', {number})", 1.5)
    for places in range(5):
        written = f"format('{{:.{places}E}}', TRY_CAST(t AS DOUBLE))"
        short = f"regexp_replace({written}, 'E\\+?(-?)0*([0-9])', 'E\\1\\2')"
        found[f"scientific, {places} places"] = (_scientific(places, is_short=False), written, 1.7)
        found[f"scientific, {places} places, short"] = (_scientific(places, is_short=True), short, 1.8)
    for joint in " -":
        found[f"words with {joint!r}"] = (_words(joint), _words_sql(joint), 1.5)
    return found
