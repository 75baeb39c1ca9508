"""How rows of totals are called: what their key cell says instead of a key."""

import re

WORDS = frozenset(
    [
        *("total", "totals", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme", "insgesamt"),
        *("totaal", "totale", "somme", "suma", "summa"),
    ]
)


def is_total(text: str | None) -> bool:
    """Whether the text calls its row one of totals: `Total`, `Grand total`, `Subtotal North`, `North total`, `Summe`, `All`."""
    words = re.findall(r"[^\W\d_]+", (text or "").casefold().replace("sub-total", "subtotal"))
    return bool(words) and (words[0] in WORDS or words[-1] in WORDS or (words[0] == "all" and len(words) < 3))
