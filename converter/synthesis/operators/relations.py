"""What everybody knows: countries, currencies, languages, states, months, elements and the like, as relations.

Each comes from a library that keeps it (ISO's lists from pycountry, Unicode's CLDR from Babel, the ITU's calling codes from
phonenumbers, elements from periodictable, CSS colours from webcolors, IANA's status codes from Python) or is short and of a
stated source. They are loaded when first asked for.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from http import HTTPStatus

Fact = tuple[str, ...]
"""The ways to write one thing in one attribute, the usual one first; none where it has no such name."""


Names = Sequence[str | Fact | None]
"""One attribute of all things; a text alone is a thing's only name, None is no name."""


@dataclass(frozen=True)
class Relation:
    """Things with their attributes: `rows` hold a `Fact` for each attribute."""

    attributes: tuple[str, ...]
    rows: tuple[tuple[Fact, ...], ...]

    @cached_property
    def _indices(self) -> dict[tuple[int, int], dict[str, str]]:
        return {}

    def mapping(self, key: int, value: int) -> dict[str, str]:
        """From the texts of one attribute to the usual text of another; the first of several things of one name counts."""
        known = self._indices
        if (key, value) not in known:
            pairs: dict[str, str] = {}
            usual = [(row[key][0], row[value][0]) for row in self.rows if row[key] and row[value]]
            others = [(text, row[value][0]) for row in self.rows if row[value] for text in row[key][1:]]
            for text, told in (*usual, *others):
                pairs.setdefault(text, told)
            known[key, value] = pairs
        return known[key, value]

    @cached_property
    def texts(self) -> tuple[frozenset[str], ...]:
        """All texts of each attribute in lower case."""
        return tuple(frozenset(text.lower() for row in self.rows for text in row[at]) for at in range(len(self.attributes)))


def _relation(columns: dict[str, Names]) -> Relation:
    """A relation of columns of equal length."""
    facts = [[cell if isinstance(cell, tuple) else (cell,) if cell else () for cell in column] for column in columns.values()]
    return Relation(tuple(columns), tuple(zip(*facts, strict=True)))


Load = Callable[[], Relation]


@cache
def small_relations() -> tuple[Load, ...]:
    """Relations that are quickly there."""
    return (_months, _weekdays, _cardinals, _spelling, _greek, _statuses, _colours)


@cache
def relations() -> tuple[Load, ...]:
    """All relations, those first that are quickly there."""
    return (*small_relations(), _elements, _countries, *_divided(), _currencies, _languages)


@cache
def _months() -> Relation:
    from babel import Locale

    columns: dict[str, Names] = {"number": [str(month) for month in range(1, 13)]}
    columns["two digits"] = [f"{month:02}" for month in range(1, 13)]
    for language in ("en", "de", "fr", "es", "it", "pt", "nl"):
        locale = Locale(language)
        for width in ("wide", "abbreviated"):
            names = locale.months["format"][width]
            columns[f"{width} name in {language}"] = [names[month].rstrip(".") for month in range(1, 13)]
    columns["quarter"] = [f"Q{(month + 2) // 3}" for month in range(1, 13)]
    return _relation(columns)


@cache
def _weekdays() -> Relation:
    from babel import Locale

    columns: dict[str, Names] = {
        "number from Monday": [str(day) for day in range(1, 8)],
        "number from Sunday": [str(day % 7 + 1) for day in range(1, 8)],
    }
    for language in ("en", "de", "fr", "es", "it", "pt", "nl"):
        locale = Locale(language)
        for width in ("wide", "abbreviated"):
            names = locale.days["format"][width]
            columns[f"{width} name in {language}"] = [names[day].rstrip(".") for day in range(7)]
    return _relation(columns)


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


@cache
def _cardinals() -> Relation:
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
    return _relation(
        {
            "number": [str(number) for number in range(101)],
            "cardinal": cardinals,
            "ordinal": ordinals,
            "ordinal number": [f"{number}{ending}" for number, ending in enumerate(endings)],
        }
    )


@cache
def _spelling() -> Relation:
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
    return _relation(
        {
            "letter": [chr(ord("A") + at) for at in range(26)],
            "word": [(word, variants[word]) if word in variants else word for word in words],
            "Morse code": list(codes),
            "place": [str(at) for at in range(1, 27)],
        }
    )


