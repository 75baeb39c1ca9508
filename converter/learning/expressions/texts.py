"""Functions of texts: cases, pieces by delimiter, by pattern and by place, removals."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from converter.learning.expressions.patterns import MOST_KEPT, compiled, escaped, extracted, found_at, substituted
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Apply, ColumnRef, Function, Node
from converter.learning.sql import literal

TEXT = Kind.TEXT

UPPER = Function("upper", TEXT, "upper({0})", str.upper, 0.6)
LOWER = Function("lower", TEXT, "lower({0})", str.lower, 0.6)
TRIM = Function("trim", TEXT, "trim({0})", lambda text: text.strip(" "), 0.4)
CAPITALIZED = Function(
    "capitalized", TEXT, "upper(left({0}, 1)) || lower({0}[2:])", lambda text: text[:1].upper() + text[1:].lower(), 0.8
)
TITLE = Function(
    "title",
    TEXT,
    "array_to_string(list_transform(string_split({0}, ' '), word -> upper(word[1]) || lower(word[2:])), ' ')",
    lambda text: " ".join(word[:1].upper() + word[1:].lower() for word in text.split(" ")),
    1.0,
)
CASES = (UPPER, LOWER, CAPITALIZED, TITLE)
CASE_NAMES = frozenset(case.name for case in CASES)


def _bare(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) != "Mn")


WITHOUT_ACCENTS = Function("without accents", TEXT, "strip_accents({0})", _bare, 1.0)


OR_NOUGHT = Function("or nought", TEXT, "coalesce(nullif({0}, ''), '0')", lambda text: text or "0", 0.8, total=True)
"""The part of a text that is a number; nought where the text lacks it."""


def unless_said(word: str) -> Function:
    """The text; blank where it is the word that stands for nothing, such as a dash."""
    return Function(
        "unless said", TEXT, f"nullif({{0}}, {literal(word)})", lambda text: None if text == word else text, 0.3, (word,)
    )


def said_alike(nodes: Sequence[Node]) -> list[Node]:
    """The expressions; where a word stands for nothing in one of several columns, it does so in the others too."""
    words = {one.function.parameters[0] for one in nodes if isinstance(one, Apply) and one.function.name == "unless said"}
    if len(words) != 1:
        return list(nodes)
    function = unless_said(words.pop())
    return [function(one) if isinstance(one, ColumnRef) else one for one in nodes]


@lru_cache(maxsize=MOST_KEPT)
def trimmed(mark: str) -> Function:
    """The text without the mark at both ends."""
    return Function("trimmed", TEXT, f"trim({{0}}, {literal(mark)})", lambda text: text.strip(mark), 0.6, (mark,))


@lru_cache(maxsize=MOST_KEPT)
def split_from(node: Node) -> tuple[Node, str] | None:
    """The text and the mark at which the expression splits it for a part; None for other expressions."""
    if isinstance(node, Apply) and node.function.name == "split_part":
        return node.parts[0], node.function.parameters[0]
    return None


def split_part(mark: str, at: int) -> Function:
    """The part number `at` from 1, or from the end where negative; empty where there is none."""

    def compute(text: str) -> str:
        parts = text.split(mark)
        place = at - 1 if at > 0 else len(parts) + at
        return parts[place] if 0 <= place < len(parts) else ""

    cost = 0.9 + 0.15 * len(mark) + 0.3 * (abs(at) - 1)
    return Function("split_part", TEXT, f"split_part({{0}}, {literal(mark)}, {at})", compute, cost, (mark, at))


@lru_cache(maxsize=MOST_KEPT)
def after_first(mark: str) -> Function:
    """All behind the first mark; empty where there is none."""
    return Function(
        "after first",
        TEXT,
        f"regexp_extract({{0}}, {literal(escaped(mark) + '(.*)$')}, 1)",
        lambda text: text.partition(mark)[2],
        1.3,
        (mark,),
    )


@lru_cache(maxsize=MOST_KEPT)
def before_last(mark: str) -> Function:
    """All before the last mark; empty where there is none."""
    return Function(
        "before last",
        TEXT,
        f"regexp_extract({{0}}, {literal('^(.*)' + escaped(mark))}, 1)",
        lambda text: text.rpartition(mark)[0],
        1.3,
        (mark,),
    )


@lru_cache(maxsize=MOST_KEPT)
def through_last(mark: str) -> Function:
    """All up to the last mark, and the mark; empty where there is none."""
    return Function(
        "through last",
        TEXT,
        f"regexp_extract({{0}}, {literal('^.*' + escaped(mark))})",
        lambda text: text[: text.rfind(mark) + len(mark)] if mark in text else "",
        1.4,
        (mark,),
    )


@lru_cache(maxsize=MOST_KEPT)
def removed(mark: str) -> Function:
    """The text without the mark, wherever it stands."""
    return Function(
        "removed",
        TEXT,
        f"replace({{0}}, {literal(mark)}, '')",
        lambda text: text.replace(mark, ""),
        0.9 + 0.1 * len(mark),
        (mark,),
    )


@lru_cache(maxsize=MOST_KEPT)
def replaced(mark: str, other: str) -> Function:
    """The text with another mark in place of each."""
    return Function(
        "replaced",
        TEXT,
        f"replace({{0}}, {literal(mark)}, {literal(other)})",
        lambda text: text.replace(mark, other),
        1.2,
        (mark, other),
    )


@lru_cache(maxsize=MOST_KEPT)
def left(count: int) -> Function:
    """The first characters."""
    return Function("left", TEXT, f"left({{0}}, {count})", lambda text: text[:count], 1.4 + 0.05 * count, (count,))


@lru_cache(maxsize=MOST_KEPT)
def right(count: int) -> Function:
    """The last characters."""
    return Function("right", TEXT, f"right({{0}}, {count})", lambda text: text[-count:], 1.5 + 0.05 * count, (count,))


@lru_cache(maxsize=MOST_KEPT)
def from_place(start: int) -> Function:
    """All from the character number `start` on, counted from 1."""
    return Function("from place", TEXT, f"{{0}}[{start}:]", lambda text: text[start - 1 :], 1.3 + 0.1 * start, (start,))


@lru_cache(maxsize=MOST_KEPT)
def padded(width: int) -> Function:
    """The text with zeros in front, to a width; what is longer stays."""
    template = f"CASE WHEN length({{0}}) < {width} THEN lpad({{0}}, {width}, '0') ELSE {{0}} END"
    return Function("padded", TEXT, template, lambda text: text.rjust(width, "0"), 1.6, (width,))


WITHOUT_FULL_STOP = substituted(r"\.$", "", 0.95)
"""That sentences lose the full stop at their end is likelier than that they lose all points."""
_IS_SENTENCE = compiled(r"(?s:.*[^\W\d_]{3}\.)").fullmatch
TWO_DIGITS = Function("padded", TEXT, "lpad({0}, 2, '0')", lambda text: text.rjust(2, "0")[:2], 0.9, (2, "two digits"))
MARKS = (
    ", ", "; ", " (", " - ", ": ", " / ", " > ", ",", ";", " ", "-", "/", ":", "|", "@", ".", "_", "#", "(", ")", "[", "]",
    "\\", "=", "&", "+", "*", "'", '"', "<", ">", " x ", "__", "--", "::", "\n",
)  # fmt: skip
_INSIDE = (("(", ")"), ("[", "]"), ('"', '"'), ("<", ">"), ("/", "/"), ("{", "}"), ("'", "'"))
_BETWEEN = (", ", " - ", ": ", ",", "/")
"""What parts a text in brackets into two."""
LEAST_HALVED = 0.5
_TOKENS = (
    (r"[0-9]+", 1.2), (r"[0-9]+(?:\.[0-9]+)?", 1.4), (r"[0-9]+$", 1.5), (r"\pL+", 1.55),
    (r"[A-Za-z]+", 1.6), (r"^\pL+", 1.65), (r"^[A-Za-z]+", 1.7),
    (r"[A-Z]+", 1.8), (r"[^ ]+$", 1.5),
    (r"[0-9][0-9.,]*", 1.5), (r"-?[0-9]+(?:\.[0-9]+)?", 1.5), (r"[0-9.]+$", 1.8), (r"[A-Z]{2,}", 1.9), (r"\pL+$", 1.65),
    (r"[A-Za-z]+$", 1.7),
    (r"#[A-Za-z0-9_-]+", 1.9),
    (r"[A-Z]+-[0-9]+", 2.0), (r"[\pL0-9._%+-]+@[\pL0-9.-]+", 1.5), (r"https?://[^ ]+", 1.8),
)  # fmt: skip
_DIGITS = ("[0-9]+", "^[0-9]+", r"[0-9]+(?:\.[0-9]+)?")
_SEVERAL = (("[0-9]+", 1.5), (r"[0-9]+(?:\.[0-9]+)?", 1.6))
_SIGNED, _HAS_SIGN = (r"-?[0-9]+(?:\.[0-9]+)?", 1.7), compiled(r"(?:^|[^0-9A-Za-z])-[0-9]")
_NAME = r"\p{Lu}\p{Ll}+"
MOST_PLACES = 4
MOST_FIELDS = 12
LEAST_SHARE = 0.34
"""A mark that stands in fewer of a column's filled cells is no delimiter of it."""


