"""Makes `converter/learning/values/relations.json`: what everybody knows, from the libraries that keep it.

    make relations              (after one of the libraries has a new version; a test tells when the file is behind)

ISO's lists come from pycountry, Unicode's CLDR from Babel, the ITU's calling codes from phonenumbers, elements from
periodictable, CSS colours from webcolors, IANA's status codes from Python; the short ones have their source beside them.
The file is read in milliseconds, where the libraries take a second and tens of megabytes.
"""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

import periodictable
import phonenumbers
import pycountry
import webcolors
from babel import Locale
from babel.localedata import exists, load
from babel.numbers import get_territory_currencies

from converter.learning.values.relations import PATH, Fact

Names = Sequence[str | Fact | None]
"""One attribute of all things; a text alone is a thing's only name, None is no name."""

Table = dict[str, Any]


def relations() -> dict[str, Table]:
    """All relations by name, `{"attributes": [...], "rows": [[[text, ...], ...], ...]}`."""
    return {
        "months": _months(),
        "weekdays": _weekdays(),
        "cardinals": _cardinals(),
        "spelling": _spelling(),
        "greek": _greek(),
        "statuses": _statuses(),
        "colours": _colours(),
        "elements": _elements(),
        "countries": _countries(),
        **dict(_divided()),
        "currencies": _currencies(),
        "languages": _languages(),
    }


def _table(columns: dict[str, Names]) -> Table:
    """Columns of equal length as rows of facts."""
    facts = [[list(_fact(cell)) for cell in column] for column in columns.values()]
    return {"attributes": list(columns), "rows": [list(row) for row in zip(*facts, strict=True)]}


def _fact(cell: str | Fact | None) -> Fact:
    return cell if isinstance(cell, tuple) else (cell,) if cell else ()


def _months() -> Table:
    columns: dict[str, Names] = {"number": [str(month) for month in range(1, 13)]}
    columns["two digits"] = [f"{month:02}" for month in range(1, 13)]
    for language in ("en", "de", "fr", "es", "it", "pt", "nl"):
        locale = Locale(language)
        for width in ("wide", "abbreviated"):
            names = locale.months["format"][width]
            columns[f"{width} name in {language}"] = [names[month].rstrip(".") for month in range(1, 13)]
    columns["quarter"] = [f"Q{(month + 2) // 3}" for month in range(1, 13)]
    return _table(columns)


def _weekdays() -> Table:
    columns: dict[str, Names] = {
        "number from Monday": [str(day) for day in range(1, 8)],
        "number from Sunday": [str(day % 7 + 1) for day in range(1, 8)],
    }
    for language in ("en", "de", "fr", "es", "it", "pt", "nl"):
        locale = Locale(language)
        for width in ("wide", "abbreviated"):
            names = locale.days["format"][width]
            columns[f"{width} name in {language}"] = [names[day].rstrip(".") for day in range(7)]
    return _table(columns)


_CARDINALS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _cardinals() -> Table:
    """Zero to a hundred as numbers and words."""
    cardinals: list[Fact] = [(word,) for word in _CARDINALS]
    ordinals: list[Fact] = [(word,) for word in _ORDINALS]
    for ten in _TENS:
        for cardinal, ordinal in zip(_CARDINALS[:10], _ORDINALS[:10], strict=True):
            is_round = cardinal == "zero"
            cardinals.append((ten,) if is_round else (f"{ten}-{cardinal}", f"{ten} {cardinal}"))
            ordinals.append((ten[:-1] + "ieth",) if is_round else (f"{ten}-{ordinal}", f"{ten} {ordinal}"))
    cardinals.append(("one hundred", "hundred", "a hundred"))
    ordinals.append(("hundredth", "one hundredth"))
    endings = ["th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") for number in range(101)]
    return _table(
        {
            "number": [str(number) for number in range(101)],
            "cardinal": cardinals,
            "ordinal": ordinals,
            "ordinal number": [f"{number}{ending}" for number, ending in enumerate(endings)],
        }
    )


def _spelling() -> Table:
    """The spelling alphabet of the ICAO (Annex 10) and the Morse code of the ITU (Recommendation M.1677-1)."""
    words = [
        "Alfa",
        "Bravo",
        "Charlie",
        "Delta",
        "Echo",
        "Foxtrot",
        "Golf",
        "Hotel",
        "India",
        "Juliett",
        "Kilo",
        "Lima",
        "Mike",
        "November",
        "Oscar",
        "Papa",
        "Quebec",
        "Romeo",
        "Sierra",
        "Tango",
        "Uniform",
        "Victor",
        "Whiskey",
        "Xray",
        "Yankee",
        "Zulu",
    ]
    variants = {"Alfa": "Alpha", "Juliett": "Juliet", "Xray": "X-ray", "Whiskey": "Whisky"}
    codes = [
        ".-",
        "-...",
        "-.-.",
        "-..",
        ".",
        "..-.",
        "--.",
        "....",
        "..",
        ".---",
        "-.-",
        ".-..",
        "--",
        "-.",
        "---",
        ".--.",
        "--.-",
        ".-.",
        "...",
        "-",
        "..-",
        "...-",
        ".--",
        "-..-",
        "-.--",
        "--..",
    ]
    return _table(
        {
            "letter": [chr(ord("A") + at) for at in range(26)],
            "word": [(word, variants[word]) if word in variants else word for word in words],
            "Morse code": list(codes),
            "place": [str(at) for at in range(1, 27)],
        }
    )


