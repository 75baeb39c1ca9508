"""Factors between units of measure, from their exact international definitions.

Sources: the International Yard and Pound Agreement of 1959, NIST Handbook 44, Appendix C, and NIST SP 811, Appendix B; SI
prefixes are powers of ten.
"""

from decimal import Decimal
from functools import cache

from converter.learning.values.factors import factors

__all__ = ["SYMBOLS", "TEMPERATURES", "factors", "is_known"]

TEMPERATURES = (
    (Decimal("1.8"), Decimal(32)),
    (Decimal("0.555555555555556"), Decimal("-17.7777777777778")),
    (Decimal(1), Decimal("273.15")),
    (Decimal(1), Decimal("-273.15")),
)
"""Factor and offset from Celsius to Fahrenheit and back, from Celsius to kelvin and back."""


@cache
def is_known(factor: Decimal) -> bool:
    """Whether the factor stands between two units, or is a power of ten."""
    return factor in set(factors()) or factor.normalize().as_tuple().digits == (1,)


def _sized(text: str) -> dict[str, Decimal]:
    return {symbol: Decimal(size) for symbol, size in (entry.split("=") for entry in text.split())}


SYMBOLS: tuple[dict[str, Decimal], ...] = (
    _sized("B=1 b=0.125 kB=1024 KB=1024 MB=1048576 GB=1073741824 TB=1099511627776"),
    _sized("B=1 b=0.125 kB=1000 KB=1000 MB=1000000 GB=1000000000 TB=1000000000000"),
    _sized("B=1 KiB=1024 MiB=1048576 GiB=1073741824 TiB=1099511627776"),
    _sized("b=1 kb=1024 mb=1048576 gb=1073741824 tb=1099511627776"),
    _sized("K=1000 k=1000 M=1000000 m=1000000 B=1000000000 b=1000000000 T=1000000000000"),
    _sized("thousand=1000 million=1000000 billion=1000000000 trillion=1000000000000"),
    _sized("mm=0.001 cm=0.01 dm=0.1 m=1 km=1000 in=0.0254 ft=0.3048 yd=0.9144 mi=1609.344"),
    _sized("mg=0.001 g=1 kg=1000 t=1000000 oz=28.349523125 lb=453.59237 lbs=453.59237"),
    _sized("ml=0.001 mL=0.001 cl=0.01 dl=0.1 l=1 L=1"),
    _sized("ms=0.001 s=1 sec=1 min=60 h=3600 hr=3600 d=86400 day=86400 days=86400 w=604800 week=604800 weeks=604800"),
    _sized("Hz=1 kHz=1000 MHz=1000000 GHz=1000000000"),
    _sized("W=1 kW=1000 MW=1000000 GW=1000000000"),
)
"""Sizes by symbol, dimension by dimension, for texts that name their unit. Bytes by powers of two (as memory and most file
managers count) and of ten (SI); `K`, `M`, `B` as money is told."""
