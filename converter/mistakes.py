"""Rows of an example that are likely mistaken: a rule fits all others, and what fits them too knows them by heart.

Such rows can be left out of the example (`without`), which is asked for by their numbers in the expected file, from 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from converter.errors import BadCsv
from converter.learning.clock import counted
from converter.learning.nearest import Near, nearest
from converter.learning.printing import printed
from converter.lesson import Lesson, learn
from converter.table import Cell, Example, Row, Table
from converter.trial import made_of
from converter.words import explained
from converter.words.saying import listed

SECONDS = 3.0
"""Processor time for a rule that nearly fits, at most."""
_SHARE = 4
"""One row of so many may be mistaken; where more are, the rule is."""
_LEAST_ROWS = 4
"""So many rows at least a rule has to fit."""


@dataclass(frozen=True)
class Mistake:
    """A cell of the expected table that the rule does not give: its row (from 1), what is expected and what the rule makes."""

    row: int
    column: str
    expected: Cell
    made: Cell
    rule: str

    @property
    def text(self) -> str:
        """It in words."""
        return f"row {self.row}: {self.column} expected {_shown(self.expected)}, the rule gives {_shown(self.made)}"


@dataclass(frozen=True)
class Mistakes:
    """The cells that speak against a rule which gives all others, and its statement."""

    cells: tuple[Mistake, ...]
    statement: str

    @property
    def rows(self) -> tuple[int, ...]:
        """The numbers of the rows, from 1."""
        return tuple(dict.fromkeys(one.row for one in self.cells))

    def lines(self) -> list[str]:
        """The cells and the rules in words, a line each."""
        rules = dict.fromkeys(f"the rule for {one.column}: {one.rule}" for one in self.cells)
        return [*(one.text for one in self.cells), *rules]

    @property
    def advice(self) -> str:
        """What to do on the command line."""
        options = " ".join(f"--ignore-row {row}" for row in self.rows)
        return f"if the example is mistaken there, put it right or learn with {options}"

    @property
    def text(self) -> str:
        """All of it in a sentence."""
        rows = listed([str(row) for row in self.rows])
        return f"all rows but {rows} follow a rule: {'; '.join(self.lines())}"

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        cells = [
            {"row": one.row, "column": one.column, "expected": one.expected, "made": one.made, "rule": one.rule}
            for one in self.cells
        ]
        return {"rows": list(self.rows), "cells": cells, "text": self.text}


def mistakes(lesson: Lesson, example: Example) -> Mistakes | None:
    """The rows that are likely mistaken, whether the lesson has a converter that knows them by heart, or none; None where
    nothing speaks for that.
    """
    if (
        not example.expected.rows
        or example.expected.header is None
        or (lesson.converter and not lesson.converter.input_has_header)
    ):
        return None
    trace = lesson.trace
    if lesson.converter is not None and trace is None:
        return None
    with counted():
        near = nearest(
            example,
            outcome=trace.outcome if trace is not None else None,
            program=trace.program if trace is not None else None,
            seconds=SECONDS,
        )
    count = len(example.expected.rows)
    if near is None or not near.rows or len(near.rows) > max(1, count // _SHARE) or count - len(near.rows) < _LEAST_ROWS:
        return None
    statement = printed(near.program.query())
    made = made_of(statement, example)
    if made is None or not _fits(made, example.expected, near.rows):
        return None
    words, expected = explained(statement, example.expected.columns).columns, example.expected
    return Mistakes(
        tuple(
            Mistake(row + 1, name, expected.rows[row][at], made[row][at], words[at].explanation)
            for row in near.rows
            for at, name in enumerate(expected.columns)
            if (made[row][at] or "") != (expected.rows[row][at] or "")
        ),
        statement,
    )


def without(example: Example, rows: Sequence[int], *, seconds: float) -> Example:
    """The example to learn from where some rows of the expected table (numbered from 1) are not to count.

    Where rows stand one for one, both go. Otherwise, and where others depend on them (a running sum), the row is taken to be
    what the rule gives that fits the others. Raises `BadCsv` where there is no such row, or none is left.
    """
    count = len(example.expected.rows)
    for row in rows:
        if not 1 <= row <= count:
            raise BadCsv("the expected output", f"has {count} rows, so there is no row {row} to ignore")
    numbers = sorted(dict.fromkeys(rows))
    if len(numbers) == count:
        raise BadCsv("the expected output", "has no row left when those are ignored")
    if not numbers:
        return example
    for made in (_dropped(example, numbers), _repaired(example, numbers, seconds)):
        if made is not None and _is_learned(made, example, numbers, seconds):
            return made
    undesired = _undesired(example, numbers)
    if learn(undesired, seconds=seconds).converter is not None:
        return undesired
    return _dropped(example, numbers) or undesired


def _is_learned(made: Example, example: Example, numbers: Sequence[int], seconds: float) -> bool:
    """Whether a converter is learned that makes all other rows of the whole example."""
    converter = learn(made, seconds=seconds).converter
    result = made_of(converter.statement, example) if converter is not None else None
    return result is not None and _fits(result, example.expected, [number - 1 for number in numbers])


def _dropped(example: Example, numbers: Sequence[int]) -> Example | None:
    """Without the rows in both tables; None where they do not stand one for one."""
    if len(example.input.rows) != len(example.expected.rows):
        return None
    return _noted(example, numbers, _among(example.input, numbers), _among(example.expected, numbers))


def _undesired(example: Example, numbers: Sequence[int]) -> Example:
    """Without the rows in the expected table: nothing is to make them."""
    return _noted(example, numbers, example.input, _among(example.expected, numbers))


def _repaired(example: Example, numbers: Sequence[int], seconds: float) -> Example | None:
    """With the rows as the rule gives them that nearly fits; None where none does."""
    with counted():
        near: Near | None = nearest(example, ignored=[number - 1 for number in numbers], seconds=min(seconds, SECONDS))
    made = made_of(printed(near.program.query()), example) if near is not None else None
    if made is None or len(made) != len(example.expected.rows):
        return None
    rows = tuple(made[at] if at + 1 in numbers else row for at, row in enumerate(example.expected.rows))
    return _noted(example, numbers, example.input, replace(example.expected, rows=rows))


def _noted(example: Example, numbers: Sequence[int], given: Table, expected: Table) -> Example:
    rows = f"row{'s' * (len(numbers) > 1)} {listed([str(number) for number in numbers])}"
    said = f"{rows} {'are' if len(numbers) > 1 else 'is'} ignored, as asked"
    return Example(given, replace(expected, notes=(*expected.notes, said)), ignored=tuple(numbers))


def _among(table: Table, numbers: Sequence[int]) -> Table:
    return replace(table, rows=tuple(row for at, row in enumerate(table.rows, 1) if at not in numbers))


def _fits(made: Sequence[Row], expected: Table, but: Sequence[int]) -> bool:
    """Whether the rows are those expected, save some."""
    if len(made) != len(expected.rows):
        return False
    pairs = enumerate(zip(made, expected.rows, strict=True))
    return all(at in but or [cell or "" for cell in one] == [cell or "" for cell in other] for at, (one, other) in pairs)


def _shown(cell: Cell) -> str:
    return cell or "nothing"
