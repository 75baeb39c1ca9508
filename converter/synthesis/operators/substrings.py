"""Parts of a text: by delimiter, by token, by what stands around them, by place.

The position language of FlashFill (Gulwani 2011: from the left or the right, before or after the k-th match of a token) in
the words an analyst would write: `split_part`, `regexp_extract`, `left`, `right`, `substring`. All (start, end) pairs are tried
as plain positions first; only a pair whose texts are parts of the expected cells becomes a term.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.operators.casing import cased
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Term, call
from converter.table import Cell, Row

MOST_COLUMNS = 12
MOST_FIELDS = 60
LONGEST_FOR_ALL_SLICES = 32


@dataclass(frozen=True)
class Token:
    """A class of characters and how general it is; `body` is what one character of it matches."""

    body: str
    cost: float

    @property
    def pattern(self) -> str:
        return self.body + "+"


TOKENS = (
    Token("[0-9]", 0.0),
    Token("[A-Za-z]", 0.1),
    Token("[A-Za-z0-9]", 0.2),
    Token("[A-Z]", 0.3),
    Token("[a-z]", 0.35),
    Token(r"\S", 0.3),
    Token("[0-9.]", 0.4),
    Token("[A-Z0-9]", 0.5),
    Token("[^A-Za-z0-9]", 0.8),
    Token(r"[A-Za-z0-9_.-]", 0.8),
    Token(r"[0-9,.]", 0.6),
)
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
PATTERNS = (
    ("[A-Z][a-z]+", 0.4),
    ("[A-Z]{2,}", 0.5),
    (r"-?[0-9]+(?:\.[0-9]+)?", 0.4),
    (EMAIL, 0.85),
    (r"\S+@\S+", 0.9),
    (r"[A-Z][A-Za-z]*", 0.6),
    (r"[0-9]+[A-Za-z]+", 0.9),
)
_UNICODE = {"A-Za-z": r"\pL", "A-Z": r"\p{Lu}", "a-z": r"\p{Ll}"}
"""Classes of letters of English, and of any language."""
_LETTERS = re.compile("A-Za-z|A-Z|a-z")
_WORD = re.compile("[a-z]{2}|[\u00c0-\u024f]")


def tokens(sheet: Sheet) -> tuple[Token, ...]:
    """The classes of characters, with the letters of any language where the input has words."""
    return sheet.memo("tokens", lambda: tuple(Token(lettered(sheet, token.body), token.cost) for token in TOKENS))


def patterns(sheet: Sheet) -> list[tuple[str, float]]:
    """What single words and numbers look like, with the same classes."""
    known = [(lettered(sheet, pattern), cost) for pattern, cost in PATTERNS]
    return [(token.pattern, token.cost) for token in tokens(sheet)] + known


def lettered(sheet: Sheet, pattern: str) -> str:
    """The pattern with the letters of any language for those of English, where the input has words.

    What people write, unlike codes, may have accents in the next row.
    """
    has_words = sheet.memo("words", lambda: any(_WORD.search(cell) for row in sheet.rows for cell in row if cell))
    return _LETTERS.sub(lambda match: _UNICODE[match.group()], pattern) if has_words else pattern


@cache
def _members(name: str) -> str:
    """The letters that RE2 knows by that name, as Python writes a class of them; those after Cyrillic are left out."""
    kinds = {"L": ("Lu", "Ll", "Lt", "Lm", "Lo"), "Lu": ("Lu",), "Ll": ("Ll",)}[name]
    inside = dict.fromkeys(char for char in map(chr, range(0x530)) if unicodedata.category(char) in kinds)
    starts = [char for char in inside if chr(ord(char) - 1) not in inside]
    ends = [char for char in inside if chr(ord(char) + 1) not in inside]
    return "".join(start if start == end else f"{start}-{end}" for start, end in zip(starts, ends, strict=True))


_NAMED = re.compile(r"\\p(?:L|\{(Lu|Ll)\})")


@lru_cache(4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The RE2 pattern for Python: ASCII classes, no vertical tab among spaces, `$` at the very end only, as RE2 has them."""
    pattern = _NAMED.sub(lambda match: _members(match.group(1) or "L"), pattern)
    if "[\\" not in pattern:
        pattern = pattern.replace(r"\s", r"[\t\n\f\r ]").replace(r"\S", r"[^\t\n\f\r ]")
    if pattern.endswith("$") and not pattern.endswith("\\$"):
        pattern = pattern[:-1] + r"\Z"
    return re.compile(pattern, re.ASCII)


