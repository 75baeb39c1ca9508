"""Whole texts rewritten: trimmed, characters removed or replaced, words parted, every match of a pattern listed."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.operators.casing import cased
from converter.synthesis.operators.matching import wholes
from converter.synthesis.operators.substrings import compiled, delimiters, fields, lettered, parts, patterns, quoted
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Constant, Term, call
from converter.table import Cell, Row

_SPACES = "".join(char for char in map(chr, range(0x3001)) if unicodedata.category(char) == "Zs")
"""What DuckDB's `trim` takes away: Unicode's space separators, but no tab and no line break."""


@dataclass(frozen=True)
class Trimmed(Term):
    """The text without spaces around it."""

    source: Term

    @property
    def cost(self) -> float:
        return self.source.cost + 0.5

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        return None if text is None else text.strip(_SPACES)

    def sql(self) -> exp.Expression:
        return call("trim", self.source.sql())


@dataclass(frozen=True)
class Replaced(Term):
    """Every match of the pattern replaced by a text, which may name groups as `\\1`."""

    source: Term
    pattern: str
    by: str
    weight: float

    @property
    def cost(self) -> float:
        return self.source.cost + self.weight

    @property
    def by_heart(self) -> str:
        return re.sub(r"\\[1-9]", "", self.by)

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        return None if text is None else compiled(self.pattern).sub(re.sub(r"\\(?![1-9])", r"\\\\", self.by), text)

    def sql(self) -> exp.Expression:
        text = self.source.sql()
        plain = re.sub(r"\\([^A-Za-z0-9])", r"\1", self.pattern)
        if quoted(plain) == self.pattern and "\\" not in self.by:
            return call("replace", text, plain, self.by)
        return call("regexp_replace", text, self.pattern, self.by, "g")


@dataclass(frozen=True)
class Listed(Term):
    """Every match of the pattern's group, put together with a separator."""

    source: Term
    pattern: str
    separator: str
    weight: float
    group: int = 0

    @property
    def cost(self) -> float:
        return self.source.cost + self.weight

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        if text is None:
            return None
        return self.separator.join(match.group(self.group) for match in compiled(self.pattern).finditer(text))

    def sql(self) -> exp.Expression:
        groups = (self.group,) if self.group else ()
        return call("array_to_string", call("regexp_extract_all", self.source.sql(), self.pattern, *groups), self.separator)


@dataclass(frozen=True)
class Reversed(Term):
    """The text from its end to its beginning."""

    source: Term

    @property
    def cost(self) -> float:
        return self.source.cost + 1.5

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        return None if text is None else text[::-1]

    def sql(self) -> exp.Expression:
        return call("reverse", self.source.sql())


_CLEANINGS = (
    (r"[^0-9]", "", 1.3),
    (r"[^A-Za-z0-9]", "", 1.4),
    (r"[^A-Za-z]", "", 1.4),
    (r"[^0-9.]", "", 1.5),
    (r"[^A-Za-z ]", "", 1.6),
    (r"[^A-Za-z0-9 ]", "", 1.6),
    (r"\s+", " ", 1.3),
    (r"\s+", "", 1.3),
    (r"[0-9]+", "", 1.5),
    (r"\(.*?\)", "", 1.8),
    (r"\s*\(.*?\)", "", 1.9),
    (r"[^A-Za-z0-9]+", "_", 2.1),
    (r"[^A-Za-z0-9]+", "-", 2.1),
    (r"[^A-Za-z0-9]+", " ", 2.1),
    (r"([a-z])([A-Z])", r"\1 \2", 1.8),
    (r"([a-z])([A-Z])", r"\1_\2", 1.9),
    (r"([a-z])([A-Z])", r"\1-\2", 1.9),
    (r"^0+", "", 1.3),
    (r"<.*?>", "", 1.9),
)


CONTIGUOUS = 0.7
"""What removing all else costs more where what is left stands together in every row: it is likelier taken out."""


