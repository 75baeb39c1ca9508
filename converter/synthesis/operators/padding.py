"""Texts filled up to a width, on the left or the right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.operator import Transformation
from converter.synthesis.term import Term, call, cast
from converter.table import Cell, Row


@dataclass(frozen=True)
class Padded(Term):
    """The text of `source`, filled with `fill` up to `width` characters; longer texts stay as they are."""

    kind: ClassVar[str] = "text"
    source: Term
    width: int
    fill: str
    on_left: bool

    @property
    def cost(self) -> float:
        return self.source.cost + 1.4 + (0.0 if self.fill in "0 " else 0.5)

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        if text is None:
            return None
        return text.rjust(self.width, self.fill) if self.on_left else text.ljust(self.width, self.fill)

    def sql(self) -> exp.Expression:
        text = self.source.sql()
        width = cast(call("greatest", self.width, call("length", text.copy())), "INTEGER")
        return call("lpad" if self.on_left else "rpad", text, width, self.fill)


@dataclass(frozen=True)
class Padding(Transformation):
    """Undone where all expected cells are of one width and some begin or end with a filling character."""

    width: int
    fill: str
    on_left: bool

    @classmethod
    def undo(cls, target: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Transformation]]:
        widths = {len(cell) for cell in target}
        if len(target) < 2 or len(widths) != 1 or widths == {0}:
            return
        (width,) = widths
        for fill in "0 *":
            for on_left in (True, False):
                bare = tuple(cell.lstrip(fill) if on_left else cell.rstrip(fill) for cell in target)
                if bare != target and all(bare) and len({len(cell) for cell in bare}) > 1:
                    yield bare, cls(width, fill, on_left)

    def over(self, term: Term) -> Term:
        return Padded(term, self.width, self.fill, self.on_left)
