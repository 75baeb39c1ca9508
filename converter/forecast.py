"""A look at a file, as it is told to people: cells by name, doubtful rows with their answers in words, problems by kind."""

from collections.abc import Sequence
from typing import Any

from converter.doubts import doubts
from converter.manifest import Converter
from converter.preview import Look, Problem
from converter.soundness import column_of, kind_of
from converter.words import explained


def forecast(look: Look, converter: Converter, rivals: Sequence[str]) -> dict[str, Any]:
    """The look as a JSON object; see docs/reference/people.md."""
    words = [explained(one, look.columns) for one in (converter.statement, *rivals)]
    doubtful = doubts(look.doubtful, look.columns, words)
    uncertain = {one.row for one in doubtful}
    rows = [
        {
            "row": row,
            "given": dict(zip(look.given_columns, given, strict=False)),
            "made": [dict(zip(look.columns, made, strict=False)) for made in outputs],
            "marks": [*(["doubtful"] if row in uncertain else []), *_marks(look, row)],
        }
        for row, given, outputs in look.first
    ]
    if not look.is_traced:
        rows = [
            {"row": at, "given": dict(zip(look.given_columns, given, strict=False)), "made": None, "marks": _marks(look, at)}
            for at, given in enumerate(look.given, 1)
        ]
    return {
        "header": list(look.columns),
        "given_header": list(look.given_columns),
        "rows": rows,
        "output": [list(row) for row in look.output],
        "doubtful": [one.to_json(look.given_columns, look.columns) for one in doubtful],
        "problems": [_problem(one) for one in look.problems],
        "counts": {
            "rows_in": look.rows_in,
            "rows_out": look.rows_out,
            "doubtful": look.doubtful_rows,
            "problems": len(look.problems),
        },
        "looked_at": {"rows": look.rows_in, "whole_file": look.is_whole},
        "one_to_one": look.is_traced,
        "seconds": look.seconds,
        "notes": list(look.notes),
    }


def _marks(look: Look, row: int) -> list[str]:
    return list(dict.fromkeys(str(kind_of(check.name)) for at, check in look.marks if at == row))


def _problem(found: Problem) -> dict[str, Any]:
    told = {
        "kind": str(kind_of(found.check.name)),
        "text": found.check.name,
        "rows": list(found.rows),
        "count": found.count,
        "values": list(found.values),
        "of": found.of,
        "column": column_of(found.check.name),
    }
    return told if found.failed is None else told | {"failed": found.failed}
