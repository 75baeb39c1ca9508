"""Questions for a person: rows on which programs that fit the example differ, and what each would make of them, in words.

One answer tells programs apart, as in FlashProg's conversational clarification (Mayer et al. 2015, section 5).
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from converter.changed import ChangedRow, changed_rows
from converter.manifest import Converter
from converter.preview import Bounds, DoubtfulRow, Look, TableLook, look_at_table
from converter.sandbox import Limits
from converter.table import Cell, Row, Table
from converter.words import Explanation, explained

MOST_QUESTIONS = 5
_BASE_ROWS = 40
_ALONE = 12
"""Changed rows that are looked at one by one, where a row's output depends on the others."""

Rows = tuple[Row, ...]


@dataclass(frozen=True)
class Answer:
    """Rows that some of the programs make (none where the row is left out), in words. Program 0 is the converter."""

    rows: Rows
    explanation: str
    programs: tuple[int, ...]


@dataclass(frozen=True)
class Doubt:
    """A row on which programs differ. `column` is the only one in which they do, None where it is the row as a whole.

    `changed` is the column in which the row is new, where it is no row of a file.
    """

    row: int | None
    given: Row | None
    column: str | None
    answers: tuple[Answer, ...]
    changed: str | None = None

    def to_json(self, given_columns: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
        """The same as a JSON object: cells by their columns' names."""
        at = list(columns).index(self.column) if self.column is not None else None
        return {
            "row": self.row,
            "given": None if self.given is None else dict(zip(given_columns, self.given, strict=False)),
            "column": self.column,
            "answers": [
                {
                    "answer": number,
                    "cell": one.rows[0][at] if at is not None and one.rows else None,
                    "rows": [dict(zip(columns, row, strict=False)) for row in one.rows],
                    "explanation": one.explanation,
                    "is_converter": 0 in one.programs,
                    "programs": list(one.programs),
                }
                for number, one in enumerate(self.answers)
            ],
        }


def doubts(found: Sequence[DoubtfulRow], columns: Sequence[str], words: Sequence[Explanation]) -> list[Doubt]:
    """Rows on which programs differ, with the programs' answers; `words` explain the programs, the converter's first."""
    return [one for row in found if (one := _doubt(row, columns, words)) is not None]


def _doubt(row: DoubtfulRow, columns: Sequence[str], words: Sequence[Explanation]) -> Doubt | None:
    programs: dict[Rows, list[int]] = {}
    for at, made in enumerate(row.made):
        if made is not None:
            programs.setdefault(_plain(made), []).append(at)
    if len(programs) < 2:
        return None
    outcomes = [row.made[numbers[0]] or () for numbers in programs.values()]
    column = _single_column(outcomes, columns)
    answers = tuple(
        Answer(rows, _answer_words(rows, column, columns, [words[at] for at in numbers], words[0]), tuple(numbers))
        for rows, numbers in zip(outcomes, programs.values(), strict=True)
    )
    return Doubt(row.row, row.given, column, answers)


def _plain(rows: Rows) -> Rows:
    return tuple(tuple(cell or None for cell in row) for row in rows)


def _single_column(outcomes: Sequence[Rows], columns: Sequence[str]) -> str | None:
    """The one column in which rows of all outcomes differ; None where it is more, or their number."""
    if any(len(rows) != 1 for rows in outcomes):
        return None
    unlike = [
        name
        for at, name in enumerate(columns)
        if len({(rows[0][at] or "") if at < len(rows[0]) else None for rows in outcomes}) > 1
    ]
    return unlike[0] if len(unlike) == 1 else None


def _answer_words(
    rows: Rows, column: str | None, columns: Sequence[str], programs: Sequence[Explanation], first: Explanation
) -> str:
    """Why this answer: the column's sentence; or what becomes of the row, and by which steps."""
    program = programs[0]
    if column is not None and (at := list(columns).index(column)) < len(program.columns):
        return program.columns[at].explanation
    said = "the row is left out" if not rows else f"it becomes {len(rows)} rows" if len(rows) > 1 else "the row is kept"
    steps = "; ".join(one.explanation for one in program.steps)
    if steps:
        return f"{said}: {steps}"
    unlike = [
        f"{name}: {mine.explanation}"
        for name, mine, theirs in zip(columns, program.columns, first.columns, strict=False)
        if mine.explanation != theirs.explanation
    ]
    return "; ".join(unlike) or said


@dataclass(frozen=True)
class Question:
    """A doubt about a row that could come, as it is put to a person."""

    doubt: Doubt
    text: str

    def to_json(self, given_columns: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
        """The same as a JSON object."""
        told = self.doubt.to_json(given_columns, columns)
        del told["row"]
        kind = "row" if self.doubt.column is None else "cell"
        digest = hashlib.sha256(json.dumps([told["given"], told["column"]], sort_keys=True).encode()).hexdigest()
        return {"id": f"q-{digest[:8]}", "kind": kind, "question": self.text, "changed": self.doubt.changed} | told


def questions(
    converter: Converter,
    rivals: Sequence[str],
    table: Table,
    *,
    limits: Limits,
    allow_unsandboxed: bool = False,
    most: int = MOST_QUESTIONS,
    look: TableLook = look_at_table,
) -> list[Question]:
    """What to ask a person whose example has this input: each question tells programs apart that those before do not.

    `look` says how the table is looked at. Raises as `conversion.run` does.
    """
    if not rivals:
        return []
    columns = converter.output_header or ()
    changed = changed_rows(table)
    names = [*columns]
    looked = partial(look, converter, rivals, limits=limits, allow_unsandboxed=allow_unsandboxed)
    seen = _seen(looked, 1 + len(rivals), table, changed)
    words = [explained(one, names) for one in (converter.statement, *rivals)]
    found: list[Doubt] = []
    for change, one, made_names in seen:
        if not columns:
            names = list(made_names)
            words = [explained(text, names) for text in (converter.statement, *rivals)]
        found += [replace(told, given=change.row, changed=change.column) for told in doubts([one], names, words)]
    return [Question(one, _text(one)) for one in _telling(found)[:most]]


def _seen(
    looked: Callable[..., Look], programs: int, table: Table, changed: Sequence[ChangedRow]
) -> Iterator[tuple[ChangedRow, DoubtfulRow, tuple[str, ...]]]:
    """Changed rows on which programs differ, and how."""
    base = table.rows[:_BASE_ROWS]
    together = replace(table, rows=(*base, *(one.row for one in changed)))
    bounds = Bounds(rows=len(together.rows) + 1, first=1, doubtful=len(together.rows))
    seen = looked(together, bounds=bounds)
    if seen.is_traced:
        for one in sorted(seen.doubtful, key=lambda doubtful: doubtful.row):
            if one.row > len(base):
                yield changed[one.row - len(base) - 1], one, seen.columns
        return
    if not seen.doubtful:
        return
    for change in changed[:_ALONE]:
        # Among the example's rows, since what becomes of it depends on them.
        among = replace(table, rows=(*base, change.row))
        seen = looked(among, bounds=bounds)
        if seen.doubtful:
            made = tuple(
                None
                if any(row.made[at] is None for row in seen.doubtful)
                else _together([row.made[at] for row in seen.doubtful])
                for at in range(programs)
            )
            yield change, DoubtfulRow(0, change.row, made), seen.columns


def _together(outcomes: Sequence[Rows | None]) -> Rows:
    return tuple(row for rows in outcomes for row in rows or ())[:3]


def _telling(found: Sequence[Doubt]) -> list[Doubt]:
    """Those that tell programs apart anew: first the most answers, then what parts programs still together."""
    chosen: list[Doubt] = []
    known: set[tuple[str | None, frozenset[tuple[int, ...]]]] = set()
    for one in sorted(found, key=lambda doubt: (-len(doubt.answers), doubt.column is None)):
        parting = (one.column, frozenset(answer.programs for answer in one.answers))
        if parting not in known:
            known.add(parting)
            chosen.append(one)
    return chosen


def _text(doubt: Doubt) -> str:
    if doubt.column is not None:
        return f"What should {doubt.column} be for a row like this?"
    counts = {len(answer.rows) for answer in doubt.answers}
    if counts == {0, 1}:
        return "Should a row like this be kept?"
    return "What should come of a row like this?"


Cells = dict[str, Cell]
