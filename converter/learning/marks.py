"""What a cell says of its whole row: that it is one of totals, that it does not count."""

import re

WORDS = frozenset(
    [
        *("total", "totals", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme", "insgesamt"),
        *("totaal", "totale", "somme", "suma", "summa"),
    ]
)

VOID = frozenset(
    [
        *("cancelled", "canceled", "void", "voided", "refunded", "failed", "declined", "rejected", "deleted", "removed"),
        *("draft", "test", "pending", "expired", "inactive", "withdrawn", "nil", "none", "invalid", "duplicate", "skipped"),
        *("storniert", "abgelehnt", "entwurf", "annulé", "annulée", "refusé", "cancelado", "rechazado", "annullato"),
        *(
            "geannuleerd",
            "geweigerd",
            "no-show",
            "on hold",
            "on-hold",
            "unpaid",
            "excluded",
            "ignored",
            "reversed",
            "superseded",
            "obsolete",
        ),
    ]
)


def is_void(text: str | None) -> bool:
    """Whether the text says that its row does not count: `Cancelled`, `VOID`, `Draft`, `nil`."""
    return (text or "").strip(" .!()").casefold() in VOID


def is_total(text: str | None) -> bool:
    """Whether the text calls its row one of totals: `Total`, `Grand total`, `Subtotal North`, `North total`, `Summe`, `All`."""
    words = re.findall(r"[^\W\d_]+", (text or "").casefold().replace("sub-total", "subtotal"))
    return bool(words) and (words[0] in WORDS or words[-1] in WORDS or (words[0] == "all" and len(words) < 3))


_NOTHING = frozenset(("-", "--", "---", "–", "—", "/", "?", "n/a", "#n/a", "na", "n.a.", "nil", "none", "null", "nan"))


def is_nothing(text: str) -> bool:
    """Whether the text stands in a cell that has nothing to say: a dash, `n/a`, `nil`."""
    return text.strip().casefold() in _NOTHING
