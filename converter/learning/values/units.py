"""Amounts that name their unit: `500 g`, `12 lb`. Factors are those of NIST, Special Publication 811, appendix B."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal

# Each dimension with its units: spellings that mean the same, and how many of the base unit it is.
_DIMENSIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "mass": (
        ("kg|kilogram|kilograms|kgs|kilo|kilos", "1"), ("g|gram|grams|gr|gm|gms", "0.001"),
        ("mg|milligram|milligrams", "0.000001"),
        ("lb|lbs|pound|pounds", "0.45359237"), ("oz|ounce|ounces", "0.028349523125"), ("t|tonne|tonnes", "1000"),
        ("st|stone", "6.35029318"),
    ),
    "length": (
        ("m|meter|meters|metre|metres", "1"), ("cm|centimeter|centimeters|centimetre|centimetres", "0.01"),
        ("mm|millimeter|millimeters", "0.001"),
        ("km|kilometer|kilometers|kilometre|kilometres", "1000"), ("in|inch|inches|\"", "0.0254"), ("ft|foot|feet|'", "0.3048"),
        ("yd|yard|yards", "0.9144"), ("mi|mile|miles", "1609.344"),
    ),
    "volume": (
        ("l|liter|liters|litre|litres|ltr", "1"), ("ml|milliliter|milliliters", "0.001"), ("cl", "0.01"), ("dl", "0.1"),
        ("m3", "1000"),
        ("gal|gallon|gallons", "3.785411784"), ("fl oz", "0.0295735295625"), ("pt|pint|pints", "0.473176473"),
        ("cup|cups", "0.2365882365"),
        ("qt|quart|quarts", "0.946352946"), ("tbsp", "0.01478676478125"), ("tsp", "0.00492892159375"),
    ),
    "data": (
        ("b|byte|bytes", "1"), ("kb|k|kib", "1024"), ("mb|m|mib", "1048576"), ("gb|g|gib", "1073741824"),
        ("tb|t|tib", "1099511627776"),
    ),
    "data in thousands": (
        ("b|byte|bytes", "1"), ("kb", "1000"), ("mb", "1000000"), ("gb", "1000000000"), ("tb", "1000000000000"),
    ),
    "time": (
        ("s|sec|secs|second|seconds", "1"), ("ms|msec", "0.001"), ("min|mins|minute|minutes|m", "60"),
        ("h|hr|hrs|hour|hours", "3600"),
        ("d|day|days", "86400"), ("wk|week|weeks|w", "604800"),
    ),
    "multiples": (("", "1"), ("k|thousand", "1000"), ("m|mio|million", "1000000"), ("b|bn|billion", "1000000000")),
}  # fmt: skip
_AMOUNT = re.compile(r"\s*[^\d.,+-]?\s*([-+]?\d[\d,]*(?:\.\d+)?|\.\d+)\s*([A-Za-z\"'][A-Za-z3 ]*|)\.?\s*\Z")


def _factors(name: str) -> dict[str, Decimal]:
    return {word: Decimal(factor) for words, factor in _DIMENSIONS[name] for word in words.split("|")}


_FACTORS = {name: _factors(name) for name in _DIMENSIONS}


def amount(text: str) -> tuple[Decimal, str] | None:
    """The number of a text and its unit in lower case."""
    match = _AMOUNT.match(text)
    return (Decimal(match[1].replace(",", "")), match[2].strip().lower()) if match else None


def dimensions(units: Sequence[str]) -> Iterator[str]:
    """The dimensions of which all the units are, where there are several units."""
    if len(set(units)) > 1:
        yield from (name for name, factors in _FACTORS.items() if all(unit in factors for unit in units))


def targets(name: str) -> Iterator[Decimal]:
    """How many of the base unit one of each unit of the dimension is."""
    yield from dict.fromkeys(_FACTORS[name].values())


def converted(name: str, seen: Sequence[str], target: Decimal) -> Function:
    """The function that makes amounts with their unit numbers of a unit that is `target` base units."""
    factors = _FACTORS[name]

    def compute(text: str) -> Decimal | None:
        found = amount(text)
        return found[0] * factors[found[1]] / target if found and found[1] in factors else None

    number = "TRY_CAST(replace(regexp_extract({0}, '[-0-9.,]+'), ',', '') AS DOUBLE)"
    unit = "lower(regexp_extract({0}, '([A-Za-z\"'' ]*[A-Za-z\"''3]|)[. ]*$', 1))".replace("'([", "' *([")
    return Function(
        "amount in", Kind.NUMBER, f"{number} * {_case(unit, name, seen, target)}", compute, 2.5, (name, target), exact=False
    )


def by_unit(name: str, seen: Sequence[str], target: Decimal) -> Function:
    """The same of a number and of its unit in another text."""
    factors = _FACTORS[name]

    def compute(number: Decimal, unit: str) -> Decimal | None:
        factor = factors.get(unit.strip().lower())
        return None if factor is None else number * factor / target

    return Function(
        "amount by",
        Kind.NUMBER,
        f"{{0}} * {_case('lower({1})', name, seen, target)}",
        compute,
        2.5,
        (name, target),
        exact=False,
    )


def _case(unit: str, name: str, seen: Sequence[str], target: Decimal) -> str:
    """The factor of the unit: those that were seen, and the shortest name of each other."""
    named: dict[str, Decimal] = {word: _FACTORS[name][word] for word in dict.fromkeys(seen)}
    for words, factor in _DIMENSIONS[name][:6]:
        named.setdefault(words.split("|")[0], Decimal(factor))
    whens = " ".join(f"WHEN {literal(word)} THEN {_shown(factor / target)}" for word, factor in named.items())
    return f"CASE {unit} {whens} END"


def _shown(factor: Decimal) -> str:
    return f"{factor.normalize():f}" if len(factor.normalize().as_tuple().digits) <= 17 else f"{float(factor)!r}"
