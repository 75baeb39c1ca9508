r"""Parts of things that are written in more ways than one: people's names and domains of the internet.

`Doe, John` and `Mr. John A. Doe, Jr.` have the same given and family name, `cnn.com` and `www.cnn.co.uk` the same second level.
Each part is one regular expression, after what stands around it is taken off.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.operators.casing import cased
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Term, call
from converter.table import Cell, Row

_AROUND_NAME = (
    r"^[^\pL]*(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Rev|Hon)\.? +)*"
    r"|(?:,? +(?:Jr|Sr|II|III|IV|MD|M\.D|PhD|Ph\.D|Esq)\.?)*[^\pL]*$"
)
_SECOND_LEVELS = "(?:(?:ac|co|com|edu|go|gov|mil|ne|net|nom|or|org)\\.)?"
"""What stands below a country's domain in place of a name, by the Public Suffix List's commonest entries."""
_END_OF_HOST = "(?:[:/?#].*)?$"


@dataclass(frozen=True)
class Part:
    """The part is what `pattern`'s first group matches in the text without `around`."""

    pattern: str
    around: str
    cost: float


PARTS = {
    "given name": Part(r"^(?:[^,]*, *)?(\pL[^ ,]*)", _AROUND_NAME, 2.0),
    "initial": Part(r"^(?:[^,]*, *)?(\pL)", _AROUND_NAME, 2.0),
    "family name": Part(r"(?:^|^[^,]* )([^ ,]+)(?:,.*)?$", _AROUND_NAME, 2.1),
    "second-level domain": Part(rf"([^./:@]+)\.{_SECOND_LEVELS}[A-Za-z]+{_END_OF_HOST}", "", 2.2),
    "registered domain": Part(rf"([^./:@]+\.{_SECOND_LEVELS}[A-Za-z]+){_END_OF_HOST}", "", 2.3),
    "public suffix": Part(rf"\.({_SECOND_LEVELS}[A-Za-z]+){_END_OF_HOST}", "", 2.3),
}


@dataclass(frozen=True)
class Component(Term):
    """The part of that name of the source's text; empty where it has none."""

    kind: ClassVar[str] = "component"
    source: Term
    name: str

    @property
    def cost(self) -> float:
        return self.source.cost + PARTS[self.name].cost

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        if text is None:
            return None
        around, pattern = _compiled(self.name)
        match = pattern.search(around.sub("", text) if around.pattern else text)
        return match.group(1) if match else ""

    def sql(self) -> exp.Expression:
        part = PARTS[self.name]
        text = self.source.sql()
        inner = call("regexp_replace", text, part.around, "", "g") if part.around else text
        return call("regexp_extract", inner, part.pattern, 1)


@cache
def _compiled(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands around the part, and the part, as Python writes them: it has no class of letters, but one of all others."""
    part = PARTS[name]
    texts = (
        text.replace(r"[^\pL]", r"[\W\d_]").replace(r"\pL", r"[^\W\d_]").replace("$", r"\Z")
        for text in (part.around, part.pattern)
    )
    around, pattern = map(re.compile, texts)
    return around, pattern


class Components(Operator):
    """Parts of columns that stand in the expected cells."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        for source in sheet.filled()[:6]:
            for name in PARTS:
                term = Component(source, name)
                texts = sheet.texts(term)
                if any(texts) and all((text or "").lower() in cell.lower() for text, cell in zip(texts, target, strict=True)):
                    yield from cased(term, texts, target)
