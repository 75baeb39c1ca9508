"""What texts look like; which rows of an example to learn from, where it has many: few, and as different as can be."""

import re
from collections.abc import Iterable

MOST_ROWS = 16


def shape(text: str | None) -> str:
    """The text with runs of digits as 0, of capitals as A, of other letters as a: what it looks like."""
    if text is None:
        return ""
    text = re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", text))
    return re.sub(r"[0-9]+", "0", text)


def are_codes(texts: Iterable[str]) -> bool:
    """Whether the texts are codes, in single words with digits: their letters say something."""
    found = list(texts)
    return any(any(map(str.isdigit, text)) for text in found) and not any(" " in text for text in found)


def are_long_numbers(texts: Iterable[str]) -> bool:
    """Whether each text has six figures or more, and few letters: telephones, accounts, serial numbers."""
    filled = [text for text in texts if text]
    figures = [sum(map(str.isdigit, text)) for text in filled]
    return bool(filled) and all(
        count > 5 and 2 * count > sum(map(str.isalnum, text)) for count, text in zip(figures, filled, strict=True)
    )


has_decimals = re.compile(r".*\d[.,]\d\d?\Z").match
"""Whether a text ends as amounts do, in one or two decimals."""