def _is_scattered(text: Cell, wanted: str) -> bool:
    return wanted not in (text or "")


class Rewriting(Operator):
    """Rewritten columns and fields; each is proposed where its text is a part of the expected cell."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        columns = sheet.filled()[:12]
        for at, source in enumerate([*columns, *fields(sheet)[:20]]):
            if sheet.is_late:
                return
            for term in _rewritten(sheet, source, target, is_field=at >= len(columns)):
                texts = sheet.texts(term)
                if texts != sheet.texts(source) and any(texts) and _are_parts(texts, target):
                    yield from cased(term, texts, target)


class Regrouping(Operator):
    """The digits (or letters and digits) of a column in groups of fixed lengths, whatever stands between them in the input."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        for wanted in wholes(target):
            for kept, rarity in (("0-9", 0.0), ("A-Za-z0-9", 1.5)):
                layout = _layout(wanted, f"[{kept}]+")
                if layout is None:
                    continue
                lengths, by = layout
                rarity += Constant(re.sub(r"\\[1-9]", "", by)).cost
                groups = "".join(f"([{kept}]{{{length}}})" for length in lengths)
                for column in sheet.filled()[:12]:
                    texts = sheet.texts(column)
                    if _stand_together(texts, wanted, kept) or (kept == "0-9" and all(map(_are_parted_by_words, texts))):
                        continue
                    bare = Replaced(column, f"[^{kept}]", "", 1.0)
                    for start, weight in (("^", 0.0), ("^.*", 0.4)):
                        term = Replaced(bare, f"{start}{groups}$", by, weight + rarity + 0.25 * len(lengths))
                        if sheet.texts(term) == wanted and sheet.texts(column) != wanted:
                            yield term
                            break


def _stand_together(texts: tuple[Cell, ...], wanted: tuple[str, ...], kept: str) -> bool:
    """Whether the groups stand in the input as they are wanted, so that they are copied."""
    cores = (re.sub(f"^[^{kept}]+|[^{kept}]+$", "", cell) for cell in wanted)
    return all(core in (text or "") for core, text in zip(cores, texts, strict=True))


def _are_parted_by_words(text: Cell) -> bool:
    """Whether words stand between the digits, so that they are several numbers."""
    return bool(re.search("[0-9][^0-9]*[A-Za-z]{2}[^0-9]*[0-9]", text or ""))


def _layout(texts: tuple[str, ...], run: str) -> tuple[list[int], str] | None:
    """The lengths of the runs that all texts have alike, and the text with groups in their place."""
    parted = [re.split(f"({run})", text) for text in texts]
    shapes = {tuple(len(part) if at % 2 else part for at, part in enumerate(parts)) for parts in parted}
    if (
        len(shapes) != 1
        or not any(len(part) > 1 for part in parted[0][1::2])
        or not 3 < len(parted[0]) < 2 * 9
        or any("\\" in part for part in parted[0])
    ):
        return None
    by = "".join(rf"\{(at + 1) // 2}" if at % 2 else part for at, part in enumerate(parted[0]))
    return [len(part) for part in parted[0][1::2]], by


MOST_STRIPPED = 4


