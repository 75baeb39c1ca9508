"""Examples that do not tell everything, for tests of what is asked about them."""

from converter.lesson import Lesson, learn
from converter.manifest import Converter
from converter.sandbox import Limits
from converter.table import Cell, Example, Table

LIMITS = Limits(seconds=20, threads=1)


def table(text: str) -> Table:
    """The table that the lines say: cells parted by commas, blank ones missing."""
    rows: list[tuple[Cell, ...]] = [tuple(cell or None for cell in line.split(",")) for line in text.split()]
    names = tuple(cell or "" for cell in rows[0])
    return Table(names, tuple(rows[1:]), names)


LETTERS = Example(table("name,code ann,A-1 bob,B-2 cy,C-3 di,D-4"), table("letter A B C D"))
"""The letter is the code's first, or the name's."""


def learned(example: Example) -> tuple[Lesson, Converter]:
    """What the search makes of it."""
    lesson = learn(example)
    assert lesson.converter is not None, lesson.reason
    return lesson, lesson.converter