@cache
def _greek() -> Relation:
    small = [chr(code) for code in range(0x3B1, 0x3CA) if code != 0x3C2]
    names = [unicodedata.name(char).rsplit(" ", 1)[1].lower() for char in small]
    names = ["lambda" if name == "lamda" else name for name in names]
    return _relation({"name": list(names), "small": list(small), "capital": [char.upper() for char in small]})


@cache
def _statuses() -> Relation:
    statuses = list(HTTPStatus)
    return _relation({"code": [str(int(one)) for one in statuses], "phrase": [one.phrase for one in statuses]})


@cache
def _colours() -> Relation:
    import webcolors

    names = webcolors.names("css3")
    hexes = [webcolors.name_to_hex(name).upper() for name in names]
    triples = [webcolors.name_to_rgb(name) for name in names]
    return _relation(
        {
            "name": list(names),
            "hexadecimal": list(hexes),
            "RGB": [f"{one.red},{one.green},{one.blue}" for one in triples],
            "spaced RGB": [f"{one.red}, {one.green}, {one.blue}" for one in triples],
        }
    )


@cache
def _elements() -> Relation:
    import periodictable

    elements = [one for one in periodictable.elements if one.number > 0]
    return _relation(
        {
            "number": [str(one.number) for one in elements],
            "symbol": [one.symbol for one in elements],
            "name": [_spellings(one.name) for one in elements],
        }
    )


def _spellings(name: str) -> Fact:
    other = {"aluminum": "aluminium", "cesium": "caesium", "sulfur": "sulphur"}.get(name)
    return (name, other) if other else (name,)


@cache
def _countries() -> Relation:
    import phonenumbers
    import pycountry
    from babel import Locale
    from babel.numbers import get_territory_currencies

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
    return _relation(columns)


_WITH_DIVISIONS = ("US", "CA", "AU", "DE", "IN", "MX", "BR", "GB", "CH", "AT", "NL", "ES", "IT", "JP", "CN")


def _divided() -> Iterator[Load]:
    """States, provinces and the like, a relation for each of the larger countries."""
    for country in _WITH_DIVISIONS:
        yield lambda country=country: _subdivisions(country)  # type: ignore[misc]


@cache
def _subdivisions(country: str) -> Relation:
    import pycountry

    # Areas of several levels may share a name; the one with the shortest code is the largest.
    found: dict[str, str] = {}
    for one in sorted(pycountry.subdivisions.get(country_code=country), key=lambda one: (len(one.code), one.name)):
        found.setdefault(one.name.partition(" [")[0], one.code)
    codes = list(found.values())
    return _relation({"name": list(found), "code": [code.partition("-")[2] for code in codes], "ISO code": codes})


@cache
def _currencies() -> Relation:
    import pycountry
    from babel import Locale

    locale = Locale("en")
    currencies = list(pycountry.currencies)
    # The dollar sign alone means the US dollar, as CLDR has it for English.
    symbols = [locale.currency_symbols.get(one.alpha_3) for one in currencies]
    return _relation(
        {
            "code": [one.alpha_3 for one in currencies],
            "name": [tuple(dict.fromkeys((locale.currencies.get(one.alpha_3, one.name), one.name))) for one in currencies],
            "symbol": [symbol if symbol != one.alpha_3 else None for one, symbol in zip(currencies, symbols, strict=True)],
            "ISO number": [one.numeric for one in currencies],
        }
    )


@cache
def _languages() -> Relation:
    import pycountry
    from babel import Locale

    english = Locale("en").languages
    languages = [one for one in pycountry.languages if hasattr(one, "alpha_2")]
    own: Names = [_own_name(one.alpha_2) for one in languages]
    return _relation(
        {
            "name": [tuple(dict.fromkeys((english.get(one.alpha_2, one.name), one.name))) for one in languages],
            "two letters": [one.alpha_2 for one in languages],
            "three letters": [one.alpha_3 for one in languages],
            "own name": own,
        }
    )


def _own_name(code: str) -> str | None:
    """What a language calls itself. Without what its locale inherits, which takes most of the time and has no name of it."""
    from babel.localedata import exists, load

    return load(code, merge_inherited=False).get("languages", {}).get(code) if exists(code) else None
