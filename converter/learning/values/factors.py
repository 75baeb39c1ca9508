"""Factors between units of measure, from their exact international definitions.

Sources: the International Yard and Pound Agreement of 1959, NIST Handbook 44, Appendix C, and NIST SP 811, Appendix B; SI
prefixes are powers of ten.
"""

from decimal import Decimal
from functools import cache
from itertools import permutations

_DIMENSIONS: tuple[dict[str, str], ...] = (
    {
        "metre": "1",
        "millimetre": "0.001",
        "centimetre": "0.01",
        "kilometre": "1000",
        "inch": "0.0254",
        "foot": "0.3048",
        "yard": "0.9144",
        "mile": "1609.344",
        "nautical mile": "1852",
        "micrometre": "0.000001",
        "fathom": "1.8288",
        "furlong": "201.168",
        "astronomical unit": "149597870700",
        "light year": "9460730472580800",
    },
    {
        "gram": "1",
        "milligram": "0.001",
        "kilogram": "1000",
        "tonne": "1000000",
        "ounce": "28.349523125",
        "pound": "453.59237",
        "stone": "6350.29318",
        "short ton": "907184.74",
        "long ton": "1016046.9088",
        "carat": "0.2",
        "grain": "0.06479891",
        "troy ounce": "31.1034768",
    },
    {
        "litre": "1",
        "millilitre": "0.001",
        "cubic metre": "1000",
        "teaspoon": "0.00492892159375",
        "tablespoon": "0.01478676478125",
        "fluid ounce": "0.0295735295625",
        "cup": "0.2365882365",
        "pint": "0.473176473",
        "quart": "0.946352946",
        "gallon": "3.785411784",
        "imperial gallon": "4.54609",
        "imperial pint": "0.56826125",
        "imperial fluid ounce": "0.0284130625",
        "metric cup": "0.25",
        "metric tablespoon": "0.015",
        "metric teaspoon": "0.005",
        "cubic centimetre": "0.001",
        "cubic inch": "0.016387064",
        "cubic foot": "28.316846592",
        "cubic yard": "764.554857984",
        "barrel of oil": "158.987294928",
    },
    {
        "square metre": "1",
        "square centimetre": "0.0001",
        "square kilometre": "1000000",
        "hectare": "10000",
        "are": "100",
        "square inch": "0.00064516",
        "square foot": "0.09290304",
        "square yard": "0.83612736",
        "acre": "4046.8564224",
        "square mile": "2589988.110336",
    },
    {
        "metre a second": "1",
        "kilometre an hour": "0.2777777777777777778",
        "mile an hour": "0.44704",
        "knot": "0.5144444444444444444",
        "foot a second": "0.3048",
    },
    {
        "joule": "1",
        "calorie": "4.184",
        "kilocalorie": "4184",
        "kilowatt hour": "3600000",
        "british thermal unit": "1055.05585262",
        "kilojoule": "1000",
        "watt hour": "3600",
        "electronvolt": "0.0000000000000000001602176634",
    },
    {
        "watt": "1",
        "kilowatt": "1000",
        "horsepower": "745.69987158227022",
        "metric horsepower": "735.49875",
        "british thermal unit an hour": "0.29307107017222",
    },
    {
        "pascal": "1",
        "hectopascal": "100",
        "kilopascal": "1000",
        "bar": "100000",
        "atmosphere": "101325",
        "pound a square inch": "6894.757293168361",
        "millimetre of mercury": "133.322387415",
        "inch of mercury": "3386.388640341",
    },
    {"degree": "1", "radian": "57.29577951308232", "gradian": "0.9", "turn": "360", "arc minute": "0.01666666666666667"},
    {"newton": "1", "kilonewton": "1000", "kilogram-force": "9.80665", "pound-force": "4.4482216152605"},
    {"second": "1", "minute": "60", "hour": "3600", "day": "86400", "week": "604800", "year of 365 days": "31536000"},
    {"byte": "1", "kibibyte": "1024", "mebibyte": "1048576", "gibibyte": "1073741824", "bit": "0.125"},
)


@cache
def factors() -> tuple[Decimal, ...]:
    """What a number in one unit is multiplied with to give the number in another, each once, to 15 digits, in order."""
    found: dict[Decimal, None] = {}
    for units in _DIMENSIONS:
        for one, other in permutations(units.values(), 2):
            ratio = Decimal(one) / Decimal(other)
            found.setdefault(ratio.normalize() if len(ratio.normalize().as_tuple().digits) < 16 else Decimal(f"{ratio:.15g}"))
    return tuple(sorted(found))