def _greek() -> Table:
    small = [chr(code) for code in range(0x3B1, 0x3CA) if code != 0x3C2]
    names = [unicodedata.name(char).rsplit(" ", 1)[1].lower() for char in small]
    names = ["lambda" if name == "lamda" else name for name in names]
    return _table({"name": list(names), "small": list(small), "capital": [char.upper() for char in small]})


def _statuses() -> Table:
    statuses = list(HTTPStatus)
    return _table({"code": [str(int(one)) for one in statuses], "phrase": [one.phrase for one in statuses]})


def _colours() -> Table:
    names = webcolors.names("css3")
    hexes = [webcolors.name_to_hex(name).upper() for name in names]
    triples = [webcolors.name_to_rgb(name) for name in names]
    return _table(
        {
            "name": list(names),
            "hexadecimal": list(hexes),
            "RGB": [f"{one.red},{one.green},{one.blue}" for one in triples],
            "spaced RGB": [f"{one.red}, {one.green}, {one.blue}" for one in triples],
        }
    )


def _elements() -> Table:
    elements = [one for one in periodictable.elements if one.number > 0]
    return _table(
        {
            "number": [str(one.number) for one in elements],
            "symbol": [one.symbol for one in elements],
            "name": [_spellings(one.name) for one in elements],
        }
    )


def _spellings(name: str) -> Fact:
    other = {"aluminum": "aluminium", "cesium": "caesium", "sulfur": "sulphur"}.get(name)
    return (name, other) if other else (name,)


def _countries() -> Table:
    territories = Locale("en").territories
    countries = sorted(pycountry.countries, key=lambda country: country.name)
    codes = [country.alpha_2 for country in countries]
    # The usual names beside those of the standard.
    extra = {
        "US": ("United States of America", "USA", "U.S.A.", "U.S."),
        "GB": ("Great Britain", "UK", "U.K."),
        "CZ": ("Czech Republic",),
    }
    names: list[Fact] = []
    for country in countries:
        also = [country.name, getattr(country, "common_name", None), getattr(country, "official_name", None)]
        told = (territories.get(country.alpha_2), *also, *extra.get(country.alpha_2, ()))
        names.append(tuple(dict.fromkeys(name for name in told if name)))
    calling = [phonenumbers.country_code_for_region(code) for code in codes]
    currencies = [get_territory_currencies(code) for code in codes]
    columns: dict[str, Names] = {
        "name": names,
        "two letters": list(codes),
        "three letters": [country.alpha_3 for country in countries],
        "ISO number": [country.numeric for country in countries],
        "ISO name": [country.name for country in countries],
        "calling code": [str(code) if code else None for code in calling],
        "calling code with +": [f"+{code}" if code else None for code in calling],
        "currency": [found[-1] if found else None for found in currencies],
        "top-level domain": [f".{'uk' if code == 'GB' else code.lower()}" for code in codes],
        "flag": [country.flag for country in countries],
    }
    for language in ("de", "fr", "es", "it", "pt", "nl"):
        there = Locale(language).territories
        columns[f"name in {language}"] = [there.get(code) for code in codes]
    return _table(columns)


_WITH_DIVISIONS = ("US", "CA", "AU", "DE", "IN", "MX", "BR", "GB", "CH", "AT", "NL", "ES", "IT", "JP", "CN")


def _divided() -> Iterator[tuple[str, Table]]:
    """States, provinces and the like, a relation for each of the larger countries."""
    for country in _WITH_DIVISIONS:
        yield f"divisions of {country}", _subdivisions(country)


def _subdivisions(country: str) -> Table:
    # Areas of several levels may share a name; the one with the shortest code, or without a parent, is the largest.
    found: dict[str, str] = {}
    divisions = pycountry.subdivisions.get(country_code=country)
    for one in sorted(divisions, key=lambda one: (len(one.code), one.name, one.parent_code or "", one.code)):
        found.setdefault(one.name.partition(" [")[0], one.code)
    codes = list(found.values())
    return _table({"name": list(found), "code": [code.partition("-")[2] for code in codes], "ISO code": codes})


def _currencies() -> Table:
    locale = Locale("en")
    currencies = list(pycountry.currencies)
    # The dollar sign alone means the US dollar, as CLDR has it for English.
    symbols = [locale.currency_symbols.get(one.alpha_3) for one in currencies]
    return _table(
        {
            "code": [one.alpha_3 for one in currencies],
            "name": [tuple(dict.fromkeys((locale.currencies.get(one.alpha_3, one.name), one.name))) for one in currencies],
            "symbol": [symbol if symbol != one.alpha_3 else None for one, symbol in zip(currencies, symbols, strict=True)],
            "ISO number": [one.numeric for one in currencies],
        }
    )


def _languages() -> Table:
    english = Locale("en").languages
    languages = [one for one in pycountry.languages if hasattr(one, "alpha_2")]
    own: Names = [_own_name(one.alpha_2) for one in languages]
    return _table(
        {
            "name": [tuple(dict.fromkeys((english.get(one.alpha_2, one.name), one.name))) for one in languages],
            "two letters": [one.alpha_2 for one in languages],
            "three letters": [one.alpha_3 for one in languages],
            "own name": own,
        }
    )


def _own_name(code: str) -> str | None:
    """What a language calls itself. Without what its locale inherits, which takes most of the time and has no name of it."""
    return load(code, merge_inherited=False).get("languages", {}).get(code) if exists(code) else None


def written() -> str:
    """The file's text."""
    lines = (f"{json.dumps(name)}: {json.dumps(table, ensure_ascii=False)}" for name, table in relations().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
