"""Bounds on what a record holds: a listing reads and sends a thousand of them."""

import json
from typing import Any

TITLE_CHARACTERS, DETAIL_CHARACTERS = 200, 4000
REPORT_BYTES = 256 << 10
"""A report as JSON, at most. A wide table's, a line a column, has some hundred bytes a column."""
NOTES, NOTE_CHARACTERS = 20, 1000
"""Notes on how a job's files were unpacked, at most."""
INSTRUCTION_CHARACTERS = 200_000
"""All instructions of a job together, at most."""

# Tried one after the other until a report fits: characters of a text, items of a list or object.
_TRIALS = ((20_000, 20_000), (2000, 2000), (500, 200), (100, 20))
_DEPTH = 12


def clipped(text: str, characters: int) -> str:
    """The text, or its beginning and how long it was."""
    return text if len(text) <= characters else f"{text[:characters]}… ({len(text)} characters)"


def clipped_notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The first notes, each clipped; the last says how many there were where some are left out."""
    kept = tuple(clipped(note, NOTE_CHARACTERS) for note in notes[:NOTES])
    return kept if len(notes) <= NOTES else (*kept[:-1], f"… ({len(notes)} notes)")


def fitting(report: dict[str, Any]) -> dict[str, Any]:
    """The report, its long texts and lists cut as far as it takes to fit into `REPORT_BYTES`; `shortened` says so."""
    if _size(report) <= REPORT_BYTES:
        return report
    for characters, items in _TRIALS:
        shorter: dict[str, Any] = _cut(report, characters, items, _DEPTH) | {"shortened": True}
        if _size(shorter) <= REPORT_BYTES:
            return shorter
    return {"shortened": True}


def _size(report: dict[str, Any]) -> int:
    return len(json.dumps(report, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass"))


def _cut(value: Any, characters: int, items: int, depth: int) -> Any:
    if isinstance(value, str):
        return clipped(value, characters)
    if isinstance(value, dict):
        first = list(value.items())[:items] if depth else []
        return {clipped(str(name), characters): _cut(one, characters, items, depth - 1) for name, one in first}
    if isinstance(value, list | tuple):
        return [_cut(one, characters, items, depth - 1) for one in value[:items]] if depth else []
    return value