def quoted(text: str) -> str:
    """The text as a pattern that RE2 and Python read alike."""
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)


@dataclass(frozen=True)
class SplitPart(Term):
    """The `place`-th field between delimiters, from the right where negative; empty where there is none."""

    source: Term
    delimiter: str
    place: int
    is_narrow: bool = False
    """Whether it is a space beside other punctuation in every row: `, ` or ` (` is likelier what parts the text."""

    @property
    def cost(self) -> float:
        rarity = sum(0.3 if char.isalnum() else 0.03 for char in self.delimiter) - 0.03 + 0.25 * self.is_narrow
        return self.source.cost + 0.9 + 0.25 * abs(self.place) - (0.1 if self.place < 0 else 0) + rarity

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        return None if text is None else split_part(text, self.delimiter, self.place)

    def sql(self) -> exp.Expression:
        return call("split_part", self.source.sql(), self.delimiter, self.place)


def split_part(text: str, delimiter: str, place: int) -> str:
    """DuckDB's `split_part`."""
    fields = text.split(delimiter)
    index = place - 1 if place > 0 else len(fields) + place
    return fields[index] if 0 <= index < len(fields) else ""


@dataclass(frozen=True)
class Extract(Term):
    """What the pattern's group matches first; empty where nothing matches."""

    source: Term
    pattern: str
    group: int
    weight: float

    @property
    def cost(self) -> float:
        return self.source.cost + self.weight

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        if text is None:
            return None
        match = compiled(self.pattern).search(text)
        return (match.group(self.group) or "") if match else ""

    def sql(self) -> exp.Expression:
        groups = (self.group,) if self.group else ()
        return call("regexp_extract", self.source.sql(), self.pattern, *groups)


@dataclass(frozen=True)
class ExtractNth(Term):
    """The `place`-th match of the pattern, from the right where negative; NULL where there is none."""

    source: Term
    pattern: str
    place: int
    weight: float
    group: int = 0

    @property
    def cost(self) -> float:
        return self.source.cost + self.weight + 0.25 * abs(self.place)

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        if text is None:
            return None
        found = [match.group(self.group) or "" for match in compiled(self.pattern).finditer(text)]
        index = self.place - 1 if self.place > 0 else len(found) + self.place
        return found[index] if 0 <= index < len(found) else None

    def sql(self) -> exp.Expression:
        groups = (self.group,) if self.group else ()
        matches = call("regexp_extract_all", self.source.sql(), self.pattern, *groups)
        place = exp.Literal.number(str(self.place))
        return exp.Bracket(this=matches, expressions=[place], offset=1)