_NUMBER_FIRST = compiled(r"[0-9]+(?: |[A-Za-z])")
_PATHS = "/\\:"
CURRENCIES = "$€£¥₹₽₩"


def whole_number(node: Node) -> Node | None:
    """For digits found in a text: the number there with its sign and its decimals, which a further row may have."""
    if isinstance(node, Apply) and node.function.name == "extracted" and node.function.parameters[0] in _DIGITS:
        start = "^" if node.function.parameters[0].startswith("^") else ""
        return extracted(rf"{start}-?[0-9]+(?:\.[0-9]+)?", node.function.cost)(*node.parts)
    return None


def pieces(node: Node, values: Column, *, deep: bool = False) -> Iterator[Node]:
    """Parts of a text, by what its texts have in common: the cheaper come first within each kind; `deep`: all fields."""
    texts = [value for value in values if isinstance(value, str) and value]
    if not texts:
        return
    joined = "\n".join(texts)
    if any(text != text.strip(" ") for text in texts):
        yield TRIM(node)
    begun = sum(_NUMBER_FIRST.match(text) is not None for text in texts)
    if begun >= max(2, LEAST_SHARE * len(texts)) or begun == len(texts):
        yield extracted("^[0-9]+", 1.0)(node)
    if all(map(_IS_SENTENCE, texts)):
        yield WITHOUT_FULL_STOP(node)
    for mark in MARKS:
        if mark not in joined:
            continue
        having = sum(mark in text for text in texts)
        if having < max(1, LEAST_SHARE * len(texts)):
            continue
        if not mark.isspace() and not mark.isalnum():
            yield removed(mark)(node)
        most = max(text.count(mark) for text in texts)
        yield split_part(mark, 1)(node)
        yield split_part(mark, 2)(node)
        if most > 1:
            yield split_part(mark, 3)(node)
            yield split_part(mark, -1)(node)
            yield split_part(mark, -2)(node)
            yield after_first(mark)(node)
            yield before_last(mark)(node)
            if mark in _PATHS:
                yield through_last(mark)(node)
        if most > 3:
            yield split_part(mark, 4)(node)
        for at in range(5, min(most + 1, MOST_FIELDS) + 1) if deep else ():
            yield split_part(mark, at)(node)
            yield split_part(mark, 2 - at)(node)
    for start, end in _INSIDE:
        if start in joined and end in joined:
            yield extracted(f"{escaped(start)}([^{escaped(end)}]*){escaped(end)}", 1.6, 1)(node)
            yield from _halves_inside(node, texts, start, end)
    if "://" in joined or "www." in joined:
        yield extracted(r"^(?:https?://)?(?:www\.)?([^/:?]+)", 1.3, 1)(node)
    for pattern, cost in _TOKENS:
        yield extracted(pattern, cost)(node)
    signed = (_SIGNED,) if any(_HAS_SIGN.search(text) for text in texts) else ()
    for pattern, cost in (*_SEVERAL, *signed) if deep else signed:
        most = max(len(compiled(pattern).findall(text)) for text in texts)
        for place in (-1, *range(2, min(most, MOST_PLACES) + 1), -2)[: most + 1] if most > 1 else ():
            yield found_at(pattern, place, cost + 0.2 * (abs(place) - 1))(node)
    if deep and any(len(compiled(_NAME).findall(text)) > 1 for text in texts):
        yield found_at(_NAME, -1, 2.2)(node)
    if any(mark in joined for mark in CURRENCIES):
        yield extracted(r"[^\d\s.,'’+()-]+", 1.6)(node)
    longest = max(map(len, texts))
    for count in (1, 2, 3, 4, 5, 6, 7, 8, 10, 16, 19):
        if count < longest:
            yield left(count)(node)
            if count <= 6:
                yield right(count)(node)
    for place in (2, 3, 4):
        if place < longest:
            yield from_place(place)(node)


