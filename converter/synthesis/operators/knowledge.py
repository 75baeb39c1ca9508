"""Lookups in what everybody knows (`relations`): `DE` is Germany, `Fe` is iron, `March` is 3.

What is found in the example is written as SQL for the whole relation, so that it holds for rows that the example does not have
and `converter.sql` needs no library.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sqlglot import exp

from converter.learning.values.relations import Relation, relations, relations_of_numbers
from converter.synthesis.operator import Operator
from converter.synthesis.operators.casing import cased
from converter.synthesis.operators.substrings import fields
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Term, call, literal
from converter.table import Cell, Row

LONGEST = 60
MOST_FIELDS = 10
_NAME = re.compile(
    r"[^\W\d_][^\d_:;/\\|=]*|[^\w\s]{1,5}|\+?[0-9]{1,3}|#[0-9A-Fa-f]{6}|[0-9]{1,3}, ?[0-9]{1,3}, ?[0-9]{1,3}|[.-]+"
)
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Lookup(Term):
    """What a relation says of the text; NULL for a text that it does not have. Keys in lower case where it `folds`."""

    kind: ClassVar[str] = "knowledge"
    source: Term
    keys: str
    values: str
    pairs: tuple[tuple[str, str], ...]
    folds: bool

    @property
    def cost(self) -> float:
        return self.source.cost + (2.2 if self.folds else 2.0)

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        return None if text is None else dict(self.pairs).get(text.lower() if self.folds else text)

    def sql(self) -> exp.Expression:
        text = self.source.sql()
        ifs = [exp.If(this=literal(key), true=literal(value)) for key, value in self.pairs]
        return exp.Case(this=call("lower", text) if self.folds else text, ifs=ifs)


class Knowledge(Operator):
    """Relations that have all texts of a column or field, and whose other attribute stands in every expected cell."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        if _is_copied(sheet, target):
            return
        columns = sheet.filled()[:6]
        # Cells made of words of the input are no names for something else.
        is_told = any(_share_words(sheet.texts(column), target) for column in columns) and not _have_names(sheet, target)
        for source in [*columns, *([] if is_told else fields(sheet)[:MOST_FIELDS])]:
            texts = sheet.texts(source)
            if not _may_be_known(texts, target):
                continue
            are_numbers = all(cell.isdecimal() for cell in target)
            for relation in relations_of_numbers() if are_numbers else relations().values():
                if sheet.is_late:
                    return
                for term in _lookups(relation, source, texts, target):
                    yield from cased(term, sheet.texts(term), target)


def _may_be_known(texts: tuple[Cell, ...], target: tuple[str, ...]) -> bool:
    """Whether the texts are several short names, and most expected cells are not made of their words."""
    if len(set(texts)) < 2 or not all(len(cell) <= LONGEST and _NAME.fullmatch(cell) for cell in target):
        return False
    if not all(text and len(text) <= LONGEST and _NAME.fullmatch(text) for text in texts):
        return False
    return not _share_words(texts, target)


def _is_copied(sheet: Sheet, target: tuple[str, ...]) -> bool:
    """Whether no expected cell has a word that its row has not."""
    return not any(_unknown_words(sheet, target))


def _have_names(sheet: Sheet, target: tuple[str, ...]) -> bool:
    """Whether every expected cell has a word that its row has not, and not always the same."""
    unknown = _unknown_words(sheet, target)
    return all(unknown) and len(set(unknown)) > 1


def _unknown_words(sheet: Sheet, target: tuple[str, ...]) -> list[frozenset[str]]:
    """The words of each expected cell that its row has not."""
    inputs = (frozenset[str]().union(*(_words(text) for text in row if text)) for row in sheet.rows)
    return [_words(cell) - words for words, cell in zip(inputs, target, strict=True)]


def _share_words(texts: tuple[Cell, ...], target: tuple[str, ...]) -> bool:
    """Whether at least half of the expected cells have a word of the text beside them."""
    alike = sum(bool(_words(text or "") & _words(cell)) for text, cell in zip(texts, target, strict=True))
    return 2 * alike >= len(target)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text)) or frozenset((text,))


def _lookups(relation: Relation, source: Term, texts: tuple[Cell, ...], target: tuple[str, ...]) -> Iterator[Lookup]:
    lowered = [(text or "").lower() for text in texts]
    for key, name in enumerate(relation.attributes):
        if not relation.texts[key].issuperset(lowered):
            continue
        for value, other in enumerate(relation.attributes):
            if value == key:
                continue
            pairs = relation.mapping(key, value)
            folds = not all(text in pairs for text in texts)
            if folds:
                pairs = {text.lower(): told for text, told in reversed(pairs.items())}
            told = [pairs.get(text if not folds else (text or "").lower(), "") for text in map(str, texts)]
            if len(set(told)) > 1 and all(one and one.lower() in cell.lower() for one, cell in zip(told, target, strict=True)):
                yield Lookup(source, name, other, tuple(sorted(pairs.items())), folds)