@dataclass(frozen=True)
class Slice(Term):
    """Characters by place: from `start` (1 is the first, negative from the right), `length` of them or all but so many."""

    source: Term
    start: int
    length: int | None
    layout: str = "free"
    """Of the texts: `padded` to fixed places, `even` in length, or `free`; `across` where the part is more than a word, `torn`
    where it is the end of one."""

    @property
    def cost(self) -> float:
        at_an_end = self.start == 1 or self.length is None
        counts = (0 if self.start == 1 else abs(self.start), abs(self.length or 0))
        # Nobody counts far into a text whose length changes.
        far = 0.0 if self.layout in ("padded", "even") else sum(0.12 * max(0, count - 4) for count in counts)
        far += {"across": 1.2, "torn": 0.8}.get(self.layout, 0.0)
        return (
            self.source.cost
            + (1.5 if at_an_end else 2.0)
            + 0.03 * sum(counts)
            + far
            - (1.2 if self.layout == "padded" else 0.0)
        )

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        if text is None:
            return None
        if self.start < 0:
            return text[self.start :]
        begin = self.start - 1
        if self.length is None:
            return text[begin:]
        return text[begin : begin + self.length] if self.length >= 0 else text[: self.length]

    def sql(self) -> exp.Expression:
        text = self.source.sql()
        if self.start < 0:
            return call("right", text, -self.start)
        if self.start == 1 and self.length is not None:
            return call("left", text, self.length)
        return call("substring", text, self.start, *(() if self.length is None else (self.length,)))


@dataclass(frozen=True)
class Start:
    """Where a part begins: one place a row (None: not there), and how a pattern gets there."""

    places: tuple[int | None, ...]
    prefix: str
    opening: str
    cost: float


Make = Callable[[], Term]


class Substrings(Operator):
    """Parts of columns, and parts of such parts."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        if not any(target):
            return
        for column in sheet.filled()[:MOST_COLUMNS]:
            yield from cased(column, sheet.texts(column), target)
            yield from parts(sheet, column, target, is_nested=False)
        for field in fields(sheet):
            if sheet.is_late:
                return
            yield from parts(sheet, field, target, is_nested=True)


def fields(sheet: Sheet) -> list[Term]:
    """Fields of the columns by delimiter, each distinct text once, that further operators look into."""
    return sheet.memo("fields", lambda: list(_fields(sheet)))


def _fields(sheet: Sheet) -> Iterator[Term]:
    seen = {sheet.texts(column) for column in sheet.columns}
    ranked: list[tuple[float, int, Term]] = []
    for column in sheet.filled()[:MOST_COLUMNS]:
        for delimiter in delimiters(sheet, column):
            for place in (1, 2, 3, -1, -2, 4, 5):
                field = SplitPart(column, delimiter, place)
                ranked.append((field.cost, len(ranked), field))
        for pattern, weight in ((r"\((.*?)\)", 2.0), (r"\[(.*?)\]", 2.0), (r"\"(.*?)\"", 2.0)):
            ranked.append((1 + weight, len(ranked), Extract(column, pattern, 1, weight)))
    count = 0
    for _, _, term in sorted(ranked, key=lambda entry: entry[:2]):
        texts = sheet.texts(term)
        if texts in seen or sum(map(bool, texts)) * 2 < len(texts):
            continue
        seen.add(texts)
        yield term
        count += 1
        if count >= MOST_FIELDS:
            return


def delimiters(sheet: Sheet, source: Term) -> tuple[str, ...]:
    """What may part the texts of `source`: punctuation, runs of it, and words that all rows share."""
    return sheet.memo(("delimiters", source), lambda: tuple(_delimiters([text for text in sheet.texts(source) if text])))


def _delimiters(texts: list[str]) -> Iterator[str]:
    enough = max(1, (len(texts) + 1) // 2)
    chars = Counter(chain.from_iterable(dict.fromkeys(char for char in text if not char.isalnum()) for text in texts))
    yield from [char for char, count in chars.most_common(12) if count >= enough or count >= 2]
    runs = Counter(chain.from_iterable(dict.fromkeys(re.findall(r"[^A-Za-z0-9]{2,}", text)) for text in texts))
    yield from [run for run, count in runs.most_common(8) if count >= enough]
    words = Counter(chain.from_iterable(dict.fromkeys(re.findall(r"[A-Za-z]+|[A-Za-z0-9]+", text)) for text in texts))
    shared = [word for word, count in words.items() if count == len(texts) and len(texts) > 1]
    for word in shared[:10]:
        wide = _widened(word, texts)
        yield word
        if wide != word:
            yield wide


def _widened(word: str, texts: list[str]) -> str:
    """The word with the punctuation around it that it has in all texts."""
    around = [re.search(r"([^A-Za-z0-9]*)" + re.escape(word) + r"([^A-Za-z0-9]*)", text) for text in texts]
    before = {match.group(1) for match in around if match}
    after = {match.group(2) for match in around if match}
    return (before.pop() if len(before) == 1 else "") + word + (after.pop() if len(after) == 1 else "")


def parts(sheet: Sheet, source: Term, target: tuple[str, ...], *, is_nested: bool) -> Iterator[Term]:
    """Terms for parts of `source` whose texts, in some case, are in the target's; two for each text at most."""
    texts = tuple(text or "" for text in sheet.texts(source))
    folded = tuple(text.lower() for text in texts)
    wanted = tuple(text.lower() for text in target)
    found: dict[tuple[str, ...], list[tuple[float, int, Make]]] = {}
    count = 0
    for cost, cells, make in _candidates(sheet, source, folded, target, is_nested):
        if any(cell not in goal or (not cell and goal) for cell, goal in zip(cells, wanted, strict=True)):
            continue
        count += 1
        found.setdefault(cells, []).append((cost, count, make))
    for cells, ranked in found.items():
        kept, most = 0, 6 if cells == wanted else 3
        for _, _, make in sorted(ranked, key=lambda entry: entry[:2]):
            term = make()
            made = tuple(term.value(row) or "" for row in sheet.rows)
            if tuple(cell.lower() for cell in made) not in found:
                continue
            yield from cased(term, made, target)
            kept += 1
            if kept == most:
                break