class Stripped(Operator):
    """Parts of columns without a word that only some rows have, such as `www.` or a title before a name."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        for column in sheet.filled()[:4]:
            for pattern in _optional_words([text or "" for text in sheet.texts(column)], target)[:MOST_STRIPPED]:
                stripped = Replaced(column, pattern, "", 1.6)
                if sheet.is_late:
                    return
                if _are_parts(sheet.texts(stripped), target):
                    yield from cased(stripped, sheet.texts(stripped), target)
                yield from parts(sheet, stripped, target, is_nested=True)


def _optional_words(texts: list[str], target: tuple[str, ...]) -> list[str]:
    """Words with the punctuation after them that some texts have, no target has and no text is without another word."""
    counts = Counter(word for text in texts for word in dict.fromkeys(_WORDS.findall(text)))
    wanted = [cell.lower() for cell in target]
    some = [word for word, count in counts.most_common() if 1 < count < len(texts) or (count == 1 and word[0] == "+")]
    found = [quoted(word) for word in some if not any(word.lower() in cell for cell in wanted)]
    titles = [text for text in texts if _TITLE.match(text)]
    return ([_TITLE.pattern] if 0 < len(titles) < len(texts) else []) + found


_WORDS = re.compile(r"\+?[A-Za-z0-9]+[^A-Za-z0-9]+")
_TITLE = re.compile(r"^[A-Z][a-z]+\. ")


def _are_parts(texts: tuple[Cell, ...], target: tuple[str, ...]) -> bool:
    pairs = zip(texts, target, strict=True)
    return all((text or "").lower() in wanted.lower() and bool(text) == bool(wanted) for text, wanted in pairs)


def _rewritten(sheet: Sheet, source: Term, target: tuple[str, ...], *, is_field: bool) -> Iterator[Term]:
    yield Trimmed(source)
    if is_field:
        return
    contiguous = 0.0 if any(map(_is_scattered, sheet.texts(source), target)) else CONTIGUOUS
    for pattern, by, weight in _CLEANINGS:
        yield Replaced(source, lettered(sheet, pattern), by, weight + contiguous)
    yield from _replacements(sheet, source, target)
    yield Reversed(source)
    for pattern, weight in patterns(sheet):
        for separator in (", ", ",", " ", "", "-", "; ", "_", "."):
            yield Listed(source, pattern, separator, 1.8 + weight)
    for char in sorted({char for cell in target for char in cell if not char.isalnum() and char not in " ,;"})[:4]:
        for pattern in (quoted(char) + "+", quoted(char) + "{2,}", quoted(char) + "[A-Za-z0-9]+"):
            for separator in (", ", " "):
                yield Listed(source, pattern, separator, 2.2)
    yield from _slugs(sheet, source)
    for pattern, group in (("[A-Z]", 0), ("([A-Za-z])[A-Za-z]*", 1)):
        for separator in ("", " ", ". "):
            yield Listed(source, lettered(sheet, pattern), separator, 1.6, group)


def _slugs(sheet: Sheet, source: Term) -> Iterator[Term]:
    """Words put together again without the apostrophes and dots that are within them."""
    text = "".join(text or "" for text in sheet.texts(source))
    for char in ("'", "\u2019", "."):
        if char in text:
            joined = Replaced(source, quoted(char), "", 1.2)
            for separator in "-_ ":
                yield Listed(joined, lettered(sheet, "[A-Za-z0-9]+"), separator, 2.0)


def _replacements(sheet: Sheet, source: Term, target: tuple[str, ...]) -> Iterator[Term]:
    """A character that the expected cells lack, replaced by nothing or by one that the input lacks."""
    texts = [text or "" for text in sheet.texts(source)]
    gone = {char for text, wanted in zip(texts, target, strict=True) for char in set(text) - set(wanted) if not char.isalnum()}
    come = {char for text, wanted in zip(texts, target, strict=True) for char in set(wanted) - set(text) if not char.isalnum()}
    for char in sorted(gone)[:6]:
        yield Replaced(source, quoted(char), "", 1.2)
        for other in sorted(come)[:4]:
            yield Replaced(source, quoted(char), other, 1.3)
    for run in [one for one in delimiters(sheet, source) if len(one) > 1 and not any(char.isalnum() for char in one)][:4]:
        for other in ("", *sorted(come)[:4]):
            yield Replaced(source, quoted(run), other, 1.4)
    if 1 < len(gone) <= 4:
        marks = "[" + "".join(quoted(char) if char != "-" else "\\-" for char in sorted(gone)) + "]"
        yield from (Replaced(source, marks, other, 1.5) for other in ("", *sorted(come)[:4]))
