"""The account of a converter for its owner: each column and step in words, how sure, which rows speak for it, what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from converter.doubts import questions
from converter.lesson import ColumnEvidence
from converter.manifest import Converter
from converter.preview import Bounds, Look, TableLook, look_at_table
from converter.rating import Rating
from converter.sandbox import Limits
from converter.table import Cell, Example
from converter.words import ColumnWords, explained

_LOOKED_AT = 200
_ROWS_SHOWN = 3

_Speaking = tuple[int, dict[str, Cell] | None, Cell]
"""A row's number, the cells that the sentence speaks of, and what is made of them."""


@dataclass(frozen=True)
class Account:
    """What is told beside a lesson; all of it JSON."""

    confidence: float
    rating: Rating
    columns: list[dict[str, Any]]
    steps: list[dict[str, str]]
    questions: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object, for a report."""
        return {
            "confidence": round(self.confidence, 3),
            "rating": self.rating,
            "columns": self.columns,
            "steps": self.steps,
            "questions": self.questions,
        }


def account(
    converter: Converter,
    columns: Sequence[ColumnEvidence],
    rivals: Sequence[str],
    example: Example,
    confidence: float,
    *,
    limits: Limits,
    allow_unsandboxed: bool = False,
    look: TableLook = look_at_table,
) -> Account:
    """The converter in words, with the doubts that its rivals (statements that fit the example too) raise.

    `look` says how the example is looked at. Raises as `conversion.run` does.
    """
    given = example.input if converter.input_has_header or example.lines is None else example.lines
    names = [one.name for one in columns] or list(example.expected.columns)
    words = explained(converter.statement, names)
    asked = questions(converter, rivals, given, limits=limits, allow_unsandboxed=allow_unsandboxed, look=look)
    doubted = {one.doubt.column for one in asked}
    bounds = Bounds(rows=_LOOKED_AT, first=_LOOKED_AT)
    seen = look(converter, (), given, limits=limits, bounds=bounds, allow_unsandboxed=allow_unsandboxed)
    told = [
        one.to_json()
        | {
            "rating": Rating.of(one.confidence, is_asked=one.name in doubted or None in doubted),
            "explanation": said.explanation,
            "rows": _speaking(at, said, seen, example),
        }
        for at, (one, said) in enumerate(zip(columns, words.columns, strict=True))
    ]
    return Account(
        confidence,
        Rating.of(confidence, is_asked=bool(asked)),
        told,
        [one.to_json() for one in words.steps],
        [one.to_json(seen.given_columns, seen.columns) for one in asked],
    )


def _speaking(at: int, words: ColumnWords, seen: Look, example: Example) -> list[dict[str, Any]]:
    """The example's rows that show best what the sentence says: cells that are made rather than copied, no two alike."""
    cells: list[_Speaking] = []
    if not seen.is_traced:
        cells = [(row, None, made) for row, made in enumerate(example.expected.column(at)[:_LOOKED_AT], 1)]
    places = {name: seen.given_columns.index(name) for name in words.sources if name in seen.given_columns}
    for row, given, made in seen.first:
        if made and at < len(made[0]):
            cells.append((row, {name: given[place] for name, place in places.items()}, made[0][at]))
    # Those first where something happens; a blank one too, where that is what happens to some.
    ranked = sorted(cells, key=lambda one: (one[1] is not None and one[2] in one[1].values(), not one[2]))
    chosen: dict[Cell, _Speaking] = {}
    for one in ranked:
        chosen.setdefault(one[2] or None, one)
    some = list(chosen.values())[:_ROWS_SHOWN]
    if None in chosen and chosen[None] not in some:
        some[-1] = chosen[None]
    return [{"row": row, "given": given, "made": made} for row, given, made in sorted(some, key=lambda one: one[0])]