Proposal = tuple[float, tuple[str, ...], Make]


def _candidates(
    sheet: Sheet, source: Term, texts: tuple[str, ...], target: tuple[str, ...], nested: bool
) -> Iterator[Proposal]:
    yield from _splits(sheet, source, texts, nested)
    yield from _matches(source, sheet, texts, nested)
    yield from _slices(source, texts, target, nested)
    yield from _between(sheet, source, texts, nested)


def _splits(sheet: Sheet, source: Term, texts: tuple[str, ...], nested: bool) -> Iterator[Proposal]:
    for delimiter in delimiters(sheet, source):
        split = [text.split(delimiter.lower()) for text in texts]
        longest = max(map(len, split))
        places = (1, 2, -1) if nested else [*range(1, min(longest, 9) + 1), *range(-1, -min(longest, 7) - 1, -1)]
        for place in places:
            index = place - 1 if place > 0 else place
            cells = tuple(one[index] if -len(one) <= index < len(one) else "" for one in split)
            term = SplitPart(source, delimiter, place, delimiter == " " and _is_narrow(split, index))
            yield term.cost, cells, lambda term=term: term  # type: ignore[misc]


def _is_narrow(rows: list[list[str]], index: int) -> bool:
    """Whether every field before or every field after the one at `index` has punctuation towards it."""
    parted = [row for row in rows if len(row) > 1]
    for step, end in ((-1, -1), (1, 0)):
        beside = [row[index + step : index + step + 1 or None] if (index + step < 0) == (index < 0) else [] for row in parted]
        if parted and all(one and one[0] and not one[0][end].isalnum() for one in beside):
            return True
    return False


