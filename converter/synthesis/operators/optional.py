"""Parts that are written only where there is something to write: `M. ` for a middle name, nothing for a row without one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from converter.synthesis.operator import Operator
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Constant, Term, call, literal
from converter.table import Cell, Row

MOST_COLUMNS = 6
LONGEST_MARK = 3


@dataclass(frozen=True)
class Optional(Term):
    """The text of `source` with marks before and after it; nothing where there is none."""

    source: Term
    before: str
    after: str

    @property
    def cost(self) -> float:
        return self.source.cost + 0.8 + sum(Constant(mark).cost for mark in (self.before, self.after) if mark)

    @property
    def is_optional(self) -> bool:
        return True

    @property
    def by_heart(self) -> str:
        return self.before + self.after

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        return f"{self.before}{text}{self.after}" if text else ""

    def sql(self) -> exp.Expression:
        parts = [literal(self.before)] * bool(self.before) + [call("nullif", self.source.sql(), "")]
        parts += [literal(self.after)] * bool(self.after)
        # Not `concat`, which makes a text of NULL too.
        return call("coalesce", reduce(lambda left, right: exp.DPipe(this=left, expression=right), parts), "")


class OptionalParts(Operator):
    """Columns that are blank in some rows, with the punctuation that stands beside them in all others."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        for column in sheet.filled()[:MOST_COLUMNS]:
            told = [(text, cell) for text, cell in zip(sheet.texts(column), target, strict=True) if text]
            if len(told) == len(target) or len(set(told)) < 2 or not all(text in cell for text, cell in told):
                continue
            befores = _shared(tuple(cell[: cell.find(text)][::-1] for text, cell in told))
            afters = _shared(tuple(cell[cell.find(text) + len(text) :] for text, cell in told))
            for before in range(len(befores) + 1):
                for after in range(len(afters) + 1):
                    if before or after:
                        yield Optional(column, befores[:before][::-1], afters[:after])


def _shared(sides: tuple[str, ...]) -> str:
    """The punctuation that all texts begin with."""
    length = 0
    while length < LONGEST_MARK and all(len(side) > length and side[length] == sides[0][length] for side in sides):
        if sides[0][length].isalnum():
            break
        length += 1
    return sides[0][:length]
