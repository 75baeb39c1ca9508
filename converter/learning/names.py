"""What headings say: how near an output column's name is to the names of the columns that an expression reads."""

import math
import re
from functools import lru_cache

from converter.learning import weights
from converter.learning.nodes import Node

# Words that mean the same in headings of the tables people have; one set a line.
_SYNONYMS = [
    set(line.split())
    for line in """amount value sum total betrag montant importo bedrag cost price
    date day datum fecha jour when on
    name payee merchant recipient title description memo narration text note notes
    qty quantity count units number num no nr
    id key code identifier ref reference
    email mail e-mail
    phone telephone mobile tel
    zip postcode postal plz
    city town ort
    in inflow credit paid received deposit
    out outflow debit spent withdrawal
    start from begin first beginn von
    end to until last ende bis
    state status
    category type kind class
    first given forename firstname
    last surname family lastname
    rate price""".splitlines()
]


@lru_cache(maxsize=4096)
def words(name: str) -> frozenset[str]:
    """The words of a heading, in lower case, camel case parted."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return frozenset(word for word in re.findall(r"[^\W_]+", parted.casefold()))


@lru_cache(maxsize=16384)
def likeness(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same name)."""
    mine, theirs = words(one), words(other)
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return 1.0
    shared = sum(
        word in theirs or any(len(word) > 3 and (word in their or their in word) and len(their) > 3 for their in theirs)
        for word in mine
    )
    if shared:
        return 0.4 + 0.5 * shared / max(len(mine), len(theirs))
    alike = sum(any(word in group and group & theirs for group in _SYNONYMS) for word in mine)
    return 0.25 * alike / max(len(mine), len(theirs))


_STATES = frozenset(
    """status state stage type kind category class result outcome active enabled archived cancelled billable reimbursable
    typ art zustand statut estado stato tipo etat état""".split()  # noqa: SIM905 - so they are easier read
)


def says_state(node: Node) -> bool:
    """Whether it reads a column that is named as people name what they sort rows out by: a state, a kind, a yes or no."""
    return any(words(source) & _STATES for source in node.sources)


_IDENTITIES = frozenset(
    """id key code identifier ref reference number no nr nummer email mail serial sku barcode ean isbn login username
    kundennummer artikelnummer""".split()  # noqa: SIM905 - so they are easier read
)


def says_identity(node: Node) -> bool:
    """Whether it reads a column that is named as people name what tells one from another: a number, a code, an address."""
    return any(words(source) & _IDENTITIES for source in node.sources)


_RANKS = frozenset(
    """rank ranking place placing position pos standing order nr no number num rang platz plass puesto posto lugar sija
    placering plaats""".split()  # noqa: SIM905 - so they are easier read
)


def says_rank(name: str | None) -> bool:
    """Whether the heading says that the column has each row's place among the rows."""
    return bool(name and words(name) & _RANKS)


def rank_cost(name: str | None, node: Node, rows: int) -> float:
    """What a rank costs in a column that is not named as one: few rows stand in some order by chance."""
    if node.key[0] != "rank" or not name or not words(name) or says_rank(name):
        return 0.0
    return max(0.0, weights.UNNAMED_RANK - math.lgamma(rows + 1))


def name_cost(name: str | None, node: Node) -> float:
    """What the names of the columns that a node reads add to its cost, negative where they fit."""
    if not name or not node.sources:
        return 0.0
    best = max(likeness(name, source) for source in node.sources)
    return weights.NAME_SHARED * best + weights.NAMED_FUNCTION * any(
        _FUNCTIONS.get(word) in _made_by(node) for word in words(name)
    )


_FUNCTIONS = {
    word: function
    for function, listed in {
        "min": "min minimum lowest least low smallest earliest fastest best since",
        "max": "max maximum highest greatest high largest latest longest peak top",
        "avg": "avg average mean",
        "median": "median",
        "sum": "sum total",
        "first": "first start begin opening",
        "last": "last end final closing",
    }.items()
    for word in listed.split()
}
"""Words of headings with the aggregate that they name."""


def _made_by(node: Node) -> frozenset[object]:
    """The names of the aggregates and window functions that the node is made by, the outermost of each branch."""
    if node.key[0] in ("aggregate", "window"):
        name = _WINDOWS.get(node.key[1], node.key[1])
        # The least of a group's days is its first one.
        return frozenset((name, _OF_DAYS.get(name, name) if node.kind.is_moment else name))
    return frozenset().union(*(_made_by(part) for part in node.parts)) if len(node.parts) == 1 else frozenset()


_OF_DAYS: dict[object, object] = {"min": "first", "max": "last"}
_WINDOWS = {"least": "min", "greatest": "max", "average": "avg", "total": "sum"}