def found_places(sheet: Sheet, source: Term, pattern: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Where the pattern matches in each row's text."""

    def find() -> tuple[tuple[tuple[int, int], ...], ...]:
        search = compiled(pattern)
        return tuple(tuple(match.span() for match in search.finditer(text or "")) for text in sheet.texts(source))

    return sheet.memo(("places", source, pattern), find)


def _matches(source: Term, sheet: Sheet, texts: tuple[str, ...], nested: bool) -> Iterator[Proposal]:
    for pattern, cost in patterns(sheet):
        spans = found_places(sheet, source, pattern)
        longest = max(map(len, spans), default=0)
        most = 1 if nested else 6
        for place in [*range(1, min(longest, most) + 1), *range(-1, -min(longest, most) - 1, -1)]:
            index = place - 1 if place > 0 else place
            cells = tuple(
                text[slice(*span[index])] if -len(span) <= index < len(span) else ""
                for text, span in zip(texts, spans, strict=True)
            )
            term: Term = (
                Extract(source, pattern, 0, 1.2 + cost) if place == 1 else ExtractNth(source, pattern, place, 1.2 + cost)
            )
            yield term.cost, cells, lambda term=term: term  # type: ignore[misc]


def _slices(source: Term, texts: tuple[str, ...], target: tuple[str, ...], nested: bool) -> Iterator[Proposal]:
    shortest = min((len(text) for text, wanted in zip(texts, target, strict=True) if wanted), default=0)
    for length in range(1, min(shortest, 4 if nested else 40) + 1):
        yield _slice(source, texts, 1, length)
        yield _slice(source, texts, -length, None)
    for drop in range(1, min(shortest, 3 if nested else 9)):
        yield _slice(source, texts, 1, -drop)
        yield _slice(source, texts, drop + 1, None)
    if nested:
        return
    if shortest <= LONGEST_FOR_ALL_SLICES:
        for start in range(2, shortest + 1):
            for length in range(1, shortest - start + 2):
                yield _slice(source, texts, start, length)
        return
    lengths = {len(wanted) for wanted in target if wanted}
    if len(lengths) == 1:
        (length,) = lengths
        for start in range(2, max(map(len, texts)) - length + 2):
            yield _slice(source, texts, start, length)


def _slice(source: Term, texts: tuple[str, ...], start: int, length: int | None) -> Proposal:
    begin = start - 1 if start > 0 else start
    if length is None:
        cells = tuple(text[begin:] for text in texts)
    elif length < 0:
        cells = tuple(text[:length] for text in texts)
    else:
        cells = tuple(text[begin : begin + length] for text in texts)
    even = len({len(text) for text in texts if text}) == 1
    padded = len({len(cell) for cell in cells if cell}) == 1 < len({len(cell.strip()) for cell in cells if cell})
    whole = all(cell.isalnum() for cell in cells if cell)
    ends = length is None and abs(start) != 2
    torn = ends and all(text[begin - 1 : begin + 1 or None].isalpha() for text in texts if len(text) > abs(begin))
    layout = "padded" if padded else "torn" if torn else "even" if even else "free" if whole else "across"
    term = Slice(source, start, length, layout)
    return term.cost, cells, lambda: term


def _starts(sheet: Sheet, source: Term, texts: tuple[str, ...], nested: bool) -> Iterator[Start]:
    yield Start((0,) * len(texts), "^", "", 0.0)
    for delimiter in delimiters(sheet, source)[: 8 if nested else 24]:
        low, pattern = delimiter.lower(), quoted(delimiter)
        rarity = 0.04 * len(delimiter)
        for place in (1, 2, 3):
            places = tuple(_after(text, low, place) for text in texts)
            yield Start(places, pattern if place == 1 else f"^(?:.*?{pattern}){{{place}}}", "", 0.3 * place + rarity)
        last = tuple(text.rfind(low) + len(low) if low in text else None for text in texts)
        yield Start(last, f"^.*{pattern}", "", 0.5 + rarity)
    for token in tokens(sheet)[:6]:
        spans = found_places(sheet, source, token.pattern)
        yield Start(tuple(one[0][0] if one else None for one in spans), "", token.body, 0.3 + token.cost)
        yield Start(tuple(one[0][1] if one else None for one in spans), token.pattern, "", 0.6 + token.cost)
        inverse = "[^" + token.body[1:] if token.body.startswith("[") and token.body[1] != "^" else None
        if inverse and not nested:
            second = tuple(one[1][0] if len(one) > 1 else None for one in spans)
            prefix = f"^{inverse}*{token.body}+{inverse}+"
            yield Start(second, prefix, token.body, 0.9 + token.cost)


def _after(text: str, delimiter: str, place: int) -> int | None:
    at = 0
    for _ in range(place):
        found = text.find(delimiter, at)
        if found < 0:
            return None
        at = found + len(delimiter)
    return at


End = tuple[Callable[[str, int], int | None], str, float]
"""Where a part that begins at a place ends, the pattern from its beginning on, and the cost."""


def _ends(sheet: Sheet, source: Term, nested: bool) -> Iterator[End]:
    yield (lambda text, at: len(text)), "({}.*)$", 0.2
    for delimiter in delimiters(sheet, source)[: 8 if nested else 24]:
        low, pattern, rarity = delimiter.lower(), quoted(delimiter).replace("{", "{{").replace("}", "}}"), 0.04 * len(delimiter)
        yield (lambda text, at, low=low: _found(text.find(low, at + 1))), f"({{}}.*?){pattern}", 0.2 + rarity  # type: ignore[misc]
        yield (lambda text, at, low=low: _found(text.rfind(low, at + 1))), f"({{}}.*){pattern}", 0.6 + rarity  # type: ignore[misc]
        if nested:
            continue
        yield (lambda text, at, low=low: _end(text.find(low, at), low)), f"({{}}.*?{pattern})", 0.8 + rarity  # type: ignore[misc]
        yield (lambda text, at, low=low: _end(text.rfind(low, at), low)), f"({{}}.*{pattern})", 0.9 + rarity  # type: ignore[misc]
    for token in tokens(sheet)[:6]:
        search = compiled(token.pattern)
        body = token.body.replace("{", "{{").replace("}", "}}")
        yield (lambda text, at, search=search: _run_end(search, text, at)), f"({{}}{body}*)", 0.4 + token.cost  # type: ignore[misc]
        yield (lambda text, at, search=search: _run_start(search, text, at)), f"({{}}.*?){body}", 0.7 + token.cost  # type: ignore[misc]
    for length in (1, 2, 3, 4):
        yield (lambda text, at, length=length: at + length), f"(.{{{{{length}}}}})", 0.5 + 0.1 * length  # type: ignore[misc]


def _found(place: int) -> int | None:
    return place if place >= 0 else None


def _end(place: int, delimiter: str) -> int | None:
    return place + len(delimiter) if place >= 0 else None


def _run_end(search: re.Pattern[str], text: str, at: int) -> int | None:
    match = search.match(text, at)
    return match.end() if match else None


def _run_start(search: re.Pattern[str], text: str, at: int) -> int | None:
    match = search.search(text, at + 1)
    return match.start() if match else None


def _between(sheet: Sheet, source: Term, texts: tuple[str, ...], nested: bool) -> Iterator[Proposal]:
    originals = tuple(text or "" for text in sheet.texts(source))
    flags = "(?s)" if any("\n" in text for text in originals) else ""
    ends = list(_ends(sheet, source, nested))
    for start in _starts(sheet, source, texts, nested):
        if all(place is None for place in start.places):
            continue
        for end, rest, cost in ends:
            cells = tuple(
                _cut(text, original, at, end) for text, original, at in zip(texts, originals, start.places, strict=True)
            )
            if not any(cells):
                continue
            weight = 1.7 + start.cost + cost
            pattern = flags + start.prefix + rest.format(start.opening)
            yield source.cost + weight, cells, lambda pattern=pattern, weight=weight: Extract(source, pattern, 1, weight)  # type: ignore[misc]


def _cut(text: str, original: str, at: int | None, end: Callable[[str, int], int | None]) -> str:
    """The part from `at`: delimiters are found in the folded text, tokens in the original, which has the same places."""
    if at is None or len(text) != len(original):
        return ""
    stop = end(original, at)
    if stop is None and text != original:
        stop = end(text, at)
    return text[at:stop] if stop is not None else ""
