"""Which rows of a new file to ask a person about: those where programs that fit the example would write different texts.

One answer tells the programs apart, as in FlashProg's conversational clarification (Mayer et al. 2015, section 5).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from converter.families import columns_listed
from converter.fitting import fitted
from converter.lesson import Lesson
from converter.rivals import with_expression
from converter.table import Cell, Table
from converter.trial import rows_of

MOST_ROWS = 20_000
"""So many rows of the new file are looked at."""


@dataclass(frozen=True)
class Answer:
    """A text that a program writes, and that program's expression."""

    text: Cell
    expression: str


@dataclass(frozen=True)
class Question:
    """A row of the new file's output, counted from 1, and what could stand in a column of it; the converter's text first."""

    row: int
    column: str
    answers: tuple[Answer, ...]
    given: tuple[Cell, ...]
    """The row of the input, where the converter makes a row from each."""


def questions(lesson: Lesson, new: Table, *, most: int = 3) -> list[Question]:
    """For each column in doubt the row where its programs differ most, those with the most answers first; `most` in all.

    Raises `InputMismatch` where the new table lacks columns of the example.
    """
    converter = lesson.converter
    if converter is None or converter.ragged:
        return []
    fit = fitted(new.header or new.columns, new.columns, converter, "the new file")
    table = Table(fit.columns, new.rows[:MOST_ROWS], new.header, new.preamble, new.footer)
    found = []
    listed = columns_listed(converter.statement)
    for at, column in enumerate(lesson.columns):
        # Behind a `*`, a column of the lesson need not be the statement's in that place.
        if column.expression is None or not column.alternatives or at >= listed:
            continue
        rivals = [column.expression, *column.alternatives]
        texts = [_column(with_expression(converter.statement, at, rival), at, table) for rival in rivals]
        asked = _most_divided(texts)
        if asked is not None:
            given = table.rows[asked] if converter.is_rowwise and len(texts[0] or ()) == len(table.rows) else ()
            found.append(Question(asked + 1, column.name, tuple(_answers(rivals, texts, asked)), given))
    return sorted(found, key=lambda question: -len(question.answers))[:most]


def _column(statement: str, at: int, table: Table) -> list[Cell] | None:
    """The output column's cells; None where the statement does not run on these rows."""
    try:
        return [row[at] if row[at] is None else str(row[at]) for row in rows_of(statement, table)]
    except duckdb.Error:
        return None


def _most_divided(texts: Sequence[list[Cell] | None]) -> int | None:
    """The first row with the most different texts, if there is a row with two; programs that give other rows do not count."""
    first = texts[0]
    if first is None:
        return None
    alike = [cells for cells in texts if cells is not None and len(cells) == len(first)]
    counts = [len({cell or "" for cell in row}) for row in zip(*alike, strict=True)]
    most = max(counts, default=1)
    return counts.index(most) if most > 1 else None


def _answers(rivals: Sequence[str], texts: Sequence[list[Cell] | None], row: int) -> list[Answer]:
    """Each different text once, from the likeliest program that writes it."""
    found: dict[str, Answer] = {}
    for rival, cells in zip(rivals, texts, strict=True):
        if cells is not None and row < len(cells):
            found.setdefault(cells[row] or "", Answer(cells[row], rival))
    return list(found.values())
