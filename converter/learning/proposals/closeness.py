"""Whether numbers and spans are those that an output column shows, as far as it shows them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from converter.learning.bank import Entry
from converter.learning.values.number_formats import NumberFormat, NumericTarget


def _tolerance(format: NumberFormat) -> float:
    return 0.5 * 10.0**-format.places * 1.000001 if format.places is not None else 1e-9


def near(entries: Sequence[Entry], numeric: NumericTarget, format: NumberFormat) -> Iterator[Entry]:
    """Entries that agree with several of the numbers, or with the only one."""
    tolerance = _tolerance(format)
    wanted = [(at, float(value)) for at, value in enumerate(numeric.values) if value is not None]
    least = min(2, len(wanted))
    for entry in entries:
        floats = entry.floats
        hits = 0
        for at, value in wanted:
            mine = floats[at]
            if mine is not None and -tolerance <= mine - value <= tolerance:
                hits += 1
                if hits >= least:
                    yield entry
                    break


def agree(entry: Entry, values: Sequence[Decimal | None], unit: int, factor: Decimal) -> bool:
    """Whether the entry's seconds times the factor are the values, up to the unit's fraction that is not shown."""
    hits = 0
    for mine, wanted in zip(entry.floats, values, strict=True):
        if wanted is None:
            continue
        if mine is None or abs(mine * float(factor) - float(wanted)) >= unit:
            return False
        hits += 1
    return hits > 0


def cuts_digits(part: Entry, whole: Sequence[object], places: Sequence[int]) -> bool:
    """Whether some digits of a number are left out, rather than a currency or unit beside it."""
    return any(digits(part.values[at]) != digits(whole[at]) for at in places)


def digits(text: object) -> str:
    """The text's digits alone; none where it is no text."""
    return "".join(filter(str.isdigit, text)) if isinstance(text, str) else ""