def _halves_inside(node: Node, texts: Sequence[str], start: str, end: str) -> Iterator[Node]:
    """What stands in brackets before and behind a mark, where there is one in most of them: `(Eliot, George)`."""
    opened, closed = escaped(start), escaped(end)
    inside = compiled(f"{opened}([^{closed}]*){closed}").findall("\n".join(texts))
    mark = next((one for one in _BETWEEN if sum(one in text for text in inside) > LEAST_HALVED * len(texts)), None)
    if mark is not None:
        rest = f"[^{closed}]*"
        yield extracted(f"{opened}([^{closed}{escaped(mark[0])}]*){escaped(mark)}", 1.8, 1)(node)
        yield extracted(f"{opened}[^{closed}{escaped(mark[0])}]*{escaped(mark)}({rest}){closed}", 1.9, 1)(node)


_DATED = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[T ]| at | @ )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?",
    r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?)?",
    r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}",
    r"[0-9]{1,2}[ -/][A-Z][a-z]+[ -/][0-9]{2,4}",
    r"[A-Z][a-z]+ [0-9]{1,2},? [0-9]{4}",
    r"[0-9]{8}",
)


def dated(node: Node, values: Column) -> Iterator[Node]:
    """Parts of a text that may be dates: what looks like one, and what stands between marks."""
    texts = [value for value in values if isinstance(value, str) and value]
    for pattern in _DATED:
        if texts and sum(compiled(pattern).search(text) is not None for text in texts) >= 0.5 * len(texts):
            yield extracted(pattern, 1.4)(node)
    for mark in (" ", ",", "|", ";", "_"):
        if all(mark in text for text in texts):
            for at in (1, 2, 3, -1):
                yield split_part(mark, at)(node)


def initials(node: Node, values: Column) -> Iterator[Node]:
    """The first letters of a text's words."""
    texts = [value for value in values if isinstance(value, str) and value]
    for mark in (" ", "-"):
        if texts and sum(mark in text for text in texts) >= LEAST_SHARE * len(texts):
            for at in (1, 2, 3, -1):
                if at in (1, 2) or any(text.count(mark) > 1 for text in texts):
                    yield left(1)(split_part(mark, at)(node))
